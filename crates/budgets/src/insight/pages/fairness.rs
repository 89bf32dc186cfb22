//! Spend per family, by what families are.

use charts::{Bar, Bars, Chart as _};
use govuk::{Button, Cell, Details, InsetText, Select, Table};
use maud::{Markup, html};
use platform::web::{Failure, Outcome, Request};
use record::ui;

use super::{NO_FUND, fund_field, funds};
use crate::{
    insight::{
        model::fairness::{Figures, RESAMPLES},
        service::{Dimension, Report, fairness},
    },
    pots::{file::plain, pages::csv},
    ui as room,
};

/// The path of the page.
pub(super) const PATH: &str = "/budgets/insight/fairness";
/// Bars of the chart at most.
const BARS: usize = 30;

fn by(request: &Request) -> Result<Dimension, Failure> {
    match request.query("by") {
        None => Ok(Dimension::Age),
        Some(slug) => Dimension::from_slug(&slug).ok_or(Failure::NotFound),
    }
}

pub(super) async fn show(request: Request) -> Outcome {
    let (all, chosen) = funds(&request).await?;
    let by = by(&request)?;
    let report = match chosen {
        Some(fund) => Some(fairness(&request, fund, by).await?),
        None => None,
    };
    let body = html! {
        (room::parts(&request, PATH))
        h1 class="govuk-heading-xl" { "Fairness between families" }
        p class="govuk-body-l" { "What was spent per family, by what families are. It is made for talking about, not for ranking anybody." }
        @if let Some(report) = report {
            form method="get" action=(request.href(PATH)) {
                (fund_field(&all, report.fund.id))
                (Dimension::ALL.iter().fold(Select::new("by").label("Compare families by").value(by.slug()), |field, one| {
                    field.item((one.slug(), one.title()))
                }))
                (Button::new("Show").secondary())
            }
            h2 class="govuk-heading-l" { (by.title()) }
            (results(&request, &report))
        } @else {
            (InsetText::new(NO_FUND))
        }
    };
    Ok(request.page("Fairness").wide().render(body))
}

fn results(request: &Request, report: &Report) -> Markup {
    let table = &report.table;
    let Some(all) = &table.all else {
        return html! {
            (InsetText::new("There are fewer than 5 families, so nothing is shown."))
            (meaning())
        };
    };
    let bars: Vec<Bar> = table
        .rows
        .iter()
        .filter_map(|row| {
            let (figures, _) = row.figures.as_ref()?;
            (figures.families > 0).then(|| Bar {
                label: row.group.name.clone(),
                value: figures.mean,
                interval: figures.interval,
            })
        })
        .collect();
    let more = bars.len() > BARS;
    let chart = Bars {
        title: format!("Pounds per family, by {}", report.by.title().to_lowercase()),
        axis: "Pounds per family, with 95% intervals".to_owned(),
        bars: bars.into_iter().take(BARS).collect(),
        decimals: 2,
    };
    let href = format!(
        "{}?fund={}&by={}",
        request.href("/budgets/insight/fairness.csv"),
        report.fund.id,
        report.by.slug()
    );
    html! {
        p class="govuk-body" { (table.says()) }
        @if report.by == Dimension::Worker {
            (InsetText::new("Workers stand in the order of their names. A worker’s families may need more or less: these figures say nothing about how good anybody’s work is, and are no list to be placed on."))
        }
        @if !chart.bars.is_empty() { div class="govuk-body" { (chart.figure("fairness")) } }
        @if more { p class="govuk-body-s" { "The chart shows the first " (BARS) " groups; the table has all." } }
        (ui::scroll("Spend per family", rows(report, all)))
        @if table.hidden() > 0 {
            p class="govuk-body" {
                "Groups of fewer than 5 families are hidden, and as many others as it takes so that nobody can work them out from the total."
            }
        }
        @if report.unplaced > crate::Pence::ZERO {
            p class="govuk-body" { (report.unplaced) " were spent on children whom the record does not have any more, and stand in no group." }
        }
        p class="govuk-body" { a class="govuk-link" href=(href) { "Download (CSV)" } }
        (meaning())
    }
}

fn interval(figures: &Figures) -> String {
    match figures.interval {
        Some((low, high)) => format!("{low:.2} to {high:.2}"),
        None if figures.families == 0 => "No families".to_owned(),
        None => "None: all had the same".to_owned(),
    }
}

