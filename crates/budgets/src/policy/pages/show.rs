//! The list, one policy in plain words, one version beside another.

use govuk::{Cell, Details, InsetText, Table, Tag, TagColour, WarningText};
use maud::{Markup, html};
use platform::{
    clock::{date_in_words, in_words},
    policy::{Action, Object, decide},
    web::{Failure, Outcome, Path, Request},
};
use uuid::Uuid;

use super::{PATH, propose};
use crate::{
    policy::{
        model::{Difference, Policy, READY, Stands, compare},
        service::{self, Whole, is_author},
        store::{Version, holding},
    },
    ui,
};

fn may_write(request: &Request) -> bool {
    decide(&request.actor, Action::ManageBudgetPolicy, Object::None).is_allowed()
}

pub(super) async fn list(request: Request) -> Outcome {
    let all = service::list(&request).await?;
    let today = request.today();
    let table = Table::new().first_cell_is_header(true).head(["Rules", "Whose", "Hold now", "Newest"]).rows(
        all.iter().map(|policy| {
            let href = request.href(&format!("{PATH}/{}", policy.id));
            let (owners, state) = match &policy.live {
                Some(live) if live.policy.holds_on(today) => (
                    live.policy.owners(),
                    html! { "Version " (live.number) ", since " (date_in_words(live.from_day)) },
                ),
                Some(live) => (
                    live.policy.owners(),
                    html! { "Not on this day: version " (live.number) " is outside its dates" },
                ),
                None => ("", html! { "No version yet" }),
            };
            [
                Cell::new(html! { a class="govuk-link" href=(href) { (policy.name) } }),
                Cell::new(owners),
                Cell::new(state),
                Cell::new(format!("Version {}", policy.newest)),
            ]
        }),
    );
    let body = html! {
        (ui::parts(&request, PATH))
        h1 class="govuk-heading-xl" { "Rules of budgets" }
        p class="govuk-body-l" { "What the money may be spent on, how much, who decides, and who qualifies. Read them before you ask." }
        @if all.is_empty() {
            (InsetText::new("No rules were written down yet."))
        } @else {
            (record::ui::scroll("Rules of budgets", table))
        }
        @if may_write(&request) {
            h2 class="govuk-heading-l" { "Write rules" }
            p class="govuk-body" {
                "Begin with the rules of one of the three pilots. What nobody has confirmed about a pilot is marked, and is Nearhand’s suggestion, which you replace."
            }
            ul class="govuk-list govuk-list--bullet" {
                @for ready in READY {
                    li { a class="govuk-link" href=(request.href(&format!("{}?from={}", propose::FIRST, ready.slug))) { (ready.title) } }
                }
            }
        }
    };
    Ok(request.page("Rules of budgets").wide().render(body))
}

/// The rules of a version in plain words, with where each comes from.
pub(super) fn rules(policy: &Policy) -> Markup {
    html! {
        dl class="govuk-summary-list" {
            @for rule in policy.rules() {
                div class="govuk-summary-list__row" {
                    dt class="govuk-summary-list__key" { (rule.about.title()) }
                    dd class="govuk-summary-list__value" {
                        @if rule.says.len() == 1 {
                            @for line in &rule.says { p class="govuk-body" { (line) } }
                        } @else {
                            ul class="govuk-list" { @for line in &rule.says { li { (line) } } }
                        }
                        @if let Some(source) = policy.source(rule.about) {
                            p class="govuk-hint" {
                                @if source.confirmed { "The pilot’s rule: " } @else { "Nearhand’s suggestion, not the pilot’s rule: " }
                                (source.says)
                            }
                        }
                    }
                }
            }
        }
    }
}

fn worked(policy: &Policy) -> Markup {
    let answers = policy.answers();
    if answers.is_empty() {
        return html! {};
    }
    let table = Table::new()
        .first_cell_is_header(true)
        .head(["For example", "It"])
        .rows(answers.into_iter().map(|(what, answer)| [Cell::new(what), Cell::new(answer)]));
    html! {
        h2 class="govuk-heading-l" { "Worked examples" }
        (record::ui::scroll("Worked examples", table))
    }
}

fn codes(policy: &Policy) -> Markup {
    let missing = policy.categories.iter().filter(|category| !category.is_coded()).count();
    html! {
        @if missing > 0 {
            (WarningText::new(format!(
                "{missing} of {} categories have no subjective code or no section 251 line. Finance must give both before the journal file is made: \
                 Nearhand makes none up.", policy.categories.len()
            )))
        }
    }
}

pub(super) async fn one(request: Request, Path(id): Path<Uuid>) -> Outcome {
    let whole = service::one(&request, id).await?;
    let Some(newest) = whole.versions.last() else { return Err(Failure::NotFound) };
    let today = request.today();
    let shown = whole.live.as_ref().map_or(&newest.policy, |live| &live.policy);
    let body = html! {
        (ui::parts(&request, PATH))
        h1 class="govuk-heading-xl" { (whole.name()) }
        @match &whole.live {
            Some(live) => {
                p class="govuk-body-l" { "Version " (live.number) ", which holds since " (date_in_words(live.from_day)) "." }
                @if !live.policy.holds_on(today) {
                    (WarningText::new(format!("Nothing can be agreed today: these rules hold from {} to {}.",
                        date_in_words(live.policy.first_day), date_in_words(live.policy.last_day))))
                }
            }
            None => (InsetText::new("No version holds yet, so nothing can be spent. What you read is the newest version.")),
        }
        (codes(shown))
        (rules(shown))
        (worked(shown))
        h2 class="govuk-heading-l" { "Versions" }
        (versions(&request, &whole))
        @if may_write(&request) {
            p class="govuk-body" {
                a class="govuk-link" href=(request.href(&format!("{PATH}/{id}/new"))) { "Write a new version" }
            }
        }
    };
    Ok(request.page(whole.name()).wide().back("Rules", PATH).render(body))
}

