//! What the product asks PostgreSQL, overheard between the two: a proxy that understands as much of the protocol (version 3)
//! as tells statements, their values, and whose rows the connection is bound to.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use anyhow::{Context, Result};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// The text that binds a connection to the rows of an organization, as `platform/db` says it.
pub fn binding(org: &str) -> String {
    format!("set app.org_id = '{org}'")
}

/// The text that opens a transaction bound to the rows of an organization, as `platform/db` says it.
pub fn opening(org: &str) -> String {
    format!("begin; set local app.org_id = '{org}'")
}

/// A statement with its values, as it went over the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    pub sql: String,
    /// The type of each value, and the value in binary; `None` is NULL.
    pub values: Vec<(u32, Option<Vec<u8>>)>,
    /// Whose rows its connection was bound to; empty: nobody's.
    pub org: String,
    /// Beside others in a transaction that was opened for them.
    pub in_transaction: bool,
}

impl Asked {
    /// It changes something by itself.
    pub fn writes(&self) -> bool {
        let sql = self.sql.trim_start().to_ascii_lowercase();
        let verbs = ["insert into ", "update ", "delete from "];
        verbs.iter().any(|verb| sql.starts_with(verb) || (sql.starts_with("with ") && sql.contains(verb)))
    }
}

#[derive(Default)]
struct Heard {
    asked: Vec<Asked>,
    /// What was said without values: bindings, beginnings and ends of transactions.
    texts: Vec<String>,
}

/// Stands between the product and PostgreSQL.
pub struct Proxy {
    heard: Arc<Mutex<Heard>>,
}

impl Proxy {
    /// Listens in front of the database with this address; gives the address to use instead.
    pub async fn start(url: &str) -> Result<(Self, String)> {
        let (who, place) = url.rsplit_once('@').context("who signs in, in the address of the database")?;
        let (server, name) = place.split_once('/').context("a database, in its address")?;
        let server = if server.contains(':') { server.to_owned() } else { format!("{server}:5432") };
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let port = listener.local_addr()?.port();
        let heard = Arc::<Mutex<Heard>>::default();
        let ears = Arc::clone(&heard);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (server, ears) = (server.clone(), Arc::clone(&ears));
                tokio::spawn(async move { pass_on(client, &server, &ears).await });
            }
        });
        // What is encrypted cannot be overheard.
        let mark = if name.contains('?') { '&' } else { '?' };
        Ok((Self { heard }, format!("{who}@127.0.0.1:{port}/{name}{mark}sslmode=disable")))
    }

    /// What was asked since the last time, of the rows of this organization.
    pub fn take(&self, org: &str) -> Vec<Asked> {
        let mut asked = std::mem::take(&mut lock(&self.heard).asked);
        asked.retain(|asked| asked.org == org && !asked.sql.contains("pg_catalog"));
        asked
    }

    /// Somebody has said this, word for word.
    pub fn has_heard(&self, text: &str) -> bool {
        lock(&self.heard).texts.iter().any(|said| said == text)
    }
}

fn lock(heard: &Mutex<Heard>) -> MutexGuard<'_, Heard> {
    heard.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn pass_on(client: TcpStream, server: &str, heard: &Mutex<Heard>) -> Result<()> {
    let server = TcpStream::connect(server).await?;
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let back = tokio::spawn(async move { tokio::io::copy(&mut from_server, &mut to_client).await });
    let mut conversation = Conversation::default();
    let mut buffer = vec![0; 64 << 10];
    loop {
        let count = from_client.read(&mut buffer).await?;
        if count == 0 {
            break;
        }
        conversation.hear(&buffer[..count], heard);
        to_server.write_all(&buffer[..count]).await?;
    }
    to_server.shutdown().await?;
    back.await??;
    Ok(())
}

/// What one connection has said so far.
#[derive(Default)]
struct Conversation {
    /// Of a message that is not whole yet.
    bytes: Vec<u8>,
    /// The first message has no kind.
    has_begun: bool,
    /// Prepared statements by name, with the types of their values.
    statements: BTreeMap<String, (String, Vec<u32>)>,
    /// Whose rows it sees outside of transactions.
    bound: String,
    /// Whose rows the open transaction sees.
    transaction: Option<String>,
}

impl Conversation {
    fn hear(&mut self, bytes: &[u8], heard: &Mutex<Heard>) {
        self.bytes.extend_from_slice(bytes);
        while let Some((kind, body)) = self.message() {
            // What is not understood is not needed.
            let _ = self.understand(kind, &mut Body(&body), heard);
        }
    }

    /// The next whole message: its kind, and what is in it.
    fn message(&mut self) -> Option<(u8, Vec<u8>)> {
        let kind = usize::from(self.has_begun);
        let length = Body(self.bytes.get(kind..)?).number()?;
        let end = kind + usize::try_from(length).ok()?.max(4);
        if self.bytes.len() < end {
            return None;
        }
        let message: Vec<u8> = self.bytes.drain(..end).collect();
        let first = if self.has_begun { message.first().copied()? } else { 0 };
        self.has_begun = true;
        Some((first, message.get(kind + 4..)?.to_vec()))
    }

