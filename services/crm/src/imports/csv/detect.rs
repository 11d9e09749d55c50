//! Guesses the character set of a text from its bytes: byte-order mark, then UTF-16 by its zeros, then UTF-8 by its validity,
//! then one of the one-byte Cyrillic sets by letter frequency, and Windows-1252 for what remains.

use super::charset::Charset;

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Detected {
    pub(super) charset: Charset,
    pub(super) has_bom: bool,
}

/// `head` is the beginning of the file; `later` are lines from further on that are not ASCII (may be empty).
pub(super) fn detect(head: &[u8], later: &[u8]) -> Detected {
    let marks: [(&[u8], Charset); 3] =
        [(b"\xef\xbb\xbf", Charset::UTF_8), (b"\xff\xfe", Charset::UTF_16LE), (b"\xfe\xff", Charset::UTF_16BE)];
    if let Some((_, charset)) = marks.into_iter().find(|(mark, _)| head.starts_with(mark)) {
        return Detected { charset, has_bom: true };
    }
    let charset = utf16_without_mark(head).unwrap_or_else(|| {
        let (sequences, errors) =
            [head, later].into_iter().map(count_utf8).fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
        // A few broken bytes in much good UTF-8 are damage; text in another character set is hardly ever good UTF-8.
        if errors == 0 || sequences > 4 * errors { Charset::UTF_8 } else { one_byte_set(&[head, later].concat()) }
    });
    Detected { charset, has_bom: false }
}

