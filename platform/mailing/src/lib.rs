//! Mail to people: the port by which a service queues one in the transaction that wants it. Which kinds there are is said in
//! `contracts`; how they read and what carries them is the service `mail`'s concern.

use std::error::Error;

use db::Tx;
use kernel::Locale;

/// Why a mail could not be queued.
pub type MailError = Box<dyn Error + Send + Sync>;

/// A mail to be sent.
#[derive(Clone, Debug)]
pub struct Mail {
    /// Which template it is, such as `verify-email`.
    pub kind: &'static str,
    /// The address of one person.
    pub to: String,
    pub locale: Locale,
    /// Values of the template's placeholders, as the kind names them.
    pub values: Vec<(&'static str, String)>,
    /// The same mail is queued once, however often it is asked for; unique within the organization of the transaction.
    pub dedup: String,
}

/// Queues mail; implemented by the service `mail`.
#[async_trait::async_trait]
pub trait Mailer: Send + Sync {
    /// Whether mail is sent at all. Where it is not, nothing may wait for an answer to one.
    fn sends(&self) -> bool;

    /// Queues a mail in the transaction of an organization, to be sent once that is committed. Where nothing is sent it is
    /// dropped.
    async fn queue(&self, tx: &Tx, mail: Mail) -> Result<(), MailError>;

    /// Somebody proved that mail to this address comes in: earlier refusals of it no longer count.
    async fn forgive(&self, tx: &Tx, address: &str) -> Result<(), MailError>;

    /// The address under which people open a page of the app; `path` begins with `/`.
    fn link(&self, path: &str) -> String;
}
