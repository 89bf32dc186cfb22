//! Pages: sealing a list, making the draw, what came of it, and the certificate.

use axum::{
    http::header,
    response::{IntoResponse as _, Response},
};
use govuk::{Button, ChoiceItem, Details, Input, InsetText, Radios, Select, Textarea};
use maud::{Markup, html};
use platform::{
    policy::Action,
    web::{Errors, Failure, Form, Outcome, Path, Request, Route},
};
use record::draw::{
    model::{Draw, Problem as DrawProblem, What},
    pages as pieces,
    service::{self as draws, Error as DrawError},
};
use uuid::Uuid;

use super::{
    model::{Choice, Way, urns},
    service::{Refused, SCHOOLS, seal},
};
use crate::counts::{
    model::{
        measure::Measure,
        window::{TermDates, Window},
    },
    service::years,
};

const PATH: &str = "/schools/draws";

/// The routes.
pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::get("/schools/draws", Action::DrawSchools, open),
        Route::post("/schools/draws", Action::DrawSchools, seal_list),
        Route::get("/schools/draws/{id}", Action::DrawSchools, one),
        Route::post("/schools/draws/{id}", Action::DrawSchools, step),
        Route::get("/schools/draws/{id}/certificate", Action::DrawSchools, certificate),
        Route::get("/schools/draws/{id}/certificate.json", Action::DrawSchools, certificate_file),
    ]
}

async fn open(request: Request) -> Outcome {
    let fields = [
        ("measure", Measure::Enquiries.slug()),
        ("way", Way::Minimised.slug()),
        ("first", "Social worker"),
        ("second", "Comparison"),
    ];
    let form = Form::of(fields.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec());
    list_page(&request, &form, &Errors::new()).await
}

fn value(form: &Form, name: &str) -> Option<String> {
    Some(form.raw(name).to_owned()).filter(|text| !text.is_empty())
}

async fn list_page(request: &Request, form: &Form, errors: &Errors) -> Result<Response, Failure> {
    let years: Vec<Window> = years(request).await?.into_iter().map(Window::census_year).collect();
    let made = draws::list(request, SCHOOLS).await?;
    let title = "Draw schools at random";
    let body = html! {
        (::record::ui::summary(errors))
        (crate::ui::parts(request, PATH))
        h1 class="govuk-heading-xl" { (title) }
        p class="govuk-body-l" { "Chance decides which schools have a social worker, so that nobody chose and everybody can check." }
        ol class="govuk-list govuk-list--number" {
            li { "You seal the list. It cannot be changed afterwards, and a secret seed is locked away that nobody can read." }
            li { "A colleague signs in and makes the draw, once." }
            li { "The seed is revealed. Anybody can repeat the draw from its certificate." }
        }
        @if years.is_empty() {
            (InsetText::new("No children in need return was imported yet, so there is no baseline. Schools can be drawn when there is one."))
        } @else {
            h2 class="govuk-heading-l" { "Seal a list" }
            (seal_form(request, form, errors, &years))
        }
        h2 class="govuk-heading-l" { "Draws" }
        (pieces::table(request, PATH, &made))
    };
    Ok(request.page(title).wide().in_error(!errors.is_empty()).render(body))
}

fn seal_form(request: &Request, form: &Form, errors: &Errors, years: &[Window]) -> Markup {
    let measures = Measure::ALL.into_iter().filter(|measure| !measure.is_roll());
    let text = |name: &'static str, label: &'static str| {
        Input::new(name).label(label).value(value(form, name)).error(errors.of(name))
    };
    ::record::ui::form(
        request,
        PATH,
        &html! {
            (text("purpose", "What is the draw for?"))
            (Textarea::new("schools").label("Schools").rows(4).hint("URNs, parted by commas, spaces or lines. The head teachers of all of them should have agreed before")
                .value(value(form, "schools")).error(errors.of("schools")))
            (Select::new("window").label("Baseline year").items(years.iter().map(|window| (window.name.clone(), window.in_words())))
                .value(value(form, "window")).error(errors.of("window")))
            (Select::new("measure").label("Baseline rate of what?").items(measures.map(|one| (one.slug(), one.title())))
                .value(value(form, "measure")).error(errors.of("measure")))
            (Radios::new("way").legend("How?").value(value(form, "way")).error(errors.of("way"))
                .items(Way::ALL.map(|way| ChoiceItem::new(way.slug(), way.title()).hint(way.hint()))))
            (text("first", "Name of the first arm"))
            (text("second", "Name of the second arm"))
            (Details::new("Use public randomness too", html! {
                p class="govuk-body" {
                    "Announce beforehand a number that nobody can know yet, such as those of a lottery. It goes into the draw beside the sealed seed, so
                     that even whoever runs this computer cannot foresee the result."
                }
                (text("source", "Where will the number come from?").hint("For example, main draw of the national lottery on Saturday 5 January 2019, six numbers rising"))
            }).open(!form.text("source").is_empty() || errors.of("source").is_some()))
            (Button::new("Seal the list"))
        },
    )
}

fn sentence(text: &str) -> String {
    crate::comparison::pages::sentence(text)
}

