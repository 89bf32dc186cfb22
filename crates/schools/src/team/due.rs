//! What of the team's work Today shows: where one is, who is missing, what is booked.

use maud::html;
use platform::{
    Ctx, Result,
    capability::Due,
    policy::{Action, may_ever},
};

use super::{
    model::{Presence, day},
    service::{
        notices,
        plan::{self, Known},
        slots,
    },
};

/// The heading on Today.
const GROUP: &str = "Schools today";

/// The heading on Today of what changed.
const CHANGED: &str = "Bookings that changed";

/// The entries of the actor.
pub(crate) async fn due(ctx: &Ctx) -> Result<Vec<Due>> {
    if !may_ever(&ctx.actor, Action::ViewSchoolWork) {
        return Ok(vec![]);
    }
    let mut all = changed(ctx).await?;
    let today = ctx.today();
    let known = plan::team(ctx, today, today).await?;
    let entry = |title, path: String, note| Due { group: GROUP, title, path, by: None, note };
    for (place, presence) in known.plan.on(today) {
        let school = known.school(place.urn);
        let hours = place.hours.in_words();
        let who = format!("/schools/{}/who", place.urn);
        let mine = presence.worker() == Some(ctx.actor.id);
        match presence {
            Presence::Nobody { away } if may_ever(&ctx.actor, Action::ManageSchoolPlaces) => {
                let note = format!("{} is away and nobody stands in", known.worker(away));
                all.push(entry(
                    html! { "Nobody is at " (school) ", " (hours) },
                    "/schools/team/places".to_owned(),
                    note,
                ));
            }
            Presence::Covered { away, .. } if mine => {
                let note = format!("For {}", known.worker(away));
                all.push(entry(html! { "You are at " (school) ", " (hours) }, who, note));
            }
            Presence::Here(_) if mine => {
                all.push(entry(html! { "You are at " (school) ", " (hours) }, who, String::new()));
            }
            Presence::Nobody { away } if ctx.actor.schools.contains(&place.urn) => {
                let title = html! { (known.worker(away)) " is not at the school today" };
                all.push(entry(title, who, "Call the duty number".to_owned()));
            }
            Presence::Here(worker) | Presence::Covered { by: worker, .. }
                if ctx.actor.schools.contains(&place.urn) =>
            {
                all.push(entry(
                    html! { (known.worker(worker)) " is at the school, " (hours) },
                    who,
                    String::new(),
                ));
            }
            _ => {}
        }
    }
    all.extend(booked(ctx, &known).await?);
    Ok(all)
}

/// Bookings that are no longer what they were, until they are seen.
async fn changed(ctx: &Ctx) -> Result<Vec<Due>> {
    let entry = |notice: notices::Notice| Due {
        group: CHANGED,
        title: html! { (day(notice.slot.on)) ", " (notice.slot.time()) ", " (notice.school) },
        path: if notice.slot.worker == ctx.actor.id {
            "/schools/team/times".to_owned()
        } else {
            format!("/schools/{}/book", notice.slot.urn)
        },
        by: None,
        note: notice.sentence(),
    };
    Ok(notices::own(ctx).await?.into_iter().map(entry).collect())
}

/// What is booked for today, with the worker or at the school.
async fn booked(ctx: &Ctx, known: &Known) -> Result<Vec<Due>> {
    let mut found = Vec::new();
    if may_ever(&ctx.actor, Action::RecordActivity) {
        found.extend(slots::own(ctx).await?.into_iter().map(|slot| ("/schools/team/times".to_owned(), slot)));
    }
    if may_ever(&ctx.actor, Action::BookTime) {
        for urn in &ctx.actor.schools {
            let slots = slots::at_school(ctx, *urn).await?;
            found.extend(slots.into_iter().map(|slot| (format!("/schools/{urn}/who"), slot)));
        }
    }
    let today = ctx.today();
    Ok(found
        .into_iter()
        .filter(|(_, slot)| slot.on == today)
        .filter_map(|(path, slot)| {
            let booked = slot.booked.as_ref()?;
            Some(Due {
                group: GROUP,
                title: html! { "Booked at " (slot.starts()) ": " (booked.name) },
                path,
                by: None,
                note: if !known.plan.calendar.is_open(today) {
                    "Schools are closed today".to_owned()
                } else if known.plan.is_away(slot.worker, slot.urn, today) {
                    format!("{} is not there today", known.worker(slot.worker))
                } else {
                    booked.topic.title().to_owned()
                },
            })
        })
        .collect())
}
