//! Paths that people bring along (`?return=`), taken only where they lead back to this organisation's pages.

/// The longest path that is taken.
const PATH_MAX: usize = 2_000;

/// Whether a path stays within the organisation: it begins with one slash, and holds nothing that a browser
/// could read as the beginning of another address or as the end of a header.
pub fn is_local(path: &str) -> bool {
    path.len() <= PATH_MAX
        && path.starts_with('/')
        && !path.starts_with("//")
        && path.bytes().all(|b| b.is_ascii_graphic() && b != b'\\')
        && !path.split(['/', '?', '#']).any(|part| matches!(part, "." | ".."))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_paths_of_this_organisation_are_local() {
        for good in ["/", "/today", "/people/0190?tab=chronology&x=a%20b", "/a.b/c"] {
            assert!(is_local(good), "{good}");
        }
        for bad in [
            "",
            "today",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "/a\r\nSet-Cookie: x",
            "/a b",
            "/../walsall/today",
            "/a/..",
            "javascript:alert(1)",
            "/é",
        ] {
            assert!(!is_local(bad), "{bad}");
        }
        assert!(!is_local(&format!("/{}", "a".repeat(PATH_MAX))));
    }

    proptest! {
        #[test]
        fn a_local_path_behind_the_organisations_name_is_a_path_on_this_host(path in "\\PC{0,60}") {
            if is_local(&path) {
                let uri: http::Uri = format!("/southampton{path}").parse().unwrap();
                prop_assert!(uri.host().is_none());
                prop_assert!(uri.path().starts_with("/southampton/"));
            }
        }
    }
}
