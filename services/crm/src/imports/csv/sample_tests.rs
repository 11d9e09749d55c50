//! Every sample export of `tests/data/csv` is judged, read and mapped as a person would do it.

use super::ImportTarget as T;
use super::*;

macro_rules! file {
    ($name:literal) => {
        include_bytes!(concat!("../../../tests/data/csv/", $name)).as_slice()
    };
}

struct Expected {
    encoding: Charset,
    delimiter: Delimiter,
    header_row: Option<usize>,
    rows: u64,
    targets: &'static [Option<T>],
    warnings: &'static [Warning],
}

/// Checks a whole file and gives its first row.
fn check(file: &[u8], expected: &Expected) -> Vec<String> {
    let format = sniff(file, &Overrides::default()).unwrap();
    assert_eq!((format.encoding, format.delimiter), (expected.encoding, expected.delimiter));
    assert_eq!((format.header_row, format.warnings.as_slice()), (expected.header_row, expected.warnings));
    let mut rows = Reader::open(file, &format).unwrap().sample(20).unwrap();
    let guesses = guess(RecordType::Contact, &format.headers, &rows);
    let targets: Vec<Option<T>> = guesses.iter().map(|guess| guess.target).collect();
    assert_eq!(targets, expected.targets, "{:?}", format.headers);
    assert!(guesses.iter().all(|guess| (guess.confidence > 0.0) == guess.target.is_some() && guess.confidence <= 1.0));
    let mut reader = Reader::open(file, &format).unwrap();
    while let Some(row) = reader.next_row().unwrap() {
        assert!(row.cells.iter().all(|cell| !cell.contains('\u{fffd}')));
    }
    assert_eq!(reader.rows_read(), expected.rows);
    assert_eq!(reader.bytes_read(), file.len() as u64);
    rows.swap_remove(0)
}

#[test]
fn google_contacts() {
    let mut targets = vec![
        Some(T::FirstName),
        Some(T::MiddleName),
        Some(T::LastName),
        None,
        None,
        Some(T::CompanyName),
        Some(T::JobTitle),
    ];
    targets.extend([None, Some(T::Description), None, Some(T::Tags), None, Some(T::Email), None, Some(T::Email)]);
    targets.extend([None, Some(T::Phone), None, Some(T::TelegramUsername)]);
    let first = check(
        file!("google_contacts.csv"),
        &Expected {
            encoding: Charset::UTF_8,
            delimiter: Delimiter::Comma,
            header_row: Some(0),
            rows: 60,
            targets: targets.leak(),
            warnings: &[],
        },
    );
    assert_eq!(first[8], "met at Token2049\nsecond line, with a comma");
    assert_eq!(split_values(T::Phone, &first[16]), ["+7 (900) 555-0000", "+1 202 555 0100"]);
    assert_eq!(split_values(T::Tags, &first[10]), ["BD"]);
}

#[test]
fn linkedin_connections_with_their_preamble() {
    let first = check(
        file!("linkedin_connections.csv"),
        &Expected {
            encoding: Charset::UTF_8,
            delimiter: Delimiter::Comma,
            header_row: Some(2),
            rows: 80,
            targets: &[
                Some(T::FirstName),
                Some(T::LastName),
                Some(T::LinkedinUrl),
                Some(T::Email),
                Some(T::CompanyName),
                Some(T::JobTitle),
                None,
            ],
            warnings: &[Warning::PreambleSkipped],
        },
    );
    assert_eq!(first[..2], ["Zoë", "O’Neill"]);
}

#[test]
fn outlook() {
    check(
        file!("outlook.csv"),
        &Expected {
            encoding: Charset::UTF_8,
            delimiter: Delimiter::Comma,
            header_row: Some(0),
            rows: 40,
            targets: &[
                Some(T::FirstName),
                Some(T::MiddleName),
                Some(T::LastName),
                Some(T::CompanyName),
                Some(T::JobTitle),
                Some(T::Email),
                Some(T::Phone),
                Some(T::Phone),
                None,
            ],
            warnings: &[],
        },
    );
}

#[test]
fn hubspot() {
    check(
        file!("hubspot.csv"),
        &Expected {
            encoding: Charset::UTF_8,
            delimiter: Delimiter::Comma,
            header_row: Some(0),
            rows: 120,
            targets: &[
                None,
                Some(T::FirstName),
                Some(T::LastName),
                Some(T::Email),
                Some(T::Phone),
                None,
                None,
                None,
                Some(T::CompanyName),
            ],
            warnings: &[],
        },
    );
}

#[test]
fn amocrm_in_windows_1251() {
    let first = check(
        file!("amocrm_cp1251.csv"),
        &Expected {
            encoding: Charset::WINDOWS_1251,
            delimiter: Delimiter::Semicolon,
            header_row: Some(0),
            rows: 70,
            targets: &[
                None,
                Some(T::Name),
                Some(T::CompanyName),
                None,
                None,
                Some(T::Phone),
                Some(T::Email),
                Some(T::JobTitle),
                Some(T::Tags),
            ],
            warnings: &[],
        },
    );
    assert_eq!(first[1..3], ["Цой Наталья", "ООО «Ромашка»"]);
    assert_eq!(split_values(T::Tags, &first[8]), ["холодный", "выставка"]);
}

#[test]
fn bitrix24() {
    let format = sniff(file!("bitrix24.csv"), &Overrides::default()).unwrap();
    assert!(format.has_bom && format.headers[0] == "ID");
    check(
        file!("bitrix24.csv"),
        &Expected {
            encoding: Charset::UTF_8,
            delimiter: Delimiter::Semicolon,
            header_row: Some(0),
            rows: 70,
            targets: &[
                None,
                Some(T::FirstName),
                Some(T::MiddleName),
                Some(T::LastName),
                Some(T::Phone),
                Some(T::Phone),
                Some(T::Email),
                Some(T::CompanyName),
                Some(T::JobTitle),
                Some(T::Source),
                None,
            ],
            warnings: &[],
        },
    );
}

#[test]
fn excel_unicode_text() {
    check(
        file!("excel_unicode_text.csv"),
        &Expected {
            encoding: Charset::UTF_16LE,
            delimiter: Delimiter::Tab,
            header_row: Some(0),
            rows: 30,
            targets: &[Some(T::Name), Some(T::Email), Some(T::Phone), Some(T::CompanyName), Some(T::TelegramUsername)],
            warnings: &[],
        },
    );
}

#[test]
fn awkward_rows_are_all_accounted_for() {
    let file = file!("awkward.csv");
    check(
        file,
        &Expected {
            encoding: Charset::UTF_8,
            delimiter: Delimiter::Comma,
            header_row: Some(0),
            rows: 13,
            targets: &[Some(T::Name), Some(T::Email), Some(T::Phone), Some(T::TelegramUsername), Some(T::CompanyName)],
            warnings: &[],
        },
    );
    let mut reader = Reader::open(file, &sniff(file, &Overrides::default()).unwrap()).unwrap();
    let mut odd = Vec::new();
    while let Some(row) = reader.next_row().unwrap() {
        if row.problem.is_some() || row.is_blank {
            odd.push((row.number, row.line, row.is_blank, row.problem.map(RowProblem::code)));
        }
    }
    assert_eq!(odd, [(4, 6, false, Some("too_many_cells")), (9, 11, true, None)]);
}
