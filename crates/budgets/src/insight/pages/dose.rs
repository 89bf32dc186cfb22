//! Dose for an evaluation.

use govuk::{Cell, Details, InsetText, Table};
use maud::{Markup, html};
use platform::web::{Failure, Outcome, Request};
use record::ui;

use crate::{
    insight::{
        model::{Quartiles, dose::Dose},
        service::{Measured, measure},
        write_dose,
    },
    pots::pages::csv,
    ui as room,
};

/// The path of the page.
pub(super) const PATH: &str = "/budgets/insight/dose";

pub(super) async fn show(request: Request) -> Outcome {
    let measured = measure(&request).await?;
    let body = html! {
        (room::parts(&request, PATH))
        h1 class="govuk-heading-xl" { "How much money, and how fast" }
        p class="govuk-body-l" { "The dose of each month: pounds, families, and days from asking to help. Numbers only." }
        @if measured.months.is_empty() {
            (InsetText::new("Nothing was asked for yet."))
        } @else {
            (ui::scroll("Dose by month", table(&measured)))
            @if !measured.exact {
                p class="govuk-body" { "Months with 1 to 5 families, payments or requests are hidden, and no total is given from which they could be worked out." }
            }
            p class="govuk-body" { a class="govuk-link" href=(request.href("/budgets/insight/dose.csv")) { "Download (CSV)" } }
        }
        (meaning())
    };
    Ok(request.page("Dose").wide().render(body))
}

fn table(measured: &Measured) -> Table {
    let mut table = Table::new().first_cell_is_header(true).heading("Month");
    for head in [
        "Pounds paid",
        "Payments",
        "Families",
        "Asked for",
        "Decided",
        "Agreed",
        "Of these at once",
        "Days to the decision",
        "Days to help",
    ] {
        table = table.heading(Cell::new(head).numeric(true));
    }
    for (month, dose) in &measured.months {
        let mut cells = vec![Cell::new(month.words())];
        match dose {
            Some(dose) => cells.extend(line(dose)),
            None => cells.extend((0..9).map(|_| Cell::new("Hidden").numeric(true))),
        }
        table = table.row(cells);
    }
    table
}

fn line(dose: &Dose) -> [Cell; 9] {
    let days = |quartiles: Option<Quartiles>| {
        quartiles.map_or_else(|| "–".to_owned(), |q| format!("{} ({} to {})", q.median, q.lower, q.upper))
    };
    let share = dose.share_at_once().map_or_else(|| "–".to_owned(), |share| format!("{:.0}%", share * 100.0));
    [
        Cell::number(dose.paid),
        Cell::number(dose.payments),
        Cell::number(dose.families),
        Cell::number(dose.requests),
        Cell::number(dose.decided),
        Cell::number(dose.agreed),
        Cell::number(share),
        Cell::number(days(dose.to_decision)),
        Cell::number(days(dose.to_help)),
    ]
}

fn meaning() -> Markup {
    html! {
        (Details::new("What these figures mean", html! {
            p class="govuk-body" {
                "Pounds, payments and families are those of the month of the payment; what came back is taken off the month in which it
                 was paid. A family is counted once a month; a child without one counts alone. Families cannot be added up over months:
                 one that had help in two months stands in both."
            }
            p class="govuk-body" {
                "Asked for, decided, agreed and days are those of the requests of the month. Days: the middle one, and the middle half in brackets, in days
                 of the calendar. To the decision: of those that were decided. To help: until it was paid, of those that were paid;
                 help on the same day, or before anybody wrote it down, is 0 days. The newest months change while requests are open."
            }
        }))
    }
}

pub(super) async fn download(request: Request) -> Outcome {
    let measured = measure(&request).await?;
    let mut bytes = Vec::new();
    write_dose(&measured, &mut bytes).map_err(|_| Failure::Internal)?;
    Ok(csv(bytes, "dose.csv"))
}
