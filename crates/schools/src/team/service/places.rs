//! Saying who works at which school when, who is away and who stands in, when schools are closed, and whom to call.

use chrono::{Days, NaiveDate};
use platform::{
    Ctx, Error, Result,
    audit::{Change, Subject},
    auth::store::user,
    clock::date_in_words,
    policy::{Action, Object},
};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::{facts, notices};
use crate::team::{
    entity::duty_line,
    model::{Absence, Calendar, CannotCover, Holiday, Place, Plan, Problem},
    store::{places as store, schools},
};

/// Far enough ahead of any place or holiday.
fn ever(ctx: &Ctx) -> NaiveDate {
    ctx.today().checked_add_days(Days::new(366 * 10)).unwrap_or(NaiveDate::MAX)
}

fn broken(problems: &[Problem]) -> Result<()> {
    problems.first().map_or(Ok(()), |problem| Err(Error::invalid(problem.field, problem.message)))
}

/// Holds the user until the change ends, so that two changes of one worker come one after the other.
async fn hold(change: &Change<'_>, worker: Uuid) -> Result<user::Model> {
    user::lock(change.tx(), worker)
        .await?
        .ok_or_else(|| Error::invalid("worker", "choose a worker from the list"))
}

/// Puts a worker at a school. A place gives no right: what somebody may open follows from their role.
///
/// # Errors
/// A refusal; [`Error::Invalid`] for a place that breaks a rule, that clashes with another of the worker's, or at a
/// school that is closed or unknown.
pub async fn add_place(ctx: &Ctx, place: &Place) -> Result<Uuid> {
    ctx.require(Action::ManageSchoolPlaces, Object::None)?;
    broken(&place.problems())?;
    let open = schools::open(ctx.db(), ctx.org.organisation.la_code).await?;
    if !open.iter().any(|(urn, _)| *urn == place.urn) {
        return Err(Error::invalid("school", "choose an open school of the council from the list"));
    }
    let mut change = ctx.change(Action::ManageSchoolPlaces, Subject::of("user", place.worker)).await?;
    let worker = hold(&change, place.worker).await?;
    let until = place.last_day.unwrap_or_else(|| ever(ctx));
    let others = store::places(change.tx(), place.first_day, until, None).await?;
    if let Some(other) = others.iter().find(|other| other.clashes(place)) {
        let names = schools::names(change.tx(), &[other.urn]).await?;
        let school = names.get(&other.urn).cloned().unwrap_or_else(|| format!("school {}", other.urn));
        let (days, hours) = (other.days.in_words(), other.hours.in_words());
        return Err(Error::invalid(
            "days",
            format!(
                "{} is at {school} then: {days}, {hours}. End that place first or change the times",
                worker.name
            ),
        ));
    }
    let place = Place { id: ctx.id(), ..place.clone() };
    store::insert_place(change.tx(), &place, (ctx.now(), ctx.actor.id)).await?;
    change
        .note("event", "place-made")
        .note("place", place.id.to_string())
        .note("urn", place.urn)
        .note("days", place.days.slug())
        .note("from", place.first_day.to_string());
    change.commit().await?;
    Ok(place.id)
}

/// Ends a place with a day, today or later; a place that has not begun by then is taken back.
pub async fn end_place(ctx: &Ctx, id: Uuid, last_day: NaiveDate) -> Result<()> {
    ctx.require(Action::ManageSchoolPlaces, Object::None)?;
    let mut change = ctx.change(Action::ManageSchoolPlaces, Subject::kind("user")).await?;
    let place = store::place_by_id(change.tx(), id).await?.ok_or(Error::NotFound)?;
    if place.first_day > last_day {
        store::withdraw_place(change.tx(), id, ctx.now()).await?;
        change.note("event", "place-withdrawn");
    } else {
        if last_day < ctx.today() && place.last_day.is_none_or(|last| last > ctx.today()) {
            // Days that were worked are not taken back; who was away is written down as away.
            return Err(Error::invalid("last-day", "the last day must be today or later"));
        }
        broken(&Place { last_day: Some(last_day), ..place.clone() }.problems())?;
        if place.last_day.is_some_and(|last| last < last_day) {
            return Err(Error::invalid(
                "last-day",
                "it ends before that day already; make a new place instead",
            ));
        }
        store::end_place(change.tx(), id, last_day).await?;
        change.note("event", "place-ended").note("last_day", last_day.to_string());
    }
    change.subject(Subject::of("user", place.worker)).note("place", id.to_string()).note("urn", place.urn);
    change.commit().await
}

/// One tap of a worker: not at any school today. Whoever stands in already stays; otherwise the schools see the duty
/// number until a manager finds somebody. Said twice, it changes nothing.
pub async fn not_here_today(ctx: &Ctx) -> Result<()> {
    let worker = ctx.actor.id;
    ctx.require(Action::RecordActivity, facts::work(ctx, worker, 0).await?)?;
    let today = ctx.today();
    let mut change = ctx.change(Action::RecordActivity, Subject::of("user", worker)).await?;
    user::lock(change.tx(), worker).await?;
    let known = store::absences(change.tx(), today, today).await?;
    if known.iter().any(|absence| absence.worker == worker && absence.urn.is_none()) {
        return change.abandon().await;
    }
    let absence = Absence { id: ctx.id(), worker, urn: None, first_day: today, last_day: today, cover: None };
    store::insert_absence(change.tx(), &absence, (ctx.now(), worker)).await?;
    notices::away(&change, &absence, &ctx.actor.name).await?;
    change.note("event", "not-here-today");
    change.commit().await
}

