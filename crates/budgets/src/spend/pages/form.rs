//! The spend form: one screen, the amount and what for first, the rest with what is usual.

use axum::response::Response;
use govuk::{
    Affix, Button, ChoiceItem, Details, FileUpload, Input, InputWidth, InsetText, Legend, Radios, Size,
    Textarea,
};
use maud::{Markup, Render as _, html};
use platform::{
    policy::Action,
    web::{
        Errors, Failure, Form, Outcome, Path, Request,
        upload::{Upload, UploadError},
    },
};
use record::ui;
use uuid::Uuid;

use super::{
    pieces::why,
    pots::balance_of,
    typed::{WHOLE_FAMILY, like, or, read},
};
use crate::{
    ledger::model::Standing,
    policy::{
        model::{Funding, Policy},
        service as rules,
    },
    pots::model::Envelope,
    spend::{
        model::{Alternatives, Benefits, Conditions, Duty, NotAPaper, PAPER_BYTES_MAX, SuggestedBy, Told},
        service::{self, Choice, Held, NotAsked, PaperIn, choices, held, pots_for},
        store::{self, Which},
    },
};

/// Bytes of a form's file that are taken, so that one that is too large as a receipt is told so with the form kept.
const FILE_MAX: u64 = 64 * 1024 * 1024;

/// Straight to the form where there is one pot, else to the choice of one.
pub(super) async fn start(request: Request) -> Outcome {
    let pots = pots_for(&request, Action::RequestSpend).await?;
    if let [only] = pots.as_slice() {
        return Ok(request.redirect(&format!("/budgets/pots/{}/spend", only.id)));
    }
    Ok(request.redirect("/budgets/pots?spend=yes"))
}

/// Everything that the form shows of a pot.
struct Ground {
    pot: Envelope,
    rules: Policy,
    standing: Standing,
    team_left: Option<crate::Pence>,
    whom: Choice,
    held: Option<Held>,
    goal: String,
}

async fn ground(request: &Request, id: Uuid) -> Result<Ground, Failure> {
    let (_, pot) = service::pot_to_spend(request, id).await?;
    let policy = pot.policy.ok_or(Failure::NotFound)?;
    let rules = rules::live(request, policy, request.today()).await?.policy;
    let whom = choices(request, &pot, "spend").await?;
    let held = held(request, request.db(), &[pot.id]).await?.remove(&pot.id);
    let standing = balance_of(request, pot.id).await?;
    let team_left = match (rules.funding, pot.parent) {
        (Funding::AsNeeded, Some(team)) => Some(balance_of(request, team).await?.available),
        _ => None,
    };
    // The goal that the same worker named last for this pot stands there already, where the pot is for one family or child.
    let mut goal = String::new();
    if !matches!(pot.owner, crate::pots::model::Owner::Worker(_)) {
        let mine = Which { by: Some(request.actor.id), ..Which::of_pots([pot.id]) };
        goal = store::asked(request.db(), &mine)
            .await?
            .first()
            .map(|one| one.row.goal.clone())
            .unwrap_or_default();
    }
    Ok(Ground { pot, rules, standing, team_left, whom, held, goal })
}

pub(super) async fn ask(request: Request, Path(id): Path<Uuid>) -> Outcome {
    let ground = ground(&request, id).await?;
    let draft = request.draft().await?;
    let fresh = draft.is_none();
    let mut form = draft.unwrap_or_default();
    if let Some(earlier) = request.query("like").and_then(|text| text.parse::<Uuid>().ok()) {
        let seen = service::one(&request, earlier, "spend").await?;
        if fresh && seen.words && seen.pot.id == ground.pot.id {
            form = like(&seen.asked, &ground.rules);
        }
    }
    Ok(page(&request, &ground, &form, &Errors::new()))
}

pub(super) async fn send(request: Request, Path(id): Path<Uuid>, upload: Upload) -> Outcome {
    let mut errors = Errors::new();
    let ground = ground(&request, id).await?;
    let received = match upload.receive(&request.org.folder.join("uploads"), FILE_MAX).await {
        Ok(received) => received,
        Err(error @ UploadError::Store(_)) => return Err(error.into()),
        Err(error) => {
            errors.add("receipt", error.words());
            return Ok(page(&request, &ground, &Form::default(), &errors));
        }
    };
    let form = received.form;
    let paper = match received.file.as_ref().map(paper_of).transpose() {
        Ok(paper) => paper,
        Err(why) => {
            errors.add("receipt", why);
            None
        }
    };
    if let (Some(new), true) = (read(&form, &mut errors), errors.is_empty()) {
        match service::ask(&request, id, &new, paper.as_ref()).await {
            Ok(sent) => {
                let how = if sent.before { "before" } else { "yes" };
                return Ok(request.redirect(&format!("/budgets/requests/{}?sent={how}", sent.id)));
            }
            Err(NotAsked::Form(problems)) => {
                for problem in problems {
                    errors.add(problem.field, problem.why);
                }
            }
            Err(NotAsked::Other(error)) => errors.add("amount", why(error)?),
        }
    }
    if received.file.is_some() && errors.of("receipt").is_none() {
        errors.add("receipt", "Choose the receipt again: a browser does not keep a file");
    }
    Ok(page(&request, &ground, &form, &errors))
}

