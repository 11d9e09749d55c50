//! Codes that one service gives and another has the texts of: each has one, in both languages.

use api::messages::text;
use bd_accounts::{pace::rules::Because, running::CODES};
use kernel::Locale;

fn has_texts(code: &str) {
    api::messages::install(&[messaging::MESSAGES, bd_accounts::MESSAGES]);
    let texts = [Locale::En, Locale::Ru].map(|locale| text(locale, code, &[]));
    assert!(texts.iter().all(|text| text != code && !text.is_empty()), "{code} has no text");
    assert_ne!(texts[0], texts[1], "{code}");
}

#[test]
fn whatever_an_account_says_of_a_message_has_a_text() {
    for code in CODES.never {
        has_texts(&format!("message.failed.{code}"));
    }
    for code in CODES.later.iter().chain(Because::WORDS) {
        has_texts(&format!("message.waits.{code}"));
    }
    for code in ["scheduled", "undo", "sending", "behind_another"] {
        has_texts(&format!("message.waits.{code}"));
    }
    for code in CODES.status {
        has_texts(code);
    }
}
