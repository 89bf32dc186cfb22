//! The local authorities of England.

use serde::Deserialize;

use crate::error::DemoError;

/// One local authority with social care duties.
#[derive(Clone, Debug, Deserialize)]
pub struct Authority {
    /// Department for Education code, three digits.
    pub code: u16,
    /// Office for National Statistics code.
    pub ons_code: String,
    /// Name.
    pub name: String,
    /// Region.
    pub region: String,
    /// The region's letter in the schools register.
    pub region_letter: String,
    /// A rough centre, metres east on the National Grid.
    pub easting: i32,
    /// A rough centre, metres north on the National Grid.
    pub northing: i32,
    /// The letters with which its invented postcodes begin.
    pub postcode_area: String,
}

impl Authority {
    /// The name of its folder, for example `852-southampton`.
    pub fn folder(&self) -> String {
        let words: String = self
            .name
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { ' ' })
            .collect();
        format!("{:03}-{}", self.code, words.split_whitespace().collect::<Vec<_>>().join("-"))
    }

    /// Whether the authority is in London.
    pub(crate) fn in_london(&self) -> bool {
        self.region_letter == "H"
    }
}

/// Every authority, in order of code.
pub(crate) fn authorities() -> Result<Vec<Authority>, DemoError> {
    read_table("authorities.csv", include_str!("../data/authorities.csv"))
}

/// Reads one of the crate's own tables: comments begin with `#`, then a heading row.
pub(crate) fn read_table<T: for<'de> Deserialize<'de>>(
    table: &'static str,
    text: &'static str,
) -> Result<Vec<T>, DemoError> {
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(text.as_bytes());
    let rows = reader.deserialize().zip(1_u64..);
    rows.map(|(row, line)| row.map_err(|_| DemoError::Table { table, line })).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_whole() {
        let all = authorities().unwrap();
        assert_eq!(all.len(), 153);
        assert!(all.windows(2).all(|pair| pair[0].code < pair[1].code));
        let names: Vec<_> =
            all.iter().filter(|a| crate::plan::SEVEN.contains(&a.code)).map(Authority::folder).collect();
        assert_eq!(names.len(), 7);
        assert!(names.contains(&"852-southampton".to_owned()));
        for one in &all {
            assert!(
                (80_000..660_000).contains(&one.easting) && (5_000..660_000).contains(&one.northing),
                "{}",
                one.name
            );
        }
    }
}
