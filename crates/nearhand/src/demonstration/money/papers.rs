//! What comes on paper: receipts, and the statement of a card.

use budgets::{Pence, spend::service::PaperIn};
use chrono::NaiveDate;

/// An invented receipt: one page that a PDF reader shows.
pub(super) fn receipt(what: &str, pence: Pence, on: NaiveDate) -> PaperIn {
    let lines = [
        "RECEIPT (invented)".to_owned(),
        what.chars().filter(|c| c.is_ascii_alphanumeric() || " ,-".contains(*c)).collect(),
        format!("GBP {}", pence.plain()),
        on.format("%d/%m/%Y").to_string(),
        "Thank you".to_owned(),
    ];
    let shown: Vec<String> = lines.iter().map(|line| format!("({line}) Tj T*")).collect();
    let drawn = format!("BT /F1 16 Tf 24 TL 30 190 Td {} ET", shown.join(" "));
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 420 240] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>"
            .to_owned(),
        format!("<< /Length {} >>\nstream\n{drawn}\nendstream", drawn.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Courier >>".to_owned(),
    ];
    let mut text = String::from("%PDF-1.4\n");
    let mut places = Vec::new();
    for (number, object) in (1..).zip(&objects) {
        places.push(text.len());
        text.push_str(&format!("{number} 0 obj\n{object}\nendobj\n"));
    }
    let table = text.len();
    text.push_str(&format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1));
    for place in places {
        text.push_str(&format!("{place:010} 00000 n \n"));
    }
    text.push_str(&format!(
        "trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n",
        objects.len() + 1
    ));
    PaperIn { name: "receipt.pdf".to_owned(), content: text.into_bytes() }
}

/// A payment as the bank tells it.
pub(super) struct Line {
    pub(super) on: NaiveDate,
    pub(super) pence: Pence,
    pub(super) merchant: String,
}

/// The statement of the team's card: what was paid, a line that stands there twice, and one that nobody asked for.
pub(super) fn statement(lines: &[Line]) -> String {
    let mut text = String::from("Date,Merchant,Amount,Reference\n");
    let row = |number: usize, line: &Line| {
        format!(
            "{},{},{},T{number:05}\n",
            line.on.format("%d/%m/%Y"),
            line.merchant.replace(',', " "),
            line.pence.plain()
        )
    };
    for (number, line) in (1..).zip(lines) {
        text.push_str(&row(number, line));
    }
    if let Some(last) = lines.last() {
        text.push_str(&row(lines.len(), last));
        let stray = Line { on: last.on, pence: Pence::new(1_799), merchant: "STREAMLINE VIDEO".to_owned() };
        text.push_str(&row(lines.len() + 1, &stray));
    }
    text
}

#[cfg(test)]
mod tests {
    use budgets::spend::model::PaperKind;

    use super::*;

    #[test]
    fn a_receipt_is_a_pdf_whose_table_points_at_its_objects() {
        let paper =
            receipt("Bedding (two sets)", Pence::new(8_650), NaiveDate::from_ymd_opt(2019, 7, 1).unwrap());
        assert_eq!(PaperKind::of(&paper.content), Ok(PaperKind::Pdf));
        let text = String::from_utf8(paper.content).unwrap();
        assert!(text.contains("(Bedding two sets) Tj") && text.contains("(GBP 86.50) Tj"), "{text}");
        let (_, table) = text.rsplit_once("startxref\n").unwrap();
        let place: usize = table.lines().next().unwrap().parse().unwrap();
        assert!(text.get(place..).unwrap().starts_with("xref"));
        for (number, line) in text.get(place..).unwrap().lines().skip(3).take(5).enumerate() {
            let place: usize = line.split(' ').next().unwrap().parse().unwrap();
            assert!(text.get(place..).unwrap().starts_with(&format!("{} 0 obj", number + 1)), "{line}");
        }
    }
}