/// Delimiters, digits and line ends are ASCII in every CSV: in UTF-16 their other byte is zero, always on the same side.
fn utf16_without_mark(head: &[u8]) -> Option<Charset> {
    let pairs = head.len() / 2;
    let zeros = |offset: usize| head.iter().skip(offset).step_by(2).filter(|&&b| b == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let is_clear = |many: usize, few: usize| many * 25 >= pairs && few * 20 <= many && many > 1;
    let charset = if is_clear(odd, even) {
        Charset::UTF_16LE
    } else if is_clear(even, odd) {
        Charset::UTF_16BE
    } else {
        return None;
    };
    (!charset.decode_start(head).1).then_some(charset)
}

/// Well-formed sequences of several bytes, and errors; an unfinished sequence at the end is neither.
fn count_utf8(bytes: &[u8]) -> (usize, usize) {
    let mut sequences = 0;
    let mut errors = 0;
    let mut chunks = bytes.utf8_chunks().peekable();
    while let Some(chunk) = chunks.next() {
        sequences += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        let invalid = chunk.invalid();
        let is_unfinished =
            chunks.peek().is_none() && std::str::from_utf8(invalid).is_err_and(|error| error.error_len().is_none());
        errors += usize::from(!invalid.is_empty() && !is_unfinished);
    }
    (sequences, errors)
}

fn one_byte_set(bytes: &[u8]) -> Charset {
    let mut neighbours = 0;
    let mut mixed = 0;
    for pair in bytes.windows(2) {
        match (pair[0] >= 0x80, pair[1] >= 0x80) {
            (true, true) => neighbours += 1,
            (true, false) if pair[1].is_ascii_alphabetic() => mixed += 1,
            (false, true) if pair[0].is_ascii_alphabetic() => mixed += 1,
            _ => {}
        }
    }
    // Accented letters stand among ASCII letters, Cyrillic ones among themselves.
    if neighbours <= mixed {
        return Charset::WINDOWS_1252;
    }
    let scored = [Charset::WINDOWS_1251, Charset::KOI8_R, Charset::IBM866]
        .map(|set| (cyrillic_score(&set.decode_start(bytes).0), set));
    // On a tie the first one, the commonest, stays.
    scored
        .into_iter()
        .reduce(|best, next| if next.0 > best.0 { next } else { best })
        .map_or(Charset::WINDOWS_1251, |best| best.1)
}

const RARE_LETTERS: &str = "ёжшхюцщэфъїє";
const PUNCTUATION: &str = "«»—–№…“”„’\u{a0}";

/// How much a text looks like Russian: frequent letters for, rare letters, symbols and capitals inside words against.
fn cyrillic_score(text: &str) -> i64 {
    let mut score = 0;
    let mut was_small = false;
    for c in text.chars() {
        let is_small = c.is_lowercase();
        score += match c.to_lowercase().next().unwrap_or(c) {
            'о' | 'е' | 'а' | 'и' | 'н' | 'т' | 'с' | 'р' | 'в' | 'л' => 3,
            'к' | 'м' | 'д' | 'п' | 'у' | 'я' | 'ы' | 'ь' | 'г' | 'з' | 'б' | 'ч' | 'й' | 'і' => 1,
            c if c.is_ascii() || RARE_LETTERS.contains(c) || PUNCTUATION.contains(c) => 0,
            _ => -3,
        };
        if was_small && c.is_uppercase() {
            score -= 4;
        }
        was_small = is_small;
    }
    score
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(text: &str, label: &str) -> Vec<u8> {
        let encoding = encoding_rs::Encoding::for_label(label.as_bytes()).unwrap();
        let (bytes, _, has_unmappable) = encoding.encode(text);
        assert!(!has_unmappable, "{text} in {label}");
        bytes.into_owned()
    }

    fn utf16(text: &str, to_bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(to_bytes).collect()
    }

    #[test]
    fn marks_decide_before_anything_else() {
        assert_eq!(detect(b"\xef\xbb\xbfa\xff", b""), Detected { charset: Charset::UTF_8, has_bom: true });
        assert_eq!(detect(b"\xff\xfea\0", b""), Detected { charset: Charset::UTF_16LE, has_bom: true });
        assert_eq!(detect(b"\xfe\xff\0a", b""), Detected { charset: Charset::UTF_16BE, has_bom: true });
    }

    #[test]
    fn utf16_is_seen_without_a_mark_in_both_scripts() {
        for text in ["Name;Email\r\nAnna;a@example.com\r\n", "Имя;Фамилия;Город\nОльга;Соколова;Пермь\n"]
        {
            assert_eq!(detect(&utf16(text, u16::to_le_bytes), b"").charset, Charset::UTF_16LE);
            assert_eq!(detect(&utf16(text, u16::to_be_bytes), b"").charset, Charset::UTF_16BE);
        }
    }

    #[test]
    fn russian_text_is_told_apart_in_its_one_byte_sets() {
        let texts = [
            "Имя;Фамилия\r\nОльга;Соколова\r\n",
            "ИВАНОВ,ООО РОМАШКА\n",
            "Фёдор Щербаков; Директор по развитию; «Ромашка»",
            "Name,Город\nAnna,Москва\n",
        ];
        for text in texts {
            assert_eq!(detect(&encoded(text, "windows-1251"), b"").charset, Charset::WINDOWS_1251, "{text}");
            if !text.contains('«') {
                assert_eq!(detect(&encoded(text, "koi8-r"), b"").charset, Charset::KOI8_R, "{text}");
                assert_eq!(detect(&encoded(text, "ibm866"), b"").charset, Charset::IBM866, "{text}");
            }
        }
    }

    #[test]
    fn western_accents_are_windows_1252() {
        for text in ["Name\nZoë Núñez\nIngrid Åberg\n", "Söhne & Größe,Café", "© 2026"] {
            assert_eq!(detect(&encoded(text, "windows-1252"), b"").charset, Charset::WINDOWS_1252, "{text}");
        }
    }

    #[test]
    fn damage_in_good_utf8_does_not_change_the_character_set() {
        let mut bytes = "Соколова Ольга".as_bytes().to_vec();
        bytes.insert(4, 0xff);
        assert_eq!(detect(&bytes, b"").charset, Charset::UTF_8);
    }

    #[test]
    fn a_head_in_ascii_leaves_the_choice_to_later_lines() {
        assert_eq!(
            detect(b"Name\nAnna\n", &encoded("Ольга Соколова\n", "windows-1251")).charset,
            Charset::WINDOWS_1251
        );
        assert_eq!(detect(b"Name\nAnna\n", "Ольга\n".as_bytes()).charset, Charset::UTF_8);
    }

    #[test]
    fn a_cut_in_the_middle_of_a_character_is_still_utf8() {
        let bytes = "Ольга".as_bytes();
        for end in 0..bytes.len() {
            assert_eq!(detect(&bytes[..end], b"").charset, Charset::UTF_8);
        }
    }
}
