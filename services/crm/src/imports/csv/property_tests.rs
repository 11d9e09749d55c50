//! Properties of reading: tables survive every way of writing them, chunks and skipping change nothing, nothing panics.

use proptest::prelude::*;

use super::test_tables::*;
use super::*;

proptest! {
    #[test]
    fn a_table_survives_every_way_of_writing_it(table in table(), style in style()) {
        let rows = read_all(write(&table, style).as_slice(), &format(style.encoding, style.delimiter, table[0].len()));
        let cells: Vec<Vec<String>> = rows.iter().map(|row| row.cells.iter().map(ToOwned::to_owned).collect()).collect();
        prop_assert!(rows.iter().all(|row| row.problem.is_none()));
        prop_assert_eq!(cells, table);
    }

    #[test]
    fn a_real_table_is_judged_right(rows in prop::collection::vec((0_usize..4, 0_usize..4, any::<u16>()), 2..40), style in style()) {
        const NAMES: [&str; 4] = ["Ольга Соколова", "Фёдор Щербаков", "Anna Kowalska", "Иван \"Ваня\" Цой"];
        const COMPANIES: [&str; 4] = ["ООО Ромашка", "Acme, Inc.; EMEA", "Vela | Pay", "Первая\nстрока"];
        let mut table = vec![vec!["Имя и фамилия".to_owned(), "Рабочий e-mail".to_owned(), "Телефон".to_owned(), "Компания".to_owned()]];
        table.extend(rows.iter().map(|&(name, company, number)| {
            vec![NAMES[name].to_owned(), format!("user{number}@example.com"), format!("+7900{number:07}"), COMPANIES[company].to_owned()]
        }));
        let file = write(&table, style);
        let format = sniff(&file, &Overrides::default()).unwrap();
        prop_assert_eq!((format.encoding, format.delimiter, format.header_row), (style.encoding, style.delimiter, Some(0)));
        prop_assert_eq!(&format.headers, &table[0]);
        prop_assert_eq!(read_all(file.as_slice(), &format).len(), rows.len());
    }

    #[test]
    fn chunks_change_nothing(text in messy_text(), style in style(), lengths in prop::collection::vec(1_usize..9, 1..4)) {
        let bytes = encode(&text, style.encoding, style.has_bom);
        let format = format(style.encoding, style.delimiter, 3);
        let whole = read_all(bytes.as_slice(), &format);
        prop_assert_eq!(read_all(Chunked { bytes: &bytes, lengths: &lengths, turn: 0 }, &format), whole);
    }

    #[test]
    fn skipping_equals_reading(text in messy_text(), style in style(), count in 0_u64..12) {
        let bytes = encode(&text, style.encoding, false);
        let format = format(style.encoding, style.delimiter, 3);
        let rows = read_all(bytes.as_slice(), &format);
        let mut reader = Reader::open(bytes.as_slice(), &format).unwrap();
        let skipped = reader.skip_rows(count).unwrap();
        prop_assert_eq!(skipped, count.min(rows.len() as u64));
        let rest: Vec<OwnedRow> = rows.into_iter().filter(|row| row.number > count).collect();
        prop_assert_eq!(read_on(&mut reader), rest);
    }

    #[test]
    fn up_to_the_first_problem_records_are_those_of_the_csv_crate(text in messy_text()) {
        let rows = read_all(text.as_bytes(), &format(Charset::UTF_8, Delimiter::Comma, 100));
        let sound: Vec<Cells> = rows.iter().take_while(|row| row.problem.is_none()).map(|row| row.cells.clone()).collect();
        let mut reference = ::csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
        let expected: Vec<Cells> = reference.records().map(|record| record.unwrap().iter().collect()).collect();
        prop_assert_eq!(&sound[..], &expected[..sound.len()]);
        prop_assert!(sound.len() < rows.len() || sound.len() == expected.len());
    }

    #[test]
    fn every_character_of_a_messy_text_is_in_some_row(text in messy_text()) {
        let letters = |text: &str| text.chars().filter(|c| matches!(c, 'a' | 'b' | 'é')).collect::<String>();
        let rows = read_all(text.as_bytes(), &format(Charset::UTF_8, Delimiter::Comma, 3));
        let read: String = rows.iter().flat_map(|row| row.cells.iter().map(letters).collect::<Vec<_>>()).collect();
        prop_assert_eq!(read, letters(&text));
    }

    #[test]
    fn random_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..600), style in style(), row in 0_usize..4) {
        let chosen = Overrides { encoding: Some(style.encoding), delimiter: Some(style.delimiter), header_row: Some(HeaderRow::At(row)) };
        for overrides in [Overrides::default(), chosen] {
            if let Ok(format) = sniff(&bytes, &overrides) {
                let mut reader = Reader::open(bytes.as_slice(), &format).unwrap();
                let sample = reader.sample(5).unwrap();
                prop_assert_eq!(guess(RecordType::Contact, &format.headers, &sample).len(), format.headers.len());
                read_on(&mut reader);
            }
        }
    }

    #[test]
    fn messy_text_never_panics_and_a_cut_head_gives_a_format(text in messy_text(), end in 0_usize..60) {
        let head = &text.as_bytes()[..end.min(text.len())];
        if let Ok(format) = sniff(head, &Overrides::default()) {
            let names: std::collections::HashSet<&String> = format.headers.iter().collect();
            prop_assert_eq!(names.len(), format.headers.len());
            prop_assert!(!format.headers.is_empty() && format.headers.iter().all(|name| !name.is_empty()));
        }
    }

    #[test]
    fn an_error_file_can_be_imported_again(table in table(), is_semicolon in any::<bool>()) {
        let delimiter = if is_semicolon { Delimiter::Semicolon } else { Delimiter::Comma };
        let columns = table[0].len();
        let mut file = ErrorFile::create(Vec::new(), &format(Charset::UTF_8, delimiter, columns), "Reason").unwrap();
        for row in &table {
            file.write(&row.iter().collect(), "no").unwrap();
        }
        let bytes = file.finish().unwrap();
        let mut again = format(Charset::UTF_8, delimiter, columns + 1);
        again.skip_records = 1;
        for (row, expected) in read_all(bytes.as_slice(), &again).iter().zip(&table) {
            let cells: Vec<&str> = row.cells.iter().take(columns).map(unguard_formula).collect();
            let expected: Vec<&str> = expected.iter().map(|cell| unguard_formula(cell)).collect();
            prop_assert_eq!(cells, expected);
            prop_assert_eq!(row.cells.get(columns), "no");
        }
    }
}

