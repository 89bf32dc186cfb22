//! Short lists that people choose from.

/// Makes an enum of the entries of a short list, each with its documentation, its stored name and its words on screen:
/// `choices! { /// Doc. Name { /// Doc. Entry = "stored-name", "Words"; } }`.
#[macro_export]
macro_rules! choices {
    ($(#[$doc:meta])* $name:ident { $($(#[$item_doc:meta])* $item:ident = $slug:literal, $title:literal;)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$item_doc])* $item,)* }

        impl $name {
            /// Every one, in the order of the page.
            pub const ALL: &[Self] = &[$(Self::$item,)*];

            /// The name stored and sent by forms.
            pub fn slug(self) -> &'static str { match self { $(Self::$item => $slug,)* } }

            /// The words on screen.
            pub fn title(self) -> &'static str { match self { $(Self::$item => $title,)* } }

            /// The one of that stored name.
            pub fn from_slug(slug: &str) -> Option<Self> {
                match slug { $($slug => Some(Self::$item),)* _ => None }
            }
        }
    };
}
