//! An export of Telegram Desktop (`result.json`), read as a stream: of one chat, or of an account with many. No I/O but
//! reading; memory does not grow with the file.

use std::{fmt, io::Read};

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use serde_json::Value;

/// A message as it stands in the file.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct ExportedMessage {
    pub id: i64,
    /// `message` or `service`.
    pub r#type: String,
    pub date_unixtime: String,
    pub edited_unixtime: Option<String>,
    pub from: Option<String>,
    /// `user…`, `channel…`.
    pub from_id: Option<String>,
    pub actor: Option<String>,
    pub actor_id: Option<String>,
    pub action: Option<String>,
    pub reply_to_message_id: Option<i64>,
    pub forwarded_from: Option<String>,
    pub text: Value,
    pub text_entities: Vec<ExportedText>,
    pub photo: Option<String>,
    pub file: Option<String>,
    pub file_name: Option<String>,
    pub media_type: Option<String>,
    pub mime_type: Option<String>,
    pub width: Option<i32>,
    pub height: Option<i32>,
    pub duration_seconds: Option<i64>,
    pub file_size: Option<i64>,
    pub photo_file_size: Option<i64>,
}

/// A stretch of a text.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct ExportedText {
    pub r#type: String,
    pub text: String,
    pub href: Option<String>,
    pub language: Option<String>,
}

/// A chat as it stands in the file, before its messages.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ExportedChat {
    pub id: i64,
    pub name: String,
    /// `personal_chat`, `private_supergroup`, …
    pub kind: String,
}

/// Who takes what is read. An error of theirs ends the reading.
pub trait Sink {
    /// Whose export it is.
    fn owner(&mut self, user: i64);
    /// A chat begins; whether its messages are wanted.
    fn chat(&mut self, chat: ExportedChat) -> bool;
    /// A message of the chat that began last.
    ///
    /// # Errors
    /// Ends the reading.
    fn message(&mut self, message: ExportedMessage) -> Result<(), String>;
}

/// Reads an export.
///
/// # Errors
/// What is no export, with the line.
pub fn read(file: impl Read, sink: &mut dyn Sink) -> Result<(), serde_json::Error> {
    let mut reader = serde_json::Deserializer::from_reader(std::io::BufReader::with_capacity(256 * 1024, file));
    Root(sink).deserialize(&mut reader)
}

struct Root<'a>(&'a mut dyn Sink);
struct Chats<'a>(&'a mut dyn Sink);
struct List<'a>(&'a mut dyn Sink);
struct Chat<'a>(&'a mut dyn Sink);
/// Messages of a chat that are wanted, or not.
struct Messages<'a>(&'a mut dyn Sink, bool);

macro_rules! seed {
    ($name:ident, $method:ident) => {
        impl<'de> DeserializeSeed<'de> for $name<'_> {
            type Value = ();

            fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
                deserializer.$method(self)
            }
        }
    };
}
seed!(Root, deserialize_map);
seed!(Chats, deserialize_map);
seed!(List, deserialize_seq);
seed!(Chat, deserialize_map);
seed!(Messages, deserialize_seq);

#[derive(Deserialize)]
struct Personal {
    user_id: Option<i64>,
}

/// What of a chat has been read so far.
#[derive(Default)]
struct Head {
    name: Option<String>,
    kind: Option<String>,
    id: Option<i64>,
}

impl Head {
    /// Takes a field of a chat; `false` for one that is none.
    fn take<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A, sink: &mut dyn Sink) -> Result<bool, A::Error> {
        match key {
            "name" => self.name = map.next_value()?,
            "type" => self.kind = map.next_value()?,
            "id" => self.id = map.next_value()?,
            "messages" => {
                let (Some(id), Some(kind)) = (self.id, self.kind.take()) else {
                    return Err(A::Error::custom("messages of a chat without id and type"));
                };
                let wanted = sink.chat(ExportedChat { id, name: self.name.take().unwrap_or_default(), kind });
                map.next_value_seed(Messages(sink, wanted))?;
            }
            _ => return Ok(false),
        }
        Ok(true)
    }
}

