//! The grant, what council and team may use of it, and the rules of the pots.

use budgets::{
    Error as NotDone, Pence,
    policy::{model::Ready, service as rules},
    pots::{
        model::Owner,
        service::{self as pots, NewEnvelope, NewFund, Way},
        store,
    },
};
use platform::Ctx;
use uuid::Uuid;

use super::{Stage, day};
use crate::error::{Error, Result};

/// The last day of the rules as they ship, and the day until which the demonstration's are extended.
const LAST_DAY: (&str, &str) = ("2020-03-31", "2020-07-31");

/// What was set up.
pub(super) struct Money {
    pub(super) fund: Uuid,
    /// The team's envelope.
    pub(super) team: Uuid,
    /// The rules.
    pub(super) policy: Uuid,
}

/// An amount of whole pounds.
pub(super) fn pounds(pounds: i64) -> Pence {
    Pence::pounds(pounds).unwrap_or(Pence::ZERO)
}

/// What budgets say, as the demonstration's own error.
pub(super) fn told(error: NotDone) -> Error {
    platform::Error::from(error).into()
}

/// Writes down the grant and brings the rules live: as they ship, and then with the codes of finance.
pub(super) async fn set_up(stage: &Stage<'_>) -> Result<Money> {
    let (grant, of_team) = stage.council.pounds;
    stage.on(2019, 4, 1);
    let new = NewFund {
        name: "Change programme 2019-20".to_owned(),
        funder: "What Works Centre".to_owned(),
        reference: "CP-2019".to_owned(),
        first_day: day(2019, 4, 1),
        end_date: day(2020, 3, 31),
        pence: pounds(grant),
    };
    let top = pots::create_fund(&stage.finance, &new, "demonstration grant").await.map_err(told)?;
    let fund = store::envelope(stage.finance.db(), top).await?.fund;
    let name = &stage.operator.org.organisation.name;
    let council = open(&stage.finance, top, name, Owner::Organisation, grant).await?;
    let owner = Owner::Team(stage.manager.actor.teams.first().copied().unwrap_or_default());
    let team = open(&stage.finance, council, stage.council.team, owner, of_team).await?;

    let ready = Ready::named(stage.council.slug).map_or("", |ready| ready.text);
    stage.on(2019, 4, 8);
    let policy = live(stage, None, ready, "").await?;
    stage.on(2019, 4, 23);
    live(stage, Some(policy), &coded(ready), "Finance gave a code for each category.").await?;
    Ok(Money { fund, team, policy })
}

async fn open(finance: &Ctx, parent: Uuid, name: &str, owner: Owner, amount: i64) -> Result<Uuid> {
    let new = NewEnvelope { name: name.to_owned(), owner, policy: None, cap: None };
    let id = pots::open(finance, parent, &new).await.map_err(told)?;
    let key = format!("demonstration to {}", owner.parts().0.slug());
    pots::pass(finance, id, Way::Down, pounds(amount), "", &key).await.map_err(told)?;
    Ok(id)
}

/// The rules with a code in each empty place. The codes are invented.
fn coded(rules: &str) -> String {
    let mut text = rules.to_owned();
    for number in 1..=20 {
        text = text.replacen("subjective_code = \"\"", &format!("subjective_code = \"D40{number:02}\""), 1);
        text = text.replacen("s251_code = \"\"", &format!("s251_code = \"X.{number}\""), 1);
    }
    text
}

/// One service manager proposes a version; the other sees what it would mean and decides that it holds from that day.
pub(super) async fn live(stage: &Stage<'_>, policy: Option<Uuid>, text: &str, why: &str) -> Result<Uuid> {
    let proposed = rules::propose(&stage.author, policy, text, why).await;
    let (policy, version) = proposed.map_err(|error| match error {
        rules::NotProposed::Problems(problems) => {
            let all: Vec<String> = problems.iter().map(|one| format!("{}: {}", one.place, one.why)).collect();
            Error::Usage(format!("the demonstration's rules are not good: {}", all.join("; ")))
        }
        rules::NotProposed::Other(error) => told(error),
    })?;
    let preview = rules::preview(&stage.second, version).await.map_err(told)?;
    rules::go_live(&stage.second, version, preview, stage.second.today()).await.map_err(told)?;
    Ok(policy)
}

/// Opens a pot with so many pounds; with none it is filled when something is agreed.
pub(super) async fn pot(stage: &Stage<'_>, money: &Money, owner: Owner, amount: i64) -> Result<Uuid> {
    let ctx = &stage.manager;
    let cap = rules::live(ctx, money.policy, ctx.today()).await.map_err(told)?.policy.cap;
    let new = NewEnvelope { name: String::new(), owner, policy: Some(money.policy), cap };
    let opened = if amount == 0 {
        pots::open(ctx, money.team, &new).await
    } else {
        let key = format!("demonstration pot {:?}", owner.parts().1);
        pots::open_with(ctx, money.team, &new, pounds(amount), &key).await
    };
    opened.map_err(told)
}

/// The fund and the rules hold until the summer: an extension that somebody agreed to, and another version.
pub(super) async fn extend(stage: &Stage<'_>, money: &Money) -> Result<()> {
    let reason = "What was not spent by the end of March may be used until the end of July.";
    pots::extend(
        &stage.finance,
        money.fund,
        day(2020, 7, 31),
        "Head of programme, What Works Centre",
        reason,
    )
    .await
    .map_err(told)?;
    let newest = rules::one(&stage.author, money.policy).await.map_err(told)?;
    let text = newest.versions.last().map(|last| last.text.replace(LAST_DAY.0, LAST_DAY.1));
    live(stage, Some(money.policy), &text.unwrap_or_default(), "The fund was extended.").await?;
    Ok(())
}
