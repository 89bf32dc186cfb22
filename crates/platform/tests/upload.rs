//! Uploads: the token first, then one file to the disk, and nothing left behind when anything goes wrong.
#![expect(clippy::unwrap_used, reason = "a test's helpers stop at the first thing that goes wrong")]

use std::{collections::BTreeMap, convert::Infallible, path::Path, sync::Arc};

use axum::{
    body::{Body, Bytes},
    extract::FromRequest as _,
    http::Request as HttpRequest,
};
use futures::stream;
use platform::{
    policy::{Action, Role},
    testing::{TestOrg, on_sqlite, with_platform},
    web::{
        App, Failure, Request, WebSettings,
        upload::{Upload, UploadError, bytes_in_words},
    },
};
use sha2::{Digest as _, Sha256};

const BOUNDARY: &str = "----nearhand-test";
const TOKEN: &str = "the-token-of-this-session";
const LIMIT: u64 = 10_000;

/// A multipart body from its parts: (name, file name, content).
fn body(parts: &[(&str, Option<&str>, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, file, content) in parts {
        body.extend_from_slice(part_head(name, *file).as_bytes());
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
    body
}

fn part_head(name: &str, file: Option<&str>) -> String {
    let file =
        file.map(|file| format!("; filename=\"{file}\"\r\nContent-Type: text/xml")).unwrap_or_default();
    format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n")
}

async fn org() -> TestOrg {
    on_sqlite(&with_platform(vec![])).await
}

async fn open(org: &TestOrg, body: Body) -> Result<Upload, Failure> {
    let app = App { organisations: BTreeMap::new(), capabilities: vec![], settings: WebSettings::new("") };
    let request = Request {
        ctx: org.ctx(&[Role::DataOfficer]),
        app: Arc::new(app),
        session: None,
        csrf: TOKEN.to_owned(),
        nonce: String::new(),
        path: "/imports/new".to_owned(),
        query: String::new(),
        action: Action::UploadFile,
        remote: String::new(),
    };
    let mut http = HttpRequest::post("/imports/new")
        .header("content-type", format!("multipart/form-data; boundary={BOUNDARY}"))
        .body(body)
        .unwrap();
    http.extensions_mut().insert(request);
    Upload::from_request(http, &()).await
}

fn left_behind(folder: &Path) -> usize {
    std::fs::read_dir(folder).map_or(0, |entries| entries.count())
}

#[tokio::test]
async fn a_file_arrives_with_its_size_and_its_digest() {
    let org = org().await;
    let folder = org.folder().join("uploads");
    let content = b"<Message>\r\n--not the boundary\r\n</Message>".repeat(50);
    let sent = body(&[
        ("csrf", None, TOKEN.as_bytes()),
        ("note", None, "für später".as_bytes()),
        ("file", Some("C:\\temp\\CIN 2019.xml"), &content),
    ]);
    // Whole, and byte by byte: the boundary may be cut anywhere.
    let pieces = sent.iter().map(|byte| Ok::<_, Infallible>(Bytes::from(vec![*byte]))).collect::<Vec<_>>();
    for body in [Body::from(sent), Body::from_stream(stream::iter(pieces))] {
        let upload = open(&org, body).await.unwrap();
        let received = upload.receive(&folder, LIMIT).await.unwrap();
        assert_eq!(received.form.raw("note"), "für später");
        let file = received.file.unwrap();
        assert_eq!((file.field.as_str(), file.name.as_str()), ("file", "CIN 2019.xml"));
        assert_eq!(file.bytes, content.len() as u64);
        assert_eq!(file.sha256, hex::encode(Sha256::digest(&content)));
        assert_eq!(std::fs::read(file.path()).unwrap(), content);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(std::fs::metadata(file.path()).unwrap().permissions().mode() & 0o777, 0o600);
        }
        drop(file);
        assert_eq!(left_behind(&folder), 0);
    }
}

#[tokio::test]
async fn a_kept_file_stays_under_its_new_name() {
    let org = org().await;
    let folder = org.folder().join("uploads");
    let sent = body(&[("csrf", None, TOKEN.as_bytes()), ("file", Some("a.csv"), b"URN\n")]);
    let received = open(&org, Body::from(sent)).await.unwrap().receive(&folder, LIMIT).await.unwrap();
    let path = folder.join("kept");
    received.file.unwrap().keep(&path).unwrap();
    assert_eq!(std::fs::read(&path).unwrap(), b"URN\n");
    assert_eq!(left_behind(&folder), 1);
}

#[tokio::test]
async fn without_the_token_in_the_first_place_nothing_is_taken() {
    let org = org().await;
    let file = ("file", Some("a.xml"), b"<a/>".as_slice());
    let token = ("csrf", None, TOKEN.as_bytes());
    for parts in [
        vec![file],
        vec![file, token],
        vec![("other", None, TOKEN.as_bytes()), token, file],
        vec![("csrf", None, b"another-token".as_slice()), file],
        vec![("csrf", None, b"".as_slice()), file],
        vec![("csrf", Some("csrf"), TOKEN.as_bytes()), file],
        vec![],
    ] {
        let refused = open(&org, Body::from(body(&parts))).await.err();
        assert_eq!(refused, Some(Failure::BadToken), "{parts:?}");
    }
    let refused = open(&org, Body::from("csrf=the-token-of-this-session")).await.err();
    assert_eq!(refused, Some(Failure::BadToken));
}

#[tokio::test]
async fn a_body_that_is_no_form_is_refused() {
    let org = org().await;
    let mut http = HttpRequest::post("/").header("content-type", "text/plain").body(Body::empty()).unwrap();
    let unguarded = Upload::from_request(http, &()).await.err();
    assert_eq!(unguarded, Some(Failure::Unguarded));
    http = HttpRequest::post("/").body(Body::empty()).unwrap();
    assert!(Upload::from_request(http, &()).await.is_err());
    drop(org);
}

#[tokio::test]
async fn an_upload_that_is_cut_off_leaves_nothing() {
    let org = org().await;
    let folder = org.folder().join("uploads");
    let sent = body(&[
        ("csrf", None, TOKEN.as_bytes()),
        ("file", Some("a.xml"), &vec![b'x'; 5_000]),
        ("more", None, b"text"),
    ]);
    let after_token = body(&[("csrf", None, TOKEN.as_bytes())]).len();
    for length in (after_token..sent.len() - 4).step_by(97) {
        let upload = open(&org, Body::from(sent[..length].to_vec())).await.unwrap();
        let error = upload.receive(&folder, LIMIT).await.unwrap_err();
        assert!(matches!(error, UploadError::CutOff), "{length}: {error:?}");
        assert_eq!(left_behind(&folder), 0, "{length}");
    }
    // A connection that breaks says so by an error.
    let broken = stream::iter(vec![
        Ok(Bytes::from(sent[..after_token].to_vec())),
        Ok(Bytes::from(sent[after_token..after_token + 500].to_vec())),
        Err(std::io::Error::other("connection reset")),
    ]);
    let upload = open(&org, Body::from_stream(broken)).await.unwrap();
    let error = upload.receive(&folder, LIMIT).await.unwrap_err();
    assert!(matches!(error, UploadError::CutOff), "{error:?}");
    assert!(error.words().starts_with("The upload was cut off"));
    assert_eq!(left_behind(&folder), 0);
}

#[tokio::test]
async fn a_file_over_the_limit_is_refused_and_removed() {
    let org = org().await;
    let folder = org.folder().join("uploads");
    for (length, taken) in [(LIMIT, true), (LIMIT + 1, false), (3_000_000, false)] {
        let content = vec![b'x'; usize::try_from(length).unwrap()];
        let sent = body(&[("csrf", None, TOKEN.as_bytes()), ("file", Some("a.xml"), &content)]);
        let received = open(&org, Body::from(sent)).await.unwrap().receive(&folder, LIMIT).await;
        assert_eq!(received.is_ok(), taken, "{length}");
        if let Err(error) = &received {
            assert!(matches!(error, UploadError::TooLarge { limit: LIMIT }), "{error:?}");
            assert_eq!(error.to_string(), "the file is larger than 9.7 KB and nothing of it was kept");
        }
        drop(received);
        assert_eq!(left_behind(&folder), 0);
    }
}

#[tokio::test]
async fn two_files_are_refused_and_both_removed() {
    let org = org().await;
    let folder = org.folder().join("uploads");
    let sent = body(&[
        ("csrf", None, TOKEN.as_bytes()),
        ("file", Some("a.xml"), b"<a/>"),
        ("file", Some("b.xml"), b"<b/>"),
    ]);
    let error = open(&org, Body::from(sent)).await.unwrap().receive(&folder, LIMIT).await.unwrap_err();
    assert!(matches!(error, UploadError::SeveralFiles));
    assert_eq!(left_behind(&folder), 0);
}

#[tokio::test]
async fn an_empty_file_is_a_file_and_no_choice_is_none() {
    let org = org().await;
    let folder = org.folder().join("uploads");
    let empty = body(&[("csrf", None, TOKEN.as_bytes()), ("file", Some("a.xml"), b"")]);
    let received = open(&org, Body::from(empty)).await.unwrap().receive(&folder, LIMIT).await.unwrap();
    let file = received.file.unwrap();
    assert_eq!((file.bytes, file.name.as_str()), (0, "a.xml"));
    assert_eq!(file.sha256, hex::encode(Sha256::digest(b"")));
    let none = body(&[("csrf", None, TOKEN.as_bytes()), ("file", Some(""), b"")]);
    let received = open(&org, Body::from(none)).await.unwrap().receive(&folder, LIMIT).await.unwrap();
    assert!(received.file.is_none());
    drop(file);
    assert_eq!(left_behind(&folder), 0);
}

#[tokio::test]
async fn texts_and_parts_have_limits() {
    let org = org().await;
    let folder = org.folder().join("uploads");
    let long = vec![b'x'; 70_000];
    let sent = body(&[("csrf", None, TOKEN.as_bytes()), ("note", None, &long)]);
    let error = open(&org, Body::from(sent)).await.unwrap().receive(&folder, LIMIT).await.unwrap_err();
    assert!(matches!(error, UploadError::Malformed));
    let mut many = vec![("csrf", None, TOKEN.as_bytes())];
    many.extend((0..60).map(|_| ("note", None, b"x".as_slice())));
    let error = open(&org, Body::from(body(&many))).await.unwrap().receive(&folder, LIMIT).await.unwrap_err();
    assert!(matches!(error, UploadError::Malformed));
    // Headers that never end are not gathered in memory until they do.
    let head = format!("{}{TOKEN}\r\n--{BOUNDARY}\r\nX: ", part_head("csrf", None));
    let endless = stream::iter(
        std::iter::once(Bytes::from(head))
            .chain(std::iter::repeat_n(Bytes::from(vec![b'x'; 65_536]), 10_000))
            .map(Ok::<_, Infallible>),
    );
    let upload = open(&org, Body::from_stream(endless)).await.unwrap();
    let before = peak_memory();
    assert!(upload.receive(&folder, LIMIT).await.is_err());
    assert!(peak_memory() - before < 32 * 1024 * 1024);
}

/// The most memory that this process has had, in bytes (Linux; elsewhere the test only receives the file).
fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    line.and_then(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok()).unwrap_or(0) * 1024
}

