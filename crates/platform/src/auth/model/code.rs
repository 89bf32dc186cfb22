//! One-time codes by time (RFC 6238) as every authenticator app understands them: SHA-1, six digits, thirty
//! seconds, one step of grace on either side, each code good once.

use chrono::{DateTime, Utc};
use totp_rs::{Algorithm, Builder, Totp};
use zeroize::Zeroizing;

use crate::{Error, Result, random, random::Random};

/// Bytes of a secret: what RFC 4226 recommends for SHA-1.
pub const SECRET_BYTES: usize = 20;
/// Digits of a code.
const DIGITS: u8 = 6;
/// Seconds for which a code shows.
const STEP_SECONDS: u64 = 30;
/// Steps before and after the present one whose code is taken too.
const SKEW: u16 = 1;

/// The secret that a person's authenticator app shares with us.
#[derive(Clone)]
pub struct Secret(Zeroizing<Vec<u8>>);

impl Secret {
    /// A new one.
    pub fn new(random: &dyn Random) -> Self {
        Self(Zeroizing::new(random::bytes::<SECRET_BYTES>(random).to_vec()))
    }

    /// From its bytes.
    pub fn of(bytes: &[u8]) -> Result<Self> {
        if (16..=64).contains(&bytes.len()) {
            Ok(Self(Zeroizing::new(bytes.to_vec())))
        } else {
            Err(Error::Corrupt { what: "one-time-code secret", why: "it is not 16 to 64 bytes long".into() })
        }
    }

    /// From its text in base 32, with or without spaces.
    pub fn parse(text: &str) -> Result<Self> {
        let joined: Zeroizing<String> =
            Zeroizing::new(text.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_uppercase());
        let secret = totp_rs::Secret::try_from_base32(joined.as_str())
            .map_err(|_| Error::invalid("one-time-code secret", "it is not base 32"))?;
        Self::of(secret.as_bytes())
    }

    /// Its bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// Its text in base 32, in groups of four, for people who type it.
    pub fn groups(&self) -> String {
        let text = totp_rs::Secret::from(self.bytes()).to_base32();
        let letters: Vec<char> = text.chars().collect();
        letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
    }

    /// The address that an authenticator app reads from the picture.
    pub fn address(&self, organisation: &str, sign_in_name: &str) -> Result<String> {
        self.totp(organisation, sign_in_name)?
            .to_url()
            .map_err(|error| Error::Corrupt { what: "one-time-code secret", why: error.to_string() })
    }

    /// The code that shows at `now`.
    pub fn code_at(&self, now: DateTime<Utc>) -> Result<String> {
        Ok(self.totp("", "nobody")?.generate(seconds(now)).to_string())
    }

    /// The step whose code was typed, if it may be taken: within the grace, and later than the last one that
    /// was, because a code read over a shoulder must not work a second time.
    pub fn accept(&self, typed: &str, now: DateTime<Utc>, last: Option<i64>) -> Result<Option<i64>> {
        let digits: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
        let step = self.totp("", "nobody")?.check(&digits, seconds(now));
        let step = step.and_then(|step| i64::try_from(step).ok());
        Ok(step.filter(|step| last.is_none_or(|last| *step > last)))
    }

    fn totp(&self, organisation: &str, sign_in_name: &str) -> Result<Totp> {
        // A colon would divide issuer and account in the wrong place.
        let issuer = format!("Nearhand {organisation}").replace(':', " ");
        Builder::new()
            .with_algorithm(Algorithm::SHA1)
            .with_digits(DIGITS)
            .with_skew(SKEW)
            .with_step_duration(STEP_SECONDS)
            .with_secret(self.bytes())
            .with_issuer(Some(issuer.trim().to_owned()))
            .with_account_name(sign_in_name.replace(':', " "))
            .build()
            .map_err(|error| Error::Corrupt { what: "one-time-code secret", why: error.to_string() })
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(..)")
    }
}

fn seconds(now: DateTime<Utc>) -> u64 {
    u64::try_from(now.timestamp()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::random::SeededRandom;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    /// RFC 6238, appendix B, for SHA-1, cut to the last six digits.
    #[test]
    fn the_codes_are_those_of_the_standard() {
        let secret = Secret::of(b"12345678901234567890").unwrap();
        for (when, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(secret.code_at(at(when)).unwrap(), code);
        }
    }

    #[test]
    fn a_code_works_one_step_early_and_late_and_only_once() {
        let secret = Secret::new(&SeededRandom::new(5));
        let now = at(1_561_968_000);
        let code = secret.code_at(now).unwrap();
        let step = secret.accept(&code, now, None).unwrap().unwrap();
        assert_eq!(step, 1_561_968_000 / 30);
        assert!(secret.accept(&code, at(1_561_968_000 + 59), None).unwrap().is_some());
        assert!(secret.accept(&code, at(1_561_968_000 - 30), None).unwrap().is_some());
        assert!(secret.accept(&code, at(1_561_968_000 + 60), None).unwrap().is_none());
        assert!(secret.accept(&code, now, Some(step)).unwrap().is_none());
        let (left, right) = code.split_at(3);
        assert!(secret.accept(&format!(" {left} {right} "), now, None).unwrap().is_some());
    }

    #[test]
    fn the_text_form_reads_back() {
        let secret = Secret::new(&SeededRandom::new(6));
        assert_eq!(secret.groups().split(' ').count(), 8);
        assert_eq!(Secret::parse(&secret.groups().to_lowercase()).unwrap().bytes(), secret.bytes());
        assert!(Secret::parse("not base 32 at all!").is_err());
        assert!(Secret::parse("").is_err());
    }

    #[test]
    fn the_address_names_organisation_and_person() {
        let secret = Secret::of(b"12345678901234567890").unwrap();
        let address = secret.address("St Helens: Council", "a@b.uk").unwrap();
        assert!(address.starts_with("otpauth://totp/"), "{address}");
        assert!(address.contains("secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"), "{address}");
    }

    proptest! {
        #[test]
        fn whatever_is_typed_never_panics(typed in "\\PC{0,40}", when in 0_i64..4_000_000_000) {
            let secret = Secret::of(b"12345678901234567890").unwrap();
            let _ = secret.accept(&typed, at(when), None).unwrap();
        }
    }
}
