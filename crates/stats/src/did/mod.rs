//! Difference-in-differences: two-way, event study, group-time effects, sensitivity to violated parallel trends.
