//! The main numbers of a policy as fields, and what was typed in them.

use govuk::{Input, InputWidth};
use maud::{Markup, html};
use platform::web::{Errors, Form};
use record::ui::{date, date_input};

use crate::{
    money::{MOVEMENT_MAX, Pence},
    policy::model::{About, Policy, Tier},
    ui,
};

/// Numbers: field, label, hint, and the part of the rules that a change is about.
const NUMBERS: &[(&str, &str, &str)] = &[
    ("from-age", "Youngest age", "In whole years; of a family, the age of its youngest child"),
    ("to-age", "Oldest age", "In whole years; of a family, the age of its youngest child"),
    ("commitment-days", "Days after which an agreed spend that nobody used falls back", "From 1 to 365"),
    ("cash-hours", "Hours within which cash out of hours must be confirmed", "From 1 to 336"),
    ("due-days", "Days within which a receipt is due", "From 1 to 90"),
    ("hold-days", "Days without a receipt after which the pot is held", "From 1 to 365"),
];

/// Amounts: field, label, hint.
const AMOUNTS: &[(&str, &str, &str)] = &[
    ("cap", "Most for one pot", "In pounds. Leave empty where there is no cap"),
    (
        "own",
        "A worker decides alone up to and with",
        "In pounds. Leave empty where every spend needs somebody else",
    ),
    ("two", "Two people agree above", "In pounds. Leave empty where one is always enough"),
];

fn pounds(amount: Option<Pence>) -> String {
    amount.map_or_else(String::new, |amount| {
        let text = amount.plain();
        text.strip_suffix(".00").unwrap_or(&text).to_owned()
    })
}

fn two(policy: &Policy) -> Option<Pence> {
    policy.tiers.iter().find(|tier| tier.people > 1).map(|tier| tier.over)
}

fn number_of(policy: &Policy, field: &str) -> u32 {
    match field {
        "from-age" => u32::from(policy.eligibility.from_age),
        "to-age" => u32::from(policy.eligibility.to_age),
        "commitment-days" => policy.commitment_days,
        "cash-hours" => policy.cash_confirm_hours,
        "due-days" => policy.receipts.due_days,
        _ => policy.receipts.hold_after_days,
    }
}

/// The fields as a policy has them.
pub(super) fn filled(policy: &Policy, text: &str) -> Form {
    let mut fields = vec![
        ("name".to_owned(), policy.name.clone()),
        ("cap".to_owned(), pounds(policy.cap)),
        ("own".to_owned(), pounds(policy.own_authority)),
        ("two".to_owned(), pounds(two(policy))),
        ("text".to_owned(), text.to_owned()),
    ];
    for (field, _, _) in NUMBERS {
        fields.push(((*field).to_owned(), number_of(policy, field).to_string()));
    }
    for (field, day) in [("first", policy.first_day), ("last", policy.last_day)] {
        for (part, format) in [("day", "%-d"), ("month", "%-m"), ("year", "%Y")] {
            fields.push((format!("{field}-{part}"), day.format(format).to_string()));
        }
    }
    for category in &policy.categories {
        fields.push((format!("subjective-{}", category.code), category.subjective_code.clone()));
        fields.push((format!("s251-{}", category.code), category.s251_code.clone()));
    }
    Form::of(fields)
}

/// The fields of a policy, with what was typed.
pub(super) fn fields(policy: &Policy, form: &Form, errors: &Errors) -> Markup {
    let input = |name: &str, label: &str, hint: &str| {
        Input::new(name)
            .label(label.to_owned())
            .hint(hint.to_owned())
            .value(form.raw(name).to_owned())
            .error(errors.of(name))
    };
    html! {
        (Input::new("name").label("Name of the rules").value(form.raw("name").to_owned()).error(errors.of("name")))
        @for (name, label, hint) in AMOUNTS { (input(name, label, hint).width(InputWidth::Chars10)) }
        @for (name, label, hint) in NUMBERS { (input(name, label, hint).width(InputWidth::Chars3).whole_number()) }
        (date_input(form, "first", "First day", "The first day on which anything may be spent", errors))
        (date_input(form, "last", "Last day", "The last day on which anything may be agreed", errors))
        h2 class="govuk-heading-m" { "Codes of finance" }
        p class="govuk-body" {
            "The codes are your finance team’s own. Leave them empty until finance gives them: Nearhand makes none up, and the journal file waits for them."
        }
        @for category in &policy.categories {
            (input(&format!("subjective-{}", category.code), &format!("Subjective code of ‘{}’", category.title), "").width(InputWidth::Chars20))
            (input(&format!("s251-{}", category.code), &format!("Section 251 line of ‘{}’", category.title), "").width(InputWidth::Chars20))
        }
    }
}

