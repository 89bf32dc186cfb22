//! Sending a card statement, and the list of those that were sent.

use govuk::{Button, Cell, FileUpload, InsetText, Table};
use maud::{Markup, html};
use platform::{
    clock::date_in_words,
    web::{
        Errors, Failure, Outcome, Request,
        upload::{Upload, UploadError},
    },
};
use record::ui;

use crate::{
    Error,
    finance::{
        entity::card_statement,
        model::statement::BYTES_MAX,
        service::statements::{self, NotTaken},
    },
    ui::sentence,
};

const PATH: &str = "/budgets/statements";

pub(super) async fn list(request: Request) -> Outcome {
    page(&request, &Errors::new()).await
}

pub(super) async fn take(request: Request, upload: Upload) -> Outcome {
    let mut errors = Errors::new();
    let received = match upload.receive(&request.org.folder.join("uploads"), BYTES_MAX).await {
        Ok(received) => received,
        Err(error @ UploadError::Store(_)) => return Err(error.into()),
        Err(error) => {
            errors.add("file", error.words());
            return page(&request, &errors).await;
        }
    };
    let Some(file) = received.file else {
        errors.add("file", "Select a statement");
        return page(&request, &errors).await;
    };
    let content = std::fs::read(file.path()).map_err(|error| {
        tracing::error!(%error, "a statement that arrived could not be read");
        Failure::Internal
    })?;
    match statements::take(&request, &file.name, &content).await {
        Ok(id) => return Ok(request.redirect(&format!("{PATH}/{id}"))),
        Err(NotTaken::File(problems)) => {
            for problem in problems {
                errors.add("file", sentence(&problem.to_string()));
            }
        }
        Err(NotTaken::Other(Error::Choice(why))) => errors.add("file", sentence(&why)),
        Err(NotTaken::Other(error)) => return Err(error.into()),
    }
    page(&request, &errors).await
}

async fn page(request: &Request, errors: &Errors) -> Outcome {
    let all = statements::list(request).await?;
    let body = html! {
        (ui::summary(errors))
        (crate::ui::parts(request, PATH))
        h1 class="govuk-heading-xl" { "Card statements" }
        p class="govuk-body" { "Send the statement as the bank makes it (CSV). Each line is matched with a payment, and you decide. Nothing is keyed again." }
        form method="post" enctype="multipart/form-data" novalidate action=(request.href(PATH)) {
            (request.csrf_field())
            (FileUpload::new("file").label("Statement").hint("CSV, up to 4 MB: with a date, a merchant and an amount")
                .accept(".csv,text/csv").error(errors.of("file")))
            (Button::new("Send the statement"))
        }
        h2 class="govuk-heading-l" { "Statements that were sent" }
        @if all.is_empty() { (InsetText::new("None yet.")) } @else { (ui::rows("Statements", table(request, &all))) }
    };
    Ok(request.page("Card statements").in_error(!errors.is_empty()).render(body))
}

fn table(request: &Request, all: &[card_statement::Model]) -> Table {
    let line = |row: &card_statement::Model| {
        let link: Markup = html! {
            a class="govuk-link" href=(request.href(&format!("{PATH}/{}", row.id))) {
                (date_in_words(row.first_day)) " to " (date_in_words(row.last_day))
            }
        };
        [
            Cell::new(link),
            Cell::new(row.file_name.clone()),
            Cell::number(row.lines),
            Cell::new(row.recorded_by_name.clone()),
        ]
    };
    Table::new()
        .head(["Days", "File"])
        .heading(Cell::new("Lines").numeric(true))
        .heading("Sent by")
        .rows(all.iter().map(line))
}
