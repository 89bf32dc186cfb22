//! Pages of grants, of who may use them, and of the ledger.

pub(crate) mod envelope;
mod fund;
pub(crate) mod ledger;
mod money;
mod pot;
mod tree;

pub(crate) use ledger::csv;
use platform::{
    policy::Action,
    web::{Errors, Failure, Form, Route},
};

use crate::{Error, money::Pence};

/// The routes.
pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::get("/budgets/tree", Action::ViewBudgets, tree::show),
        Route::get("/budgets/funds/new", Action::ManageFunds, fund::new),
        Route::post("/budgets/funds/new", Action::ManageFunds, fund::create),
        Route::get("/budgets/funds/{id}/extend", Action::ManageFunds, fund::extend_form),
        Route::post("/budgets/funds/{id}/extend", Action::ManageFunds, fund::extend),
        Route::get("/budgets/funds/{id}/ledger", Action::SettleSpend, ledger::show),
        Route::get("/budgets/funds/{id}/ledger.csv", Action::SettleSpend, ledger::download),
        Route::get("/budgets/envelopes/{id}", Action::ViewBudgets, envelope::show),
        Route::get("/budgets/envelopes/{id}/open", Action::ManageFunds, envelope::new),
        Route::post("/budgets/envelopes/{id}/open", Action::ManageFunds, envelope::create),
        Route::get("/budgets/envelopes/{id}/money", Action::ManageFunds, money::form),
        Route::post("/budgets/envelopes/{id}/money", Action::ManageFunds, money::pass),
        Route::get("/budgets/envelopes/{id}/pots/new", Action::OpenPots, pot::new),
        Route::post("/budgets/envelopes/{id}/pots/new", Action::OpenPots, pot::create),
        Route::get("/budgets/pots/{id}/money", Action::OpenPots, money::form),
        Route::post("/budgets/pots/{id}/money", Action::OpenPots, money::pass),
        Route::get("/budgets/pots/{id}/close", Action::OpenPots, money::close_form),
        Route::post("/budgets/pots/{id}/close", Action::OpenPots, money::close),
    ]
}

/// A service's answer: what it refuses in words becomes the error of a field, anything else goes on.
pub(crate) fn caught<T>(
    result: crate::Result<T>,
    field: &str,
    errors: &mut Errors,
) -> Result<Option<T>, Failure> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error @ (Error::Choice(_) | Error::Ledger(_))) => {
            errors.add(field, crate::ui::sentence(&error.to_string()));
            Ok(None)
        }
        Err(error) => Err(error.into()),
    }
}

/// An amount that was typed; what is wrong with it is added to the errors.
pub(crate) fn amount(form: &Form, field: &str, most: Pence, errors: &mut Errors) -> Option<Pence> {
    match Pence::typed(form.raw(field), most) {
        Ok(amount) => Some(amount),
        Err(why) => {
            errors.add(field, why.to_string());
            None
        }
    }
}
