//! `nearhand budgets policy`: checking the text of rules, listing them, proposing a version.

use std::{
    fs::File,
    io::Read as _,
    path::{Path, PathBuf},
    process::ExitCode,
};

use budgets::policy::{
    model::{Problem, READY, Ready, TEXT_MAX, read},
    service::{NotProposed, list, propose},
};
use clap::{Args, Subcommand};
use uuid::Uuid;

use super::{super::out, context};
use crate::{
    error::{Error, Result},
    installation::Installation,
};

/// What to do with rules.
#[derive(Debug, Subcommand)]
pub(in crate::commands) enum Policy {
    /// Check a text, say every mistake with its line, or the rules in plain words. Needs no organisation.
    Check(Check),
    /// List the rules of an organisation and which version holds.
    List(List),
    /// Write down a version. It holds once somebody else has seen its preview and decides so on the page.
    Propose(Propose),
    /// Print the rules of one of the three pilots, to begin with: darlington, hillingdon or wigan.
    Ready(Named),
}

/// Which text.
#[derive(Debug, Args)]
pub(in crate::commands) struct Check {
    /// The text.
    file: PathBuf,
}

/// Whose rules.
#[derive(Debug, Args)]
pub(in crate::commands) struct List {
    /// The organisation.
    organisation: String,
}

/// What to propose.
#[derive(Debug, Args)]
pub(in crate::commands) struct Propose {
    /// The organisation.
    organisation: String,
    /// The text.
    file: PathBuf,
    /// Whose next version it is; left out, it is rules of their own.
    #[arg(long, value_name = "ID")]
    policy: Option<Uuid>,
    /// Why.
    #[arg(long, default_value = "")]
    reason: String,
}

/// Which pilot.
#[derive(Debug, Args)]
pub(in crate::commands) struct Named {
    /// Its name.
    name: String,
}

/// Runs the command.
pub(super) async fn run(
    installation: impl FnOnce() -> Result<Installation>,
    command: Policy,
) -> Result<ExitCode> {
    match command {
        Policy::Check(given) => check(&given.file),
        Policy::Ready(given) => {
            let names = || READY.map(|ready| ready.slug).join(", ");
            let ready = Ready::named(&given.name)
                .ok_or_else(|| Error::Usage(format!("`{}` is none of {}", given.name, names())))?;
            out::line(ready.text.trim_end());
            Ok(ExitCode::SUCCESS)
        }
        Policy::List(given) => {
            let ctx = context(installation()?.organisation(&given.organisation).await?);
            let all = list(&ctx).await.map_err(platform::Error::from)?;
            let mut rows = vec![["Rules", "Identifier", "Holds now", "Newest"].map(str::to_owned).to_vec()];
            rows.extend(all.into_iter().map(|policy| {
                let live = policy.live.map_or_else(
                    || "none".to_owned(),
                    |live| format!("version {} since {}", live.number, live.from_day),
                );
                vec![policy.name, policy.id.to_string(), live, format!("version {}", policy.newest)]
            }));
            out::table(&rows);
            Ok(ExitCode::SUCCESS)
        }
        Policy::Propose(given) => {
            let ctx = context(installation()?.organisation(&given.organisation).await?);
            let text = text(&given.file)?;
            match propose(&ctx, given.policy, &text, &given.reason).await {
                Ok((policy, version)) => {
                    out::line(format!("Rules {policy}\nVersion {version}"));
                    Ok(ExitCode::SUCCESS)
                }
                Err(NotProposed::Problems(problems)) => Err(wrong(&given.file, &problems)),
                Err(NotProposed::Other(error)) => Err(platform::Error::from(error).into()),
            }
        }
    }
}

fn text(path: &Path) -> Result<String> {
    let file = File::open(path).map_err(|source| Error::file("open", path, source))?;
    let limit = u64::try_from(TEXT_MAX).unwrap_or(u64::MAX).saturating_add(1);
    let mut text = String::new();
    file.take(limit).read_to_string(&mut text).map_err(|source| Error::file("read", path, source))?;
    Ok(text)
}

fn wrong(path: &Path, problems: &[Problem]) -> Error {
    let lines: Vec<String> = problems.iter().map(|problem| format!("  {problem}")).collect();
    Error::Usage(format!("`{}` is not good as rules:\n{}", path.display(), lines.join("\n")))
}

fn check(path: &Path) -> Result<ExitCode> {
    let policy = read(&text(path)?).map_err(|problems| wrong(path, &problems))?;
    out::line(&policy.name);
    for rule in policy.rules() {
        out::line(format!("\n{}", rule.about.title()));
        for says in rule.says {
            out::line(format!("  {says}"));
        }
        if let Some(source) = policy.source(rule.about) {
            let whose =
                if source.confirmed { "the pilot's rule" } else { "a suggestion, not the pilot's rule" };
            out::line(format!("  ({whose}: {})", source.says));
        }
    }
    for (example, answer) in policy.answers() {
        out::line(format!("\n{example}: {answer}"));
    }
    Ok(ExitCode::SUCCESS)
}
