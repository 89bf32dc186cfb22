//! What the pages about schools share.

use govuk::{NavigationItem, patterns::SubNavigation};
use maud::{Markup, Render as _};
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
    let may: Vec<_> = PARTS
        .iter()
        .filter(|(_, _, action)| decide(&request.actor, *action, Object::None).is_allowed())
        .collect();
    if may.len() < 2 {
        return Markup::default();
    }
    may.into_iter()
        .fold(SubNavigation::new("Schools"), |navigation, (title, path, _)| {
            navigation.item(NavigationItem::new(*title, request.href(path)).current(*path == here))
        })
        .render()
}
