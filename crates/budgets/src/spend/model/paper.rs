//! What a receipt may be, by its content and not by its name.

use thiserror::Error;

/// The most bytes of a receipt: 8 MB, more than a phone's photo has.
pub const PAPER_BYTES_MAX: u64 = 8 * 1024 * 1024;
/// Papers of one request at most.
pub const PAPERS_MAX: usize = 20;

/// Why a file is no receipt, in words for the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum NotAPaper {
    /// Nothing in it.
    #[error("The selected file is empty")]
    Empty,
    /// More than a receipt has.
    #[error("The selected file must be smaller than 8 MB")]
    TooLarge,
    /// Its content is something else, whatever its name.
    #[error("The selected file must be a photo (JPEG, PNG or HEIC) or a PDF. Its content is something else")]
    Kind,
}

/// The kind of a receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PaperKind {
    /// A photo, JPEG.
    Jpeg,
    /// A picture, PNG.
    Png,
    /// A photo of newer phones, HEIC.
    Heic,
    /// A document, PDF.
    Pdf,
}

/// Brands of the container that HEIC photos come in.
const HEIC: &[&[u8]] = &[b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"];

impl PaperKind {
    /// Every one.
    pub const ALL: &[Self] = &[Self::Jpeg, Self::Png, Self::Heic, Self::Pdf];

    /// What a file is, by its first bytes.
    ///
    /// # Errors
    /// Empty, or anything else than the four kinds.
    pub fn of(content: &[u8]) -> Result<Self, NotAPaper> {
        if content.is_empty() {
            return Err(NotAPaper::Empty);
        }
        if content.len() as u64 > PAPER_BYTES_MAX {
            return Err(NotAPaper::TooLarge);
        }
        let brand = content.get(8..12).unwrap_or_default();
        if content.starts_with(&[0xff, 0xd8, 0xff]) {
            Ok(Self::Jpeg)
        } else if content.starts_with(b"\x89PNG\r\n\x1a\n") {
            Ok(Self::Png)
        } else if content.starts_with(b"%PDF-") {
            Ok(Self::Pdf)
        } else if content.get(4..8) == Some(b"ftyp") && HEIC.contains(&brand) {
            Ok(Self::Heic)
        } else {
            Err(NotAPaper::Kind)
        }
    }

    /// The type that the browser is told, and that is stored.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Heic => "image/heic",
            Self::Pdf => "application/pdf",
        }
    }

    /// The ending of a file of this kind.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Heic => "heic",
            Self::Pdf => "pdf",
        }
    }

    /// The kind of that stored type.
    pub fn from_media_type(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.media_type() == text)
    }

    /// Whether every browser shows it in a page.
    pub fn is_picture(self) -> bool {
        matches!(self, Self::Jpeg | Self::Png)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_receipt_is_known_by_its_content() {
        for (content, kind) in [
            (&b"\xff\xd8\xff\xe0\0\x10JFIF"[..], Ok(PaperKind::Jpeg)),
            (b"\x89PNG\r\n\x1a\n\0\0", Ok(PaperKind::Png)),
            (b"%PDF-1.7\n", Ok(PaperKind::Pdf)),
            (b"\0\0\0\x18ftypheic\0\0\0\0", Ok(PaperKind::Heic)),
            (b"", Err(NotAPaper::Empty)),
            (b"MZ\x90\0\x03", Err(NotAPaper::Kind)),
            (b"\x7fELF\x02\x01", Err(NotAPaper::Kind)),
            (b"#!/bin/sh\n%PDF-", Err(NotAPaper::Kind)),
            (b"<svg xmlns", Err(NotAPaper::Kind)),
            (b"<!doctype html>", Err(NotAPaper::Kind)),
            (b"PK\x03\x04", Err(NotAPaper::Kind)),
            (b"\0\0\0\x18ftypisom\0\0\0\0", Err(NotAPaper::Kind)),
            (b"%PD", Err(NotAPaper::Kind)),
        ] {
            assert_eq!(PaperKind::of(content), kind, "{content:?}");
        }
        let large = vec![0xff; usize::try_from(PAPER_BYTES_MAX).unwrap() + 1];
        assert_eq!(PaperKind::of(&large), Err(NotAPaper::TooLarge));
        for kind in PaperKind::ALL {
            assert_eq!(PaperKind::from_media_type(kind.media_type()), Some(*kind));
        }
    }

    proptest! {
        #[test]
        fn no_content_makes_it_panic(content in proptest::collection::vec(any::<u8>(), 0..40)) {
            let _ = PaperKind::of(&content);
        }
    }
}
