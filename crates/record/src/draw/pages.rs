//! The pieces of pages about draws, for the pages of the capability that draws.

use govuk::{
    Button, Cell, Details, Input, InsetText, Select, SelectItem, SummaryList, Table, Tag, TagColour,
    WarningText,
};
use maud::{Markup, Render as _, html};
use platform::{
    clock::in_words,
    web::{Errors, Form, Request},
};
use stats::allocation::{Details as Told, Method, Values};

use super::model::{Draw, Listed, Plan, REASON_MAX, What};
use crate::ui;

/// How a method is named to people.
pub fn method_title(method: &Method) -> &'static str {
    match method {
        Method::Simple => "Each by itself, in the ratio of the arms",
        Method::Complete => "As many to each arm as the ratio says, in every group",
        Method::Counts(_) => "A stated number to each arm, in every group",
        Method::Blocks(_) => "In blocks, within every group",
        Method::BiasedCoin(_) => "A biased coin, within every group",
        Method::Urn { .. } => "An urn, within every group",
        Method::Minimisation(_) => "Minimisation: the arm that keeps both sides alike is the likelier",
        Method::Constrained(_) => {
            "Constrained: one at random among the allocations that keep both sides alike"
        }
    }
}

fn hash(text: &str) -> Markup {
    html! { span class="app-hash" { (text) } }
}

fn state(drawn: bool) -> Tag {
    if drawn {
        Tag::new("Drawn").colour(TagColour::Green)
    } else {
        Tag::new("Sealed").colour(TagColour::Blue)
    }
}

/// The draws of a kind as a table, each leading to `path/{id}`.
pub fn table(request: &Request, path: &str, draws: &[Listed]) -> Markup {
    if draws.is_empty() {
        return html! { p class="govuk-body" { "None yet." } };
    }
    let rows = Table::new()
        .head(["Draw", "State", "Units", "Sealed", "Drawn", "Hash"])
        .first_cell_is_header(true)
        .rows(draws.iter().map(|draw| {
            let href = request.href(&format!("{path}/{}", draw.id));
            [
                Cell::new(html! { a class="govuk-link" href=(href) { (draw.number) ". " (draw.purpose) } }),
                Cell::new(state(draw.drawn.is_some())),
                Cell::number(draw.units),
                Cell::new(format!("{}, {}", draw.sealed_by, in_words(draw.sealed_at))),
                Cell::new(
                    draw.drawn
                        .as_ref()
                        .map_or_else(|| "Not yet".to_owned(), |(at, by)| format!("{by}, {}", in_words(*at))),
                ),
                Cell::new(html! { span class="app-hash" { (draw.hash) } }),
            ]
        }));
    ui::scroll("Draws", rows)
}

/// The arms with their parts of the whole or, where a number was stated for each, with their numbers.
fn arms(plan: &Plan) -> (&'static str, String) {
    let parts = |numbers: &mut dyn Iterator<Item = String>| {
        let named = plan.arms.names.iter().zip(numbers).map(|(name, number)| format!("{name} ({number})"));
        named.collect::<Vec<_>>().join(", ")
    };
    match &plan.method {
        Method::Counts(strata) => {
            let sum = |arm| strata.iter().filter_map(|(_, counts)| counts.get(arm)).sum::<usize>();
            let mut sums = (0..plan.arms.names.len()).map(|arm| sum(arm).to_string());
            ("Arms, with their numbers", parts(&mut sums))
        }
        _ => ("Arms, with their parts", parts(&mut plan.arms.ratio.iter().map(ToString::to_string))),
    }
}

/// What was sealed: the list, the arms, the method, and what was published.
pub fn sealed(draw: &Draw) -> Markup {
    let (arms_key, arms) = arms(&draw.plan);
    let mut list = SummaryList::new()
        .row(("State", html! { (state(draw.result.is_some())) }))
        .row(("Sealed", format!("{} by {}", in_words(draw.sealed_at), draw.sealed_by.1)))
        .row(("Units", draw.plan.list.len().to_string()))
        .row((arms_key, arms))
        .row(("Method", method_title(&draw.plan.method)))
        .row(("Commitment", hash(&draw.commitment.commitment)))
        .row(("Hash of the list", hash(&draw.commitment.list_hash)))
        .row(("Hash of arms and method", hash(&draw.commitment.method_hash)));
    if !draw.commitment.public_source.is_empty() {
        list = list.row(("Public randomness", draw.commitment.public_source.as_str()));
    }
    if let Some(result) = &draw.result {
        list = list.row(("Drawn", format!("{} by {}", in_words(result.at), result.by)));
    }
    html! {
        @if !draw.sound {
            (WarningText::new("What is stored is not what was sealed: the list, the arms or the method no longer have their hash. Somebody changed the database by hand. Do not rely on this draw."))
        }
        (list)
        @if !draw.plan.basis.is_empty() {
            ul class="govuk-list govuk-list--bullet" { @for line in &draw.plan.basis { li class="govuk-!-text-break-word" { (line) } } }
        }
        (Details::new("The sealed list", ui::scroll("The sealed list", units(draw))))
    }
}

