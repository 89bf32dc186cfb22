//! The clusters of schools in three authorities that the founding programme worked with, under invented
//! names.
//!
//! Southampton: three secondaries, fourteen primaries and a pupil referral unit; Lambeth: five secondaries
//! and eight primaries; Stockport: two secondaries and nine primaries. Only the numbers of schools are facts.

/// One secondary with the primaries around it.
pub(crate) struct Cluster {
    pub(crate) name: &'static str,
    pub(crate) secondary: &'static str,
    pub(crate) primaries: &'static [&'static str],
    pub(crate) unit: Option<&'static str>,
}

const fn cluster(name: &'static str, secondary: &'static str, primaries: &'static [&'static str]) -> Cluster {
    Cluster { name, secondary, primaries, unit: None }
}

static SOUTHAMPTON: [Cluster; 3] = [
    cluster(
        "Itchenmoor",
        "Itchenmoor Academy",
        &[
            "Ashmere Primary School",
            "Cawderwold Primary School",
            "Sailmaker’s Quay Primary School",
            "Tarnhaven Primary School",
            "Wyverlyn Primary School",
        ],
    ),
    cluster(
        "Testhaven",
        "Testhaven Community School",
        &[
            "Brackwyn Primary School",
            "Eskelmarsh Primary School",
            "Garronstowe Primary School",
            "Lanternwick Primary School",
            "Osprey Reach Primary School",
        ],
    ),
    Cluster {
        name: "Watermarsh",
        secondary: "Watermarsh High School",
        primaries: &[
            "Dwythcombe Primary School",
            "Heronswyke Primary School",
            "Jarrowmere Primary School",
            "Quillhaven Primary School",
        ],
        unit: Some("The Lantern Centre"),
    },
];

static LAMBETH: [Cluster; 5] = [
    cluster("Brixmoor", "Brixmoor Academy", &["Effrawick Primary School", "Mulberry Cut Primary School"]),
    cluster("Clapmere", "Clapmere School", &["Lavenderwyke Primary School", "Windmill Stowe Primary School"]),
    cluster(
        "Kennerton",
        "Kennerton Park School",
        &["Gasholder Lane Primary School", "Vauxmarsh Primary School"],
    ),
    cluster("Norrowood", "Norrowood High School", &["Crownhythe Primary School"]),
    cluster("Streathmarsh", "Streathmarsh School", &["Tulsemoor Primary School"]),
];

static STOCKPORT: [Cluster; 2] = [
    cluster(
        "Wernmoor",
        "Wernmoor High School",
        &[
            "Bobbinthwaite Primary School",
            "Goytlyn Primary School",
            "Hatterswick Primary School",
            "Pearwold Primary School",
            "Viaduct Lane Primary School",
        ],
    ),
    cluster(
        "Brinnstowe",
        "Brinnstowe School",
        &[
            "Etherowyke Primary School",
            "Maplecombe Primary School",
            "Romilmarsh Primary School",
            "Tamehaven Primary School",
        ],
    ),
];

/// The clusters of an authority; none for most.
pub(crate) fn of(code: u16) -> &'static [Cluster] {
    match code {
        852 => &SOUTHAMPTON,
        208 => &LAMBETH,
        356 => &STOCKPORT,
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_of_schools_are_the_programmes() {
        let count = |code| {
            let clusters = of(code);
            (clusters.len(), clusters.iter().map(|c| c.primaries.len()).sum::<usize>())
        };
        assert_eq!(count(852), (3, 14));
        assert_eq!(count(208), (5, 8));
        assert_eq!(count(356), (2, 9));
    }
}
