//! The list of users, and a new one.

use axum::response::Response;
use govuk::{
    Button, Cell, Checkboxes, ChoiceItem, Input, Pagination, Select, SelectItem, Table, Tag, TagColour,
    WarningText,
};
use maud::{Markup, html};
use uuid::Uuid;

use super::parts::{caught, form as posted, scroll, summary, user_path};
use crate::{
    auth::{
        service::{
            directory,
            set_up::SetUpLink,
            users::{self, Filter, NewUser, PER_PAGE, UserLine},
        },
        store::user,
    },
    clock::in_words,
    policy::Role,
    web::{Errors, Form, Outcome, Request},
};

/// The longest text that the list is searched for.
const TEXT_MAX: usize = 100;

/// The list. Its filter stands in the address: it names colleagues, never children.
pub(super) async fn list(request: Request) -> Outcome {
    let asked =
        |name: &str| request.query(name).map(|text| text.trim().chars().take(TEXT_MAX).collect::<String>());
    let (text, role, status) = (asked("name"), asked("role"), asked("status"));
    let filter = Filter {
        text: text.clone().filter(|text| !text.is_empty()),
        role: role.as_deref().and_then(Role::from_slug),
        status: status.clone().filter(|status| [user::ACTIVE, user::SUSPENDED].contains(&status.as_str())),
    };
    let page = request.query("page").and_then(|page| page.parse::<u32>().ok()).unwrap_or(1).max(1);
    let (found, total) = users::list(&request, &filter, u64::from(page) - 1, PER_PAGE).await?;
    let last = u32::try_from(total.div_ceil(PER_PAGE)).unwrap_or(u32::MAX);
    let pages = Pagination::pages(page, last, |number| {
        let query = [
            ("name", text.clone().unwrap_or_default()),
            ("role", role.clone().unwrap_or_default()),
            ("status", status.clone().unwrap_or_default()),
            ("page", number.to_string()),
        ];
        format!("{}?{}", request.href("/users"), serde_urlencoded::to_string(query).unwrap_or_default())
    });
    let count = if total == 1 { "1 user".to_owned() } else { format!("{total} users") };
    let body = html! {
        h1 class="govuk-heading-l" { "Users" }
        (Button::new("Add a user").href(request.href("/users/new")))
        form method="get" action=(request.href("/users")) {
            (Input::new("name").label("Name or email address").value(text.as_ref()))
            (Select::new("role").label("Role held now").item(SelectItem::new("", "Any role"))
                .items(Role::assignable().map(|role| (role.slug(), role.title()))).value(role.as_ref()))
            (Select::new("status").label("Status").item(SelectItem::new("", "Any status"))
                .items([(user::ACTIVE, "Active"), (user::SUSPENDED, "Suspended")]).value(status.as_ref()))
            (Button::new("Show").secondary())
        }
        h2 class="govuk-heading-m" { (count) }
        @if found.is_empty() {
            p class="govuk-body" { "No user is like that. Change the filter to see others." }
        } @else {
            (scroll("Users", &table(&request, &found)))
        }
        @if last > 1 { (pages) }
    };
    Ok(request.page("Users").wide().render(body))
}

fn table(request: &Request, found: &[UserLine]) -> Table {
    found.iter().fold(
        Table::new().head(["Name", "Email address", "Roles", "Status"]).first_cell_is_header(true),
        |table, user| {
            let roles: Vec<&str> = user.roles.iter().map(|role| role.title()).collect();
            table.row([
                Cell::new(html! {
                    a class="govuk-link" href=(request.href(&user_path(user.id))) { (user.name) }
                }),
                Cell::new(user.sign_in_name.as_str()),
                Cell::new(if roles.is_empty() { "None".to_owned() } else { roles.join(", ") }),
                Cell::new(status_tag(user)),
            ])
        },
    )
}

/// How a user's sign-in stands.
pub(super) fn status_tag(user: &UserLine) -> Markup {
    let (words, colour) = if user.suspended {
        ("Suspended", TagColour::Red)
    } else if user.must_set_up {
        ("To be set up", TagColour::Teal)
    } else if user.locked_until.is_some() {
        ("Locked", TagColour::Magenta)
    } else {
        ("Active", TagColour::Green)
    };
    html! { (Tag::new(words).colour(colour)) }
}

/// Asks for a new user.
pub(super) async fn new_form(request: Request) -> Outcome {
    let form = request.draft().await?.unwrap_or_default();
    new_page(&request, &form, &Errors::new()).await
}

/// Makes a new user and shows the link, this once.
pub(super) async fn create(request: Request, form: Form) -> Outcome {
    let mut errors = Errors::new();
    errors.required(&form, "name", "Enter the person’s name");
    errors.required(&form, "sign-in-name", "Enter the person’s work email address");
    let roles: Vec<Role> = form.all("role").filter_map(Role::from_slug).collect();
    let team = form.text("team").parse::<Uuid>().ok();
    if errors.is_empty() {
        let new =
            NewUser { sign_in_name: form.text("sign-in-name"), name: form.text("name"), roles: &roles, team };
        if let Some(link) = caught(users::create(&request, new).await, &mut errors)? {
            return Ok(link_page(&request, "User added", form.text("name"), &link));
        }
    }
    new_page(&request, &form, &errors).await
}

async fn new_page(request: &Request, form: &Form, errors: &Errors) -> Outcome {
    let teams = directory::teams(request).await?;
    let roles = Role::assignable().map(|role| {
        ChoiceItem::new(role.slug(), role.title()).checked(form.all("role").any(|r| r == role.slug()))
    });
    let body = html! {
        (summary(errors))
        h1 class="govuk-heading-l" { "Add a user" }
        (posted(request, "/users/new", &html! {
            (Input::new("name").label("Name").value(form.raw("name")).error(errors.of("name")))
            (Input::new("sign-in-name").label("Work email address").kind("email").spellcheck(false)
                .hint("The person signs in with it").value(form.raw("sign-in-name"))
                .error(errors.of("sign-in-name")))
            (Checkboxes::new("role").legend("Roles").hint("Select all that the person’s work needs, from now on")
                .items(roles).error(errors.of("role")))
            (Select::new("team").label("Team").item(SelectItem::new("", "No team"))
                .items(teams.iter().map(|(id, name)| (id.to_string(), name.as_str())))
                .value(form.raw("team")).error(errors.of("team")))
            (Button::new("Add user"))
        }))
    };
    Ok(request.page("Add a user").back("Users", "/users").in_error(!errors.is_empty()).render(body))
}

/// Shows the link for setting up a sign-in, which is kept nowhere.
pub(super) fn link_page(request: &Request, title: &str, name: &str, link: &SetUpLink) -> Response {
    let address = format!("{}{}", request.app.settings.public_url, request.href(&link.path));
    let body = html! {
        h1 class="govuk-heading-l" { (title) }
        (WarningText::new("This link is shown only now. Whoever has it can set up the sign-in."))
        p class="govuk-body" {
            "Give it to " (name) " in a safe way: in person, or in a message that only they can read."
        }
        p class="govuk-body" { code class="app-code" { (address) } }
        p class="govuk-body" { "It works once, until " (in_words(link.expires_at)) "." }
        p class="govuk-body" {
            a class="govuk-link" href=(request.href(&user_path(link.user))) { "Open the user" }
        }
    };
    request.page(title).render(body)
}
