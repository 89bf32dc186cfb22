//! The children in need census of one year, in the order of its schema.

use std::io::{self, BufWriter, Write};
use std::path::Path;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

use crate::calendar::{CensusYear, Day};
use crate::care::Care;
use crate::care::episode::{Episode, Outcome, ProtectionPlan, Record};
use crate::care::shares::disabilities;
use crate::correction::Correction;
use crate::error::DemoError;
use crate::faults::{FaultCounts, Faults};
use crate::table::Id;
use crate::world::World;

use super::output::{Output, WrittenFile};

/// What the return is made from.
pub(crate) struct Source<'a> {
    pub(crate) world: &'a World,
    pub(crate) care: &'a Care,
    pub(crate) faults: Faults,
    pub(crate) year: CensusYear,
    /// Makes the file a resubmission.
    pub(crate) correction: Option<&'a Correction>,
}

/// The identifier by which the authority knows a child.
pub(crate) fn la_child_id(authority: u16, id: Id<Record>) -> String {
    format!("{authority:03}{:07}", 1_000_001 + id.number())
}

/// Writes the return and adds to the counts of faults.
pub(crate) fn write(
    source: &Source<'_>,
    folder: &Path,
    name: &str,
    counts: &mut FaultCounts,
) -> Result<WrittenFile, DemoError> {
    let output = Output::create(folder, name)?;
    let path = output.path();
    // The second buffer gathers the many small pieces of an XML file before they are hashed.
    let mut xml = Xml(Writer::new_with_indent(BufWriter::with_capacity(1 << 16, output), b' ', 2));
    let children = source.message(&mut xml, counts).map_err(DemoError::at(&path))?;
    let output = xml.0.into_inner().into_inner().map_err(|e| DemoError::at(&path)(e.into_error()))?;
    output.finish(children)
}

/// Elements with static names around text.
struct Xml<W>(Writer<W>);

impl<W: Write> Xml<W> {
    fn open(&mut self, name: &'static str) -> io::Result<()> {
        self.0.write_event(Event::Start(BytesStart::new(name)))
    }

    fn close(&mut self, name: &'static str) -> io::Result<()> {
        self.0.write_event(Event::End(BytesEnd::new(name)))
    }

    fn text(&mut self, name: &'static str, value: &str) -> io::Result<()> {
        self.open(name)?;
        self.0.write_event(Event::Text(BytesText::new(value)))?;
        self.close(name)
    }

    fn maybe(&mut self, name: &'static str, value: Option<&str>) -> io::Result<()> {
        value.map_or(Ok(()), |value| self.text(name, value))
    }

    fn day(&mut self, name: &'static str, day: Day) -> io::Result<()> {
        self.text(name, &day.to_string())
    }

    fn maybe_day(&mut self, name: &'static str, day: Option<Day>) -> io::Result<()> {
        day.map_or(Ok(()), |day| self.day(name, day))
    }
}

