//! Pages of the school's door: the school's own, and the worker's.

mod early_help;
mod inbox;
mod own;
mod picture;
pub(crate) mod pieces;
mod raise;
mod referral;

use platform::web::Route;

/// The routes.
pub(crate) fn routes() -> Vec<Route> {
    let mut all = raise::routes();
    all.extend(own::routes());
    all.extend(picture::routes());
    all.extend(inbox::routes());
    all.extend(early_help::routes());
    all.extend(referral::routes());
    all
}
