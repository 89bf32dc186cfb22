//! The command line, through the program itself, on files that are invented for it.

#[cfg(test)]
mod budgets;
#[cfg(test)]
mod choosing;
#[cfg(test)]
mod clusters;
#[cfg(test)]
mod demonstration;
#[cfg(test)]
mod house;
#[cfg(test)]
mod import;
#[cfg(test)]
mod interrupted;
#[cfg(test)]
mod ledger;
#[cfg(test)]
mod schools;
