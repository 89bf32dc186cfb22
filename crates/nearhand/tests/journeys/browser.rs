//! A headless Chromium driven over WebDriver, with an accessibility check (axe) on every page that a journey
//! visits and a screenshot at two widths of the pages that the documents show.

use std::{
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use fantoccini::{Client, ClientBuilder, Locator, elements::Element};
use serde_json::{Value, json};
use tempfile::TempDir;

/// How often a page that turns meanwhile is looked at again.
const TRIES: usize = 20;
/// Widths at which pages are looked at: a desk and a phone.
pub(crate) const WIDTHS: [(&str, u32, u32); 2] = [("desktop", 1280, 900), ("phone", 390, 844)];

/// The folder of the whole project.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// A port that was free a moment ago.
pub(crate) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A browser of the journey's own, with a profile that is thrown away.
pub(crate) struct Browser {
    pub(crate) client: Client,
    base: String,
    axe: String,
    driver: Child,
    _profile: TempDir,
    visited: std::sync::Mutex<Vec<String>>,
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

impl Browser {
    /// Starts Chromium and its driver. `base` is the address of the service.
    pub(crate) async fn start(base: &str) -> Self {
        let port = free_port();
        let driver = Command::new("chromedriver")
            .arg(format!("--port={port}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver: run the tests with `make test`, which installs it");
        let profile = TempDir::new().unwrap();
        let options = json!({
            "args": [
                "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync",
                "--disable-dev-shm-usage", "--hide-scrollbars",
                format!("--user-data-dir={}", profile.path().display()),
            ],
        });
        let mut capabilities = serde_json::Map::new();
        capabilities.insert("goog:chromeOptions".to_owned(), options);
        let address = format!("http://127.0.0.1:{port}");
        let mut client = None;
        for _ in 0..100 {
            let connector = hyper_util::client::legacy::connect::HttpConnector::new();
            match ClientBuilder::new(connector).capabilities(capabilities.clone()).connect(&address).await {
                Ok(connected) => {
                    client = Some(connected);
                    break;
                }
                Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
            }
        }
        let client = client.expect("chromedriver answers");
        let axe = std::fs::read_to_string(root().join("node_modules/axe-core/axe.min.js"))
            .expect("axe-core: run `npm ci` (or `make assets`)");
        let browser = Self {
            client,
            base: base.to_owned(),
            axe,
            driver,
            _profile: profile,
            visited: Default::default(),
        };
        browser.width(WIDTHS[0]).await;
        browser
    }

    async fn width(&self, (_, width, height): (&str, u32, u32)) {
        // A real window has a least width; the device metrics have none.
        self.client.set_window_size(width, height).await.unwrap();
    }

    /// Makes the window as small as a phone.
    pub(crate) async fn phone(&self) {
        self.width(WIDTHS[1]).await;
    }

    /// Makes the window as large as on a desk.
    pub(crate) async fn desk(&self) {
        self.width(WIDTHS[0]).await;
    }

    /// As [`Self::picture`], of a page that is open on a phone and stays so: the phone's picture only.
    pub(crate) async fn phone_picture(&self, name: &str) {
        self.overflow(name, WIDTHS[1]).await;
        self.keep(name, WIDTHS[1]).await;
    }

    /// Opens a path and checks the page.
    pub(crate) async fn open(&self, path: &str) {
        self.client.goto(&format!("{}{path}", self.base)).await.unwrap();
        self.check().await;
    }

    /// Opens a path and does not check it (for pages that are checked elsewhere).
    pub(crate) async fn go(&self, path: &str) {
        self.client.goto(&format!("{}{path}", self.base)).await.unwrap();
    }

    /// The path of the page that is open.
    pub(crate) async fn path(&self) -> String {
        self.client.current_url().await.unwrap().path().to_owned()
    }

    /// The text of the page's main part.
    pub(crate) async fn text(&self) -> String {
        // A page that loads itself anew while something is worked out may turn between finding and reading.
        for _ in 0..TRIES {
            if let Ok(main) = self.client.find(Locator::Css("main")).await
                && let Ok(text) = main.text().await
            {
                return text;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        self.find("main").await.text().await.unwrap()
    }

    /// The whole document as sent.
    pub(crate) async fn source(&self) -> String {
        self.client.source().await.unwrap()
    }

    /// An element by CSS selector; the journey fails with the page's text where there is none.
    pub(crate) async fn find(&self, selector: &str) -> Element {
        match self.client.find(Locator::Css(selector)).await {
            Ok(element) => element,
            Err(_) => panic!("no `{selector}` on {}:\n{}", self.path().await, self.body().await),
        }
    }

    async fn body(&self) -> String {
        match self.client.find(Locator::Css("body")).await {
            Ok(body) => body.text().await.unwrap_or_default(),
            Err(_) => String::new(),
        }
    }

    /// Types into the field of this name, after emptying it.
    pub(crate) async fn fill(&self, name: &str, text: &str) {
        let field = self.find(&format!("[name='{name}']")).await;
        if field.attr("type").await.unwrap().as_deref() != Some("file") {
            field.clear().await.unwrap();
        }
        field.send_keys(text).await.unwrap();
    }

    /// Chooses the option of a list whose text is this, or else holds it.
    pub(crate) async fn select(&self, name: &str, text: &str) {
        let options = format!("//select[@name='{name}']/option");
        let exact = format!("{options}[normalize-space(.) = {}]", quoted(text));
        if let Ok(option) = self.client.find(Locator::XPath(&exact)).await {
            return option.click().await.unwrap();
        }
        let xpath = format!("{options}[contains(., {})]", quoted(text));
        let Ok(option) = self.client.find(Locator::XPath(&xpath)).await else {
            panic!("no {xpath} on {}:\n{}", self.path().await, self.body().await);
        };
        option.click().await.unwrap();
    }

    /// Chooses a radio or checkbox by name and value.
    pub(crate) async fn choose(&self, name: &str, value: &str) {
        let field = self.find(&format!("[name='{name}'][value='{value}']")).await;
        field.click().await.unwrap();
    }

    /// Clicks the button with this text in the main part, and checks the page that follows.
    pub(crate) async fn press(&self, text: &str) {
        self.click(&format!(
            "//main//*[self::button or @role='button'][contains(normalize-space(.), {})]",
            quoted(text)
        ))
        .await;
    }

    /// Follows the link with this text, and checks the page that follows.
    pub(crate) async fn follow(&self, text: &str) {
        self.click(&format!("//a[contains(normalize-space(.), {})]", quoted(text))).await;
    }

    /// Clicks the button with this text, and does not check the page that follows: for what a journey does many times.
    pub(crate) async fn press_again(&self, text: &str) {
        let button = format!("//main//button[contains(normalize-space(.), {})]", quoted(text));
        let Ok(button) = self.client.find(Locator::XPath(&button)).await else {
            panic!("no {button} on {}:\n{}", self.path().await, self.body().await);
        };
        self.client.execute("window.before = true", vec![]).await.unwrap();
        button.click().await.unwrap();
        let mut turned = false;
        for _ in 0..200 {
            let state = self.client.execute("return !window.before && document.readyState", vec![]).await;
            turned = state.is_ok_and(|state| state == "complete");
            if turned {
                break;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        assert!(turned, "`{text}` led nowhere from {}", self.path().await);
    }

    /// Unfolds what stands behind this summary.
    pub(crate) async fn unfold(&self, text: &str) {
        let summary = format!("//main//summary[contains(normalize-space(.), {})]", quoted(text));
        self.client.find(Locator::XPath(&summary)).await.unwrap().click().await.unwrap();
    }

    /// What an address of the service answers to the person who is signed in, as a text.
    pub(crate) async fn fetch(&self, path: &str) -> String {
        let fetch = "const done = arguments[arguments.length - 1];
            fetch(arguments[0]).then(answer => answer.text()).then(done, error => done(String(error)))";
        let text = self.client.execute_async(fetch, vec![path.into()]).await.unwrap();
        text.as_str().unwrap().to_owned()
    }

    /// The cells of the rows of every table in the page's main part, without the headings that a phone shows beside each.
    pub(crate) async fn rows(&self) -> Vec<Vec<String>> {
        let read = "const said = cell => (cell.querySelector('.pattern-stacked__value') || cell).textContent.trim();
            return [...document.querySelectorAll('main table tbody tr')].map(row => [...row.cells].map(said))";
        serde_json::from_value(self.client.execute(read, vec![]).await.unwrap()).unwrap()
    }

    async fn click(&self, xpath: &str) {
        let Ok(element) = self.client.find(Locator::XPath(xpath)).await else {
            panic!("no {xpath} on {}:\n{}", self.path().await, self.body().await);
        };
        element.click().await.unwrap();
        self.settle().await;
        self.check().await;
    }

    /// Waits until the document is loaded.
    async fn settle(&self) {
        for _ in 0..200 {
            let state = self.client.execute("return document.readyState", vec![]).await;
            if state.is_ok_and(|state| state == "complete") {
                return;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
    }

    async fn axe(&self, run: &str) -> Result<Value, fantoccini::error::CmdError> {
        self.client.execute(&self.axe, vec![]).await?;
        self.client.execute_async(run, vec![]).await
    }

    /// Fails where axe finds anything, or the page is not in the shape of the shell.
    pub(crate) async fn check(&self) {
        let path = self.path().await;
        let run = "const done = arguments[arguments.length - 1];
            axe.run(document, { runOnly: ['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice'] })
               .then(r => done(r.violations.map(v => ({
                    id: v.id, help: v.help, nodes: v.nodes.slice(0, 5).map(n => n.html) }))))
               .catch(e => done([{ id: 'axe failed', help: String(e), nodes: [] }]));";
        let mut found = self.axe(run).await;
        for _ in 0..TRIES {
            if found.is_ok() {
                break;
            }
            // The page turned while it was looked at.
            self.settle().await;
            found = self.axe(run).await;
        }
        let found = found.unwrap();
        assert_eq!(found, Value::Array(vec![]), "axe on {path}: {found:#}");
        let headings = self.client.find_all(Locator::Css("h1")).await.unwrap().len();
        assert_eq!(headings, 1, "{path} has {headings} first-level headings");
        self.visited.lock().unwrap().push(path);
    }

    /// Every path that was checked.
    pub(crate) fn visited(&self) -> Vec<String> {
        self.visited.lock().unwrap().clone()
    }

    /// Keeps pictures of the present page at both widths, where pictures are wanted
    /// (`NEARHAND_SCREENSHOTS=folder`), and checks that nothing is wider than a phone.
    pub(crate) async fn picture(&self, name: &str) {
        for width in WIDTHS {
            self.width(width).await;
            self.overflow(name, width).await;
            self.check().await;
            self.keep(name, width).await;
        }
        self.width(WIDTHS[0]).await;
    }

    /// Fails where the page is wider than the window.
    async fn overflow(&self, name: &str, (width, ..): (&str, u32, u32)) {
        let measure = "return document.documentElement.scrollWidth - document.documentElement.clientWidth";
        let overflow = self.client.execute(measure, vec![]).await.unwrap();
        assert_eq!(overflow, json!(0), "{name} scrolls sideways at {width} width");
    }

    /// Keeps a picture of the present page, where pictures are wanted.
    async fn keep(&self, name: &str, (width, ..): (&str, u32, u32)) {
        if let Ok(folder) = std::env::var("NEARHAND_SCREENSHOTS") {
            let png = self.client.screenshot().await.unwrap();
            let folder = root().join(folder);
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(folder.join(format!("{name}-{width}.png")), png).unwrap();
        }
    }
}

/// A text as an XPath literal.
fn quoted(text: &str) -> String {
    if text.contains('\'') { format!("\"{text}\"") } else { format!("'{text}'") }
}
