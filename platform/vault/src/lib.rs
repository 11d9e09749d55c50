//! Secrets at rest: sealed with XChaCha20-Poly1305 under a random nonce, and bound to their place, so that what stands in
//! one row opens in no other. Each names the key that sealed it: a new key is put in front of the old ones, and what the
//! old ones sealed goes on to open.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use hmac::{Hmac, Mac};
use kernel::{Clock, OrgId};
use sha2::Sha256;
use uuid::Uuid;

/// Form of what is sealed: `v1.<key>.<nonce and ciphertext>`.
const FORM: &str = "v1";
const NONCE_BYTES: usize = 24;

/// Where a secret stands.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    pub table: &'static str,
    pub column: &'static str,
    pub org: OrgId,
    pub row: Uuid,
}

/// A column of secrets: whoever keeps a table with some names it, so that all can be sealed anew.
#[expect(clippy::struct_field_names, reason = "`column` is the word for it")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    pub table: &'static str,
    /// The column of the id that its places name as their row.
    pub row: &'static str,
    pub column: &'static str,
    /// The column that its places name, where that is another word.
    pub place: &'static str,
}

impl Column {
    /// Where the secret of a row stands.
    #[must_use]
    pub fn place(&self, org: OrgId, row: Uuid) -> Place {
        Place { table: self.table, column: self.place, org, row }
    }
}

/// Why something could not be sealed or opened.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("there is no key to seal with")]
    NoKey,
    #[error("sealed with the key {0}, which is not among those that are set")]
    UnknownKey(String),
    #[error("damaged, or sealed for another place")]
    Damaged,
}

/// Seals and opens.
pub struct Vault {
    keys: Vec<Key>,
    clock: Clock,
}

struct Key {
    id: String,
    cipher: XChaCha20Poly1305,
}

impl Vault {
    /// Over keys of any text; the first one seals, all open.
    #[must_use]
    pub fn new<'a>(keys: impl IntoIterator<Item = &'a str>, clock: Clock) -> Self {
        Self { keys: keys.into_iter().map(Key::of).collect(), clock }
    }

    /// # Errors
    /// [`Error::NoKey`].
    pub fn seal(&self, place: Place, secret: &[u8]) -> Result<String, Error> {
        let key = self.keys.first().ok_or(Error::NoKey)?;
        let mut nonce = [0; NONCE_BYTES];
        nonce.copy_from_slice(&self.clock.secret_bytes()[..NONCE_BYTES]);
        let payload = Payload { msg: secret, aad: &place.bytes() };
        let sealed = key.cipher.encrypt(&XNonce::from(nonce), payload).map_err(|_| Error::Damaged)?;
        Ok(format!("{FORM}.{}.{}", key.id, URL_SAFE_NO_PAD.encode([&nonce[..], &sealed].concat())))
    }

    /// # Errors
    /// [`Error::UnknownKey`]; [`Error::Damaged`] for what was changed or stands in another place.
    pub fn open(&self, place: Place, sealed: &str) -> Result<Vec<u8>, Error> {
        let mut parts = sealed.splitn(3, '.');
        let (Some(FORM), Some(id), Some(text)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(Error::Damaged);
        };
        let key = self.keys.iter().find(|key| key.id == id).ok_or_else(|| Error::UnknownKey(id.to_owned()))?;
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| Error::Damaged)?;
        let (nonce, sealed) = bytes.split_first_chunk::<NONCE_BYTES>().ok_or(Error::Damaged)?;
        let payload = Payload { msg: sealed, aad: &place.bytes() };
        key.cipher.decrypt(&XNonce::from(*nonce), payload).map_err(|_| Error::Damaged)
    }

    /// Seals with the key that seals now what another one has sealed; none for what needs no sealing anew.
    ///
    /// # Errors
    /// As [`Self::open`]; [`Error::NoKey`].
    pub fn reseal(&self, place: Place, sealed: &str) -> Result<Option<String>, Error> {
        if self.is_current(sealed) {
            return Ok(None);
        }
        self.seal(place, &self.open(place, sealed)?).map(Some)
    }

    /// Whether the key that seals now has sealed it; what has not is sealed anew when it is written next.
    #[must_use]
    pub fn is_current(&self, sealed: &str) -> bool {
        self.keys.first().is_some_and(|key| sealed.split('.').nth(1) == Some(&key.id))
    }
}

impl Key {
    /// Key and id come from the text by separate ways: the id tells nothing of the key.
    fn of(text: &str) -> Self {
        let [a, b, c, d, ..] = derived(text, b"rapport vault: id");
        Self {
            id: format!("{:08x}", u32::from_be_bytes([a, b, c, d])),
            cipher: XChaCha20Poly1305::new(&derived(text, b"rapport vault: key").into()),
        }
    }
}

