//! A choice on a page: figures, map, clusters with reasons, other settings, schools left out.

use charts::{Chart as _, Place, Places};
use govuk::{Cell, Details, InsetText, SummaryList, SummaryRow, Table};
use maud::{Markup, html};

use crate::clusters::{
    model::{Choice, Cluster, Link, Settings},
    text::exchange,
};

/// Schools on a map above which only secondaries are named.
const NAMED: usize = 12;

/// The choice. With `hide` numbers of single schools are left out, for a page that others see.
pub(super) fn choice(choice: &Choice, settings: &Settings, places: &[(u32, i64, i64)], hide: bool) -> Markup {
    html! {
        @for note in &choice.notes { (InsetText::new(note.as_str())) }
        @if let Some(nothing) = &choice.nothing {
            h2 class="govuk-heading-l" { "No clusters were chosen" }
            p class="govuk-body" { (nothing) }
        } @else {
            h2 class="govuk-heading-l" { "The choice" }
            (summary(choice, settings))
            (map(choice, places))
            (overview(choice))
            @for (place, cluster) in (1..).zip(&choice.clusters) { (one(place, cluster, hide)) }
            (variations(choice))
        }
        (left(choice, hide))
        (meaning(settings))
    }
}

fn summary(choice: &Choice, settings: &Settings) -> Markup {
    let next = choice.next_best.as_ref().map_or_else(
        || "There is no other choice within these limits.".to_owned(),
        |next| {
            let words = exchange(&next.loses, &next.gains);
            let mut letters = words.chars();
            let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
            format!("{first}{}: {}.", letters.as_str(), next.difference())
        },
    );
    let secondaries: Vec<String> = choice.clusters.iter().map(|cluster| cluster.name.clone()).collect();
    html! {
        (SummaryList::new()
            .row(SummaryRow::new("Secondaries", super::super::model::listed(&secondaries)))
            .row(SummaryRow::new("Schools", format!("{} in {} clusters", choice.schools(), choice.clusters.len())))
            .row(SummaryRow::new("Children reached", format!(
                "About {:.0} at one time, within {} places ({} workers with {} each)",
                choice.reached, choice.places, settings.workers, settings.children_per_worker
            )))
            .row(SummaryRow::new("Children at these schools", format!(
                "About {:.0} at one time, of {:.0} at all schools", choice.held, choice.everywhere
            )))
            .row(SummaryRow::new("How sure", choice.optimality()))
            .row(SummaryRow::new("Next best choice", next)))
    }
}

fn map(choice: &Choice, places: &[(u32, i64, i64)]) -> Markup {
    let at = |urn: u32| places.iter().find(|(other, _, _)| *other == urn);
    #[expect(clippy::cast_precision_loss, reason = "metres on the national grid have seven digits")]
    let point = |urn: u32, name: String, group: usize| {
        at(urn).map(|(_, easting, northing)| Place {
            label: name,
            easting: *easting as f64,
            northing: *northing as f64,
            group,
        })
    };
    let mut points = Vec::new();
    let mut groups = Vec::new();
    for (group, cluster) in choice.clusters.iter().enumerate() {
        groups.push(format!("{} and its schools", cluster.name));
        points.extend(point(cluster.urn, format!("{} (secondary)", cluster.name), group));
        points.extend(
            cluster.members.iter().filter_map(|member| point(member.urn, member.name.clone(), group)),
        );
    }
    groups.push("Schools in no chosen cluster".to_owned());
    let rest = choice.not_chosen.iter().map(|(urn, name, _)| (*urn, name.clone()));
    let others = choice.left.iter().map(|left| (left.urn, left.name.clone()));
    let last = choice.clusters.len();
    points.extend(rest.chain(others).filter_map(|(urn, name)| point(urn, name, last)));
    if points.is_empty() {
        return html! { p class="govuk-body" { "There is no map, because the register gives none of these schools a place." } };
    }
    let named = points.len() <= NAMED;
    Places { title: "Where the schools are".to_owned(), groups, places: points, named }.figure("clusters-map")
}

fn overview(choice: &Choice) -> Markup {
    let table = Table::new()
        .caption("Clusters, the largest need first")
        .first_cell_is_header(true)
        .head([
            Cell::new("Secondary"),
            Cell::new("Schools").numeric(true),
            Cell::new("Children at one time").numeric(true),
            Cell::new("Workers").numeric(true),
            Cell::new("Children reached").numeric(true),
        ])
        .rows(choice.clusters.iter().map(|cluster| {
            [
                Cell::new(cluster.name.as_str()),
                Cell::number(cluster.schools()),
                Cell::number(format!("{:.0}", cluster.need)),
                Cell::number(cluster.workers),
                Cell::number(format!("{:.0}", cluster.reached)),
            ]
        }));
    record::ui::scroll("Clusters", table)
}

