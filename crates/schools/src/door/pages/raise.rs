//! Raising a concern on a phone: one question a page, everything typed kept, answers checked before they are sent.

use axum::response::Response;
use govuk::{
    Button, CharacterCount, ChoiceItem, Input, Label, Legend, Radios, Size, SummaryAction, SummaryList,
    SummaryRow, Textarea, WarningText,
};
use maud::{Markup, html};
use platform::{
    clock::date_in_words,
    policy::Action,
    web::{Errors, Failure, Form, Outcome, Path, Request, Route},
};
use record::ui;
use uuid::Uuid;

use super::pieces::{front_door, lines, refused};
use crate::{
    door::{
        model::{
            answers::{Answers, Step, TEXT_MAX, WORRY_MAX},
            clock::tell_by,
            words::{About, FamilyKnows},
        },
        service::{
            self,
            pupils::{self, Found, OnRoll},
            raise::{self, Draft},
        },
    },
    team::{entity::duty_line, service::plan::number_to_call},
};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/schools/door/concerns/start", Action::RaiseConcern, begin),
        Route::post("/schools/door/concerns/start", Action::RaiseConcern, start),
        Route::get("/schools/door/drafts/{id}/{step}", Action::RaiseConcern, question),
        Route::post("/schools/door/drafts/{id}/{step}", Action::RaiseConcern, answer),
    ]
}

fn path(draft: Uuid, step: Step) -> String {
    format!("/schools/door/drafts/{draft}/{}", step.slug())
}

async fn begin(request: Request) -> Outcome {
    let schools = service::choice(&request, Action::RaiseConcern).await?;
    start_page(&request, &schools, &Errors::new()).await
}

async fn start_page(request: &Request, schools: &[(u32, String)], errors: &Errors) -> Outcome {
    let drafts = raise::drafts(request).await?;
    let tell = date_in_words(tell_by(request.today()));
    let body = html! {
        (ui::summary(errors))
        h1 class="govuk-heading-l" { "Raise a concern" }
        (WarningText::new("If a child is in immediate danger, call 999 now. Do not wait to fill in this form."))
        @if schools.is_empty() {
            p class="govuk-body" { "You are not linked to a school here, so you cannot raise a concern. Ask the council’s administrator to link your sign-in to your school." }
        } @else {
            p class="govuk-body" { "It takes two or three minutes. The social worker of your school reads it. You are told what becomes of it by " (tell) "." }
            (ui::form(request, "/schools/door/concerns/start", &html! {
                @match schools {
                    [(urn, name)] => {
                        input type="hidden" name="school" value=(urn);
                        p class="govuk-body" { "School: " (name) }
                    }
                    _ => (Radios::new("school").legend("Which school?").error(errors.of("school"))
                        .items(schools.iter().map(|(urn, name)| ChoiceItem::new(urn.to_string(), name.as_str())))),
                }
                (Button::new("Start now"))
            }))
        }
        @if !drafts.is_empty() {
            h2 class="govuk-heading-m" { "Concerns that you have not sent" }
            ul class="govuk-list govuk-list--bullet" {
                @for (id, at) in &drafts {
                    li { a class="govuk-link" href=(request.href(&path(*id, Step::Check))) { "Go on with the one of " (platform::clock::in_words(*at)) } }
                }
            }
            p class="govuk-body-s" { "What is not sent is deleted after 7 days." }
        }
    };
    let page = request.page("Raise a concern").back("Concerns", "/schools/door/concerns");
    Ok(page.in_error(!errors.is_empty()).render(body))
}

async fn start(request: Request, form: Form) -> Outcome {
    let schools = service::choice(&request, Action::RaiseConcern).await?;
    let chosen = form.raw("school").parse::<u32>().ok();
    let Some((urn, _)) = schools.iter().find(|(urn, _)| Some(*urn) == chosen) else {
        let mut errors = Errors::new();
        errors.add("school", "Select your school");
        return start_page(&request, &schools, &errors).await;
    };
    let draft = raise::start(&request, *urn).await?;
    Ok(request.redirect(&path(draft, Step::Danger)))
}

async fn question(request: Request, Path((id, step)): Path<(Uuid, String)>) -> Outcome {
    let draft = raise::draft(&request, id).await?;
    let step = Step::from_slug(&step).ok_or(Failure::NotFound)?;
    if step == Step::Check {
        let missing = draft.answers.first_missing();
        if missing != Step::Check {
            return Ok(request.redirect(&path(id, missing)));
        }
    }
    page(&request, &draft, step, None, &Errors::new(), None).await
}

