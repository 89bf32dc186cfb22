use proptest::prelude::*;

use super::{
    Ask, Assessment, Beyond, Group, Part, Reason, Silence, Weights, assess,
    forum::{Band, forum},
};
use crate::{
    counts::model::{
        measure::{MEASURES, Measure},
        place::Place,
        suppression::Policy,
        table::{self, Coverage, Figure, Table, WindowFacts},
        tally::Counter,
        window::Window,
    },
    figures::{Figures, Kind, School},
};

fn facts(opening: i32, covered: Coverage) -> WindowFacts {
    let window = Window::census_year(opening);
    let census = window.censuses().first().copied();
    WindowFacts { window, census, free_meals: true, covered, repeats: true }
}

/// A school with pupils, pupils with free meals, and enquiries by window, latest first.
fn school(urn: u32, kind: Kind, pupils: u64, meals: u64, enquiries: &[u64]) -> School {
    let counts = enquiries.iter().map(|enquiries| {
        let mut counts = [0; MEASURES];
        counts[Measure::Pupils.index()] = pupils;
        counts[Measure::FreeMeals.index()] = meals;
        counts[Measure::Enquiries.index()] = *enquiries;
        counts
    });
    School {
        urn,
        name: format!("School {urn}"),
        kind,
        closed: false,
        open_date: None,
        close_date: None,
        low_age: None,
        high_age: None,
        register_pupils: None,
        register_free_meals: None,
        easting: None,
        northing: None,
        previous: vec![],
        counts: counts.collect(),
    }
}

fn figures(schools: Vec<School>) -> Figures {
    let windows = schools.first().map_or(1, |school| school.counts.len());
    let windows = (2018 - i32::try_from(windows).unwrap() + 1..=2018).rev();
    Figures { windows: windows.map(|year| facts(year, Coverage::Whole)).collect(), schools, sources: vec![] }
}

fn ask(highest: usize) -> Ask {
    Ask { group: Group::Secondary, measure: Measure::Enquiries, highest, weights: Weights::default() }
}

fn secondary(urn: u32, pupils: u64, meals: u64, enquiries: &[u64]) -> School {
    school(urn, Kind::Secondary, pupils, meals, enquiries)
}

/// Twelve secondary schools of which the first has far more enquiries than the rest.
fn dozen() -> Figures {
    let others = (2..=12).map(|n| {
        let pupils = 700 + 60 * u64::from(n);
        secondary(n, pupils, pupils / 8, &[6 + u64::from(n % 4), 7, 6 + u64::from(n % 3)])
    });
    let schools = std::iter::once(secondary(1, 900, 400, &[60, 55, 50])).chain(others);
    figures(schools.collect())
}

fn urns(assessment: &Assessment) -> Vec<u32> {
    assessment.rows.iter().map(|row| row.school.urn).collect()
}

#[test]
fn the_highest_stands_first_with_its_interval_its_chance_and_its_parts() {
    let assessment = assess(&dozen(), &ask(3));
    let first = &assessment.rows[0];
    let rate = first.rate.unwrap();
    assert_eq!(first.school.urn, 1);
    assert!(rate.low < rate.estimate && rate.estimate < rate.high);
    assert!(rate.estimate < rate.observed, "shrunk towards the rest");
    assert!(rate.among > 0.95 && rate.rank_low == 1, "{rate:?}");
    assert_eq!(rate.beyond_chance, Beyond::Above);
    let index = first.index.as_ref().unwrap();
    assert!(index.overall.low == 1 && index.overall.among > 0.9, "{:?}", index.overall);
    let sum: f64 = index.contributions.iter().flatten().sum();
    assert!((sum - index.index.unwrap()).abs() < 1e-9, "the parts add up to the index");
    let rates = assessment.rates.as_ref().unwrap();
    assert!(rates.differ && rates.variation > 1.0 && rates.limits.len() == 3);
    assert_eq!(rates.schools.len(), 12);
    let words = assessment.regression().unwrap();
    let expected = format!("{:.0}", rates.next.expected);
    assert!(
        words.contains("3 secondary schools") && words.contains(&expected) && words.contains("fewer"),
        "{words}"
    );
    assert!(rates.next.expected < rates.next.observed);
    assert_eq!(assessment.trend.as_ref().unwrap().windows, ["2016-17", "2017-18", "2018-19"]);
    let year = assessment.index.as_ref().unwrap().year.as_ref().unwrap();
    assert!(year.window == "2017-18" && year.shared >= 1 && year.correlation <= 1.0);
}

