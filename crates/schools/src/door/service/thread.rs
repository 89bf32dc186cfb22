//! The thread of a pupil: consultation, concern, early help, referral and outcome in one line, earliest first.

use chrono::NaiveDate;
use platform::{Ctx, Result, capability::ChronologyEntry};
use uuid::Uuid;

use crate::{
    consultation,
    door::{
        entity::referral_outcome,
        model::{
            document::Event,
            words::{Decision, FamilyKnows, HelpEnd, HelpReason, Sender},
        },
        store,
    },
};

/// What kind of thing happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A concern was raised.
    Concern,
    /// Advice was given.
    Consultation,
    /// Early help began.
    EarlyHelp,
    /// A referral was sent to the front door.
    Referral,
    /// The front door decided.
    Decision,
    /// The referral was found in a return.
    Episode,
    /// The school was told something.
    Told,
    /// Early help ended.
    EarlyHelpEnd,
}

impl Kind {
    /// The words on screen and in the chronology.
    pub fn title(self) -> &'static str {
        match self {
            Self::Concern => "Concern from school",
            Self::Consultation => "Consultation with school staff",
            Self::EarlyHelp => "Early help began",
            Self::Referral => "Referral sent to the front door",
            Self::Decision => "Front door decided",
            Self::Episode => "Referral found in the children in need return",
            Self::Told => "School told",
            Self::EarlyHelpEnd => "Early help ended",
        }
    }
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// When.
    pub on: NaiveDate,
    /// What.
    pub kind: Kind,
    /// The school.
    pub urn: i32,
    /// The reference of what happened.
    pub reference: String,
    /// Where it can be opened.
    pub path: String,
    /// One line of what it says.
    pub detail: String,
    /// Its parts, heading and text, for the referral's document and the worker's pages.
    pub parts: Vec<(String, String)>,
}

fn part(heading: &str, text: &str) -> Option<(String, String)> {
    (!text.trim().is_empty()).then(|| (heading.to_owned(), text.to_owned()))
}

/// Everything that is known here of these pupils. Whoever calls it has judged them and stored the looks.
pub(crate) async fn of(ctx: &Ctx, pupils: &[Uuid]) -> Result<Vec<Step>> {
    let db = ctx.db();
    let mut all = concerns(ctx, pupils).await?;
    for row in consultation::store::of_pupils(db, pupils).await? {
        let topic = consultation::model::Topic::from_slug(&row.topic).map_or("", |topic| topic.title());
        let outcome = consultation::model::Outcome::from_slug(&row.outcome).map_or("", |one| one.title());
        let asked = Sender::from_slug(&row.asked_by).map_or("", Sender::title);
        all.push(Step {
            on: row.held_on,
            kind: Kind::Consultation,
            urn: row.urn,
            path: format!("/schools/consultations/{}", row.id),
            detail: format!("{topic}. Outcome: {outcome}. By {}", row.recorded_by_name),
            parts: [
                part("Asked by", asked),
                part("About", topic),
                part("What was asked", &row.question),
                part("Advice given", &row.advice),
            ]
            .into_iter()
            .flatten()
            .collect(),
            reference: row.reference,
        });
    }
    all.extend(help(ctx, pupils).await?);
    all.extend(referrals(ctx, pupils).await?);
    all.sort_by_key(|step| (step.on, step.kind));
    Ok(all)
}

async fn concerns(ctx: &Ctx, pupils: &[Uuid]) -> Result<Vec<Step>> {
    let rows = store::concerns::of_pupils(ctx.db(), pupils).await?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let told = store::concerns::told(ctx.db(), &ids).await?;
    let mut all = vec![];
    for row in rows {
        let path = format!("/schools/door/inbox/{}", row.id);
        let role = Sender::from_slug(&row.recorded_role).map_or("", Sender::title);
        let family = row.family_knows.as_deref().and_then(FamilyKnows::from_slug);
        all.extend(told.iter().filter(|told| told.concern_id == row.id).map(|told| Step {
            on: told.told_on,
            kind: Kind::Told,
            urn: row.urn,
            reference: row.reference.clone(),
            path: path.clone(),
            detail: told.words.clone(),
            parts: part("What the school was told", &told.words).into_iter().collect(),
        }));
        all.push(Step {
            on: row.recorded_on,
            kind: Kind::Concern,
            urn: row.urn,
            path,
            detail: format!("By {} ({role})", row.recorded_by_name),
            parts: [
                part("Raised by", &format!("{} ({role})", row.recorded_by_name)),
                part("What the worry is", &row.worry),
                part("What the school has done", &row.done),
                part("Do the parents or carers know", family.map_or("", FamilyKnows::title)),
            ]
            .into_iter()
            .flatten()
            .collect(),
            reference: row.reference,
        });
    }
    Ok(all)
}

