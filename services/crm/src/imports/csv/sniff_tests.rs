//! Judging small files of every odd kind, and refusing what is no CSV.

use super::ImportTarget as T;
use super::*;

fn refused(file: &[u8]) -> (&'static str, Option<&'static str>) {
    let error = sniff(file, &Overrides::default()).unwrap_err();
    (error.code(), error.hint())
}

#[test]
fn what_is_no_text_is_refused_with_advice() {
    assert_eq!(refused(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), ("import.not_text", None));
    assert_eq!(refused(b"PK\x03\x04\x14\0\x06\0[Content_Types].xml"), ("import.not_text", Some("save_as_csv")));
    assert_eq!(refused(b"\x1f\x8b\x08\0\0"), ("import.not_text", Some("unpack")));
    assert_eq!(refused(b"%PDF-1.7\n%\xe2\xe3"), ("import.not_text", None));
    assert_eq!(refused(&(0..=255).cycle().take(4000).collect::<Vec<u8>>()), ("import.not_text", None));
}

#[test]
fn markup_and_address_cards_are_no_tables() {
    assert_eq!(refused(b"\xef\xbb\xbf\r\n <!DOCTYPE html><html>"), ("import.not_text", Some("save_as_csv")));
    assert_eq!(refused(b"BEGIN:VCARD\nVERSION:3.0\nN:K;Anna;;;\n"), ("import.not_text", Some("export_as_csv")));
}

#[test]
fn what_has_no_text_is_empty() {
    for file in [b"".as_slice(), b"\xef\xbb\xbf", b"\xff\xfe", b"\r\n \t\r\n\n", b"\xef\xbb\xbf\r\n\x1a"] {
        assert_eq!(refused(file), ("import.empty", None));
    }
}

fn judged(file: &[u8]) -> (char, Option<usize>, Vec<String>, Vec<Warning>) {
    let format = sniff(file, &Overrides::default()).unwrap();
    (char::from(format.delimiter.byte()), format.header_row, format.headers, format.warnings)
}

#[test]
fn a_single_column_keeps_its_commas() {
    let (delimiter, header, headers, warnings) = judged(b"Name\nSmith, John\nDoe, Jane\n");
    assert!(delimiter != ',' && header == Some(0) && headers == ["Name"]);
    assert_eq!(warnings, [Warning::SingleColumn]);
    assert_eq!(judged(b"Email\na@example.com\n").3, [Warning::SingleColumn]);
}

#[test]
fn duplicate_and_empty_headers_are_named() {
    let (_, _, headers, warnings) = judged(b"Email,Email,,Phone\na@example.com,,x,\n");
    assert_eq!(headers, ["Email", "Email (2)", "Column 3", "Phone"]);
    assert_eq!(warnings, [Warning::EmptyHeaders, Warning::DuplicateHeaders]);
}

#[test]
fn empty_columns_on_the_right_are_no_news() {
    let (_, _, headers, warnings) = judged(b"Name;Email;;\r\nA;a@example.com;;\r\n");
    assert_eq!((headers.len(), warnings), (4, vec![]));
}

#[test]
fn a_file_without_a_header_gets_column_names() {
    let file = "Иван Петров;ivan@example.com;+7 900 555 00 00\nОльга Цой;o@example.com;\n".as_bytes();
    let (delimiter, header, headers, warnings) = judged(file);
    assert_eq!((delimiter, header, warnings), (';', None, vec![Warning::NoHeader]));
    assert_eq!(headers, ["Column 1", "Column 2", "Column 3"]);
    let format = sniff(file, &Overrides::default()).unwrap();
    let rows = Reader::open(file, &format).unwrap().sample(9).unwrap();
    assert_eq!(rows.len(), 2);
    let targets: Vec<Option<T>> =
        guess(RecordType::Contact, &format.headers, &rows).iter().map(|guess| guess.target).collect();
    assert_eq!(targets, [Some(T::Name), Some(T::Email), Some(T::Phone)]);
}

#[test]
fn the_separator_line_of_excel_is_honoured_and_passed() {
    let file = b"sep=;\r\nName;Email\r\nA, B, C;a@example.com\r\n";
    let (delimiter, header, headers, warnings) = judged(file);
    assert_eq!((delimiter, header, warnings), (';', Some(1), vec![]));
    assert_eq!(headers, ["Name", "Email"]);
}

#[test]
fn rows_wider_than_the_header_add_columns() {
    let (_, _, headers, warnings) = judged(b"Name,Email\nA,a@example.com,x\nB,b@example.com,y\n");
    assert_eq!(headers, ["Name", "Email", "Column 3"]);
    assert_eq!(warnings, [Warning::RowsWiderThanHeader]);
}

#[test]
fn a_person_knows_better() {
    let file = "Name;A,B\nx;y,z\n".as_bytes();
    let overrides = Overrides {
        encoding: Some(Charset::WINDOWS_1251),
        delimiter: Some(Delimiter::Comma),
        header_row: Some(HeaderRow::Absent),
    };
    let format = sniff(file, &overrides).unwrap();
    assert_eq!((format.encoding, format.delimiter, format.header_row), (Charset::WINDOWS_1251, Delimiter::Comma, None));
    assert_eq!(format.headers, ["Column 1", "Column 2"]);
    let at = |row| sniff(file, &Overrides { header_row: Some(HeaderRow::At(row)), ..Overrides::default() });
    assert_eq!(at(1).unwrap().headers, ["x", "y,z"]);
    assert_eq!(at(2), Err(SniffError::NoSuchHeaderRow { row: 2 }));
}

#[test]
fn an_absurd_number_of_columns_is_refused() {
    let file = "a,".repeat(MAX_COLUMNS + 1);
    assert_eq!(refused(file.as_bytes()).0, "import.too_many_columns");
}

#[test]
fn damaged_bytes_are_warned_of() {
    let file = [
        b"Name;\xd0\x93\xd0\xbe\xd1\x80\xd0\xbe\xd0\xb4\xd0\xb0;Email\n\xd0\x90\xd0".as_slice(),
        b";\xd0\xa3\xd1\x84\xd0\xb0;a@example.com\n",
    ]
    .concat();
    assert_eq!(judged(&file).3, [Warning::UndecodableBytes]);
}
