//! Schools, rolls, and which child is which pupil.

use platform::{policy::Role, testing::on_both};
use record::{
    import::Applied,
    known::AsKnown,
    roll::{ChildKeys, Reason, SchoolBook, report, school_for_event, set_alias, spells_of, table_days},
};
use returns::CollectionYear;

use crate::support::{
    checked, child, cin, gias, import, links, migrations, off_roll, on_roll, person, state,
};

const ANNA: &str = "B801200005001";
const BEN: &str = "P207000016049";
const BORN: &str = "2009-05-04";

fn day(text: &str) -> chrono::NaiveDate {
    text.parse().unwrap()
}

#[tokio::test]
async fn children_get_their_names_from_the_roll_whichever_comes_first() {
    on_both(migrations, async |org| {
        let ctx = org.ctx(&[Role::DataOfficer]);
        let children = [child("A1", Some(ANNA), "2018-05-01", ""), child("A2", Some(BEN), "2018-05-01", "")];
        import(&org, &ctx, "cin.xml", cin(2019, &children)).await;
        assert_eq!(person(&ctx, "A1").await.surname, None);
        let roll = on_roll(&[["SCH1", "r1", ANNA, "", BORN, "2015-09-01"]]);
        import(&org, &ctx, "2018_spring_pupilonroll.csv", roll).await;
        assert_eq!(person(&ctx, "A1").await.surname.as_deref(), Some("Surr1"));
        // A later term tells another name, and that Ben had another number.
        let later = on_roll(&[
            ["SCH1", "r2", ANNA, "", BORN, "2015-09-01"],
            ["SCH1", "r3", "T207000016052", BEN, "2008-01-01", "2015-09-01"],
        ]);
        import(&org, &ctx, "2018_autumn_pupilonroll.csv", later).await;
        assert_eq!(person(&ctx, "A1").await.forename.as_deref(), Some("Forr2"));
        assert_eq!(person(&ctx, "A2").await.forename.as_deref(), Some("Forr3"));
        // A return that comes after the roll gets the names at once.
        let of_2018 = child("A3", Some(ANNA), "2017-05-01", "");
        import(&org, &ctx, "cin.xml", cin(2018, &[of_2018])).await;
        assert_eq!(person(&ctx, "A3").await.forename.as_deref(), Some("Forr2"));
        let report = report(&ctx, CollectionYear::new(2019).unwrap(), |_| true, 10).await.unwrap();
        assert_eq!(report.children, 2);
        assert_eq!(report.matched(), 2);
        assert_eq!(report.counts[&Reason::Upn], 1);
        assert_eq!(report.counts[&Reason::BirthDateDiffers], 1, "matched, with a warning");
    })
    .await;
}

