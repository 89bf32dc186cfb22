//! Earlier decisions, without identities.

use govuk::{Button, Cell, Details, Input, InputWidth, InsetText, Select, SelectItem, Table};
use maud::{Markup, html};
use platform::web::{Errors, Form, Outcome, Request};
use record::ui;
use uuid::Uuid;

use crate::{
    Pence,
    insight::{
        model::{
            decisions::{Decision, Query},
            redact::search_words,
        },
        service::{Found, categories, search as find},
    },
    money::TYPED_MAX,
    pots::pages::amount,
    ui as room,
};

/// The path of the page.
pub(super) const PATH: &str = "/budgets/insight/decisions";
/// Letters of what is looked for at most.
const WORDS_MAX: usize = 200;

pub(super) async fn form(request: Request) -> Outcome {
    page(&request, &Form::of(vec![]), &Errors::new(), None).await
}

pub(super) async fn search(request: Request, form: Form) -> Outcome {
    let mut errors = Errors::new();
    let query = read(&form, &mut errors);
    let found = if errors.is_empty() { Some(find(&request, &query).await?) } else { None };
    page(&request, &form, &errors, found).await
}

fn read(form: &Form, errors: &mut Errors) -> Query {
    errors.at_most(form, "words", WORDS_MAX, "Words");
    let pounds = |field: &str, errors: &mut Errors| -> Option<Pence> {
        if form.text(field).is_empty() { None } else { amount(form, field, TYPED_MAX, errors) }
    };
    let (from, to) = (pounds("from", errors), pounds("to", errors));
    if let (Some(from), Some(to)) = (from, to)
        && from > to
    {
        errors.add("to", "The largest amount must not be below the least");
    }
    Query {
        words: search_words(form.text("words")),
        category: Some(form.text("category").to_owned()).filter(|category| !category.is_empty()),
        from,
        to,
        agreed: match form.text("answer") {
            "agreed" => Some(true),
            "not-agreed" => Some(false),
            _ => None,
        },
        policy: form.text("policy").parse::<Uuid>().ok(),
    }
}

async fn page(request: &Request, form: &Form, errors: &Errors, found: Option<Found>) -> Outcome {
    let (titles, policies) = categories(request).await?;
    let any = || SelectItem::new("", "Any");
    let fields = html! {
        (Input::new("words").label("Words").value(form.raw("words")).error(errors.of("words"))
            .hint("All of them must stand in what it was for or in the answer, such as “driving lessons”"))
        (titles.iter().fold(Select::new("category").label("Category").value(form.text("category")).item(any()),
            |field, title| field.item(SelectItem::text_only(title.as_str()))))
        (Input::new("from").label("Least amount").value(form.raw("from")).prefix("£").inputmode("decimal")
            .width(InputWidth::Chars5).error(errors.of("from")))
        (Input::new("to").label("Largest amount").value(form.raw("to")).prefix("£").inputmode("decimal")
            .width(InputWidth::Chars5).error(errors.of("to")))
        (Select::new("answer").label("Answer").value(form.text("answer")).item(any())
            .items([("agreed", "Agreed"), ("not-agreed", "Not agreed")]))
        (policies.iter().fold(Select::new("policy").label("Rules").value(form.text("policy")).item(any()),
            |field, live| field.item(SelectItem::new(live.policy_id.to_string(), live.policy.name.as_str()))))
        (Button::new("Search"))
    };
    let body = html! {
        (ui::summary(errors))
        (room::parts(request, PATH))
        h1 class="govuk-heading-xl" { "Earlier decisions" }
        p class="govuk-body-l" { "What was asked for before, and the answer: without names, numbers, pots or days." }
        (ui::form(request, PATH, &fields))
        @if let Some(found) = &found { (results(found)) }
        (Details::new("What is taken out, and what cannot be", html! {
            p class="govuk-body" {
                "Names of the family’s children, of the people around them and of colleagues are taken out however they are written, names of others in
                 the record where they begin with a capital letter, and numbers, postcodes and days. Families with a restricted record are left
                 out, whoever looks. A name that the record does not have, or a story that you recognise, cannot be taken out: what you read
                 here is for your own decision and goes no further."
            }
            p class="govuk-body" { "Every search is logged, without its words." }
        }))
    };
    Ok(request.page("Earlier decisions").wide().in_error(!errors.is_empty()).render(body))
}

fn results(found: &Found) -> Markup {
    if found.total == 0 {
        return html! { (InsetText::new("No earlier decision was found. Use fewer words, or leave fields empty.")) };
    }
    let many = if found.total == 1 { "1 decision".to_owned() } else { format!("{} decisions", found.total) };
    html! {
        h2 class="govuk-heading-l" { (many) }
        (ui::scroll("Earlier decisions", found.decisions.iter().fold(
            Table::new().head(["Month", "What for", "Category"]).heading(Cell::new("Amount").numeric(true)).heading("Answer").heading("Rules"),
            |table, one| table.row(line(one)),
        )))
        @if found.total > found.decisions.len() {
            p class="govuk-body" { "The latest " (found.decisions.len()) " are shown. Narrow the search to see others." }
        }
    }
}

fn line(one: &Decision) -> [Cell; 6] {
    [
        Cell::new(one.month.words()),
        Cell::new(one.what_for.as_str()),
        Cell::new(one.category.as_str()),
        Cell::number(one.amount),
        Cell::new(html! {
            @match (one.agreed, one.at_once) {
                (true, true) => { "Agreed at once" }
                (true, false) => { "Agreed" }
                (false, _) => { "Not agreed" }
            }
            @for why in &one.why { br; (why) }
        }),
        Cell::new(one.policy.as_str()),
    ]
}
