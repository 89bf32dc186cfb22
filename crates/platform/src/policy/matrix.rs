//! The access matrix as a file that a person can read: `docs/access-matrix.md`.

use std::fmt::Write as _;

use super::{Action, DataClass, Role, table::rights};

/// One route, as the matrix lists it.
pub struct RouteLine {
    /// `GET` or `POST`.
    pub method: String,
    /// The path below the organisation's own.
    pub path: String,
    /// The action that it needs.
    pub action: Action,
}

/// The whole document: role by action, role by class of data, and the routes with the action each needs.
pub fn document(routes: &[RouteLine]) -> String {
    let mut text = String::from(
        "# Who may do what\n\nWritten by a test from the policy table (`crates/platform/src/policy/table.rs`) and \
         the route tables. Do not edit by hand:\nrun the tests with `NEARHAND_WRITE_DOCS=1` to write it anew.\n\n",
    );
    text.push_str(
        "A restricted record is open only to its allow list; to everyone else it shows its presence at \
                   most, and to its deny list not even that.\n\n## Actions\n",
    );
    for action in Action::ALL {
        let _ = write!(text, "\n### {} (`{}`)\n\n", action.title(), action.slug());
        if *action == Action::Public {
            text.push_str("Needs no sign-in.\n");
            continue;
        }
        text.push_str("| Role | Reach |\n|---|---|\n");
        for role in Role::ALL {
            if let Some((_, reach)) = rights(*action).iter().find(|(r, _)| r == role) {
                let _ = writeln!(text, "| {} | {} |", role.title(), reach.title());
            }
        }
    }
    text.push_str(
        "\n## Classes of data, once a record is open\n\n| Class | Roles that may read it |\n|---|---|\n",
    );
    for class in DataClass::ALL {
        let readers: Vec<&str> = class.readers().iter().map(|role| role.title()).collect();
        let _ = writeln!(text, "| {} | {} |", class.title(), readers.join(", "));
    }
    text.push_str("\n## Routes\n\n| Method | Path | Action |\n|---|---|---|\n");
    for route in routes {
        let _ = writeln!(text, "| {} | `{}` | {} |", route.method, route.path, route.action.slug());
    }
    text
}
