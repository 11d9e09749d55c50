//! Opaque list positions: the sort values of the last row of a page, as URL-safe text.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Where the next page starts: the sort it belongs to, the values of its keys, and the id of the last row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cursor {
    #[serde(rename = "s")]
    pub sort: String,
    #[serde(rename = "k")]
    pub keys: Vec<Value>,
    #[serde(rename = "i")]
    pub id: uuid::Uuid,
}

impl Cursor {
    /// Text for `nextCursor`.
    #[must_use]
    pub fn encode(&self) -> String {
        let json = serde_json::to_vec(self).unwrap_or_default();
        json.iter().fold(String::with_capacity(json.len() * 2), |mut text, byte| {
            text.push(char::from(HEX[usize::from(byte >> 4)]));
            text.push(char::from(HEX[usize::from(byte & 15)]));
            text
        })
    }

    /// Reads what [`Cursor::encode`] wrote; `None` for anything else.
    #[must_use]
    pub fn decode(text: &str) -> Option<Self> {
        if text.len() > 4096 || !text.len().is_multiple_of(2) {
            return None;
        }
        let bytes: Option<Vec<u8>> =
            text.as_bytes().chunks(2).map(|pair| Some(nibble(pair[0])? << 4 | nibble(pair[1])?)).collect();
        serde_json::from_slice(&bytes?).ok()
    }
}

const HEX: &[u8; 16] = b"0123456789abcdef";

fn nibble(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_cursor_survives_its_text(sort in ".*", key in ".*", number in any::<i64>()) {
            let cursor = Cursor { sort, keys: vec![key.into(), number.into(), Value::Null], id: uuid::Uuid::nil() };
            prop_assert_eq!(Cursor::decode(&cursor.encode()), Some(cursor));
        }

        #[test]
        fn any_text_is_read_or_refused_without_panic(text in ".*") {
            let _ = Cursor::decode(&text);
        }
    }
}
