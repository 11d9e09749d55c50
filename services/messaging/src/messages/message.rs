//! What a message is, and the rules of it. No I/O.

use api::words;
use contracts::channels::Entity;
use kernel::Fields;

words! {
    /// Who wrote it: they or we.
    #[schema(as = MessageDirection)]
    Direction {
        In = "in",
        Out = "out",
    }
}

words! {
    /// How a message fares.
    #[schema(as = MessageStatus)]
    Status {
        /// Of theirs.
        Received = "received",
        /// Waits to be sent.
        Queued = "queued",
        Sent = "sent",
        /// The other side has it; few channels tell.
        Delivered = "delivered",
        /// The other side has read it.
        Read = "read",
        /// It did not go, and will not by itself.
        Failed = "failed",
        /// It was called back before it went.
        Canceled = "canceled",
    }
}

words! {
    /// How a message came here.
    #[schema(as = MessageSource)]
    Source {
        /// As it was written.
        Live = "live",
        /// With the history of an account.
        Sync = "sync",
        /// Out of an export.
        Import = "import",
        /// From another program.
        Api = "api",
    }
}

/// Longest text of a message, in UTF-16 units: what Telegram takes.
pub const MAX_TEXT: usize = 4096;
/// Most stretches that are set off.
const MAX_ENTITIES: usize = 200;
/// Kinds that people may send.
const KINDS: &[&str] = &["bold", "italic", "underline", "strike", "spoiler", "code", "pre", "quote", "link"];

/// The length of a text as Telegram and browsers count it.
#[must_use]
pub fn utf16_len(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

/// A text that is to be sent, with what is set off in it; `may_be_empty` with a file.
///
/// # Errors
/// Every field that was refused.
pub fn checked(text: &str, entities: &[Entity], may_be_empty: bool) -> Result<String, Fields> {
    let mut refused = Fields::default();
    let text = text.replace("\r\n", "\n").replace('\0', "");
    let length = utf16_len(&text);
    if text.trim().is_empty() && !may_be_empty {
        refused.refuse("text", "message.empty");
    }
    if length > MAX_TEXT {
        refused.refuse_with("text", kernel::values::Problem::TooLong { max: MAX_TEXT });
    }
    if entities.len() > MAX_ENTITIES {
        refused.refuse_with("entities", kernel::values::Problem::TooMany { max: MAX_ENTITIES });
    }
    for (index, entity) in entities.iter().enumerate().take(MAX_ENTITIES) {
        if !KINDS.contains(&entity.kind.as_str()) {
            refused.refuse(&format!("entities[{index}].kind"), "field.choice.unknown");
        }
        let end = u64::from(entity.offset) + u64::from(entity.length);
        if entity.length == 0 || end > length as u64 {
            refused.refuse(&format!("entities[{index}].offset"), "message.entity.range");
        }
        let link = entity.value.as_deref().unwrap_or_default();
        if entity.kind == "link" && kernel::values::WebUrl::parse(link).is_err() {
            refused.refuse(&format!("entities[{index}].value"), "field.url.invalid");
        }
    }
    refused.finish(|| text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entity(kind: &str, offset: u32, length: u32) -> Entity {
        Entity { kind: kind.to_owned(), offset, length, value: None }
    }

    fn refused(text: &str, entities: &[Entity]) -> Vec<String> {
        let refused = checked(text, entities, false).map(|_| ()).unwrap_err();
        refused.0.iter().map(|f| format!("{} {}", f.field, f.code)).collect()
    }

    #[test]
    fn lengths_count_as_in_a_browser() {
        assert_eq!(utf16_len("я😀a"), 4);
        assert!(checked(&"😀".repeat(2048), &[], false).is_ok());
        assert_eq!(refused(&"😀".repeat(2049), &[]), ["text field.too_long"]);
    }

    #[test]
    fn stretches_lie_within_the_text_and_are_of_known_kinds() {
        assert!(checked("ab😀", &[entity("bold", 2, 2)], false).is_ok());
        for (text, entities, expected) in [
            ("ab", vec![entity("bold", 1, 2)], "entities[0].offset message.entity.range"),
            ("ab", vec![entity("bold", 0, 0)], "entities[0].offset message.entity.range"),
            ("ab", vec![entity("bold", u32::MAX, u32::MAX)], "entities[0].offset message.entity.range"),
            ("ab", vec![entity("blink", 0, 1)], "entities[0].kind field.choice.unknown"),
            ("ab", vec![entity("link", 0, 1)], "entities[0].value field.url.invalid"),
            (" \n", vec![], "text message.empty"),
        ] {
            assert_eq!(refused(text, &entities), [expected]);
        }
        assert!(checked("", &[], true).is_ok(), "beside a file");
    }
}