/// Takes back what [`not_here_today`] said, or ends a longer absence with yesterday.
pub async fn here_after_all(ctx: &Ctx) -> Result<()> {
    let worker = ctx.actor.id;
    ctx.require(Action::RecordActivity, facts::work(ctx, worker, 0).await?)?;
    let today = ctx.today();
    let mut change = ctx.change(Action::RecordActivity, Subject::of("user", worker)).await?;
    for absence in store::absences(change.tx(), today, today).await? {
        if absence.worker == worker {
            let yesterday = today.pred_opt().filter(|day| *day >= absence.first_day);
            store::end_absence(change.tx(), absence.id, yesterday, ctx.now()).await?;
            notices::back(&change, absence.id, yesterday).await?;
        }
    }
    change.note("event", "here-after-all");
    change.commit().await
}

/// Writes down that somebody is away for some days, and who stands in.
///
/// # Errors
/// A refusal; [`Error::Invalid`] where it breaks a rule, is known already, or the one who is to stand in cannot.
pub async fn add_absence(ctx: &Ctx, absence: &Absence) -> Result<Uuid> {
    ctx.require(Action::ManageSchoolPlaces, Object::None)?;
    broken(&absence.problems())?;
    let mut change = ctx.change(Action::ManageSchoolPlaces, Subject::of("user", absence.worker)).await?;
    let worker = hold(&change, absence.worker).await?;
    let plan = plan(change.tx(), absence).await?;
    if plan.absences.iter().any(|other| other.overlaps(absence)) {
        return Err(Error::invalid(
            "first-day",
            format!("{} is away on some of these days already; change that first", worker.name),
        ));
    }
    check_cover(&change, &plan, absence).await?;
    let absence = Absence { id: ctx.id(), ..absence.clone() };
    store::insert_absence(change.tx(), &absence, (ctx.now(), ctx.actor.id)).await?;
    notices::away(&change, &absence, &worker.name).await?;
    change
        .note("event", "absence-made")
        .note("absence", absence.id.to_string())
        .note("from", absence.first_day.to_string())
        .note("to", absence.last_day.to_string())
        .note("cover", absence.cover.map(|cover| cover.to_string()));
    change.commit().await?;
    Ok(absence.id)
}

/// Sets who stands in for somebody who is away; `None`: the duty number.
pub async fn set_cover(ctx: &Ctx, id: Uuid, cover: Option<Uuid>) -> Result<()> {
    ctx.require(Action::ManageSchoolPlaces, Object::None)?;
    let mut change = ctx.change(Action::ManageSchoolPlaces, Subject::kind("user")).await?;
    let before = store::absence_by_id(change.tx(), id).await?.ok_or(Error::NotFound)?;
    hold(&change, before.worker).await?;
    // Days that are over stay as they were: the new cover begins today.
    let absence = Absence { cover, ..before.clone() };
    broken(&absence.problems())?;
    let rest = Absence { first_day: absence.first_day.max(ctx.today()), ..absence };
    let plan = plan(change.tx(), &rest).await?;
    check_cover(&change, &plan, &rest).await?;
    if before.first_day < rest.first_day && rest.first_day <= before.last_day {
        store::end_absence(change.tx(), id, rest.first_day.pred_opt(), ctx.now()).await?;
        let next = Absence { id: ctx.id(), ..rest };
        store::insert_absence(change.tx(), &next, (ctx.now(), ctx.actor.id)).await?;
        notices::follows(&change, id, next.id).await?;
    } else {
        store::set_cover(change.tx(), id, cover).await?;
    }
    change
        .subject(Subject::of("user", before.worker))
        .note("event", "cover-set")
        .note("absence", id.to_string())
        .note("cover", cover.map(|cover| cover.to_string()));
    change.commit().await
}

/// Ends an absence with yesterday; one that began today or later is taken back.
pub async fn end_absence(ctx: &Ctx, id: Uuid) -> Result<()> {
    ctx.require(Action::ManageSchoolPlaces, Object::None)?;
    let mut change = ctx.change(Action::ManageSchoolPlaces, Subject::kind("user")).await?;
    let absence = store::absence_by_id(change.tx(), id).await?.ok_or(Error::NotFound)?;
    if absence.last_day < ctx.today() {
        return Err(Error::invalid("absence", "it is over already"));
    }
    let yesterday = ctx.today().pred_opt().filter(|day| *day >= absence.first_day);
    store::end_absence(change.tx(), id, yesterday, ctx.now()).await?;
    notices::back(&change, absence.id, yesterday).await?;
    change
        .subject(Subject::of("user", absence.worker))
        .note("event", "absence-ended")
        .note("absence", id.to_string());
    change.commit().await
}

