//! One `Child`: identifiers, characteristics, episodes.

use std::io::Read;

use crate::catalogue;
use crate::codes::{Code, CodeSet};

use super::check::Checker;
use super::model::{Child, CinEpisode};
use super::parse::{Block, Parser, Stop};
use super::spec::{self, BlockSpec};

impl Block for Child {
    const SPEC: &'static BlockSpec = &spec::CHILD;

    fn leaf(&mut self, _field: &'static str, _text: &str, _check: &mut Checker) {}

    fn block<R: Read>(&mut self, field: &'static str, parser: &mut Parser<R>) -> Result<(), Stop> {
        match field {
            "ChildIdentifiers" => parser.read(&mut Identifiers { child: self }),
            "ChildCharacteristics" => parser.read(&mut Characteristics { child: self }),
            _ => {
                let mut episode = CinEpisode::default();
                // What the child itself has in unknown elements must not be taken for the episode's.
                let before = std::mem::take(&mut parser.unknown);
                parser.read(&mut episode)?;
                episode.unknown = std::mem::replace(&mut parser.unknown, before);
                self.episodes.push(episode);
                Ok(())
            }
        }
    }
}

struct Identifiers<'a> {
    child: &'a mut Child,
}

impl Block for Identifiers<'_> {
    const SPEC: &'static BlockSpec = &spec::CHILD_IDENTIFIERS;

    fn leaf(&mut self, field: &'static str, text: &str, check: &mut Checker) {
        let child = &mut *self.child;
        match field {
            "LAchildID" => child.la_child_id = check.child_id(field, text),
            "UPN" => child.upn = Some(check.upn(field, text)),
            "FormerUPN" => child.former_upn = Some(check.upn(field, text)),
            "UPNunknown" => child.upn_unknown = Some(check.code(field, CodeSet::UpnUnknown, text)),
            "PersonBirthDate" => child.birth_date = check.birth(field, text),
            "ExpectedPersonBirthDate" => child.expected_birth_date = check.birth(field, text),
            "PersonDeathDate" => child.death_date = check.event(field, text),
            "GenderCurrent" | "Sex" => {
                if child.sex_as_given.is_some() {
                    let message = "both GenderCurrent and Sex were given; the first value was taken";
                    check.report(&catalogue::REPEATED_ELEMENT, field, Some(text), message);
                } else {
                    child.sex = check.sex(field, text);
                    child.sex_as_given = Some(text.to_owned());
                }
            }
            _ => {}
        }
    }

    fn finish(&mut self, check: &mut Checker) {
        if self.child.sex_as_given.is_none() {
            let field = if check.year.closing() >= 2025 { "Sex" } else { "GenderCurrent" };
            let message = format!("ChildIdentifiers has no {field}");
            check.report(&catalogue::MISSING_VALUE, field, None, message);
        }
    }
}

struct Characteristics<'a> {
    child: &'a mut Child,
}

impl Block for Characteristics<'_> {
    const SPEC: &'static BlockSpec = &spec::CHILD_CHARACTERISTICS;

    fn leaf(&mut self, field: &'static str, text: &str, check: &mut Checker) {
        self.child.ethnicity = Some(check.code(field, CodeSet::Ethnicity, text));
    }

    fn block<R: Read>(&mut self, _field: &'static str, parser: &mut Parser<R>) -> Result<(), Stop> {
        parser.read(&mut Disabilities { codes: &mut self.child.disabilities })
    }
}

struct Disabilities<'a> {
    codes: &'a mut Vec<Code>,
}

impl Block for Disabilities<'_> {
    const SPEC: &'static BlockSpec = &spec::DISABILITIES;

    fn leaf(&mut self, field: &'static str, text: &str, check: &mut Checker) {
        self.codes.push(check.code(field, CodeSet::Disability, text));
    }
}