impl<'de> Visitor<'de> for Root<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an export of Telegram Desktop")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let (mut head, mut chats) = (Head::default(), false);
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "personal_information" => {
                    if let Some(user) = map.next_value::<Personal>()?.user_id {
                        self.0.owner(user);
                    }
                }
                "chats" | "left_chats" => {
                    chats = true;
                    map.next_value_seed(Chats(self.0))?;
                }
                other => {
                    if head.take(other, &mut map, self.0)? {
                        chats |= other == "messages";
                    } else {
                        map.next_value::<IgnoredAny>()?;
                    }
                }
            }
        }
        if chats { Ok(()) } else { Err(A::Error::custom("no chats")) }
    }
}

impl<'de> Visitor<'de> for Chats<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("chats")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            if key == "list" {
                map.next_value_seed(List(self.0))?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

impl<'de> Visitor<'de> for List<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of chats")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        while seq.next_element_seed(Chat(self.0))?.is_some() {}
        Ok(())
    }
}

impl<'de> Visitor<'de> for Chat<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a chat")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut head = Head::default();
        while let Some(key) = map.next_key::<String>()? {
            if !head.take(&key, &mut map, self.0)? {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

impl<'de> Visitor<'de> for Messages<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("messages")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        if !self.1 {
            while seq.next_element::<IgnoredAny>()?.is_some() {}
            return Ok(());
        }
        while let Some(message) = seq.next_element::<ExportedMessage>()? {
            self.0.message(message).map_err(A::Error::custom)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct Heard(Vec<String>);

    impl Sink for Heard {
        fn owner(&mut self, user: i64) {
            self.0.push(format!("owner {user}"));
        }

        fn chat(&mut self, chat: ExportedChat) -> bool {
            self.0.push(format!("{} {} {}", chat.kind, chat.id, chat.name));
            chat.id != 2
        }

        fn message(&mut self, message: ExportedMessage) -> Result<(), String> {
            self.0.push(format!("message {}", message.id));
            if message.id == 99 { Err("enough".to_owned()) } else { Ok(()) }
        }
    }

    fn heard(text: &str) -> Result<Vec<String>, String> {
        let mut heard = Heard::default();
        read(text.as_bytes(), &mut heard).map_err(|error| error.to_string())?;
        Ok(heard.0)
    }

    #[test]
    fn an_account_and_a_single_chat_are_read() {
        let account = r#"{"about": "x", "personal_information": {"user_id": 5, "first_name": "A"}, "contacts": {"list": []},
            "chats": {"about": "", "list": [
                {"name": "Boris", "type": "personal_chat", "id": 1, "messages": [{"id": 1}, {"id": 2, "unknown": {}}]},
                {"name": null, "type": "private_group", "id": 2, "messages": [{"id": 3}]}]}}"#;
        let expected = ["owner 5", "personal_chat 1 Boris", "message 1", "message 2", "private_group 2 "];
        assert_eq!(heard(account).unwrap(), expected);
        let chat = r#"{"name": "Boris", "type": "personal_chat", "id": 1, "messages": [{"id": 7, "text": ["a"]}]}"#;
        assert_eq!(heard(chat).unwrap(), ["personal_chat 1 Boris", "message 7"]);
    }

    #[test]
    fn what_is_no_export_is_refused() {
        for text in
            ["", "[]", "{}", r#"{"name": "x"}"#, r#"{"messages": []}"#, r#"{"chats": {"list": [{"messages": [}]}}"#]
        {
            assert!(heard(text).is_err(), "{text}");
        }
        assert!(heard(r#"{"type": "x", "id": 1, "messages": [{"id": 99}]}"#).unwrap_err().contains("enough"));
    }
}
