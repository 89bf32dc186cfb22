//! A tiny browser over the router: keeps cookies, finds the form token, posts forms. No port, no script.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::ConnectInfo,
    http::{HeaderMap, Request, StatusCode, header},
};
use tower::ServiceExt as _;
use uuid::Uuid;

use super::TestOrg;
use crate::{
    auth::{
        Accounts, proof,
        service::{demonstration, users::NewUser},
    },
    capability::Capability,
    policy::Role,
    web::{App, WebSettings, router},
};

/// The password of everybody in tests.
pub const PASSWORD: &str = "quiet lantern over gravel";
/// The secret of everybody's one-time codes in tests.
pub const CODE_SECRET: &str = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
/// The most that is read of an answer.
const BODY_MAX: usize = 64 * 1024 * 1024;

/// The application on one test organisation.
pub struct Site {
    /// The application.
    pub app: Arc<App>,
    router: Router,
    slug: String,
    operator: crate::Ctx,
    made: Mutex<u32>,
}

/// Somebody who can sign in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The user's identifier.
    pub id: Uuid,
    /// The sign-in name.
    pub sign_in_name: String,
}

impl Site {
    /// The application with sign-in and these capabilities, on an organisation whose migrations are
    /// [`super::with_platform`] and those of the capabilities.
    pub fn of(org: &TestOrg, capabilities: Vec<Arc<dyn Capability>>) -> Self {
        let mut all: Vec<Arc<dyn Capability>> = vec![Arc::new(Accounts::new(Arc::clone(&org.org.clock)))];
        all.extend(capabilities);
        let slug = org.org.slug().to_owned();
        let app = Arc::new(App {
            organisations: [(slug.clone(), Arc::clone(&org.org))].into_iter().collect(),
            capabilities: all,
            settings: WebSettings::new("http://nearhand.test"),
        });
        Self { router: router(Arc::clone(&app)), app, slug, operator: org.operator(), made: Mutex::new(0) }
    }

    /// A browser in which nobody is signed in.
    pub fn browser(&self) -> Browser {
        Browser {
            router: self.router.clone(),
            slug: self.slug.clone(),
            address: "192.0.2.1:50000".parse().expect("an address"),
            cookies: BTreeMap::new(),
            csrf: String::new(),
        }
    }

    /// A new user with these roles, who signs in with [`PASSWORD`] and [`CODE_SECRET`].
    pub async fn person(&self, roles: &[Role]) -> Person {
        let number = {
            let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
            *made += 1;
            *made
        };
        let sign_in_name = format!("person{number}@example.org");
        let name = format!("Test Person {number}");
        let new = NewUser { sign_in_name: &sign_in_name, name: &name, roles, team: None };
        let made = demonstration::create(&self.operator, new, PASSWORD, CODE_SECRET).await;
        Person { id: made.expect("a new user"), sign_in_name }
    }

    /// A browser in which a new user with these roles is signed in already, without the pages of signing in.
    pub async fn signed_in(&self, roles: &[Role]) -> (Browser, Person) {
        let person = self.person(roles).await;
        (self.browser_of(&person).await, person)
    }

    /// A browser in which this user is signed in already, without the pages of signing in.
    pub async fn browser_of(&self, person: &Person) -> Browser {
        let mut browser = self.browser();
        let secret = proof::open_for_test(&self.operator, person.id).await.expect("a session");
        browser.cookies.insert(format!("nearhand-{}", self.slug), secret);
        browser
    }

    /// The one-time code that a user's app shows now.
    pub async fn code_of(&self, person: &Person) -> String {
        demonstration::present_code(&self.operator, &person.sign_in_name).await.expect("a code")
    }
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its text.
    pub body: String,
}

impl Answer {
    /// Where it sends the browser, as it stands in the header; empty where it sends it nowhere.
    pub fn location(&self) -> &str {
        self.headers.get(header::LOCATION).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// Whether its text holds these words, as they are written in HTML.
    pub fn says(&self, words: &str) -> bool {
        self.body.contains(words)
    }

    /// The value of the first element with this name, of its attribute `value`, with the entities undone.
    pub fn value_of(&self, name: &str) -> Option<String> {
        let at = self.body.find(&format!("name=\"{name}\""))?;
        let start = self.body.get(..at)?.rfind('<')?;
        let element = self.body.get(start..)?.split('>').next()?;
        let value = element.split("value=\"").nth(1)?.split('"').next()?;
        Some(
            value
                .replace("&quot;", "\"")
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&#39;", "'")
                .replace("&amp;", "&"),
        )
    }

    /// Fails unless the status is this.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert!(self.status.as_u16() == status, "{} instead of {status}: {}", self.status, self.body);
        self
    }
}

