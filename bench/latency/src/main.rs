//! Asks a running Nearhand for children's pages, over some connections at once, and says how long they take; then
//! the same for the raw query of the same rows and for one durable commit. Prints a table in Markdown.
//!
//! It opens an installation whose organisation is a demonstration, makes a social worker there, gives them some
//! children, starts the release server, signs in through its pages and asks. At the end it kills the server and
//! verifies that the access chain holds one look for every page that was sent.

mod baseline;
mod browser;
mod figures;
mod server;
mod setting;

use std::{error, path::PathBuf, process::ExitCode, sync::Arc, time::Instant};

use clap::Parser;
use nearhand::commands::out;

use self::{
    browser::Browser,
    figures::{Figures, PAGE, heading},
    server::Server,
    setting::Setting,
};

/// Anything that goes wrong ends the measurement, in words.
type Result<T, E = Box<dyn error::Error + Send + Sync>> = std::result::Result<T, E>;

/// Measures a child's page under load, beside the raw query and one durable commit.
#[derive(Debug, Parser)]
struct Given {
    /// The installation's data folder.
    #[arg(long)]
    data: PathBuf,
    /// An organisation of it, a demonstration with imported children.
    #[arg(long)]
    organisation: String,
    /// The program to serve with.
    #[arg(long, default_value = "target/release/nearhand")]
    nearhand: PathBuf,
    /// How many children the pages are of.
    #[arg(long, default_value_t = 200)]
    children: usize,
    /// How many pages are asked for at each number of connections.
    #[arg(long, default_value_t = 2_000)]
    requests: usize,
    /// Numbers of connections at once.
    #[arg(long, value_delimiter = ',', default_value = "1,8,32")]
    connections: Vec<usize>,
}

#[tokio::main]
async fn main() -> ExitCode {
    match measure(Given::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("latency: {error}"));
            ExitCode::FAILURE
        }
    }
}

#[expect(clippy::print_stderr, reason = "a program says on standard error why it failed")]
fn say(why: &str) {
    eprintln!("{why}");
}

async fn measure(given: Given) -> Result<()> {
    let setting = Setting::prepare(&given.data, &given.organisation, given.children).await?;
    let before = setting.looks().await?;
    let server = Server::start(&given.nearhand, &given.data).await?;
    let browser = Browser::sign_in(&server.url, &given.organisation, &setting).await?;
    let mut sent = 0;
    let mut pages = Vec::new();
    // Caches fill, connections open, the allocator settles: nobody measures that.
    sent += ask(&setting, &browser, 1, given.children).await?.0;
    for &connections in &given.connections {
        let cpu = server.cpu_seconds()?;
        let (count, figures) = ask(&setting, &browser, connections, given.requests).await?;
        sent += count;
        let cpu = (server.cpu_seconds()? - cpu) * 1_000.0 / count as f64;
        pages.push(figures.with_cpu(cpu));
    }
    let peak = server.peak_megabytes()?;
    // Without a warning: what was sent must be in the chain all the same.
    server.kill().await?;
    let queries = baseline::queries(&setting, &given.connections, given.requests).await?;
    let commits = baseline::commits(&setting, &given.connections, given.requests).await?;

    out::line(heading());
    for (name, all) in [(PAGE, &pages), ("raw query", &queries), ("durable commit", &commits)] {
        for figures in all {
            out::line(figures.line(name));
        }
    }
    out::line("");
    if let (Some(page), Some(query), Some(commit)) = (pages.first(), queries.first(), commits.first()) {
        out::line(format!(
            "At {} connection: page {:.2} ms − query {:.2} ms − commit {:.2} ms = {:.2} ms for HTTP, session, \
             permission, what the page shows beyond those rows, and the page itself (medians).",
            page.connections,
            page.p50(),
            query.p50(),
            commit.p50(),
            page.p50() - query.p50() - commit.p50()
        ));
    }
    out::line(format!(
        "The server's memory at its highest: {peak:.0} MB. Children: {}.",
        setting.children.len()
    ));
    let looks = setting.looks().await? - before;
    out::line(format!(
        "Pages sent: {sent}. Looks in the access chain: {looks}, every one verified after the server was killed \
         with SIGKILL."
    ));
    if looks != sent as u64 {
        return Err(format!("{sent} pages were sent, but {looks} looks are in the access chain").into());
    }
    Ok(())
}

/// Asks for pages over some connections; how many were sent, and how long they took.
async fn ask(
    setting: &Setting,
    browser: &Browser,
    connections: usize,
    requests: usize,
) -> Result<(usize, Figures)> {
    let children = Arc::new(setting.children.clone());
    let began = Instant::now();
    let mut workers = Vec::new();
    for worker in 0..connections {
        let (children, browser) = (Arc::clone(&children), browser.with_a_connection_of_its_own());
        workers.push(tokio::spawn(async move {
            let mut times = Vec::new();
            for number in (worker..requests).step_by(connections) {
                if let Some(child) = children.get(number % children.len()) {
                    let asked = Instant::now();
                    browser.page_of(child).await?;
                    times.push(asked.elapsed());
                }
            }
            Ok::<_, Box<dyn std::error::Error + Send + Sync>>(times)
        }));
    }
    let mut times = Vec::new();
    for worker in workers {
        times.extend(worker.await??);
    }
    let count = times.len();
    Ok((count, Figures::new(connections, times, began.elapsed())))
}
