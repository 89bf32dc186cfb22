//! The priority list for Schools Forum: what the public may read of the order.
//!
//! Counts are those of the suppressed table. No rate, probability or index is printed, because from an exact one a hidden
//! count could be worked out; in their place stand bands and places from-to. A school with a hidden count gets
//! places wide enough for every value that the count may have (1 to the largest small number), and its band
//! follows from its printed places alone. Within a band schools stand by name, so that the order tells nothing more.

use super::{Ask, Group, Part, assess::assess_veiled, index::Veil};
use crate::{
    counts::model::{
        measure::Measure,
        suppression::Policy,
        table::{Cells, Figure, Table},
    },
    figures::Figures,
};

/// Where a school stands towards the number of schools that can be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Band {
    /// All of its places are among the highest.
    Among,
    /// Some are.
    Perhaps,
    /// None is.
    Not,
    /// There is no order.
    Unknown,
}

impl Band {
    /// Every band, the highest first.
    pub const ALL: [Self; 4] = [Self::Among, Self::Perhaps, Self::Not, Self::Unknown];

    /// The band of places `low` to `high` when `highest` schools can be chosen.
    pub fn of(low: usize, high: usize, highest: usize) -> Self {
        if high <= highest {
            Self::Among
        } else if low <= highest {
            Self::Perhaps
        } else {
            Self::Not
        }
    }

    /// The heading.
    pub fn title(self) -> &'static str {
        match self {
            Self::Among => "Clearly among the highest need",
            Self::Perhaps => "May be among the highest need",
            Self::Not => "Not among the highest need",
            Self::Unknown => "Cannot be placed",
        }
    }

    /// What it means.
    pub fn words(self, highest: usize) -> String {
        match self {
            Self::Among => format!("Every place that the school may have is among the first {highest}."),
            Self::Perhaps => format!(
                "Some of the places that the school may have are among the first {highest}, some are not. The figures alone cannot decide here."
            ),
            Self::Not => format!("No place that the school may have is among the first {highest}."),
            Self::Unknown => "The figures give no order.".to_owned(),
        }
    }
}

/// The list.
#[derive(Debug, Clone, PartialEq)]
pub struct Forum {
    /// What was asked.
    pub ask: Ask,
    /// The schools by band, then by name.
    pub lines: Vec<Line>,
    /// Schools of the kind that are not compared, by name.
    pub left_out: Vec<(String, &'static str)>,
    /// Why there is no order, where there is none.
    pub silence: Option<String>,
    /// Weights that were left out because they would tell too much.
    pub remarks: Vec<String>,
    /// The rule of suppression.
    pub policy: Policy,
}

/// One school on the list.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// Its URN.
    pub urn: u32,
    /// Its name.
    pub name: String,
    /// Its band.
    pub band: Band,
    /// The highest place that it may have.
    pub low: Option<usize>,
    /// The lowest place that it may have.
    pub high: Option<usize>,
    /// Pupils on roll, as the suppressed table shows them.
    pub pupils: Figure,
    /// Events of the measure, as the suppressed table shows them.
    pub count: Figure,
}

/// Makes the list from figures and the suppressed table of the same children and windows.
pub fn forum(figures: &Figures, table: &Table, ask: &Ask, policy: Policy) -> Forum {
    let mut remarks = Vec::new();
    let mut asked = ask.clone();
    if asked.weights.of(Part::Trend) > 0.0 {
        // A trend rests on the hidden counts of three years and has no range that could stand for it.
        let without = asked.weights.clone().without(Part::Trend);
        // Where nothing else has a weight there is no order, which is said.
        asked.weights = without;
        remarks.push(
            "The rise over three years is not part of this list, because it would tell of small numbers."
                .to_owned(),
        );
    }
    let cells = |urn: u32| -> Option<&Cells> { table.school(urn).and_then(|row| row.cells.first()) };
    let hidden =
        |urn: u32, measure: Measure| cells(urn).is_some_and(|cells| cells.figure(measure) == Figure::Hidden);
    let veil = Veil { hidden: &hidden, small: policy.small };
    let assessment = assess_veiled(figures, &asked, Some(veil));
    let highest = assessment.ask.highest;
    let compared = assessment.rows.len();
    if compared > 1 && highest >= compared {
        remarks.push(format!(
            "All {compared} {} could be reached, so this list puts none of them before another.",
            ask.group.plural()
        ));
    }
    let mut lines: Vec<Line> = assessment
        .rows
        .iter()
        .map(|row| {
            let placed = row.index.as_ref().filter(|index| index.index.is_some());
            let span = placed.map(|index| index.overall);
            let figure =
                |measure| cells(row.school.urn).map_or(Figure::NotAvailable, |cells| cells.figure(measure));
            Line {
                urn: row.school.urn,
                name: row.school.name.clone(),
                band: span.map_or(Band::Unknown, |span| Band::of(span.low, span.high, highest)),
                low: span.map(|span| span.low),
                high: span.map(|span| span.high),
                pupils: figure(Measure::Pupils),
                count: figure(ask.measure),
            }
        })
        .collect();
    lines.sort_by_key(|line| (line.band, line.name.to_lowercase(), line.urn));
    let mut left_out: Vec<(String, &'static str)> =
        assessment.left_out.iter().map(|left| (left.name.clone(), left.reason.words())).collect();
    left_out.sort();
    Forum {
        silence: assessment.index.as_ref().err().map(super::Silence::words),
        ask: assessment.ask.clone(),
        lines,
        left_out,
        remarks,
        policy,
    }
}

impl Forum {
    /// SHA-256, in hexadecimal, of what is printed, so that a copy can be told from a changed one. The text under it: the group,
    /// the measure, the number of the highest and the weights, one a line; then a line for each school with URN, band, places,
    /// pupils and count as printed. It holds nothing that is not printed, so nothing hidden can be guessed against it.
    pub fn hash(&self, window: &str) -> String {
        use sha2::Digest as _;
        let ask = &self.ask;
        let mut text = format!(
            "{window}\n{}\n{}\n{}\n{}\n",
            ask.group.slug(),
            ask.measure.slug(),
            ask.highest,
            ask.weights
        );
        for line in &self.lines {
            let place = |place: Option<usize>| place.map_or_else(String::new, |place| place.to_string());
            text.push_str(&format!(
                "{}|{}|{}|{}|{}|{}\n",
                line.urn,
                line.band.title(),
                place(line.low),
                place(line.high),
                line.pupils,
                line.count
            ));
        }
        let digest = sha2::Sha256::digest(text.as_bytes());
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// The kind in a sentence.
    pub fn group(&self) -> Group {
        self.ask.group
    }
}