/// The content of a file that came with a form.
pub(super) fn paper_of(file: &platform::web::upload::StoredFile) -> Result<PaperIn, String> {
    if file.bytes > PAPER_BYTES_MAX {
        return Err(NotAPaper::TooLarge.to_string());
    }
    let content = std::fs::read(file.path()).map_err(|error| {
        tracing::error!(%error, "a receipt that arrived could not be read");
        "The file could not be read on the server. Send it again".to_owned()
    })?;
    crate::spend::model::PaperKind::of(&content).map_err(|why| why.to_string())?;
    Ok(PaperIn { name: file.name.clone(), content })
}

fn page(request: &Request, ground: &Ground, form: &Form, errors: &Errors) -> Response {
    let key = if form.has("key") { form.raw("key").to_owned() } else { request.id().to_string() };
    let path = format!("/budgets/pots/{}/spend", ground.pot.id);
    let body = html! {
        (ui::summary(errors))
        h1 class="govuk-heading-l" { "Spend" span class="govuk-caption-m" { "From " (ground.pot.name) } }
        (left(ground))
        @if let Some(held) = &ground.held {
            (govuk::WarningText::new(html! {
                "Nothing more is spent from this pot for now: " (held.words()) ". "
                a class="govuk-link" href=(request.href(&format!("/budgets/pots/{}", ground.pot.id))) { "Add what is missing" }
            }))
        }
        form method="post" action=(request.href(&path)) enctype="multipart/form-data" novalidate {
            (request.csrf_field())
            input type="hidden" name="key" value=(key);
            (main_fields(ground, form, errors))
            (for_the_worker_to_say(form, errors))
            (who_and_why(form, errors))
            (section_17(form, errors))
            p class="govuk-body" {
                "By sending this you say that you have thought about the family’s means, as section 17 asks."
            }
            (Button::new("Send").prevent_double_click(true))
        }
    };
    request.page("Spend").back("Pots", "/budgets/pots").in_error(!errors.is_empty()).render(body)
}

fn left(ground: &Ground) -> Markup {
    let own = match ground.rules.own_authority {
        Some(own) => format!("Up to {own} is agreed at once."),
        None => "Somebody else agrees to every amount.".to_owned(),
    };
    let left = match ground.team_left {
        Some(team) => format!("{team} left in the team’s budget, from which this pot is filled."),
        None => format!("{} left in this pot.", ground.standing.available),
    };
    InsetText::new(
        html! { strong { (left) } " " (own) " Amounts of one day in one kind of spend count together." },
    )
    .render()
}

fn radios(name: &str, legend: &str) -> Radios {
    Radios::new(name).legend(Legend::new(legend).size(Size::Small)).small()
}

fn main_fields(ground: &Ground, form: &Form, errors: &Errors) -> Markup {
    let rules = &ground.rules;
    let children = &ground.whom.children;
    let usual_child = match (ground.whom.family, children.as_slice()) {
        (Some(_), _) => WHOLE_FAMILY.to_owned(),
        (None, [only]) => only.id.to_string(),
        _ => String::new(),
    };
    let usual_payment = rules.payment_kinds.first().map_or("", |kind| kind.slug());
    let whole = ground.whom.family.map(|_| ChoiceItem::new(WHOLE_FAMILY, "The whole family"));
    html! {
        (Input::new("amount").label("Amount").prefix(Affix::new("£")).inputmode("decimal").autocomplete("off")
            .width(InputWidth::Chars5).value(form.raw("amount")).error(errors.of("amount")))
        (Input::new("what").label("What for").hint("For example: kettle and bedding").value(form.raw("what"))
            .error(errors.of("what")))
        @match (ground.whom.family, children.as_slice()) {
            (None, [only]) => {
                input type="hidden" name="child" value=(only.id);
                p class="govuk-body" { "For " strong { (only.title()) } }
            }
            _ => (radios("child", "For whom").items(whole)
                .items(children.iter().map(|child| ChoiceItem::new(child.id.to_string(), child.title())))
                .value(or(form, "child", &usual_child)).error(errors.of("child"))),
        }
        (radios("category", "Kind of spend").items(rules.categories.iter().map(|one| {
            let examples = (!one.examples.is_empty()).then(|| one.examples.join(", "));
            ChoiceItem::new(one.code.as_str(), one.title.as_str()).hint(examples)
        })).value(form.raw("category")).error(errors.of("category")))
        (Input::new("goal").label("Goal in the plan that it serves").value(or(form, "goal", &ground.goal))
            .error(errors.of("goal")))
        (radios("payment", "How it is paid")
            .items(rules.payment_kinds.iter().map(|kind| ChoiceItem::new(kind.slug(), kind.title())))
            .value(or(form, "payment", usual_payment)).error(errors.of("payment")))
        (radios("paid", "Is it paid?").inline()
            .item(ChoiceItem::new("no", "Not yet")).item(ChoiceItem::new("yes", "Yes"))
            .value(or(form, "paid", "no")).error(errors.of("paid")))
        (FileUpload::new("receipt").label("Photo of the receipt, now or later")
            .hint("A photo or a PDF, up to 8 MB. What comes before the payment is kept as a quote")
            .accept("image/jpeg,image/png,image/heic,application/pdf").error(errors.of("receipt")))
    }
}

