//! A round for those who draw: sealing, the draw, what happened since, and the pots.

use axum::response::Response;
use govuk::{Button, Cell, Details, Input, InputWidth, InsetText, SummaryList, Table, WarningText};
use maud::{Markup, html};
use platform::{
    clock::{date_in_words, in_words},
    policy::{Action, Object, decide},
    web::{Errors, Failure, Form, Outcome, Path, Request},
};
use record::draw::{
    model::{Draw, What},
    pages as pieces,
};
use uuid::Uuid;

use super::{DRAWS, round::lines, typed};
use crate::{
    Error, Result,
    families::{
        model::{BUDGET, Nomination, Round},
        service::{self, Line, proposed_places},
    },
    policy::store as policies,
    ui,
};

/// Everything that the page shows.
struct Ground {
    round: Round,
    rules: crate::policy::model::Draw,
    version: policies::Version,
    lines: Vec<Line>,
    draw: Option<Draw>,
}

impl Ground {
    async fn load(request: &Request, id: Uuid) -> Result<Self> {
        let round = service::round(request, id).await?;
        let version = policies::version(request.db(), round.version_id).await?;
        let rules = version.policy.draw.clone();
        let rules = rules.ok_or_else(|| Error::choice("families are not drawn under these rules"))?;
        Ok(Self {
            lines: service::lines(request, &round).await?,
            draw: service::draw(request, &round).await?,
            round,
            rules,
            version,
        })
    }

    fn standing(&self) -> impl Iterator<Item = &Nomination> {
        self.lines.iter().map(|line| &line.nomination).filter(|one| one.end.is_none())
    }

    /// The draw with the families beside their numbers, as far as this person may see them. What is sealed holds none.
    fn named(&self) -> Option<Draw> {
        let mut draw = self.draw.clone()?;
        for line in &self.lines {
            let (id, reference) = (line.nomination.id.to_string(), line.nomination.reference());
            let label = match &line.seen {
                Some(seen) => format!("{reference}, {}", seen.title()),
                None => reference.clone(),
            };
            for event in &mut draw.events {
                if event.other.as_deref() == Some(id.as_str()) {
                    event.other = Some(reference.clone());
                }
            }
            draw.plan.labels.insert(id, label);
        }
        Some(draw)
    }
}

pub(super) async fn show(request: Request, Path(id): Path<Uuid>) -> Outcome {
    let ground = Ground::load(&request, id).await?;
    Ok(page(&request, &ground, &Form::default(), &Errors::new()).await?)
}

pub(super) async fn step(request: Request, Path(id): Path<Uuid>, form: Form) -> Outcome {
    let mut errors = Errors::new();
    let field;
    let done = match form.raw("step") {
        "seal" => {
            field = "places";
            match form.text("places").parse::<usize>() {
                Ok(places) => service::seal(&request, id, places, form.text("source")).await.map(drop),
                Err(_) => Err(Error::choice("enter how many families get a budget")),
            }
        }
        "make" => {
            // Who sealed the list has no button to which the message could lead.
            field = if form.has("public-value") { "public-value" } else { "main-content" };
            service::make(&request, id, form.text("public-value")).await
        }
        "add" => match What::from_slug(form.raw("what")) {
            Some(what) => {
                field = if form.text("reason").is_empty() { "reason" } else { "other" };
                service::add(&request, id, (what, form.text("unit"), form.text("other")), form.text("reason"))
                    .await
            }
            None => {
                field = "what";
                Err(Error::choice("choose what happened"))
            }
        },
        "pots" => {
            field = "pots";
            service::open_pots(&request, id).await.map(drop)
        }
        _ => {
            service::round(&request, id).await?;
            return Err(Failure::BadRequest("There is nothing to do.".to_owned()));
        }
    };
    match done {
        Ok(()) => return Ok(request.redirect(&format!("{DRAWS}/{id}"))),
        Err(Error::Choice(why)) => errors.add(field, ui::sentence(&why)),
        Err(error) => return Err(error.into()),
    }
    let ground = Ground::load(&request, id).await?;
    Ok(page(&request, &ground, &form, &errors).await?)
}

async fn page(request: &Request, ground: &Ground, form: &Form, errors: &Errors) -> Result<Response> {
    let round = &ground.round;
    let path = format!("{DRAWS}/{}", round.id);
    let named = ground.named();
    let sealing = match &named {
        None => seal_form(request, ground, form, errors).await?,
        Some(_) => html! {},
    };
    let certificate = request.href(&format!("{path}/certificate"));
    let body = html! {
        (record::ui::summary(errors))
        span class="govuk-caption-xl" { "Draw of families" }
        h1 class="govuk-heading-xl" { (round.name) }
        @match &named {
            None => {
                (basis(ground))
                (sealing)
                (Details::new(format!("The {} nominations", ground.standing().count()), lines(request, &ground.lines, None)))
            }
            Some(draw) => {
                (pieces::sealed(draw))
                (pieces::make_form(request, &path, draw, form, errors))
                @if draw.result.is_some() {
                    (pots(request, ground, draw, errors))
                }
                (pieces::result(draw))
                @if draw.result.is_some() {
                    p class="govuk-body app-screen-only" { a class="govuk-link" href=(certificate) { "Certificate of the draw, without names" } }
                }
                (pieces::events(request, &path, draw, form, errors))
                @if draw.result.is_some() {
                    p class="govuk-body app-screen-only" {
                        "A family that takes another’s place is nominated after the draw, in the same band. Give the number of its nomination. The arms are called ‘Budget’ and ‘As usual’."
                    }
                    (Details::new("All nominations", lines(request, &ground.lines, Some(draw))))
                }
            }
        }
    };
    Ok(request.page(round.name.clone()).wide().back("Draws", DRAWS).in_error(!errors.is_empty()).render(body))
}