    fn understand(&mut self, kind: u8, body: &mut Body<'_>, heard: &Mutex<Heard>) -> Option<()> {
        match kind {
            // Query
            b'Q' => {
                let text = body.text()?;
                self.follow(&text);
                lock(heard).texts.push(text);
            }
            // Parse
            b'P' => {
                let (name, sql) = (body.text()?, body.text()?);
                let count = body.short()?;
                let types = (0..count).map(|_| body.number()).collect::<Option<Vec<u32>>>()?;
                self.statements.insert(name, (sql, types));
            }
            // Bind
            b'B' => {
                let (_portal, name) = (body.text()?, body.text()?);
                let formats = body.short()?;
                body.take(2 * usize::from(formats))?;
                let count = body.short()?;
                let values = (0..count).map(|_| match body.number()? {
                    // A length of -1: NULL.
                    u32::MAX => Some(None),
                    length => Some(Some(body.take(usize::try_from(length).ok()?)?.to_vec())),
                });
                let values = values.collect::<Option<Vec<_>>>()?;
                let (sql, types) = self.statements.get(&name)?;
                let in_transaction = self.transaction.is_some();
                lock(heard).asked.push(Asked {
                    sql: sql.clone(),
                    values: types.iter().copied().zip(values).collect(),
                    org: self.transaction.as_ref().unwrap_or(&self.bound).clone(),
                    in_transaction,
                });
            }
            _ => {}
        }
        Some(())
    }

    /// Follows whose rows it is bound to, and where its transactions begin and end.
    fn follow(&mut self, text: &str) {
        let whose = |org: &str| org.trim_matches('\'').to_owned();
        if let Some(org) = text.strip_prefix("begin; set local app.org_id = ") {
            self.transaction = Some(whose(org));
        } else if let Some(org) = text.strip_prefix("set app.org_id = ") {
            self.bound = whose(org);
        } else if text == "commit" || text == "rollback" {
            self.transaction = None;
        }
    }
}

/// What is left to be read of a message.
struct Body<'a>(&'a [u8]);

impl<'a> Body<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (head, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(head)
    }

    fn short(&mut self) -> Option<u16> {
        Some(u16::from_be_bytes(self.take(2)?.try_into().ok()?))
    }

    fn number(&mut self) -> Option<u32> {
        Some(u32::from_be_bytes(self.take(4)?.try_into().ok()?))
    }

    /// Up to a byte of zero.
    fn text(&mut self) -> Option<String> {
        let end = self.0.iter().position(|byte| *byte == 0)?;
        let text = String::from_utf8_lossy(self.take(end)?).into_owned();
        self.take(1)?;
        Some(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(kind: &str, body: &[&[u8]]) -> Vec<u8> {
        let body = body.concat();
        let length = u32::try_from(body.len() + 4).unwrap();
        [kind.as_bytes(), &length.to_be_bytes(), &body].concat()
    }

    fn ask(name: &str, value: Option<&[u8]>) -> Vec<u8> {
        let length = value.map_or(u32::MAX, |value| u32::try_from(value.len()).unwrap());
        let head: [&[u8]; 4] = [b"\0", name.as_bytes(), b"\0\0\x01\0\x01\0\x01", &length.to_be_bytes()];
        message("B", &[&head.concat(), value.unwrap_or_default(), b"\0\x01\0\x01"])
    }

    #[test]
    fn statements_are_heard_with_their_values_and_whose_rows_they_are_of() {
        let said = [
            message("", &[&196_608_u32.to_be_bytes(), b"user\0rapport\0\0"]),
            message("p", &[b"SCRAM-SHA-256\0"]),
            message("P", &[b"s1\0select $1\0", &1_u16.to_be_bytes(), &25_u32.to_be_bytes()]),
            ask("s1", Some(b"nobody's")),
            message("Q", &[binding("a").as_bytes(), b"\0"]),
            ask("s1", Some(b"lone")),
            message("Q", &[opening("b").as_bytes(), b"\0"]),
            ask("s1", None),
            message("Q", &[b"commit\0"]),
            ask("s1", Some(b"after")),
        ]
        .concat();
        let asked = |value: Option<&[u8]>, org: &str, in_transaction| Asked {
            sql: "select $1".to_owned(),
            values: vec![(25, value.map(<[u8]>::to_vec))],
            org: org.to_owned(),
            in_transaction,
        };
        // However the bytes come.
        for size in [1, 7, said.len()] {
            let heard = Mutex::default();
            let mut conversation = Conversation::default();
            for bytes in said.chunks(size) {
                conversation.hear(bytes, &heard);
            }
            let heard = heard.into_inner().unwrap();
            let wanted = [
                asked(Some(b"nobody's"), "", false),
                asked(Some(b"lone"), "a", false),
                asked(None, "b", true),
                asked(Some(b"after"), "a", false),
            ];
            assert_eq!(heard.asked, wanted);
            assert_eq!(heard.texts, [binding("a"), opening("b"), "commit".to_owned()]);
        }
    }

    #[test]
    fn what_writes_is_known_by_its_words() {
        let writes = |sql: &str| {
            Asked { sql: sql.to_owned(), values: Vec::new(), org: String::new(), in_transaction: false }.writes()
        };
        assert!(
            writes("INSERT INTO \"contacts\" values ($1)") && writes("with a as (insert into b values (1)) select 1")
        );
        assert!(!writes("select updated_at from contacts") && !writes("with a as (select updated_at from b) select 1"));
    }
}
