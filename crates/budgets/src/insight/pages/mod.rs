//! Pages: fairness, what was not used, gaps, earlier decisions, dose. All of them work without JavaScript.

mod decisions;
mod dose;
mod fairness;
mod gaps;
mod unused;
mod why;

use govuk::{Select, SelectItem};
use platform::{
    policy::Action,
    web::{Failure, Request, Route},
};
use uuid::Uuid;

use crate::pots::{model::Fund, store as pots};

/// The routes.
pub(crate) fn routes() -> Vec<Route> {
    let patterns = Action::ViewSpendPatterns;
    vec![
        Route::get(unused::PATH, patterns, unused::show),
        Route::get("/budgets/insight/pots/{id}/why", Action::RequestSpend, why::form),
        Route::post("/budgets/insight/pots/{id}/why", Action::RequestSpend, why::take),
        Route::get(fairness::PATH, patterns, fairness::show),
        Route::get("/budgets/insight/fairness.csv", patterns, fairness::download),
        Route::get(gaps::PATH, patterns, gaps::show),
        Route::get("/budgets/insight/gaps.csv", patterns, gaps::download),
        Route::get(decisions::PATH, Action::SearchDecisions, decisions::form),
        Route::post(decisions::PATH, Action::SearchDecisions, decisions::search),
        Route::get(dose::PATH, Action::ViewSpendDose, dose::show),
        Route::get("/budgets/insight/dose.csv", Action::ViewSpendDose, dose::download),
    ]
}

/// The funds, and the one that the address asks for: the first where it asks for none.
async fn funds(request: &Request) -> Result<(Vec<Fund>, Option<Uuid>), Failure> {
    let all = pots::funds(request.db()).await?;
    let asked = request.query("fund").and_then(|text| text.parse::<Uuid>().ok());
    let chosen = match asked {
        Some(asked) if all.iter().any(|fund| fund.id == asked) => Some(asked),
        Some(_) => return Err(Failure::NotFound),
        None => all.first().map(|fund| fund.id),
    };
    Ok((all, chosen))
}

fn fund_field(all: &[Fund], chosen: Uuid) -> Select {
    all.iter().fold(Select::new("fund").label("Fund").value(chosen.to_string()), |field, fund| {
        field.item(SelectItem::new(fund.id.to_string(), fund.name.as_str()))
    })
}

/// A count; for those who may not see small numbers, to the nearest five and never below it.
fn about(count: usize, exact: bool) -> String {
    match count {
        _ if exact => count.to_string(),
        0 => "0".to_owned(),
        1..=4 => "fewer than 5".to_owned(),
        _ => format!("about {}", (count + 2) / 5 * 5),
    }
}

const NO_FUND: &str = "There is no grant yet, so there is nothing to show.";
