//! The page on which schools are chosen and compared.

use axum::response::Response;
use govuk::{
    Button, Checkboxes, ChoiceItem, Details, Hint, Input, InputWidth, InsetText, Legend, Radios, Select,
    SelectItem, Size, Table, Textarea,
};
use maud::{Markup, Render as _, html};
use platform::{
    clock::in_words,
    web::{Errors, Failure, Request},
};
use uuid::Uuid;

use super::{
    super::{
        model::{Covariate, Exact, Frozen, RateKind},
        service::{self, Listed, Matched},
    },
    PATH,
    choice::Choice,
    results,
};
use crate::{counts::model::measure::Measure, figures::Kind};

/// The page: what was found, where something was compared; the form; the frozen comparisons.
pub(super) async fn page(
    request: &Request,
    choice: &Choice,
    errors: &Errors,
    matched: Option<&Matched>,
) -> Result<Response, Failure> {
    let title = if matched.is_some() { "Comparison, not frozen yet" } else { "Compare before outcomes" };
    let years = service::years_before(request, None).await?;
    let schools = service::register(request).await?;
    let plans = service::plans(request).await?;
    let frozen = if matched.is_none() { service::list(request).await? } else { vec![] };
    let body = html! {
        (::record::ui::summary(errors))
        (crate::ui::parts(request, PATH))
        h1 class="govuk-heading-xl" { (title) }
        @match (matched, &choice.settings) {
            (Some(matched), Some(settings)) => {
                (results::settings(settings, &matched.figures_hash))
                (results::markup(settings, &matched.outcome))
                (freeze(request, choice, errors, matched))
                h2 class="govuk-heading-l" { "Change the choice" }
                (form(request, choice, errors, &years, &schools, &plans))
            }
            _ => {
                p class="govuk-body-l" {
                    "Find schools that were like the chosen ones before the programme began, and freeze them before anybody sees what happened
                     next."
                }
                p class="govuk-body" {
                    "The schools with the highest rates this year mostly have lower ones next year, whatever is done: part of a high number is
                     chance. Schools that were as high, and had no social worker, show how much would have fallen by itself. Chosen later,
                     with outcomes in view, they could be made to show anything."
                }
                @if years.is_empty() {
                    (InsetText::new("No children in need return was imported yet. Schools can be compared when one is."))
                } @else {
                    (form(request, choice, errors, &years, &schools, &plans))
                }
                (list(request, &frozen))
            }
        }
    };
    Ok(request.page(title).wide().in_error(!errors.is_empty()).render(body))
}

fn value(choice: &Choice, name: &str) -> Option<String> {
    Some(choice.form.raw(name).to_owned()).filter(|text| !text.is_empty())
}

fn form(
    request: &Request,
    choice: &Choice,
    errors: &Errors,
    years: &[crate::counts::model::window::Window],
    schools: &[Listed],
    plans: &[(Uuid, String)],
) -> Markup {
    let all = |name: &str| choice.form.all(name).map(str::to_owned).collect::<Vec<_>>();
    let measures = Measure::ALL.into_iter().filter(|measure| !measure.is_roll());
    ::record::ui::form(
        request,
        PATH,
        &html! {
            (::record::ui::date_input(&choice.form, "starts", "First day of the programme",
                "Only what happened before this day is used. For example, 1 9 2018", errors))
            (Checkboxes::new("windows").legend(Legend::new("Past years"))
                .hint("The latest one ticked is the baseline; the others make the past trend. Tick none to use the last three that ended before the first day")
                .small()
                .items(years.iter().map(|window| ChoiceItem::new(window.name.as_str(), window.in_words())))
                .values(all("windows")).error(errors.of("windows")))
            @if !plans.is_empty() {
                (Select::new("plan").label("Schools of a frozen cluster plan")
                    .hint("All schools of its clusters are the chosen ones, and the plan’s hash is frozen with the comparison")
                    .item(SelectItem::new("", "No plan: the schools named below"))
                    .items(plans.iter().map(|(id, title)| SelectItem::new(id.to_string(), title.as_str())))
                    .value(value(choice, "plan").unwrap_or_default()).error(errors.of("plan")))
            }
            (Textarea::new("treated").label(if plans.is_empty() { "Chosen schools" } else { "Or the chosen schools one by one" }).rows(4)
                .hint("URNs, parted by commas, spaces or lines. Or tick the schools below")
                .value(value(choice, "treated")).error(errors.of("treated")))
            (Details::new("Pick the chosen schools from the list", picker(choice, schools)))
            (Textarea::new("excluded").label("Schools that must not be compared with (optional)").rows(4)
                .hint("A URN and the reason on each line, such as: 116458 its cluster has another programme")
                .value(value(choice, "excluded")).error(errors.of("excluded")))
            (Select::new("measure").label("Rate of what?").items(measures.map(|one| (one.slug(), one.title())))
                .value(value(choice, "measure")).error(errors.of("measure")))
            (Radios::new("rate").legend("How is the rate reckoned?").small().value(value(choice, "rate"))
                .item(ChoiceItem::new(RateKind::Shrunk.slug(), RateKind::Shrunk.title())
                    .hint("A school with few pupils is drawn towards the mean of its kind, so that one family does not make it look the highest"))
                .item(ChoiceItem::new(RateKind::Crude.slug(), RateKind::Crude.title())))
            (Checkboxes::new("covariates").legend("In what should the schools be alike?").small()
                .hint("They are always of the same kind: primary schools are compared with primary schools")
                .items(Covariate::ALL.map(|one| ChoiceItem::new(one.slug(), one.title())))
                .values(all("covariates")).error(errors.of("covariates")))
            (Input::new("each").label("Comparison schools for each chosen school").whole_number().width(InputWidth::Chars2)
                .value(value(choice, "each")).error(errors.of("each")))
            (Details::new("Stricter rules", stricter(choice, errors)).open(strict(choice, errors)))
            input type="hidden" name="step" value="look";
            (Button::new("Compare"))
        },
    )
}

