//! Rows of the file of links.

use crate::table::{Column, Row, TableRow};

use super::establishment::urn;
use super::model::{Link, LinkKind};

impl TableRow for Link {
    const COLUMNS: &'static [Column] = &[
        Column::needed("URN"),
        Column::needed("LinkURN"),
        Column::optional("LinkName"),
        Column::needed("LinkType"),
        Column::optional("LinkEstablishedDate"),
    ];
    const SINGLE_BYTE: bool = true;

    fn read(row: &mut Row<'_>) -> Option<Self> {
        let own = urn(row, "URN")?;
        row.identify(&own.to_string());
        let link_urn = urn(row, "LinkURN")?;
        let link_type = row.string("LinkType");
        if link_type.is_none() {
            row.missing("LinkType", "the link has no type");
        }
        let link_type = link_type.unwrap_or_default();
        Some(Self {
            urn: own,
            link_urn,
            link_name: row.string("LinkName").unwrap_or_default(),
            kind: LinkKind::of(&link_type),
            link_type,
            established: row.school_date("LinkEstablishedDate"),
        })
    }
}

impl LinkKind {
    /// What a `LinkType` says: `Successor`, `Successor - merged`, `Predecessor - amalgamated` and so on.
    pub fn of(link_type: &str) -> Self {
        let first = link_type.split([' ', '-']).next().unwrap_or_default();
        if first.eq_ignore_ascii_case("successor") {
            Self::Successor
        } else if first.eq_ignore_ascii_case("predecessor") {
            Self::Predecessor
        } else {
            Self::Other
        }
    }
}