/// Two things that nothing may stand in for: a usual answer would be a statement about a family, or against another service,
/// that nobody made.
fn for_the_worker_to_say(form: &Form, errors: &Errors) -> Markup {
    // Not folded into the answers: a radio that unfolds has an attribute that radios must not have.
    let wanted = errors.of("told-why").is_some() || !form.raw("told-why").is_empty();
    let why = Textarea::new("told-why")
        .label("Why do they not know?")
        .rows(2)
        .value(form.raw("told-why"))
        .error(errors.of("told-why"));
    html! {
        (radios("told", "Does the family know that this is spent for them?")
            .items(Told::ALL.iter().map(|one| ChoiceItem::new(one.slug(), one.title())))
            .value(form.raw("told")).error(errors.of("told")))
        (Details::new("If they do not know, say why", why).open(wanted))
        (radios("duty", "Whose duty is this normally?")
            .items(Duty::ALL.iter().map(|one| ChoiceItem::new(one.slug(), one.title())))
            .value(form.raw("duty")).error(errors.of("duty")))
    }
}

fn who_and_why(form: &Form, errors: &Errors) -> Markup {
    let fields =
        ["suggested-by", "alternatives", "alternatives-words", "told-on-day", "payee", "spend-on-day"];
    let wrong = fields.iter().any(|field| errors.of(field).is_some());
    let suggested =
        SuggestedBy::from_slug(&or(form, "suggested-by", "family")).unwrap_or(SuggestedBy::Family);
    let alternatives = or(form, "alternatives", Alternatives::NoneFits.slug());
    let summary = format!(
        "Idea: {}. Tried before: {}. Change this",
        suggested.title().to_lowercase(),
        Alternatives::from_slug(&alternatives).map_or("not said", Alternatives::title).to_lowercase()
    );
    Details::new(summary, html! {
        (radios("suggested-by", "Who had the idea?")
            .items(SuggestedBy::ALL.iter().map(|one| ChoiceItem::new(one.slug(), one.title())))
            .value(suggested.slug()).error(errors.of("suggested-by")))
        (radios("alternatives", "What was tried before?")
            .items(Alternatives::ALL.iter().map(|one| ChoiceItem::new(one.slug(), one.title())))
            .value(alternatives).error(errors.of("alternatives")))
        (Textarea::new("alternatives-words").label("Who was asked, and what they said (if somebody was)").rows(2)
            .value(form.raw("alternatives-words")).error(errors.of("alternatives-words")))
        (ui::date_input(form, "told-on", "Since when they know", "Leave it empty for today", errors))
        (Input::new("payee").label("Who gets the money").hint("Finance needs it for an order or a reimbursement")
            .value(form.raw("payee")).error(errors.of("payee")))
        (ui::date_input(form, "spend-on", "When it is or was spent", "Leave it empty for today", errors))
    })
    .open(wrong)
    .render()
}

fn section_17(form: &Form, errors: &Errors) -> Markup {
    let conditions = Conditions::from_slug(&or(form, "conditions", "none")).unwrap_or(Conditions::None);
    let summary = match conditions {
        Conditions::None => "Given without a condition (section 17). Change this",
        _ => "Given under a condition (section 17). Change this",
    };
    Details::new(summary, html! {
        (radios("conditions", "Is there a condition, or is it to be repaid?")
            .items(Conditions::ALL.iter().map(|one| ChoiceItem::new(one.slug(), one.title())))
            .value(conditions.slug()).error(errors.of("conditions")))
        (Textarea::new("conditions-words").label("The condition, or what is to be repaid and when").rows(2)
            .value(form.raw("conditions-words")).error(errors.of("conditions-words")))
        (radios("benefits", "Does the person get one of the benefits named in section 17(9)?")
            .items(Benefits::ALL.iter().map(|one| ChoiceItem::new(one.slug(), one.title())))
            .value(or(form, "benefits", Benefits::NotKnown.slug())).error(errors.of("benefits")))
    })
    .open(errors.of("conditions").is_some() || errors.of("conditions-words").is_some())
    .render()
}
