//! Files into the record, on both databases.

#[cfg(test)]
mod demonstration;
#[cfg(test)]
mod files;
#[cfg(test)]
mod interrupted;
#[cfg(test)]
mod order;
#[cfg(test)]
mod pages;
#[cfg(test)]
mod returns;
#[cfg(test)]
mod rolls;
#[cfg(test)]
mod samples;
#[cfg(test)]
mod speed;
#[cfg(test)]
mod support;
