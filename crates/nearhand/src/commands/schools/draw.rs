//! `nearhand schools draw`: sealing a list, making the draw, the certificate.

use std::{io::Write as _, path::PathBuf, process::ExitCode};

use clap::{Args, Subcommand};
use record::draw::service::{make, one};
use schools::{
    counts::model::{
        measure::Measure,
        window::{TermDates, Window},
    },
    draws::{
        model::{Choice, Way},
        service::{SCHOOLS, seal},
    },
};
use uuid::Uuid;

use super::{super::out, new_file, opened};
use crate::{
    error::{Error, Result},
    installation::Installation,
};

/// What to do with a draw.
#[derive(Debug, Subcommand)]
pub(in crate::commands) enum Draw {
    /// Seal a list of schools. Somebody else, by the account at this machine, makes the draw.
    Seal(Seal),
    /// Make a sealed draw, once.
    Make(Make),
    /// Write the certificate of a draw to a new file (JSON), for anybody to repeat.
    Certificate(Certificate),
}

/// What to seal.
#[derive(Debug, Args)]
pub(in crate::commands) struct Seal {
    /// The organisation.
    organisation: String,
    /// What the draw is for.
    #[arg(long)]
    purpose: String,
    /// The schools, by URN.
    #[arg(long, value_name = "URN,URN", value_delimiter = ',', required = true)]
    schools: Vec<u32>,
    /// The baseline window, such as 2017-18.
    #[arg(long)]
    window: String,
    /// What is counted for the baseline rate.
    #[arg(long, default_value = "section_47_enquiries")]
    measure: String,
    /// How: by-kind, minimised or constrained.
    #[arg(long, default_value = "minimised")]
    way: String,
    /// Names of the two arms.
    #[arg(long, value_delimiter = ',', num_args = 2, default_values = ["Social worker", "Comparison"])]
    arms: Vec<String>,
    /// Where public randomness will come from, if any is used.
    #[arg(long, default_value = "")]
    source: String,
}

/// Which draw to make.
#[derive(Debug, Args)]
pub(in crate::commands) struct Make {
    /// The organisation.
    organisation: String,
    /// The draw.
    draw: Uuid,
    /// The public value, where its source was announced.
    #[arg(long, default_value = "")]
    public_value: String,
}

/// Which certificate, and where to.
#[derive(Debug, Args)]
pub(in crate::commands) struct Certificate {
    /// The organisation.
    organisation: String,
    /// The draw.
    draw: Uuid,
    /// The new file.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

/// Runs the command.
pub(super) async fn run(installation: &Installation, command: Draw) -> Result<ExitCode> {
    match command {
        Draw::Seal(given) => {
            let ctx = opened(installation, &given.organisation).await?;
            let window = Window::parse(&given.window, &TermDates::default())
                .map_err(|error| Error::Usage(format!("window `{}`: {error}", given.window)))?;
            let usage = |what: &str, name: &str| Error::Usage(format!("`{name}` is no {what}"));
            let mut arms = given.arms.into_iter();
            let choice = Choice {
                purpose: given.purpose,
                schools: given.schools,
                window,
                measure: Measure::from_slug(&given.measure)
                    .filter(|measure| !measure.is_roll())
                    .ok_or_else(|| usage("measure", &given.measure))?,
                way: Way::from_slug(&given.way).ok_or_else(|| usage("way to draw", &given.way))?,
                arms: [arms.next().unwrap_or_default(), arms.next().unwrap_or_default()],
                public_source: given.source,
            };
            let id = seal(&ctx, &choice).await.map_err(|error| Error::Usage(error.to_string()))?;
            let draw = one(&ctx, SCHOOLS, id).await.map_err(platform::Error::from)?;
            out::line(format!(
                "Sealed draw {}: {id}\nCommitment {}",
                draw.number, draw.commitment.commitment
            ));
        }
        Draw::Make(given) => {
            let ctx = opened(installation, &given.organisation).await?;
            make(&ctx, SCHOOLS, given.draw, &given.public_value).await.map_err(platform::Error::from)?;
            let draw = one(&ctx, SCHOOLS, given.draw).await.map_err(platform::Error::from)?;
            if let Some(result) = &draw.result {
                out::line(
                    result.certificate.text().map_err(|error| Error::Usage(error.to_string()))?.trim_end(),
                );
            }
        }
        Draw::Certificate(given) => {
            let ctx = opened(installation, &given.organisation).await?;
            let draw = one(&ctx, SCHOOLS, given.draw).await.map_err(platform::Error::from)?;
            let result = draw.result.ok_or_else(|| Error::Usage("this draw was not made yet".to_owned()))?;
            let text = result.certificate.to_json().map_err(|error| Error::Usage(error.to_string()))?;
            let mut file = new_file(&given.out)?;
            file.write_all(text.as_bytes()).map_err(|source| Error::file("write", &given.out, source))?;
            out::line(format!("Wrote the certificate to {}", given.out.display()));
        }
    }
    Ok(ExitCode::SUCCESS)
}