#[test]
fn kinds_are_compared_with_their_own_and_all_through_schools_with_secondary() {
    let mut all = dozen();
    all.schools.push(school(50, Kind::Primary, 200, 20, &[90, 1, 1]));
    all.schools.push(school(51, Kind::AllThrough, 1_200, 100, &[4, 4, 4]));
    all.schools.push(school(52, Kind::Other, 400, 0, &[2, 2, 2]));
    let assessment = assess(&all, &ask(3));
    assert_eq!(assessment.rows.len(), 13);
    assert!(!urns(&assessment).contains(&50) && urns(&assessment).contains(&51));
    assert_eq!(assessment.other, 1);
}

#[test]
fn closed_schools_and_schools_without_pupils_are_named_and_left_out() {
    let mut all = dozen();
    all.schools[1].closed = true;
    all.schools.push(secondary(60, 0, 0, &[3, 0, 0]));
    let assessment = assess(&all, &ask(3));
    let left: Vec<_> = assessment.left_out.iter().map(|left| (left.urn, left.reason, left.count)).collect();
    assert_eq!(left, [(2, Reason::Closed, 8), (60, Reason::NoPupils, 3)]);
    assert_eq!(assessment.rows.len(), 11);
    // Where the register names pupils, they stand in for the roll, and the page says so.
    all.schools.last_mut().unwrap().register_pupils = Some(500);
    let assessment = assess(&all, &ask(3));
    let row = assessment.school(60).unwrap();
    assert!(row.pupils_by_register && row.notes[0].contains("register"), "{:?}", row.notes);
}

#[test]
fn a_merged_school_is_found_by_its_former_number() {
    let mut all = dozen();
    all.schools[3].previous = vec![(9_001, "Old School".to_owned())];
    let assessment = assess(&all, &ask(3));
    let row = assessment.school(9_001).unwrap();
    assert_eq!(row.school.urn, 4);
    assert!(row.notes.iter().any(|note| note.contains("Old School")));
}

#[test]
fn a_school_of_one_pupil_is_not_the_highest_for_one_enquiry() {
    let mut all = dozen();
    all.schools.push(secondary(70, 1, 0, &[1, 0, 0]));
    let assessment = assess(&all, &ask(1));
    let row = assessment.school(70).unwrap();
    let rate = row.rate.unwrap();
    assert_eq!(rate.observed, 1_000.0);
    let highest = assessment.school(1).unwrap().rate.unwrap();
    assert!(rate.shrinkage > 0.95 && rate.estimate < highest.estimate && rate.among < 0.3, "{rate:?}");
    assert!(row.notes.iter().any(|note| note.contains("A school of 1 pupil:")));
}

#[test]
fn all_rates_nought_is_said_and_the_rest_of_the_index_still_orders() {
    let schools = (1..=5).map(|n| secondary(n, 500 + 100 * u64::from(n), 50, &[0, 0, 0])).collect();
    let assessment = assess(&figures(schools), &ask(2));
    let Err(silence) = &assessment.rates else { panic!("there are no rates") };
    assert!(
        silence.words().contains("none at any of these schools in 2018-19, among 4000 pupils"),
        "{}",
        silence.words()
    );
    assert!(matches!(assessment.trend, Err(Silence::EmptyYear(_))));
    assert!(assessment.regression().is_none());
    assert_eq!(urns(&assessment)[0], 5, "size and meals still differ");
    // Where nothing differs at all, there is no order, and that is said.
    let schools = (1..=5).map(|n| secondary(n, 500, 50, &[0, 0, 0])).collect();
    let assessment = assess(&figures(schools), &ask(2));
    assert_eq!(assessment.index.unwrap_err(), Silence::NothingDiffers);
    assert!(assessment.rows.iter().all(|row| row.index.is_none()));
}

#[test]
fn where_all_schools_are_among_the_highest_no_fall_is_foretold() {
    for highest in [12, 30] {
        let assessment = assess(&dozen(), &ask(highest));
        let words = assessment.regression().unwrap();
        assert!(words.contains("Only 12 secondary schools are compared"), "{words}");
        assert!(words.contains("all of them are among the 12 highest"), "{words}");
        assert!(!words.contains("fewer,") && !words.contains("about as many"), "{words}");
    }
    assert!(assess(&dozen(), &ask(11)).regression().unwrap().contains("The 11 secondary schools"));
}

#[test]
fn one_school_and_none_are_said() {
    let one = assess(&figures(vec![secondary(1, 800, 90, &[4, 3, 2])]), &ask(5));
    assert_eq!(one.rates, Err(Silence::OneSchool(Group::Secondary)));
    assert_eq!(one.regression(), None);
    assert!(one.rates.as_ref().unwrap_err().words().contains("chance cannot be said"));
    assert!(one.index.unwrap_err().words().contains("only one secondary school"));
    assert_eq!((one.rows.len(), one.rows[0].count), (1, 4));
    assert_eq!(one.ask.highest, 1, "there are not five");
    let none = assess(&figures(vec![]), &ask(5));
    assert!(none.rates.unwrap_err().words().contains("There are no open secondary schools"));
}

