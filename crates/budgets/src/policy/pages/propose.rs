//! A new version: by the main numbers, or by its text.

use axum::response::Response;
use govuk::{Button, CharacterCount, Details, Textarea};
use maud::html;
use platform::web::{Errors, Failure, Form, Outcome, Path, Request};
use uuid::Uuid;

use super::{PATH, form};
use crate::{
    Error,
    policy::{
        model::{Policy, READY, Ready, read, write},
        service::{self, NotProposed, REASON_MAX},
    },
    ui,
};

/// The path of the form for rules of their own.
pub(super) const FIRST: &str = "/budgets/policies/new";

/// What a form begins with.
struct Base {
    policy: Policy,
    text: String,
    /// Whose next version it is; none for rules of their own.
    of: Option<Uuid>,
    /// The stored name of the ready policy; empty for a next version.
    from: &'static str,
    title: String,
}

impl Base {
    fn path(&self) -> String {
        self.of.map_or_else(|| FIRST.to_owned(), |id| format!("{PATH}/{id}/new"))
    }

    fn ready(slug: &str) -> Result<Self, Failure> {
        let ready = Ready::named(slug).or_else(|| READY.first().copied()).ok_or(Failure::NotFound)?;
        let policy = read(ready.text).map_err(|_| Failure::NotFound)?;
        Ok(Self {
            policy,
            text: ready.text.to_owned(),
            of: None,
            from: ready.slug,
            title: "Write rules".to_owned(),
        })
    }

    async fn next(request: &Request, id: Uuid) -> Result<Self, Failure> {
        let whole = service::one(request, id).await?;
        let newest = whole.versions.last().ok_or(Failure::NotFound)?;
        Ok(Self {
            policy: newest.policy.clone(),
            text: newest.text.clone(),
            of: Some(id),
            from: "",
            title: format!("A new version of ‘{}’", whole.name()),
        })
    }
}

pub(super) async fn open_first(request: Request) -> Outcome {
    let base = Base::ready(&request.query("from").unwrap_or_default())?;
    open(&request, &base).await
}

pub(super) async fn take_first(request: Request, form: Form) -> Outcome {
    let base = Base::ready(form.raw("from"))?;
    take(&request, &base, &form).await
}

pub(super) async fn open_next(request: Request, Path(id): Path<Uuid>) -> Outcome {
    let base = Base::next(&request, id).await?;
    open(&request, &base).await
}

pub(super) async fn take_next(request: Request, Path(id): Path<Uuid>, form: Form) -> Outcome {
    let base = Base::next(&request, id).await?;
    take(&request, &base, &form).await
}

async fn open(request: &Request, base: &Base) -> Outcome {
    // What somebody typed when their session ended comes first.
    let typed = request.draft().await?;
    let form = typed.unwrap_or_else(|| form::filled(&base.policy, &base.text));
    Ok(page(request, base, &form, &Errors::new()))
}

async fn take(request: &Request, base: &Base, form: &Form) -> Outcome {
    let mut errors = Errors::new();
    errors.at_most(form, "reason", REASON_MAX, "The reason");
    let by_text = form.raw("step") == "text";
    let text = if by_text {
        // Browsers send line ends as two characters.
        form.raw("text").replace("\r\n", "\n")
    } else {
        let policy = form::read(&base.policy, form, &mut errors);
        match write(&policy) {
            Ok(text) => text,
            Err(why) => {
                errors.add("name", ui::sentence(&why));
                String::new()
            }
        }
    };
    if errors.is_empty() {
        let field = if by_text { "text" } else { "name" };
        match service::propose(request, base.of, &text, form.text("reason")).await {
            Ok((policy, version)) => {
                return Ok(request.redirect(&format!("{PATH}/{policy}/versions/{version}")));
            }
            Err(NotProposed::Problems(problems)) => {
                for problem in problems.iter().take(20) {
                    errors.add(field, ui::sentence(&problem.to_string()));
                }
            }
            Err(NotProposed::Other(Error::Choice(why))) => errors.add(field, ui::sentence(&why)),
            Err(NotProposed::Other(error)) => return Err(error.into()),
        }
    }
    // The form by numbers keeps its place for the text, and the other way round.
    let mut fields = form::filled(&base.policy, &base.text).fields().to_vec();
    fields.retain(|(name, _)| !form.has(name));
    fields.extend(form.fields().iter().cloned());
    Ok(page(request, base, &Form::of(fields), &errors))
}

fn page(request: &Request, base: &Base, form: &Form, errors: &Errors) -> Response {
    let path = base.path();
    let by_text = form.raw("step") == "text";
    let reason = |id: &'static str| {
        CharacterCount::new("reason")
            .id(id)
            .label("Why this version?")
            .rows(2)
            .max_length(u32::try_from(REASON_MAX).unwrap_or(u32::MAX))
            .value(Some(form.raw("reason").to_owned()))
            .error(errors.of("reason"))
    };
    let body = html! {
        (record::ui::summary(errors))
        (ui::parts(request, PATH))
        h1 class="govuk-heading-xl" { (base.title) }
        p class="govuk-body" {
            "You write a version. It holds from no day until a colleague has seen what it would mean and decides that it does."
        }
        (record::ui::form(request, &path, &html! {
            input type="hidden" name="step" value="fields";
            input type="hidden" name="from" value=(base.from);
            (form::fields(&base.policy, form, errors))
            (reason("reason"))
            (Button::new("Keep this version"))
        }))
        (Details::new("Write the whole text instead", record::ui::form(request, &path, &html! {
            input type="hidden" name="step" value="text";
            input type="hidden" name="from" value=(base.from);
            p class="govuk-body" { "For those who know the format. Categories, bands, reminders and sources can be changed here only." }
            (Textarea::new("text").label("The rules as TOML").rows(30).value(Some(form.raw("text").to_owned())).error(errors.of("text")))
            (reason("reason-of-text"))
            (Button::new("Keep this text as a version").secondary())
        })).open(by_text))
    };
    request.page(base.title.clone()).wide().back("Rules", PATH).in_error(!errors.is_empty()).render(body)
}
