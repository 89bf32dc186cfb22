//! One request: what was asked for, what happened, and what the reader may do now.

use axum::response::Response;
use govuk::{
    Affix, Button, ChoiceItem, Details, FileUpload, Input, InputWidth, InsetText, Legend, Panel, Radios,
    Size, Textarea,
    patterns::{Timeline, TimelineEntry},
};
use maud::{Markup, Render as _, html};
use platform::{
    clock::{date_in_words, in_words},
    policy::{Action, Object, decide},
    web::{Errors, Failure, Form, Outcome, Path, Request},
};
use record::ui;
use uuid::Uuid;

use super::{
    pieces::{rows, state},
    pots::balance_of,
    typed::or,
};
use crate::{
    money::Pence,
    policy::{
        model::{PaymentKind, Policy},
        store as rules,
    },
    pots::reach,
    spend::{
        entity::{spend_outcome, spend_paper},
        model::{Cash, Kind, OUTCOME_DAYS, Outcome as Changed, State, Told, due_on, held_from, outcome_due},
        service::{self, Seen, lapses_on},
        store,
    },
};

pub(super) async fn one(request: Request, Path(id): Path<Uuid>) -> Outcome {
    show(&request, id, &Form::default(), &Errors::new()).await
}

/// Everything on the page.
struct View {
    seen: Seen,
    rules: Policy,
    object: Object,
    papers: Vec<spend_paper::Model>,
    outcomes: Vec<spend_outcome::Model>,
}

pub(super) async fn show(request: &Request, id: Uuid, form: &Form, errors: &Errors) -> Outcome {
    let seen = service::one(request, id, "spend request").await?;
    let rules = rules::version(request.db(), seen.asked.row.version_id).await?.policy;
    let nobody = Object::Money { own: false, in_actors_team: false };
    // Where the record is not open, what the reader may do is what those may who see every pot.
    let object = if seen.words {
        reach::of(request, std::slice::from_ref(&seen.pot)).await?.remove(&seen.pot.id).unwrap_or(nobody)
    } else {
        nobody
    };
    let papers = store::papers(request.db(), id).await?;
    let outcomes = store::outcomes(request.db(), &[id]).await?.remove(&id).unwrap_or_default();
    let view = View { seen, rules, object, papers, outcomes };
    let panel = panel(request, &view).await?;
    Ok(page(request, &view, form, errors, &panel))
}

fn page(request: &Request, view: &View, form: &Form, errors: &Errors, panel: &Markup) -> Response {
    let asked = &view.seen.asked;
    let pot = request.href(&format!("/budgets/pots/{}", view.seen.pot.id));
    let like = request.href(&format!("/budgets/pots/{}/spend?like={}", view.seen.pot.id, asked.row.id));
    let first = asked.course.state == State::ReceiptDue;
    let body = html! {
        (ui::summary(errors))
        (panel)
        h1 class="govuk-heading-l" {
            (asked.reference()) ", " (asked.pence())
            span class="govuk-caption-m" { "From " (view.seen.pot.name) }
        }
        p class="govuk-body" { (state(asked.course.state)) }
        // What is missing comes first, for whoever stands in a shop.
        @if first { (papers(request, view, errors)) }
        (rows(&view.seen, &view.rules).rows(may(request, view, Action::SettleSpend).then(|| codes(view))))
        p class="govuk-body" {
            a class="govuk-link" href=(pot) { "The pot " (view.seen.pot.name) }
            @if view.seen.words && may(request, view, Action::RequestSpend) && view.seen.pot.closed_on.is_none() {
                " · " a class="govuk-link" href=(like) { "Spend the same as before" }
            }
        }
        (decisions(request, view, form, errors))
        (worker(request, view, form, errors))
        @if !first { (papers(request, view, errors)) }
        (finance(request, view, form, errors))
        h2 class="govuk-heading-m" { "What happened" }
        (history(view))
    };
    let title = format!("Request {}", asked.reference());
    request.page(title).back("Pots", "/budgets/pots").in_error(!errors.is_empty()).render(body)
}

/// The codes under which finance books it.
fn codes(view: &View) -> (&'static str, String) {
    let or = |code: &str| if code.is_empty() { "not set".to_owned() } else { code.to_owned() };
    let words = view
        .rules
        .category(&view.seen.asked.row.category)
        .map(|one| format!("Subjective {}, section 251 {}", or(&one.subjective_code), or(&one.s251_code)));
    ("Codes", words.unwrap_or_else(|| "Not known".to_owned()))
}

fn may(request: &Request, view: &View, action: Action) -> bool {
    decide(&request.actor, action, view.object).is_allowed()
}

