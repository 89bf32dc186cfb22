//! Rates of many units at once: empirical Bayes, funnel limits, ranks.
