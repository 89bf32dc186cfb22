//! Pages of the money of a family, and of the worker who answers.

mod answer;
mod mine;
mod share;

use platform::{policy::Action, web::Route};

/// The routes.
pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::get("/my-money", Action::ViewOwnMoney, mine::show),
        Route::get("/my-money/{id}/ask", Action::AskForMoney, mine::ask_form),
        Route::post("/my-money/{id}/ask", Action::AskForMoney, mine::ask),
        Route::get("/budgets/asks", Action::RequestSpend, answer::list),
        Route::get("/budgets/asks/{id}", Action::RequestSpend, answer::form),
        Route::post("/budgets/asks/{id}", Action::RequestSpend, answer::answer),
        Route::get("/budgets/children/{id}/share", Action::ShareMoneyPage, share::form),
        Route::post("/budgets/children/{id}/share", Action::ShareMoneyPage, share::share),
        Route::post("/budgets/shares/{id}/end", Action::ShareMoneyPage, share::end),
    ]
}
