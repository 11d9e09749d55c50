//! A character set by its WHATWG name: every one that browsers know can be asked for, `detect` chooses among a few.

use std::fmt;

use encoding_rs::{Decoder, Encoding};
use serde::{Deserialize, Serialize};

/// A character set; serialized as its name (`UTF-8`, `UTF-16LE`, `windows-1251`, …).
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "&'static str")]
pub struct Charset(&'static Encoding);

/// The label names no character set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown character set {0:?}")]
pub struct UnknownCharset(pub String);

impl Charset {
    pub const UTF_8: Self = Self(&encoding_rs::UTF_8_INIT);
    pub const UTF_16LE: Self = Self(&encoding_rs::UTF_16LE_INIT);
    pub const UTF_16BE: Self = Self(&encoding_rs::UTF_16BE_INIT);
    pub const WINDOWS_1251: Self = Self(&encoding_rs::WINDOWS_1251_INIT);
    pub const WINDOWS_1252: Self = Self(&encoding_rs::WINDOWS_1252_INIT);
    pub const KOI8_R: Self = Self(&encoding_rs::KOI8_R_INIT);
    pub const IBM866: Self = Self(&encoding_rs::IBM866_INIT);

    /// By any label of the WHATWG Encoding Standard, in any case: `utf8`, `cp1251`, `windows-1250`, `gbk`, ….
    ///
    /// # Errors
    /// The label is none of them.
    pub fn from_label(label: &str) -> Result<Self, UnknownCharset> {
        Encoding::for_label_no_replacement(label.trim().as_bytes())
            .map(Self)
            .ok_or_else(|| UnknownCharset(label.to_owned()))
    }

    #[must_use]
    pub fn name(self) -> &'static str {
        self.0.name()
    }

    /// A decoder that leaves out the byte-order mark of this character set.
    pub(super) fn decoder(self) -> Decoder {
        self.0.new_decoder_with_bom_removal()
    }

    /// Decodes the beginning of a text: an unfinished character at the end is left out. Also tells whether bytes were replaced.
    pub(super) fn decode_start(self, head: &[u8]) -> (String, bool) {
        let mut decoder = self.decoder();
        let mut text = String::with_capacity(decoder.max_utf8_buffer_length(head.len()).unwrap_or(head.len()));
        let (_, _, replaced) = decoder.decode_to_string(head, &mut text, false);
        (text, replaced)
    }
}

impl fmt::Debug for Charset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for Charset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl TryFrom<String> for Charset {
    type Error = UnknownCharset;

    fn try_from(label: String) -> Result<Self, UnknownCharset> {
        Self::from_label(&label)
    }
}

impl From<Charset> for &'static str {
    fn from(charset: Charset) -> Self {
        charset.name()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_forgiving_and_names_come_back() {
        for (label, name) in
            [(" CP1251 ", "windows-1251"), ("utf8", "UTF-8"), ("latin1", "windows-1252"), ("GBK", "GBK")]
        {
            let charset = Charset::from_label(label).unwrap();
            assert_eq!(charset.name(), name);
            assert_eq!(Charset::from_label(charset.name()), Ok(charset));
        }
        assert_eq!(Charset::from_label("klingon"), Err(UnknownCharset("klingon".to_owned())));
        assert!(Charset::from_label("replacement").is_err());
    }

    #[test]
    fn a_name_is_what_is_stored() {
        use serde::de::{IntoDeserializer, value::Error};
        let from = |label: &'static str| Charset::deserialize(IntoDeserializer::<Error>::into_deserializer(label));
        assert_eq!(from("windows-1251").unwrap(), Charset::WINDOWS_1251);
        assert!(from("klingon").unwrap_err().to_string().contains("klingon"));
    }

    #[test]
    fn the_beginning_of_a_text_may_end_inside_a_character() {
        assert_eq!(Charset::UTF_8.decode_start(b"\xef\xbb\xbfa\xd0"), ("a".to_owned(), false));
        assert_eq!(Charset::UTF_16LE.decode_start(b"a\0b"), ("a".to_owned(), false));
        assert_eq!(Charset::UTF_8.decode_start(b"a\xffb"), ("a\u{fffd}b".to_owned(), true));
    }
}
