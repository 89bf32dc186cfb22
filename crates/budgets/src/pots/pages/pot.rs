//! Opening a pot for a worker, a young person or a family.

use govuk::{Button, Input, InsetText, Select, SelectItem};
use maud::html;
use platform::{
    auth::service::directory,
    policy::{Action, Role},
    web::{Errors, Failure, Form, Outcome, Path, Request},
};
use record::{
    caseload::service::{Filter, caseload},
    entity::family_member,
    ui,
};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use uuid::Uuid;

use super::{amount, caught};
use crate::{
    ledger::{model::Bucket, store as ledger},
    money::MOVEMENT_MAX,
    policy::{
        model::Funding,
        service::{self as policies, LivePolicy},
    },
    pots::{
        model::{Envelope, Level, Owner, OwnerKind},
        reach,
        service::{self, NewEnvelope},
        store,
    },
};

/// Children that can be chosen at once.
const CHOICES: usize = 500;

async fn above(request: &Request, id: Uuid) -> Result<Envelope, Failure> {
    let team = store::envelope(request.db(), id).await?;
    reach::require(request, Action::OpenPots, &team).await?;
    if team.level == Level::Team { Ok(team) } else { Err(Failure::NotFound) }
}

/// The rules that were chosen, or the only ones that hold today.
async fn rules(request: &Request, chosen: &str) -> Result<(Vec<LivePolicy>, Option<LivePolicy>), Failure> {
    let all = policies::all_live(request, request.today()).await?;
    let one = all.iter().find(|live| live.policy_id.to_string() == chosen).or_else(|| match &all[..] {
        [only] => Some(only),
        _ => None,
    });
    let one = one.cloned();
    Ok((all, one))
}

pub(super) async fn new(request: Request, Path(id): Path<Uuid>) -> Outcome {
    let team = above(&request, id).await?;
    let mut fields = vec![("key".to_owned(), request.id().to_string())];
    fields.extend(request.query("policy").map(|policy| ("policy".to_owned(), policy)));
    page(&request, &team, &Form::of(fields), &Errors::new()).await
}

pub(super) async fn create(request: Request, Path(id): Path<Uuid>, form: Form) -> Outcome {
    let team = above(&request, id).await?;
    let mut errors = Errors::new();
    let (_, live) = rules(&request, form.text("policy")).await?;
    let Some(live) = live else { return page(&request, &team, &form, &errors).await };
    let owner = owner(&request, &team, &live, &form, &mut errors).await?;
    let as_needed = live.policy.funding == Funding::AsNeeded;
    let pence = if as_needed && form.text("amount").is_empty() {
        None
    } else {
        amount(&form, "amount", MOVEMENT_MAX, &mut errors)
    };
    if live.policy.eligibility.needs_draw {
        errors.add("whose", "These rules give pots by a draw only: nominate the family first");
    }
    if let (Some(owner), true) = (owner, errors.is_empty()) {
        let pot =
            NewEnvelope { name: String::new(), owner, policy: Some(live.policy_id), cap: live.policy.cap };
        let key = format!("open {}", form.text("key"));
        let opened = match pence {
            Some(pence) => service::open_with(&request, id, &pot, pence, &key).await,
            None => service::open(&request, id, &pot).await,
        };
        if let Some(opened) = caught(opened, "amount", &mut errors)? {
            return Ok(request.redirect(&format!("/budgets/pots/{opened}")));
        }
    }
    page(&request, &team, &form, &errors).await
}

/// Who was chosen, if the one who asks may choose them.
async fn owner(
    request: &Request,
    team: &Envelope,
    live: &LivePolicy,
    form: &Form,
    errors: &mut Errors,
) -> Result<Option<Owner>, Failure> {
    let chosen = form.text("whose").parse::<Uuid>().ok();
    let choices = choices(request, team, live.policy.owner).await?;
    let Some(id) = chosen.filter(|id| choices.iter().any(|(other, _)| other == id)) else {
        errors.add("whose", "Select whose pot it is");
        return Ok(None);
    };
    match live.policy.owner {
        OwnerKind::Worker => Ok(Some(Owner::Worker(id))),
        OwnerKind::Person => Ok(Some(Owner::Person(id))),
        OwnerKind::Family => {
            let row = family_member::Entity::find()
                .filter(family_member::Column::PersonId.eq(id))
                .one(request.db())
                .await
                .map_err(platform::Error::from)?;
            if row.is_none() {
                errors.add(
                    "whose",
                    "This child’s family is not in the record yet: record a brother, sister or parent first",
                );
            }
            Ok(row.map(|row| Owner::Family(row.family_id)))
        }
        OwnerKind::Organisation | OwnerKind::Team => Ok(None),
    }
}

