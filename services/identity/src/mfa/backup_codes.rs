//! Codes for when the device is away: ten, each good once. Fifty random bits each, so what is stored of them is as hard
//! to try out as a password.

use db::Tx;
use kernel::Clock;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::store::backup_code;
use crate::{Error, Identity, turns};

pub const COUNT: usize = 10;
const CHARS: usize = 10;
const SALT_BYTES: usize = 16;
/// Without letters that look like others (Crockford's base 32).
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// Codes that were made: as they are shown once, and as they are kept.
pub struct Made {
    pub shown: Vec<String>,
    salt: Vec<u8>,
    hashes: Vec<Vec<u8>>,
}

/// A new code, as `xxxxx-xxxxx`.
fn code(clock: &Clock) -> String {
    let letter = |byte: &u8| char::from(ALPHABET[usize::from(byte % 32)]);
    let letters: String = clock.secret_bytes()[..CHARS].iter().map(letter).collect();
    let (left, right) = letters.split_at(CHARS / 2);
    format!("{left}-{right}")
}

/// A code as it is hashed: however somebody wrote it down. None for what cannot be one.
pub fn plain(code: &str) -> Option<String> {
    let letters: String = code
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '-')
        .map(|c| match c.to_ascii_lowercase() {
            'o' => '0',
            'i' | 'l' => '1',
            other => other,
        })
        .collect();
    let known = letters.bytes().all(|byte| ALPHABET.contains(&byte));
    (known && letters.len() == CHARS).then_some(letters)
}

impl Identity {
    /// Ten new codes; nothing is stored yet.
    pub(crate) async fn make_backup_codes(&self, user: Uuid) -> Result<Made, Error> {
        let clock = self.db.clock();
        let salt = clock.secret_bytes()[..SALT_BYTES].to_vec();
        let mut shown = Vec::with_capacity(COUNT);
        let mut hashes = Vec::with_capacity(COUNT);
        while shown.len() < COUNT {
            let code = code(clock);
            let Some(letters) = plain(&code) else { continue };
            if !shown.contains(&code) {
                hashes.push(self.passwords.derive(letters, salt.clone(), turns::at_home(user)).await?);
                shown.push(code);
            }
        }
        Ok(Made { shown, salt, hashes })
    }
}

/// Puts new codes in the place of all that a person has.
pub async fn replace(tx: &Tx, user: Uuid, made: &Made) -> Result<(), Error> {
    forget(tx, user).await?;
    let row = |hash: &Vec<u8>| backup_code::ActiveModel {
        user_id: Set(user),
        code_hash: Set(hash.clone()),
        salt: Set(made.salt.clone()),
        used_at: Set(None),
    };
    backup_code::Entity::insert_many(made.hashes.iter().map(row)).exec_without_returning(tx).await?;
    Ok(())
}

/// Takes all codes of a person away.
pub async fn forget(tx: &Tx, user: Uuid) -> Result<(), Error> {
    backup_code::Entity::delete_many().filter(backup_code::Column::UserId.eq(user)).exec(tx).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn a_code_is_read_however_it_was_written_down() {
        assert_eq!(plain(" 0ABcd-efGHJ ").as_deref(), Some("0abcdefghj"));
        assert_eq!(plain("oIl23 45678").as_deref(), Some("0112345678"));
        for text in ["", "0abcd-efgh", "0abcd-efghjk", "uuuuu-uuuuu", "0abcd-efgh!"] {
            assert_eq!(plain(text), None, "{text}");
        }
    }

    #[test]
    fn codes_differ_and_use_the_whole_alphabet() {
        let clock = Clock::system();
        let codes: HashSet<String> = (0..200).map(|_| code(&clock)).collect();
        assert_eq!(codes.len(), 200);
        let letters: HashSet<char> = codes.iter().flat_map(|code| code.chars()).collect();
        assert_eq!(letters.len(), ALPHABET.len() + 1, "all letters and the dash");
    }
}
