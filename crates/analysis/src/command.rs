//! The commands `analyse` and `power`, for a program to add to its own with a few lines.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::error::{AnalysisError, Result};
use crate::plan::{self, Plan};
use crate::prepare::Source;
use crate::progress::{Progress, Stop};
use crate::{data, power as planning, report, run};

/// What a command prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Format {
    /// Words and tables for a terminal.
    #[default]
    Text,
    /// JSON for other programs.
    Json,
    /// An HTML page that needs nothing else.
    Html,
}

/// Analyse data by a plan that was written beforehand.
#[derive(Debug, Clone, Args)]
pub struct AnalyseArgs {
    /// The plan (TOML): outcome, arms, method, covariates, subgroups, sensitivity analyses.
    pub plan: PathBuf,
    /// The data: CSV (separated by commas, semicolons or tabs) or Parquet.
    #[arg(long)]
    pub data: PathBuf,
    /// What to print.
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
    /// Also write the HTML page here.
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
    /// Also write the JSON here.
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// Show no progress.
    #[arg(long)]
    pub quiet: bool,
}

/// Find the power of a design before it is built.
#[derive(Debug, Clone, Args)]
pub struct PowerArgs {
    /// The plan (TOML): clusters, sizes, rate, spread, effects, estimator, simulations.
    pub plan: PathBuf,
    /// What to print.
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
    /// Also write the HTML page here.
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
    /// Also write the JSON here.
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// Show no progress.
    #[arg(long)]
    pub quiet: bool,
}

/// A bar on standard error, where that is a terminal.
struct Bar<'a> {
    bar: ProgressBar,
    stop: &'a Stop,
}

impl<'a> Bar<'a> {
    fn new(quiet: bool, stop: &'a Stop) -> Self {
        let bar = ProgressBar::new(1);
        bar.set_draw_target(if quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() });
        if let Ok(style) = ProgressStyle::with_template("{msg} {bar:30} {pos}/{len}") {
            bar.set_style(style);
        }
        Self { bar, stop }
    }
}

impl Drop for Bar<'_> {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

impl Progress for Bar<'_> {
    fn step(&self, stage: &str, done: u64, total: u64) {
        self.bar.set_length(total);
        self.bar.set_position(done);
        self.bar.set_message(stage.to_owned());
    }

    fn stopped(&self) -> bool {
        self.stop.stopped()
    }
}

fn read_plan(path: &Path) -> Result<(String, String)> {
    let file = path
        .file_name()
        .map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned());
    let text = std::fs::read_to_string(path)
        .map_err(|source| AnalysisError::Read { path: path.to_owned(), source })?;
    Ok((file, text))
}

fn write(path: Option<&PathBuf>, text: &str) -> Result<()> {
    match path {
        None => Ok(()),
        Some(path) => {
            std::fs::write(path, text).map_err(|source| AnalysisError::Write { path: path.clone(), source })
        }
    }
}

fn print(out: &mut dyn Write, text: &str) -> Result<()> {
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .map_err(|source| AnalysisError::Write { path: PathBuf::from("standard output"), source })
}

/// The three reports of one result, each made only where it is asked for.
struct Reports<'a> {
    text: &'a dyn Fn() -> String,
    json: &'a dyn Fn() -> serde_json::Result<String>,
    html: &'a dyn Fn() -> String,
}

impl Reports<'_> {
    fn give(
        &self,
        format: Format,
        html: Option<&PathBuf>,
        json: Option<&PathBuf>,
        out: &mut dyn Write,
    ) -> Result<()> {
        let as_json = || {
            (self.json)().map_err(|error| AnalysisError::Write {
                path: PathBuf::from("the JSON"),
                source: error.into(),
            })
        };
        if html.is_some() {
            write(html, &(self.html)())?;
        }
        if json.is_some() {
            write(json, &as_json()?)?;
        }
        match format {
            Format::Text => print(out, &(self.text)()),
            Format::Json => print(out, &as_json()?),
            Format::Html => print(out, &(self.html)()),
        }
    }
}

/// Runs `analyse`: reads plan and data, and writes the result to `out` and to the files asked for. `stop` ends the work early.
///
/// # Errors
/// Every [`AnalysisError`]; its words say where and what to do.
pub fn analyse(args: &AnalyseArgs, stop: &Stop, out: &mut dyn Write) -> Result<()> {
    let (file, text) = read_plan(&args.plan)?;
    let plan = Plan::read(&file, &text)?;
    let loaded = data::load(&args.data, &plan.data)?;
    let result = {
        let bar = Bar::new(args.quiet, stop);
        run::analyse(Source { file: &file, text: &text }, &plan, &loaded, &bar)?
    };
    let reports = Reports {
        text: &|| report::text(&result),
        json: &|| report::json(&result),
        html: &|| report::html(&result),
    };
    reports.give(args.format, args.html.as_ref(), args.json.as_ref(), out)
}

/// Runs `power`: works the plan out, and writes the result to `out` and to the files asked for.
///
/// # Errors
/// Every [`AnalysisError`]; its words say where and what to do.
pub fn power(args: &PowerArgs, stop: &Stop, out: &mut dyn Write) -> Result<()> {
    let (file, text) = read_plan(&args.plan)?;
    let plan: planning::PowerPlan = plan::parse(&file, &text)?;
    let result = {
        let bar = Bar::new(args.quiet, stop);
        planning::run(Source { file: &file, text: &text }, &plan, &bar)?
    };
    let reports = Reports {
        text: &|| planning::text(&result),
        json: &|| planning::json(&result),
        html: &|| planning::html(&result),
    };
    reports.give(args.format, args.html.as_ref(), args.json.as_ref(), out)
}
