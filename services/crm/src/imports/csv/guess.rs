//! Guesses what each column is: by its header if that is known, else by what its cells look like.

use super::cells::is_invisible;
use super::column::Column;
use super::content;
use super::dictionary;
use super::target::{ImportTarget, RecordType};

/// The target of one column, `None` if it is better left out, and how certain that is (0..=1, 0 without a target).
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Guess {
    pub target: Option<ImportTarget>,
    pub confidence: f32,
}

const NAME_BY_CONTENT: f32 = 0.5;

/// One guess per header. `rows` are sample rows (cells by column, short rows allowed); 20 are enough, none is allowed. A target
/// that takes one column ([`ImportTarget::may_repeat`]) is guessed at most once: the surest, then the first column gets it.
#[must_use]
pub fn guess(record_type: RecordType, headers: &[String], rows: &[Vec<String>]) -> Vec<Guess> {
    let mut columns: Vec<Column> =
        headers.iter().enumerate().map(|(index, header)| Column::new(record_type, index, header, rows)).collect();
    settle_rivals(&mut columns);
    if record_type == RecordType::Contact {
        find_full_name(&mut columns);
    }
    columns.into_iter().map(|column| column.guess).collect()
}

/// Leaves each target that takes one column to the best: by confidence, then a column with content, then the first.
fn settle_rivals(columns: &mut [Column<'_>]) {
    let rank = |column: &Column<'_>| (column.guess.confidence, !column.samples.is_empty());
    for index in 0..columns.len() {
        let Some(target) = columns[index].guess.target.filter(|target| !target.may_repeat()) else {
            continue;
        };
        let own = rank(&columns[index]);
        let is_beaten = columns
            .iter()
            .enumerate()
            .any(|(other, column)| column.is(target) && (rank(column) > own || (other < index && rank(column) >= own)));
        if is_beaten {
            columns[index].guess = Guess::default();
        }
    }
}

/// "Имя" without "Фамилия" is the whole name; without any name column, one that holds people's names is.
fn find_full_name(columns: &mut [Column<'_>]) {
    use ImportTarget as T;
    if columns.iter().any(|column| column.is(T::Name) || column.is(T::LastName)) {
        return;
    }
    if let Some(column) = columns.iter_mut().find(|column| column.is(T::FirstName)) {
        if dictionary::words(column.header).concat() == "имя" {
            column.guess = Guess { target: Some(T::Name), confidence: column.guess.confidence.min(0.9) };
        }
        return;
    }
    let found = columns.iter_mut().find(|column| {
        !column.is_known
            && column.guess.target.is_none()
            && column.mostly(|text| content::is_person_name(text.trim_matches(is_invisible)))
    });
    if let Some(column) = found {
        column.guess = Guess { target: Some(T::Name), confidence: NAME_BY_CONTENT };
    }
}

#[cfg(test)]
mod tests {
    use super::ImportTarget as T;
    use super::*;

    fn targets(record_type: RecordType, columns: &[(&str, &[&str])]) -> Vec<Option<T>> {
        let headers: Vec<String> = columns.iter().map(|(header, _)| (*header).to_owned()).collect();
        let height = columns.iter().map(|(_, cells)| cells.len()).max().unwrap_or(0);
        let cell = |row: usize, cells: &[&str]| cells.get(row).copied().unwrap_or("").to_owned();
        let rows: Vec<Vec<String>> =
            (0..height).map(|row| columns.iter().map(|(_, cells)| cell(row, cells)).collect()).collect();
        guess(record_type, &headers, &rows).into_iter().map(|guess| guess.target).collect()
    }

    #[test]
    fn content_decides_where_a_link_leads() {
        let found = targets(
            RecordType::Contact,
            &[
                ("Website 1 - Value", &["@user_1", "", "https://t.me/user_2"]),
                ("URL", &["https://www.linkedin.com/in/a"]),
                ("Website 2 - Value", &["https://example.com"]),
            ],
        );
        assert_eq!(found, [Some(T::TelegramUsername), Some(T::LinkedinUrl), Some(T::Website)]);
    }

    #[test]
    fn a_column_of_time_zones_has_names_of_them() {
        let of = |cells: &[&str]| targets(RecordType::Contact, &[("Name", &["A"]), ("Time Zone", cells)])[1];
        assert_eq!(of(&["Europe/Berlin", "america/new_york", "nonsense"]), Some(T::TimeZone));
        assert_eq!(of(&[]), Some(T::TimeZone));
        assert_eq!(of(&["(GMT+03:00) Moscow", "us_slash_eastern", "Europe/Berlin"]), None);
        assert_eq!(targets(RecordType::Company, &[("Time Zone", &["Europe/Berlin"])]), [None]);
    }

    #[test]
    fn unknown_headers_are_guessed_by_their_cells() {
        let found = targets(
            RecordType::Contact,
            &[
                ("Column 1", &["Ольга Соколова", "Anna Kowalska"]),
                ("Column 2", &["a@example.com ; b@example.com", ""]),
                ("Column 3", &["+7 900 555-00-00", "8 912 555 00 11"]),
                ("Column 4", &["1234567890", "42"]),
            ],
        );
        assert_eq!(found, [Some(T::Name), Some(T::Email), Some(T::Phone), None]);
    }

    #[test]
    fn one_column_gets_a_target_that_takes_one_and_the_rest_are_left() {
        let found = targets(
            RecordType::Contact,
            &[
                ("Title", &["Mr."]),
                ("Job Title", &["CEO"]),
                ("Email", &[]),
                ("Work email", &[]),
                ("Notes", &[]),
                ("Comment", &["filled"]),
            ],
        );
        assert_eq!(found, [None, Some(T::JobTitle), Some(T::Email), Some(T::Email), None, Some(T::Description)]);
    }

    #[test]
    fn a_russian_first_name_alone_is_the_whole_name() {
        assert_eq!(targets(RecordType::Contact, &[("Имя", &[]), ("Телефон", &[])]), [Some(T::Name), Some(T::Phone)]);
        assert_eq!(
            targets(RecordType::Contact, &[("Имя", &[]), ("Фамилия", &[])]),
            [Some(T::FirstName), Some(T::LastName)]
        );
    }

    #[test]
    fn columns_about_an_email_do_not_hold_one() {
        let found = targets(
            RecordType::Contact,
            &[
                ("Email opt out", &["true"]),
                ("Twitter Username", &["@anna_b"]),
                ("Last e-mail date", &["2026-01-01"]),
                ("Почта бухгалтера", &["b@example.com"]),
                ("Purchasing phone", &[]),
            ],
        );
        assert_eq!(found, [None, None, None, Some(T::Email), Some(T::Phone)]);
    }

    #[test]
    fn companies_have_their_own_targets() {
        let headers = [
            "Company name",
            "Company Domain Name",
            "Phone Number",
            "Industry",
            "Number of Employees",
            "City",
            "Название",
        ];
        let columns: Vec<(&str, &[&str])> = headers.iter().map(|header| (*header, [].as_slice())).collect();
        let expected = [Some(T::Name), Some(T::Website), Some(T::Phone), Some(T::Industry), Some(T::Size), None, None];
        assert_eq!(targets(RecordType::Company, &columns), expected);
    }

    #[test]
    fn no_guess_is_made_of_nothing() {
        assert!(guess(RecordType::Contact, &[], &[]).is_empty());
        assert_eq!(
            guess(RecordType::Contact, &["Foo".to_owned()], &[vec![], vec!["x".to_owned()]]),
            [Guess::default()]
        );
    }
}
