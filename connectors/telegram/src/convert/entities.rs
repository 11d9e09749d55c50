//! What is set off in a text, both ways.

use grammers_tl_types::{enums::MessageEntity as E, types};

use crate::plain::Entity;

pub(crate) fn plain(entities: Option<&Vec<E>>) -> Vec<Entity> {
    entities.into_iter().flatten().filter_map(one).collect()
}

fn one(entity: &E) -> Option<Entity> {
    let (kind, offset, length, value) = match entity {
        E::Bold(e) => ("bold", e.offset, e.length, None),
        E::Italic(e) => ("italic", e.offset, e.length, None),
        E::Underline(e) => ("underline", e.offset, e.length, None),
        E::Strike(e) => ("strike", e.offset, e.length, None),
        E::Spoiler(e) => ("spoiler", e.offset, e.length, None),
        E::Code(e) => ("code", e.offset, e.length, None),
        E::Pre(e) => ("pre", e.offset, e.length, Some(e.language.clone()).filter(|it| !it.is_empty())),
        E::Blockquote(e) => ("quote", e.offset, e.length, None),
        E::TextUrl(e) => ("link", e.offset, e.length, Some(e.url.clone())),
        E::Url(e) => ("url", e.offset, e.length, None),
        E::Email(e) => ("email", e.offset, e.length, None),
        E::Phone(e) => ("phone", e.offset, e.length, None),
        E::Mention(e) => ("mention", e.offset, e.length, None),
        E::MentionName(e) => ("mention", e.offset, e.length, Some(e.user_id.to_string())),
        E::Hashtag(e) => ("hashtag", e.offset, e.length, None),
        E::Cashtag(e) => ("cashtag", e.offset, e.length, None),
        E::BotCommand(e) => ("command", e.offset, e.length, None),
        E::BankCard(e) => ("card", e.offset, e.length, None),
        // Own emoji have a common one in the text itself; the rest says nothing that the text does not.
        _ => return None,
    };
    Some(Entity {
        kind: kind.to_owned(),
        offset: u32::try_from(offset).ok()?,
        length: u32::try_from(length).ok().filter(|length| *length > 0)?,
        value,
    })
}

/// As Telegram takes them. What it finds in a text by itself, such as addresses, is left to it.
pub(crate) fn telegram(entities: &[Entity]) -> Option<Vec<E>> {
    let entities: Vec<E> = entities.iter().filter_map(of_plain).collect();
    (!entities.is_empty()).then_some(entities)
}

fn of_plain(entity: &Entity) -> Option<E> {
    let offset = i32::try_from(entity.offset).ok()?;
    let length = i32::try_from(entity.length).ok()?;
    Some(match entity.kind.as_str() {
        "bold" => types::MessageEntityBold { offset, length }.into(),
        "italic" => types::MessageEntityItalic { offset, length }.into(),
        "underline" => types::MessageEntityUnderline { offset, length }.into(),
        "strike" => types::MessageEntityStrike { offset, length }.into(),
        "spoiler" => types::MessageEntitySpoiler { offset, length }.into(),
        "code" => types::MessageEntityCode { offset, length }.into(),
        "pre" => {
            let language = entity.value.clone().unwrap_or_default();
            types::MessageEntityPre { offset, length, language }.into()
        }
        "quote" => types::MessageEntityBlockquote { collapsed: false, offset, length }.into(),
        "link" => types::MessageEntityTextUrl { offset, length, url: entity.value.clone()? }.into(),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_we_send_comes_back_the_same() {
        let kinds = ["bold", "italic", "underline", "strike", "spoiler", "code", "pre", "quote", "link"];
        let value = |kind: &str| match kind {
            "link" => Some("https://example.com".to_owned()),
            "pre" => Some("rust".to_owned()),
            _ => None,
        };
        let entities: Vec<Entity> = (0_u32..)
            .zip(kinds)
            .map(|(at, kind)| Entity { kind: kind.to_owned(), offset: at * 2, length: 2, value: value(kind) })
            .collect();
        assert_eq!(plain(telegram(&entities).as_ref()), entities);
    }

    #[test]
    fn nonsense_is_left_out() {
        let odd = vec![
            types::MessageEntityBold { offset: -1, length: 2 }.into(),
            types::MessageEntityBold { offset: 0, length: 0 }.into(),
            types::MessageEntityUnknown { offset: 0, length: 1 }.into(),
        ];
        assert_eq!(plain(Some(&odd)), Vec::new());
        let unknown = Entity { kind: "blink".to_owned(), offset: 0, length: 1, value: None };
        assert_eq!(telegram(&[unknown]), None);
    }
}
