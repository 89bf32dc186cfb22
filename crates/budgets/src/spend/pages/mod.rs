//! Pages of spending.

mod act;
mod approvals;
mod follow;
mod form;
mod pieces;
mod pots;
mod request;
mod typed;

use platform::{policy::Action, web::Route};

/// The routes.
pub(crate) fn routes() -> Vec<Route> {
    let mut all = vec![
        Route::get("/budgets/spend", Action::RequestSpend, form::start),
        Route::get("/budgets/pots", Action::ViewBudgets, pots::list),
        Route::get("/budgets/pots/{id}", Action::ViewBudgets, pots::one),
        Route::get("/budgets/pots/{id}/spend", Action::RequestSpend, form::ask),
        Route::upload("/budgets/pots/{id}/spend", Action::RequestSpend, form::send),
        Route::get("/budgets/approvals", Action::ApproveSpend, approvals::list),
        Route::get("/budgets/payments", Action::SettleSpend, approvals::payments),
        Route::post("/budgets/payments/lapsed", Action::SettleSpend, approvals::release),
        Route::get("/budgets/requests/{id}", Action::ViewBudgets, request::one),
        Route::get("/budgets/papers/{id}", Action::ViewBudgets, follow::paper),
        Route::upload("/budgets/requests/{id}/paper", Action::RequestSpend, follow::add_paper),
    ];
    all.extend(act::routes());
    all
}
