//! What a version would mean, and the decision that it holds.

use govuk::{Button, Cell, Table, WarningText};
use maud::{Markup, html};
use platform::{
    clock::{date_in_words, in_words},
    policy::{Action, Object, decide as may},
    web::{Errors, Failure, Form, Outcome, Path, Request},
};
use record::ui::{date, date_input};
use uuid::Uuid;

use super::{PATH, show};
use crate::{
    Error,
    policy::{
        model::{Preview, Side},
        service::{self, Whole, is_author},
        store::{Shown, Version},
    },
    ui,
};

pub(super) async fn make(request: Request, Path((id, version)): Path<(Uuid, Uuid)>) -> Outcome {
    let whole = service::one(&request, id).await?;
    let version = show::find(&whole, version)?;
    let preview = service::preview(&request, version.id).await?;
    Ok(request.redirect(&format!("{PATH}/{id}/previews/{preview}")))
}

pub(super) async fn one(request: Request, Path((id, preview)): Path<(Uuid, Uuid)>) -> Outcome {
    let today = request.today();
    let parts = [("day", today.format("%-d")), ("month", today.format("%-m")), ("year", today.format("%Y"))];
    let form = Form::of(parts.map(|(part, value)| (format!("from-{part}"), value.to_string())).to_vec());
    page(&request, (id, preview), &form, &Errors::new()).await
}

pub(super) async fn decide(request: Request, Path((id, preview)): Path<(Uuid, Uuid)>, form: Form) -> Outcome {
    let mut errors = Errors::new();
    let from = date(&form, "from", "The day", &mut errors);
    if from.is_none() && errors.is_empty() {
        errors.add("from-day", "Enter the day from which it holds");
    }
    if let Some(from) = from {
        let shown = service::shown(&request, preview).await?;
        if shown.policy_id != id {
            return Err(Failure::NotFound);
        }
        match service::go_live(&request, shown.version_id, preview, from).await {
            Ok(()) => return Ok(request.redirect(&format!("{PATH}/{id}"))),
            Err(Error::Choice(why)) => errors.add("from-day", ui::sentence(&why)),
            Err(error) => return Err(error.into()),
        }
    }
    page(&request, (id, preview), &form, &errors).await
}

async fn page(request: &Request, (id, preview): (Uuid, Uuid), form: &Form, errors: &Errors) -> Outcome {
    let whole = service::one(request, id).await?;
    let shown = service::shown(request, preview).await?;
    if shown.policy_id != id {
        return Err(Failure::NotFound);
    }
    let version = show::find(&whole, shown.version_id)?;
    let against = shown.against_id.and_then(|id| whole.versions.iter().find(|one| one.id == id));
    let exact = may(&request.actor, Action::ViewUnsuppressedCounts, Object::None).is_allowed();
    let body = html! {
        (record::ui::summary(errors))
        span class="govuk-caption-xl" { (whole.name()) }
        h1 class="govuk-heading-xl" { "What version " (version.number) " would mean" }
        p class="govuk-body" {
            "Worked out from the record and the ledger on " (in_words(shown.at)) " for " (shown.by.1) ", and kept. "
            "Hash: " span class="app-hash" { (shown.hash) }
        }
        @if let Some(against) = against {
            h2 class="govuk-heading-l" { "What changes" }
            (show::differences(&against.policy, &version.policy))
        }
        h2 class="govuk-heading-l" { "Who qualifies" }
        (qualifying(&shown.preview, against, version, exact))
        p class="govuk-body" { "By age and by where children stand with children’s services. What a person judges besides is not counted: " (version.policy.eligibility.sentence) }
        h2 class="govuk-heading-l" { "Earlier spends" }
        (spends(&shown.preview, against, version))
        (decision(request, &whole, version, &shown, form, errors))
    };
    let title = format!("What version {} would mean", version.number);
    let back = format!("{PATH}/{id}/versions/{}", version.id);
    Ok(request.page(title).wide().back("The version", &back).in_error(!errors.is_empty()).render(body))
}