/// The page of a question. `typed` is what stands in the form where it was sent and cannot be taken.
async fn page(
    request: &Request,
    draft: &Draft,
    step: Step,
    typed: Option<&Form>,
    errors: &Errors,
    found: Option<(&str, Found)>,
) -> Result<Response, Failure> {
    let answers = &draft.answers;
    let value =
        |name: &str, kept: &str| typed.map_or_else(|| kept.to_owned(), |form| form.raw(name).to_owned());
    let kept = |slug: Option<&str>| slug.unwrap_or_default().to_owned();
    let body = match step {
        Step::Danger => Radios::new("danger")
            .legend(heading("Is a child in immediate danger?"))
            .hint("For example, somebody is hurting them now, or they cannot go home safely today")
            .item(ChoiceItem::new("no", "No"))
            .item(ChoiceItem::new("yes", "Yes, or I am not sure"))
            .value(value("danger", answers.danger.map_or("", |yes| if yes { "yes" } else { "no" })))
            .error(errors.of("danger"))
            .into_markup(),
        Step::Call => call_first(number_to_call(request).await?.as_ref()),
        Step::About => Radios::new("about")
            .legend(heading("Who or what is it about?"))
            .items(About::ALL.iter().map(|about| ChoiceItem::new(about.slug(), about.title())))
            .value(value("about", &kept(answers.about.as_deref())))
            .error(errors.of("about"))
            .into_markup(),
        Step::Pupil => {
            let chosen = match answers.roll_entry {
                Some(entry) => pupils::one(request, Action::RaiseConcern, draft.urn, entry).await.ok(),
                None => None,
            };
            pupil(chosen.as_ref(), typed, errors, found)
        }
        Step::Place => Textarea::new("place")
            .label(Label::new("Which place or group is it?").size(Size::Large).page_heading(true))
            .hint("Say where and who in general. Do not write the names of children")
            .value(value("place", &answers.place))
            .error(errors.of("place"))
            .into_markup(),
        Step::Worry => CharacterCount::new("worry")
            .label(Label::new("What are you worried about?").size(Size::Large).page_heading(true))
            .hint("What was seen, said or heard, when, and what the child said. Use their own words")
            .max_length(u32::try_from(WORRY_MAX).unwrap_or(u32::MAX))
            .rows(8)
            .threshold(75)
            .value(value("worry", &answers.worry))
            .error(errors.of("worry"))
            .into_markup(),
        Step::Family => Radios::new("family")
            .legend(heading("Do the parents or carers know about your concern?"))
            .items(FamilyKnows::ALL.iter().map(|one| ChoiceItem::new(one.slug(), one.title())))
            .value(value("family", &kept(answers.family.as_deref())))
            .error(errors.of("family"))
            .into_markup(),
        Step::Done => Textarea::new("done")
            .label(Label::new("What has your school done so far?").size(Size::Large).page_heading(true))
            .hint("You can leave this empty")
            .value(value("done", &answers.done))
            .error(errors.of("done"))
            .into_markup(),
        Step::Check => check(request, draft).await?,
    };
    let button = match step {
        Step::Check => "Send the concern",
        Step::Pupil if typed.is_none() && answers.roll_entry.is_none() => "Find the pupil",
        _ => "Continue",
    };
    let whole = html! {
        (ui::summary(errors))
        (ui::form(request, &path(draft.id, step), &html! { (body) (Button::new(button)) }))
        p class="govuk-body" { a class="govuk-link" href=(request.href("/schools/door/concerns")) { "Leave this for later" } }
    };
    let title = match step {
        Step::Danger => "Is a child in immediate danger?",
        Step::Call => "Call for help first",
        Step::About => "Who or what is it about?",
        Step::Pupil => "Which pupil is it about?",
        Step::Place => "Which place or group is it?",
        Step::Worry => "What are you worried about?",
        Step::Family => "Do the parents or carers know?",
        Step::Done => "What has your school done so far?",
        Step::Check => "Check your answers",
    };
    let back = step
        .previous(answers)
        .map_or_else(|| "/schools/door/concerns/start".to_owned(), |step| path(draft.id, step));
    Ok(request.page(title).back("Back", &back).in_error(!errors.is_empty()).render(whole))
}

fn heading(text: &str) -> Legend {
    Legend::new(text).size(Size::Large).page_heading(true)
}

/// What comes before the form where a child may be in danger.
fn call_first(line: Option<&duty_line::Model>) -> Markup {
    html! {
        h1 class="govuk-heading-l" { "Call for help first" }
        (WarningText::new("Call 999 if a child is being hurt now or is in immediate danger."))
        p class="govuk-body" {
            "Then call " (front_door(line))
            @if line.is_none() { ": the number stands in your school’s child protection policy" }
            ". Do not wait for an answer to this form."
        }
        p class="govuk-body" { "When you have called, go on here, so that the social worker of your school knows too." }
    }
}

