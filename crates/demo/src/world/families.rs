//! Families: who live together, how poor they are and how likely they are to be referred.

use crate::authority::Authority;
use crate::calendar::Day;
use crate::random::Stream;
use crate::table::Id;

use super::names::{Tradition, surname};
use super::schools::{Site, postcode};

/// An ethnicity code of the census with the names that usually go with it, and its share outside and inside
/// London.
struct Ethnicity {
    code: &'static str,
    tradition: Tradition,
    outside: f64,
    london: f64,
}

const fn group(code: &'static str, tradition: Tradition, outside: f64, london: f64) -> Ethnicity {
    Ethnicity { code, tradition, outside, london }
}

/// Shares are assumptions, near those of the school population of England.
static ETHNICITIES: [Ethnicity; 20] = [
    group("WBRI", Tradition::British, 74.0, 29.0),
    group("WIRI", Tradition::British, 0.3, 0.8),
    group("WIRT", Tradition::British, 0.2, 0.1),
    group("WROM", Tradition::European, 0.4, 0.3),
    group("WOTH", Tradition::European, 5.5, 15.0),
    group("MWBC", Tradition::British, 2.0, 3.5),
    group("MWBA", Tradition::African, 0.9, 2.2),
    group("MWAS", Tradition::British, 1.6, 2.0),
    group("MOTH", Tradition::British, 1.9, 5.0),
    group("AIND", Tradition::Indian, 2.4, 4.2),
    group("APKN", Tradition::SouthAsianMuslim, 3.8, 3.4),
    group("ABAN", Tradition::SouthAsianMuslim, 0.8, 6.0),
    group("AOTH", Tradition::Indian, 1.2, 4.5),
    group("BCRB", Tradition::African, 0.4, 5.0),
    group("BAFR", Tradition::African, 1.8, 12.0),
    group("BOTH", Tradition::African, 0.3, 2.0),
    group("CHNE", Tradition::Chinese, 0.4, 0.6),
    group("OOTH", Tradition::SouthAsianMuslim, 1.1, 3.8),
    group("REFU", Tradition::British, 0.3, 0.3),
    group("NOBT", Tradition::British, 0.7, 0.7),
];

/// Children who live together.
pub(crate) struct Family {
    pub(crate) surname: &'static str,
    pub(crate) tradition: Tradition,
    pub(crate) ethnicity: &'static str,
    /// The primary school nearest to home.
    pub(crate) primary: Id<Site>,
    pub(crate) postcode: String,
    /// The day from which the children may have free school meals, for poor families.
    pub(crate) free_meals_from: Option<Day>,
    /// How likely a referral is, against the average.
    pub(crate) risk: f64,
    /// Chooses and can pay for an independent school.
    pub(crate) independent: bool,
}

/// Makes a family near a primary school.
pub(crate) fn make(
    stream: &mut Stream,
    authority: &Authority,
    primary: Id<Site>,
    site: &Site,
    before: Day,
) -> Family {
    let london = authority.in_london();
    let weights = ETHNICITIES.iter().map(|e| if london { e.london } else { e.outside });
    let place = stream.weighted(weights);
    let ethnicity = ETHNICITIES.get(place);
    let tradition = ethnicity.map_or(Tradition::British, |e| e.tradition);
    let poor = stream.chance(site.poverty);
    let independent = !poor && stream.chance(0.085);
    let own = stream.gamma(0.9, 1.0);
    Family {
        surname: surname(stream, tradition),
        tradition,
        ethnicity: ethnicity.map_or("WBRI", |e| e.code),
        primary,
        postcode: postcode(stream, authority),
        free_meals_from: poor.then(|| before + -stream.between(0, 1500) + stream.between(0, 400)),
        risk: own * if poor { 2.6 } else { 0.7 } * if independent { 0.3 } else { 1.0 },
        independent,
    }
}