#[test]
fn one_year_gives_rates_and_says_that_there_is_no_trend() {
    let schools = (1..=6).map(|n| secondary(n, 800, 90, &[u64::from(n) * 3])).collect();
    let assessment = assess(&figures(schools), &ask(2));
    assert!(assessment.rates.is_ok());
    assert_eq!(assessment.trend, Err(Silence::OneYear));
    let index = assessment.index.as_ref().unwrap();
    assert!(index.year.is_none());
    assert_eq!(urns(&assessment), [6, 5, 4, 3, 2, 1]);
}

#[test]
fn a_window_without_a_return_is_not_a_window_in_which_nothing_happened() {
    let mut all = dozen();
    for school in &mut all.schools {
        for counts in &mut school.counts {
            counts[Measure::Enquiries.index()] = 0;
        }
    }
    all.windows[0].covered = Coverage::None;
    let assessment = assess(&all, &ask(3));
    assert_eq!(assessment.rates, Err(Silence::NoReturn("2018-19".to_owned())));
    let remarks = &assessment.index.as_ref().unwrap().remarks;
    assert!(remarks.iter().any(|remark| remark.contains("is left out")), "{remarks:?}");
    let rate = |index: &super::Index| index.parts.iter().any(|part| matches!(part.part, Part::Rate(_)));
    assert!(!rate(assessment.index.as_ref().unwrap()));
}

#[test]
fn where_rates_differ_no_more_than_chance_nobody_is_put_first_by_them() {
    let schools = (1..=8).map(|n| secondary(n, 1_000, 100, &[10, 10, 10])).collect();
    let mut asked = ask(2);
    asked.weights = Weights::parse("section_47_enquiries=1,size=1").unwrap();
    let mut all = figures(schools);
    all.schools[0].counts[0][Measure::Pupils.index()] = 1_001;
    let assessment = assess(&all, &asked);
    let rates = assessment.rates.as_ref().unwrap();
    assert!(!rates.differ);
    for rate in &rates.schools {
        assert!((rate.among - 0.25).abs() < 0.06 && (rate.rank_low, rate.rank_high) == (1, 8), "{rate:?}");
    }
}

#[test]
fn weights_move_the_order_and_the_same_question_has_the_same_answer() {
    let all = dozen();
    let mut asked = ask(3);
    asked.weights = Weights::parse("size=100").unwrap();
    let by_size = assess(&all, &asked);
    assert_eq!(urns(&by_size)[0], 12);
    assert_ne!(urns(&by_size), urns(&assess(&all, &ask(3))));
    assert_eq!(assess(&all, &ask(3)), assess(&all, &ask(3)));
    let reversed = Figures { schools: all.schools.iter().rev().cloned().collect(), ..all.clone() };
    assert_eq!(urns(&assess(&reversed, &ask(3))), urns(&assess(&all, &ask(3))));
}

#[test]
fn a_missing_part_is_told_and_makes_the_place_less_sure() {
    let mut all = dozen();
    for facts in &mut all.windows {
        facts.free_meals = false;
    }
    for school in all.schools.iter_mut().skip(1) {
        school.register_free_meals = Some(f64::from(school.urn));
    }
    let assessment = assess(&all, &ask(3));
    let index = assessment.index.as_ref().unwrap();
    assert_eq!(index.incomplete, 1);
    let first = assessment.school(1).unwrap();
    let meals = index.parts.iter().position(|part| part.part == Part::FreeMeals).unwrap();
    assert_eq!(first.index.as_ref().unwrap().contributions[meals], None);
    assert!(first.index.as_ref().unwrap().index.is_some());
}

/// The figures with their suppressed table.
fn published(figures: &Figures) -> Table {
    let windows: Vec<Window> = figures.windows.iter().map(|facts| facts.window.clone()).collect();
    let mut counter = Counter::new(&windows);
    for school in &figures.schools {
        counter.open(Place::School(school.urn));
        for (window, counts) in school.counts.iter().enumerate() {
            let place = Place::School(school.urn);
            counter.pupils(window, place, Measure::Pupils.of(counts), Measure::FreeMeals.of(counts));
            counter.counted(window, place, Measure::Enquiries, Measure::Enquiries.of(counts));
        }
    }
    let named = |school: &School| table::School {
        urn: school.urn,
        name: school.name.clone(),
        phase: None,
        previous: vec![],
    };
    let schools = figures.schools.iter().map(named).collect();
    Table::new(&counter.finish(), figures.windows.clone(), schools, Some(Policy::default()))
}

