use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use super::arms::Arms;
use super::balance::{Balance, balance};
use super::draw::{Details, Drawn, draw};
use super::list::FrozenList;
use super::method::Method;
use super::sealed::{Commitment, Secret, commit, draw_seed, hex, unhex};
use crate::random::Seed;
use crate::{Result, StatsError};

/// Where a unit was drawn to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Placed {
    /// Identifier of the unit.
    pub id: String,
    /// Its stratum.
    pub stratum: String,
    /// Name of its arm.
    pub arm: String,
}

/// Everything about a draw that an outsider needs to repeat it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Certificate {
    /// Version of the form and of the algorithm.
    pub version: u32,
    /// What was drawn.
    pub title: String,
    /// The frozen list.
    pub list: FrozenList,
    /// The arms.
    pub arms: Arms,
    /// The method.
    pub method: Method,
    /// What was published beforehand.
    pub commitment: Commitment,
    /// The revealed seed, as hexadecimal digits.
    pub seed: String,
    /// The revealed salt.
    pub salt: String,
    /// The public value that went into the draw; empty if none was announced.
    pub public_value: String,
    /// The seed of the draw, made from the three before.
    pub draw_seed: String,
    /// The result, in the order of the list.
    pub result: Vec<Placed>,
    /// What the method has to tell.
    pub details: Details,
    /// Balance of the covariates between the arms.
    pub balance: Balance,
}

/// One thing that [`Certificate::verify`] looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// What was looked at, as a sentence that is true if it holds.
    pub what: &'static str,
    /// Whether it holds.
    pub holds: bool,
}

impl Certificate {
    #[expect(clippy::too_many_arguments, reason = "a certificate holds all that a draw depends on")]
    pub(super) fn new(
        title: &str,
        list: &FrozenList,
        arms: &Arms,
        method: &Method,
        commitment: &Commitment,
        public_value: &str,
        secret: &Secret,
        seed: Seed,
        drawn: Drawn,
    ) -> Result<Self> {
        Ok(Self {
            version: 1,
            title: title.to_owned(),
            list: list.clone(),
            arms: arms.clone(),
            method: method.clone(),
            commitment: commitment.clone(),
            seed: hex(&secret.seed),
            salt: hex(&secret.salt),
            public_value: public_value.to_owned(),
            draw_seed: hex(&seed.0),
            result: placed(list, arms, &drawn.arms),
            balance: balance(list, arms, &drawn.arms)?,
            details: drawn.details,
        })
    }

    /// The certificate as JSON: the form in which it is kept and sent.
    ///
    /// # Errors
    /// [`StatsError::Setting`] if a number in it is not finite.
    pub fn to_json(&self) -> Result<String> {
        serde_json::to_string_pretty(self)
            .map_err(|error| StatsError::Setting(format!("the certificate cannot be written: {error}")))
    }

    /// Reads a certificate.
    ///
    /// # Errors
    /// [`StatsError::Setting`] if it is not one.
    pub fn from_json(text: &str) -> Result<Self> {
        serde_json::from_str(text)
            .map_err(|error| StatsError::Setting(format!("this is not a certificate of a draw: {error}")))
    }

    /// Runs the whole draw again from the revealed seed and compares everything with what the certificate says.
    ///
    /// # Errors
    /// If list, arms or method make no sense, so that nothing can be drawn; a certificate that is merely wrong gets checks
    /// that do not hold.
    pub fn verify(&self) -> Result<Vec<Check>> {
        let secret = Secret { seed: unhex(&self.seed)?, salt: unhex(&self.salt)? };
        let again = commit(&self.list, &self.arms, &self.method, &self.commitment.public_source, &secret)?;
        let seed = draw_seed(secret.seed, &self.commitment.commitment, &self.public_value)?;
        let drawn = draw(&self.list, &self.arms, &self.method, seed)?;
        let result = placed(&self.list, &self.arms, &drawn.arms);
        let table = balance(&self.list, &self.arms, &drawn.arms)?;
        let check = |what, holds| Check { what, holds };
        Ok(vec![
            check("the form of the certificate is version 1", self.version == 1),
            check("the list is the one that was committed to", again.list_hash == self.commitment.list_hash),
            check(
                "arms and method are those that were committed to",
                again.method_hash == self.commitment.method_hash,
            ),
            check(
                "seed and salt are those that were committed to",
                again.commitment == self.commitment.commitment,
            ),
            check(
                "a public value was used if and only if its source was announced",
                self.commitment.public_source.is_empty() == self.public_value.is_empty(),
            ),
            check("the seed of the draw follows from seed and public value", hex(&seed.0) == self.draw_seed),
            check("the draw gives this result", result == self.result),
            check("the method tells the same details", same_details(&drawn.details, &self.details)),
            check("the table of balance is that of this result", table == self.balance),
        ])
    }

    /// True if everything that [`Certificate::verify`] looks at holds.
    ///
    /// # Errors
    /// As [`Certificate::verify`].
    pub fn holds(&self) -> Result<bool> {
        Ok(self.verify()?.iter().all(|check| check.holds))
    }

    /// The certificate as text for people: always the same for the same certificate.
    ///
    /// # Errors
    /// [`StatsError::Setting`] if the method cannot be written down.
    pub fn text(&self) -> Result<String> {
        let mut text = String::new();
        let strata: std::collections::BTreeSet<&String> = self.list.strata.iter().collect();
        let mut line = |label: &str, value: &str| {
            let _ = writeln!(text, "{label:<22} {value}");
        };
        line("Certificate of a draw", &self.title);
        line("Units", &self.list.len().to_string());
        line("Strata", &strata.len().to_string());
        line("List, SHA-256", &self.commitment.list_hash);
        let arms: Vec<String> = self
            .arms
            .names
            .iter()
            .zip(&self.arms.ratio)
            .map(|(name, part)| format!("{name} ({part})"))
            .collect();
        line("Arms (ratio)", &arms.join(", "));
        line("Method", &self.method.canonical()?);
        line("Method, SHA-256", &self.commitment.method_hash);
        line("Commitment", &self.commitment.commitment);
        line("Seed, revealed", &self.seed);
        line("Salt, revealed", &self.salt);
        if !self.commitment.public_source.is_empty() {
            line("Public randomness", &self.commitment.public_source);
            line("Public value", &self.public_value);
        }
        line("Seed of the draw", &self.draw_seed);
        if let Details::Constraint(validity) = &self.details {
            line("Candidates", &validity.candidates.to_string());
            line("Different, kept", &format!("{}, {}", validity.distinct, validity.kept));
            for remark in &validity.remarks {
                line("Remark", remark);
            }
        }
        text.push_str("\nResult\n");
        for placed in &self.result {
            let _ = writeln!(text, "{}\t{}\t{}", placed.id, placed.stratum, placed.arm);
        }
        text.push('\n');
        text.push_str(&self.balance.text(&self.arms));
        Ok(text)
    }
}

fn placed(list: &FrozenList, arms: &Arms, drawn: &[usize]) -> Vec<Placed> {
    (0..list.len())
        .map(|i| Placed {
            id: list.ids[i].clone(),
            stratum: list.strata[i].clone(),
            arm: arms.names[drawn[i]].clone(),
        })
        .collect()
}

/// Details hold floats that went through JSON, which keeps every bit; so equality is exact.
fn same_details(left: &Details, right: &Details) -> bool {
    left == right
}
