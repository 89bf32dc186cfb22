//! What was typed and ticked, and the settings that it means.

use std::collections::BTreeSet;

use platform::web::{Errors, Form, Request};
use uuid::Uuid;

use super::super::{
    model::{Caliper, Covariate, Exact, Exclusion, OfPlan, Problem, RateKind, Settings},
    service,
};
use crate::{Error, Result, counts::model::measure::Measure};

/// Years that are taken where none is ticked.
const YEARS: usize = 3;
/// Characters of a list of schools.
const LIST_MAX: usize = 60_000;

/// What was typed, and what it means.
pub(super) struct Choice {
    /// As typed.
    pub(super) form: Form,
    /// What it means, where it could be read.
    pub(super) settings: Option<Settings>,
}

impl Choice {
    /// Before anything was typed. Another page may name the chosen schools in the address, as `treated=116458,116460`, or a
    /// frozen cluster plan, as `plan=` and its identifier.
    pub(super) fn first(request: &Request) -> Self {
        let mut fields = vec![
            ("measure".to_owned(), Measure::Enquiries.slug().to_owned()),
            ("rate".to_owned(), RateKind::Shrunk.slug().to_owned()),
            ("each".to_owned(), "1".to_owned()),
        ];
        if let Some(plan) = request.query("plan").and_then(|plan| plan.parse::<Uuid>().ok()) {
            fields.push(("plan".to_owned(), plan.to_string()));
        }
        if let Some(urns) = request.query("treated") {
            // Digits and what parts them, so that nothing else comes back from an address.
            let urns = urns.chars().filter(|c| c.is_ascii_digit() || *c == ',').take(LIST_MAX);
            fields.push(("treated".to_owned(), urns.collect::<String>().replace(',', ", ")));
        }
        fields.extend(Covariate::ALL.map(|one| ("covariates".to_owned(), one.slug().to_owned())));
        Self { form: Form::of(fields), settings: None }
    }

    /// Reads the form; what cannot be read is added to the errors.
    pub(super) async fn read(request: &Request, form: &Form, errors: &mut Errors) -> Result<Self> {
        let mut choice = Self { form: form.clone(), settings: None };
        let starts_on = ::record::ui::date(form, "starts", "The first day", errors);
        if starts_on.is_none() && errors.of("starts-day").is_none() {
            errors.add("starts-day", "Enter the first day of the programme");
        }
        let mut windows: Vec<String> = form.all("windows").map(str::to_owned).collect();
        windows.sort_unstable_by(|a, b| b.cmp(a));
        if windows.is_empty() && starts_on.is_some() {
            let years = service::years_before(request, starts_on).await?;
            windows = years.into_iter().take(YEARS).map(|window| window.name).collect();
            if windows.is_empty() {
                errors.add(
                    "windows",
                    "No imported children in need return is of a year that ended before the first day of the programme",
                );
            }
        }
        let (plan, treated) = match form.text("plan") {
            "" => (None, chosen(form, errors)),
            id => of_plan(request, form, id, errors).await?,
        };
        let excluded = excluded(form, errors);
        let each = form.text("each").parse::<usize>();
        if each.is_err() {
            errors.add("each", "Enter how many comparison schools each chosen school should have, such as 1");
        }
        let calipers = calipers(form, errors);
        if let (Some(starts_on), Ok(each), true) = (starts_on, each, errors.is_empty()) {
            let rate =
                if form.raw("rate") == RateKind::Crude.slug() { RateKind::Crude } else { RateKind::Shrunk };
            choice.settings = Some(Settings {
                starts_on,
                windows,
                measure: form.raw("measure").to_owned(),
                rate,
                covariates: ticked(form, "covariates", &Covariate::ALL, Covariate::slug),
                treated,
                plan,
                excluded,
                each,
                exact: ticked(form, "exact", &Exact::ALL, |exact| exact.covariate().slug()),
                calipers,
            });
        }
        Ok(choice)
    }
}