#[test]
fn the_list_for_the_public_hides_small_counts_and_orders_by_name_within_a_band() {
    let mut all = dozen();
    all.schools[4].counts[0][Measure::Enquiries.index()] = 2;
    all.schools[5].counts[0][Measure::Enquiries.index()] = 4;
    let list = forum(&all, &published(&all), &ask(3), Policy::default());
    let line = |urn: u32| list.lines.iter().find(|line| line.urn == urn).unwrap();
    assert_eq!(line(5).count, Figure::Hidden);
    assert_eq!(line(6).count, Figure::Hidden);
    assert_eq!(line(1).count, Figure::Number(60));
    assert_eq!(line(1).band, Band::Among);
    for pair in list.lines.windows(2) {
        assert!((pair[0].band, &pair[0].name) <= (pair[1].band, &pair[1].name));
    }
    for line in &list.lines {
        assert_eq!(
            line.band,
            Band::of(line.low.unwrap(), line.high.unwrap(), 3),
            "no band tells more than its places"
        );
    }
    assert_eq!(list.hash("2018-19").len(), 64);
}

#[test]
fn a_hidden_count_widens_the_places_to_what_it_could_be() {
    let mut all = dozen();
    all.schools[4].counts[0][Measure::Enquiries.index()] = 1;
    all.schools[5].counts[0][Measure::Enquiries.index()] = 5;
    let list = forum(&all, &published(&all), &ask(3), Policy::default());
    let exact = assess(&all, &ask(3));
    let mut wider = 0;
    for line in &list.lines {
        let span = exact.school(line.urn).unwrap().index.as_ref().unwrap().overall;
        assert!(line.low.unwrap() <= span.low.max(1) && line.high.unwrap() >= span.high, "{line:?} {span:?}");
        if line.count == Figure::Hidden {
            wider += usize::from(line.high.unwrap() - line.low.unwrap() > span.high - span.low);
        } else {
            assert_eq!((line.low, line.high), (Some(span.low), Some(span.high)));
        }
    }
    assert!(wider > 0, "some hidden school has a wider span");
}

#[test]
fn the_list_leaves_the_trend_out_and_says_so() {
    let mut asked = ask(3);
    asked.weights = Weights::parse("section_47_enquiries=50,trend=50").unwrap();
    let all = dozen();
    let list = forum(&all, &published(&all), &asked, Policy::default());
    assert_eq!(list.ask.weights.of(Part::Trend), 0.0);
    assert!(list.remarks[0].contains("small numbers"));
    asked.weights = Weights::parse("trend=50").unwrap();
    let list = forum(&all, &published(&all), &asked, Policy::default());
    assert!(list.lines.iter().all(|line| line.band == Band::Unknown) && list.silence.is_some());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Whatever the figures, nothing panics, every place is a place, and every school is somewhere.
    #[test]
    fn any_figures_have_an_answer_or_a_reason(
        rows in proptest::collection::vec((0_u64..2_000, 0_u64..400, 0_u64..40, any::<bool>()), 0..14),
        highest in 1_usize..20,
    ) {
        let schools: Vec<School> = (1_u32..)
            .zip(&rows)
            .map(|(urn, (pupils, meals, enquiries, closed))| School {
                closed: *closed,
                ..secondary(urn, *pupils, *meals.min(pupils), &[*enquiries, enquiries / 2, *enquiries])
            })
            .collect();
        let all = figures(schools);
        let assessment = assess(&all, &ask(highest));
        prop_assert_eq!(assessment.rows.len() + assessment.left_out.len(), rows.len());
        let n = assessment.rows.len();
        for row in &assessment.rows {
            if let Some(rate) = row.rate {
                prop_assert!(rate.low <= rate.high && rate.low >= 0.0 && rate.high.is_finite());
                prop_assert!(rate.rank_low >= 1 && rate.rank_low <= rate.rank_high && rate.rank_high <= n);
                prop_assert!((0.0..=1.0).contains(&rate.among));
            }
            if let Some(index) = &row.index {
                let span = index.overall;
                prop_assert!(span.low >= 1 && span.low <= span.high && span.high <= n);
            }
        }
        let list = forum(&all, &published(&all), &ask(highest), Policy::default());
        for line in &list.lines {
            prop_assert!(line.low.unwrap_or(1) >= 1 && line.high.unwrap_or(1) <= n.max(1));
        }
    }
}
