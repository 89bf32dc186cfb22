use crate::canvas::{Anchor, Ink};
use crate::{Canvas, Chart, Frame, Table, number, words};

/// One thing counted in a step: how many, and of what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlowLine {
    /// What is counted or why it was left out.
    pub label: String,
    /// How many.
    pub count: u64,
}

impl FlowLine {
    /// A line.
    #[must_use]
    pub fn new(label: impl Into<String>, count: u64) -> Self {
        Self { label: label.into(), count }
    }

    fn words(&self) -> String {
        format!("{}: {}", self.label, number::fixed(self.count as f64, 0))
    }
}

/// One step down the flow: a box, and what left before the next, with reasons.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FlowStep {
    /// What the box says first.
    pub heading: String,
    /// What is counted in it.
    pub lines: Vec<FlowLine>,
    /// What left after it, by reason.
    pub left: Vec<FlowLine>,
}

/// One arm at the end of the flow.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FlowArm {
    /// Its name.
    pub heading: String,
    /// What is counted in it.
    pub lines: Vec<FlowLine>,
}

/// Who came in, who left and why, and who was analysed in each arm, after the diagram of the CONSORT statement (Schulz,
/// Altman and Moher 2010).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Flow {
    /// The name of the chart.
    pub title: String,
    /// The steps, from the top.
    pub steps: Vec<FlowStep>,
    /// The arms at the end; may be empty.
    pub arms: Vec<FlowArm>,
}

struct Block {
    lines: Vec<(String, bool)>,
    height: f64,
}

fn block(frame: Frame, heading: &str, lines: &[FlowLine], room: f64) -> Block {
    // Bold letters are a little wider.
    let mut out: Vec<(String, bool)> =
        words::wrap(heading, frame.text * 1.08, room - 20.0).into_iter().map(|line| (line, true)).collect();
    for line in lines {
        out.extend(
            words::wrap(&line.words(), frame.text, room - 20.0).into_iter().map(|words| (words, false)),
        );
    }
    let height = out.len() as f64 * frame.line() + 18.0;
    Block { lines: out, height }
}

impl Block {
    fn draw(&self, canvas: &mut Canvas, x: f64, y: f64, width: f64, height: f64, ink: Ink) {
        canvas.outlined(x, y, width, height, ink);
        let mut base = y + 9.0 + canvas.frame.text;
        for (line, bold) in &self.lines {
            if *bold {
                canvas.bold(x + 10.0, base, Anchor::Start, line);
            } else {
                canvas.text(x + 10.0, base, Anchor::Start, Ink::Text, line);
            }
            base += canvas.frame.line();
        }
    }
}

impl Chart for Flow {
    fn title(&self) -> &str {
        &self.title
    }

    fn description(&self) -> String {
        let mut out = String::from("Flow diagram.");
        for step in &self.steps {
            let lines: Vec<String> = step.lines.iter().map(FlowLine::words).collect();
            out.push_str(&format!(" {}: {}.", step.heading, lines.join("; ")));
            if !step.left.is_empty() {
                let left: Vec<String> = step.left.iter().map(FlowLine::words).collect();
                out.push_str(&format!(" Left out: {}.", left.join("; ")));
            }
        }
        for arm in &self.arms {
            let lines: Vec<String> = arm.lines.iter().map(FlowLine::words).collect();
            out.push_str(&format!(" {}: {}.", arm.heading, lines.join("; ")));
        }
        out
    }

