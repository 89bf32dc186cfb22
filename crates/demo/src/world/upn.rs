//! Unique pupil numbers.

/// A unique pupil number: thirteen characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Upn([u8; 13]);

/// The letters by which a UPN is checked; I, O and S are not used.
const CHECK: &[u8; 23] = b"ABCDEFGHJKLMNPQRTUVWXYZ";

impl Upn {
    /// The number that a school gave: authority, establishment number, year of allocation and serial number.
    pub(crate) fn issued(authority: u16, establishment: u16, year: i32, serial: u32) -> Self {
        let mut body = [b'0'; 12];
        let digits =
            format!("{authority:03}{establishment:04}{:02}{:03}", year.rem_euclid(100), serial % 1000);
        for (place, digit) in body.iter_mut().zip(digits.bytes()) {
            *place = digit;
        }
        Self::with_check(body)
    }

    /// The temporary number with the same body: a letter stands for the last digit.
    pub(crate) fn temporary(self) -> Self {
        let mut body = self.body();
        if let Some(last) = body.last_mut() {
            *last = *CHECK.get(usize::from(*last - b'0')).unwrap_or(&b'A');
        }
        Self::with_check(body)
    }

    /// The same number with another check letter, as when it is misread.
    pub(crate) fn with_wrong_letter(self) -> Self {
        let mut wrong = self;
        if let Some(letter) = wrong.0.first_mut() {
            let place = CHECK.iter().position(|c| c == letter).unwrap_or(0);
            *letter = CHECK.get((place + 7) % 23).copied().unwrap_or(b'A');
        }
        wrong
    }

    /// The text.
    pub(crate) fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    fn body(self) -> [u8; 12] {
        let mut body = [b'0'; 12];
        for (place, byte) in body.iter_mut().zip(self.0.into_iter().skip(1)) {
            *place = byte;
        }
        body
    }

    fn with_check(body: [u8; 12]) -> Self {
        let value = |byte: u8| match byte {
            b'0'..=b'9' => usize::from(byte - b'0'),
            letter => CHECK.iter().position(|&c| c == letter).unwrap_or(0),
        };
        let sum: usize = body.iter().zip(2_usize..).map(|(&byte, weight)| value(byte) * weight).sum();
        let mut upn = [b'A'; 13];
        for (place, byte) in upn.iter_mut().zip(CHECK.get(sum % 23).copied().into_iter().chain(body)) {
            *place = byte;
        }
        Self(upn)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_letters_follow_the_worked_example() {
        assert_eq!(Upn::issued(801, 2000, 5, 1).as_str(), "B801200005001");
        // Sum 266, remainder 13.
        assert_eq!(Upn::with_check(*b"207000016049").as_str(), "P207000016049");
    }

    #[test]
    fn a_wrong_letter_is_wrong_and_a_temporary_number_ends_in_a_letter() {
        let upn = Upn::issued(852, 2003, 2014, 17);
        assert_ne!(upn, upn.with_wrong_letter());
        assert!(upn.temporary().as_str().ends_with('H'));
    }
}
