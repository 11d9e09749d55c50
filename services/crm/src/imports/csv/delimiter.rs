//! The delimiter of a file, chosen by which one gives the most regular table of real, quote-aware records.

use serde::{Deserialize, Serialize};

use super::cells::Cells;
use super::dictionary;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Delimiter {
    #[serde(rename = ",")]
    Comma,
    #[serde(rename = ";")]
    Semicolon,
    #[serde(rename = "\t")]
    Tab,
    #[serde(rename = "|")]
    Pipe,
}

impl Delimiter {
    /// In the order of preference among equals.
    pub const ALL: [Self; 4] = [Self::Comma, Self::Semicolon, Self::Tab, Self::Pipe];

    #[must_use]
    pub fn byte(self) -> u8 {
        match self {
            Self::Comma => b',',
            Self::Semicolon => b';',
            Self::Tab => b'\t',
            Self::Pipe => b'|',
        }
    }

    #[must_use]
    pub fn from_char(c: char) -> Option<Self> {
        Self::ALL.into_iter().find(|delimiter| char::from(delimiter.byte()) == c)
    }
}

/// How many lines of title and notes may stand above the header.
pub(super) const MAX_PREAMBLE_RECORDS: usize = 30;

/// The regularity of a table read with one delimiter.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Shape {
    /// The commonest number of cells; 1 if this delimiter does not make a table.
    pub(super) width: usize,
    score: f64,
}

/// Measures `table`, leaving out single-cell records above it: they are the preamble.
pub(super) fn shape(table: &[Cells]) -> Shape {
    let preamble = table.iter().take(MAX_PREAMBLE_RECORDS).take_while(|cells| cells.len() == 1).count();
    let body = &table[preamble..];
    let (width, records) = commonest_width(body);
    if width < 2 || records * 2 < body.len() || (preamble > 0 && is_list_of_reversed_names(body)) {
        return Shape { width: 1, score: 0.0 };
    }
    let known = body.iter().take(MAX_PREAMBLE_RECORDS).map(known_headers).max().unwrap_or(0);
    // A preamble is possible but not likely: it costs its share.
    let share = ratio(records, table.len());
    Shape { width, score: share * ratio(width + 1, 1).log2() * (1.0 + 0.25 * ratio(known.min(4), 1)) }
}

/// The index of the best of several shapes; `None` if none is a table.
pub(super) fn best(shapes: &[Shape]) -> Option<usize> {
    let tables = shapes.iter().enumerate().filter(|(_, shape)| shape.width > 1);
    tables.reduce(|best, next| if next.1.score > best.1.score { next } else { best }).map(|(index, _)| index)
}

/// How many cells are headers that we know.
pub(super) fn known_headers(cells: &Cells) -> usize {
    cells.iter().filter(|cell| dictionary::is_known(cell)).count()
}

/// The commonest number of cells above one, the larger on a tie, and how many records have it.
fn commonest_width(body: &[Cells]) -> (usize, usize) {
    let mut counts = std::collections::BTreeMap::<usize, usize>::new();
    for cells in body.iter().filter(|cells| cells.len() > 1) {
        *counts.entry(cells.len()).or_default() += 1;
    }
    counts.into_iter().max_by_key(|&(_, records)| records).unwrap_or((1, 0))
}

/// "Smith, John" under a header of one cell is one column of names and no table of two.
fn is_list_of_reversed_names(body: &[Cells]) -> bool {
    body.iter().filter(|cells| cells.len() > 1).all(|cells| cells.len() == 2 && cells.get(1).starts_with(' '))
}

fn ratio(part: usize, whole: usize) -> f64 {
    let float = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    float(part) / float(whole.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(rows: &[&str], delimiter: char) -> Vec<Cells> {
        rows.iter().map(|row| row.split(delimiter).collect()).collect()
    }

    fn chosen(rows: &[&str]) -> Option<Delimiter> {
        let shapes = Delimiter::ALL.map(|delimiter| shape(&table(rows, char::from(delimiter.byte()))));
        best(&shapes).map(|index| Delimiter::ALL[index])
    }

    #[test]
    fn the_regular_delimiter_wins_over_the_frequent_one() {
        assert_eq!(chosen(&["Name;Notes", "Anna;a, b, c, d", "Olga;x, y"]), Some(Delimiter::Semicolon));
        assert_eq!(chosen(&["A\tB", "1,5\t2,5", "3,5\t4,5"]), Some(Delimiter::Tab));
        assert_eq!(chosen(&["a|b|c", "1|2|3"]), Some(Delimiter::Pipe));
    }

    #[test]
    fn a_column_of_sentences_is_no_table() {
        assert_eq!(chosen(&["Notes", "one", "two, three", "four", "five"]), None);
        assert_eq!(chosen(&["Name", "Smith, John", "Doe, Jane"]), None);
        assert_eq!(chosen(&["Email", "a@example.com"]), None);
    }

    #[test]
    fn a_preamble_above_the_table_does_not_count() {
        assert_eq!(
            chosen(&["Report", "2026", "made by us", "Name,Email", "Anna,a@example.com"]),
            Some(Delimiter::Comma)
        );
    }
}
