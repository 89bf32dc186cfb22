//! Files of both kinds give the same result; whatever is wrong is told with its place and with what to do; results are the same to the
//! bit on any number of threads.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::allow_attributes,
    reason = "a helper of tests stops loudly and says what it leaves out"
)]

mod common;

use std::sync::Arc;

use analysis::plan::Plan;
use analysis::prepare::Source;
use analysis::{Quiet, data, report, run};
use common::{analyse, file, folder, rows};
use parquet::basic::{ConvertedType, Repetition, Type};
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type as Field;

/// A column of a file to be written.
enum Column {
    Numbers(&'static str, Vec<Option<f64>>),
    Words(&'static str, Vec<Option<&'static str>>),
}

/// Writes a Parquet file of optional columns.
fn parquet(columns: &[Column]) -> Vec<u8> {
    let fields = columns
        .iter()
        .map(|column| {
            let field = match column {
                Column::Numbers(name, _) => Field::primitive_type_builder(name, Type::DOUBLE),
                Column::Words(name, _) => Field::primitive_type_builder(name, Type::BYTE_ARRAY)
                    .with_converted_type(ConvertedType::UTF8),
            };
            Arc::new(field.with_repetition(Repetition::OPTIONAL).build().unwrap())
        })
        .collect();
    let schema = Arc::new(Field::group_type_builder("table").with_fields(fields).build().unwrap());
    let mut bytes = Vec::new();
    let mut writer =
        SerializedFileWriter::new(&mut bytes, schema, Arc::new(WriterProperties::builder().build())).unwrap();
    let mut group = writer.next_row_group().unwrap();
    for column in columns {
        let mut open = group.next_column().unwrap().unwrap();
        match column {
            Column::Numbers(_, values) => {
                let levels: Vec<i16> = values.iter().map(|value| i16::from(value.is_some())).collect();
                let known: Vec<f64> = values.iter().flatten().copied().collect();
                open.typed::<DoubleType>().write_batch(&known, Some(&levels), None).unwrap();
            }
            Column::Words(_, values) => {
                let levels: Vec<i16> = values.iter().map(|value| i16::from(value.is_some())).collect();
                let known: Vec<ByteArray> =
                    values.iter().flatten().map(|word| ByteArray::from(*word)).collect();
                open.typed::<ByteArrayType>().write_batch(&known, Some(&levels), None).unwrap();
            }
        }
        open.close().unwrap();
    }
    group.close().unwrap();
    writer.close().unwrap();
    bytes
}

const TRIAL: &str = "title = \"T\"\nestimator = \"poisson-mixed\"\ncovariates = [\"size\"]\ncluster = \"school\"\n[outcome]\ncolumn = \"y\"\n[exposure]\ncolumn = \"n\"\n[arms]\ncolumn = \"arm\"\ncontrol = \"usual\"\ntreatment = \"new\"\n";

const SCHOOLS: [&str; 4] = ["a", "b", "c", "d"];

#[test]
fn parquet_gives_what_csv_gives() {
    let n = 40;
    let school: Vec<Option<&str>> = (0..n).map(|row| Some(SCHOOLS[row % 4])).collect();
    let arm: Vec<Option<&str>> = (0..n)
        .map(|row| if row == 7 { None } else { Some(if row % 4 < 2 { "usual" } else { "new" }) })
        .collect();
    let y: Vec<Option<f64>> =
        (0..n).map(|row| if row == 3 { None } else { Some(((row * 7) % 11) as f64) }).collect();
    let size: Vec<Option<f64>> = (0..n).map(|row| Some(0.1 + 0.3 * (row as f64).sin())).collect();
    let people: Vec<Option<f64>> = (0..n).map(|row| Some(90.0 + row as f64)).collect();
    let shown = |value: &Option<f64>| value.map_or_else(String::new, |value| value.to_string());
    let mut csv = "school,arm,y,size,n\n".to_owned();
    for row in 0..n {
        csv.push_str(&format!(
            "{},{},{},{},{}\n",
            school[row].unwrap(),
            arm[row].unwrap_or("NA"),
            shown(&y[row]),
            shown(&size[row]),
            shown(&people[row])
        ));
    }
    let bytes = parquet(&[
        Column::Words("school", school),
        Column::Words("arm", arm),
        Column::Numbers("y", y),
        Column::Numbers("size", size),
        Column::Numbers("n", people),
    ]);
    let plan = Plan::read("p.toml", TRIAL).unwrap();
    let source = Source { file: "p.toml", text: TRIAL };
    let from = |name: &str, bytes: Vec<u8>| {
        let loaded = data::from_bytes(name, bytes, &plan.data).unwrap();
        let mut found = run::analyse(source, &plan, &loaded, &Quiet).unwrap();
        // The files are different files; all else is the same.
        assert_eq!(found.provenance.data_sha256.len(), 64);
        found.provenance.data_sha256.clear();
        found.provenance.data_file.clear();
        assert_eq!((found.flow.read, found.flow.analysed, found.flow.incomplete), (40, 38, 2));
        (report::json(&found).unwrap(), report::html(&found))
    };
    assert_eq!(from("d.parquet", bytes.clone()), from("d.csv", csv.into_bytes()));
    // A file that was cut short is not read as something else.
    let cut = data::from_bytes("d.parquet", bytes[..bytes.len() - 30].to_vec(), &plan.data)
        .unwrap_err()
        .to_string();
    assert!(cut.starts_with("d.parquet"), "{cut}");
}

const ROWS: &str = "school,arm,y,n,size\na,usual,3,100,1\nb,usual,5,120,2\nc,new,2,90,3\nd,new,8,110,4\ne,new,1,80,5\nf,usual,4,95,6\n";

#[test]
fn faults_are_told_with_place_and_advice() {
    let many_levels: String = std::iter::once("school,arm,y,n,size\n".to_owned())
        .chain((0..60).map(|row| format!("s{row},{},{},100,w{row}\n", ["usual", "new"][row % 2], row % 5)))
        .collect();
    let wide: String = {
        let names: Vec<String> = (0..10_001).map(|k| format!("c{k}")).collect();
        format!("{}\n{}\n", names.join(","), vec!["1"; 10_001].join(","))
    };
    let with = |extra: &str| format!("{TRIAL}{extra}");
    for (plan, rows_of, says) in [
        // A column that is not there: file, line and column of the plan, the nearest name.
        (TRIAL.replace("\"size\"", "\"sise\""), ROWS.to_owned(), &["did you mean 'size'?"][..]),
        (
            TRIAL.replace("\"n\"", "\"nn\""),
            ROWS.to_owned(),
            &["p.toml, line 8, column 10", "no column 'nn'", "the columns are"],
        ),
        // A plan with words that nobody knows.
        (
            with("[optons]\nnodes = 3\n"),
            ROWS.to_owned(),
            &["line 13", "unknown field 'optons'", "did you mean 'options'?"],
        ),
        (
            TRIAL.replace("cluster =", "clusters ="),
            ROWS.to_owned(),
            &["line 4, column 1", "did you mean 'cluster'?"],
        ),
        (
            with("[imputation]\nimputation = 3\n"),
            ROWS.to_owned(),
            &["unknown field 'imputation'", "imputations"],
        ),
        (
            with("[[predictors]]\ncolumn = \"size\"\nfrom = 1\n"),
            ROWS.to_owned(),
            &["predictors are for the estimator 'synthetic-control'"],
        ),
        // The wrong type: line and column of the data, the cell, what to do.
        (
            TRIAL.to_owned(),
            ROWS.replace("120", "many"),
            &["d.csv, line 3, column 'n'", "'many' is not a number", "data.missing"],
        ),
        (TRIAL.to_owned(), ROWS.replace("120", "\"1,5\""), &["line 3, column 'n'", "decimals with a point"]),
        (
            TRIAL.to_owned(),
            ROWS.replace(",3,100", ",3.5,100"),
            &["line 2, column 'y'", "3.5", "whole numbers"],
        ),
        // Missing values everywhere.
        (TRIAL.to_owned(), ROWS.replace("usual", "NA"), &["every row analysed has the arm 'new'"]),
        (
            TRIAL.to_owned(),
            "school,arm,y,n,size\na,usual,3,NA,1\nb,usual,5,NA,2\nc,new,2,NA,3\nd,new,8,NA,4\ne,new,1,NA,5\nf,usual,4,NA,6\n".to_owned(),
            &["no row has all the values needed", "n (6 rows)"],
        ),
        // Too much: columns, levels of a covariate, subgroups.
        (TRIAL.to_owned(), wide, &["10001 columns; at most 10000 are read"]),
        (
            with("[[subgroups]]\ncolumn = \"school\"\n").replace("covariates = [\"size\"]\n", ""),
            many_levels.clone(),
            &["60 groups; 2 to 20 are possible"],
        ),
        (TRIAL.to_owned(), many_levels.clone(), &["poisson-mixed"]),
        (
            with("[imputation]\nauxiliary = [\"shool\"]\n"),
            ROWS.to_owned(),
            &["no column 'shool'", "did you mean 'school'?"],
        ),
        // Cells too few and too many.
        (
            TRIAL.to_owned(),
            ROWS.replace("c,new,2,90,3", "c,new,2,90"),
            &["line 4", "4 cells where the header has 5"],
        ),
        (TRIAL.to_owned(), String::new(), &["the file is empty"]),
    ] {
        let error =
            rows(&plan, &rows_of).map(|_| "accepted".to_owned()).unwrap_or_else(|error| error.to_string());
        for part in says {
            assert!(error.contains(part), "wanted {part}: {error}");
        }
    }
}

/// The whole result, page and all, on one, two and five threads.
#[test]
fn the_same_bits_on_any_number_of_threads() {
    for (plan, name) in [
        ("s1-bayes.toml", "s1_schools_278x2.csv"),
        ("cea280.toml", "cea280.csv"),
        ("wcb280.toml", "wcb280.csv"),
    ] {
        let path = file(name).unwrap();
        let text = std::fs::read_to_string(folder().join("plans").join(plan)).unwrap();
        let text = if plan.starts_with("s1") {
            text.split("[[sensitivity]]").next().unwrap().to_owned()
        } else {
            text
        };
        let on = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| {
                let found = analyse(plan, &text, &path).unwrap();
                (report::json(&found).unwrap(), report::html(&found), report::text(&found))
            })
        };
        let one = on(1);
        assert_eq!(one, on(2), "{plan}");
        assert_eq!(one, on(5), "{plan}");
    }
}