    fn draw(&self, frame: Frame) -> Canvas {
        let narrow = frame.is_narrow();
        let anyone_left = self.steps.iter().any(|step| !step.left.is_empty());
        let (main, aside) = match (narrow, anyone_left) {
            (true, true) => (frame.width - 4.0, frame.width - 44.0),
            (true, false) => (frame.width - 4.0, 0.0),
            (false, _) => (frame.width * 0.5, frame.width * 0.5 - 54.0),
        };
        let gap = 26.0;
        let plan: Vec<(Block, Option<Block>)> = self
            .steps
            .iter()
            .map(|step| {
                let left = (!step.left.is_empty()).then(|| block(frame, "Left out", &step.left, aside));
                (block(frame, &step.heading, &step.lines, main), left)
            })
            .collect();
        let columns = if narrow { 1 } else { self.arms.len().clamp(1, 3) };
        let arm_width = (frame.width - 4.0 - 20.0 * (columns - 1) as f64) / columns as f64;
        let arms: Vec<Block> =
            self.arms.iter().map(|arm| block(frame, &arm.heading, &arm.lines, arm_width)).collect();
        let rows: Vec<f64> = arms
            .chunks(columns)
            .map(|row| row.iter().map(|block| block.height).fold(0.0, f64::max))
            .collect();
        let mut height = 4.0;
        for (main, left) in &plan {
            height += main.height + gap + left.as_ref().map_or(0.0, |left| left.height + 14.0);
        }
        height += rows.iter().map(|row| row + 14.0).sum::<f64>();
        let mut canvas = Canvas::new(frame, (height - if arms.is_empty() { gap } else { 10.0 }).max(40.0));
        let stem = if narrow { 16.0 } else { 2.0 + main / 2.0 };
        let mut y = 2.0;
        for (place, (step, left)) in plan.iter().enumerate() {
            step.draw(&mut canvas, 2.0, y, main, step.height, Ink::Text);
            y += step.height;
            let last = place + 1 == plan.len() && arms.is_empty();
            let next = y + gap + left.as_ref().map_or(0.0, |left| left.height + 14.0);
            if !last || left.is_some() {
                let end = if last { y + 20.0 } else { next - 2.0 };
                canvas.line((stem, y), (stem, end), Ink::Quiet, 1.5);
                let forks = place + 1 == plan.len() && columns > 1;
                if !last && !forks {
                    canvas.arrow((stem, next - 1.0), (0.0, 1.0), Ink::Quiet);
                }
            }
            if let Some(left) = left {
                let x = if narrow { 40.0 } else { frame.width - aside - 2.0 };
                let middle = y + 14.0 + left.height / 2.0;
                canvas.line((stem, middle), (x - 2.0, middle), Ink::Quiet, 1.5);
                canvas.arrow((x - 1.0, middle), (1.0, 0.0), Ink::Quiet);
                left.draw(&mut canvas, x, y + 14.0, aside, left.height, Ink::Quiet);
            }
            y = next;
        }
        if columns > 1 && !plan.is_empty() {
            let centre = |column: usize| 2.0 + arm_width / 2.0 + (arm_width + 20.0) * column as f64;
            canvas.line(
                (centre(0).min(stem), y - 12.0),
                (centre(columns - 1).max(stem), y - 12.0),
                Ink::Quiet,
                1.5,
            );
            for column in 0..columns {
                canvas.line((centre(column), y - 12.0), (centre(column), y - 2.0), Ink::Quiet, 1.5);
                canvas.arrow((centre(column), y - 0.5), (0.0, 1.0), Ink::Quiet);
            }
        }
        for (row, height) in arms.chunks(columns).zip(&rows) {
            for (column, arm) in row.iter().enumerate() {
                let x = 2.0 + (arm_width + 20.0) * column as f64;
                arm.draw(&mut canvas, x, y, arm_width, *height, Ink::Text);
            }
            y += height + 14.0;
        }
        canvas
    }

    fn table(&self) -> Table {
        let mut table = Table::new(&self.title, ["Step", "Counted", "How many"]).words_in(&[1]);
        for step in &self.steps {
            for line in &step.lines {
                table.row([step.heading.clone(), line.label.clone(), number::fixed(line.count as f64, 0)]);
            }
            for line in &step.left {
                table.row(["Left out".to_owned(), line.label.clone(), number::fixed(line.count as f64, 0)]);
            }
        }
        for arm in &self.arms {
            for line in &arm.lines {
                table.row([arm.heading.clone(), line.label.clone(), number::fixed(line.count as f64, 0)]);
            }
        }
        table
    }
}
