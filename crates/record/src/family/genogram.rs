//! A small picture of a family by generation. The table beside it says the same in words.

use std::collections::HashMap;

use maud::{Markup, html};
use platform::policy::Shown;

use super::service::{Relative, generations};

const WIDE: usize = 150;
const HIGH: usize = 60;
const GAP: usize = 30;
/// So many people stand in one row of the picture; the table has all of them.
const ROW_MAX: usize = 8;

/// The picture; nothing where nobody but the child is known.
pub(super) fn picture(child: &str, relatives: &[Relative]) -> Markup {
    let rows = generations(relatives);
    if rows.is_empty() {
        return html! {};
    }
    let boxes = |generation: i8| boxes(&rows, generation, child);
    let drawn: Vec<Vec<(String, &'static str)>> =
        [2, 1, 0, -1].into_iter().map(boxes).filter(|row| !row.is_empty()).collect();
    let most = drawn.iter().map(Vec::len).max().unwrap_or(1);
    let width = most * (WIDE + GAP) + GAP;
    let height = drawn.len() * (HIGH + GAP * 2);
    html! {
        svg class="app-genogram" role="img" aria-labelledby="genogram-title" viewBox={ "0 0 " (width) " " (height) }
            width=(width) height=(height) xmlns="http://www.w3.org/2000/svg" {
            title id="genogram-title" { "The family by generation, oldest above. The table says the same." }
            @for (level, row) in drawn.iter().enumerate() {
                @let top = level * (HIGH + GAP * 2) + GAP;
                @let left = (width - row.len() * (WIDE + GAP) + GAP) / 2;
                @if level > 0 {
                    line x1=(width / 2) y1=(top - GAP * 2) x2=(width / 2) y2=(top) stroke="#505a5f" stroke-width="2" {}
                }
                @for (place, (name, what)) in row.iter().enumerate() {
                    @let x = left + place * (WIDE + GAP);
                    rect x=(x) y=(top) width=(WIDE) height=(HIGH) fill="#ffffff" stroke="#0b0c0c"
                        stroke-width=(if *what == CHILD { 4 } else { 2 }) {}
                    text x=(x + WIDE / 2) y=(top + 25) text-anchor="middle" font-size="14" fill="#0b0c0c" { (short(name)) }
                    text x=(x + WIDE / 2) y=(top + 45) text-anchor="middle" font-size="12" fill="#505a5f" { (what) }
                }
            }
        }
    }
}

const CHILD: &str = "This child";

fn boxes(rows: &HashMap<i8, Vec<&Relative>>, generation: i8, child: &str) -> Vec<(String, &'static str)> {
    let mut row: Vec<(String, &'static str)> = vec![];
    if generation == 0 {
        row.push((child.to_owned(), CHILD));
    }
    for relative in rows.get(&generation).into_iter().flatten().take(ROW_MAX) {
        let name = match &relative.name {
            Shown::Value(name) => name.clone(),
            other => other.to_string(),
        };
        row.push((name, relative.kind.title()));
    }
    row
}

fn short(name: &str) -> String {
    if name.chars().count() <= 18 {
        return name.to_owned();
    }
    name.chars().take(17).chain(['…']).collect()
}