impl Source<'_> {
    fn message<W: Write>(&self, xml: &mut Xml<W>, counts: &mut FaultCounts) -> io::Result<u64> {
        xml.0.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
        xml.open("Message")?;
        self.header(xml)?;
        xml.open("Children")?;
        let mut children = 0;
        for (id, record) in self.care.records.rows() {
            let withdrawn = self.correction.is_some_and(|c| c.withdrawn == Some(id));
            let withheld = record.withheld && self.correction.is_none();
            let mine = |&&e: &&Id<Episode>| self.care.episodes[e].in_return(&self.year);
            let episodes: Vec<Id<Episode>> = record.episodes.iter().filter(mine).copied().collect();
            if !(withdrawn || withheld || episodes.is_empty()) {
                self.child(xml, id, &episodes, counts)?;
                children += 1;
            }
        }
        xml.close("Children")?;
        xml.close("Message")?;
        xml.0.get_mut().write_all(b"\n")?;
        Ok(children)
    }

    fn header<W: Write>(&self, xml: &mut Xml<W>) -> io::Result<()> {
        let year = self.year.closing;
        xml.open("Header")?;
        xml.open("CollectionDetails")?;
        xml.text("Collection", "CIN")?;
        xml.text("Year", &year.to_string())?;
        xml.day("ReferenceDate", self.year.end)?;
        xml.close("CollectionDetails")?;
        xml.open("Source")?;
        xml.text("SourceLevel", "L")?;
        xml.text("LEA", &format!("{:03}", self.world.authority.code))?;
        xml.text("SoftwareCode", "Demonstration")?;
        xml.text("Release", "1")?;
        let (serial, when) =
            if self.correction.is_some() { ("002", "09-16T16:05:00") } else { ("001", "06-12T10:30:00") };
        xml.text("SerialNo", serial)?;
        xml.text("DateTime", &format!("{year}-{when}"))?;
        xml.close("Source")?;
        xml.close("Header")
    }

    fn child<W: Write>(
        &self,
        xml: &mut Xml<W>,
        id: Id<Record>,
        episodes: &[Id<Episode>],
        counts: &mut FaultCounts,
    ) -> io::Result<()> {
        let record = &self.care.records[id];
        let person = &self.world.people[record.person];
        let year = self.year.closing;
        let born = person.birth <= self.year.end;
        let mut upn = self.faults.upn(self.world, self.care, id, &self.year);
        if let Some(supplied) = self.correction.and_then(|c| c.upn(id)) {
            upn.upn = Some(supplied);
            upn.unknown = None;
        }
        count_upn(counts, &upn);

        xml.open("Child")?;
        xml.open("ChildIdentifiers")?;
        xml.text("LAchildID", &la_child_id(self.world.authority.code, id))?;
        xml.maybe("UPN", upn.upn.as_ref().map(|upn| upn.as_str()))?;
        xml.maybe("FormerUPN", upn.former.as_ref().map(|upn| upn.as_str()))?;
        xml.maybe("UPNunknown", upn.unknown)?;
        xml.day(if born { "PersonBirthDate" } else { "ExpectedPersonBirthDate" }, person.birth)?;
        let (name, codes) =
            if year >= 2025 { ("Sex", ["F", "M", "U"]) } else { ("GenderCurrent", ["2", "1", "0"]) };
        let [female, male, unknown] = codes;
        xml.text(
            name,
            if !born {
                unknown
            } else if person.female {
                female
            } else {
                male
            },
        )?;
        xml.close("ChildIdentifiers")?;

        xml.open("ChildCharacteristics")?;
        let family = &self.world.families[person.family];
        let corrected = self.correction.and_then(|c| c.ethnicity(id));
        let invalid = self.faults.ethnicity(id).filter(|_| corrected.is_none());
        counts.invalid_codes += u32::from(invalid.is_some());
        xml.text("Ethnicity", corrected.or(invalid).unwrap_or(family.ethnicity))?;
        let needs_entry = episodes.iter().any(|&e| self.care.episodes[e].outcome != Outcome::NoFurtherAction);
        if born && needs_entry {
            self.disabilities(xml, id, counts)?;
        }
        xml.close("ChildCharacteristics")?;

        let words = self.faults.in_words(id);
        counts.booleans_in_words += u32::from(words);
        for &episode in episodes {
            self.episode(xml, episode, words, counts)?;
        }
        xml.close("Child")
    }

    fn disabilities<W: Write>(
        &self,
        xml: &mut Xml<W>,
        id: Id<Record>,
        counts: &mut FaultCounts,
    ) -> io::Result<()> {
        let mut codes = disabilities(u64::from(self.care.records[id].person.number()));
        if let (Some(first), Some(invalid)) = (codes.first_mut(), self.faults.disability(id)) {
            *first = invalid;
            counts.invalid_codes += 1;
        }
        xml.open("Disabilities")?;
        if codes.is_empty() {
            xml.text("Disability", "NONE")?;
        }
        for code in codes {
            xml.text("Disability", code)?;
        }
        xml.close("Disabilities")
    }

    fn episode<W: Write>(
        &self,
        xml: &mut Xml<W>,
        id: Id<Episode>,
        words: bool,
        counts: &mut FaultCounts,
    ) -> io::Result<()> {
        let episode = &self.care.episodes[id];
        let truth = |value: bool| match (words, value) {
            (false, true) => "1",
            (false, false) => "0",
            (true, true) => "true",
            (true, false) => "false",
        };
        xml.open("CINdetails")?;
        xml.day("CINreferralDate", episode.referral)?;
        xml.text("ReferralSource", self.correction.and_then(|c| c.source(id)).unwrap_or(episode.source))?;
        let refused = episode.outcome == Outcome::NoFurtherAction;
        let invalid = self.faults.need(id).filter(|_| !refused);
        counts.invalid_codes += u32::from(invalid.is_some());
        xml.maybe("PrimaryNeedCode", (!refused).then(|| invalid.unwrap_or(episode.need)))?;
        let closure = self.correction.and_then(|c| c.closure(id)).or(episode.closure);
        let late = closure.is_some_and(|day| self.faults.late_closure(id, day, &self.year));
        counts.closure_after_reference_date += u32::from(late);
        if let Some(day) = closure.filter(|&day| day <= self.year.end || late) {
            xml.day("CINclosureDate", day)?;
            let lost = self.faults.without_reason(id, episode) && self.correction.is_none();
            counts.closure_without_reason += u32::from(lost);
            xml.maybe("ReasonForClosure", (!lost).then_some(episode.reason))?;
        }
        xml.maybe_day("DateOfInitialCPC", episode.transfer_conference.filter(|&day| self.year.holds(day)))?;
        self.assessments(xml, episode)?;
        self.plan_of_need(xml, episode)?;
        for enquiry in &episode.enquiries {
            let conference = enquiry.conference.filter(|&day| day <= self.year.end);
            if enquiry.start > self.year.end
                || enquiry.start.max(conference.unwrap_or(enquiry.start)) < self.year.start
            {
                continue;
            }
            xml.open("Section47")?;
            xml.day("S47ActualStartDate", enquiry.start)?;
            if enquiry.conference.is_some() {
                xml.day("InitialCPCtarget", crate::calendar::add_working_days(enquiry.start, 15))?;
            }
            xml.maybe_day("DateOfInitialCPC", conference)?;
            xml.text("ICPCnotRequired", truth(enquiry.conference.is_none()))?;
            xml.close("Section47")?;
        }
        xml.text("ReferralNFA", truth(refused))?;
        let running =
            |p: &&ProtectionPlan| p.start <= self.year.end && p.end.is_none_or(|end| end >= self.year.start);
        for plan in episode.plans.iter().filter(running) {
            let invalid = self.faults.category(id);
            counts.invalid_codes += u32::from(invalid.is_some());
            self.protection_plan(xml, plan, invalid)?;
        }
        xml.close("CINdetails")
    }

    fn assessments<W: Write>(&self, xml: &mut Xml<W>, episode: &Episode) -> io::Result<()> {
        let mine =
            episode.assessments.iter().filter(|a| a.start <= self.year.end && a.end >= self.year.start);
        for assessment in mine {
            xml.open("Assessments")?;
            xml.day("AssessmentActualStartDate", assessment.start)?;
            if assessment.end <= self.year.end {
                xml.day("AssessmentAuthorisationDate", assessment.end)?;
                xml.open("FactorsIdentifiedAtAssessment")?;
                for factor in &assessment.factors {
                    xml.text("AssessmentFactors", factor)?;
                }
                xml.close("FactorsIdentifiedAtAssessment")?;
            }
            xml.close("Assessments")?;
        }
        Ok(())
    }

    /// The child in need plan, which the return has from 2021-22: from the end of the first assessment, for
    /// episodes without a protection plan.
    fn plan_of_need<W: Write>(&self, xml: &mut Xml<W>, episode: &Episode) -> io::Result<()> {
        let first = episode.assessments.first().filter(|_| {
            episode.outcome == Outcome::InNeed && episode.plans.is_empty() && !episode.assessed_out
        });
        let Some(start) = first.map(|a| crate::calendar::add_working_days(a.end, 5)) else { return Ok(()) };
        let closure = episode.closure.filter(|&day| day <= self.year.end);
        let over = closure.is_some_and(|end| end <= start || end < self.year.start);
        if self.year.closing < 2022 || start > self.year.end || over {
            return Ok(());
        }
        xml.open("CINPlanDates")?;
        xml.day("CINPlanStartDate", start)?;
        xml.maybe_day("CINPlanEndDate", closure)?;
        xml.close("CINPlanDates")
    }

    fn protection_plan<W: Write>(
        &self,
        xml: &mut Xml<W>,
        plan: &ProtectionPlan,
        invalid: Option<&'static str>,
    ) -> io::Result<()> {
        let end = plan.end.filter(|&day| day <= self.year.end);
        let held = |day: &&Day| self.year.holds(**day) && end.is_none_or(|end| **day <= end);
        let reviews: Vec<Day> = plan.reviews.iter().filter(held).copied().collect();
        xml.open("ChildProtectionPlans")?;
        xml.day("CPPstartDate", plan.start)?;
        xml.maybe_day("CPPendDate", end)?;
        xml.text("InitialCategoryOfAbuse", plan.initial_category)?;
        xml.text("LatestCategoryOfAbuse", invalid.unwrap_or(plan.latest_category))?;
        xml.text("NumberOfPreviousCPP", &plan.previous_plans.to_string())?;
        if !reviews.is_empty() {
            xml.open("Reviews")?;
            for review in reviews {
                xml.day("CPPreviewDate", review)?;
            }
            xml.close("Reviews")?;
        }
        xml.close("ChildProtectionPlans")
    }
}

fn count_upn(counts: &mut FaultCounts, upn: &crate::faults::WrittenUpn) {
    let reason = upn.unknown.and_then(|code| code.strip_prefix("UN")).and_then(|n| n.parse::<usize>().ok());
    if let Some(count) = reason.and_then(|n| counts.upn_missing.get_mut(n.wrapping_sub(1))) {
        *count += 1;
    }
    counts.upn_wrong_letter += u32::from(upn.wrong_letter);
    counts.upn_temporary += u32::from(upn.temporary && upn.upn.is_some());
    counts.upn_former += u32::from(upn.former.is_some());
    counts.upn_shared += u32::from(upn.shared);
}