fn rows(report: &Report, all: &Figures) -> Table {
    let number = |text: &'static str| Cell::new(text).numeric(true);
    let mut table = Table::new().first_cell_is_header(true).heading(report.by.title());
    for heading in ["Families", "With any spend", "Pounds in all", "Pounds per family", "95% interval"] {
        table = table.heading(number(heading));
    }
    table = table.heading("Beside all others");
    let line = |name: String, figures: &Figures, words: &str| {
        [
            Cell::new(name),
            Cell::number(figures.families),
            Cell::number(figures.reached),
            Cell::number(figures.total),
            Cell::number(format!("{:.2}", figures.mean)),
            Cell::new(interval(figures)).numeric(true),
            Cell::new(words),
        ]
    };
    for row in &report.table.rows {
        table = match &row.figures {
            Some((figures, verdict)) => table.row(line(row.group.name.clone(), figures, verdict.words())),
            None => {
                let hidden = || number("Hidden");
                table.row([
                    Cell::new(row.group.name.clone()),
                    hidden(),
                    hidden(),
                    hidden(),
                    hidden(),
                    hidden(),
                    Cell::new("Too few families"),
                ])
            }
        };
    }
    table.row(line("All families".to_owned(), all, ""))
}

fn meaning() -> Markup {
    html! {
        (Details::new("What these figures mean", html! {
            p class="govuk-body" {
                "A family counts once; a child without a family counts alone. All families are counted that the fund could reach: those of
                 its pots, those on the caseloads of workers who have a pot, and those for whom something was spent. A family stands in one
                 group: by its youngest child with an age, a school, a worker. What was spent is what was paid and has not come back."
            }
            p class="govuk-body" {
                "Families with a restricted record are counted in the total and stand in no other group, whoever looks."
            }
            p class="govuk-body" {
                "Intervals: 95%, percentile bootstrap over families, " (RESAMPLES) " resamples with a fixed seed. They say how far a mean could have come
                 out otherwise among families like these. A group is called different only where its interval leaves out the mean of all
                 families, and fewer than 5 in 100 tables made by dealing the families out by chance would show any group so far away
                 (permutation, multiplied by the number of groups)."
            }
            p class="govuk-body" {
                "The figures do not say why groups differ, nor what they needed. Only whole funds are shown: from two periods of one’s own, one
                 could work out what happened between them."
            }
        }))
    }
}

pub(super) async fn download(request: Request) -> Outcome {
    let (_, chosen) = funds(&request).await?;
    let report = fairness(&request, chosen.ok_or(Failure::NotFound)?, by(&request)?).await?;
    let bytes = file(&report).map_err(|_| Failure::Internal)?;
    Ok(csv(bytes, &format!("fairness-{}.csv", report.by.slug())))
}

fn file(report: &Report) -> Result<Vec<u8>, csv::Error> {
    let mut file = csv::Writer::from_writer(Vec::new());
    file.write_record([
        "by",
        "group",
        "families",
        "with_any_spend",
        "pounds",
        "pounds_per_family",
        "low_95",
        "high_95",
        "beside_all_others",
    ])?;
    let slug = report.by.slug();
    let line = |name: &str, figures: &Figures, words: &str| {
        let end = |end: Option<f64>| end.map_or_else(String::new, |end| format!("{end:.2}"));
        [
            slug.to_owned(),
            plain(name),
            figures.families.to_string(),
            figures.reached.to_string(),
            figures.total.plain(),
            format!("{:.2}", figures.mean),
            end(figures.interval.map(|(low, _)| low)),
            end(figures.interval.map(|(_, high)| high)),
            words.to_owned(),
        ]
    };
    for row in &report.table.rows {
        match &row.figures {
            Some((figures, verdict)) => file.write_record(line(&row.group.name, figures, verdict.words()))?,
            None => file.write_record([
                slug,
                &plain(&row.group.name),
                "c",
                "c",
                "c",
                "c",
                "c",
                "c",
                "Too few families",
            ])?,
        }
    }
    if let Some(all) = &report.table.all {
        file.write_record(line("All families", all, ""))?;
    }
    file.into_inner().map_err(|error| error.into_error().into())
}