/// A count; for those who may not see small numbers, to the nearest five and never below it.
fn number(count: u64, exact: bool) -> String {
    match count {
        _ if exact => count.to_string(),
        0 => "0".to_owned(),
        1..=4 => "fewer than 5".to_owned(),
        _ => format!("about {}", (count + 2) / 5 * 5),
    }
}

fn sides<'a>(preview: &'a Preview, against: Option<&Version>, version: &Version) -> Vec<(String, &'a Side)> {
    let before = preview.before.as_ref().zip(against);
    before
        .map(|(side, against)| (format!("Version {}, which holds", against.number), side))
        .into_iter()
        .chain([(format!("Version {}", version.number), &preview.after)])
        .collect()
}

fn qualifying(preview: &Preview, against: Option<&Version>, version: &Version, exact: bool) -> Markup {
    let table = Table::new()
        .first_cell_is_header(true)
        .head(["Under", "Families", "Children and young people", "Workers with such a child"])
        .rows(sides(preview, against, version).into_iter().map(|(name, side)| {
            let counts = side.qualifying;
            [
                Cell::new(name),
                Cell::number(number(counts.families, exact)),
                Cell::number(number(counts.children, exact)),
                Cell::number(number(counts.workers, exact)),
            ]
        }));
    record::ui::scroll("Who qualifies", table)
}

fn spends(preview: &Preview, against: Option<&Version>, version: &Version) -> Markup {
    if preview.spends == 0 {
        return html! { p class="govuk-body" { "Nothing was spent yet." } };
    }
    let table = Table::new()
        .first_cell_is_header(true)
        .head(["Under", "At once", "One other person", "Two other people", "Above the cap"])
        .rows(sides(preview, against, version).into_iter().map(|(name, side)| {
            let needed = side.needed;
            [
                Cell::new(name),
                Cell::number(needed.at_once),
                Cell::number(needed.one),
                Cell::number(needed.two),
                Cell::number(needed.above_cap),
            ]
        }));
    let changed = Table::new()
        .first_cell_is_header(true)
        .head(["Pot", "Day", "Amount", "Others before", "Others after"])
        .rows(preview.changed.iter().map(|one| {
            [
                Cell::new(one.pot.as_str()),
                Cell::new(date_in_words(one.day)),
                Cell::number(one.amount),
                Cell::number(one.before),
                Cell::number(one.after),
            ]
        }));
    html! {
        p class="govuk-body" {
            (preview.spends) " earlier spends "
            @if preview.of_this_policy { "under these rules." } @else { "of the council, because there is no pot under these rules yet." }
        }
        (record::ui::scroll("Earlier spends", table))
        @if preview.changed_in_all > 0 {
            h3 class="govuk-heading-m" { "Those that would have needed others" }
            (record::ui::scroll("Those that would have needed others", changed))
            @if preview.changed_in_all > preview.changed.len() as u64 {
                p class="govuk-body-s" { "The latest " (preview.changed.len()) " of " (preview.changed_in_all) "." }
            }
        }
    }
}

fn decision(
    request: &Request,
    whole: &Whole,
    version: &Version,
    shown: &Shown,
    form: &Form,
    errors: &Errors,
) -> Markup {
    if is_author(request, version) {
        return html! { (WarningText::new("You wrote this version, so somebody else decides that it holds.")) };
    }
    let path = format!("{PATH}/{}/previews/{}", whole.id, shown.id);
    record::ui::form(
        request,
        &path,
        &html! {
            h2 class="govuk-heading-l" { "Decide that it holds" }
            (date_input(form, "from", "From which day?", "Today or later. Spends that were agreed before keep the rules of their day", errors))
            (Button::new("Make it hold from that day"))
        },
    )
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn small_numbers_are_hidden_from_those_who_may_not_see_them() {
        let hidden = |count| number(count, false);
        assert_eq!([0, 1, 4].map(hidden), ["0", "fewer than 5", "fewer than 5"]);
        // To the nearest five, so that the difference of two versions tells of nobody.
        assert_eq!(
            [5, 7, 12, 13, 101].map(hidden),
            ["about 5", "about 5", "about 10", "about 15", "about 100"]
        );
        assert_eq!([0, 1, 13].map(|count| number(count, true)), ["0", "1", "13"]);
    }
}
