//! The form of a spend: what was typed, read into what is asked for.

use chrono::NaiveDate;
use platform::web::{Errors, Form};
use record::ui;
use uuid::Uuid;

use crate::{
    money::{Pence, TYPED_MAX},
    policy::model::{PaymentKind, Policy},
    spend::{
        model::{Alternatives, Benefits, Conditions, Duty, SuggestedBy, Terms, Told},
        service::New,
        store::Asked,
    },
};

/// The value of the choice of a whole family.
pub(super) const WHOLE_FAMILY: &str = "family";

/// What stands in a field: what was typed, or what is usual.
pub(super) fn or(form: &Form, name: &str, usual: &str) -> String {
    if form.has(name) { form.raw(name).to_owned() } else { usual.to_owned() }
}

/// Reads the form. What cannot be read is added to the errors; what is against the rules is for the service.
pub(super) fn read(form: &Form, errors: &mut Errors) -> Option<New> {
    let pence =
        Pence::typed(form.raw("amount"), TYPED_MAX).map_err(|why| errors.add("amount", why.to_string()));
    errors.required(form, "what", "Enter what it is for");
    errors.required(form, "goal", "Enter the goal in the plan that it serves");
    let child = match form.raw("child") {
        WHOLE_FAMILY => Some(None),
        id => id.parse::<Uuid>().ok().map(Some),
    };
    if child.is_none() {
        errors.add("child", "Select the child that it is for");
    }
    if form.raw("category").is_empty() {
        errors.add("category", "Select what kind of spend it is");
    }
    let payment = PaymentKind::from_slug(form.raw("payment"));
    if payment.is_none() {
        errors.add("payment", "Select how it is paid");
    }
    let paid = match form.raw("paid") {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    };
    if paid.is_none() {
        errors.add("paid", "Select whether it is paid");
    }
    let suggested_by = SuggestedBy::from_slug(form.raw("suggested-by"));
    if suggested_by.is_none() {
        errors.add("suggested-by", "Select who had the idea");
    }
    let duty = Duty::from_slug(form.raw("duty"));
    if duty.is_none() {
        errors.add("duty", "Select whose duty it normally is");
    }
    let alternatives = Alternatives::from_slug(form.raw("alternatives"));
    if alternatives.is_none() {
        errors.add("alternatives", "Select what was tried before");
    }
    let told = Told::from_slug(form.raw("told"));
    if told.is_none() {
        errors.add("told", "Select whether the family knows");
    }
    let conditions = Conditions::from_slug(form.raw("conditions"));
    if conditions.is_none() {
        errors.add("conditions", "Select whether there is a condition");
    }
    let told_on: Option<NaiveDate> = ui::date(form, "told-on", "The day", errors);
    let spend_on: Option<NaiveDate> = ui::date(form, "spend-on", "The day", errors);
    Some(New {
        key: form.raw("key").to_owned(),
        pence: pence.ok()?,
        what_for: form.text("what").to_owned(),
        child: child?,
        goal: form.text("goal").to_owned(),
        category: form.raw("category").to_owned(),
        suggested_by: suggested_by?,
        duty: duty?,
        alternatives: alternatives?,
        alternatives_words: form.text("alternatives-words").to_owned(),
        told: told?,
        told_on,
        told_why: form.text("told-why").to_owned(),
        payment: payment?,
        payee: form.text("payee").to_owned(),
        terms: Terms {
            conditions: conditions?,
            words: form.text("conditions-words").to_owned(),
            benefits: Benefits::from_slug(form.raw("benefits")).unwrap_or(Benefits::NotKnown),
        },
        spend_on,
        paid: paid?,
    })
}

/// A form filled in as an earlier request was; whether it is paid, when, and since when the family knows are asked anew.
pub(super) fn like(asked: &Asked, rules: &Policy) -> Form {
    let row = &asked.row;
    let child = row.person_id.map_or_else(|| WHOLE_FAMILY.to_owned(), |id| id.to_string());
    let category = rules.category(&row.category).map_or("", |one| one.code.as_str());
    let fields = [
        ("amount", asked.pence().plain()),
        ("what", row.what_for.clone()),
        ("child", child),
        ("goal", row.goal.clone()),
        ("category", category.to_owned()),
        ("suggested-by", row.suggested_by.clone()),
        ("duty", row.duty.clone()),
        ("alternatives", row.alternatives.clone()),
        ("alternatives-words", row.alternatives_words.clone()),
        ("payment", row.payment_kind.clone()),
        ("payee", row.payee.clone()),
        ("conditions", row.conditions.clone()),
        ("conditions-words", row.conditions_words.clone()),
    ];
    Form::of(fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}
