//! Every link between a school and a secondary, and what people decided.

use govuk::{Cell, Table};
use maud::html;
use platform::{
    clock::in_words,
    web::{Errors, Failure, Form, Outcome, Request},
};

use super::{form, search, settings_of, show};
use crate::clusters::{
    model::{Decision, Settings, network},
    service,
};

/// Links on a page.
const ROWS: usize = 50;

pub(super) async fn list(request: Request) -> Outcome {
    page(&request, &Form::default(), Errors::new()).await
}

async fn page(request: &Request, typed: &Form, errors: Errors) -> Outcome {
    let settings = Settings::default();
    let ground = service::ground(request).await?;
    let sites = ground.sites(&settings);
    let name = |urn: u32| {
        ground.figures.school(urn).map_or_else(|| format!("URN {urn}"), |school| school.name.clone())
    };
    let net = network(&sites, &ground.moves, &ground.decided(), &settings);
    let links: Vec<_> =
        net.members.iter().flat_map(|(site, links)| links.iter().map(move |link| (site, link))).collect();
    let number =
        request.query("page").and_then(|page| page.parse::<usize>().ok()).unwrap_or(1).clamp(1, 1_000_000);
    let shown = links.iter().skip(ROWS * (number - 1)).take(ROWS);
    let years = if ground.moves.years.is_empty() {
        "No two rolls of years that follow each other were imported, so no pupil can be followed.".to_owned()
    } else {
        format!("Pupils of each of these years: {}.", ground.moves.years.join(", "))
    };
    let table = Table::new()
        .first_cell_is_header(true)
        .head([
            Cell::new("School"),
            Cell::new("Secondary"),
            Cell::new("Why it belongs"),
            Cell::new("Pupils, year by year"),
            Cell::new("Km").numeric(true),
        ])
        .rows(shown.map(|(site, link)| {
            let by_year = ground.moves.pairs.get(&(site.urn, link.secondary));
            let by_year = by_year.map_or_else(
                || "None".to_owned(),
                |years| years.iter().map(u64::to_string).collect::<Vec<_>>().join(", "),
            );
            [
                Cell::new(site.name.as_str()),
                Cell::new(name(link.secondary)),
                Cell::new(show::basis(link, false)),
                Cell::new(by_year),
                link.km.map_or_else(|| Cell::new("Not known"), |km| Cell::number(format!("{km:.1}"))),
            ]
        }));
    let decisions = Table::new()
        .first_cell_is_header(true)
        .head(["School", "Secondary", "Decision", "Why", "Who and when"])
        .rows(ground.decisions.iter().rev().take(200).map(|row| {
            let urn = |urn: i32| u32::try_from(urn).map_or_else(|_| String::new(), name);
            let decision = match Decision::from_slug(&row.decision) {
                Some(Decision::Add) => "Belongs to the cluster",
                Some(Decision::Refuse) => "Does not belong to it",
                Some(Decision::AsFound) => "Earlier decision taken back",
                None => "Not known",
            };
            [
                Cell::new(urn(row.school_urn)),
                Cell::new(urn(row.secondary_urn)),
                Cell::new(decision),
                Cell::new(row.reason.as_str()),
                Cell::new(format!("{}, {}", row.decided_by_name, in_words(row.decided_at))),
            ]
        }));
    let body = html! {
        (record::ui::summary(&errors))
        h1 class="govuk-heading-xl" { "Links between schools and secondaries" }
        p class="govuk-body" { (years) " " (links.len()) " links, with the usual settings." }
        (record::ui::scroll("Links", table))
        (record::ui::pages(number - 1, links.len(), ROWS, |page| format!("{}?page={page}", request.href("/schools/clusters/links"))))
        h2 class="govuk-heading-l" { "What people decided" }
        @if ground.decisions.is_empty() {
            p class="govuk-body" { "Nobody has added or refused a link yet." }
        } @else {
            p class="govuk-body" { "The latest decision about a school and a secondary counts." }
            (record::ui::scroll("Decisions", decisions))
        }
        h2 class="govuk-heading-l" { "Add a school by hand, or refuse a link" }
        (form::decision(request, &sites, settings_of(typed).as_ref(), typed, &errors))
    };
    Ok(request
        .page("Links between schools and secondaries")
        .wide()
        .back("Clusters of schools", super::PATH)
        .in_error(!errors.is_empty())
        .render(body))
}

pub(super) async fn decide(request: Request, form: Form) -> Outcome {
    let mut errors = Errors::new();
    let mut urn = |name: &str, message: &str| match form.text(name).parse::<u32>() {
        Ok(urn) => Some(urn),
        Err(_) => {
            errors.add(name, message);
            None
        }
    };
    let school = urn("school", "Choose a school");
    let secondary = urn("secondary", "Choose a secondary");
    let decision = Decision::from_slug(form.raw("decision"));
    if decision.is_none() {
        errors.add("decision", "Choose what you decide");
    }
    errors.required(&form, "reason", "Enter why");
    errors.at_most(&form, "reason", service::REASON_MAX, "The reason");
    if let (Some(school), Some(secondary), Some(decision), true) =
        (school, secondary, decision, errors.is_empty())
    {
        match service::decide(&request, secondary, school, decision, form.raw("reason")).await {
            // From a choice one comes to the choice that now follows, from the list back to the list.
            Ok(()) => {
                return Ok(match settings_of(&form) {
                    Some(settings) => {
                        request.redirect(&search::path(service::ask(&request, &settings).await?))
                    }
                    None => request.redirect("/schools/clusters/links"),
                });
            }
            Err(platform::Error::Invalid { what, why }) => {
                let field = if what == "secondary" {
                    "secondary"
                } else if what == "reason" {
                    "reason"
                } else {
                    "school"
                };
                errors.add(field, super::sentence(&why).trim_end_matches('.'));
            }
            Err(error) => return Err(Failure::from(error)),
        }
    }
    page(&request, &form, errors).await
}
