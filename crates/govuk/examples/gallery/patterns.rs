//! Every pattern, as it is used.

use super::part;
use govuk::patterns::{
    Badge, BadgeColour, Filter, FilterCategory, InterruptionCard, JobProgress, ProgressBar, Scroll,
    SideNavigation, SideSection, Sort, SubNavigation, Timeline, TimelineEntry,
};
use govuk::*;
use maud::{Markup, html};

pub(crate) fn all() -> Markup {
    html! {
        (part("Navigation", navigation()))
        (part("Filter beside results", filter()))
        (part("A wide table", wide_table()))
        (part("Timeline", timeline()))
        (part("Progress", progress()))
        (part("Badges", badges()))
        (part("Interruption", interruption()))
    }
}

fn navigation() -> Markup {
    html! {
        (SubNavigation::new("Record")
            .item(NavigationItem::new("Overview", "#").current(true))
            .item(NavigationItem::new("Chronology", "#"))
            .item(NavigationItem::new("Family", "#")))
        (SubNavigation::new("Parts of schools").compact(true)
            .item(NavigationItem::new("Counts", "#").current(true))
            .item(NavigationItem::new("Need", "#"))
            .item(NavigationItem::new("Clusters", "#")))
        div class="govuk-grid-row" {
            div class="govuk-grid-column-one-quarter" {
                (SideNavigation::new("Reports")
                    .section(SideSection::new("Schools")
                        .item(NavigationItem::new("By school", "#").current(true))
                        .item(NavigationItem::new("By term", "#")))
                    .section(SideSection::new("Quality").item(NavigationItem::new("Unmatched", "#"))))
            }
            div class="govuk-grid-column-three-quarters" { p class="govuk-body" { "The page itself." } }
        }
    }
}

fn filter() -> Markup {
    let sort = Sort::descending("opened");
    let href = |sort: &Sort| format!("?sort={sort}");
    Filter::new("/schools")
        .selected(FilterCategory::new("Phase").item("Primary", "#").item("Secondary", "#"))
        .clear_href("#")
        .options(html! {
            (Input::new("name").label("Name of school"))
            (Checkboxes::new("phases").legend("Phase").items([("p", "Primary"), ("s", "Secondary")]).chosen("p").small())
        })
        .beside(html! {
            (Table::new()
                .caption("Schools")
                .caption_size(Size::Medium)
                .heading(sort.heading("Name", "name", href))
                .heading(sort.heading("Opened", "opened", href))
                .heading(sort.heading("Pupils", "pupils", href).numeric(true))
                .row([Cell::new("Riverside Primary"), Cell::new("1 September 2019"), Cell::number(412)])
                .row([Cell::new("Hillside Academy"), Cell::new("1 April 2012"), Cell::number("1,230")]))
            (Pagination::pages(1, 3, |page| format!("?page={page}")).landmark_label("Pages of schools"))
        })
}

fn timeline() -> Timeline {
    Timeline::new()
        .heading_level(HeadingLevel::Three)
        .entry(
            TimelineEntry::new("Granted", "5 March 2026", "2026-03-05")
                .byline("Jo Smith")
                .description(html! { p class="govuk-body" { "The licence lasts for two years." } }),
        )
        .entry(TimelineEntry::new("Received", "1 March 2026", "2026-03-01").byline("the applicant"))
}

fn progress() -> Markup {
    html! {
        (JobProgress::new("job", "/jobs/1")
            .check_again_href("#")
            .bar(ProgressBar::new("job-bar", "Reading the file").done(1200).total(5000).text("1,200 of 5,000 rows"))
            .content(Button::new("Stop").secondary()))
        (ProgressBar::new("unknown", "Getting ready"))
    }
}

fn badges() -> Markup {
    html! {
        p class="govuk-body" {
            @for (words, colour) in [
                ("Purple", BadgeColour::Purple), ("Red", BadgeColour::Red), ("Green", BadgeColour::Green),
                ("Blue", BadgeColour::Blue), ("Black", BadgeColour::Black), ("Grey", BadgeColour::Grey),
            ] { (Badge::new(words).colour(colour)) " " }
            (Badge::new("Brand"))
        }
    }
}

fn interruption() -> InterruptionCard {
    InterruptionCard::new("Delete this draft?", "/drafts/7/delete")
        .body("It cannot be brought back.")
        .submit("Delete the draft")
        .cancel("Keep it", "#")
}

fn wide_table() -> Scroll {
    let months =
        ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October"];
    Scroll::new(
        "Applications by month",
        Table::new()
            .caption("Applications by month")
            .head(std::iter::once("School").chain(months))
            .row(std::iter::once(Cell::new("Riverside Primary")).chain((10..20).map(Cell::number)))
            .first_cell_is_header(true),
    )
}
