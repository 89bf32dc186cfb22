//! What is done on the page of a request: each goes back to it, or shows what is wrong with what was typed kept.

use platform::{
    policy::Action,
    web::{Errors, Form, Outcome, Path, Request, Route},
};
use uuid::Uuid;

use super::{pieces::why, request::show};
use crate::{
    Result as Done,
    money::{Pence, TYPED_MAX},
    spend::{
        model::{Outcome as Changed, Told},
        service,
    },
};

/// The routes that change a request.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/budgets/requests/{id}/approve", Action::ApproveSpend, approve),
        Route::post("/budgets/requests/{id}/refuse", Action::ApproveSpend, refuse),
        Route::post("/budgets/requests/{id}/query", Action::ApproveSpend, query),
        Route::post("/budgets/requests/{id}/excuse", Action::ApproveSpend, excuse),
        Route::post("/budgets/requests/{id}/cash", Action::ApproveSpend, cash),
        Route::post("/budgets/requests/{id}/answer", Action::RequestSpend, answer),
        Route::post("/budgets/requests/{id}/cancel", Action::RequestSpend, cancel),
        Route::post("/budgets/requests/{id}/pay", Action::RequestSpend, pay),
        Route::post("/budgets/requests/{id}/tell", Action::RequestSpend, tell),
        Route::post("/budgets/requests/{id}/outcome", Action::RequestSpend, outcome),
        Route::post("/budgets/requests/{id}/settle", Action::SettleSpend, settle),
        Route::post("/budgets/requests/{id}/refund", Action::SettleSpend, refund),
        Route::post("/budgets/requests/{id}/reverse", Action::SettleSpend, reverse),
    ]
}

/// Goes back to the page of the request, or shows what is wrong with what was typed kept.
async fn after(request: &Request, id: Uuid, form: &Form, field: &str, done: Done<()>) -> Outcome {
    match done {
        Ok(()) => Ok(request.redirect(&format!("/budgets/requests/{id}"))),
        Err(error) => {
            let mut errors = Errors::new();
            errors.add(field, why(error)?);
            show(request, id, form, &errors).await
        }
    }
}

async fn approve(request: Request, Path(id): Path<Uuid>, form: Form) -> Outcome {
    let done = service::approve(&request, id, form.text("approve-note")).await.map(|_| ());
    after(&request, id, &form, "approve-note", done).await
}

async fn refuse(request: Request, Path(id): Path<Uuid>, form: Form) -> Outcome {
    let done = service::refuse(&request, id, form.text("refuse-reason"), form.text("refuse-family")).await;
    let field = if form.text("refuse-reason").is_empty() { "refuse-reason" } else { "refuse-family" };
    after(&request, id, &form, field, done).await
}

async fn query(request: Request, Path(id): Path<Uuid>, form: Form) -> Outcome {
    let done = service::query(&request, id, form.text("question")).await;
    after(&request, id, &form, "question", done).await
}

async fn answer(request: Request, Path(id): Path<Uuid>, form: Form) -> Outcome {
    let done = service::answer(&request, id, form.text("answer")).await;
    after(&request, id, &form, "answer", done).await
}

async fn cancel(request: Request, Path(id): Path<Uuid>, form: Form) -> Outcome {
    let done = service::cancel(&request, id, form.text("cancel-reason")).await;
    after(&request, id, &form, "cancel-reason", done).await
}

async fn excuse(request: Request, Path(id): Path<Uuid>, form: Form) -> Outcome {
    let done = service::excuse(&request, id, form.text("excuse-reason")).await;
    after(&request, id, &form, "excuse-reason", done).await
}

async fn cash(request: Request, Path(id): Path<Uuid>, form: Form) -> Outcome {
    let done = match form.raw("cash") {
        "yes" => service::confirm(&request, id, true, form.text("cash-note")).await,
        "no" => service::confirm(&request, id, false, form.text("cash-note")).await,
        _ => Err(crate::Error::choice("Select whether you confirm it")),
    };
    after(&request, id, &form, "cash", done).await
}

async fn pay(request: Request, Path(id): Path<Uuid>, form: Form) -> Outcome {
    paid(&request, id, &form, "pay-amount", false).await
}

async fn settle(request: Request, Path(id): Path<Uuid>, form: Form) -> Outcome {
    paid(&request, id, &form, "settle-amount", true).await
}

async fn paid(request: &Request, id: Uuid, form: &Form, field: &str, by_finance: bool) -> Outcome {
    let done = match Pence::typed(form.raw(field), TYPED_MAX) {
        Ok(pence) => service::pay(request, id, by_finance, pence).await,
        Err(not) => Err(crate::Error::choice(not.to_string())),
    };
    after(request, id, form, field, done).await
}

async fn refund(request: Request, Path(id): Path<Uuid>, form: Form) -> Outcome {
    let (field, done) = match Pence::typed(form.raw("refund-amount"), TYPED_MAX) {
        Ok(pence) => {
            let reason = form.text("refund-reason");
            let field = if reason.is_empty() { "refund-reason" } else { "refund-amount" };
            (field, service::refund(&request, id, pence, reason).await)
        }
        Err(not) => ("refund-amount", Err(crate::Error::choice(not.to_string()))),
    };
    after(&request, id, &form, field, done).await
}

async fn reverse(request: Request, Path(id): Path<Uuid>, form: Form) -> Outcome {
    let done = service::reverse(&request, id, form.text("reverse-reason")).await;
    after(&request, id, &form, "reverse-reason", done).await
}

async fn tell(request: Request, Path(id): Path<Uuid>, form: Form) -> Outcome {
    let done = match Told::from_slug(form.raw("tell")) {
        Some(told) => service::tell(&request, id, told, form.text("tell-why")).await,
        None => Err(crate::Error::choice("Select whether the family knows")),
    };
    after(&request, id, &form, "tell", done).await
}

async fn outcome(request: Request, Path(id): Path<Uuid>, form: Form) -> Outcome {
    let days = form.raw("days").parse::<u16>().ok();
    let done = match (days, Changed::from_slug(form.raw("changed"))) {
        (Some(days), Some(changed)) => {
            service::say_outcome(&request, id, days, changed, form.text("changed-words")).await
        }
        _ => Err(crate::Error::choice("Select what changed")),
    };
    let field = if form.raw("changed").is_empty() { "changed" } else { "changed-words" };
    after(&request, id, &form, field, done).await
}
