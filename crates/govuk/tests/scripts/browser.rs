//! A small server and a headless browser that visits it once.

use govuk::assets;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// What the browser asked.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) token: Option<String>,
    pub(crate) body: String,
}

/// What the server answers: content type and body.
pub(crate) type Answer = (&'static str, String);

/// The page's own policy: no inline script, nothing from elsewhere.
const POLICY: &str = "default-src 'none'; script-src 'nonce-r4nd0m'; style-src 'self'; img-src 'self'; \
                      connect-src 'self'; form-action 'self'; base-uri 'none'";

/// How long a connection may stay silent.
const PATIENCE: Duration = Duration::from_secs(5);

fn browser() -> Option<&'static str> {
    ["chromium", "chromium-browser", "google-chrome"].into_iter().find(|name| {
        Command::new(name).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok()
    })
}

/// Opens `/` in a browser whose clock runs ahead as soon as there is nothing to do, and returns what it asked until it
/// asked for `last`. `None` when there is no browser.
pub(crate) fn visit(
    last: &str,
    answer: impl Fn(&Request) -> Option<Answer> + Send + Sync + 'static,
) -> Option<Vec<Request>> {
    let Some(browser) = browser() else {
        println!("skipped: no Chromium on this machine");
        return None;
    };
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let asked = Arc::new(Mutex::new(Vec::new()));
    let over = Arc::new(AtomicBool::new(false));
    let answer = Arc::new(answer);
    let server = thread::spawn({
        let (asked, over) = (Arc::clone(&asked), Arc::clone(&over));
        move || {
            for stream in listener.incoming().take_while(|_| !over.load(Ordering::SeqCst)).flatten() {
                let (asked, answer) = (Arc::clone(&asked), Arc::clone(&answer));
                // A browser opens connections on suspicion and leaves them silent: none may hold up the others.
                thread::spawn(move || {
                    let _ = stream.set_read_timeout(Some(PATIENCE));
                    serve(stream, &asked, &*answer);
                });
            }
        }
    });
    let profile = std::env::temp_dir().join(format!("govuk-scripts-{}", address.port()));
    let mut child = Command::new(browser)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"])
        .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
        .args(["--virtual-time-budget=120000", "--dump-dom"])
        .arg(format!("--user-data-dir={}", profile.display()))
        .arg(format!("http://{address}/"))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the browser");
    let came = || asked.lock().expect("the log").iter().any(|request: &Request| request.path == last);
    let in_time = (0..600).any(|_| {
        thread::sleep(Duration::from_millis(100));
        came()
    });
    child.kill().expect("to end the browser");
    child.wait().expect("its end");
    over.store(true, Ordering::SeqCst);
    let _ = TcpStream::connect(address);
    server.join().expect("the server");
    let _ = std::fs::remove_dir_all(profile);
    let asked = asked.lock().expect("the log").clone();
    assert!(in_time, "the browser never asked for {last}, but for {asked:#?}");
    Some(asked)
}

fn serve(mut stream: TcpStream, asked: &Mutex<Vec<Request>>, answer: &dyn Fn(&Request) -> Option<Answer>) {
    let Some(request) = read(&stream) else { return };
    asked.lock().expect("the log").push(request.clone());
    reply(&mut stream, answer(&request).or_else(|| asset(&request.path)));
}

fn read(stream: &TcpStream) -> Option<Request> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut words = line.split_ascii_whitespace();
    let (method, path) = (words.next()?.to_owned(), words.next()?.to_owned());
    let (mut length, mut token) = (0, None);
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok()?;
        let Some((name, value)) = header.trim_end().split_once(": ") else { break };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.parse().ok()?,
            "x-csrf-token" => token = Some(value.to_owned()),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Request { method, path, token, body: String::from_utf8_lossy(&body).into_owned() })
}

fn asset(path: &str) -> Option<Answer> {
    let asset = assets::get(path)?;
    Some((asset.content_type, String::from_utf8_lossy(asset.bytes).into_owned()))
}

fn reply(stream: &mut TcpStream, answer: Option<Answer>) {
    let (status, (kind, body)) = match answer {
        Some(answer) => ("200 OK", answer),
        None => ("404 Not Found", ("text/plain", String::new())),
    };
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nContent-Security-Policy: {POLICY}\r\n\
         Connection: close\r\n\r\n",
        body.len()
    );
    // A browser that is closing no longer listens.
    let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes()));
}
