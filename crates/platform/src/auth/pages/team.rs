//! Teams and their members.

use govuk::{Button, Cell, Input, Table};
use maud::html;
use uuid::Uuid;

use super::parts::{caught, form as posted, instant, row_button, scroll, summary, user_path};
use crate::{
    auth::service::{directory, teams},
    clock::in_words,
    web::{Errors, Form, Outcome, Path, Request},
};

/// The list.
pub(super) async fn list(request: Request) -> Outcome {
    let teams = teams::list(&request).await?;
    let table = teams.iter().fold(
        Table::new()
            .head([Cell::new("Team"), Cell::new("People now").numeric(true)])
            .first_cell_is_header(true),
        |table, (team, count)| {
            let href = request.href(&format!("/teams/{}", team.id));
            table.row([
                Cell::new(html! { a class="govuk-link" href=(href) { (team.name) } }),
                Cell::number(count),
            ])
        },
    );
    let body = html! {
        h1 class="govuk-heading-l" { "Teams" }
        (Button::new("Add a team").href(request.href("/teams/new")))
        @if teams.is_empty() { p class="govuk-body" { "There is no team yet." } } @else { (scroll("Teams", &table)) }
    };
    Ok(request.page("Teams").wide().render(body))
}

/// Asks for a new team.
pub(super) async fn new_form(request: Request) -> Outcome {
    let form = request.draft().await?.unwrap_or_default();
    Ok(new_page(&request, &form, &Errors::new()))
}

/// Makes a new team.
pub(super) async fn create(request: Request, form: Form) -> Outcome {
    let mut errors = Errors::new();
    if let Some(id) = caught(teams::create(&request, form.text("name")).await, &mut errors)? {
        return Ok(request.redirect(&format!("/teams/{id}")));
    }
    Ok(new_page(&request, &form, &errors))
}

fn new_page(request: &Request, form: &Form, errors: &Errors) -> axum::response::Response {
    let body = html! {
        (summary(errors))
        h1 class="govuk-heading-l" { "Add a team" }
        (posted(request, "/teams/new", &html! {
            (Input::new("name").label("Name of the team").value(form.raw("name")).error(errors.of("name")))
            (Button::new("Add team"))
        }))
    };
    request.page("Add a team").back("Teams", "/teams").in_error(!errors.is_empty()).render(body)
}

/// Shows a team and who is, was or will be in it.
pub(super) async fn show(request: Request, Path(id): Path<Uuid>) -> Outcome {
    let team = teams::get(&request, id).await?;
    let members = teams::members(&request, id).await?;
    let ids: Vec<Uuid> = members.iter().map(|member| member.user).collect();
    let names = directory::names(&request, &ids).await?;
    let table = members.iter().fold(
        Table::new().head(["Name", "From", "To", "End"]).first_cell_is_header(true),
        |table, member| {
            let name = names.get(&member.user).map_or("Unknown", String::as_str);
            let over = member.span.to.is_some_and(|to| to <= request.now());
            let end = format!("/teams/{id}/members/{}/end", member.id);
            table.row([
                Cell::new(
                    html! { a class="govuk-link" href=(request.href(&user_path(member.user))) { (name) } },
                ),
                Cell::new(in_words(member.span.from)),
                Cell::new(instant(member.span.to, "No end")),
                match (over, member.user == request.actor.id) {
                    (true, _) => Cell::new("Ended"),
                    (false, true) => Cell::new("You"),
                    (false, false) => Cell::new(row_button(&request, &end, "End now", name)),
                },
            ])
        },
    );
    let body = html! {
        h1 class="govuk-heading-l" { (team.name) }
        @if members.is_empty() {
            p class="govuk-body" { "Nobody is in this team yet." }
        } @else {
            (scroll("Members", &table))
        }
        p class="govuk-body" {
            "To add somebody, open their page under "
            a class="govuk-link" href=(request.href("/users")) { "Users" } "."
        }
    };
    Ok(request.page(team.name.as_str()).wide().back("Teams", "/teams").render(body))
}

/// Ends somebody's time in the team.
pub(super) async fn end_member(request: Request, Path((id, membership)): Path<(Uuid, Uuid)>) -> Outcome {
    teams::end_member(&request, membership).await?;
    Ok(request.redirect(&format!("/teams/{id}")))
}
