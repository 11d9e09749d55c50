//! Cleaning of text on its way in (GW-06): NFC, no control or invisible characters, one kind of
//! white space. Nothing is escaped here; HTML is escaped where it is written.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::canonical_combining_class;

const ZERO_WIDTH_NON_JOINER: char = '\u{200C}';
const ZERO_WIDTH_JOINER: char = '\u{200D}';
const EMOJI_VARIATION: char = '\u{FE0F}';
const BLACK_FLAG: char = '\u{1F3F4}';

/// The longest tag sequence after a black flag: `gbeng`, `gbsct`, `gbwls` and the closing tag, one
/// to spare.
const FLAG_TAGS_MAX: u8 = 7;

/// How many blank lines in a row [`clean_text`] keeps.
const BLANK_LINES_MAX: usize = 2;

/// One line: composed (NFC), without control and invisible characters, every run of white space
/// (line ends and no-break spaces too) one space, none at the ends. Joiners stay where they shape
/// emoji, Arabic or Indic words; right-to-left text stays, the marks that override its direction do
/// not.
pub fn clean_line(raw: &str) -> String {
    let visible = visible(raw);
    let mut line = String::with_capacity(visible.len());
    for word in visible.split(is_blank).filter(|word| !word.is_empty()) {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}

/// Several lines: as [`clean_line`], but line ends (all become `\n`), tabs and inner spacing are
/// kept. Spaces at the end of a line, blank lines at both ends and every blank line after the
/// second in a row are dropped.
pub fn clean_text(raw: &str) -> String {
    let visible =
        visible(raw).replace("\r\n", "\n").replace(['\r', '\u{B}', '\u{C}', '\u{85}', '\u{2028}', '\u{2029}'], "\n");
    let mut text = String::with_capacity(visible.len());
    let mut blank_lines = 0;
    for line in visible.trim_matches(is_blank).split('\n') {
        let line = line.trim_end_matches(is_blank);
        if line.is_empty() {
            blank_lines += 1;
            continue;
        }
        if !text.is_empty() {
            text.extend(std::iter::repeat_n('\n', 1 + blank_lines.min(BLANK_LINES_MAX)));
        }
        blank_lines = 0;
        text.push_str(line);
    }
    text
}

/// White space, and the three letters that look like it and serve to fake an empty name.
fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{2800}' | '\u{3164}' | '\u{FFA0}')
}

/// Composes and drops until nothing changes: dropping one character may let its neighbours compose
/// or change places.
fn visible(raw: &str) -> String {
    if raw.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return raw.to_owned();
    }
    let mut text: String = raw.nfc().collect();
    loop {
        let kept = without_invisible(&text);
        if kept.len() == text.len() {
            return text;
        }
        text = kept.nfc().collect();
    }
}

fn without_invisible(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut previous = None;
    let mut flag_tags_left: u8 = 0;
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let keep = match c {
            ZERO_WIDTH_NON_JOINER | ZERO_WIDTH_JOINER => joins(previous, c, rest.peek().copied()),
            _ if is_variation(c) => previous.is_some_and(takes_variation),
            _ if is_tag(c) => flag_tags_left > 0,
            _ => !is_invisible(c),
        };
        flag_tags_left = match c {
            BLACK_FLAG => FLAG_TAGS_MAX,
            _ if is_tag(c) => flag_tags_left.saturating_sub(1),
            _ => 0,
        };
        if keep {
            kept.push(c);
            previous = Some(c);
        }
    }
    kept
}

/// Whether a joiner shapes what it stands in, after RFC 5892 appendix A (CONTEXTJ) and the emoji
/// sequences of UTS #51.
fn joins(previous: Option<char>, joiner: char, next: Option<char>) -> bool {
    let Some(previous) = previous.filter(|c| !is_blank(*c)) else {
        return false;
    };
    let emoji = (is_pictograph(previous) || previous == EMOJI_VARIATION) && next.is_some_and(is_pictograph);
    let cursive = is_cursive(previous) && (joiner == ZERO_WIDTH_JOINER || next.is_some_and(is_cursive));
    let before_virama = previous.is_alphabetic() && next.is_some_and(is_virama);
    cursive || is_virama(previous) || before_virama || (joiner == ZERO_WIDTH_JOINER && emoji)
}

/// The sign that joins Indic consonants; canonical combining class 9 is exactly this group.
fn is_virama(c: char) -> bool {
    canonical_combining_class(c) == 9
}

/// Scripts whose letters connect: Arabic, Syriac, N'Ko, Mandaic, Mongolian.
fn is_cursive(c: char) -> bool {
    matches!(c, '\u{600}'..='\u{61B}' | '\u{61D}'..='\u{77F}' | '\u{7C0}'..='\u{7FF}'
        | '\u{840}'..='\u{8FF}' | '\u{1800}'..='\u{180A}' | '\u{1810}'..='\u{18AF}'
        | '\u{FB50}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFC}')
}

/// The blocks that hold emoji; a few other symbols live there too and do no harm.
fn is_pictograph(c: char) -> bool {
    matches!(c, '\u{2190}'..='\u{21FF}' | '\u{2300}'..='\u{23FF}' | '\u{25A0}'..='\u{27BF}'
        | '\u{2B00}'..='\u{2BFF}' | '\u{1F000}'..='\u{1FAFF}')
}

