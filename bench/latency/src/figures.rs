//! Percentiles and rates.

use std::time::Duration;

/// What the page is called in the table.
pub(crate) const PAGE: &str = "child's page with its durable access event";

/// How long many of the same thing took.
#[derive(Debug, Clone)]
pub(crate) struct Figures {
    pub(crate) connections: usize,
    /// Ascending.
    times: Vec<Duration>,
    wall: Duration,
    cpu: Option<f64>,
}

/// The head of the table.
pub(crate) fn heading() -> &'static str {
    "| What | At once | p50, ms | p99, ms | per second | server's CPU each, ms |\n|---|---:|---:|---:|---:|---:|"
}

impl Figures {
    pub(crate) fn new(connections: usize, mut times: Vec<Duration>, wall: Duration) -> Self {
        times.sort_unstable();
        Self { connections, times, wall, cpu: None }
    }

    /// With the server's processor time for each, in milliseconds.
    pub(crate) fn with_cpu(mut self, cpu: f64) -> Self {
        self.cpu = Some(cpu);
        self
    }

    /// The median in milliseconds.
    pub(crate) fn p50(&self) -> f64 {
        self.percentile(50)
    }

    /// The smallest time that so many of a hundred do not exceed, in milliseconds.
    fn percentile(&self, of_a_hundred: usize) -> f64 {
        let place = (self.times.len() * of_a_hundred).div_ceil(100).max(1) - 1;
        self.times.get(place).map_or(f64::NAN, |time| time.as_secs_f64() * 1_000.0)
    }

    /// A line of the table.
    pub(crate) fn line(&self, name: &str) -> String {
        let rate = self.times.len() as f64 / self.wall.as_secs_f64();
        let cpu = self.cpu.map(|cpu| format!("{cpu:.2}")).unwrap_or_default();
        format!(
            "| {name} | {} | {:.2} | {:.2} | {rate:.0} | {cpu} |",
            self.connections,
            self.p50(),
            self.percentile(99)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_times_that_were_measured() {
        let times = (1..=200).rev().map(Duration::from_millis).collect();
        let figures = Figures::new(4, times, Duration::from_secs(2));
        assert!((figures.p50() - 100.0).abs() < 1e-9);
        assert!((figures.percentile(99) - 198.0).abs() < 1e-9);
        assert_eq!(figures.line("x"), "| x | 4 | 100.00 | 198.00 | 100 |  |");
        let one = Figures::new(1, vec![Duration::from_millis(7)], Duration::from_secs(1));
        assert!((one.percentile(99) - 7.0).abs() < 1e-9);
    }
}
