//! One user: what they may do at this moment and from where they have it.

use axum::response::Response;
use govuk::{Button, Cell, InsetText, SummaryList, SummaryRow, Table};
use maud::{Markup, html};
use uuid::Uuid;

use super::{
    parts::{button_form, instant, row_button, scroll, user_path},
    users::{link_page, status_tag},
};
use crate::{
    Result,
    auth::service::{
        Span, directory, roles,
        roles::Grant,
        teams::{self, Membership, Secondment},
        users::{self, UserLine},
    },
    clock::in_words,
    policy::{Action, Role, table::rights},
    web::{Errors, Failure, Outcome, Path, Request},
};

/// All that the page shows.
struct View {
    user: UserLine,
    grants: Vec<Grant>,
    memberships: Vec<Membership>,
    team_names: Vec<(Uuid, String)>,
    secondments: Vec<Secondment>,
}

/// Shows a user.
pub(super) async fn show(request: Request, Path(id): Path<Uuid>) -> Outcome {
    page(&request, id, &Errors::new()).await
}

async fn page(request: &Request, id: Uuid, errors: &Errors) -> Outcome {
    let view = View {
        user: users::get(request, id).await?,
        grants: roles::of_user(request, id).await?,
        memberships: teams::of_user(request, id).await?,
        team_names: directory::teams(request).await?,
        secondments: teams::secondments(request, id).await?,
    };
    let own = request.actor.id == id;
    let body = html! {
        (super::parts::summary(errors))
        h1 class="govuk-heading-l" { (view.user.name) }
        (facts(&view.user))
        @if own {
            (InsetText::new("This is your own user. What you yourself may do is changed by another administrator."))
        } @else {
            (actions(request, &view.user))
        }
        (role_table(request, &view, own))
        (team_table(request, &view, own))
        (school_table(request, &view, own))
        (effective(&view.user.roles))
    };
    Ok(request
        .page(view.user.name.as_str())
        .wide()
        .back("Users", "/users")
        .in_error(!errors.is_empty())
        .render(body))
}

fn facts(user: &UserLine) -> Markup {
    html! {
        (SummaryList::new()
            .row(SummaryRow::new("Email address", user.sign_in_name.as_str()))
            .row(SummaryRow::new("Status", status_tag(user)))
            .row(SummaryRow::new("Locked until", instant(user.locked_until, "Not locked")))
            .row(SummaryRow::new("Added", in_words(user.created_at))))
    }
}

fn actions(request: &Request, user: &UserLine) -> Markup {
    let path = user_path(user.id);
    html! {
        div class="govuk-button-group" id="user" {
            @if user.suspended {
                (button_form(request, &format!("{path}/restore"), Button::new("Restore").secondary()))
            } @else {
                (button_form(request, &format!("{path}/suspend"), Button::new("Suspend").warning()))
            }
            (button_form(request, &format!("{path}/reset"), Button::new("Reset sign-in").secondary()))
            @if user.locked_until.is_some() {
                (button_form(request, &format!("{path}/unlock"), Button::new("Unlock").secondary()))
            }
        }
    }
}

/// How a time stands, with the button that ends it while it can be ended.
fn end_cell(request: &Request, span: Span, own: bool, path: &str, what: &str) -> Cell {
    let now = request.now();
    if span.to.is_some_and(|to| to <= now) {
        return Cell::new("Ended");
    }
    if own {
        return Cell::new(if span.from > now { "Not begun" } else { "Holds" });
    }
    Cell::new(row_button(request, path, "End now", what))
}

fn times(span: Span) -> [Cell; 2] {
    [Cell::new(in_words(span.from)), Cell::new(instant(span.to, "No end"))]
}

fn section(
    request: &Request,
    title: &str,
    none: &str,
    add: Option<(&str, String)>,
    table: Option<&Table>,
) -> Markup {
    html! {
        h2 class="govuk-heading-m" { (title) }
        @match table {
            Some(table) => (scroll(title, table)),
            None => p class="govuk-body" { (none) },
        }
        @if let Some((words, path)) = add {
            p class="govuk-body" { a class="govuk-link" href=(request.href(&path)) { (words) } }
        }
    }
}

fn role_table(request: &Request, view: &View, own: bool) -> Markup {
    let path = user_path(view.user.id);
    let table = view.grants.iter().fold(
        Table::new().head(["Role", "From", "To", "End"]).first_cell_is_header(true),
        |table, grant| {
            let title = grant.role.map_or("Unknown role", Role::title);
            let [from, to] = times(grant.span);
            let end = format!("{path}/roles/{}/end", grant.id);
            table.row([Cell::new(title), from, to, end_cell(request, grant.span, own, &end, title)])
        },
    );
    let add = (!own).then(|| ("Give a role", format!("{path}/roles/new")));
    section(request, "Roles", "No role was ever given.", add, (!view.grants.is_empty()).then_some(&table))
}

