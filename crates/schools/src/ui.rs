//! What the pages about schools share.

use maud::Markup;
use platform::{
    policy::{Action, Object, decide},
    web::Request,
};

/// The parts of the room: title, path, and the action that each needs.
const PARTS: &[(&str, &str, Action)] = &[
    ("Counts", "/schools/counts", Action::ViewCounts),
    ("Need", "/schools/need", Action::ViewNeed),
    ("Clusters", "/schools/clusters", Action::ChooseSchools),
    ("Comparison", "/schools/comparison", Action::ChooseSchools),
    ("Draws", "/schools/draws", Action::DrawSchools),
    ("The team in schools", "/schools/team", Action::ViewSchoolWork),
    ("Dose", "/schools/team/dose", Action::ViewDose),
];

/// The navigation between the parts that this person may see; nothing for somebody with one part only.
pub(crate) fn parts(request: &Request, here: &str) -> Markup {
    let may =
        PARTS.iter().filter(|(_, _, action)| decide(&request.actor, *action, Object::None).is_allowed());
    record::ui::parts(request, "Parts of schools", may.map(|(title, path, _)| (*title, *path)), here)
}
