//! Questions against the documents they must find, and the safety of the query texts.

use super::super::super::Phone;
use super::super::super::testing::{any_text, word_of};
use super::super::{index_tokens, phone_tokens};
use super::*;
use proptest::prelude::*;

/// What both databases do with the terms.
fn finds(query: &str, document: &str) -> bool {
    let document = index_tokens([document]);
    let begins = |form: &String| document.split(' ').any(|word| word.starts_with(form.as_str()));
    query_terms(query).iter().all(|term| term.any().iter().any(begins))
}

fn forms_of(query: &str) -> Vec<Vec<String>> {
    query_terms(query).iter().map(|term| term.any().to_vec()).collect()
}

#[test]
fn russian_inflections_find_each_other() {
    for (query, document) in [
        ("Ромашки", "ООО «Ромашка»"),
        ("ромашкой", "Ромашка"),
        ("ромашка", "о Ромашке"),
        ("компаниям", "Компания"),
        ("Щербаковой", "Щербакова Анна"),
        ("Щербаков", "Щербакову"),
        ("анне", "Анна"),
        ("договорами", "договор"),
        ("ФЁДОРА", "Федор"),
        ("сделку", "Сделки"),
    ] {
        assert!(finds(query, document), "{query} finds {document}");
    }
    assert!(!finds("мой", "мои"));
}

#[test]
fn english_inflections_find_each_other() {
    for (query, document) in [
        ("companies", "company"),
        ("company", "companies"),
        ("pricing", "price"),
        ("price", "pricing"),
        ("running", "runs"),
        ("cities", "city"),
        ("making", "make"),
        ("dying", "dying"),
        ("using", "used"),
        ("skies", "skies"),
        ("happy", "happiness"),
        ("sales", "sale"),
    ] {
        assert!(finds(query, document), "{query} finds {document}");
    }
    assert!(!finds("company", "compass"));
}

#[test]
fn a_word_is_found_from_its_first_letters_on() {
    for typed in ["р", "ро", "ром", "рома", "ромаш", "ромашк", "ромашка"] {
        assert!(finds(typed, "Ромашка"), "{typed}");
    }
    assert!(finds("ivan.petrov@exa", "ivan.petrov@example.com"));
    assert!(finds("山田", "株式会社山田"));
}

#[test]
fn all_words_must_be_there_and_repetitions_count_once() {
    assert!(finds("анна ромашка", "Анна, ООО Ромашка"));
    assert!(!finds("анна ромашка", "Анна"));
    assert_eq!(forms_of("Acme acme ACME").len(), 1);
}

#[test]
fn a_phone_is_one_term_however_it_is_typed() {
    let document = phone_tokens(&Phone::parse("+7 912 555-00-11", None).unwrap());
    for typed in
        ["+7 (912) 555-00-11", "8 (912) 555-00-11", "8 912 5", "912 555", "555-00-11", "0011", "7912", "79125550011"]
    {
        assert!(finds(typed, &document), "{typed}");
        assert_eq!(query_terms(typed).len(), 1, "{typed}");
    }
    let london = phone_tokens(&Phone::parse("+442079460000", None).unwrap());
    assert!(finds("020 7946", &london) && finds("0044 20 7946", &london));
    assert_eq!(forms_of("8 (912) 555-00-11"), [["89125550011", "79125550011"]]);
}

#[test]
fn fewer_than_three_digits_are_words() {
    assert_eq!(forms_of("8-9"), [["8"], ["9"]]);
    assert!(finds("дом 12", "Дом 12") && finds("11.03.2026", "11.03.2026"));
}

#[test]
fn a_stem_never_gets_shorter_than_three_letters() {
    assert_eq!(forms_of("анна"), [["анн"]]);
    assert_eq!(forms_of("ааая"), [["ааа"]]);
}

#[test]
fn nothing_to_look_for_is_no_term() {
    for query in ["", "  ", "!?*", "\"\"", "🔥", "\u{301}"] {
        assert_eq!(query_terms(query), [], "{query}");
    }
    assert_eq!((fts5_match(&[]), tsquery(&[])), (String::new(), String::new()));
}

#[test]
fn the_query_texts_have_alternatives_in_parentheses() {
    let terms = query_terms("company ромашки");
    assert_eq!(fts5_match(&terms), r#"("compani"* OR "company"*) AND "ромашк"*"#);
    assert_eq!(tsquery(&terms), "(compani:* | company:*) & ромашк:*");
}

#[test]
fn operators_in_the_question_are_only_words() {
    assert_eq!(
        fts5_match(&query_terms(r#"a" OR NOT b* NEAR(c)"#)),
        r#""a"* AND "or"* AND "not"* AND "b"* AND "near"* AND "c"*"#
    );
    assert_eq!(tsquery(&query_terms("a:* | !b & 'c")), "a:* & b:* & c:*");
}

#[test]
fn long_questions_are_cut() {
    assert_eq!(query_terms("a b c d e f g h i j").len(), 8);
    assert_eq!(forms_of(&"9".repeat(600)), [["9".repeat(64)]]);
}

fn check(query: &str) -> Result<(), TestCaseError> {
    let terms = query_terms(query);
    prop_assert!(terms.len() <= 8);
    for form in terms.iter().flat_map(Term::any) {
        prop_assert!((1..=64).contains(&form.chars().count()));
        prop_assert!(form.chars().all(char::is_alphanumeric), "{form}");
    }
    prop_assert!(terms.iter().all(|term| !term.any().is_empty()));
    if phone_digits(query).is_none() {
        prop_assert!(finds(query, query), "{query} finds itself");
    }
    Ok(())
}

proptest! {
    #[test]
    fn only_letters_and_digits_come_out_of_any_question(raw in any_text()) {
        check(&raw)?;
    }

    #[test]
    fn every_word_finds_itself(
        russian in word_of("абвгеийклмнорстуьщыэюяё", 14),
        english in word_of("abcdegilnorstuyz", 14),
        digits in word_of("0789", 14),
    ) {
        check(&format!("{russian} {english} {digits}"))?;
    }
}
