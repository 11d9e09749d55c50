//! The cells of one record in two reused buffers, so that reading a row allocates nothing once the buffers have grown.

use super::scan::Sink;

/// The longest text kept of one cell, in bytes of UTF-8; more is cut off and the row is reported as `cell_too_long`.
pub const MAX_CELL_BYTES: usize = 64 * 1024;

/// The cells of one record. An index past the end reads as an empty cell: a short row lacks only empty cells.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cells {
    text: String,
    ends: Vec<usize>,
    /// The cell being built is full: nothing more of it is kept.
    is_full: bool,
    was_cut: bool,
}

impl Cells {
    /// The cell at `index`, `""` where the record has none.
    #[must_use]
    pub fn get(&self, index: usize) -> &str {
        let Some(&end) = self.ends.get(index) else {
            return "";
        };
        &self.text[self.start_of(index)..end]
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The length of their text.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.text.len()
    }

    #[must_use]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &str> {
        (0..self.len()).map(|index| self.get(index))
    }

    /// Whether no cell from `index` on holds anything visible.
    #[must_use]
    pub fn is_blank_from(&self, index: usize) -> bool {
        index >= self.len() || is_blank(&self.text[self.start_of(index)..])
    }

    pub(super) fn was_cut(&self) -> bool {
        self.was_cut
    }

    fn start_of(&self, index: usize) -> usize {
        index.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0)
    }
}

impl Sink for Cells {
    fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
        self.is_full = false;
        self.was_cut = false;
    }

    fn push(&mut self, piece: &str) {
        if self.is_full {
            return;
        }
        let held = self.text.len() - self.start_of(self.ends.len());
        let room = MAX_CELL_BYTES - held;
        if piece.len() <= room {
            self.text.push_str(piece);
        } else {
            self.text.push_str(&piece[..piece.floor_char_boundary(room)]);
            self.is_full = true;
            self.was_cut = true;
        }
    }

    fn end_cell(&mut self) {
        self.ends.push(self.text.len());
        self.is_full = false;
    }
}

impl<S: AsRef<str>> FromIterator<S> for Cells {
    fn from_iter<I: IntoIterator<Item = S>>(cells: I) -> Self {
        let mut made = Self::default();
        for cell in cells {
            made.push(cell.as_ref());
            made.end_cell();
        }
        made
    }
}

/// Nothing a person would see: white space, control characters, zero-width characters.
pub(super) fn is_blank(text: &str) -> bool {
    text.chars().all(is_invisible)
}

/// Characters that spreadsheets and web pages leave around a value.
pub(super) fn is_invisible(c: char) -> bool {
    c.is_whitespace() || c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_cell_reads_as_empty() {
        let cells: Cells = ["a", "", "c"].iter().collect();
        assert_eq!((cells.get(0), cells.get(1), cells.get(2), cells.get(3)), ("a", "", "c", ""));
        assert_eq!(cells.iter().collect::<Vec<_>>(), ["a", "", "c"]);
    }

    #[test]
    fn blankness_ignores_what_cannot_be_seen() {
        let cells: Cells = ["a", " \t", "\u{200b}\u{feff}", "\u{1a}"].iter().collect();
        assert!(!cells.is_blank_from(0));
        assert!(cells.is_blank_from(1));
        assert!(cells.is_blank_from(9));
    }

    #[test]
    fn a_long_cell_is_cut_at_a_character_and_the_next_one_is_whole() {
        let long = "ж".repeat(MAX_CELL_BYTES);
        let cells: Cells = ["a", long.as_str(), "next"].iter().collect();
        assert!(cells.was_cut());
        assert_eq!(cells.get(1).len(), MAX_CELL_BYTES);
        assert_eq!(cells.get(2), "next");
    }

    #[test]
    fn nothing_more_is_kept_after_a_character_that_did_not_fit() {
        let mut cells = Cells::default();
        cells.push(&"x".repeat(MAX_CELL_BYTES - 1));
        cells.push("ж");
        cells.push("y");
        cells.end_cell();
        assert!(cells.was_cut());
        assert_eq!(cells.get(0).len(), MAX_CELL_BYTES - 1);
    }
}