fn versions(request: &Request, whole: &Whole) -> Markup {
    let live = whole.live.as_ref().map(|live| live.version_id);
    let table = Table::new().first_cell_is_header(true).head(["Version", "Written", "Why", "Decided"]).rows(
        whole.versions.iter().rev().map(|version| {
            let href = request.href(&format!("{PATH}/{}/versions/{}", whole.id, version.id));
            let decided = whole.decisions.iter().filter(|one| one.version_id == version.id);
            [
                Cell::new(html! {
                    a class="govuk-link" href=(href) { "Version " (version.number) }
                    @if live == Some(version.id) { " " (Tag::new("Holds now").colour(TagColour::Green)) }
                }),
                Cell::new(format!("{} by {}", in_words(version.at), version.by.1)),
                Cell::new(version.reason.as_str()),
                Cell::new(html! {
                    @for one in decided { p class="govuk-body-s govuk-!-margin-bottom-1" {
                        "From " (date_in_words(one.from_day)) ", by " (one.by) " on " (in_words(one.at))
                    } }
                }),
            ]
        }),
    );
    record::ui::scroll("Versions", table)
}

/// Two versions beside each other, as far as they differ.
pub(super) fn differences(old: &Policy, new: &Policy) -> Markup {
    let changed: Vec<Difference> =
        compare(old, new).into_iter().filter(|difference| !difference.is_none()).collect();
    if changed.is_empty() {
        return html! { p class="govuk-body" { "Both say the same in every rule." } };
    }
    let table = Table::new()
        .first_cell_is_header(true)
        .head(["Rule", "Before", "After"])
        .rows(changed.iter().map(|difference| {
        let side = |other: Stands| {
            html! {
                ul class="govuk-list" {
                    @for (stands, line) in difference.lines.iter().filter(|(stands, _)| *stands != other) {
                        li { @if *stands == Stands::InBoth { (line) } @else { strong { (line) } } }
                    }
                }
            }
        };
        [Cell::new(difference.about.title()), Cell::new(side(Stands::New)), Cell::new(side(Stands::Gone))]
    }));
    html! {
        (record::ui::scroll("What changes", table))
        p class="govuk-body-s" { "Lines that differ are bold." }
    }
}

/// A version of this policy.
pub(super) fn find(whole: &Whole, version: Uuid) -> Result<&Version, Failure> {
    whole.versions.iter().find(|one| one.id == version).ok_or(Failure::NotFound)
}

pub(super) async fn version(request: Request, Path((id, version)): Path<(Uuid, Uuid)>) -> Outcome {
    let whole = service::one(&request, id).await?;
    let version = find(&whole, version)?;
    let before = before(&whole, version, request.today());
    let title = format!("{}, version {}", whole.name(), version.number);
    let path = format!("{PATH}/{id}/versions/{}", version.id);
    let body = html! {
        span class="govuk-caption-xl" { (whole.name()) }
        h1 class="govuk-heading-xl" { "Version " (version.number) }
        p class="govuk-body" { "Written by " (version.by.1) " on " (in_words(version.at)) "." }
        @if !version.reason.is_empty() { (InsetText::new(version.reason.as_str())) }
        @if let Some(before) = before {
            h2 class="govuk-heading-l" { "Beside version " (before.number) }
            (differences(&before.policy, &version.policy))
        }
        @if may_write(&request) {
            h2 class="govuk-heading-l" { "Make it hold" }
            @if is_author(&request, version) {
                (InsetText::new("You wrote this version, so somebody else decides whether it holds. You may look at its preview."))
            } @else {
                p class="govuk-body" { "First look at what it would mean: who qualifies, and which earlier spends would have needed somebody. What you see is kept." }
            }
            (record::ui::form(&request, &path, &html! { (govuk::Button::new("See what it would mean").secondary()) }))
        }
        h2 class="govuk-heading-l" { "All rules of this version" }
        (codes(&version.policy))
        (rules(&version.policy))
        (worked(&version.policy))
        (Details::new("The text of this version", html! {
            p class="govuk-body-s" { "SHA-256: " span class="app-hash" { (version.hash) } }
            pre class="govuk-!-text-break-word" tabindex="0" { code { (version.text) } }
        }))
    };
    Ok(request.page(title).wide().back(whole.name(), &format!("{PATH}/{id}")).render(body))
}

/// The version beside which another is read: the one that holds, or the one before it.
fn before<'a>(whole: &'a Whole, version: &Version, today: chrono::NaiveDate) -> Option<&'a Version> {
    let holds = holding(&whole.decisions, today).map(|one| one.version_id);
    whole
        .versions
        .iter()
        .find(|one| Some(one.id) == holds && one.id != version.id)
        .or_else(|| whole.versions.iter().rfind(|one| one.number < version.number))
}