async fn plan(db: &impl ConnectionTrait, absence: &Absence) -> Result<Plan> {
    let (from, to) = (absence.first_day, absence.last_day);
    let holidays = store::holidays(db, from, to).await?;
    Ok(Plan {
        places: store::places(db, from, to, None).await?,
        absences: store::absences(db, from, to).await?,
        calendar: Calendar { holidays: holidays.into_iter().map(|(_, holiday)| holiday).collect() },
    })
}

/// Whether whoever is to stand in can.
async fn check_cover(change: &Change<'_>, plan: &Plan, absence: &Absence) -> Result<()> {
    let Some(cover) = absence.cover else { return Ok(()) };
    let person = user::by_id(change.tx(), cover).await?;
    let name = person.ok_or_else(|| Error::invalid("cover", "choose a colleague from the list"))?.name;
    let why = match plan.cannot_cover(absence) {
        None => return Ok(()),
        Some(CannotCover::Away(on)) => format!("{name} is away on {}", date_in_words(on)),
        Some(CannotCover::Elsewhere { on, urn }) => {
            let names = schools::names(change.tx(), &[urn]).await?;
            let school = names.get(&urn).cloned().unwrap_or_else(|| format!("school {urn}"));
            format!(
                "{name} is at {school} at that time on {}. Write down first that {name} is away from {school} that day, or \
                 choose somebody else",
                date_in_words(on)
            )
        }
    };
    Err(Error::invalid("cover", why))
}

/// The school holidays that are not over, with their identifiers.
pub async fn holidays(ctx: &Ctx) -> Result<Vec<(Uuid, Holiday)>> {
    ctx.require(Action::ViewSchoolWork, Object::None)?;
    store::holidays(ctx.db(), ctx.today(), ever(ctx)).await
}

/// Writes a school holiday down: nobody of the team is due at a school on its days. Both parties of what was booked on
/// them are told.
pub async fn add_holiday(ctx: &Ctx, holiday: &Holiday) -> Result<Uuid> {
    ctx.require(Action::ManageSchoolPlaces, Object::None)?;
    broken(&holiday.problems())?;
    let mut change = ctx.change(Action::ManageSchoolPlaces, Subject::kind("school-holiday")).await?;
    let known = store::holidays(change.tx(), holiday.first_day, holiday.last_day).await?;
    if let Some((_, other)) = known.first() {
        return Err(Error::invalid(
            "first-day",
            format!("these days are a school holiday already: {}", other.name),
        ));
    }
    let id = ctx.id();
    store::insert_holiday(change.tx(), id, holiday, (ctx.now(), ctx.actor.id)).await?;
    notices::closed(&change, id, holiday).await?;
    change
        .subject(Subject::of("school-holiday", id))
        .note("from", holiday.first_day.to_string())
        .note("to", holiday.last_day.to_string());
    change.commit().await?;
    Ok(id)
}

/// Takes a school holiday back. Who knew that a booking could not be kept hears that it stands.
pub async fn remove_holiday(ctx: &Ctx, id: Uuid) -> Result<()> {
    ctx.require(Action::ManageSchoolPlaces, Object::None)?;
    let mut change = ctx.change(Action::ManageSchoolPlaces, Subject::of("school-holiday", id)).await?;
    if !store::withdraw_holiday(change.tx(), id, ctx.now()).await? {
        return Err(Error::NotFound);
    }
    notices::back(&change, id, None).await?;
    change.note("event", "withdrawn");
    change.commit().await
}

/// The longest name of a duty line, and its number's longest form, characters.
const LINE_MAX: usize = 80;
const PHONE: std::ops::RangeInclusive<usize> = 5..=30;

/// Sets whom schools call when nobody of the team is there.
pub async fn set_duty_line(ctx: &Ctx, name: &str, phone: &str) -> Result<()> {
    ctx.require(Action::ManageSchoolPlaces, Object::None)?;
    let (name, phone) = (name.trim(), phone.trim());
    if !(1..=LINE_MAX).contains(&name.chars().count()) {
        return Err(Error::invalid("line-name", "enter the name of the line in 80 characters or fewer"));
    }
    let of_phone = |c: char| c.is_ascii_digit() || matches!(c, ' ' | '+' | '(' | ')' | '-');
    if !PHONE.contains(&phone.chars().count()) || !phone.chars().all(of_phone) {
        return Err(Error::invalid("line-phone", "enter a phone number, such as 01632 960 001"));
    }
    let mut change = ctx.change(Action::ManageSchoolPlaces, Subject::kind("duty-line")).await?;
    let last = store::duty_line(change.tx()).await?.map_or(0, |row| row.version);
    let row = duty_line::Model {
        version: last.saturating_add(1),
        name: name.to_owned(),
        phone: phone.to_owned(),
        recorded_at: ctx.now(),
        recorded_by: ctx.actor.id,
    };
    change.note("version", row.version);
    store::insert_duty_line(change.tx(), row).await?;
    change.commit().await
}
