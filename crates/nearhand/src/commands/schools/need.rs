//! `nearhand schools need`.

use std::{io::Write as _, path::PathBuf, process::ExitCode};

use clap::Args;
use schools::{
    counts::model::{
        measure::Measure,
        window::{TermDates, Window},
    },
    need::{
        model::{Ask, Group, HIGHEST_MAX, Weights},
        service, sheet, text,
    },
};

use super::{new_file, opened};
use crate::{
    commands::out,
    error::{Error, Result},
    installation::Installation,
};

/// What to ask.
#[derive(Debug, Args)]
pub(in crate::commands) struct Need {
    /// The organisation.
    organisation: String,
    /// A window: 2018-19 (census year), academic-2018-19, autumn-2018; the latest census year of the imported returns where
    /// none is given.
    #[arg(long)]
    window: Option<String>,
    /// What the rates are of: section_47_enquiries, referrals, protection_plans_started, ...
    #[arg(long, default_value = "section_47_enquiries")]
    measure: String,
    /// Which schools: primary, secondary (with all-through), special, pupil-referral-unit.
    #[arg(long, default_value = "secondary")]
    kind: String,
    /// How many schools "the highest" are.
    #[arg(long, default_value_t = 5)]
    k: usize,
    /// Weights of the need index: section_47_enquiries=50,size=25,free_meals=25.
    #[arg(long)]
    weights: Option<String>,
    /// Write the figures to this new file (CSV).
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,
    /// Write the figures to this new file (XLSX workbook).
    #[arg(long, value_name = "FILE")]
    xlsx: Option<PathBuf>,
    /// Print the figures as JSON.
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub(super) async fn run(installation: &Installation, given: Need) -> Result<ExitCode> {
    let ask = ask(&given)?;
    let ctx = opened(installation, &given.organisation).await?;
    let years = service::years(&ctx).await.map_err(platform::Error::from)?;
    let window = match &given.window {
        Some(text) => Window::parse(text, &TermDates::default())
            .map_err(|error| Error::Usage(format!("window `{text}`: {error}")))?,
        None => years.first().map(|year| Window::census_year(*year)).ok_or_else(|| {
            Error::Usage(
                "no children in need return was imported yet, so nothing is known of need".to_owned(),
            )
        })?,
    };
    let windows = service::windows(&window, &years);
    // Files first: one that cannot be made is told before anything is looked at.
    let csv = given.csv.as_deref().map(|path| new_file(path).map(|file| (path, file))).transpose()?;
    let xlsx = given.xlsx.as_deref().map(|path| new_file(path).map(|file| (path, file))).transpose()?;
    let report = service::need(&ctx, &windows, &ask).await.map_err(platform::Error::from)?;
    let written = csv.is_some() || xlsx.is_some();
    if let Some((path, file)) = csv {
        sheet::write_csv(&report, std::io::BufWriter::new(file)).map_err(platform::Error::from)?;
        out::line(format!("Wrote {} schools to {}", report.assessment.rows.len(), path.display()));
    }
    if let Some((path, mut file)) = xlsx {
        let bytes = sheet::workbook(&report).map_err(platform::Error::from)?;
        file.write_all(&bytes).map_err(|source| Error::file("write", path, source))?;
        out::line(format!("Wrote {} schools to {}", report.assessment.rows.len(), path.display()));
    }
    if given.json {
        out::line(sheet::json(&report).to_string());
    } else if !written {
        out::line(text(&report).trim_end());
    }
    Ok(ExitCode::SUCCESS)
}

fn ask(given: &Need) -> Result<Ask> {
    let measure = Measure::from_slug(&given.measure).filter(|measure| service::has_rate(*measure));
    let measures = || {
        let known = Measure::ALL.into_iter().filter(|measure| service::has_rate(*measure)).map(Measure::slug);
        known.collect::<Vec<_>>().join(", ")
    };
    let measure = measure
        .ok_or_else(|| Error::Usage(format!("measure `{}`: choose from {}", given.measure, measures())))?;
    let group = Group::from_slug(&given.kind).ok_or_else(|| {
        let known: Vec<&str> = Group::ALL.into_iter().map(Group::slug).collect();
        Error::Usage(format!("kind `{}`: choose from {}", given.kind, known.join(", ")))
    })?;
    if !(1..=HIGHEST_MAX).contains(&given.k) {
        return Err(Error::Usage(format!("k {}: choose from 1 to {HIGHEST_MAX}", given.k)));
    }
    let weights = match &given.weights {
        Some(text) => {
            Weights::parse(text).map_err(|error| Error::Usage(format!("weights `{text}`: {error}")))?
        }
        None => Weights::default(),
    };
    Ok(Ask { group, measure, highest: given.k, weights })
}
