//! Giving a role, adding to a team, seconding to a school.

use govuk::{Button, Input, InputWidth, Select, SelectItem};
use maud::{Markup, html};
use uuid::Uuid;

use super::parts::{caught, form as posted, span, span_fields, summary, user_path};
use crate::{
    auth::{
        model::{Broken, rules},
        service::{directory, roles, teams, users},
    },
    policy::Role,
    web::{Errors, Form, Outcome, Path, Request},
};

/// One of the three forms.
async fn page(
    request: &Request,
    id: Uuid,
    title: &str,
    path: &str,
    field: &Markup,
    form: &Form,
    errors: &Errors,
) -> Outcome {
    let user = users::get(request, id).await?;
    let back = user_path(id);
    let body = html! {
        (summary(errors))
        span class="govuk-caption-l" { (user.name) }
        h1 class="govuk-heading-l" { (title) }
        (posted(request, &format!("{back}/{path}"), &html! {
            (field)
            (span_fields(form, errors))
            (Button::new("Save"))
        }))
    };
    Ok(request.page(title).back(user.name.as_str(), &back).in_error(!errors.is_empty()).render(body))
}

/// A rule about the user as a whole has no field of its own here, so it stands with the first.
fn on_field(errors: Errors, field: &str) -> Errors {
    let mut moved = Errors::new();
    for error in errors.iter() {
        let place = if error.field == "user" { field } else { &error.field };
        moved.add(place, error.message.as_str());
    }
    moved
}

/// Asks for a role.
pub(super) async fn role_form(request: Request, Path(id): Path<Uuid>) -> Outcome {
    let form = request.draft().await?.unwrap_or_default();
    role_page(&request, id, &form, &Errors::new()).await
}

/// Gives a role.
pub(super) async fn give_role(request: Request, Path(id): Path<Uuid>, form: Form) -> Outcome {
    let mut errors = Errors::new();
    let role = Role::from_slug(form.text("role"));
    if role.is_none() {
        errors.add("role", Broken::RoleNotAssignable.message());
    }
    let span = span(&request, &form, &mut errors);
    if let (Some(role), Some(span)) = (role, span)
        && caught(roles::give(&request, id, role, span).await, &mut errors)?.is_some()
    {
        return Ok(request.redirect(&user_path(id)));
    }
    role_page(&request, id, &form, &on_field(errors, "role")).await
}

async fn role_page(request: &Request, id: Uuid, form: &Form, errors: &Errors) -> Outcome {
    let field = html! {
        (Select::new("role").label("Role").item(SelectItem::new("", "Choose a role"))
            .items(Role::assignable().map(|role| (role.slug(), role.title())))
            .value(form.raw("role")).error(errors.of("role")))
    };
    page(request, id, "Give a role", "roles/new", &field, form, errors).await
}

/// Asks for a team.
pub(super) async fn team_form(request: Request, Path(id): Path<Uuid>) -> Outcome {
    let form = request.draft().await?.unwrap_or_default();
    team_page(&request, id, &form, &Errors::new()).await
}

/// Adds to a team.
pub(super) async fn add_team(request: Request, Path(id): Path<Uuid>, form: Form) -> Outcome {
    let mut errors = Errors::new();
    let team = form.text("team").parse::<Uuid>().ok();
    if team.is_none() {
        errors.add("team", "Choose a team from the list");
    }
    let span = span(&request, &form, &mut errors);
    if let (Some(team), Some(span)) = (team, span)
        && caught(teams::add_member(&request, team, id, span).await, &mut errors)?.is_some()
    {
        return Ok(request.redirect(&user_path(id)));
    }
    team_page(&request, id, &form, &on_field(errors, "team")).await
}

async fn team_page(request: &Request, id: Uuid, form: &Form, errors: &Errors) -> Outcome {
    let teams = directory::teams(request).await?;
    let field = html! {
        (Select::new("team").label("Team").item(SelectItem::new("", "Choose a team"))
            .items(teams.iter().map(|(id, name)| (id.to_string(), name.as_str())))
            .value(form.raw("team")).error(errors.of("team")))
    };
    page(request, id, "Add to a team", "teams/new", &field, form, errors).await
}

/// Asks for a school.
pub(super) async fn school_form(request: Request, Path(id): Path<Uuid>) -> Outcome {
    let form = request.draft().await?.unwrap_or_default();
    school_page(&request, id, &form, &Errors::new()).await
}

/// Seconds to a school.
pub(super) async fn second(request: Request, Path(id): Path<Uuid>, form: Form) -> Outcome {
    let mut errors = Errors::new();
    let urn = rules::urn(form.text("urn"));
    if let Err(broken) = urn {
        errors.add(broken.field(), broken.message());
    }
    let span = span(&request, &form, &mut errors);
    if let (Ok(urn), Some(span)) = (urn, span)
        && caught(teams::second(&request, id, urn, span).await, &mut errors)?.is_some()
    {
        return Ok(request.redirect(&user_path(id)));
    }
    school_page(&request, id, &form, &on_field(errors, "urn")).await
}

async fn school_page(request: &Request, id: Uuid, form: &Form, errors: &Errors) -> Outcome {
    let field = html! {
        (Input::new("urn").label("School’s URN").hint("6 digits, for example 116449").inputmode("numeric")
            .width(InputWidth::Chars10).value(form.raw("urn")).error(errors.of("urn")))
    };
    page(request, id, "Second to a school", "schools/new", &field, form, errors).await
}