fn units(draw: &Draw) -> Table {
    let list = &draw.plan.list;
    let head = ["Unit", "Group"].into_iter().map(str::to_owned);
    let table = Table::new()
        .first_cell_is_header(true)
        .head(head.chain(list.columns.iter().map(|column| column.name.clone())).map(Cell::new));
    table.rows(list.ids.iter().zip(&list.strata).enumerate().map(|(place, (id, stratum))| {
        let mut cells = vec![Cell::new(draw.label(id)), Cell::new(stratum.as_str())];
        cells.extend(list.columns.iter().map(|column| match &column.values {
            Values::Numbers(numbers) => {
                Cell::number(numbers.get(place).map_or_else(String::new, |number| format!("{number:.2}")))
            }
            Values::Levels(levels) => Cell::new(levels.get(place).cloned().unwrap_or_default()),
        }));
        cells
    }))
}

/// The one button, for somebody else than the one who sealed.
pub fn make_form(request: &Request, path: &str, draw: &Draw, form: &Form, errors: &Errors) -> Markup {
    if draw.result.is_some() {
        return html! {};
    }
    if draw.sealed_by.0 == request.actor.id {
        return html! {
            (InsetText::new("You sealed this list, so somebody else makes the draw. Ask a colleague who may draw to sign in and open this page."))
        };
    }
    let source = &draw.commitment.public_source;
    ui::form(
        request,
        path,
        &html! {
            input type="hidden" name="step" value="make";
            @if source.is_empty() {
                div id="make" {}
            } @else {
                (Input::new("public-value").label("The public value").hint(format!("From: {source}"))
                    .value(form.raw("public-value").to_owned()).error(errors.of("public-value")))
            }
            (WarningText::new("A draw is made once. Its result stands, whatever it is."))
            (Button::new("Make the draw"))
        },
    )
}

/// The result: who is in which arm, and how alike the arms are.
pub fn result(draw: &Draw) -> Markup {
    let Ok(standings) = draw.standings() else { return html! {} };
    let Some(result) = &draw.result else { return html! {} };
    let table = Table::new().first_cell_is_header(true).head(["Unit", "Group", "Drawn to", "Now"]).rows(
        standings.iter().map(|one| {
            let now = match (&one.now, &one.drawn) {
                (None, _) => Tag::new("Withdrawn").colour(TagColour::Grey).render(),
                (Some(now), Some(drawn)) if now == drawn => html! { (now) },
                (Some(now), _) => html! { (now) " " (Tag::new("Not as drawn").colour(TagColour::Yellow)) },
            };
            [
                Cell::new(draw.label(&one.unit)),
                Cell::new(one.stratum.as_str()),
                Cell::new(one.drawn.clone().unwrap_or_else(|| "Not drawn".to_owned())),
                Cell::new(now),
            ]
        }),
    );
    let failed: Vec<&str> =
        result.checks.iter().filter(|check| !check.holds).map(|check| check.what).collect();
    html! {
        h2 class="govuk-heading-l" { "Result" }
        @if !failed.is_empty() {
            (WarningText::new(format!("The draw was repeated just now and this did not hold: {}.", failed.join("; "))))
        } @else {
            p class="govuk-body" { "The draw was repeated just now from its certificate, and gave this result." }
        }
        (ui::scroll("Result", table))
        (balance(draw))
    }
}

fn balance(draw: &Draw) -> Markup {
    let Some(result) = &draw.result else { return html! {} };
    let balance = &result.certificate.balance;
    if balance.rows.is_empty() {
        return html! {};
    }
    let arms = &result.certificate.arms.names;
    let mut table =
        Table::new().caption("Balance between the arms").first_cell_is_header(true).head(["Covariate"]);
    for (place, arm) in arms.iter().enumerate() {
        let count = balance.counts.get(place).copied().unwrap_or(0);
        table = table.heading(Cell::new(format!("{arm} ({count})")).numeric(true));
    }
    for arm in arms.iter().skip(1) {
        table = table.heading(Cell::new(format!("Difference, {arm}")).numeric(true));
    }
    let table = table.rows(balance.rows.iter().map(|row| {
        let mut cells = vec![Cell::new(row.name.as_str())];
        cells.extend(row.means.iter().map(|mean| Cell::number(format!("{mean:.2}"))));
        cells.extend(row.differences.iter().skip(1).map(|difference| {
            Cell::number(difference.map_or_else(|| "z".to_owned(), |difference| format!("{difference:+.2}")))
        }));
        cells
    }));
    html! {
        (ui::scroll("Balance between the arms", table))
        p class="govuk-body-s" {
            "Means, and standardised differences from " (arms.first().map_or("", String::as_str)) ". z: not applicable, because nothing varies."
        }
    }
}