async fn help(ctx: &Ctx, pupils: &[Uuid]) -> Result<Vec<Step>> {
    let mut all = vec![];
    for row in store::casework::help_of(ctx.db(), pupils).await? {
        let path = format!("/schools/door/early-help/{}", row.id);
        let reason = HelpReason::from_slug(&row.reason).map_or("", HelpReason::title);
        if let Some(end) = row.end_date {
            let why = row.end_reason.as_deref().and_then(HelpEnd::from_slug).map_or("", HelpEnd::title);
            all.push(Step {
                on: end,
                kind: Kind::EarlyHelpEnd,
                urn: row.urn,
                reference: row.reference.clone(),
                path: path.clone(),
                detail: why.to_owned(),
                parts: part("Why it ended", why).into_iter().collect(),
            });
        }
        all.push(Step {
            on: row.start_date,
            kind: Kind::EarlyHelp,
            urn: row.urn,
            path,
            detail: format!("{reason}. By {}", row.organisation),
            parts: [
                part("Reason", reason),
                part("What the help is", &row.help),
                part("Given by", &row.organisation),
                part("Family agreed", if row.family_agrees { "Yes" } else { "No" }),
            ]
            .into_iter()
            .flatten()
            .collect(),
            reference: row.reference,
        });
    }
    Ok(all)
}

async fn referrals(ctx: &Ctx, pupils: &[Uuid]) -> Result<Vec<Step>> {
    let rows = store::casework::referrals_of(ctx.db(), pupils).await?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let outcomes = store::casework::outcomes(ctx.db(), &ids).await?;
    let mut all = vec![];
    for row in rows {
        let path = format!("/schools/door/referrals/{}", row.id);
        for outcome in outcomes.iter().filter(|outcome| outcome.referral_id == row.id) {
            all.extend(became(outcome, row.urn, &row.reference, &path));
        }
        all.push(Step {
            on: row.sent_on,
            kind: Kind::Referral,
            urn: row.urn,
            detail: format!("Sent by {}. The front door decides the threshold", row.recorded_by_name),
            parts: vec![],
            reference: row.reference,
            path,
        });
    }
    Ok(all)
}

fn became(outcome: &referral_outcome::Model, urn: i32, reference: &str, path: &str) -> Option<Step> {
    let step = |on, kind, detail: String| Step {
        on,
        kind,
        urn,
        reference: reference.to_owned(),
        path: path.to_owned(),
        detail,
        parts: vec![],
    };
    if let (Some(on), Some(decision)) = (outcome.decided_on, outcome.decision.as_deref()) {
        return Some(step(on, Kind::Decision, Decision::from_slug(decision)?.title().to_owned()));
    }
    let on = outcome.referral_date?;
    let words = format!("Referral date {}", platform::clock::date_in_words(on));
    Some(step(on, Kind::Episode, format!("{words}. Confirmed by {}", outcome.recorded_by_name)))
}

/// What goes into a referral's document: concerns, advice and early help with their parts.
pub(crate) fn history(steps: &[Step]) -> Vec<Event> {
    let told =
        |kind| matches!(kind, Kind::Concern | Kind::Consultation | Kind::EarlyHelp | Kind::EarlyHelpEnd);
    steps
        .iter()
        .filter(|step| told(step.kind))
        .map(|step| Event {
            on: step.on,
            what: step.kind.title().to_owned(),
            reference: step.reference.clone(),
            parts: step.parts.clone(),
        })
        .collect()
}

/// The lines of a child's chronology. The child's record was opened to the actor before this is asked.
pub(crate) async fn chronology(ctx: &Ctx, child: Uuid) -> Result<Vec<ChronologyEntry>> {
    let pupils: Vec<Uuid> =
        store::pupils::of_person(ctx.db(), child).await?.into_iter().map(|pupil| pupil.id).collect();
    if pupils.is_empty() {
        return Ok(vec![]);
    }
    let steps = of(ctx, &pupils).await?;
    let names = super::names(ctx, steps.iter().map(|step| step.urn)).await?;
    Ok(steps
        .into_iter()
        .filter(|step| step.kind != Kind::Told)
        .map(|step| ChronologyEntry {
            happened_on: step.on,
            what: step.kind.title().to_owned(),
            detail: step.detail,
            source: format!(
                "Nearhand, {} {}",
                names.get(&step.urn).map_or("school", String::as_str),
                step.reference
            ),
        })
        .collect())
}
