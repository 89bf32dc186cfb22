#!/usr/bin/env python3
"""What a council's data team would otherwise write: one CIN census file into SQLite tables with Python's own
libraries (xml.etree.iterparse, sqlite3), one pass, memory kept low. It takes the facts as they stand: it reports no
problem, keeps no earlier version, audits nothing and shows no preview. Usage: peer_import.py CIN.xml OUT.sqlite"""
import sqlite3
import sys
import xml.etree.ElementTree as ET

TABLES = """
PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
CREATE TABLE child (id INTEGER PRIMARY KEY, la_child_id TEXT, upn TEXT, former_upn TEXT, upn_unknown TEXT, dob TEXT,
  expected_dob TEXT, sex TEXT, death_date TEXT, ethnicity TEXT, disabilities TEXT);
CREATE TABLE episode (id INTEGER PRIMARY KEY, child INTEGER, referral_date TEXT, source TEXT, need TEXT, closed TEXT,
  reason TEXT, icpc TEXT, nfa TEXT);
CREATE TABLE assessment (episode INTEGER, started TEXT, review TEXT, authorised TEXT, factors TEXT);
CREATE TABLE section47 (episode INTEGER, started TEXT, target TEXT, icpc TEXT, not_required TEXT);
CREATE TABLE plan (id INTEGER PRIMARY KEY, episode INTEGER, started TEXT, ended TEXT, initial TEXT, latest TEXT, previous TEXT);
CREATE TABLE review (plan INTEGER, held TEXT);
CREATE INDEX child_upn ON child (upn); CREATE INDEX child_la ON child (la_child_id);
CREATE INDEX episode_child ON episode (child);
"""


def text(node, name):
    found = node.find(name)
    return found.text if found is not None else None


def main(source, target):
    db = sqlite3.connect(target)
    db.executescript(TABLES)
    children, episodes, assessments, enquiries, plans, reviews = [], [], [], [], [], []
    counts = [0, 0, 0]

    def flush():
        db.executemany("INSERT INTO child VALUES (?,?,?,?,?,?,?,?,?,?,?)", children)
        db.executemany("INSERT INTO episode VALUES (?,?,?,?,?,?,?,?,?)", episodes)
        db.executemany("INSERT INTO assessment VALUES (?,?,?,?,?)", assessments)
        db.executemany("INSERT INTO section47 VALUES (?,?,?,?,?)", enquiries)
        db.executemany("INSERT INTO plan VALUES (?,?,?,?,?,?,?)", plans)
        db.executemany("INSERT INTO review VALUES (?,?)", reviews)
        for rows in (children, episodes, assessments, enquiries, plans, reviews):
            rows.clear()

    root = None
    for event, node in ET.iterparse(source, events=("start", "end")):
        if root is None:
            root = node
        if event != "end" or node.tag != "Child":
            continue
        counts[0] += 1
        child = counts[0]
        ids = node.find("ChildIdentifiers")
        about = node.find("ChildCharacteristics")
        disabilities = ",".join(d.text or "" for d in about.iter("Disability"))
        children.append((child, text(ids, "LAchildID"), text(ids, "UPN"), text(ids, "FormerUPN"), text(ids, "UPNunknown"),
                         text(ids, "PersonBirthDate"), text(ids, "ExpectedPersonBirthDate"),
                         text(ids, "GenderCurrent") or text(ids, "Sex"), text(ids, "PersonDeathDate"),
                         text(about, "Ethnicity"), disabilities))
        for details in node.iter("CINdetails"):
            counts[1] += 1
            episode = counts[1]
            episodes.append((episode, child, text(details, "CINreferralDate"), text(details, "ReferralSource"),
                             text(details, "PrimaryNeedCode"), text(details, "CINclosureDate"),
                             text(details, "ReasonForClosure"), text(details, "DateOfInitialCPC"), text(details, "ReferralNFA")))
            for one in details.findall("Assessments"):
                factors = ",".join(f.text or "" for f in one.iter("AssessmentFactors"))
                assessments.append((episode, text(one, "AssessmentActualStartDate"), text(one, "AssessmentInternalReviewDate"),
                                    text(one, "AssessmentAuthorisationDate"), factors))
            for one in details.findall("Section47"):
                enquiries.append((episode, text(one, "S47ActualStartDate"), text(one, "InitialCPCtarget"),
                                  text(one, "DateOfInitialCPC"), text(one, "ICPCnotRequired")))
            for one in details.findall("ChildProtectionPlans"):
                counts[2] += 1
                plans.append((counts[2], episode, text(one, "CPPstartDate"), text(one, "CPPendDate"),
                              text(one, "InitialCategoryOfAbuse"), text(one, "LatestCategoryOfAbuse"), text(one, "NumberOfPreviousCPP")))
                reviews.extend((counts[2], r.text) for r in one.iter("CPPreviewDate"))
        node.clear()
        if len(children) == 500:
            flush()
            db.commit()
            root.find("Children").clear()
    flush()
    db.commit()
    print(f"{counts[0]} children, {counts[1]} episodes, {counts[2]} plans")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
