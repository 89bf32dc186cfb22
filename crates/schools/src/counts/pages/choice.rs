//! What the address asks for: windows, measure, filter, order, page. It holds no personal data.

use chrono::NaiveDate;
use govuk::patterns::Sort;
use platform::web::{Errors, Request};

use crate::counts::model::{
    measure::Measure,
    window::{Census, Season, TermDates, Window, WindowKind},
};

/// The value of the choice of two free dates.
pub(super) const DATES: &str = "dates";
/// Windows that a trend has at most.
const TREND: usize = 3;
/// Years that the page of one school shows at most.
const YEARS: usize = 6;
/// Characters of a name that are searched for.
const NAME_MAX: usize = 100;

/// What was asked for.
pub(super) struct Choice {
    /// The kind of figures: small numbers hidden.
    suppressed: bool,
    /// Census years of returns, latest first, by opening year.
    opening: Vec<i32>,
    /// The window, where it could be read.
    pub(super) window: Option<Window>,
    /// What the select shows.
    pub(super) window_name: String,
    /// First and last day as typed: day, month, year.
    pub(super) typed: [[String; 3]; 2],
    /// The measure of chart and trend.
    pub(super) measure: Measure,
    /// Only schools of this phase.
    pub(super) phase: String,
    /// Only schools with this in their name, or of this URN.
    pub(super) name: String,
    /// The order.
    pub(super) sort: Sort,
    /// The page, from 1.
    pub(super) page: u32,
    /// What is wrong.
    pub(super) errors: Errors,
}

/// Measures that a chart can show: everything that has a rate.
pub(super) fn charted() -> impl Iterator<Item = Measure> {
    Measure::ALL.into_iter().filter(|measure| !measure.is_roll())
}

impl Choice {
    /// Reads the address.
    pub(super) fn of(request: &Request, opening: Vec<i32>, suppressed: bool) -> Self {
        let text = |name: &str| request.query(name).unwrap_or_default().trim().to_owned();
        let columns: Vec<&str> =
            ["name", "rate"].into_iter().chain(Measure::ALL.into_iter().map(Measure::slug)).collect();
        let measure = Measure::from_slug(&text("measure")).filter(|measure| !measure.is_roll());
        let parts = |name: &str| ["day", "month", "year"].map(|part| text(&format!("{name}-{part}")));
        let mut choice = Self {
            suppressed,
            opening,
            window: None,
            window_name: text("window"),
            typed: [parts("from"), parts("to")],
            measure: measure.unwrap_or(Measure::Referrals),
            phase: text("phase"),
            name: text("name").chars().take(NAME_MAX).collect(),
            sort: Sort::parse(&text("sort"), &columns, "name"),
            page: text("page").parse().unwrap_or(1),
            errors: Errors::new(),
        };
        choice.read_window();
        choice
    }

    fn read_window(&mut self) {
        if self.window_name == DATES {
            let [from, to] = &self.typed;
            let (from, to) = (date(from), date(to));
            for (name, date, what) in [("from", from, "First day"), ("to", to, "Last day")] {
                if date.is_none() {
                    self.errors.add(format!("{name}-day"), format!("{what} must be a real date"));
                }
            }
            if let (Some(from), Some(to)) = (from, to) {
                match Window::dates(from, to) {
                    Ok(window) => self.window = Some(window),
                    Err(why) => self.errors.add("to-day", sentence(&why.to_string())),
                }
            }
        } else if self.window_name.is_empty() {
            self.window = self.opening.first().map(|year| Window::census_year(*year));
            self.window_name = self.window.as_ref().map(|window| window.name.clone()).unwrap_or_default();
        } else {
            match Window::parse(&self.window_name, &TermDates::default()) {
                Ok(window) => self.window = Some(window),
                Err(_) => self.errors.add("window", "Choose a period from the list"),
            }
        }
        if self.suppressed && self.window.as_ref().is_some_and(|window| window.kind != WindowKind::CensusYear)
        {
            self.window = None;
            self.errors.add(
                "window",
                "Choose a census year. Other periods would tell by subtraction what is hidden",
            );
        }
    }

