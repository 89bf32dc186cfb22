//! A year of spends, one day after the other: what was asked for, and what followed from it.

use std::collections::BTreeMap;

use budgets::{
    Pence,
    finance::service as finance,
    insight::{model::unused::Reason, service as insight},
    own::{
        model::{Answer, Part},
        service as own,
    },
    policy::model::PaymentKind,
    spend::service::{self as spends, New, NotAsked},
};
use chrono::NaiveDate;
use platform::{Ctx, policy::Role};
use uuid::Uuid;

use super::{
    Place, Stage, after, day,
    papers::{self, Line},
    stories::{self, Step, Story},
    treasury::{self, Money, pounds, told},
};
use crate::{
    demonstration::people,
    error::{Error, Result},
};

/// What happens on a day.
enum Event {
    Ask { story: &'static Story, place: usize, turn: usize },
    Follow { step: Step, asked: Asked },
    Extend,
}

/// A request that was sent.
#[derive(Clone, Copy)]
struct Asked {
    id: Uuid,
    place: usize,
    what: &'static str,
    pence: Pence,
}

/// Days with what happens on them, in order.
#[derive(Default)]
struct Diary {
    days: BTreeMap<(NaiveDate, usize), Event>,
    written: usize,
}

impl Diary {
    fn write(&mut self, on: NaiveDate, event: Event) {
        self.written += 1;
        self.days.insert((on, self.written), event);
    }
}

/// Plays the year until the day before `today`.
pub(super) async fn year(stage: &Stage<'_>, money: &Money, places: &[Place], today: NaiveDate) -> Result<()> {
    if places.is_empty() {
        return Ok(());
    }
    let mut diary = plan(stage, places.len());
    let mut card = Vec::new();
    share(stage, places).await?;
    while let Some(((on, _), event)) = diary.days.pop_first() {
        if on >= today {
            break;
        }
        stage.calendar.turn_to(on);
        match event {
            Event::Extend => treasury::extend(stage, money).await?,
            Event::Follow { step, asked } => follow(stage, places, step, asked).await?,
            Event::Ask { story, place, turn } => {
                let Some(asked) = ask(stage, places, story, place, turn).await? else { continue };
                if story.paid && story.payment == PaymentKind::Card && on >= day(2020, 2, 1) {
                    card.push(Line { on: after(on, 1), pence: asked.pence, merchant: merchant(story) });
                }
                for (days, step) in story.then.iter().chain(stories::looked_at_again(story, on)) {
                    diary.write(after(on, *days), Event::Follow { step: *step, asked });
                }
            }
        }
    }
    questions(stage, places).await?;
    reasons(stage, places).await?;
    stage.on(2020, 3, 31);
    card.retain(|line| line.on < today);
    let text = papers::statement(&card);
    finance::statements::take(&stage.finance, "purchase-card-spring-2020.csv", text.as_bytes())
        .await
        .map_err(|error| match error {
            finance::statements::NotTaken::Other(error) => told(error),
            finance::statements::NotTaken::File(problems) => {
                Error::Usage(format!("the demonstration's statement cannot be read: {problems:?}"))
            }
        })?;
    Ok(())
}

fn merchant(story: &Story) -> String {
    if story.payee.is_empty() { story.what.to_uppercase() } else { story.payee.to_uppercase() }
}

/// Everyday spends go round the first three fifths of the pots, one in about a week; what is told apart happens once.
fn plan(stage: &Stage<'_>, pots: usize) -> Diary {
    let mut diary = Diary::default();
    let used = (pots * 3).div_ceil(5);
    let mut on = day(2019, 7, 15);
    for (turn, story) in stories::EVERYDAY.iter().cycle().enumerate() {
        if on > day(2020, 3, 9) {
            break;
        }
        // A pot gets other stories the second time round.
        let place = (turn + turn / stories::EVERYDAY.len()) % used;
        diary.write(on, Event::Ask { story, place, turn });
        on = after(on, if turn % 3 == 0 { 6 } else { 8 });
    }
    for (turn, (on, place, story)) in stories::once(stage.council.dearest >= 5_000).into_iter().enumerate() {
        // The last of the used pots is the one that is held.
        let place = place.map_or(used.saturating_sub(1), |place| place % used);
        diary.write(on, Event::Ask { story, place, turn: 1_000 + turn });
    }
    diary.write(day(2020, 3, 16), Event::Extend);
    diary
}

/// Asks for it. Nothing where the form is refused: a young person who came of age, say.
async fn ask(
    stage: &Stage<'_>,
    places: &[Place],
    story: &'static Story,
    place: usize,
    turn: usize,
) -> Result<Option<Asked>> {
    let Some(at) = places.get(place) else { return Ok(None) };
    let child = at.children.get(turn.checked_rem(at.children.len()).unwrap_or(0)).copied();
    let pence =
        if story.pence == stories::DEAREST { pounds(stage.council.dearest) } else { Pence::new(story.pence) };
    let new = New {
        key: format!("demonstration {turn}"),
        pence,
        what_for: story.what.to_owned(),
        child,
        goal: story.goal.to_owned(),
        category: story.category.to_owned(),
        suggested_by: story.suggested,
        duty: story.duty,
        alternatives: story.tried.0,
        alternatives_words: story.tried.1.to_owned(),
        told: story.told.0,
        told_on: None,
        told_why: story.told.1.to_owned(),
        payment: story.payment,
        payee: story.payee.to_owned(),
        terms: stories::freely(),
        spend_on: None,
        paid: story.paid,
    };
    match spends::ask(stage.worker(at.worker), at.pot, &new, None).await {
        Ok(sent) => Ok(Some(Asked { id: sent.id, place, what: story.what, pence })),
        Err(NotAsked::Form(_)) => Ok(None),
        Err(NotAsked::Other(error)) => Err(told(error)),
    }
}

/// What follows from a request.
async fn follow(stage: &Stage<'_>, places: &[Place], step: Step, asked: Asked) -> Result<()> {
    let Some(place) = places.get(asked.place) else { return Ok(()) };
    let (worker, id) = (stage.worker(place.worker), asked.id);
    let (manager, finance) = (&stage.manager, &stage.finance);
    let done = match step {
        Step::Receipt => {
            let paper = papers::receipt(asked.what, asked.pence, worker.today());
            spends::add_paper(worker, id, &paper).await
        }
        Step::Agree => spends::approve(manager, id, "").await.map(drop),
        Step::SecondAgrees => {
            spends::approve(&stage.second, id, "It costs less than one week in care.").await.map(drop)
        }
        Step::Refuse(why, family) => spends::refuse(manager, id, why, family).await,
        Step::Query(question) => spends::query(manager, id, question).await,
        Step::Answer(words) => spends::answer(worker, id, words).await,
        Step::Pay => spends::pay(worker, id, false, asked.pence).await,
        Step::FinancePays => spends::pay(finance, id, true, asked.pence).await,
        Step::Refund(pence, why) => spends::refund(finance, id, Pence::new(pence), why).await,
        Step::Confirm => spends::confirm(manager, id, true, "").await,
        Step::Excuse(why) => spends::excuse(manager, id, why).await,
        Step::Cancel(why) => spends::cancel(worker, id, why).await,
        Step::Tell => spends::tell(worker, id, budgets::spend::model::Told::Yes, "").await,
        Step::Outcome(days, outcome, words) => spends::say_outcome(worker, id, days, outcome, words).await,
    };
    match done {
        // Its request went another way than told, because the record leaves a doubt about who may have the money.
        Err(budgets::Error::Choice(_)) => Ok(()),
        done => done.map_err(told),
    }
}

/// Somebody sees the money of the first family: a young person or a parent.
async fn share(stage: &Stage<'_>, places: &[Place]) -> Result<()> {
    let (account, role) = stage.council.sees;
    let Some((place, child)) = first(places) else { return Ok(()) };
    stage.on(2019, 7, 12);
    let name = people::email(stage.operator.org.slug(), account);
    let part = if role == Role::YoungPerson { Part::YoungPerson } else { Part::Parent };
    own::share(stage.worker(place.worker), child, &name, part).await.map_err(told)?;
    Ok(())
}

fn first(places: &[Place]) -> Option<(&Place, Uuid)> {
    let place = places.first()?;
    Some((place, place.children.first().copied()?))
}

/// They ask for something themselves: one thing is answered, one waits.
async fn questions(stage: &Stage<'_>, places: &[Place]) -> Result<()> {
    let (account, role) = stage.council.sees;
    let Some((place, child)) = first(places) else { return Ok(()) };
    let (worker, family) = (
        stage.worker(place.worker),
        people::acting(&stage.operator, account, role, stage.council.team).await?,
    );
    let shares = own::mine(&family).await.map_err(told)?;
    let Some(share) = shares.first().map(|own| own.share) else { return Ok(()) };
    for (number, ((year, month, date), what, why, pence, answer)) in
        (1..).zip(stories::questions(role == Role::YoungPerson))
    {
        stage.on(year, month, date);
        let new = own::NewAsk {
            share,
            what: what.to_owned(),
            why: why.to_owned(),
            pence: Some(Pence::new(pence)),
            key: format!("demonstration ask {number}"),
        };
        own::ask(&family, &new).await.map_err(told)?;
        let Some(words) = answer else { continue };
        let waiting = own::waiting(worker).await.map_err(told)?;
        if let Some(asked) = waiting.iter().find(|asked| asked.person_id == child) {
            stage.calendar.turn_to(after(worker.today(), 2));
            own::answer(worker, asked.id, Answer::WillAsk, words).await.map_err(told)?;
        }
    }
    Ok(())
}

/// Workers say why nothing is spent from every other of the pots that nobody uses.
async fn reasons(stage: &Stage<'_>, places: &[Place]) -> Result<()> {
    stage.on(2020, 3, 24);
    let used = (places.len() * 3).div_ceil(5);
    let all = [
        (Reason::NotNeeded, "Things go well since the grandparents help."),
        (Reason::Blame, ""),
        (Reason::Paperwork, "I do not get round to it between visits."),
        (Reason::Openness, ""),
        (Reason::Fairness, "Next door they were not drawn, and know it."),
    ];
    let unused = places.iter().skip(used).step_by(2);
    for (place, (reason, words)) in unused.zip(all.into_iter().cycle()) {
        let worker: &Ctx = stage.worker(place.worker);
        insight::say_why(worker, place.pot, reason, words).await.map_err(told)?;
    }
    Ok(())
}
