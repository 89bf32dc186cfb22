//! Lists addressed by small typed numbers.

use std::marker::PhantomData;
use std::ops::{Index, IndexMut};

/// The place of a row in one [`Table`]. Only the table that made it can be asked with it.
pub(crate) struct Id<T>(u32, PhantomData<fn() -> T>);

impl<T> Id<T> {
    /// The place as a number, from 0.
    pub(crate) fn number(self) -> u32 {
        self.0
    }
}

impl<T> Clone for Id<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Id<T> {}
impl<T> PartialEq for Id<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<T> Eq for Id<T> {}
impl<T> PartialOrd for Id<T> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl<T> Ord for Id<T> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.cmp(&other.0)
    }
}
impl<T> std::hash::Hash for Id<T> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}
impl<T> std::fmt::Debug for Id<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "#{}", self.0)
    }
}

/// A list that only grows, so that a place once given stays good.
pub(crate) struct Table<T>(Vec<T>);

impl<T> Table<T> {
    /// An empty table.
    pub(crate) fn new() -> Self {
        Self(Vec::new())
    }

    /// Adds a row and gives its place.
    pub(crate) fn push(&mut self, row: T) -> Id<T> {
        self.0.push(row);
        Id((self.0.len() - 1) as u32, PhantomData)
    }

    /// How many rows there are.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// Every place, in order.
    pub(crate) fn ids(&self) -> impl Iterator<Item = Id<T>> + Clone + use<T> {
        (0..self.0.len() as u32).map(|n| Id(n, PhantomData))
    }

    /// Every row with its place, in order.
    pub(crate) fn rows(&self) -> impl Iterator<Item = (Id<T>, &T)> {
        self.0.iter().enumerate().map(|(n, row)| (Id(n as u32, PhantomData), row))
    }

    /// Every row, to be changed, in order.
    pub(crate) fn rows_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.0.iter_mut()
    }
}

impl<T> Index<Id<T>> for Table<T> {
    type Output = T;
    #[expect(
        clippy::indexing_slicing,
        reason = "an Id is made by push or ids alone, and rows are never removed"
    )]
    fn index(&self, id: Id<T>) -> &T {
        &self.0[id.0 as usize]
    }
}

impl<T> IndexMut<Id<T>> for Table<T> {
    #[expect(
        clippy::indexing_slicing,
        reason = "an Id is made by push or ids alone, and rows are never removed"
    )]
    fn index_mut(&mut self, id: Id<T>) -> &mut T {
        &mut self.0[id.0 as usize]
    }
}