/// A browser: cookies, and the form token of the last page that had one.
#[derive(Clone)]
pub struct Browser {
    router: Router,
    slug: String,
    /// From where it calls.
    pub address: SocketAddr,
    /// Its cookies.
    pub cookies: BTreeMap<String, String>,
    /// The form token of the last page that had one.
    pub csrf: String,
}

impl Browser {
    /// Asks for a path below the organisation's own.
    pub async fn get(&mut self, path: &str) -> Answer {
        let request = Request::get(self.address_of(path)).body(Body::empty());
        self.send(request.expect("a request")).await
    }

    /// Asks for a path and follows where it leads, ten times at most.
    pub async fn open(&mut self, path: &str) -> Answer {
        let mut answer = self.get(path).await;
        for _ in 0..10 {
            let Some(next) = answer.location().strip_prefix(&format!("/{}", self.slug)).map(str::to_owned)
            else {
                break;
            };
            answer = self.get(&next).await;
        }
        answer
    }

    /// Posts a form with the token of the last page that had one. Where there was none yet, asks for the path
    /// first, as a person would.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        if self.csrf.is_empty() {
            self.get(path).await;
        }
        if self.csrf.is_empty() {
            self.get("/account").await;
        }
        let token = self.csrf.clone();
        let mut all = vec![("csrf", token.as_str())];
        all.extend(fields);
        self.post_raw(path, &all).await
    }

    /// Posts exactly these fields.
    pub async fn post_raw(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = serde_urlencoded::to_string(fields).expect("fields");
        let request = Request::post(self.address_of(path))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(body));
        self.send(request.expect("a request")).await
    }

    /// Posts a form with a file (`multipart/form-data`), the token first.
    pub async fn upload(&mut self, path: &str, fields: &[(&str, &str)], file: (&str, &str, &[u8])) -> Answer {
        const BOUNDARY: &str = "nearhand-test-boundary";
        if self.csrf.is_empty() {
            self.get("/account").await;
        }
        let token = self.csrf.clone();
        let mut body = Vec::new();
        for (name, value) in [("csrf", token.as_str())].iter().chain(fields) {
            body.extend_from_slice(
                format!("--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
                    .as_bytes(),
            );
        }
        let (name, file_name, bytes) = file;
        body.extend_from_slice(
            format!(
                "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{name}\"; filename=\"{file_name}\"\r\n\
                 content-type: application/octet-stream\r\n\r\n"
            )
            .as_bytes(),
        );
        body.extend_from_slice(bytes);
        body.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
        let request = Request::post(self.address_of(path))
            .header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={BOUNDARY}"))
            .body(Body::from(body));
        self.send(request.expect("a request")).await
    }

    /// Signs in through the pages, as a person would; fails where that does not end in a session.
    pub async fn sign_in_as(&mut self, site: &Site, person: &Person) {
        self.post("/sign-in", &[("sign-in-name", &person.sign_in_name), ("password", PASSWORD)])
            .await
            .expect(303);
        let code = site.code_of(person).await;
        self.post("/sign-in/code", &[("code", &code)]).await.expect(303);
        self.csrf.clear();
    }

    /// The session's secret, if there is one.
    pub fn session(&self) -> Option<&str> {
        self.cookies.get(&format!("nearhand-{}", self.slug)).map(String::as_str)
    }

    fn address_of(&self, path: &str) -> String {
        format!("/{}{path}", self.slug)
    }

    /// Sends any request with the cookies, and keeps those of the answer. The path is a whole one here.
    pub async fn send(&mut self, mut request: Request<Body>) -> Answer {
        if !self.cookies.is_empty() {
            let pairs: Vec<String> =
                self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            request.headers_mut().insert(header::COOKIE, pairs.join("; ").parse().expect("cookies"));
        }
        request.extensions_mut().insert(ConnectInfo(self.address));
        let response = match self.router.clone().oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        };
        let (parts, body) = response.into_parts();
        for cookie in parts.headers.get_all(header::SET_COOKIE) {
            let text = cookie.to_str().expect("a cookie");
            let pair = text.split(';').next().unwrap_or_default();
            let Some((name, value)) = pair.split_once('=') else { continue };
            if value.is_empty() || text.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let bytes = to_bytes(body, BODY_MAX).await.expect("the whole answer");
        let answer = Answer {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8_lossy(&bytes).into_owned(),
        };
        if let Some(token) = answer.value_of("csrf") {
            self.csrf = token;
        }
        answer
    }
}
