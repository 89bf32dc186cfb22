//! Costs and effects: incremental cost-effectiveness, acceptability, net benefit.