fn pupil(
    chosen: Option<&OnRoll>,
    typed: Option<&Form>,
    errors: &Errors,
    found: Option<(&str, Found)>,
) -> Markup {
    let asked = found
        .as_ref()
        .map_or_else(|| typed.map_or("", |form| form.raw("name")), |(asked, _)| asked)
        .to_owned();
    html! {
        h1 class="govuk-heading-l" { "Which pupil is it about?" }
        @if let Some(pupil) = chosen {
            p class="govuk-body" { "Chosen: " b { (pupil.name) } (born(pupil)) ". To change, search for another." }
        }
        (Input::new("name").label("Pupil’s name")
            .hint("The beginning is enough. Only pupils on your school’s roll are found")
            .autocomplete("off").spellcheck(false).value(asked).error(errors.of("name")))
        @if let Some((asked, found)) = &found {
            input type="hidden" name="searched" value=(asked);
            (results(found, errors))
        }
        p class="govuk-body" {
            "If the pupil is new and not on the roll yet, go back and choose “Something else, with no child named”, and speak with your social worker."
        }
    }
}

/// What a search of the roll found, to choose from.
pub(crate) fn results(found: &Found, errors: &Errors) -> Markup {
    html! {
        @if !found.has_roll {
            p class="govuk-body" { "The council has not loaded a roll of this school yet, so no pupil can be found." }
        } @else if found.pupils.is_empty() {
            p class="govuk-body" role="status" { "No pupil on the roll has this name. Check the spelling, or type less of it." }
        } @else {
            (Radios::new("pupil").legend(Legend::new("Choose the pupil").size(Size::Medium))
                .items(found.pupils.iter().map(|pupil| ChoiceItem::new(pupil.id.to_string(), pupil.name.as_str())
                    .hint(format!("{}{}", pupil.dob.map_or_else(|| "Date of birth not known".to_owned(), |dob| format!("Born {}", date_in_words(dob))),
                        pupil.year.as_ref().map_or_else(String::new, |year| format!(", year {year}"))))))
                .error(errors.of("pupil")))
            @if found.more > 0 {
                p class="govuk-body" { "and " (found.more) " more. Type more of the name to see them." }
            }
        }
        @if found.presences > 0 {
            p class="govuk-body" {
                @if found.presences == 1 { "1 restricted record matches." } @else { (found.presences) " restricted records match." }
            }
        }
    }
}

fn born(pupil: &OnRoll) -> String {
    pupil.dob.map_or_else(String::new, |dob| format!(", born {}", date_in_words(dob)))
}

async fn check(request: &Request, draft: &Draft) -> Result<Markup, Failure> {
    let answers = &draft.answers;
    let change = |what: &str, step| SummaryAction::change(what, request.href(&path(draft.id, step)));
    let row =
        |key: &str, value: Markup, what: &str, step| SummaryRow::new(key, value).action(change(what, step));
    let mut list = SummaryList::new()
        .row(row(
            "Immediate danger",
            html! { (if answers.danger == Some(true) { "Yes, or not sure" } else { "No" }) },
            "immediate danger",
            Step::Danger,
        ))
        .row(row(
            "About",
            html! { (answers.about().map_or("", About::title)) },
            "who it is about",
            Step::About,
        ));
    if let (true, Some(entry)) = (answers.is_about_pupil(), answers.roll_entry) {
        let pupil = pupils::one(request, Action::RaiseConcern, draft.urn, entry).await?;
        list = list.row(row("Pupil", html! { (pupil.name) (born(&pupil)) }, "the pupil", Step::Pupil));
    } else {
        list = list.row(row("Place or group", lines(&answers.place), "the place or group", Step::Place));
    }
    list = list.row(row("Worry", lines(&answers.worry), "the worry", Step::Worry));
    if answers.is_about_pupil() {
        let family = answers.family().map_or("", FamilyKnows::title);
        list =
            list.row(row("Parents or carers know", html! { (family) }, "whether parents know", Step::Family));
    }
    let done = if answers.done.trim().is_empty() {
        html! { span class="app-empty" { "Nothing written" } }
    } else {
        lines(&answers.done)
    };
    list = list.row(row("Done so far", done, "what was done", Step::Done));
    Ok(html! {
        h1 class="govuk-heading-l" { "Check your answers" }
        (list)
        p class="govuk-body" { "When you send it, the social worker of your school and their manager can read it." }
    })
}

