//! Rows of what families see and ask for, none of which ever changes.

pub mod money_answer;
pub mod money_ask;
pub mod money_share;
pub mod money_share_end;