/// After the form was sent: what came of it and what happens next.
async fn panel(request: &Request, view: &View) -> Result<Markup, Failure> {
    let asked = &view.seen.asked;
    let sent = request.query("sent").unwrap_or_default();
    if sent == "before" {
        return Ok(InsetText::new(html! {
            "This form was sent already, and this is what came of it. Nothing was asked for or booked again. If you mean a second spend, "
            a class="govuk-link" href=(request.href(&format!("/budgets/pots/{}/spend", view.seen.pot.id))) { "open a new form" } "."
        })
        .render());
    }
    if sent != "yes" {
        return Ok(html! {});
    }
    let standing = balance_of(request, view.seen.pot.id).await?;
    let pence = asked.pence();
    let (title, next) = match asked.course.state {
        State::Awaiting => {
            let people =
                if asked.course.people > 1 { "Two other people decide" } else { "Somebody else decides" };
            ("Sent for approval".to_owned(), format!("{people}. You see the answer here and on Today."))
        }
        State::Committed => {
            let by = match PaymentKind::from_slug(&asked.row.payment_kind) {
                Some(PaymentKind::PurchaseOrder | PaymentKind::Reimbursement) => "Finance pays it.",
                _ => "Pay it, then say here that it is paid.",
            };
            (format!("{pence} is agreed"), by.to_owned())
        }
        State::ReceiptDue => {
            let due = asked
                .paid_on()
                .map(|on| due_on(&view.rules.receipts, on))
                .map(date_in_words)
                .unwrap_or_default();
            (format!("{pence} is agreed and paid"), format!("Add the receipt by {due}."))
        }
        _ => (format!("{pence} is agreed and paid"), "Nothing more is needed.".to_owned()),
    };
    Ok(html! {
        (Panel::new(title).heading_level(govuk::HeadingLevel::Two).content(html! { "Your reference" br; strong { (asked.reference()) } }))
        p class="govuk-body" { strong { "What happens next: " } (next) " " (standing.available) " left in " (view.seen.pot.name) "." }
    })
}

fn papers(request: &Request, view: &View, errors: &Errors) -> Markup {
    let asked = &view.seen.asked;
    let id = asked.row.id;
    let paid_on = asked.paid_on();
    let open = !matches!(
        asked.course.state,
        State::Rejected | State::Cancelled | State::Voided | State::Expired | State::Reversed
    );
    html! {
        h2 class="govuk-heading-m" { "Receipt" }
        @if let (State::ReceiptDue, Some(on)) = (asked.course.state, paid_on) {
            p class="govuk-body" {
                "The receipt is missing. It is due by " (date_in_words(due_on(&view.rules.receipts, on)))
                ". From " (date_in_words(held_from(&view.rules.receipts, on))) " nothing more is spent from this pot without it."
            }
        }
        @if view.papers.is_empty() && asked.course.state != State::ReceiptDue {
            p class="govuk-body" { "There is none." }
        }
        @if !view.papers.is_empty() {
            ul class="govuk-list govuk-list--bullet" {
                @for paper in &view.papers {
                    li {
                        @if view.seen.words {
                            a class="govuk-link" href=(request.href(&format!("/budgets/papers/{}", paper.id))) { (paper.name) }
                        } @else { (if paper.is_receipt { "A receipt" } else { "A paper" }) }
                        ", " (if paper.is_receipt { "receipt" } else { "from before the payment" })
                        @if let Some(event) = asked.events.iter().find(|event| event.seq == paper.seq) {
                            ", " (date_in_words(event.happened_on))
                        }
                    }
                }
            }
        }
        @if open && view.seen.words && may(request, view, Action::RequestSpend) {
            form method="post" action=(request.href(&format!("/budgets/requests/{id}/paper"))) enctype="multipart/form-data" novalidate {
                (request.csrf_field())
                (FileUpload::new("receipt").label("Add a photo or a PDF").hint("Up to 8 MB")
                    .accept("image/jpeg,image/png,image/heic,application/pdf").error(errors.of("receipt")))
                (Button::new("Add").secondary().prevent_double_click(true))
            }
        }
    }
}

fn area(name: &str, label: &str, form: &Form, errors: &Errors) -> Textarea {
    Textarea::new(name).label(label).rows(2).value(form.raw(name)).error(errors.of(name))
}

fn money(name: &str, label: &str, usual: Pence, form: &Form, errors: &Errors) -> Markup {
    Input::new(name)
        .label(label)
        .prefix(Affix::new("£"))
        .inputmode("decimal")
        .width(InputWidth::Chars5)
        .value(or(form, name, &usual.plain()))
        .error(errors.of(name))
        .render()
}