fn one(place: usize, cluster: &Cluster, hide: bool) -> Markup {
    let mut head = vec![
        Cell::new("School"),
        Cell::new("Kind"),
        Cell::new("Why it belongs"),
        Cell::new("Km").numeric(true),
    ];
    if !hide {
        head.push(Cell::new("Children").numeric(true));
    }
    let secondary = {
        let mut row = vec![
            Cell::new(cluster.name.as_str()),
            Cell::new(cluster.kind.title()),
            Cell::new("The cluster’s secondary"),
            Cell::number("0.0"),
        ];
        if !hide {
            row.push(Cell::number(format!("{:.1}", cluster.own_need)));
        }
        row
    };
    let members = cluster.members.iter().map(|member| {
        let mut why = basis(&member.link, hide);
        if !member.also.is_empty() {
            why.push_str(&format!(". It could have gone with {}", super::super::model::listed(&member.also)));
        }
        let mut row = vec![
            Cell::new(member.name.as_str()),
            Cell::new(member.kind.title()),
            Cell::new(why),
            member.link.km.map_or_else(|| Cell::new("Not known"), |km| Cell::number(format!("{km:.1}"))),
        ];
        if !hide {
            row.push(Cell::number(format!("{:.1}", member.need)));
        }
        row
    });
    let table =
        Table::new().first_cell_is_header(true).head(head).rows(std::iter::once(secondary).chain(members));
    let title = format!("{place}. {}", cluster.name);
    html! {
        h3 class="govuk-heading-m" { (title) }
        p class="govuk-body" { (cluster.reason()) }
        (record::ui::scroll(&format!("Schools of cluster {title}"), table))
    }
}

/// On what a link rests, in words.
pub(super) fn basis(link: &Link, hide: bool) -> String {
    let small = hide && (1..=5).contains(&link.moved);
    let share = link.share().unwrap_or(0.0) * 100.0;
    let moves = match (link.moved, small) {
        (_, true) => "fewer than 6 pupils moved on to it".to_owned(),
        (0, _) => "no pupil was seen to move on to it".to_owned(),
        (moved, _) => format!("{share:.0}% of pupils who moved on went to it ({moved} of {})", link.of),
    };
    match link.basis {
        crate::clusters::model::Basis::Moves => sentence(&moves),
        crate::clusters::model::Basis::Distance => format!("Nearest secondary; {moves}, too few to say"),
        crate::clusters::model::Basis::Hand => "Added by hand".to_owned(),
    }
}

fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn variations(choice: &Choice) -> Markup {
    if choice.variations.is_empty() {
        return html! {};
    }
    let table = Table::new()
        .first_cell_is_header(true)
        .head([
            Cell::new("With"),
            Cell::new("Secondaries"),
            Cell::new("Schools").numeric(true),
            Cell::new("Children at them").numeric(true),
            Cell::new("Children reached").numeric(true),
        ])
        .rows(choice.variations.iter().map(|other| {
            [
                Cell::new(other.what.as_str()),
                Cell::new(sentence(&exchange(&other.goes, &other.comes))),
                Cell::number(other.schools),
                Cell::number(format!("{:.0}", other.held)),
                Cell::number(format!("{:.0}", other.reached)),
            ]
        }));
    html! {
        h2 class="govuk-heading-l" { "How the choice changes with the settings" }
        (record::ui::scroll("How the choice changes", table))
    }
}

fn left(choice: &Choice, hide: bool) -> Markup {
    let name = |urn: u32| {
        let chosen = choice.clusters.iter().map(|cluster| (cluster.urn, &cluster.name));
        let others = choice.not_chosen.iter().map(|(urn, name, _)| (*urn, name));
        chosen
            .chain(others)
            .find(|(other, _)| *other == urn)
            .map_or_else(|| format!("URN {urn}"), |(_, name)| name.clone())
    };
    let not_chosen = choice.not_chosen.iter().map(|(urn, school, need)| {
        let why = if hide {
            "Secondary, not chosen".to_owned()
        } else {
            format!("Secondary, not chosen: about {need:.0} children with the primaries that only it takes")
        };
        (school.as_str(), *urn, why)
    });
    let others = choice.left.iter().map(|left| (left.name.as_str(), left.urn, left.why.words(name)));
    let rows: Vec<_> = not_chosen.chain(others).collect();
    if rows.is_empty() {
        return html! {};
    }
    let count = rows.len();
    let table = Table::new().first_cell_is_header(true).head(["School", "URN", "Why"]).rows(
        rows.into_iter()
            .map(|(name, urn, why)| [Cell::new(name), Cell::new(urn.to_string()), Cell::new(why)]),
    );
    html! {
        (Details::new(
            format!("{count} {} in no chosen cluster, and why", if count == 1 { "school is" } else { "schools are" }),
            record::ui::scroll("Schools in no chosen cluster", table),
        ))
    }
}

fn meaning(settings: &Settings) -> Markup {
    let content = html! {
        p class="govuk-body" {
            "Feeders: a pupil on a primary’s roll in one academic year and on a secondary’s in the next has moved on. A primary belongs to
             the secondary that takes the most of its movers, and to any that takes at least "
            (settings.field("share")) " percent. Where fewer than " (settings.few_moves) " pupils moved on, chance decides too much, and the
             nearest secondary is taken instead. A school that became an academy or merged is followed under its present name."
        }
        p class="govuk-body" {
            "Need: " (settings.need.title().to_lowercase()) ", each once a year and school, over up to three years that the returns cover wholly. A
             small school’s figures are drawn towards the mean of its kind, because one year of a small school is mostly chance. A year’s
             children times " (settings.months_open) " twelfths are the children expected at one time: if cases are open for longer, there are more."
        }
        p class="govuk-body" {
            "Choice: each chosen cluster has one worker at least, and each worker has places for " (settings.children_per_worker) " children. The
             choice reaches the most children within the places. Where every choice fills them, the schools with the most children are
             chosen. The highest schools of some years are partly the unlucky ones, so expect fewer children there next year whatever is done."
        }
    };
    html! { (Details::new("What these figures mean", content)) }
}
