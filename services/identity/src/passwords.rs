//! Password hashes: argon2id with the parameters of OWASP's Password Storage Cheat Sheet (19 MiB, 2 passes, 1 lane),
//! computed off the runtime and at most as many at a time as the machine has cores, in fair turns (`turns.rs`). What may be set at
//! all is judged here and in `guessable.rs`, wherever a password is set.

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use kernel::{Clock, Fields, values::Problem};

use crate::{
    Error, Identity,
    guessable::{self, Known},
    turns::{Busy, Turns, Whose},
};

const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const MIN_CHARS: usize = 8;
const MAX_CHARS: usize = 128;

/// Verified against when there is no account, so that the answer takes as long: today's parameters, and the hash of no
/// password.
const DECOY: &str = "$argon2id$v=19$m=19456,t=2,p=1$Y4KzzIgUErd7/K7tAmABwA$t/XrlDWxNHIMgOv+YWEKOHsoESJeHVA9CQDQLheN5lQ";

/// Hashes and verifies.
pub struct Passwords {
    turns: Turns,
    clock: Clock,
}

/// A password that may be set.
pub struct NewPassword(String);

impl NewPassword {
    /// Checks the length, in characters. Whether it is easy to guess, [`Passwords::refusal`] tells.
    pub fn parse(raw: &str) -> Result<Self, Problem> {
        match raw.chars().count() {
            0 => Err(Problem::Required),
            n if n < MIN_CHARS => Err(Problem::TooShort { min: MIN_CHARS }),
            n if n > MAX_CHARS => Err(Problem::TooLong { max: MAX_CHARS }),
            _ => Ok(Self(raw.to_owned())),
        }
    }
}

impl Passwords {
    pub fn new(clock: Clock) -> Self {
        let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        Self { turns: Turns::new(cores), clock }
    }

    /// Why a new password is too easy to guess for somebody who knows this, as a code; none where it is not. Looked at
    /// where hashes are computed: it costs about as much.
    pub async fn refusal(
        &self,
        password: &NewPassword,
        known: Known,
        whose: Whose,
    ) -> Result<Option<&'static str>, Error> {
        let password = password.0.clone();
        self.off_runtime(whose, move || guessable::refusal(&password, &known)).await
    }

    /// The PHC string of a new password.
    pub async fn hash(&self, password: NewPassword, whose: Whose) -> Result<String, Error> {
        let salt = self.clock.secret_bytes();
        self.off_runtime(whose, move || hash(password.0.as_bytes(), &salt[..16])).await?
    }

    /// Whether the password is the one that was hashed; `None` stands for "no such account" and costs the same.
    pub async fn verify(&self, password: &str, stored: Option<&str>, whose: Whose) -> Result<bool, Error> {
        // Who signs in through others alone has none: an empty one, that no password matches.
        let stored = stored.filter(|stored| !stored.is_empty());
        let known = stored.is_some();
        let (password, stored) = (password.to_owned(), stored.unwrap_or(DECOY).to_owned());
        let matches = self.off_runtime(whose, move || verify(password.as_bytes(), &stored)).await??;
        Ok(matches && known)
    }

    /// 32 bytes that tell a secret which is shorter than a key from another without telling it: argon2id, as passwords.
    pub async fn derive(&self, secret: String, salt: Vec<u8>, whose: Whose) -> Result<Vec<u8>, Error> {
        self.off_runtime(whose, move || derive(secret.as_bytes(), &salt)).await?
    }

    async fn off_runtime<T: Send + 'static>(
        &self,
        whose: Whose,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Error> {
        let turn = self.turns.take(whose).await.map_err(|Busy| Error::TooManyTries { seconds: 1 })?;
        // The turn goes along: who hangs up does not end the work.
        let work = move || {
            let _turn = turn;
            work()
        };
        tokio::task::spawn_blocking(work).await.map_err(|e| Error::Hash(e.to_string()))
    }
}

impl Identity {
    /// Refuses a new password in its field if it is easy to guess; `person`: their address, name and organization.
    pub(crate) async fn refuse_guessable(
        &self,
        fields: &mut Fields,
        field: &str,
        password: Option<&NewPassword>,
        person: &[&str],
        whose: Whose,
    ) -> Result<(), Error> {
        let Some(password) = password else { return Ok(()) };
        let known = Known::of(person, &self.options.public_url);
        if let Some(code) = self.passwords.refusal(password, known, whose).await? {
            fields.refuse(field, code);
        }
        Ok(())
    }
}

fn argon2() -> Result<Argon2<'static>, Error> {
    let params = Params::new(MEMORY_KIB, PASSES, 1, None).map_err(|e| Error::Hash(e.to_string()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hash(password: &[u8], salt: &[u8]) -> Result<String, Error> {
    let hash: PasswordHash =
        argon2()?.hash_password_with_salt(password, salt).map_err(|e| Error::Hash(e.to_string()))?;
    Ok(hash.to_string())
}

fn derive(secret: &[u8], salt: &[u8]) -> Result<Vec<u8>, Error> {
    let mut out = vec![0; 32];
    argon2()?.hash_password_into(secret, salt, &mut out).map_err(|e| Error::Hash(e.to_string()))?;
    Ok(out)
}

fn verify(password: &[u8], stored: &str) -> Result<bool, Error> {
    let stored = PasswordHash::new(stored).map_err(|e| Error::Hash(e.to_string()))?;
    Ok(argon2()?.verify_password(password, &stored).is_ok())
}

/// Whether a stored hash was made with weaker parameters than today's and should be made anew at sign-in.
pub fn is_outdated(stored: &str) -> bool {
    !stored.contains(&format!("$m={MEMORY_KIB},t={PASSES},p=1$"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn me() -> Whose {
        Whose::AtHome("me".to_owned())
    }

    #[tokio::test]
    async fn a_password_verifies_only_against_its_own_hash() {
        let passwords = Passwords::new(Clock::system());
        let hash = passwords.hash(NewPassword::parse("correct horse").unwrap(), me()).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(!is_outdated(&hash));
        assert!(passwords.verify("correct horse", Some(&hash), me()).await.unwrap());
        assert!(!passwords.verify("Correct horse", Some(&hash), me()).await.unwrap());
        assert!(!passwords.verify("correct horse", None, me()).await.unwrap());
        assert!(!passwords.verify("", Some(""), me()).await.unwrap(), "no password is none that matches");
    }

    #[test]
    fn the_decoy_costs_what_a_hash_of_today_costs() {
        let decoy = PasswordHash::new(DECOY).unwrap();
        assert!(!is_outdated(DECOY));
        assert_eq!(decoy.hash.unwrap().len(), 32);
        assert!(!verify(b"", DECOY).unwrap());
    }

    #[test]
    fn lengths_count_characters() {
        assert!(NewPassword::parse("пароль").is_err());
        assert!(NewPassword::parse("парольпароль").is_ok());
        assert!(NewPassword::parse(&"x".repeat(129)).is_err());
        assert!(NewPassword::parse(&"x".repeat(128)).is_ok());
    }
}
