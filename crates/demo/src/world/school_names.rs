//! Invented names of schools, from syllables that no English place uses together.

use crate::random::Stream;

use super::schools::Phase;

const FIRST: [&str; 44] = [
    "Ashk", "Bramm", "Cawder", "Dwyth", "Eskel", "Fenno", "Garron", "Hespe", "Ivern", "Jarro", "Keswin",
    "Lorri", "Maddo", "Norrow", "Orlan", "Pellin", "Quill", "Rushka", "Saffer", "Tarn", "Ulver", "Vesper",
    "Wyver", "Yarrel", "Zennor", "Aldro", "Brinnel", "Corva", "Dunnel", "Elvin", "Farra", "Gossa", "Hollun",
    "Jessa", "Kestle", "Linnock", "Merrow", "Nettock", "Ottrel", "Plovven", "Sorrel", "Thissel", "Wether",
    "Yaffle",
];
const SECOND: [&str; 20] = [
    "mere", "wold", "haven", "thwaite", "combe", "stowe", "rigg", "lyn", "marsh", "wyke", "moor", "hythe",
    "garth", "croft", "beck", "fold", "holt", "mead", "scar", "dene",
];

/// Hands out each invented place name once.
pub(crate) struct SchoolNames {
    left: Vec<(usize, usize)>,
    used: usize,
}

impl SchoolNames {
    pub(crate) fn new(stream: &mut Stream) -> Self {
        let mut left: Vec<_> =
            (0..FIRST.len()).flat_map(|a| (0..SECOND.len()).map(move |b| (a, b))).collect();
        stream.shuffle(&mut left);
        Self { left, used: 0 }
    }

    fn place(&mut self) -> String {
        self.used += 1;
        let (a, b) = self.left.pop().unwrap_or_default();
        let name = format!("{}{}", FIRST.get(a).unwrap_or(&"Ashk"), SECOND.get(b).unwrap_or(&"mere"));
        // Beyond all pairs (no authority is so large) a number keeps names apart.
        if self.used > FIRST.len() * SECOND.len() { format!("{name} {}", self.used) } else { name }
    }

    pub(crate) fn primary(&mut self, stream: &mut Stream) -> String {
        let place = self.place();
        match stream.weighted([0.72, 0.16, 0.08, 0.04].into_iter()) {
            0 => format!("{place} Primary School"),
            1 => format!("{place} Church of England Primary School"),
            2 => format!("{place} Catholic Primary School"),
            _ => format!("{place} Community Primary School"),
        }
    }

    pub(crate) fn secondary(&mut self, stream: &mut Stream) -> String {
        let place = self.place();
        match stream.weighted([0.4, 0.3, 0.2, 0.1].into_iter()) {
            0 => format!("{place} Academy"),
            1 => format!("{place} High School"),
            2 => format!("{place} School"),
            _ => format!("{place} Community College"),
        }
    }

    pub(crate) fn other(&mut self, stream: &mut Stream, phase: Phase) -> String {
        let place = self.place();
        match phase {
            Phase::Special => format!("{place} Special School"),
            Phase::PupilReferralUnit => format!("{place} Pupil Referral Unit"),
            _ if stream.chance(0.5) => format!("{place} Preparatory School"),
            _ => format!("{place} House School"),
        }
    }
}