fn amount(form: &Form, field: &str, errors: &mut Errors) -> Option<Pence> {
    let text = form.text(field);
    if text.is_empty() {
        return None;
    }
    Pence::typed(text, MOVEMENT_MAX).map_err(|why| errors.add(field, why.to_string())).ok()
}

fn number<T: std::str::FromStr>(form: &Form, field: &str, into: &mut T, errors: &mut Errors) {
    match form.text(field).parse() {
        Ok(number) => *into = number,
        Err(_) => errors.add(field, "Enter a whole number"),
    }
}

/// The policy as `base` with the fields put in, or errors where they make no sense. What is told about the origin of a
/// rule goes where that rule was changed: it is the council's own now.
pub(super) fn read(base: &Policy, form: &Form, errors: &mut Errors) -> Policy {
    let mut policy = base.clone();
    form.text("name").clone_into(&mut policy.name);
    policy.cap = amount(form, "cap", errors);
    policy.own_authority = amount(form, "own", errors);
    let over = amount(form, "two", errors);
    policy.tiers = over.map(|over| Tier { over, people: 2 }).into_iter().collect();
    number(form, "from-age", &mut policy.eligibility.from_age, errors);
    number(form, "to-age", &mut policy.eligibility.to_age, errors);
    number(form, "commitment-days", &mut policy.commitment_days, errors);
    number(form, "cash-hours", &mut policy.cash_confirm_hours, errors);
    number(form, "due-days", &mut policy.receipts.due_days, errors);
    number(form, "hold-days", &mut policy.receipts.hold_after_days, errors);
    for (field, what, into) in
        [("first", "The first day", &mut policy.first_day), ("last", "The last day", &mut policy.last_day)]
    {
        match date(form, field, what, errors) {
            Some(day) => *into = day,
            None if errors.of(&format!("{field}-day")).is_none() => {
                errors.add(format!("{field}-day"), format!("Enter {}", what.to_lowercase()));
            }
            None => {}
        }
    }
    for category in &mut policy.categories {
        form.text(&format!("subjective-{}", category.code)).clone_into(&mut category.subjective_code);
        form.text(&format!("s251-{}", category.code)).clone_into(&mut category.s251_code);
    }
    let changed = |about: About| match about {
        About::Cap => policy.cap != base.cap,
        About::OwnAuthority => policy.own_authority != base.own_authority,
        About::Tiers => two(&policy) != two(base),
        About::Eligibility => {
            (policy.eligibility.from_age, policy.eligibility.to_age)
                != (base.eligibility.from_age, base.eligibility.to_age)
        }
        About::Receipts => policy.receipts != base.receipts,
        About::Payments => {
            (policy.commitment_days, policy.cash_confirm_hours)
                != (base.commitment_days, base.cash_confirm_hours)
        }
        About::Dates => (policy.first_day, policy.last_day) != (base.first_day, base.last_day),
        About::Owner | About::Draw | About::Categories | About::Funding => false,
    };
    let gone: Vec<About> =
        policy.sources.iter().map(|source| source.about).filter(|about| changed(*about)).collect();
    policy.sources.retain(|source| !gone.contains(&source.about));
    if errors.is_empty() {
        for problem in policy.check() {
            errors.add(field_of(&problem.place, &policy), ui::sentence(&problem.why));
        }
    }
    policy
}

/// The field of the page for a place in a policy; the name's where the page has none.
fn field_of(place: &str, policy: &Policy) -> String {
    let mut steps = place.split('.');
    match (
        steps.next().unwrap_or_default(),
        steps.next().unwrap_or_default(),
        steps.next().unwrap_or_default(),
    ) {
        ("cap" | "funding", ..) => "cap".to_owned(),
        ("own_authority", ..) => "own".to_owned(),
        ("tiers", ..) => "two".to_owned(),
        ("first_day", ..) => "first-day".to_owned(),
        ("last_day", ..) => "last-day".to_owned(),
        ("commitment_days", ..) => "commitment-days".to_owned(),
        ("cash_confirm_hours", ..) => "cash-hours".to_owned(),
        ("eligibility", "from_age", _) | ("draw", ..) => "from-age".to_owned(),
        ("eligibility", "to_age", _) => "to-age".to_owned(),
        ("receipts", "due_days", _) => "due-days".to_owned(),
        ("receipts", ..) => "hold-days".to_owned(),
        ("categories", at, field) => {
            let category = at.parse::<usize>().ok().and_then(|at| policy.categories.get(at.wrapping_sub(1)));
            let prefix = if field == "s251_code" { "s251" } else { "subjective" };
            category.map_or_else(|| "name".to_owned(), |category| format!("{prefix}-{}", category.code))
        }
        _ => "name".to_owned(),
    }
}