/// What somebody other than the author decides.
fn decisions(request: &Request, view: &View, form: &Form, errors: &Errors) -> Markup {
    let asked = &view.seen.asked;
    let course = &asked.course;
    if !view.seen.words
        || asked.row.recorded_by == request.actor.id
        || !may(request, view, Action::ApproveSpend)
    {
        return html! {};
    }
    let path = |step: &str| format!("/budgets/requests/{}/{step}", asked.row.id);
    let waits = course.state == State::Awaiting;
    let fresh = !course.agreed_by.contains(&request.actor.id);
    let open = |fields: &[&str]| fields.iter().any(|field| errors.of(field).is_some());
    html! {
        @if waits || course.state == State::Queried {
            h2 class="govuk-heading-m" { "Decide" }
            p class="govuk-body" { (course.agreed_by.len()) " of " (course.people) " agreed so far." }
            @if waits && fresh {
                (ui::form(request, &path("approve"), &html! {
                    (area("approve-note", "A note (optional)", form, errors))
                    (Button::new("Agree").prevent_double_click(true))
                }))
            }
            (Details::new("Do not agree", ui::form(request, &path("refuse"), &html! {
                (area("refuse-reason", "Why, for colleagues", form, errors))
                (area("refuse-family", "Why not, in words that the family may read", form, errors))
                (Button::new("Do not agree").warning().prevent_double_click(true))
            })).open(open(&["refuse-reason", "refuse-family"])))
            @if waits {
                (Details::new("Ask a question first", ui::form(request, &path("query"), &html! {
                    (area("question", "Your question", form, errors))
                    (Button::new("Ask").secondary().prevent_double_click(true))
                })).open(open(&["question"])))
            }
        }
        @if course.state == State::ReceiptDue {
            (Details::new("Accept it without a receipt", ui::form(request, &path("excuse"), &html! {
                (area("excuse-reason", "Why there is no receipt", form, errors))
                (Button::new("Accept it without").secondary().prevent_double_click(true))
            })).open(open(&["excuse-reason"])))
        }
        @if let Some(Cash::Waiting(by)) = course.cash {
            h2 class="govuk-heading-m" { "Confirm the cash" }
            p class="govuk-body" { "Cash was paid out of hours. Somebody else confirms it by " (in_words(by)) "." }
            (ui::form(request, &path("cash"), &html! {
                (Radios::new("cash").legend(Legend::new("Do you confirm it?").size(Size::Small)).small()
                    .item(ChoiceItem::new("yes", "Yes")).item(ChoiceItem::new("no", "No, and I say why"))
                    .value(form.raw("cash")).error(errors.of("cash")))
                (area("cash-note", "A note; why not, where you do not", form, errors))
                (Button::new("Save").secondary().prevent_double_click(true))
            }))
        }
    }
}

/// What the worker does next.
fn worker(request: &Request, view: &View, form: &Form, errors: &Errors) -> Markup {
    let asked = &view.seen.asked;
    if !view.seen.words || !may(request, view, Action::RequestSpend) {
        return html! {};
    }
    let own = asked.row.recorded_by == request.actor.id;
    let path = |step: &str| format!("/budgets/requests/{}/{step}", asked.row.id);
    let open = |fields: &[&str]| fields.iter().any(|field| errors.of(field).is_some());
    let by_worker = matches!(
        PaymentKind::from_slug(&asked.row.payment_kind),
        Some(PaymentKind::Card | PaymentKind::Voucher | PaymentKind::Cash)
    );
    let state = asked.course.state;
    html! {
        @if state == State::Queried && own {
            h2 class="govuk-heading-m" { "Answer" }
            @if let Some(question) = asked.last(Kind::Query) { (InsetText::new(question.words.as_str())) }
            (ui::form(request, &path("answer"), &html! {
                (area("answer", "Your answer", form, errors))
                (Button::new("Send the answer").prevent_double_click(true))
            }))
        }
        @if state == State::Committed {
            @if by_worker {
                h2 class="govuk-heading-m" { "Is it paid?" }
                (ui::form(request, &path("pay"), &html! {
                    (money("pay-amount", "Amount paid", asked.pence(), form, errors))
                    p class="govuk-hint" { "If it cost less, enter what it cost. The rest goes back to the pot." }
                    (Button::new("It is paid").prevent_double_click(true))
                }))
            } @else { p class="govuk-body" { "Finance pays this." } }
            @if let Some(last) = lapses_on(asked, &view.rules) {
                p class="govuk-body" { "It can be paid until " (date_in_words(last)) "." }
            }
        }
        @if state == State::Committed || (own && matches!(state, State::Awaiting | State::Queried)) {
            (Details::new("It is not needed any more", ui::form(request, &path("cancel"), &html! {
                (area("cancel-reason", "Why it is not needed", form, errors))
                (Button::new("Take it back").warning().prevent_double_click(true))
            })).open(open(&["cancel-reason"])))
        }
        @if asked.told().0 != Told::Yes.slug() {
            (Details::new("Say what the family knows now", ui::form(request, &path("tell"), &html! {
                (Radios::new("tell").legend(Legend::new("Does the family know?").size(Size::Small)).small()
                    .items(Told::ALL.iter().map(|one| ChoiceItem::new(one.slug(), one.title())))
                    .value(form.raw("tell")).error(errors.of("tell")))
                (area("tell-why", "Why they do not know (if they do not)", form, errors))
                (Button::new("Save").secondary().prevent_double_click(true))
            })).open(open(&["tell"])))
        }
        (changes(request, view, form, errors))
        @if state.is_paid() { p class="govuk-body" { "If money comes back, tell finance: they write it down as a refund." } }
    }
}

