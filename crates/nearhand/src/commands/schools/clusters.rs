//! `nearhand schools clusters`.

use std::{path::PathBuf, process::ExitCode};

use clap::Args;
use schools::clusters::{
    Sheet,
    model::{Need, Settings},
    service, text, write_csv,
};

use super::{new_file, opened};
use crate::{
    commands::out,
    error::{Error, Result},
    installation::Installation,
};

/// Which clusters to look for.
#[derive(Debug, Args)]
pub(in crate::commands) struct Clusters {
    /// The organisation.
    organisation: String,
    /// The most clusters to choose.
    #[arg(long = "k", visible_alias = "clusters", value_name = "NUMBER", default_value = "3")]
    clusters: String,
    /// Social workers there are.
    #[arg(long, value_name = "NUMBER", default_value = "5")]
    workers: String,
    /// Children that one worker can have at one time.
    #[arg(long, value_name = "NUMBER", default_value = "17")]
    children_per_worker: String,
    /// The farthest that a school may be from its secondary, in a straight line.
    #[arg(long, value_name = "KILOMETRES", default_value = "5")]
    distance_km: String,
    /// Which children count: referred, or enquired (a section 47 enquiry).
    #[arg(long, value_name = "CHILDREN", default_value = "referred")]
    need: String,
    /// Months for which a case is open on average.
    #[arg(long, value_name = "MONTHS", default_value = "6")]
    months_open: String,
    /// URNs of secondaries that must be chosen, with commas between them.
    #[arg(long, value_name = "URNS", default_value = "")]
    must: String,
    /// URNs of secondaries that may not be chosen, with commas between them.
    #[arg(long, value_name = "URNS", default_value = "")]
    never: String,
    /// Write the schools of each cluster to this new file (CSV).
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,
    /// Write the choice to this new file (JSON).
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

impl Clusters {
    fn settings(&self) -> Result<Settings> {
        let field = |name: &str| {
            let text = match name {
                "clusters" => &self.clusters,
                "workers" => &self.workers,
                "children" => &self.children_per_worker,
                "distance" => &self.distance_km,
                "need" => &self.need,
                "months" => &self.months_open,
                "must" => &self.must,
                "never" => &self.never,
                _ => return None,
            };
            Some(text.clone())
        };
        Settings::read(field).map_err(|wrong| {
            let mut words: Vec<String> = wrong.into_iter().map(|(_, why)| why.to_lowercase()).collect();
            if Need::ALL.iter().all(|need| need.slug() != self.need) {
                words.push("write --need referred or --need enquired".to_owned());
            }
            Error::Usage(words.join("; "))
        })
    }
}

/// Runs the command.
pub(super) async fn run(installation: &Installation, given: Clusters) -> Result<ExitCode> {
    let settings = given.settings()?;
    let ctx = opened(installation, &given.organisation).await?;
    let report = service::report(&ctx, &settings).await.map_err(platform::Error::from)?;
    if let Some(path) = &given.csv {
        let sheet = Sheet::of_report(&report);
        write_csv(&sheet, std::io::BufWriter::new(new_file(path)?)).map_err(platform::Error::from)?;
        out::line(format!(
            "Wrote the schools of {} clusters to {}",
            report.choice.clusters.len(),
            path.display()
        ));
    }
    if let Some(path) = &given.json {
        let value = serde_json::json!({
            "organisation": report.organisation,
            "at": report.at,
            "settings": report.question.settings,
            "figures_hash": report.question.figures_hash,
            "links_hash": report.question.links_hash,
            "choice": report.choice,
        });
        serde_json::to_writer_pretty(std::io::BufWriter::new(new_file(path)?), &value)
            .map_err(|error| Error::file("write", path, error.into()))?;
        out::line(format!("Wrote the choice to {}", path.display()));
    }
    if given.csv.is_none() && given.json.is_none() {
        out::line(text(&report).trim_end());
    }
    Ok(if report.choice.nothing.is_some() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