#[tokio::test]
async fn three_hundred_megabytes_pass_through_little_memory() {
    const CHUNK: usize = 64 * 1024;
    const CHUNKS: usize = 300 * 1024 * 1024 / CHUNK;
    let org = org().await;
    let folder = org.folder().join("uploads");
    let head = format!("{}{TOKEN}\r\n{}", part_head("csrf", None), part_head("file", Some("large.xml")));
    let chunk = Bytes::from((0..CHUNK).map(|n| b'a' + (n % 23) as u8).collect::<Vec<_>>());
    // Always ready, as a body from a fast network is: a reader that takes what is ready would take it all.
    let all = std::iter::once(Bytes::from(head))
        .chain(std::iter::repeat_n(chunk, CHUNKS))
        .chain(std::iter::once(Bytes::from(format!("\r\n--{BOUNDARY}--\r\n"))));
    let upload = open(&org, Body::from_stream(stream::iter(all.map(Ok::<_, Infallible>)))).await.unwrap();
    let before = peak_memory();
    let received = upload.receive(&folder, u64::MAX).await.unwrap();
    let grown = peak_memory().saturating_sub(before);
    assert_eq!(received.file.unwrap().bytes, (CHUNK * CHUNKS) as u64);
    assert!(grown < 24 * 1024 * 1024, "memory grew by {}", bytes_in_words(grown));
}

#[test]
fn sizes_read_in_words() {
    assert_eq!(bytes_in_words(12), "12 bytes");
    assert_eq!(bytes_in_words(1_536), "1.5 KB");
    assert_eq!(bytes_in_words(4 * 1024 * 1024 * 1024), "4 GB");
}
