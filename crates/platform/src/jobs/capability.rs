//! Jobs as a part of Nearhand: their table, their pages.

use sea_orm_migration::MigrationTrait;

use super::{migration::CreateJobs, pages, store::job};
use crate::{
    capability::{Capability, NavItem},
    db::dump::TableDump,
    policy::Action,
    web::Route,
};

/// The table and the pages of jobs.
pub struct Jobs;

impl Capability for Jobs {
    fn name(&self) -> &'static str {
        "jobs"
    }

    fn migrations(&self) -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(CreateJobs)]
    }

    fn tables(&self) -> Vec<TableDump> {
        vec![TableDump::of::<job::Entity>()]
    }

    fn routes(&self) -> Vec<Route> {
        vec![
            Route::get("/jobs", Action::ViewHealth, pages::list),
            Route::get("/jobs/{id}", Action::ViewJob, pages::show),
            Route::get("/jobs/{id}/progress", Action::ViewJob, pages::progress),
            Route::post("/jobs/{id}/stop", Action::ManageJobs, pages::stop),
            Route::post("/jobs/{id}/resume", Action::ManageJobs, pages::resume),
        ]
    }

    fn navigation(&self) -> Vec<NavItem> {
        vec![NavItem::new("Jobs", "/jobs", Action::ViewHealth, 900)]
    }
}