/// The known choices that were ticked, in their own order.
fn ticked<T: Copy>(form: &Form, name: &str, all: &[T], slug: impl Fn(T) -> &'static str) -> Vec<T> {
    all.iter().copied().filter(|one| form.all(name).any(|value| value == slug(*one))).collect()
}

fn too_long(form: &Form, name: &str, errors: &mut Errors) -> bool {
    let long = form.raw(name).len() > LIST_MAX;
    if long {
        errors.add(name, "The list is too long");
    }
    long
}

/// The schools of a frozen cluster plan, which stand alone.
async fn of_plan(
    request: &Request,
    form: &Form,
    id: &str,
    errors: &mut Errors,
) -> Result<(Option<OfPlan>, Vec<u32>)> {
    if !form.text("treated").is_empty() || form.all("pick").next().is_some() {
        errors.add(
            "treated",
            "Choose a plan or name the schools, not both: take the numbers and ticks away, or choose no plan",
        );
        return Ok((None, vec![]));
    }
    let problem = match id.parse() {
        Ok(id) => match service::of_plan(request, id).await {
            Ok((plan, urns)) => return Ok((Some(plan), urns)),
            Err(Error::Comparison(problem)) => problem,
            Err(error) => return Err(error),
        },
        Err(_) => Problem::NoPlan,
    };
    errors.add(problem.field(), super::sentence(&problem.to_string()));
    Ok((None, vec![]))
}

/// The numbers that were pasted, then those that were ticked and not pasted.
fn chosen(form: &Form, errors: &mut Errors) -> Vec<u32> {
    if too_long(form, "treated", errors) {
        return vec![];
    }
    let mut urns = Vec::new();
    let words = form.raw("treated").split(|c: char| c.is_whitespace() || c == ',' || c == ';');
    for word in words.filter(|word| !word.is_empty()) {
        match word.parse::<u32>() {
            Ok(urn) => urns.push(urn),
            Err(_) => {
                let short: String = word.chars().take(30).collect();
                errors.add("treated", format!("‘{short}’ is not a URN: a URN is a number such as 116458"));
                return vec![];
            }
        }
    }
    let pasted: BTreeSet<u32> = urns.iter().copied().collect();
    urns.extend(form.all("pick").filter_map(|urn| urn.parse().ok()).filter(|urn| !pasted.contains(urn)));
    if urns.is_empty() {
        errors.add("treated", "Name the schools that were chosen for the programme");
    }
    urns
}

/// A URN and a reason on each line.
fn excluded(form: &Form, errors: &mut Errors) -> Vec<Exclusion> {
    if too_long(form, "excluded", errors) {
        return vec![];
    }
    let mut out = Vec::new();
    for (number, line) in form.raw("excluded").lines().enumerate().filter(|(_, line)| !line.trim().is_empty())
    {
        let line = line.trim();
        let (urn, reason) = line.split_once(|c: char| c.is_whitespace() || c == ',').unwrap_or((line, ""));
        match urn.parse::<u32>() {
            Ok(urn) => out.push(Exclusion { urn, reason: reason.trim().to_owned() }),
            Err(_) => {
                errors.add("excluded", format!("Line {} must begin with a URN, such as 116458", number + 1));
                return out;
            }
        }
    }
    out
}

fn calipers(form: &Form, errors: &mut Errors) -> Vec<Caliper> {
    let mut out = Vec::new();
    for of in Covariate::ALL {
        let field = format!("caliper-{}", of.slug());
        let text = form.text(&field);
        if text.is_empty() {
            continue;
        }
        match text.parse::<f64>() {
            Ok(deviations) if deviations.is_finite() => out.push(Caliper { of, deviations }),
            _ => errors.add(
                field,
                format!("The limit on {} must be a number, such as 0.5", of.title().to_lowercase()),
            ),
        }
    }
    out
}
