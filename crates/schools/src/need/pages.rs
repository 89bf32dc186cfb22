//! Pages: the order of one kind of school, one school, the list for Schools Forum, and files.

mod choice;
mod forum;
mod list;
mod one;
mod shared;

use axum::{
    http::header,
    response::{IntoResponse as _, Response},
};
use platform::{
    policy::Action,
    web::{Failure, Outcome, Path, Request, Route},
};

use self::choice::Choice;
use super::{
    model::Ask,
    service::{self, Report},
    sheet,
};
use crate::counts::model::window::Window;

/// The routes.
pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::get("/schools/need", Action::ViewNeed, list),
        Route::get("/schools/need/forum", Action::ViewNeed, forum),
        Route::get("/schools/need/{urn}", Action::ViewNeed, one),
        Route::get("/schools/need.csv", Action::ViewNeed, csv),
        Route::get("/schools/need.xlsx", Action::ViewNeed, xlsx),
    ]
}

/// What was asked for, and its windows where it can be answered.
async fn choice(request: &Request) -> Result<(Choice, Option<(Vec<Window>, Ask)>), Failure> {
    let years = service::years(request).await?;
    let choice = Choice::of(request, &years);
    let asked = choice.ask().map(|(window, ask)| (service::windows(&window, &years), ask));
    Ok((choice, asked))
}

async fn list(request: Request) -> Outcome {
    let (choice, asked) = choice(&request).await?;
    let report = match asked {
        Some((windows, ask)) => Some(service::need(&request, &windows, &ask).await?),
        None => None,
    };
    let page = request.page("Which schools need a social worker").wide().in_error(!choice.errors.is_empty());
    Ok(page.render(list::body(&request, &choice, report.as_ref())))
}

async fn one(request: Request, Path(urn): Path<u32>) -> Outcome {
    let (mut choice, _) = choice(&request).await?;
    let years = service::years(&request).await?;
    let Some((window, ask)) = choice.ask() else { return Err(Failure::NotFound) };
    let windows = service::windows(&window, &years);
    // The kind is the school's own, whatever the address says.
    let Some(group) = service::group_of(&request, urn).await? else { return Err(Failure::NotFound) };
    choice.group = group;
    let report = service::need(&request, &windows, &Ask { group, ..ask }).await?;
    let back = format!("/schools/need{}", choice.query(&[]));
    let left = report.assessment.left_out.iter().find(|left| left.urn == urn);
    match (report.assessment.school(urn), left) {
        (Some(row), _) => {
            let page = request.page(row.school.name.clone()).wide().back("All schools of this kind", &back);
            Ok(page.render(one::body(&request, &choice, &report, row)))
        }
        (None, Some(left)) => {
            let page = request.page(left.name.clone()).back("All schools of this kind", &back);
            Ok(page.render(one::left_out(left)))
        }
        (None, None) => Err(Failure::NotFound),
    }
}

async fn forum(request: Request) -> Outcome {
    let (choice, asked) = choice(&request).await?;
    let Some((windows, ask)) = asked else {
        return Err(Failure::BadRequest(
            "Choose a period, a kind of school and weights on the page of need first.".to_owned(),
        ));
    };
    let back = format!("/schools/need{}", choice.query(&[]));
    let report = service::forum_list(&request, &windows, &ask).await?;
    let page = request.page("Priority list for Schools Forum").wide().back("Need", &back);
    Ok(page.render(forum::body(&report)))
}

async fn csv(request: Request) -> Outcome {
    let (report, name) = file(&request).await?;
    let mut bytes = Vec::new();
    sheet::write_csv(&report, &mut bytes)?;
    Ok(download(bytes, "text/csv; charset=utf-8", &format!("{name}.csv")))
}

async fn xlsx(request: Request) -> Outcome {
    let (report, name) = file(&request).await?;
    let bytes = sheet::workbook(&report)?;
    Ok(download(
        bytes,
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        &format!("{name}.xlsx"),
    ))
}

async fn file(request: &Request) -> Result<(Report, String), Failure> {
    let (_, asked) = choice(request).await?;
    let Some((windows, ask)) = asked else {
        return Err(Failure::BadRequest("Choose a period, a kind of school and weights first.".to_owned()));
    };
    let report = service::need(request, &windows, &ask).await?;
    let window = windows.first().map(|window| window.name.replace("..", "-to-")).unwrap_or_default();
    Ok((report, format!("need-{}-{window}", ask.group.slug())))
}

fn download(bytes: Vec<u8>, kind: &str, name: &str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    (headers, bytes).into_response()
}
