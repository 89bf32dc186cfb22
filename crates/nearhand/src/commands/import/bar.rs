//! A job's progress as a bar on standard error, and the wish to stop from the keyboard.

use std::{
    io::{self, Read},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use futures::future::BoxFuture;
use indicatif::{ProgressBar, ProgressStyle};
use platform::jobs::{Go, Progress, Reporter};
use serde_json::Value;

/// Whether somebody pressed Ctrl-C (or asked the process to end). The second time it ends at once, which loses
/// nothing but the work since the last checkpoint.
#[derive(Debug, Clone, Default)]
pub(super) struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Begins to listen.
    pub(super) fn listen() -> Self {
        let stop = Self::default();
        let asked = stop.clone();
        tokio::spawn(async move {
            loop {
                crate::serve::stop().await;
                if asked.0.swap(true, Ordering::AcqRel) {
                    std::process::exit(130);
                }
            }
        });
        stop
    }

    /// Whether somebody did.
    pub(super) fn is_asked(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

/// A bar that counts bytes; nothing is drawn where standard error is not a terminal.
#[derive(Clone)]
pub(super) struct Bar {
    bar: ProgressBar,
    stop: Stop,
}

impl Bar {
    /// A new bar.
    pub(super) fn new(message: &str, stop: Stop) -> Self {
        let bar = ProgressBar::new(1);
        if let Ok(style) = ProgressStyle::with_template("{msg:44} {wide_bar} {percent:>3}% {eta:>5}") {
            bar.set_style(style);
        }
        bar.set_message(message.to_owned());
        bar.enable_steady_tick(Duration::from_millis(200));
        Self { bar, stop }
    }

    /// Reads through the bar; ends with an error when somebody asked to stop.
    pub(super) fn reading<R: Read>(&self, source: R, bytes: u64) -> Reading<R> {
        self.bar.set_length(bytes);
        Reading { source: self.bar.wrap_read(source), stop: self.stop.clone() }
    }

    /// Takes it off the screen.
    pub(super) fn clear(&self) {
        self.bar.finish_and_clear();
    }
}

impl Reporter for Bar {
    fn progress<'a>(&'a self, progress: Progress) -> BoxFuture<'a, platform::Result<Go>> {
        Box::pin(async move {
            if let Some(total) = progress.total {
                self.bar.set_length(total);
            }
            self.bar.set_position(progress.done);
            self.bar.set_message(progress.step);
            Ok(if self.stop.is_asked() { Go::Stop } else { Go::On })
        })
    }

    fn checkpoint<'a>(&'a self, _state: Value) -> BoxFuture<'a, platform::Result<()>> {
        Box::pin(async { Ok(()) })
    }
}

/// A file read through a bar.
pub(super) struct Reading<R> {
    source: indicatif::ProgressBarIter<R>,
    stop: Stop,
}

impl<R: Read> Read for Reading<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.stop.is_asked() {
            return Err(io::Error::other("stopped"));
        }
        self.source.read(buffer)
    }
}
