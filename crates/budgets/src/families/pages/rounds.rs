//! The rounds, and beginning one.

use govuk::{Button, Cell, CharacterCount, Input, InsetText, Select, SelectItem, Table};
use maud::{Markup, html};
use platform::{
    clock::in_words,
    web::{Errors, Form, Outcome, Request},
};
use record::ui::{date, date_input};
use uuid::Uuid;

use super::{DRAWS, PATH, typed};
use crate::{
    Error,
    families::{
        model::{Round, WORDS_MAX},
        service::{self, NewRound},
    },
    policy::service::all_live,
    pots::store as pots,
    ui,
};

fn table(request: &Request, rounds: &[Round], path: &str) -> Markup {
    if rounds.is_empty() {
        return html! { (InsetText::new("No round was begun yet.")) };
    }
    let rows = Table::new().first_cell_is_header(true).head(["Round", "State", "Begun"]).rows(
        rounds.iter().map(|round| {
            let href = request.href(&format!("{path}/{}", round.id));
            [
                Cell::new(html! { a class="govuk-link" href=(href) { (round.name) } }),
                Cell::new(if round.draw_id.is_some() { "List sealed" } else { "Open for nominations" }),
                Cell::new(format!("{} by {}", in_words(round.at), round.by)),
            ]
        }),
    );
    record::ui::scroll("Rounds", rows)
}

pub(super) async fn list(request: Request) -> Outcome {
    let rounds = service::rounds(&request).await?;
    let body = html! {
        (ui::parts(&request, PATH))
        h1 class="govuk-heading-xl" { "Families for a budget" }
        p class="govuk-body-l" {
            "You nominate families for whom a care order is imminent. Chance decides which of them have a budget, so that nobody has to choose between families."
        }
        (table(&request, &rounds, "/budgets/families/rounds"))
    };
    Ok(request.page("Families for a budget").wide().render(body))
}

pub(super) async fn draws(request: Request) -> Outcome {
    let rounds = service::rounds(&request).await?;
    let body = html! {
        (ui::parts(&request, DRAWS))
        h1 class="govuk-heading-xl" { "Draw families at random" }
        ol class="govuk-list govuk-list--number" {
            li { "You begin a round and write down the basis: who agreed that chance decides, what families are told, and when somebody may go against it." }
            li { "Team managers nominate families." }
            li { "You seal the list. It cannot be changed afterwards, and a secret seed is locked away that nobody can read." }
            li { "A colleague signs in and makes the draw, once. Anybody can repeat it from its certificate." }
            li { "Each family that was drawn gets a pot." }
        }
        (table(&request, &rounds, DRAWS))
        p class="govuk-body" { a class="govuk-link" href=(request.href("/budgets/families/draws/new")) { "Begin a round" } }
    };
    Ok(request.page("Draw families at random").wide().render(body))
}

pub(super) async fn open(request: Request) -> Outcome {
    let form = request.draft().await?.unwrap_or_default();
    page(&request, &form, &Errors::new()).await
}

pub(super) async fn take(request: Request, form: Form) -> Outcome {
    let mut errors = Errors::new();
    errors.required(&form, "name", "Enter a name for the round");
    errors.required(&form, "agreed-by", "Enter who agreed to the basis");
    for (field, what) in [
        ("basis", "the basis on which families are drawn"),
        ("notice", "what families are told"),
        ("exceptions", "the rule for exceptions"),
    ] {
        errors.required(&form, field, &format!("Enter {what}"));
        errors.at_most(&form, field, WORDS_MAX, "The text");
    }
    let agreed_on = date(&form, "agreed", "The day of the agreement", &mut errors);
    if agreed_on.is_none() && errors.of("agreed-day").is_none() {
        errors.add("agreed-day", "Enter the day of the agreement");
    }
    let id = |field: &str| form.raw(field).parse::<Uuid>().ok();
    let (policy, fund) = (id("policy"), id("fund"));
    if policy.is_none() {
        errors.add("policy", "Choose the rules");
    }
    if fund.is_none() {
        errors.add("fund", "Choose the fund");
    }
    if let (Some(policy_id), Some(fund_id), Some(agreed_on), true) =
        (policy, fund, agreed_on, errors.is_empty())
    {
        let text = |field: &str| form.text(field).to_owned();
        let new = NewRound {
            name: text("name"),
            policy_id,
            fund_id,
            agreed_by: text("agreed-by"),
            agreed_on,
            basis: text("basis"),
            notice: text("notice"),
            exceptions: text("exceptions"),
        };
        match service::begin(&request, &new).await {
            Ok(id) => return Ok(request.redirect(&format!("{DRAWS}/{id}"))),
            Err(Error::Choice(why)) => errors.add("name", ui::sentence(&why)),
            Err(error) => return Err(error.into()),
        }
    }
    page(&request, &form, &errors).await
}

async fn page(request: &Request, form: &Form, errors: &Errors) -> Outcome {
    let today = request.today();
    let rules: Vec<_> =
        all_live(request, today).await?.into_iter().filter(|live| live.policy.draw.is_some()).collect();
    let funds: Vec<_> =
        pots::funds(request.db()).await?.into_iter().filter(|fund| fund.is_open_on(today)).collect();
    let words = |field: &'static str, label: &'static str, hint: &'static str| {
        CharacterCount::new(field)
            .label(label)
            .hint(hint)
            .rows(4)
            .max_length(u32::try_from(WORDS_MAX).unwrap_or(u32::MAX))
            .value(typed(form, field))
            .error(errors.of(field))
    };
    let body = html! {
        (record::ui::summary(errors))
        h1 class="govuk-heading-xl" { "Begin a round" }
        @if rules.is_empty() || funds.is_empty() {
            (InsetText::new("A round needs rules under which families are drawn, live today, and a fund that is open."))
        }
        (record::ui::form(request, "/budgets/families/draws/new", &html! {
            (Input::new("name").label("Name of the round").value(typed(form, "name")).error(errors.of("name")))
            (Select::new("policy").label("Rules").item(SelectItem::new("", "Choose"))
                .items(rules.iter().map(|live| SelectItem::new(live.policy_id.to_string(), format!("{}, version {}", live.policy.name, live.number))))
                .value(typed(form, "policy")).error(errors.of("policy")))
            (Select::new("fund").label("Fund").item(SelectItem::new("", "Choose"))
                .items(funds.iter().map(|fund| SelectItem::new(fund.id.to_string(), fund.name.as_str())))
                .value(typed(form, "fund")).error(errors.of("fund")))
            h2 class="govuk-heading-m" { "The basis" }
            p class="govuk-body" { "All of this is sealed with the list, and stands in the draw for everybody to read. Do not name a family in it." }
            (words("basis", "Why is it right that chance decides?", "What is not enough for all, what nobody knows yet, and what every family has in any case"))
            (Input::new("agreed-by").label("Who agreed to it?").hint("A role or a board").value(typed(form, "agreed-by")).error(errors.of("agreed-by")))
            (date_input(form, "agreed", "When?", "For example, 20 6 2019", errors))
            (words("notice", "What are families told, when and by whom?", ""))
            (words("exceptions", "When may somebody go against the draw, and who decides?", "For example, where a child would be at risk"))
            (Button::new("Begin the round"))
        }))
    };
    Ok(request.page("Begin a round").wide().back("Draws", DRAWS).in_error(!errors.is_empty()).render(body))
}
