//! `nearhand demo generate|start|code`.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use platform::auth::service::demonstration;

use super::{context, generate, out};
use crate::{
    demonstration::{Register, prepare},
    error::{Error, Result},
    installation::Installation,
    serve::serve,
    settings::{Given, Settings},
};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Write the files that councils would send, invented from a seed.
    Generate(generate::Generate),
    /// Make the demonstration where there is none, serve it, and print who can sign in.
    Start(Size),
    /// Make the demonstration where there is none, and end.
    Load(Size),
    /// Print the one-time code of the demonstration's people at this moment.
    Code,
}

#[derive(Debug, Clone, Copy, Args)]
pub(super) struct Size {
    /// Size of the councils against the published figures, above 0 and at most 1.
    #[arg(long, default_value_t = 1.0)]
    scale: f64,
}

pub(super) async fn run(given: &Given, command: Command) -> Result<ExitCode> {
    let installation = || Installation::open(Settings::resolve(given, std::env::vars())?);
    match command {
        Command::Generate(given) => return generate::run(&given),
        Command::Code => out::line(code(&installation()?).await?),
        Command::Load(size) => {
            prepare(&mut installation()?, size.scale, &|step| out::line(step)).await?;
        }
        Command::Start(size) => start(installation()?, size).await?,
    }
    Ok(ExitCode::SUCCESS)
}

async fn start(mut installation: Installation, size: Size) -> Result<()> {
    let register = prepare(&mut installation, size.scale, &|step| out::line(step)).await?;
    platform::logging::init(std::env::var("NEARHAND_LOG").ok().as_deref().or(Some("warn")))?;
    let code = code(&installation).await?;
    let url = installation.settings.public_url.clone();
    serve(&installation, |_| introduce(&url, &register, &code)).await
}

/// The code of this half-minute. Everybody in the demonstration shares one secret, so one code serves.
async fn code(installation: &Installation) -> Result<String> {
    let path = installation.settings.data.join("demonstration.toml");
    let register = Register::read(&path)?;
    let sign_in = register.iter().flat_map(|register| &register.sign_ins).next();
    let sign_in = sign_in.ok_or_else(|| {
        Error::Usage("there is no demonstration here yet; make one with `nearhand demo start`".to_owned())
    })?;
    let ctx = context(installation.organisation(&sign_in.organisation).await?);
    Ok(demonstration::present_code(&ctx, &sign_in.email).await?)
}

fn introduce(url: &str, register: &Register, code: &str) {
    out::line("");
    out::line(format!("Nearhand is ready at {url}/"));
    out::line("");
    out::line("Everything in it is invented. Sign in as:");
    let mut rows = vec![vec!["Role".into(), "Address".into(), "Sign-in name".into()]];
    rows.extend(register.sign_ins.iter().map(|sign_in| {
        vec![sign_in.role.clone(), format!("{url}/{}/", sign_in.organisation), sign_in.email.clone()]
    }));
    out::table(&rows);
    out::line("");
    out::line(format!("Password for all:      {}", register.password));
    out::line(format!("One-time code now:     {code}  (a new one every 30 seconds: nearhand demo code)"));
    out::line(format!("For an authenticator:  {}", register.code_secret));
    out::line("");
    out::line("Stop with Ctrl-C. The data stays; the next start takes seconds.");
}
