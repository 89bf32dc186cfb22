//! Pages of the team's work.

mod activity;
mod away;
mod book;
mod dose;
mod form;
mod parts;
mod places;
mod record;
mod slots;
mod week;
mod who;

pub(crate) use parts::line;
use platform::{policy::Action, web::Route};

/// The routes.
pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::get("/schools/team", Action::ViewSchoolWork, week::show),
        Route::post("/schools/team/not-here", Action::RecordActivity, week::not_here),
        Route::post("/schools/team/here", Action::RecordActivity, week::here),
        Route::get("/schools/team/activity", Action::ViewSchoolWork, activity::list),
        Route::get("/schools/team/activity/new", Action::RecordActivity, record::new),
        Route::post("/schools/team/activity/new", Action::RecordActivity, record::create),
        Route::get("/schools/team/activity/{id}", Action::ViewSchoolWork, activity::show),
        Route::get("/schools/team/activity/{id}/correct", Action::RecordActivity, record::correct_form),
        Route::post("/schools/team/activity/{id}/correct", Action::RecordActivity, record::correct),
        Route::get("/schools/team/places", Action::ManageSchoolPlaces, places::list),
        Route::get("/schools/team/places/new", Action::ManageSchoolPlaces, places::new),
        Route::post("/schools/team/places/new", Action::ManageSchoolPlaces, places::create),
        Route::get("/schools/team/places/{id}/end", Action::ManageSchoolPlaces, places::end_form),
        Route::post("/schools/team/places/{id}/end", Action::ManageSchoolPlaces, places::end),
        Route::get("/schools/team/away/new", Action::ManageSchoolPlaces, away::new),
        Route::post("/schools/team/away/new", Action::ManageSchoolPlaces, away::create),
        Route::get("/schools/team/away/{id}/cover", Action::ManageSchoolPlaces, away::cover_form),
        Route::post("/schools/team/away/{id}/cover", Action::ManageSchoolPlaces, away::cover),
        Route::post("/schools/team/away/{id}/end", Action::ManageSchoolPlaces, away::end),
        Route::get("/schools/team/closures", Action::ManageSchoolPlaces, places::closures),
        Route::post("/schools/team/closures", Action::ManageSchoolPlaces, places::add_closure),
        Route::post("/schools/team/closures/{id}/remove", Action::ManageSchoolPlaces, places::remove_closure),
        Route::get("/schools/team/duty-line", Action::ManageSchoolPlaces, places::duty_form),
        Route::post("/schools/team/duty-line", Action::ManageSchoolPlaces, places::set_duty),
        Route::get("/schools/team/times", Action::RecordActivity, slots::list),
        Route::post("/schools/team/times", Action::RecordActivity, slots::offer),
        Route::post("/schools/team/times/{id}/remove", Action::RecordActivity, slots::withdraw),
        Route::get("/schools/team/dose", Action::ViewDose, dose::show),
        Route::get("/schools/team/dose.csv", Action::ViewDose, dose::download),
        Route::get("/schools/{urn}/who", Action::ViewSchoolWork, who::show),
        Route::post("/schools/team/times/told/{id}", Action::RecordActivity, slots::seen),
        Route::get("/schools/book", Action::BookTime, book::own),
        Route::post("/schools/book/told/{id}", Action::BookTime, book::seen),
        Route::get("/schools/{urn}/book", Action::BookTime, book::form),
        Route::post("/schools/{urn}/book", Action::BookTime, book::book),
        Route::post("/schools/{urn}/book/{id}/cancel", Action::BookTime, book::cancel),
    ]
}