/// What happened since the draw, and the form to add to it.
pub fn events(request: &Request, path: &str, draw: &Draw, form: &Form, errors: &Errors) -> Markup {
    let Ok(standings) = draw.standings() else { return html! {} };
    let value = |name: &str| Some(form.raw(name).to_owned()).filter(|text| !text.is_empty());
    let table = Table::new()
        .first_cell_is_header(true)
        .head(["Unit", "What", "By or to", "Why", "Recorded"])
        .rows(draw.events.iter().map(|event| {
            [
                Cell::new(draw.label(&event.unit)),
                Cell::new(event.what.title()),
                Cell::new(event.other.clone().unwrap_or_default()),
                Cell::new(event.reason.as_str()),
                Cell::new(format!("{}, {}", event.by, in_words(event.at))),
            ]
        }));
    let inside = standings.iter().filter(|one| one.now.is_some());
    html! {
        h2 class="govuk-heading-l" { "Since the draw" }
        @if draw.events.is_empty() {
            p class="govuk-body" { "Everything is as it was drawn." }
        } @else {
            (ui::scroll("Since the draw", table))
        }
        div class="app-screen-only" {
            (Details::new("Record a withdrawal, a replacement or an override", ui::form(request, path, &html! {
                input type="hidden" name="step" value="add";
                p class="govuk-body" { "The draw stays as it is. What happened is added below it, and analyses can follow either." }
                (Select::new("unit").label("Unit").item(SelectItem::new("", "Choose"))
                    .items(inside.map(|one| SelectItem::new(one.unit.as_str(), draw.label(&one.unit))))
                    .value(value("unit")).error(errors.of("unit")))
                (Select::new("what").label("What happened").item(SelectItem::new("", "Choose"))
                    .items(What::ALL.map(|what| SelectItem::new(what.slug(), what.title())))
                    .value(value("what")).error(errors.of("what")))
                (Input::new("other").label("Who takes its place, or its new arm").hint("Leave empty for a withdrawal")
                    .value(value("other")).error(errors.of("other")))
                (Input::new("reason").label("Why").hint(format!("At most {REASON_MAX} characters")).value(value("reason"))
                    .error(errors.of("reason")))
                (Button::new("Record it").secondary())
            })).open(form.raw("step") == "add"))
        }
    }
}

/// The certificate, to be printed and given to anybody.
pub fn certificate(draw: &Draw, organisation: &str) -> Markup {
    let Some(result) = &draw.result else { return html! {} };
    let one = &result.certificate;
    let by_script = matches!(
        one.method,
        Method::Simple | Method::Complete | Method::Counts(_) | Method::Blocks(_) | Method::Minimisation(_)
    );
    let mut facts = SummaryList::new()
        .row(("Council", organisation.to_owned()))
        .row(("Draw", format!("{}. {}", draw.number, one.title)))
        .row(("Sealed", format!("{} by {}", in_words(draw.sealed_at), draw.sealed_by.1)))
        .row(("Drawn", format!("{} by {}", in_words(result.at), result.by)))
        .row(("Method", method_title(&one.method)))
        .row(("Commitment", hash(&one.commitment.commitment)))
        .row(("Hash of the list", hash(&one.commitment.list_hash)))
        .row(("Hash of arms and method", hash(&one.commitment.method_hash)))
        .row(("Seed, revealed", hash(&one.seed)))
        .row(("Salt, revealed", hash(&one.salt)));
    if !one.public_value.is_empty() {
        facts = facts
            .row(("Public randomness", one.commitment.public_source.as_str()))
            .row(("Public value", one.public_value.as_str()));
    }
    let facts = facts
        .row(("Seed of the draw", hash(&one.draw_seed)))
        .row(("Hash of the certificate file", hash(&result.hash)));
    let placed =
        Table::new().caption("Result").first_cell_is_header(true).head(["Unit", "Group", "Arm"]).rows(
            one.result.iter().map(|placed| {
                [
                    Cell::new(draw.label(&placed.id)),
                    Cell::new(placed.stratum.as_str()),
                    Cell::new(placed.arm.as_str()),
                ]
            }),
        );
    let checks =
        Table::new().caption("Checked just now").first_cell_is_header(true).head(["What", "Holds"]).rows(
            result
                .checks
                .iter()
                .map(|check| [Cell::new(check.what), Cell::new(if check.holds { "Yes" } else { "No" })]),
        );
    html! {
        (facts)
        (ui::scroll("Result", placed))
        (balance(draw))
        @if let Told::Constraint(validity) = &one.details {
            p class="govuk-body" { (validity.candidates) " candidates, " (validity.kept) " kept." }
            @for remark in &validity.remarks { (WarningText::new(remark.as_str())) }
        }
        (ui::scroll("Checked just now", checks))
        h2 class="govuk-heading-m" { "How to repeat it" }
        p class="govuk-body" {
            "The certificate file holds the list, the method, the seed and the result. The rules are published byte by byte in "
            "docs/methods/randomisation.md of Nearhand's source."
            @if by_script {
                " Anybody with Python can repeat the draw: python3 docs/methods/repeat_draw.py certificate.json says whether the certificate holds."
            } @else {
                " This method is repeated by Nearhand itself, of which everybody may have a copy; the short Python script does not know it."
            }
        }
    }
}