fn derived(text: &str, purpose: &[u8]) -> [u8; 32] {
    // A key of any length is taken, so the fallback is never used.
    Hmac::<Sha256>::new_from_slice(text.as_bytes())
        .map(|mac| mac.chain_update(purpose).finalize().into_bytes().into())
        .unwrap_or_default()
}

impl Place {
    /// No two places have the same: names hold no NUL, ids have one length.
    fn bytes(&self) -> Vec<u8> {
        let names = [self.table.as_bytes(), b"\0", self.column.as_bytes(), b"\0"].concat();
        [&names[..], self.org.0.as_bytes(), self.row.as_bytes()].concat()
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use proptest::prelude::*;

    use super::*;

    const OLD: &str = "the old key, which is long enough to be one";
    const NEW: &str = "the new key, which is long enough to be one";

    fn vault(keys: &[&'static str]) -> Vault {
        Vault::new(keys.iter().copied(), Clock::system())
    }

    fn place(row: u128) -> Place {
        Place { table: "things", column: "secret", org: OrgId(Uuid::from_u128(1)), row: Uuid::from_u128(row) }
    }

    #[test]
    fn what_an_old_key_has_sealed_is_sealed_anew() {
        let sealed = vault(&[OLD]).seal(place(1), b"tiger").unwrap();
        let both = vault(&[NEW, OLD]);
        let anew = both.reseal(place(1), &sealed).unwrap().unwrap();
        assert_eq!(vault(&[NEW]).open(place(1), &anew).unwrap(), b"tiger");
        assert_eq!(both.reseal(place(1), &anew).unwrap(), None);
        assert!(matches!(both.reseal(place(2), &sealed), Err(Error::Damaged)));
        assert!(matches!(vault(&[NEW]).reseal(place(1), &sealed), Err(Error::UnknownKey(_))));
    }

    #[test]
    fn what_is_sealed_opens_in_its_place_only() {
        let vault = vault(&[NEW]);
        let sealed = vault.seal(place(1), b"tiger").unwrap();
        assert!(!sealed.contains("tiger"));
        assert_eq!(vault.open(place(1), &sealed).unwrap(), b"tiger");
        let elsewhere = [
            place(2),
            Place { org: OrgId(Uuid::from_u128(2)), ..place(1) },
            Place { column: "other", ..place(1) },
            Place { table: "others", ..place(1) },
            Place { table: "things\0secret", column: "", ..place(1) },
        ];
        for place in elsewhere {
            assert!(matches!(vault.open(place, &sealed), Err(Error::Damaged)), "{place:?}");
        }
    }

    #[test]
    fn a_new_key_in_front_seals_and_the_old_one_still_opens() {
        let sealed = vault(&[OLD]).seal(place(1), b"tiger").unwrap();
        let rotated = vault(&[NEW, OLD]);
        assert_eq!(rotated.open(place(1), &sealed).unwrap(), b"tiger");
        assert!(!rotated.is_current(&sealed));
        let anew = rotated.seal(place(1), b"tiger").unwrap();
        assert!(rotated.is_current(&anew));
        assert_eq!(vault(&[NEW]).open(place(1), &anew).unwrap(), b"tiger");
        assert!(matches!(vault(&[NEW]).open(place(1), &sealed), Err(Error::UnknownKey(_))));
        assert!(matches!(vault(&[]).seal(place(1), b""), Err(Error::NoKey)));
    }

    #[test]
    fn the_same_secret_is_never_sealed_the_same() {
        let clock = Clock::manual(DateTime::UNIX_EPOCH, 1);
        let vault = Vault::new([NEW], clock);
        assert_ne!(vault.seal(place(1), b"tiger").unwrap(), vault.seal(place(1), b"tiger").unwrap());
    }

    proptest! {
        #[test]
        fn anything_survives_and_no_bit_of_it_can_be_changed(secret: Vec<u8>, at: prop::sample::Index, bit in 0_u8..8) {
            let vault = vault(&[NEW]);
            let sealed = vault.seal(place(1), &secret).unwrap();
            prop_assert_eq!(vault.open(place(1), &sealed).unwrap(), secret);
            let (head, text) = sealed.rsplit_once('.').unwrap();
            let mut bytes = URL_SAFE_NO_PAD.decode(text).unwrap();
            let at = at.index(bytes.len());
            bytes[at] ^= 1_u8 << bit;
            let changed = format!("{head}.{}", URL_SAFE_NO_PAD.encode(bytes));
            prop_assert!(vault.open(place(1), &changed).is_err());
        }

        #[test]
        fn no_text_makes_it_panic(text in ".*") {
            prop_assert!(vault(&[NEW]).open(place(1), &text).is_err());
            let with_head = format!("v1.{}.{text}", Key::of(NEW).id);
            prop_assert!(vault(&[NEW]).open(place(1), &with_head).is_err());
        }
    }
}
