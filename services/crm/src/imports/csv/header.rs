//! Finds the header among the first records of a table and makes its cells into column names.

use std::collections::HashSet;

use super::cells::{Cells, is_invisible};
use super::content;
use super::delimiter::{MAX_PREAMBLE_RECORDS, known_headers};

const MAX_NAME_CHARS: usize = 200;

/// A person's word on the header row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeaderRow {
    /// The record with this index (0-based; lines without a character are not counted).
    At(usize),
    /// There is none: the first record is data.
    Absent,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Header {
    Sure(usize),
    /// It may just as well be the first row.
    Likely(usize),
    /// Rows begin at this record.
    Absent(usize),
}

/// Looks for the header of a table `width` cells wide, from record `from` on: the first record with headers that we know, or
/// else the first full record if it looks unlike the rows below it.
pub(super) fn find(table: &[Cells], from: usize, width: usize) -> Header {
    let mut plain: Option<(usize, bool)> = None;
    let near = table.iter().enumerate().skip(from).take(MAX_PREAMBLE_RECORDS);
    for (index, cells) in near.filter(|(_, cells)| is_wide(cells, width)) {
        let filled = filled(cells).count();
        let is_full = filled > 0 && filled * 2 >= width;
        let values = filled_values(cells);
        let known = known_headers(cells);
        if (known >= 2 && known > values * 2) || (is_full && known > 0 && known * 2 >= filled && values == 0) {
            return Header::Sure(index);
        }
        if !is_full {
            continue;
        }
        if values > 0 {
            return match plain {
                Some((header, true)) => Header::Sure(header),
                Some((header, false)) => Header::Likely(header),
                None => Header::Absent(first_row(table, from, width)),
            };
        }
        plain = plain.or(Some((index, filled == cells.len())));
    }
    plain.map_or_else(|| Header::Absent(first_row(table, from, width)), |(index, _)| Header::Likely(index))
}

/// The first record that is no line of preamble.
pub(super) fn first_row(table: &[Cells], from: usize, width: usize) -> usize {
    let found = table.iter().enumerate().skip(from).find(|(_, cells)| width < 2 || cells.len() > 1);
    found.map_or(from, |(index, _)| index)
}

/// Wide enough to be the header or a row, and no line of preamble.
fn is_wide(cells: &Cells, width: usize) -> bool {
    width < 2 || (cells.len() > 1 && cells.len() * 2 >= width)
}

/// Names for `columns` columns, and whether some of them had to be told apart.
pub(super) fn names(cells: &Cells, columns: usize) -> (Vec<String>, bool) {
    let given: Vec<String> = (0..columns).map(|index| clean(cells.get(index))).collect();
    let mut taken: HashSet<String> = HashSet::new();
    let mut has_repeated = false;
    let mut names = Vec::with_capacity(columns);
    for (index, name) in given.into_iter().enumerate() {
        let name = if name.is_empty() { format!("Column {}", index + 1) } else { name };
        let free = free_name(&name, &taken);
        has_repeated |= free != name;
        taken.insert(free.to_lowercase());
        names.push(free);
    }
    (names, has_repeated)
}

fn free_name(name: &str, taken: &HashSet<String>) -> String {
    let mut free = name.to_owned();
    let mut number = 2;
    while taken.contains(&free.to_lowercase()) {
        free = format!("{name} ({number})");
        number += 1;
    }
    free
}

fn clean(cell: &str) -> String {
    let visible = cell.chars().filter(|&c| c.is_whitespace() || !is_invisible(c));
    let text: String = visible.take(MAX_NAME_CHARS).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn filled(cells: &Cells) -> impl Iterator<Item = &str> {
    cells.iter().map(|cell| cell.trim_matches(is_invisible)).filter(|cell| !cell.is_empty())
}

/// How many cells hold (or begin with) something that stands in rows and not in headers.
fn filled_values(cells: &Cells) -> usize {
    let first = |cell: &str| cell.split([',', ';']).next().is_some_and(|part| content::is_value(part.trim()));
    filled(cells).filter(|cell| content::is_value(cell) || first(cell)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(rows: &[&str]) -> Vec<Cells> {
        rows.iter().map(|row| row.split(',').collect()).collect()
    }

    #[test]
    fn known_headers_are_found_below_a_preamble() {
        assert_eq!(find(&table(&["Notes:", "text", "First Name,URL,Company", "A,B,C"]), 0, 3), Header::Sure(2));
        assert_eq!(find(&table(&["Контакты,,", "Имя,Почта,Город", "A,B,C"]), 0, 3), Header::Sure(1));
    }

    #[test]
    fn unknown_headers_are_told_by_the_rows_below() {
        assert_eq!(find(&table(&["Vorname,Alter", "Anna,33"]), 0, 2), Header::Sure(0));
        assert_eq!(find(&table(&["Foo,Bar", "Anna,x"]), 0, 2), Header::Likely(0));
        assert_eq!(find(&table(&["Foo,,,", "Anna,33,1,1"]), 0, 4), Header::Absent(0));
    }

    #[test]
    fn a_first_row_of_values_means_there_is_no_header() {
        assert_eq!(find(&table(&["Anna,a@example.com", "Olga,o@example.com"]), 0, 2), Header::Absent(0));
        assert_eq!(find(&table(&["Title", "Anna,a@example.com"]), 0, 2), Header::Absent(1));
    }

    #[test]
    fn names_are_unique_and_never_empty() {
        let (names, has_repeated) = names(&["Email", "email", "", " \u{feff}Email (2)\n", "Email"].iter().collect(), 6);
        assert_eq!(names, ["Email", "email (2)", "Column 3", "Email (2) (2)", "Email (3)", "Column 6"]);
        assert!(has_repeated);
    }
}