#[test]
fn every_cut_of_a_sample_into_two_chunks_gives_the_same_rows() {
    let files = [
        include_bytes!("../../../tests/data/csv/awkward.csv").as_slice(),
        &include_bytes!("../../../tests/data/csv/excel_unicode_text.csv").as_slice()[..801],
        &include_bytes!("../../../tests/data/csv/google_contacts.csv").as_slice()[..1500],
    ];
    for file in files {
        let format = sniff(file, &Overrides::default()).unwrap();
        let whole = read_all(file, &format);
        for cut in 1..file.len() {
            let lengths = [cut, file.len()];
            assert_eq!(read_all(Chunked { bytes: file, lengths: &lengths, turn: 0 }, &format), whole, "cut at {cut}");
        }
    }
}

#[test]
fn a_head_cut_at_any_byte_is_judged_like_the_whole() {
    let file = include_bytes!("../../../tests/data/csv/bitrix24.csv");
    let whole = sniff(file, &Overrides::default()).unwrap();
    for end in 700..1000 {
        assert_eq!(sniff(&file[..end], &Overrides::default()).as_ref(), Ok(&whole), "cut at {end}");
    }
}

#[test]
fn chunks_change_nothing_at_the_limits() {
    let format = format(Charset::UTF_8, Delimiter::Comma, 3);
    for (open, close) in [("", ""), ("\"", ""), ("\"a\n", "\"x")] {
        let long = "ж".repeat((MAX_RECORD_BYTES - open.len() - close.len()) / 2);
        for (excess, after) in [("y", ""), ("yy", "\nOlga,,\n")] {
            let file = format!("{open}{long}{excess}{close}{after}");
            let whole = read_all(file.as_bytes(), &format);
            let chunks = Chunked { bytes: file.as_bytes(), lengths: &[999, 65_536, 3], turn: 0 };
            assert!(read_all(chunks, &format) == whole, "{open}…{close} + {excess}");
        }
    }
}
