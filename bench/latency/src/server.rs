//! The release server as a process of its own, so that its processor time and memory are its own.

use std::{fs, net::TcpListener, path::Path, process::Stdio};

use tokio::{
    io::{AsyncBufReadExt as _, BufReader, Lines},
    process::{Child, ChildStdout, Command},
};

use crate::Result;

/// A running server; killed when it is dropped.
pub(crate) struct Server {
    /// Its address.
    pub(crate) url: String,
    process: Child,
    pid: u32,
    ticks: f64,
    /// Kept open, so that it can always print.
    _out: Lines<BufReader<ChildStdout>>,
}

impl Server {
    /// Starts it on a free port and waits until it is ready.
    pub(crate) async fn start(program: &Path, data: &Path) -> Result<Self> {
        let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        let address = format!("127.0.0.1:{port}");
        let mut process = Command::new(program)
            .args(["serve", "--listen", &address, "--data"])
            .arg(data)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()?;
        let out = process.stdout.take().ok_or("the server has no standard output")?;
        let mut out = BufReader::new(out).lines();
        while let Some(line) = out.next_line().await? {
            if line.contains("ready") {
                let pid = process.id().ok_or("the server ended at once")?;
                let ticks = Command::new("getconf").arg("CLK_TCK").output().await?.stdout;
                let ticks = String::from_utf8_lossy(&ticks).trim().parse()?;
                return Ok(Self { url: format!("http://{address}"), process, pid, ticks, _out: out });
            }
        }
        Err("the server ended before it was ready".into())
    }

    /// Seconds of processor time that it has used.
    pub(crate) fn cpu_seconds(&self) -> Result<f64> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.pid))?;
        // The second field is the program's name in brackets, which may hold anything.
        let (_, rest) = stat.rsplit_once(')').ok_or("the server's figures cannot be read")?;
        let used: Vec<f64> =
            rest.split_whitespace().skip(11).take(2).map(str::parse).collect::<Result<_, _>>()?;
        Ok(used.iter().sum::<f64>() / self.ticks)
    }

    /// Its resident memory at the highest, in millions of bytes.
    pub(crate) fn peak_megabytes(&self) -> Result<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.pid))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
        let kibibytes: f64 = line.split_whitespace().next().unwrap_or_default().parse()?;
        Ok(kibibytes * 1_024.0 / 1_000_000.0)
    }

    /// Ends it without a warning.
    pub(crate) async fn kill(mut self) -> Result<()> {
        Ok(self.process.kill().await?)
    }
}