fn basis(ground: &Ground) -> Markup {
    let (round, version) = (&ground.round, &ground.version);
    html! {
        (SummaryList::new()
            .row(("Rules", format!("{}, version {}", version.policy.name, version.number)))
            .row(("Begun", format!("{} by {}", in_words(round.at), round.by)))
            .row(("Basis", round.basis.as_str()))
            .row(("Agreed", format!("{} by {}", date_in_words(round.agreed_on), round.agreed_by)))
            .row(("What families are told", round.notice.as_str()))
            .row(("When somebody may go against the draw", round.exceptions.as_str())))
    }
}

async fn seal_form(request: &Request, ground: &Ground, form: &Form, errors: &Errors) -> Result<Markup> {
    let nominated = ground.standing().count();
    let proposed = form.text("places").parse().unwrap_or_else(|_| proposed_places(&ground.rules, nominated));
    let spread = match service::shares(request, &ground.round, proposed).await {
        Ok(shares) => {
            let certain = shares.iter().any(|share| share.nominated > 0 && share.places == share.nominated);
            let table = Table::new().first_cell_is_header(true).head(["Band", "Nominated", "Budgets"]).rows(
                shares.iter().map(|share| {
                    [
                        Cell::new(share.band.as_str()),
                        Cell::number(share.nominated),
                        Cell::number(share.places),
                    ]
                }),
            );
            html! {
                (record::ui::scroll("How the budgets would be spread", table))
                @if certain {
                    (WarningText::new("In a band with as many budgets as families, every family gets one: chance decides nothing there."))
                }
            }
        }
        Err(Error::Choice(why)) => {
            let mut counts = Table::new().first_cell_is_header(true).head(["Band", "Nominated"]);
            for band in &ground.rules.bands {
                let count = ground.standing().filter(|one| one.band == band.title).count();
                counts = counts.row([Cell::new(band.title.as_str()), Cell::number(count)]);
            }
            html! { (InsetText::new(ui::sentence(&why))) (record::ui::scroll("Nominated so far", counts)) }
        }
        Err(error) => return Err(error),
    };
    let path = format!("{DRAWS}/{}", ground.round.id);
    Ok(html! {
        h2 class="govuk-heading-l" { "Seal the list" }
        p class="govuk-body" { (nominated) " families are nominated. The rules allow " (ground.rules.least) " to " (ground.rules.most) " budgets, spread as equally as possible over the bands." }
        (spread)
        (record::ui::form(request, &path, &html! {
            input type="hidden" name="step" value="seal";
            (Input::new("places").label("How many families get a budget?").width(InputWidth::Chars4).whole_number()
                .value(typed(form, "places").unwrap_or_else(|| proposed.to_string())).error(errors.of("places")))
            (Details::new("Use public randomness too", html! {
                p class="govuk-body" {
                    "Announce beforehand a number that nobody can know yet, such as those of a lottery. It goes into the draw beside the sealed seed, so
                     that even whoever runs this computer cannot foresee the result."
                }
                (Input::new("source").label("Where will the number come from?").value(typed(form, "source")))
            }).open(!form.text("source").is_empty()))
            (WarningText::new("Once it is sealed, nobody comes on the list or leaves it, and a colleague makes the draw."))
            (Button::new("Seal the list"))
        }))
    })
}

fn pots(request: &Request, ground: &Ground, draw: &Draw, errors: &Errors) -> Markup {
    let standings = draw.standings().unwrap_or_default();
    let has_budget = |one: &Nomination| {
        // Who took another's place after the draw stands there by the reference.
        let units = [one.id.to_string(), one.reference()];
        let now = |budget: &str| budget == BUDGET;
        standings.iter().any(|place| units.contains(&place.unit) && place.now.as_deref().is_some_and(now))
    };
    let winners = standings.iter().filter(|one| one.now.as_deref() == Some(BUDGET)).count();
    // Of families that are hidden from this person, neither pot nor anything else is told.
    let seen = || ground.lines.iter().filter(|line| line.seen.is_some()).map(|line| &line.nomination);
    let with_pot = seen().filter(|one| one.pot.is_some()).count();
    let stray: Vec<String> =
        seen().filter(|one| one.pot.is_some() && !has_budget(one)).map(Nomination::reference).collect();
    let may = decide(&request.actor, Action::OpenPots, Object::None).is_allowed();
    let policy = &ground.version.policy;
    html! {
        h2 class="govuk-heading-l" { "Pots" }
        p class="govuk-body" { (winners) " families have a budget. Of those that you may see, " (with_pot) " have their pot." }
        @if let Some(message) = errors.of("pots") {
            p class="govuk-error-message" { (message) }
        }
        @if !stray.is_empty() {
            (WarningText::new(format!("These have a pot and no budget any more, so somebody closes the pot by hand: {}.", stray.join(", "))))
        }
        @if may {
            (record::ui::form(request, &format!("{DRAWS}/{}", ground.round.id), &html! {
                input type="hidden" name="step" value="pots";
                p class="govuk-body" id="pots" {
                    "A pot is opened for each family that has a budget and none yet, all together"
                    @if let (Some(cap), true) = (policy.cap, policy.is_up_front()) { ", with " (cap) " in each" }
                    "."
                }
                (Button::new("Open the pots").secondary())
            }))
        } @else {
            p class="govuk-body" { "A service manager opens the pots." }
        }
    }
}
