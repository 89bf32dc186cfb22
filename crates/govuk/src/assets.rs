//! The stylesheet, scripts and images that pages need, embedded in the binary.
//!
//! They come from the npm packages `govuk-frontend` and `@ministryofjustice/frontend`, pinned in the project's
//! `package.json`, and from this crate's own `assets` folder. The build script compiles the stylesheet in Arial,
//! so that there is no web font, and leaves out every image of the crown.
//!
//! Each path holds the hash of the content. Serve them with [`CACHE_CONTROL`]: a browser then keeps them for
//! ever, and a new release changes the paths.

/// One file, as it is to be served.
#[derive(Debug, Clone, Copy)]
pub struct Asset {
    /// The name without hash, for example `app.css`.
    pub name: &'static str,
    /// The address, for example `/assets/app-0123456789abcdef.css`.
    pub path: &'static str,
    /// The value of the `Content-Type` header.
    pub content_type: &'static str,
    /// First half of the SHA-256 of the content, in hexadecimal, 16 digits; fit for an entity tag.
    pub hash: &'static str,
    /// The content.
    pub bytes: &'static [u8],
}

/// The value of the `Cache-Control` header with which assets are to be served.
pub const CACHE_CONTROL: &str = "public, max-age=31536000, immutable";

static ASSETS: &[Asset] = include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// Every asset.
pub fn all() -> &'static [Asset] {
    ASSETS
}

/// The asset at this address, with or without the leading `/assets/`.
pub fn get(path: &str) -> Option<&'static Asset> {
    let file = path.strip_prefix("/assets/").unwrap_or(path);
    ASSETS.iter().find(|asset| asset.path.strip_prefix("/assets/") == Some(file))
}

/// The asset of this name, whatever its hash.
pub fn named(name: &str) -> Option<&'static Asset> {
    ASSETS.iter().find(|asset| asset.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(name: &str) -> &'static str {
        std::str::from_utf8(named(name).expect("asset").bytes).expect("text")
    }

    #[test]
    fn are_found_by_path() {
        for asset in all() {
            assert_eq!(get(asset.path).map(|found| found.name), Some(asset.name));
            assert!(asset.path.contains(asset.hash), "{}", asset.path);
            assert!(!asset.bytes.is_empty(), "{}", asset.name);
        }
        assert!(get("/assets/app.css").is_none());
        assert!(get("/assets/../Cargo.toml").is_none());
    }

    #[test]
    fn stylesheet_has_no_web_font_and_no_crown() {
        let css = text("app.css");
        assert!(css.contains(".govuk-button"), "the design system is missing");
        for forbidden in ["@font-face", "GDS Transport", "woff", "crest", "govuk-logo", "govuk-header"] {
            assert!(!css.contains(forbidden), "the stylesheet has {forbidden}");
        }
        assert!(css.contains("font-family:arial,sans-serif"));
    }

    #[test]
    fn stylesheet_points_only_at_embedded_images() {
        for piece in text("app.css").split("url(").skip(1) {
            let path = piece.split(')').next().expect("end");
            assert!(get(path).is_some(), "{path}");
        }
    }

    #[test]
    fn start_script_imports_the_embedded_library() {
        let library = named("govuk-frontend.min.js").expect("library").path;
        assert!(text("start.js").contains(&format!("from \"{library}\"")));
    }

    #[test]
    fn nothing_embedded_is_branded() {
        for asset in all() {
            let name = asset.name;
            assert!(
                !["crown", "crest", "logo", "govuk-icon"].iter().any(|mark| name.contains(mark)),
                "{name}"
            );
        }
    }
}