fn team_table(request: &Request, view: &View, own: bool) -> Markup {
    let path = user_path(view.user.id);
    let table = view.memberships.iter().fold(
        Table::new().head(["Team", "From", "To", "End"]).first_cell_is_header(true),
        |table, member| {
            let name = view.team_names.iter().find(|(id, _)| *id == member.team);
            let name = name.map_or("Unknown team", |(_, name)| name.as_str());
            let [from, to] = times(member.span);
            let end = format!("{path}/teams/{}/end", member.id);
            table.row([Cell::new(name), from, to, end_cell(request, member.span, own, &end, name)])
        },
    );
    let add = (!own).then(|| ("Add to a team", format!("{path}/teams/new")));
    section(request, "Teams", "In no team so far.", add, (!view.memberships.is_empty()).then_some(&table))
}

fn school_table(request: &Request, view: &View, own: bool) -> Markup {
    let path = user_path(view.user.id);
    let table = view.secondments.iter().fold(
        Table::new().head(["School (URN)", "From", "To", "End"]).first_cell_is_header(true),
        |table, row| {
            let [from, to] = times(row.span);
            let end = format!("{path}/schools/{}/end", row.id);
            let what = format!("the secondment to {}", row.urn);
            table.row([
                Cell::new(row.urn.to_string()),
                from,
                to,
                end_cell(request, row.span, own, &end, &what),
            ])
        },
    );
    let add = (!own).then(|| ("Second to a school", format!("{path}/schools/new")));
    let some = (!view.secondments.is_empty()).then_some(&table);
    section(request, "Schools", "Not seconded to any school so far.", add, some)
}

/// What the roles of this moment come to, from the policy table itself.
fn effective(held: &[Role]) -> Markup {
    let mut table = Table::new().head(["May", "Reach", "Through"]).first_cell_is_header(true);
    let mut any = false;
    for action in Action::ALL {
        for (role, reach) in rights(*action).iter().filter(|(role, _)| held.contains(role)) {
            any = true;
            table = table.row([Cell::new(action.title()), Cell::new(reach.title()), Cell::new(role.title())]);
        }
    }
    html! {
        h2 class="govuk-heading-m" { "What this comes to now" }
        @if any { (scroll("What this comes to now", &table)) } @else {
            p class="govuk-body" { "Nothing: whoever holds no role can sign in and out only." }
        }
    }
}

/// Goes back to the user, or shows which rule stood in the way.
async fn answer(request: &Request, id: Uuid, result: Result<()>) -> Outcome {
    let mut errors = Errors::new();
    match super::parts::caught(result, &mut errors)? {
        Some(()) => Ok(request.redirect(&user_path(id))),
        None => page(request, id, &errors).await,
    }
}

/// Suspends.
pub(super) async fn suspend(request: Request, Path(id): Path<Uuid>) -> Outcome {
    let done = users::suspend(&request, id).await;
    answer(&request, id, done).await
}

/// Restores.
pub(super) async fn restore(request: Request, Path(id): Path<Uuid>) -> Outcome {
    let done = users::restore(&request, id).await;
    answer(&request, id, done).await
}

/// Ends a lock-out.
pub(super) async fn unlock(request: Request, Path(id): Path<Uuid>) -> Outcome {
    let done = users::unlock(&request, id).await;
    answer(&request, id, done).await
}

/// Resets the sign-in and shows the new link, this once.
pub(super) async fn reset(request: Request, Path(id): Path<Uuid>) -> Outcome {
    let mut errors = Errors::new();
    match super::parts::caught(users::reset(&request, id).await, &mut errors)? {
        Some(link) => reset_page(&request, id, &link).await,
        None => page(&request, id, &errors).await,
    }
}

async fn reset_page(
    request: &Request,
    id: Uuid,
    link: &crate::auth::service::set_up::SetUpLink,
) -> Result<Response, Failure> {
    let user = users::get(request, id).await?;
    Ok(link_page(request, "Sign-in reset", &user.name, link))
}

/// Ends a role.
pub(super) async fn end_role(request: Request, Path((id, grant)): Path<(Uuid, Uuid)>) -> Outcome {
    let done = roles::end(&request, id, grant).await;
    answer(&request, id, done).await
}

/// Ends a time in a team.
pub(super) async fn end_team(request: Request, Path((id, membership)): Path<(Uuid, Uuid)>) -> Outcome {
    let done = teams::end_member(&request, membership).await;
    answer(&request, id, done).await
}

/// Ends a secondment.
pub(super) async fn end_school(request: Request, Path((id, secondment)): Path<(Uuid, Uuid)>) -> Outcome {
    let done = teams::end_secondment(&request, secondment).await;
    answer(&request, id, done).await
}
