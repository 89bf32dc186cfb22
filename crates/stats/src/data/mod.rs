//! Tables of numeric and categorical columns, model terms, and the design matrices made of them.