    /// The window and those before it of the same kind that returns may cover, latest first.
    pub(super) fn windows(&self) -> Option<Vec<Window>> {
        let window = self.window.clone()?;
        let earliest = self.opening.last().copied();
        let covered =
            |window: &Window| earliest.is_some_and(|year| Window::census_year(year).from <= window.to);
        let earlier = std::iter::successors(earlier(&window), earlier).take(TREND - 1).filter(covered);
        Some(std::iter::once(window.clone()).chain(earlier).collect())
    }

    /// Census years of all returns, latest first; `None` where there are none.
    pub(super) fn years_up_to_now(&self) -> Option<Vec<Window>> {
        let years: Vec<Window> =
            self.opening.iter().take(YEARS).map(|year| Window::census_year(*year)).collect();
        (!years.is_empty()).then_some(years)
    }

    /// The windows to choose from: name and title.
    pub(super) fn options(&self) -> Vec<(String, String)> {
        let census = |year: &i32| {
            let window = Window::census_year(*year);
            (window.name.clone(), format!("Census year {}", window.name))
        };
        let mut options: Vec<(String, String)> = self.opening.iter().map(census).collect();
        if self.suppressed {
            return options;
        }
        let terms = TermDates::default();
        let of_year = |year: &i32| {
            // A census year is a summer, an autumn and a spring term.
            [(Season::Spring, year + 1), (Season::Autumn, *year), (Season::Summer, *year)]
                .map(|(season, year)| Window::term(Census { year, season }, &terms))
        };
        let whole = self.opening.iter().map(|year| Window::academic_year(*year));
        let some: Vec<Window> = whole.chain(self.opening.iter().flat_map(of_year)).collect();
        options.extend(some.into_iter().map(|window| (window.name.clone(), window.title())));
        options.push((DATES.to_owned(), "Two dates of your own".to_owned()));
        options
    }

    /// Whether dates of one's own may be chosen.
    pub(super) fn offers_dates(&self) -> bool {
        !self.suppressed
    }

    /// The address of the same choice with some values changed, below the path of the page.
    pub(super) fn query(&self, changes: &[(&str, &str)]) -> String {
        let [from, to] = &self.typed;
        let dates = [("from", from), ("to", to)].into_iter().flat_map(|(name, parts)| {
            let names = ["day", "month", "year"].map(|part| format!("{name}-{part}"));
            names.into_iter().zip(parts.clone()).collect::<Vec<_>>()
        });
        let mut fields: Vec<(String, String)> = [
            ("window", self.window_name.clone()),
            ("measure", self.measure.slug().to_owned()),
            ("phase", self.phase.clone()),
            ("name", self.name.clone()),
            ("sort", self.sort.to_string()),
            ("page", self.page.to_string()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into_iter()
        .chain(dates.filter(|_| self.window_name == DATES))
        .collect();
        for (name, value) in &mut fields {
            if let Some((_, change)) = changes.iter().find(|(changed, _)| changed == name) {
                (*change).clone_into(value);
            }
        }
        fields.retain(|(_, value)| !value.is_empty());
        let encode = |text: &str| {
            // Letters, digits and the unreserved marks stay; everything else is written byte by byte.
            text.bytes().fold(String::new(), |mut out, byte| {
                if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                    out.push(char::from(byte));
                } else {
                    out.push_str(&format!("%{byte:02X}"));
                }
                out
            })
        };
        let pairs: Vec<String> =
            fields.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
        format!("?{}", pairs.join("&"))
    }
}

fn date([day, month, year]: &[String; 3]) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}

fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// The window of the same kind one year before; none for dates of one's own.
fn earlier(window: &Window) -> Option<Window> {
    use chrono::Datelike as _;
    let year = window.from.year() - 1;
    if year < 2000 {
        return None;
    }
    match window.kind {
        WindowKind::CensusYear => Some(Window::census_year(year)),
        WindowKind::AcademicYear => Some(Window::academic_year(year)),
        WindowKind::Term => {
            let season = window.name.split_once('-')?.0;
            Window::parse(&format!("{season}-{year}"), &TermDates::default()).ok()
        }
        WindowKind::Dates => None,
    }
}