fn is_variation(c: char) -> bool {
    matches!(c, '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}')
}

/// One selector per character: longer runs show nothing and are used to smuggle hidden text.
fn takes_variation(previous: char) -> bool {
    !is_blank(previous) && !is_variation(previous) && !matches!(previous, ZERO_WIDTH_NON_JOINER | ZERO_WIDTH_JOINER)
}

fn is_tag(c: char) -> bool {
    matches!(c, '\u{E0020}'..='\u{E007F}')
}

/// Control characters that are not white space (NUL among them: PostgreSQL cannot store it), soft
/// hyphen, zero-width characters, byte order mark, direction marks and overrides, deprecated and
/// annotation format characters.
fn is_invisible(c: char) -> bool {
    (c.is_control() && !c.is_whitespace())
        || matches!(c, '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}' | '\u{200E}' | '\u{200F}'
            | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}'
            | '\u{FFF9}'..='\u{FFFB}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0001}')
}

#[cfg(test)]
mod tests {
    use super::super::testing::any_text;
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn white_space_of_every_kind_becomes_one_space() {
        assert_eq!(clean_line("\u{FEFF}  ООО\u{A0}\u{2003}«Ромашка»\r\n\tМосква "), "ООО «Ромашка» Москва");
    }

    #[test]
    fn zero_width_and_soft_hyphens_are_removed() {
        assert_eq!(clean_line("\u{200B}Zero\u{200B} Wid\u{AD}th\u{2060}\u{200B}"), "Zero Width");
    }

    #[test]
    fn control_characters_are_removed() {
        assert_eq!(clean_line("a\0b\u{1B}[31mc\u{7F}\u{9F}d"), "ab[31mcd");
    }

    #[test]
    fn text_is_composed() {
        assert_eq!(clean_line("И\u{306}ожик cafe\u{301}"), "Йожик café");
        assert_eq!(clean_line("cafe\u{200B}\u{301}"), "café", "composed across what was dropped");
    }

    #[test]
    fn direction_overrides_go_and_right_to_left_text_stays() {
        assert_eq!(clean_line("invoice\u{202E}fdp.exe\u{2066}\u{2069}"), "invoicefdp.exe");
        assert_eq!(clean_line("مريم العلي \u{200F}"), "مريم العلي");
        assert_eq!(clean_line("שלום עולם"), "שלום עולם");
    }

    #[test]
    fn joiners_stay_where_they_shape_words() {
        for word in ["می\u{200C}خواهم", "ه\u{200D}", "क्\u{200D}ष", "র\u{200D}্য", "ന്\u{200D}", "क्\u{200C}ष"]
        {
            assert_eq!(clean_line(word), word);
        }
    }

    #[test]
    fn joiners_stay_inside_emoji() {
        for emoji in ["👨\u{200D}👩\u{200D}👧", "❤\u{FE0F}\u{200D}🔥", "👩🏽\u{200D}💻", "🏳\u{FE0F}\u{200D}🌈"]
        {
            assert_eq!(clean_line(emoji), emoji);
        }
    }

    #[test]
    fn joiners_without_a_purpose_are_removed() {
        assert_eq!(clean_line("ad\u{200D}min\u{200C} \u{200D}"), "admin");
        assert_eq!(clean_line("👨\u{200D}x"), "👨x");
        assert_eq!(clean_line("\u{3164}\u{200C}\u{94D}"), "\u{94D}");
    }

    #[test]
    fn tags_stay_in_a_flag_and_go_elsewhere() {
        let england = "🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}";
        assert_eq!(clean_line(england), england);
        assert_eq!(clean_line("Hi\u{E0068}\u{E0069}\u{FE0E}\u{FE01}\u{FE02}"), "Hi\u{FE0E}");
    }

    #[test]
    fn letters_that_look_like_nothing_are_white_space() {
        assert_eq!(clean_line("\u{3164}\u{2800}\u{FFA0}"), "");
        assert_eq!(clean_text("\u{3164}\n\u{2800}"), "");
    }

    #[test]
    fn a_text_keeps_its_lines_and_inner_spacing() {
        assert_eq!(clean_text(" \r\n one\r\n\ttwo  2 \rthree\u{2028}four\n\n"), "one\n\ttwo  2\nthree\nfour");
    }

    #[test]
    fn a_text_keeps_two_blank_lines_in_a_row() {
        assert_eq!(clean_text("a\n\nb\n \n\t\nc\n\n\n\n\nd"), "a\n\nb\n\n\nc\n\n\nd");
    }

    proptest! {
        #[test]
        fn cleaning_twice_is_cleaning_once(raw in any_text()) {
            let line = clean_line(&raw);
            prop_assert_eq!(clean_line(&line), line.as_str());
            let text = clean_text(&raw);
            prop_assert_eq!(clean_text(&text), text.as_str());
            prop_assert_eq!(clean_line(&text), line);
        }

        #[test]
        fn a_clean_line_has_no_control_characters_and_no_loose_spaces(raw in any_text()) {
            let line = clean_line(&raw);
            prop_assert!(!line.chars().any(char::is_control));
            prop_assert!(!line.contains("  ") && line.trim() == line);
        }
    }
}
