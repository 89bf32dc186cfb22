//! Imports on pages: files in, progress, the preview, the decision, the report.

mod children;
mod csv;
mod decide;
mod hidden;
mod list;
mod new;
mod problems;
mod schools;
mod show;
mod summary;
mod wording;

use platform::{capability::NavItem, policy::Action, web::Route};

/// The pages of imports.
pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::get("/imports", Action::ViewImports, list::list),
        Route::get("/imports/new", Action::UploadFile, new::ask),
        Route::upload("/imports/new", Action::UploadFile, new::take),
        Route::get("/imports/{id}", Action::ViewImports, show::show),
        Route::post("/imports/{id}/check", Action::UploadFile, decide::check),
        Route::post("/imports/{id}/confirm", Action::ConfirmImport, decide::confirm),
        Route::get("/imports/{id}/discard", Action::ConfirmImport, decide::ask_to_discard),
        Route::post("/imports/{id}/discard", Action::ConfirmImport, decide::discard),
        Route::get("/imports/{id}/problems", Action::ViewImports, problems::problems),
        Route::get("/imports/{id}/problems.csv", Action::ViewImports, problems::problems_csv),
        Route::get("/imports/{id}/changes", Action::ViewImports, problems::changes),
        Route::get("/imports/{id}/changes.csv", Action::ViewImports, problems::changes_csv),
        Route::get("/imports/{id}/children", Action::ViewImports, children::children),
        Route::get("/imports/{id}/children.csv", Action::ViewImports, children::children_csv),
        Route::get("/imports/{id}/schools", Action::ViewImports, schools::ask),
        Route::post("/imports/{id}/schools", Action::ConfirmImport, schools::tie),
        Route::post("/imports/{id}/schools/untie", Action::ConfirmImport, schools::untie),
    ]
}

/// Their entry in the service navigation.
pub(crate) fn navigation() -> NavItem {
    NavItem::new("Imports", "/imports", Action::ViewImports, 50)
}
