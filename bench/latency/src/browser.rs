//! A browser that is signed in: one session, and a connection for each that asks.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode, header};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};

use crate::{
    Result,
    setting::{Child, Setting},
};

/// The most that is read of a page, in bytes.
const PAGE_MAX: usize = 8 * 1024 * 1024;

/// A browser that is signed in.
pub(crate) struct Browser {
    client: Client<HttpConnector, Full<Bytes>>,
    base: String,
    cookies: BTreeMap<String, String>,
}

impl Browser {
    /// Signs in through the pages, as a person does.
    pub(crate) async fn sign_in(url: &str, organisation: &str, setting: &Setting) -> Result<Self> {
        let mut browser =
            Self { client: client(), base: format!("{url}/{organisation}"), cookies: BTreeMap::new() };
        let (name, password, code) = setting.sign_in().await?;
        let token = browser.token("/sign-in").await?;
        let fields = [("csrf", token.as_str()), ("sign-in-name", name), ("password", password)];
        browser.post("/sign-in", &fields).await?;
        let token = browser.token("/sign-in/code").await?;
        let fields = [("csrf", token.as_str()), ("code", &code), ("return", "/today")];
        browser.post("/sign-in/code", &fields).await?;
        Ok(browser)
    }

    /// The same session over another connection.
    pub(crate) fn with_a_connection_of_its_own(&self) -> Self {
        Self { client: client(), base: self.base.clone(), cookies: self.cookies.clone() }
    }

    /// A child's page, read to its end.
    pub(crate) async fn page_of(&self, child: &Child) -> Result<()> {
        let (response, body) = self.send(Method::GET, &format!("/people/{}", child.id), Bytes::new()).await?;
        if response.status() != StatusCode::OK {
            return Err(format!("a child's page was answered with {}", response.status()).into());
        }
        if !body.contains(&child.number) {
            return Err("a child's page does not hold the child's number".into());
        }
        Ok(())
    }

    /// The form token of a page.
    async fn token(&mut self, path: &str) -> Result<String> {
        let (response, body) = self.send(Method::GET, path, Bytes::new()).await?;
        self.keep_cookies(&response);
        let after = body.split_once("name=\"csrf\" value=\"").map(|(_, after)| after);
        let token = after.and_then(|after| after.split('"').next());
        Ok(token.ok_or_else(|| format!("{path} ({}) has no form", response.status()))?.to_owned())
    }

    async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Result<()> {
        let body = Bytes::from(serde_urlencoded::to_string(fields)?);
        let (response, _) = self.send(Method::POST, path, body).await?;
        self.keep_cookies(&response);
        if response.status() == StatusCode::SEE_OTHER {
            Ok(())
        } else {
            Err(format!("signing in was answered with {}", response.status()).into())
        }
    }

    async fn send(&self, method: Method, path: &str, body: Bytes) -> Result<(Response<()>, String)> {
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base))
            .header(header::COOKIE, cookies.join("; "))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Full::new(body))?;
        let (head, body) = self.client.request(request).await?.into_parts();
        let body = Limited::new(body, PAGE_MAX).collect().await?.to_bytes();
        Ok((Response::from_parts(head, ()), String::from_utf8(body.into())?))
    }

    fn keep_cookies(&mut self, response: &Response<()>) {
        for cookie in response.headers().get_all(header::SET_COOKIE) {
            let pair = cookie.to_str().unwrap_or_default().split(';').next().unwrap_or_default();
            if let Some((name, value)) = pair.split_once('=') {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}

/// A client with one connection that stays open.
fn client() -> Client<HttpConnector, Full<Bytes>> {
    Client::builder(TokioExecutor::new()).pool_max_idle_per_host(1).build_http()
}
