use super::data::{Data, Options};
use super::result::MixedFit;
use crate::{Result, StatsError};

pub(super) fn fit(_data: &Data<'_>, _options: &Options) -> Result<MixedFit> {
    Err(StatsError::Setting("nested groups are fitted for Gaussian outcomes only".to_owned()))
}
