//! Pages of statements, the hand-over, and periods.

mod handover;
mod periods;
mod review;
mod statements;

use platform::{policy::Action, web::Route};

/// The routes.
pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::get("/budgets/statements", Action::SettleSpend, statements::list),
        Route::upload("/budgets/statements", Action::SettleSpend, statements::take),
        Route::get("/budgets/statements/{id}", Action::SettleSpend, review::show),
        Route::post("/budgets/statements/{id}", Action::SettleSpend, review::decide),
        Route::get("/budgets/handover", Action::SettleSpend, handover::funds),
        Route::get("/budgets/funds/{id}/handover", Action::SettleSpend, handover::show),
        Route::post("/budgets/funds/{id}/handover", Action::SettleSpend, handover::make),
        Route::get("/budgets/handover/{id}", Action::SettleSpend, handover::download),
        Route::get("/budgets/funds/{id}/close", Action::SettleSpend, periods::show),
        Route::post("/budgets/funds/{id}/close", Action::SettleSpend, periods::close),
        Route::post("/budgets/funds/{id}/take-back", Action::ManageFunds, periods::take_back),
    ]
}
