//! `nearhand schools match`: comparison schools before outcomes.

use std::{io::BufWriter, path::PathBuf, process::ExitCode};

use chrono::NaiveDate;
use clap::Args;
use platform::Ctx;
use schools::comparison::{
    model::{Caliper, Covariate, Exact, Exclusion, RateKind, Settings},
    service, text, write_csv,
};
use serde_json::json;
use uuid::Uuid;

use super::{super::out, new_file, opened};
use crate::{
    error::{Error, Result},
    installation::Installation,
};

/// Past census years that are taken where none is named.
const YEARS: usize = 3;

/// What to compare.
#[derive(Debug, Args)]
pub(in crate::commands) struct Match {
    /// The organisation.
    organisation: String,
    /// The schools that were chosen for the programme, by URN.
    #[arg(long, value_name = "URN,URN", value_delimiter = ',', required_unless_present = "plan")]
    treated: Vec<u32>,
    /// The frozen cluster plan whose schools were chosen, in place of their URNs: the identifier in the address of its page.
    #[arg(long, value_name = "PLAN", conflicts_with = "treated")]
    plan: Option<Uuid>,
    /// First day of the programme. Nothing of this day or later is used.
    #[arg(long, value_name = "DATE")]
    starts: NaiveDate,
    /// A past window, the latest (the baseline) first: 2017-18. May be repeated; the last three census years that ended before the first
    /// day where none is given.
    #[arg(long)]
    window: Vec<String>,
    /// A school that must not be compared with, and why: `116458=its cluster has another programme`. May be repeated.
    #[arg(long, value_name = "URN=REASON")]
    exclude: Vec<String>,
    /// What is counted for the rate.
    #[arg(long, default_value = "section_47_enquiries")]
    measure: String,
    /// Take rates and trends as counted, not steadied for small numbers.
    #[arg(long)]
    crude: bool,
    /// In what the schools should be alike: rate, size, free-meals, trend.
    #[arg(long, value_delimiter = ',', default_values = ["rate", "size", "free-meals", "trend"])]
    on: Vec<String>,
    /// Comparison schools for each chosen one.
    #[arg(long, default_value_t = 1)]
    each: usize,
    /// Compare only within the same third by rate, size or free-meals. May be repeated.
    #[arg(long, value_name = "NAME")]
    exact: Vec<String>,
    /// The most by which compared schools may differ, in standard deviations of their kind: `size=0.5`. May be repeated.
    #[arg(long, value_name = "NAME=NUMBER")]
    caliper: Vec<String>,
    /// Write one line for each school to this new file (CSV).
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,
    /// Print JSON in place of text.
    #[arg(long)]
    json: bool,
    /// Freeze the comparison for this purpose. It cannot be changed or drawn again.
    #[arg(long, value_name = "PURPOSE")]
    freeze: Option<String>,
    /// Why another comparison for the same purpose is needed.
    #[arg(long, requires = "freeze")]
    reason: Option<String>,
}

fn covariate(name: &str) -> Result<Covariate> {
    Covariate::from_slug(name.trim())
        .ok_or_else(|| Error::Usage(format!("`{name}` is none of rate, size, free-meals, trend")))
}

fn parted<'a>(text: &'a str, form: &str) -> Result<(&'a str, &'a str)> {
    text.split_once('=').ok_or_else(|| Error::Usage(format!("write `{text}` as {form}")))
}

async fn settings(ctx: &Ctx, given: &Match) -> Result<Settings> {
    let mut windows = given.window.clone();
    if windows.is_empty() {
        let years = service::years_before(ctx, Some(given.starts)).await.map_err(platform::Error::from)?;
        windows = years.into_iter().take(YEARS).map(|window| window.name).collect();
    }
    let mut covariates = given.on.iter().map(|name| covariate(name)).collect::<Result<Vec<_>>>()?;
    if windows.len() < 2 && given.window.is_empty() {
        // One imported year has no trend; whoever names windows is told instead.
        covariates.retain(|one| *one != Covariate::Trend);
    }
    let excluded = given.exclude.iter().map(|text| {
        let (urn, reason) = parted(text, "URN=REASON")?;
        let urn = urn.trim().parse().map_err(|_| Error::Usage(format!("`{urn}` is not a URN")))?;
        Ok(Exclusion { urn, reason: reason.trim().to_owned() })
    });
    let exact = given.exact.iter().map(|name| {
        let wanted = covariate(name)?;
        let found = Exact::ALL.into_iter().find(|one| one.covariate() == wanted);
        found.ok_or_else(|| Error::Usage(format!("there are no thirds by {name}")))
    });
    let calipers = given.caliper.iter().map(|text| {
        let (name, number) = parted(text, "NAME=NUMBER")?;
        let deviations =
            number.trim().parse().map_err(|_| Error::Usage(format!("`{number}` is not a number")))?;
        Ok(Caliper { of: covariate(name)?, deviations })
    });
    let (plan, treated) = match given.plan {
        Some(id) => {
            let (plan, urns) = service::of_plan(ctx, id).await.map_err(platform::Error::from)?;
            (Some(plan), urns)
        }
        None => (None, given.treated.clone()),
    };
    Ok(Settings {
        starts_on: given.starts,
        windows,
        measure: given.measure.clone(),
        rate: if given.crude { RateKind::Crude } else { RateKind::Shrunk },
        covariates,
        treated,
        plan,
        excluded: excluded.collect::<Result<_>>()?,
        each: given.each,
        exact: exact.collect::<Result<_>>()?,
        calipers: calipers.collect::<Result<_>>()?,
    })
}

/// Runs the command.
pub(super) async fn run(installation: &Installation, given: Match) -> Result<ExitCode> {
    let ctx = opened(installation, &given.organisation).await?;
    let settings = settings(&ctx, &given).await?;
    let matched = service::compare(&ctx, &settings).await.map_err(platform::Error::from)?;
    let frozen = match &given.freeze {
        Some(purpose) => {
            let seen = Some(matched.figures_hash.as_str());
            let id = service::freeze(&ctx, &settings, purpose, given.reason.as_deref(), seen).await;
            Some(
                service::one(&ctx, id.map_err(platform::Error::from)?)
                    .await
                    .map_err(platform::Error::from)?
                    .0,
            )
        }
        None => None,
    };
    if let Some(path) = &given.csv {
        let file = BufWriter::new(new_file(path)?);
        write_csv(&settings, &matched.outcome, &matched.figures_hash, frozen.as_ref(), file)
            .map_err(platform::Error::from)?;
    }
    if given.json {
        let whole = json!({
            "settings": settings,
            "figures_hash": matched.figures_hash,
            "outcome": matched.outcome,
            "frozen": frozen.as_ref().map(|one| json!({ "id": one.id, "hash": one.hash, "number": one.document.number })),
        });
        out::line(format!("{whole:#}"));
        return Ok(ExitCode::SUCCESS);
    }
    out::line(text(&settings, &matched.outcome, &matched.figures_hash).trim_end());
    if let Some(one) = &frozen {
        let document = &one.document;
        out::line(format!(
            "Frozen as comparison {} for `{}`: {}",
            document.number, document.purpose, one.hash
        ));
    }
    if let Some(path) = &given.csv {
        out::line(format!("Wrote the schools to {}", path.display()));
    }
    Ok(ExitCode::SUCCESS)
}
