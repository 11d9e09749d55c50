//! A key under which spellings of one company fall together; for comparing, never for showing.

use unicode_normalization::UnicodeNormalization;

use super::search::words;
use super::text::clean_line;

/// Forms dropped from either end of a name: in Russia and its neighbours they are written before or
/// after it.
const ON_BOTH_SIDES: &str = "ооо оао зао пао ао нао нпао ип чп одо тоо тов пп ано нко гуп муп фгуп \
    фгбу ooo oao zao pao";

/// Forms dropped from the end only: in front these are words (`AS Roma`, `Co-operative Bank`).
const AT_THE_END: &str = "ltd limited llc llp lp plc inc incorporated corp corporation co company \
    ко pty pte pvt gmbh mbh ag kg kgaa ohg ug gbr se sa sas sasu sarl srl sl slu bv nv ab oy oyj as \
    asa aps spzoo sro doo kft zrt ltda lda fzco fze";

/// Forms that count only when written with full stops: without them they are words.
const ONLY_DOTTED: &str = "spa";

/// Forms of several words.
const IN_WORDS: &[&[&str]] = &[
    &["общество", "с", "ограниченной", "ответственностью"],
    &["публичное", "акционерное", "общество"],
    &["закрытое", "акционерное", "общество"],
    &["открытое", "акционерное", "общество"],
    &["акционерное", "общество"],
    &["индивидуальный", "предприниматель"],
    &["sp", "zoo"],
];

/// One word of a name; `S.A.` and `z o. o.` are one word each, marked as spelled out in single
/// letters.
struct Word {
    text: String,
    spelled: bool,
}

/// The name without case, accents, quotes, punctuation, spaces and legal forms: `ООО «Ромашка»`,
/// `Ромашка, ООО` and `РОМАШКА` give the same key. Legal forms stay when the name has nothing else;
/// the key of a visible name is never empty.
pub fn company_key(name: &str) -> String {
    let name = clean_line(name);
    let words = joined_initials(words(&name));
    let key: String = without_forms(&words).iter().flat_map(|word| word.text.chars()).nfc().collect();
    if key.is_empty() { name.to_lowercase() } else { key }
}

fn joined_initials(words: Vec<String>) -> Vec<Word> {
    let mut joined: Vec<Word> = Vec::new();
    let mut after_initial = false;
    for text in words {
        let initial = text.chars().nth(1).is_none();
        match joined.last_mut() {
            Some(word) if initial && after_initial => {
                word.text.push_str(&text);
                word.spelled = true;
            }
            _ => joined.push(Word { text, spelled: false }),
        }
        after_initial = initial;
    }
    joined
}

/// Takes forms off both ends until none is left or nothing else would be.
fn without_forms(words: &[Word]) -> &[Word] {
    let mut rest = words;
    loop {
        let shorter = shorter_in_front(rest).or_else(|| shorter_at_the_end(rest));
        match shorter {
            Some(shorter) if !shorter.is_empty() => rest = shorter,
            _ => return rest,
        }
    }
}

fn shorter_in_front(words: &[Word]) -> Option<&[Word]> {
    let (first, rest) = words.split_first()?;
    if lists(ON_BOTH_SIDES, &first.text) {
        return Some(rest);
    }
    IN_WORDS.iter().find_map(|form| {
        words.split_at_checked(form.len()).filter(|(start, _)| same(start, form)).map(|(_, rest)| rest)
    })
}

fn shorter_at_the_end(words: &[Word]) -> Option<&[Word]> {
    let (last, rest) = words.split_last()?;
    let dotted = last.spelled && lists(ONLY_DOTTED, &last.text);
    if dotted || lists(ON_BOTH_SIDES, &last.text) || lists(AT_THE_END, &last.text) {
        return Some(rest);
    }
    IN_WORDS.iter().find_map(|form| {
        let start = words.len().checked_sub(form.len())?;
        let (rest, end) = words.split_at_checked(start)?;
        same(end, form).then_some(rest)
    })
}

fn lists(forms: &str, word: &str) -> bool {
    forms.split_ascii_whitespace().any(|form| form == word)
}

fn same(words: &[Word], form: &[&str]) -> bool {
    words.iter().map(|word| word.text.as_str()).eq(form.iter().copied())
}

#[cfg(test)]
mod tests {
    use super::super::testing::any_text;
    use super::*;
    use proptest::prelude::*;

    fn assert_one_company(spellings: &[&str], key: &str) {
        for spelling in spellings {
            assert_eq!(company_key(spelling), key, "{spelling}");
        }
    }

    #[test]
    fn quotes_case_and_place_of_the_form_make_no_difference() {
        let spellings = [
            "ООО «Ромашка»",
            "Ромашка",
            "РОМАШКА, ООО",
            "ооо \"Ромашка\"",
            "Общество с ограниченной ответственностью Ромашка",
            "\u{200B}Ромашка (ООО)",
            "ЗАО 'Ромашка'",
        ];
        assert_one_company(&spellings, "ромашка");
        assert_one_company(&["АО \"Север\"", "Север ПАО", "Акционерное общество «Север»"], "север");
    }

    #[test]
    fn foreign_forms_are_dropped_with_and_without_full_stops() {
        assert_one_company(&["Acme, Inc.", "ACME LLC", "Acme Ltd.", "Acme Co., Ltd.", "Acme GmbH & Co. KG"], "acme");
        assert_one_company(&["Acme S.A.", "Acme SA", "Acme B.V.", "Acme BV", "Acme Sp. z o.o.", "Acme S.p.A."], "acme");
        assert_one_company(&["Ford Motor Company", "Ford Motor", "Ford-Motor Corporation Limited"], "fordmotor");
    }

    #[test]
    fn spaces_hyphens_accents_and_yo_make_no_difference() {
        assert_one_company(&["Альфа-Банк", "Альфа Банк", "АО «АЛЬФАБАНК»"], "альфабанк");
        assert_one_company(&["Société Générale", "Societe Generale S.A."], "societegenerale");
        assert_one_company(&["Берёзка", "Березка"], "березка");
    }

    #[test]
    fn words_that_look_like_a_form_stay_where_they_are_words() {
        assert_eq!(company_key("AS Roma"), "asroma");
        assert_eq!(company_key("Co-operative Bank"), "cooperativebank");
        assert_eq!(company_key("Thai Spa"), "thaispa");
        assert_eq!(company_key("Moscow Zoo"), "moscowzoo");
        assert_eq!(company_key("Fast Company Design"), "fastcompanydesign");
    }

    #[test]
    fn a_name_that_is_only_a_form_keeps_it() {
        assert_eq!(company_key("ООО"), "ооо");
        assert_eq!(company_key("The Limited"), "the");
        assert_eq!(company_key("Limited"), "limited");
        assert_eq!(company_key("ООО «АО»"), "ао");
    }

    #[test]
    fn a_name_without_letters_is_its_own_key() {
        assert_eq!(company_key(" !!! "), "!!!");
        assert_eq!(company_key(" \u{3164} "), "");
    }

    proptest! {
        #[test]
        fn the_key_of_a_visible_name_is_never_empty_and_is_its_own_key(raw in any_text()) {
            let key = company_key(&raw);
            prop_assert_eq!(key.is_empty(), clean_line(&raw).is_empty());
            prop_assert_eq!(company_key(&key), key);
        }
    }
}
