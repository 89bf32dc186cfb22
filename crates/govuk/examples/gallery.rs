//! Writes one page with every component and pattern, its stylesheet and its scripts, into a folder:
//! `cargo run -p govuk --example gallery -- /tmp/gallery`. Serve the folder to see the scripts work, for example with
//! `python3 -m http.server --directory /tmp/gallery`.

#[path = "gallery/components.rs"]
mod components;
#[path = "gallery/patterns.rs"]
mod patterns;

use govuk::patterns::{Badge, BadgeColour, IdentityBar, TimeoutWarning};
use govuk::*;
use maud::{Markup, Render, html};
use std::error::Error;
use std::fs;
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(std::env::args().nth(1).unwrap_or_else(|| "target/gallery".to_owned()));
    fs::create_dir_all(folder.join("assets"))?;
    for asset in assets::all() {
        fs::write(folder.join(asset.path.trim_start_matches('/')), asset.bytes)?;
    }
    // Addresses without a leading slash, so that the page can be opened as a file too.
    let page = page().into_string().replace("\"/assets/", "\"assets/");
    fs::write(folder.join("index.html"), page)?;
    let stylesheet = assets::named("app.css").ok_or("no stylesheet")?;
    let css = std::str::from_utf8(stylesheet.bytes)?.replace("url(/assets/", "url(");
    fs::write(folder.join(stylesheet.path.trim_start_matches('/')), css)?;
    Ok(())
}

fn page() -> Markup {
    Template::new("Gallery of components")
        .header(GenericHeader::new(html! { (mark()) span { "Riverside Council" } }))
        .navigation(
            ServiceNavigation::new()
                .service_name("Licences")
                .service_url("#")
                .item(NavigationItem::new("Today", "#").current(true))
                .item(NavigationItem::new("Applications", "#"))
                .item(NavigationItem::new("Reports", "#")),
        )
        .phase_banner(PhaseBanner::new("Beta", html! {
            "This is new. Tell us " a class="govuk-link" href="#" { "what you think" } "."
        }))
        .banner(
            IdentityBar::new("Amina Yusuf")
                .badge(Badge::new("Restricted").colour(BadgeColour::Red))
                .fact("Date of birth", "3 May 2014 (12 years old)")
                .fact("Reference", "1042")
                .fact("Lives in", "Riverside"),
        )
        .before_content(html! {
            (Breadcrumbs::new().items([("Today", "#"), ("Applications", "#")]).item(Breadcrumb::here("Gallery")))
        })
        .content(html! {
            h1 class="govuk-heading-xl" { "Gallery of components" }
            (components::all())
            h1 class="govuk-heading-xl" { "Patterns" }
            (patterns::all())
        })
        .timeout(
            TimeoutWarning::new(seconds("GALLERY_SESSION", 1800), seconds("GALLERY_WARN", 300), "token")
                .keep_alive_url("/session")
                .sign_out_url("/sign-out")
                .timed_out_url("/signed-out")
                .keep_draft_url("/drafts"),
        )
        .footer(
            Footer::new()
                .link(("Accessibility", "#"))
                .link(("Privacy", "#"))
                .link(("Help", "#"))
                .note("Built on the GOV.UK Design System. Not a GOV.UK service."),
        )
        .render()
}

/// A number of seconds from the environment, to try the warning out.
fn seconds(name: &str, usual: u32) -> u32 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// A titled part of the gallery.
fn part(title: &str, content: impl Render) -> Markup {
    html! {
        h2 class="govuk-heading-l" { (title) }
        (content)
        hr class="govuk-section-break govuk-section-break--l govuk-section-break--visible";
    }
}