/// What changed, said and still to be said.
fn changes(request: &Request, view: &View, form: &Form, errors: &Errors) -> Markup {
    let asked = &view.seen.asked;
    let Some(paid_on) = asked.paid_on().filter(|_| asked.course.state.is_paid()) else { return html! {} };
    let said = |days: u16| view.outcomes.iter().any(|one| i64::from(one.days) == i64::from(days));
    let next =
        OUTCOME_DAYS.into_iter().find(|days| !said(*days) && outcome_due(paid_on, *days) <= request.today());
    html! {
        h2 class="govuk-heading-m" { "What changed" }
        @for one in &view.outcomes {
            p class="govuk-body" {
                "After " (one.days) " days: " strong { (Changed::from_slug(&one.outcome).map_or("Not known", Changed::title)) }
                ". " (one.words)
            }
        }
        @match next {
            Some(days) => (ui::form(request, &format!("/budgets/requests/{}/outcome", asked.row.id), &html! {
                input type="hidden" name="days" value=(days);
                (Radios::new("changed").legend(Legend::new(format!("What changed for the child after {days} days?")).size(Size::Small)).small()
                    .items(Changed::ALL.iter().map(|one| ChoiceItem::new(one.slug(), one.title())))
                    .value(form.raw("changed")).error(errors.of("changed")))
                (area("changed-words", "In words", form, errors))
                (Button::new("Save").prevent_double_click(true))
            })),
            None => {
                @for days in OUTCOME_DAYS.into_iter().filter(|days| !said(*days)) {
                    p class="govuk-body" { "You are asked on " (date_in_words(outcome_due(paid_on, days))) ", " (days) " days after the payment." }
                }
            }
        }
    }
}

fn finance(request: &Request, view: &View, form: &Form, errors: &Errors) -> Markup {
    let asked = &view.seen.asked;
    if !may(request, view, Action::SettleSpend) {
        return html! {};
    }
    let path = |step: &str| format!("/budgets/requests/{}/{step}", asked.row.id);
    let open = |fields: &[&str]| fields.iter().any(|field| errors.of(field).is_some());
    html! {
        @if asked.course.state == State::Committed {
            h2 class="govuk-heading-m" { "Pay" }
            (ui::form(request, &path("settle"), &html! {
                (money("settle-amount", "Amount paid", asked.pence(), form, errors))
                (Button::new("It is paid").prevent_double_click(true))
            }))
        }
        @if asked.course.state.is_paid() && asked.row.recorded_by != request.actor.id {
            h2 class="govuk-heading-m" { "Put right" }
            (Details::new("Money came back", ui::form(request, &path("refund"), &html! {
                (money("refund-amount", "Amount that came back", asked.course.spent(), form, errors))
                (area("refund-reason", "Why it came back", form, errors))
                (Button::new("Write the refund down").secondary().prevent_double_click(true))
            })).open(open(&["refund-amount", "refund-reason"])))
            (Details::new("The payment was written down wrongly", ui::form(request, &path("reverse"), &html! {
                p class="govuk-body" { "A new entry undoes it. Nothing that was booked is changed." }
                (area("reverse-reason", "What was wrong", form, errors))
                (Button::new("Undo the payment").warning().prevent_double_click(true))
            })).open(open(&["reverse-reason"])))
        }
    }
}

fn history(view: &View) -> Markup {
    let entries = view.seen.asked.events.iter().map(|event| {
        let title = Kind::from_slug(&event.kind).map_or("Not known", Kind::title);
        TimelineEntry::new(title, in_words(event.recorded_at), event.recorded_at.to_rfc3339())
            .byline(event.recorded_by_name.as_str())
            .description(html! {
                @if let Some(pence) = event.pence { p class="govuk-body" { (Pence::new(pence)) } }
                @if !event.words.is_empty() {
                    p class="govuk-body" { @if view.seen.words { (event.words) } @else { (super::pieces::hidden()) } }
                }
                @if view.seen.words && !event.family_words.is_empty() {
                    p class="govuk-body" { "For the family: " (event.family_words) }
                }
            })
    });
    entries
        .fold(Timeline::new().heading_level(govuk::HeadingLevel::Three), |timeline, entry| {
            timeline.entry(entry)
        })
        .render()
}