#[tokio::test]
async fn every_child_that_does_not_match_has_a_reason() {
    on_both(migrations, async |org| {
        let ctx = org.ctx(&[Role::DataOfficer]);
        let born = |id: &str, upn: &str, date: &str| {
            child(id, Some(upn), "2018-05-01", "").replace("2009-05-04", date)
        };
        let children = [
            born("A1", ANNA, "2009-05-04"),
            born("A2", BEN, "2014-04-01"),
            born("A3", BEN, "2003-03-31"),
            born("A4", "A801200005001", "2009-05-04"),
            born("A5", "12345", "2009-05-04"),
            child("A6", None, "2018-05-01", "").replace("UN3", "UN7"),
            child("A7", None, "2018-05-01", "").replace("<UPNunknown>UN3</UPNunknown>", ""),
        ];
        let file = import(&org, &ctx, "cin.xml", cin(2019, &children)).await;
        let report =
            report(&ctx, CollectionYear::new(2019).unwrap(), |reason| !reason.is_match(), 100).await.unwrap();
        let rows: Vec<_> = report
            .rows
            .iter()
            .map(|row| (row.la_child_id.as_str(), row.reason.slug().into_owned()))
            .collect();
        let expected = [
            ("A1", "no-roll-school-age"),
            ("A2", "no-roll-under-five"),
            ("A3", "no-roll-sixteen-or-over"),
            ("A4", "upn-check-letter"),
            ("A5", "upn-shape"),
            ("A6", "no-upn-un7"),
            ("A7", "no-upn-no-reason"),
        ];
        assert_eq!(rows, expected.map(|(id, slug)| (id, slug.to_owned())));
        let previewed = file.summary().unwrap().matching;
        assert_eq!(previewed.values().sum::<u64>(), 7);
        for (_, slug) in expected {
            assert_eq!(previewed[slug], 1, "{slug}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_table_speaks_only_for_its_schools_and_gias_retires_nothing() {
    on_both(migrations, async |org| {
        let ctx = org.ctx(&[Role::DataOfficer]);
        let name = "2019_spring_pupilonroll.csv";
        let one = ["100001", "r1", ANNA, "", BORN, "2015-09-01"];
        let two = ["100001", "r2", BEN, "", BORN, "2015-09-01"];
        let other = ["100002", "r3", "T207000016052", "", BORN, "2015-09-01"];
        import(&org, &ctx, name, on_roll(&[one, two])).await;
        import(&org, &ctx, name, on_roll(&[other])).await;
        let rows = |lines: &[String]| lines.iter().filter(|line| line.starts_with("roll_entry")).count();
        assert_eq!(rows(&state(&ctx, AsKnown::Now).await), 3);
        let corrected = import(&org, &ctx, name, on_roll(&[two])).await.summary().unwrap();
        assert_eq!((corrected.unchanged, corrected.gone), (1, 1));
        assert_eq!(rows(&state(&ctx, AsKnown::Now).await), 2);
        import(
            &org,
            &ctx,
            "edubase.csv",
            gias(&[(100_001, 2001, "01-09-1990", ""), (100_002, 2002, "01-09-1990", "")]),
        )
        .await;
        let less = import(&org, &ctx, "edubase.csv", gias(&[(100_001, 2001, "01-09-1991", "")])).await;
        let less = less.summary().unwrap();
        assert_eq!((less.changed, less.gone), (1, 0));
        assert!(SchoolBook::load(ctx.db()).await.unwrap().school(100_002).is_some());
    })
    .await;
}

#[tokio::test]
async fn an_academy_conversion_is_one_school_and_an_alias_makes_a_school_known() {
    on_both(migrations, async |org| {
        let ctx = org.ctx(&[Role::DataOfficer]);
        let schools = [
            (100_001, 2001, "01-09-1990", "31-08-2018"),
            (140_001, 2001, "01-09-2018", ""),
            (100_003, 2003, "01-09-1990", ""),
        ];
        import(&org, &ctx, "edubase.csv", gias(&schools)).await;
        import(
            &org,
            &ctx,
            "links.csv",
            links(&[(100_001, 140_001, "Successor"), (140_001, 100_001, "Predecessor")]),
        )
        .await;
        let spring = on_roll(&[
            ["8522001", "r1", ANNA, "", BORN, "2015-09-01"],
            ["SCH7", "r2", BEN, "", BORN, "2015-09-01"],
        ]);
        let file = checked(&ctx, "2018_spring_pupilonroll.csv", spring).await;
        let keys = file.summary().unwrap().schools.unwrap();
        assert_eq!((keys.known, keys.unknown.get("SCH7").copied()), (1, Some(1)));
        let applied = record::import::apply(&ctx, file.id, &crate::support::Quiet).await.unwrap();
        assert!(matches!(applied, Applied::Done(_)));
        let autumn = on_roll(&[
            ["140001", "r1", ANNA, "", BORN, "2018-09-01"],
            ["SCH7", "r2", BEN, "", BORN, "2015-09-01"],
        ]);
        import(&org, &ctx, "2018_autumn_pupilonroll.csv", autumn).await;
        import(
            &org,
            &ctx,
            "2019_spring_pupilnolongeronroll.csv",
            off_roll(&[["SCH7", "r9", BEN, BORN, "2015-09-01", "2018-12-19"]]),
        )
        .await;
        import(
            &org,
            &ctx,
            "2019_spring_pupilonroll.csv",
            on_roll(&[["140001", "r1", ANNA, "", BORN, "2018-09-01"]]),
        )
        .await;
        assert!(set_alias(&ctx, "SCH7", 999_999).await.is_err());
        set_alias(&ctx, "SCH7", 100_003).await.unwrap();
        let book = SchoolBook::load(ctx.db()).await.unwrap();
        let days = table_days(ctx.db(), &book).await.unwrap();
        let keys = |n: u128, upn: &str| ChildKeys {
            person: platform::testing::uuid(n),
            numbers: vec![upn.to_owned()],
        };
        let spells = spells_of(ctx.db(), &book, &days, &[keys(1, ANNA), keys(2, BEN)]).await.unwrap();
        let anna = &spells[&platform::testing::uuid(1)];
        assert_eq!(anna.len(), 2, "{anna:?}");
        let at = |date| school_for_event(anna, day(date)).and_then(|spell| spell.school.urn());
        assert_eq!(
            (at("2018-03-01"), at("2018-08-10"), at("2019-03-01")),
            (Some(140_001), Some(140_001), Some(140_001))
        );
        let ben = &spells[&platform::testing::uuid(2)];
        assert_eq!(ben.len(), 1);
        assert_eq!((ben[0].school.urn(), ben[0].end), (Some(100_003), Some(day("2018-12-19"))));
    })
    .await;
}
