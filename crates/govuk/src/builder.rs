//! The macro that writes a component's struct and its chainable setters from one description.
//!
//! Fields are marked by what the setter takes:
//!
//! | mark | field | setter |
//! |---|---|---|
//! | `[set]` | `T` | `impl Into<T>`, replaces the default |
//! | `[opt]` | `Option<T>` | `impl Maybe<T>`: a value, `Some(value)` or `None` |
//! | `[flag]` | `bool` | a `bool` |
//! | `[add(one)]` | `Vec<T>` | `.one(value)` adds one, `.field(values)` adds many |
//! | `[gap(one)]` | `Vec<Option<T>>` | as `add`, and `None` leaves a numbered gap so that ids stay as they are |
//! | `[raw]` | any | none: the component writes its own |
//!
//! Every component also gets `.class(..)` and `.attribute(..)`.

/// Something that may be a `T`: `"text"`, a `T`, `Some(..)` or `None`.
///
/// It lets optional parts be given without ceremony: `.error("Enter a name")` and
/// `.error(errors.get("name"))` are both right.
pub trait Maybe<T> {
    /// The value, if there is one.
    fn maybe(self) -> Option<T>;
}

macro_rules! maybe_itself {
    ($($target:ty),* $(,)?) => { $(
        impl $crate::Maybe<$target> for $target {
            fn maybe(self) -> Option<$target> { Some(self) }
        }
        impl $crate::Maybe<$target> for Option<$target> {
            fn maybe(self) -> Option<$target> { self }
        }
    )* };
}

macro_rules! maybe_text {
    ($($target:ty),* $(,)?) => { $(
        impl $crate::Maybe<$target> for &str {
            fn maybe(self) -> Option<$target> { Some(self.into()) }
        }
        impl $crate::Maybe<$target> for Option<&str> {
            fn maybe(self) -> Option<$target> { self.map(Into::into) }
        }
        impl $crate::Maybe<$target> for &String {
            fn maybe(self) -> Option<$target> { Some(self.into()) }
        }
        impl $crate::Maybe<$target> for Option<&String> {
            fn maybe(self) -> Option<$target> { self.map(Into::into) }
        }
    )* };
}

macro_rules! maybe_content {
    ($($target:ty),* $(,)?) => { $(
        impl $crate::Maybe<$target> for String {
            fn maybe(self) -> Option<$target> { Some(self.into()) }
        }
        impl $crate::Maybe<$target> for Option<String> {
            fn maybe(self) -> Option<$target> { self.map(Into::into) }
        }
        impl $crate::Maybe<$target> for maud::Markup {
            fn maybe(self) -> Option<$target> { Some(self.into()) }
        }
        impl $crate::Maybe<$target> for Option<maud::Markup> {
            fn maybe(self) -> Option<$target> { self.map(Into::into) }
        }
    )* };
}

/// Gives a type that is little more than its content the usual conversions.
macro_rules! from_content {
    ($target:ty : $($source:ty),*) => { $(
        impl From<$source> for $target {
            fn from(content: $source) -> Self {
                Self { content: content.into(), ..Self::default() }
            }
        }
    )* };
    ($target:ty) => {
        $crate::builder::from_content!($target: &str, &String, String, maud::Markup, $crate::Content);
        $crate::builder::maybe_itself!($target);
        $crate::builder::maybe_text!($target);
        $crate::builder::maybe_content!($target);
    };
}

maybe_itself!(
    String,
    crate::Content,
    maud::Markup,
    bool,
    u8,
    u16,
    u32,
    u64,
    usize,
    crate::HeadingLevel,
    crate::Size
);
maybe_text!(String, crate::Content);
maybe_content!(crate::Content);

macro_rules! maybe_number {
    ($($number:ty),*) => { $(
        impl Maybe<String> for $number {
            fn maybe(self) -> Option<String> {
                Some(self.to_string())
            }
        }
        impl Maybe<String> for Option<$number> {
            fn maybe(self) -> Option<String> {
                self.map(|number| number.to_string())
            }
        }
    )* };
}

maybe_number!(i32, i64, u8, u16, u32, u64, usize);

/// Writes a component: see the [module](self).
macro_rules! component {
    (
        $(#[$meta:meta])*
        pub struct $name:ident {
            $( $(#[$doc:meta])* [$($mark:tt)*] $field:ident : $type:ty , )*
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Default)]
        pub struct $name {
            $( $(#[$doc])* pub(crate) $field: $type, )*
            pub(crate) classes: String,
            pub(crate) attributes: $crate::Attributes,
        }

        impl $name {
            $( $crate::builder::setter! { [$($mark)*] $(#[$doc])* $field: $type } )*

            /// Adds class names to the outermost element.
            #[must_use]
            pub fn class(mut self, names: impl AsRef<str>) -> Self {
                let names = names.as_ref();
                if !names.is_empty() {
                    if !self.classes.is_empty() {
                        self.classes.push(' ');
                    }
                    self.classes.push_str(names);
                }
                self
            }

            /// Adds an attribute; on a field it goes to the control that the user fills in.
            #[must_use]
            pub fn attribute(mut self, name: &'static str, value: impl Into<String>) -> Self {
                self.attributes.push(name, value);
                self
            }

            /// Adds several attributes.
            #[must_use]
            pub fn attributes(mut self, attributes: impl Into<$crate::Attributes>) -> Self {
                for (name, value) in attributes.into().iter() {
                    self.attributes.push(name, value);
                }
                self
            }
        }
    };
}

macro_rules! setter {
    ([raw] $(#[$doc:meta])* $field:ident : $type:ty) => {};
    ([set] $(#[$doc:meta])* $field:ident : $type:ty) => {
        $(#[$doc])*
        #[must_use]
        pub fn $field(mut self, $field: impl Into<$type>) -> Self {
            self.$field = $field.into();
            self
        }
    };
    ([flag] $(#[$doc:meta])* $field:ident : $type:ty) => {
        $(#[$doc])*
        #[must_use]
        pub fn $field(mut self, $field: bool) -> Self {
            self.$field = $field;
            self
        }
    };
    ([opt $inner:ty] $(#[$doc:meta])* $field:ident : $type:ty) => {
        $(#[$doc])*
        #[must_use]
        pub fn $field(mut self, $field: impl $crate::Maybe<$inner>) -> Self {
            self.$field = $field.maybe();
            self
        }
    };
    ([add $one:ident $inner:ty] $(#[$doc:meta])* $field:ident : $type:ty) => {
        /// Adds one at the end.
        #[must_use]
        pub fn $one(mut self, $one: impl Into<$inner>) -> Self {
            self.$field.push($one.into());
            self
        }
        $(#[$doc])*
        #[must_use]
        pub fn $field<T: Into<$inner>>(mut self, $field: impl IntoIterator<Item = T>) -> Self {
            self.$field.extend($field.into_iter().map(Into::into));
            self
        }
    };
    ([gap $one:ident $inner:ty] $(#[$doc:meta])* $field:ident : $type:ty) => {
        /// Adds one at the end. `None` leaves a gap, so that the ids of those after it stay as they are.
        #[must_use]
        pub fn $one(mut self, $one: impl $crate::Maybe<$inner>) -> Self {
            self.$field.push($one.maybe());
            self
        }
        $(#[$doc])*
        #[must_use]
        pub fn $field<T: $crate::Maybe<$inner>>(mut self, $field: impl IntoIterator<Item = T>) -> Self {
            self.$field.extend($field.into_iter().map($crate::Maybe::maybe));
            self
        }
    };
}

pub(crate) use {component, from_content, maybe_content, maybe_itself, maybe_text, setter};