/// Whether a stricter rule is in use or wrong, so that it must be seen.
fn strict(choice: &Choice, errors: &Errors) -> bool {
    choice.form.has("exact")
        || Covariate::ALL.into_iter().any(|one| {
            let name = format!("caliper-{}", one.slug());
            !choice.form.text(&name).is_empty() || errors.of(&name).is_some()
        })
}

fn stricter(choice: &Choice, errors: &Errors) -> Markup {
    html! {
        (Checkboxes::new("exact").legend("Compare only within").small()
            .items(Exact::ALL.map(|one| ChoiceItem::new(one.covariate().slug(), one.title())))
            .values(choice.form.all("exact").map(str::to_owned)))
        p class="govuk-body" {
            "Limits on how far a comparison school may be from its chosen school, in standard deviations of the schools of its kind. 0.5 is strict,
             1 is mild. A school for which nobody is near enough stays without comparison, and the page says so."
        }
        @for one in Covariate::ALL {
            @let name = format!("caliper-{}", one.slug());
            (Input::new(name.as_str()).label(format!("Limit on {}", one.title().to_lowercase())).width(InputWidth::Chars4)
                .value(value(choice, &name)).error(errors.of(&name)))
        }
    }
}

fn picker(choice: &Choice, schools: &[Listed]) -> Markup {
    let kinds = Kind::ALL.into_iter().filter(|kind| schools.iter().any(|school| school.kind == *kind));
    html! {
        @for kind in kinds {
            (Checkboxes::new("pick").id_prefix(format!("pick-{}", kind.slug())).legend(kind.plural()).small()
                .items(schools.iter().filter(|school| school.kind == kind).map(|school| {
                    ChoiceItem::new(school.urn.to_string(), school.name.as_str()).hint(Hint::new(format!("URN {}", school.urn)))
                }))
                .values(choice.form.all("pick").map(str::to_owned)))
        }
    }
}

/// The second form, which sends the same choice again with a purpose.
fn freeze(request: &Request, choice: &Choice, errors: &Errors, matched: &Matched) -> Markup {
    let again = choice
        .form
        .fields()
        .iter()
        .filter(|(name, _)| !matches!(name.as_str(), "csrf" | "step" | "purpose" | "reason" | "figures"));
    html! {
        h2 class="govuk-heading-l" { "Freeze it" }
        p class="govuk-body" {
            "Freezing keeps the choice, the settings, the schools, the hash of the figures, the time and your name. It cannot be
             changed or removed afterwards. Another comparison for the same purpose is a new record that shows this one beside it."
        }
        (::record::ui::form(request, PATH, &html! {
            @for (name, value) in again { input type="hidden" name=(name) value=(value); }
            input type="hidden" name="figures" value=(matched.figures_hash);
            input type="hidden" name="step" value="freeze";
            (Input::new("purpose").label("What is the comparison for?").hint("For example, Social workers in schools 2018")
                .value(value(choice, "purpose")).error(errors.of("purpose")))
            (Input::new("reason").label("Why is another one needed?").hint("Only where one was frozen for this purpose before")
                .value(value(choice, "reason")).error(errors.of("reason")))
            (Button::new("Freeze this comparison"))
        }))
    }
}

fn list(request: &Request, frozen: &[Frozen]) -> Markup {
    let table = Table::new()
        .caption("Frozen comparisons")
        .caption_size(Size::Medium)
        .head(["Purpose", "Number", "Chosen schools", "Comparison schools", "Frozen"])
        .first_cell_is_header(true)
        .rows(frozen.iter().map(|one| {
            let document = &one.document;
            let href = request.href(&format!("{PATH}/{}", one.id));
            let name = html! { a class="govuk-link" href=(href) { (super::super::text::line(one)) } };
            [
                govuk::Cell::new(name),
                govuk::Cell::number(document.number),
                govuk::Cell::number(document.outcome.sizes().0),
                govuk::Cell::number(document.outcome.matched()),
                govuk::Cell::new(format!("{}, {}", document.frozen_by, in_words(document.frozen_at))),
            ]
        }));
    html! {
        @if frozen.is_empty() {
            h2 class="govuk-heading-m" { "Frozen comparisons" }
            p class="govuk-body" { "None yet." }
        } @else {
            (::record::ui::scroll("Frozen comparisons", table.render()))
        }
    }
}
