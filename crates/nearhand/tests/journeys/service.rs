//! An installation of the journey's own: the real program on a folder that is thrown away.

use std::{
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use chrono::Utc;
use platform::auth::model::code::Secret;
use tempfile::TempDir;

use crate::{
    browser::{Browser, free_port},
    files::Files,
};

/// The password of everybody in a journey.
pub(crate) const PASSWORD: &str = "quiet lantern over gravel";

/// An installation, and its server once it is started.
pub(crate) struct Service {
    folder: TempDir,
    port: u16,
    server: Option<Child>,
}

impl Drop for Service {
    fn drop(&mut self) {
        if let Some(mut server) = self.server.take() {
            let _ = server.kill();
            let _ = server.wait();
        }
    }
}

/// Somebody of the journey.
pub(crate) struct Person {
    pub(crate) organisation: &'static str,
    pub(crate) email: String,
    link: String,
    secret: Option<Secret>,
    /// The step of the last one-time code, because a code works once.
    step: i64,
}

impl Service {
    /// An empty installation.
    pub(crate) fn new() -> Self {
        Self { folder: TempDir::new().unwrap(), port: free_port(), server: None }
    }

    /// The folder of the journey's files.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The address of the pages.
    pub(crate) fn base(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_nearhand"));
        command
            .arg("--data")
            .arg(self.folder().join("data"))
            .arg("--listen")
            .arg(format!("127.0.0.1:{}", self.port))
            .current_dir(self.folder());
        command
    }

    /// Runs a command and gives what it said; the journey fails where it fails.
    pub(crate) fn run(&self, arguments: &[&str]) -> String {
        let output = self.command().args(arguments).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(
            output.status.success(),
            "nearhand {arguments:?}: {said}\n{}",
            String::from_utf8_lossy(&output.stderr)
        );
        said
    }

    /// Adds a council with this DfE number.
    pub(crate) fn council(&self, slug: &str, name: &str, la_code: &str) {
        self.run(&["organisation", "add", slug, "--name", name, "--la-code", la_code]);
    }

    /// Adds a council of invented data, on which it is always `today`, as in the demonstration.
    pub(crate) fn council_on(&self, slug: &str, name: &str, la_code: &str, today: &str) {
        self.council(slug, name, la_code);
        let path = self.folder().join("data/organisations.toml");
        let register = std::fs::read_to_string(&path).unwrap();
        // The council was added last, so this is its own table.
        std::fs::write(&path, format!("{register}demonstration = true\ntoday = \"{today}\"\n")).unwrap();
    }

    /// Stops the server, makes it this day for every council of invented data, and starts it again.
    pub(crate) fn turn_to(&mut self, day: &str) {
        if let Some(mut server) = self.server.take() {
            server.kill().unwrap();
            server.wait().unwrap();
        }
        let path = self.folder().join("data/organisations.toml");
        let register = std::fs::read_to_string(&path).unwrap();
        let turned: Vec<String> =
            register
                .lines()
                .map(|line| {
                    if line.starts_with("today = ") { format!("today = \"{day}\"") } else { line.to_owned() }
                })
                .collect();
        std::fs::write(&path, turned.join("\n")).unwrap();
        self.start();
    }

    /// Invents the files of a council.
    pub(crate) fn invent(&self, la_code: &str, scale: &str, more: &[&str]) -> Files {
        let arguments = ["demo", "generate", "--la-code", la_code, "--scale", scale, "--out", "files"];
        self.run(&[&arguments, more].concat());
        Files::below(&self.folder().join("files"))
    }

    /// Imports files at the command line.
    pub(crate) fn import(&self, council: &str, files: &[PathBuf]) {
        let mut arguments = vec!["import", council, "--yes"];
        arguments.extend(files.iter().map(|path| path.to_str().unwrap()));
        self.run(&arguments);
    }

    /// Adds a person, who has still to set up the sign-in.
    pub(crate) fn person(
        &self,
        organisation: &'static str,
        account: &str,
        name: &str,
        more: &[&str],
    ) -> Person {
        let email = format!("{account}@{organisation}.example");
        let mut arguments = vec!["user", "add", organisation, &email, "--name", name];
        arguments.extend(more);
        let said = self.run(&arguments);
        let link = said.split_whitespace().find(|word| word.starts_with("http")).unwrap();
        let link = link.strip_prefix(&self.base()).unwrap().to_owned();
        Person { organisation, email, link, secret: None, step: 0 }
    }

    /// Starts the server and waits until it says that it is ready.
    pub(crate) fn start(&mut self) {
        let mut server =
            self.command().arg("serve").stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut lines = BufReader::new(server.stdout.take().unwrap()).lines();
        let ready = lines.any(|line| line.unwrap().contains("is ready"));
        assert!(ready, "the server ended before it was ready");
        self.server = Some(server);
    }
}

impl Person {
    /// Follows the one-time link: password, one-time code, recovery codes.
    pub(crate) async fn set_up(&mut self, browser: &Browser) {
        browser.open(&self.link).await;
        browser.fill("password", PASSWORD).await;
        browser.press("Continue").await;
        let shown = browser.find("code.app-code").await.text().await.unwrap();
        self.secret = Some(Secret::parse(&shown).unwrap());
        let code = self.code().await;
        browser.fill("code", &code).await;
        browser.press("Finish").await;
        assert!(browser.text().await.contains("recovery codes"), "{}", browser.text().await);
    }

    /// Sets up the sign-in and signs in, for the first time.
    pub(crate) async fn begin(&mut self, browser: &Browser) {
        self.set_up(browser).await;
        self.sign_in(browser).await;
    }

    /// Signs in with password and one-time code.
    pub(crate) async fn sign_in(&mut self, browser: &Browser) {
        browser.open(&format!("/{}/sign-in", self.organisation)).await;
        browser.fill("sign-in-name", &self.email).await;
        browser.fill("password", PASSWORD).await;
        browser.press("Continue").await;
        let code = self.code().await;
        browser.fill("code", &code).await;
        browser.press("Sign in").await;
        assert_eq!(browser.path().await, format!("/{}/today", self.organisation));
    }

    /// A code that was not used before: waits for the next half-minute where it must.
    async fn code(&mut self) -> String {
        #[expect(
            clippy::disallowed_methods,
            reason = "the authenticator app of a person runs by the true time"
        )]
        let mut now = Utc::now();
        while now.timestamp() / 30 <= self.step {
            tokio::time::sleep(std::time::Duration::from_millis(500)).await;
            #[expect(clippy::disallowed_methods, reason = "as above")]
            {
                now = Utc::now();
            }
        }
        self.step = now.timestamp() / 30;
        self.secret.as_ref().unwrap().code_at(now).unwrap()
    }

    /// Signs out.
    pub(crate) async fn sign_out(&self, browser: &Browser) {
        browser.open(&format!("/{}/sign-out", self.organisation)).await;
        browser.press("Sign out").await;
    }
}