/// Whom a pot may be opened for: workers of the team, or children of the caseload (their looks are stored).
async fn choices(
    request: &Request,
    team: &Envelope,
    kind: OwnerKind,
) -> Result<Vec<(Uuid, String)>, Failure> {
    if kind != OwnerKind::Worker {
        let found = caseload(request, &Filter::default(), 0, CHOICES).await?;
        return Ok(found.lines.iter().map(|line| (line.child.id, line.child.title())).collect());
    }
    let members = match team.owner {
        Owner::Team(team) => reach::members(request, &[team]).await?,
        _ => return Ok(vec![]),
    };
    let mut workers: Vec<(Uuid, String)> = directory::with_role(request, Role::SocialWorker)
        .await?
        .into_iter()
        .filter(|one| members.contains(&one.id))
        .map(|one| (one.id, one.name))
        .collect();
    workers.sort_by_key(|(id, name)| (name.to_lowercase(), *id));
    Ok(workers)
}

async fn page(request: &Request, team: &Envelope, form: &Form, errors: &Errors) -> Outcome {
    let (all, live) = rules(request, form.text("policy")).await?;
    let path = format!("/budgets/envelopes/{}/pots/new", team.id);
    let back = format!("/budgets/envelopes/{}", team.id);
    let Some(live) = live else {
        let body = html! {
            h1 class="govuk-heading-l" { "Open a pot" }
            @if all.is_empty() { (InsetText::new("No rules hold today. A service manager writes them, and somebody else makes them live.")) }
            @else {
                p class="govuk-body" { "Under which rules will it be spent?" }
                ul class="govuk-list" {
                    @for one in &all {
                        li { a class="govuk-link" href=(format!("{}?policy={}", request.href(&path), one.policy_id)) { (one.policy.name) } }
                    }
                }
            }
        };
        return Ok(request.page("Open a pot").back(team.name.clone(), &back).render(body));
    };
    let choices = choices(request, team, live.policy.owner).await?;
    let left = ledger::balance(request.db(), (team.id, Bucket::Available)).await?;
    let label = match live.policy.owner {
        OwnerKind::Worker => "Worker",
        OwnerKind::Family => "A child of the family",
        _ => "Young person",
    };
    let hint = if live.policy.funding == Funding::AsNeeded {
        "May stay empty: money comes from the team’s budget when a spend is agreed"
    } else {
        "It can be more later, up to the cap"
    };
    let body = html! {
        (ui::summary(errors))
        h1 class="govuk-heading-l" { "Open a pot" }
        (InsetText::new(match live.policy.cap {
            Some(cap) => format!("{}: at most {cap} in one pot. {left} of {} can be passed on.", live.policy.name, team.name),
            None => format!("{}: no cap is stated. {left} of {} can be passed on.", live.policy.name, team.name),
        }))
        (ui::form(request, &path, &html! {
            input type="hidden" name="key" value=(form.text("key"));
            input type="hidden" name="policy" value=(live.policy_id);
            (Select::new("whose").label(label).item(SelectItem::new("", "Choose"))
                .items(choices.iter().map(|(id, name)| SelectItem::new(id.to_string(), name.as_str())))
                .value(form.text("whose")).error(errors.of("whose")))
            (Input::new("amount").label("How much to put into it").hint(hint).prefix("£").class("govuk-input--width-10")
                .value(form.raw("amount")).error(errors.of("amount")))
            (Button::new("Open the pot"))
        }))
    };
    Ok(request.page("Open a pot").back(team.name.clone(), &back).in_error(!errors.is_empty()).render(body))
}