async fn seal_list(request: Request, form: Form) -> Outcome {
    let mut errors = Errors::new();
    errors.required(&form, "purpose", "Enter what the draw is for");
    let schools = match urns(form.raw("schools")) {
        Ok(schools) if schools.is_empty() => {
            errors.add("schools", "Name the schools to be drawn");
            schools
        }
        Ok(schools) => schools,
        Err(word) => {
            errors.add("schools", format!("‘{word}’ is not a URN: a URN is a number such as 116458"));
            vec![]
        }
    };
    let window = Window::parse(form.raw("window"), &TermDates::default()).ok();
    if window.is_none() {
        errors.add("window", "Choose the baseline year");
    }
    let measure = Measure::from_slug(form.raw("measure")).filter(|measure| !measure.is_roll());
    if measure.is_none() {
        errors.add("measure", "Choose what is counted");
    }
    let way = Way::from_slug(form.raw("way"));
    if way.is_none() {
        errors.add("way", "Select how the schools are drawn");
    }
    if let (Some(window), Some(measure), Some(way), true) = (window, measure, way, errors.is_empty()) {
        let choice = Choice {
            purpose: form.text("purpose").to_owned(),
            schools,
            window,
            measure,
            way,
            arms: [form.text("first").to_owned(), form.text("second").to_owned()],
            public_source: form.text("source").to_owned(),
        };
        match seal(&request, &choice).await {
            Ok(id) => return Ok(request.redirect(&format!("{PATH}/{id}"))),
            Err(Refused::Schools(problem)) => errors.add("schools", sentence(&problem.to_string())),
            Err(Refused::Draw(DrawProblem::Purpose)) => {
                errors.add("purpose", sentence(&DrawProblem::Purpose.to_string()))
            }
            Err(Refused::Draw(problem)) => errors.add("schools", sentence(&problem.to_string())),
            Err(Refused::Other(error)) => return Err(error.into()),
        }
    }
    list_page(&request, &form, &errors).await
}

async fn one(request: Request, Path(id): Path<Uuid>) -> Outcome {
    let draw = draws::one(&request, SCHOOLS, id).await?;
    Ok(draw_page(&request, &draw, &Form::default(), &Errors::new()))
}

fn draw_page(request: &Request, draw: &Draw, form: &Form, errors: &Errors) -> Response {
    let path = format!("{PATH}/{}", draw.id);
    let certificate = request.href(&format!("{path}/certificate"));
    let body = html! {
        (::record::ui::summary(errors))
        span class="govuk-caption-xl" { "Draw " (draw.number) }
        h1 class="govuk-heading-xl" { (draw.plan.purpose) }
        (pieces::sealed(draw))
        (pieces::make_form(request, &path, draw, form, errors))
        (pieces::result(draw))
        @if draw.result.is_some() {
            p class="govuk-body app-screen-only" { a class="govuk-link" href=(certificate) { "Certificate of the draw" } }
        }
        (pieces::events(request, &path, draw, form, errors))
    };
    let title = format!("Draw {}: {}", draw.number, draw.plan.purpose);
    request.page(title).wide().back("Draws", PATH).in_error(!errors.is_empty()).render(body)
}

async fn step(request: Request, Path(id): Path<Uuid>, form: Form) -> Outcome {
    let mut errors = Errors::new();
    let done = match form.raw("step") {
        "make" => draws::make(&request, SCHOOLS, id, form.text("public-value")).await,
        "add" => match What::from_slug(form.raw("what")) {
            Some(what) => {
                let about = (what, form.text("unit"), Some(form.text("other")));
                draws::add(&request, SCHOOLS, id, about, form.text("reason")).await
            }
            None => {
                errors.add("what", "Choose what happened");
                Ok(())
            }
        },
        _ => return Err(Failure::BadRequest("There is nothing to do.".to_owned())),
    };
    let draw = draws::one(&request, SCHOOLS, id).await?;
    match done {
        Ok(()) if errors.is_empty() => return Ok(request.redirect(&format!("{PATH}/{id}"))),
        Ok(()) => {}
        Err(DrawError::Problem(problem)) => {
            let field = match problem {
                DrawProblem::Reason => "reason",
                DrawProblem::Unknown(ref unit) if unit.is_empty() => "other",
                DrawProblem::Unknown(_) | DrawProblem::Left(_) => "unit",
                DrawProblem::Inside(_) | DrawProblem::Arm(_) => "other",
                DrawProblem::Engine(_) if !draw.commitment.public_source.is_empty() => "public-value",
                _ => "main-content",
            };
            let words = match problem {
                DrawProblem::Unknown(unit) if unit.is_empty() => "Enter who takes its place".to_owned(),
                DrawProblem::Unknown(_) => "Choose the unit".to_owned(),
                problem => sentence(&problem.to_string()),
            };
            errors.add(field, words);
        }
        Err(error) => return Err(error.into()),
    }
    Ok(draw_page(&request, &draw, &form, &errors))
}

async fn certificate(request: Request, Path(id): Path<Uuid>) -> Outcome {
    let draw = draws::one(&request, SCHOOLS, id).await?;
    if draw.result.is_none() {
        return Err(Failure::NotFound);
    }
    let path = format!("{PATH}/{id}");
    let file = request.href(&format!("{path}/certificate.json"));
    let body = html! {
        h1 class="govuk-heading-xl" { "Certificate of a draw" }
        p class="govuk-body app-screen-only" { a class="govuk-link" href=(file) { "Download the certificate file (JSON)" } }
        (pieces::certificate(&draw, &request.org.organisation.name))
    };
    Ok(request.page("Certificate of a draw").wide().back("The draw", &path).render(body))
}

async fn certificate_file(request: Request, Path(id): Path<Uuid>) -> Outcome {
    let draw = draws::one(&request, SCHOOLS, id).await?;
    let Some(result) = &draw.result else { return Err(Failure::NotFound) };
    let text = result.certificate.to_json().map_err(|error| Failure::BadRequest(error.to_string()))?;
    let name = format!("attachment; filename=\"certificate-{}.json\"", draw.number);
    let headers =
        [(header::CONTENT_TYPE, "application/json".to_owned()), (header::CONTENT_DISPOSITION, name)];
    Ok((headers, text).into_response())
}
