//! A file is sent.

use std::fs::File;

use axum::response::Response;
use govuk::{
    Button, Details, ErrorItem, ErrorSummary, FileUpload, Label, Select, SelectItem, Size, SummaryList,
};
use maud::{Markup, html};
use platform::{
    Error, Result,
    audit::Subject,
    jobs,
    policy::Action,
    web::{
        Errors, Failure, Outcome, Request,
        upload::{Received as Sent, Upload, bytes_in_words},
    },
};
use returns::school_census::{Season, Term};
use uuid::Uuid;

use super::wording::capital;
use crate::import::{self, CheckImport, Kind, Received};

/// How many years back the list of terms goes.
const YEARS: i32 = 12;

pub(super) async fn ask(request: Request) -> Outcome {
    Ok(form(&request, &Errors::new(), ""))
}

pub(super) async fn take(request: Request, upload: Upload) -> Outcome {
    let mut errors = Errors::new();
    let sent =
        match upload.receive(&request.org.folder.join("uploads"), request.app.settings.upload_max).await {
            Ok(sent) => sent,
            Err(platform::web::upload::UploadError::Store(error)) => {
                return Err(platform::web::upload::UploadError::Store(error).into());
            }
            Err(error) => {
                errors.add("file", error.words());
                return Ok(form(&request, &errors, ""));
            }
        };
    let term = sent.form.text("term").to_owned();
    match receive(&request, sent, &term, &mut errors).await {
        Ok(Some(received)) => {
            let id = received.file().id;
            let known = matches!(received, Received::Known(_));
            let note = if known { "?known=yes" } else { "" };
            if !known {
                order_check(&request, id).await?;
            }
            Ok(request.redirect(&format!("/imports/{id}{note}")))
        }
        Ok(None) => Ok(form(&request, &errors, &term)),
        Err(Error::Invalid { what, why }) => {
            errors.add("file", capital(&format!("{what}: {why}")));
            Ok(form(&request, &errors, &term))
        }
        Err(error) => Err(Failure::from(error)),
    }
}

async fn receive(request: &Request, sent: Sent, term: &str, errors: &mut Errors) -> Result<Option<Received>> {
    let Some(file) = sent.file else {
        errors.add("file", "Select a file");
        return Ok(None);
    };
    if file.bytes == 0 {
        errors.add("file", "The selected file is empty");
        return Ok(None);
    }
    let mut order = import::Request::named(file.name.clone());
    order.limit = request.app.settings.upload_max;
    if !term.is_empty() {
        let Ok(term) = Term::from_file_name(term) else {
            errors.add("term", "Select a term from the list");
            return Ok(None);
        };
        order.term = Some(term);
    }
    let source = File::open(file.path()).map_err(|source| Error::File {
        verb: "read",
        path: file.path().display().to_string(),
        source,
    })?;
    import::receive(request, order, source).await.map(Some)
}

/// Orders the check of a received file.
pub(super) async fn order_check(request: &Request, id: Uuid) -> Result<()> {
    let mut change = request.change(Action::UploadFile, Subject::of("import", id)).await?;
    jobs::order(&mut change, CheckImport::NAME, &import::params(id)).await?;
    change.commit().await
}

fn form(request: &Request, errors: &Errors, term: &str) -> Response {
    let file = FileUpload::new("file")
        .label(Label::new("Choose a file").size(Size::Medium))
        .hint(format!("Up to {}. One file at a time.", bytes_in_words(request.app.settings.upload_max)))
        .error(errors.of("file"));
    let page = request.page("Import a file").back("Imports", "/imports").in_error(!errors.is_empty());
    page.render(html! {
        @if !errors.is_empty() {
            (ErrorSummary::new().title("There is a problem").errors(
                errors.iter().map(|error| ErrorItem::at(&error.field, error.message.as_str()))
            ))
        }
        h1 class="govuk-heading-l" { "Import a file" }
        p class="govuk-body" {
            "Send the file as your system makes it. It is checked first; you then see what would change and "
            "decide."
        }
        (kinds())
        form method="post" action=(request.href("/imports/new")) enctype="multipart/form-data" novalidate {
            (request.csrf_field())
            (file)
            (terms(request, errors, term))
            (Button::new("Send and check").prevent_double_click(true))
        }
    })
}

/// Which files are taken, and what they are usually called.
fn kinds() -> Markup {
    let names = |kind: Kind| match kind {
        Kind::Cin => "the XML file that goes to DfE, such as CIN_2019.xml, for any year from 2017-18",
        Kind::RollOn => "a CSV table of the school census, such as 2019_spring_pupilonroll.csv",
        Kind::RollOff => "a CSV table of the school census, such as 2019_spring_pupilnolongeronroll.csv",
        Kind::Fsm => "a CSV table of the school census, such as 2019_spring_fsmperiods.csv",
        Kind::Gias => "the CSV of all establishments from Get Information about Schools, edubasealldata…csv",
        Kind::GiasLinks => "the CSV of links from Get Information about Schools, links_edubasealldata…csv",
    };
    let list = Kind::ALL
        .into_iter()
        .fold(SummaryList::new(), |list, kind| list.row((capital(kind.title()), names(kind))));
    html! {
        (Details::new("Which files can be imported", html! {
            (list)
            p class="govuk-body" {
                "What a file is, is seen from its content; a table of the school census needs its term in the "
                "name, or chosen below. Import the schools first, then the rolls, then the returns: the "
                "reports then say more."
            }
        }))
    }
}

fn terms(request: &Request, errors: &Errors, chosen: &str) -> Markup {
    let this_year = {
        use chrono::Datelike as _;
        request.today().year()
    };
    let terms = (this_year - YEARS..=this_year)
        .rev()
        .flat_map(|year| {
            [Season::Autumn, Season::Summer, Season::Spring].map(|season| Term::new(year, season))
        })
        .flatten();
    let mut select = Select::new("term")
        .label(Label::new("Term of a school census table").size(Size::Small))
        .hint("Leave it as it is where the file's name holds the year and the term, and for all other files")
        .error(errors.of("term"))
        .item(SelectItem::new("", "As the file's name says").selected(chosen.is_empty()));
    for term in terms {
        let value = format!("{}-{}", term.year(), term.season().as_str());
        let selected = value == chosen;
        select = select.item(SelectItem::new(value, capital(&term.to_string())).selected(selected));
    }
    html! { (select) }
}
