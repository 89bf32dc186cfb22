//! Spend that did what another service has the duty to do.

use govuk::{Button, Cell, InsetText, Table};
use maud::{Markup, html};
use platform::web::{Failure, Outcome, Request};
use record::ui;

use super::{NO_FUND, fund_field, funds};
use crate::{
    insight::{
        model::gaps::{Gaps, Sum},
        service::{GapReport, gaps},
    },
    pots::{file::plain, pages::csv},
    spend::model::Duty,
    ui as room,
};

/// The path of the page.
pub(super) const PATH: &str = "/budgets/insight/gaps";

pub(super) async fn show(request: Request) -> Outcome {
    let (all, chosen) = funds(&request).await?;
    let report = match chosen {
        Some(fund) => Some(gaps(&request, fund).await?),
        None => None,
    };
    let body = html! {
        (room::parts(&request, PATH))
        h1 class="govuk-heading-xl" { "Gaps of other services" }
        p class="govuk-body-l" { "Spend that did what another service normally has the duty to do, as workers marked it when they asked." }
        @if let Some(report) = report {
            form method="get" action=(request.href(PATH)) {
                (fund_field(&all, report.fund.id))
                (Button::new("Show").secondary())
            }
            p class="govuk-body" { (report.gaps.says()) }
            @if report.gaps.all.spends > 0 { (tables(&report.gaps)) }
            p class="govuk-body" {
                a class="govuk-link" href={ (request.href("/budgets/insight/gaps.csv")) "?fund=" (report.fund.id) } { "Download by month, service and category (CSV)" }
            }
            p class="govuk-body" { "Bring it to the service whose duty it was: a budget for families is not there to fill gaps for good." }
        } @else {
            (InsetText::new(NO_FUND))
        }
    };
    Ok(request.page("Gaps").wide().render(body))
}

fn title(duty: &str) -> &'static str {
    Duty::from_slug(duty).map_or("Not known", Duty::title)
}

fn table(heads: &[&'static str], rows: impl Iterator<Item = (Vec<String>, Sum)>) -> Table {
    let mut table = Table::new().first_cell_is_header(true);
    for head in heads {
        table = table.heading(*head);
    }
    for head in ["Spends", "Paid", "Agreed, not paid yet"] {
        table = table.heading(Cell::new(head).numeric(true));
    }
    rows.fold(table, |table, (words, sum)| {
        let mut cells: Vec<Cell> = words.into_iter().map(Cell::new).collect();
        cells.extend([Cell::number(sum.spends), Cell::number(sum.paid), Cell::number(sum.promised)]);
        table.row(cells)
    })
}

fn tables(gaps: &Gaps) -> Markup {
    let duties = gaps.by_duty.iter().map(|(duty, sum)| (vec![title(duty).to_owned()], *sum));
    let all = std::iter::once((vec!["All".to_owned()], gaps.all));
    let categories = gaps
        .by_category
        .iter()
        .map(|((duty, category), sum)| (vec![title(duty).to_owned(), category.clone()], *sum));
    let months =
        gaps.by_month.iter().map(|((month, duty), sum)| (vec![month.words(), title(duty).to_owned()], *sum));
    html! {
        h2 class="govuk-heading-l" { "By service" }
        (ui::scroll("By service", table(&["Whose duty"], duties.chain(all))))
        h2 class="govuk-heading-l" { "By service and category" }
        (ui::scroll("By service and category", table(&["Whose duty", "Category"], categories)))
        h2 class="govuk-heading-l" { "By month" }
        (ui::scroll("By month", table(&["Month", "Whose duty"], months)))
        p class="govuk-body-s" { "Months are those of the payment; of what is not paid yet, those in which it was asked for." }
    }
}

pub(super) async fn download(request: Request) -> Outcome {
    let (_, chosen) = funds(&request).await?;
    let report = gaps(&request, chosen.ok_or(Failure::NotFound)?).await?;
    let bytes = file(&report).map_err(|_| Failure::Internal)?;
    Ok(csv(bytes, "gaps.csv"))
}

fn file(report: &GapReport) -> Result<Vec<u8>, csv::Error> {
    let mut file = csv::Writer::from_writer(Vec::new());
    file.write_record(["month", "duty", "category", "spends", "pounds_paid", "pounds_agreed_not_paid"])?;
    for ((month, duty, category), sum) in &report.gaps.lines {
        file.write_record([
            month.plain(),
            (*duty).to_owned(),
            plain(category),
            sum.spends.to_string(),
            sum.paid.plain(),
            sum.promised.plain(),
        ])?;
    }
    file.into_inner().map_err(|error| error.into_error().into())
}
