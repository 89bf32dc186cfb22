//! Pages: the rules in plain words, versions beside each other, a new version, its preview, going live.

mod form;
mod preview;
mod propose;
mod show;

use platform::{policy::Action, web::Route};

/// The path of the list.
pub(crate) const PATH: &str = "/budgets/policies";

/// The routes.
pub(crate) fn routes() -> Vec<Route> {
    let (read, write) = (Action::ViewBudgets, Action::ManageBudgetPolicy);
    vec![
        Route::get(PATH, read, show::list),
        Route::get("/budgets/policies/new", write, propose::open_first),
        Route::post("/budgets/policies/new", write, propose::take_first),
        Route::get("/budgets/policies/{id}", read, show::one),
        Route::get("/budgets/policies/{id}/new", write, propose::open_next),
        Route::post("/budgets/policies/{id}/new", write, propose::take_next),
        Route::get("/budgets/policies/{id}/versions/{version}", read, show::version),
        Route::post("/budgets/policies/{id}/versions/{version}", write, preview::make),
        Route::get("/budgets/policies/{id}/previews/{preview}", write, preview::one),
        Route::post("/budgets/policies/{id}/previews/{preview}", write, preview::decide),
    ]
}