async fn answer(request: Request, Path((id, step)): Path<(Uuid, String)>, form: Form) -> Outcome {
    let mut draft = raise::draft(&request, id).await?;
    let step = Step::from_slug(&step).ok_or(Failure::NotFound)?;
    if step == Step::Check {
        return match raise::send(&request, id).await {
            Ok(concern) => Ok(request.redirect(&format!("/schools/door/concerns/{concern}/sent"))),
            Err(platform::Error::Invalid { .. }) => {
                Ok(request.redirect(&path(id, draft.answers.first_missing())))
            }
            Err(error) => Err(error.into()),
        };
    }
    let mut errors = Errors::new();
    if step == Step::Pupil {
        return pupil_answer(&request, draft, &form).await;
    }
    take(&mut draft.answers, step, &form, &mut errors);
    if errors.is_empty() {
        match raise::keep(&request, &draft, step).await {
            Ok(()) => return Ok(request.redirect(&path(id, onward(step, &draft.answers)))),
            Err(error) => refused(error, &[("draft", step.slug())], &mut errors)?,
        }
    }
    page(&request, &draft, step, Some(&form), &errors, None).await
}

/// The next page, or the check where a changed answer leaves nothing missing.
fn onward(step: Step, answers: &Answers) -> Step {
    match step {
        Step::Danger if answers.danger == Some(true) => Step::Call,
        Step::Worry | Step::Family | Step::Place | Step::Pupil | Step::About | Step::Danger | Step::Call
            if answers.first_missing() == Step::Check && !answers.done.is_empty() =>
        {
            Step::Check
        }
        step => step.next(answers),
    }
}

fn take(answers: &mut Answers, step: Step, form: &Form, errors: &mut Errors) {
    match step {
        Step::Danger => match form.raw("danger") {
            "yes" => answers.danger = Some(true),
            "no" => answers.danger = Some(false),
            _ => errors.add("danger", "Select whether a child is in immediate danger"),
        },
        Step::About => match About::from_slug(form.raw("about")) {
            Some(about) => answers.about = Some(about.slug().to_owned()),
            None => errors.add("about", "Select who or what it is about"),
        },
        Step::Place => {
            errors.at_most(form, "place", TEXT_MAX, "The place or group");
            if let Some(text) = errors.required(form, "place", "Enter which place or group it is") {
                answers.place = text.to_owned();
            }
        }
        Step::Worry => {
            errors.at_most(form, "worry", WORRY_MAX, "What you are worried about");
            if let Some(text) = errors.required(form, "worry", "Enter what you are worried about") {
                answers.worry = text.to_owned();
            }
        }
        Step::Family => match FamilyKnows::from_slug(form.raw("family")) {
            Some(knows) => answers.family = Some(knows.slug().to_owned()),
            None => errors.add("family", "Select whether the parents or carers know"),
        },
        Step::Done => {
            errors.at_most(form, "done", TEXT_MAX, "What your school has done");
            answers.done = form.text("done").to_owned();
        }
        Step::Call | Step::Pupil | Step::Check => {}
    }
}

/// The pupil's page is a search and a choice in one: another name searches again, a choice goes on.
async fn pupil_answer(request: &Request, mut draft: Draft, form: &Form) -> Outcome {
    let (name, searched) = (form.text("name"), form.text("searched"));
    let chosen: Option<Uuid> = form.raw("pupil").parse().ok();
    let mut errors = Errors::new();
    if let (Some(entry), true) = (chosen, name == searched) {
        draft.answers.roll_entry = Some(entry);
        match raise::keep(request, &draft, Step::Pupil).await {
            Ok(()) => return Ok(request.redirect(&path(draft.id, onward(Step::Pupil, &draft.answers)))),
            Err(platform::Error::NotFound) => {
                draft.answers.roll_entry = None;
                errors.add("pupil", "Choose a pupil from the list");
            }
            Err(error) => return Err(error.into()),
        }
    }
    if name.is_empty() {
        if draft.answers.roll_entry.is_some() && errors.is_empty() {
            return Ok(request.redirect(&path(draft.id, onward(Step::Pupil, &draft.answers))));
        }
        errors.add("name", "Enter the beginning of the pupil’s name");
        return page(request, &draft, Step::Pupil, Some(form), &errors, None).await;
    }
    let found = pupils::find(request, Action::RaiseConcern, draft.urn, name).await?;
    if name == searched && !found.pupils.is_empty() && errors.is_empty() {
        errors.add("pupil", "Choose the pupil, or search for another name");
    }
    page(request, &draft, Step::Pupil, Some(form), &errors, Some((name, found))).await
}

/// A component as markup.
trait IntoMarkup: maud::Render {
    fn into_markup(self) -> Markup
    where
        Self: Sized,
    {
        self.render()
    }
}

impl<T: maud::Render> IntoMarkup for T {}
