//! The network as a separate process: commands as JSON, one in a line, each answered by one line. `telegram-network` reads
//! them from its input, and over TCP where it is told to; whoever starts it may write them with [`Command`].

use std::net::SocketAddr;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    task::JoinSet,
};

use crate::{FaultRule, Network, NetworkError, NewPerson, NewPost, Peer, world::Folder};

/// A command with the number by which its answer is known.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Numbered {
    #[serde(default)]
    pub id: u64,
    #[serde(flatten)]
    pub command: Command,
}

/// What can be asked of a network from outside. Each is the method of [`Network`] with its name.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Command {
    /// Answered with 256 bytes in hexadecimal.
    NewKey,
    /// Answered with where clients connect to.
    Address,
    AddPerson(NewPerson),
    SandboxAccount {
        phone: String,
    },
    AddGroup {
        title: String,
        creator: i64,
        members: Vec<i64>,
    },
    AddChannel {
        title: String,
        username: Option<String>,
        broadcast: bool,
        creator: i64,
        members: Vec<i64>,
    },
    SetMembers {
        chat: Peer,
        joined: Vec<i64>,
        left: Vec<i64>,
    },
    SetFolders {
        person: i64,
        folders: Vec<Folder>,
    },
    SetBanned {
        person: i64,
        banned: bool,
    },
    SetPassword {
        person: i64,
        password: Option<String>,
    },
    SetBlocked {
        by: i64,
        person: i64,
        is: bool,
    },
    /// Answered with the message id.
    Send {
        from: i64,
        to: Peer,
        post: NewPost,
    },
    /// Texts are `text` with a number behind it. Answered with the id of the last one.
    Burst {
        from: i64,
        to: Peer,
        text: String,
        count: u32,
    },
    Read {
        account: i64,
        chat: Peer,
        max_id: i32,
    },
    Edit {
        person: i64,
        chat: Peer,
        message_id: i32,
        text: String,
    },
    Delete {
        person: i64,
        chat: Peer,
        message_ids: Vec<i32>,
    },
    React {
        person: i64,
        chat: Peer,
        message_id: i32,
        emoji: Option<String>,
    },
    Typing {
        person: i64,
        to: Peer,
    },
    RevokeSessions {
        account: i64,
    },
    Inject(FaultRule),
    ClearFaults,
    DropConnections {
        account: Option<i64>,
    },
    SetMute {
        account: Option<i64>,
        mute: bool,
    },
    SetDeaf {
        account: Option<i64>,
        deaf: bool,
    },
    Connections {
        account: Option<i64>,
    },
    /// Lines of the log behind this number.
    Log {
        after: u64,
    },
    /// Every message that the account has.
    Messages {
        account: i64,
    },
}

/// Does it; there is nothing to answer.
macro_rules! done {
    ($doing:expr) => {{
        $doing;
        Value::Null
    }};
}

impl Network {
    /// Does a command; gives its answer.
    pub fn obey(&self, command: Command) -> Result<Value, NetworkError> {
        Ok(match command {
            Command::Address => json!(self.address()),
            Command::NewKey => json!(grammers_crypto::hex::to_hex(&self.new_key()?)),
            Command::AddPerson(new) => json!(self.add_person(new)),
            Command::SandboxAccount { phone } => json!(self.sandbox_account(&phone)),
            Command::AddGroup { title, creator, members } => json!(self.add_group(&title, creator, &members)),
            Command::AddChannel { title, username, broadcast, creator, members } => {
                json!(self.add_channel(&title, username.as_deref(), broadcast, creator, &members))
            }
            Command::SetMembers { chat, joined, left } => done!(self.set_members(chat, &joined, &left)),
            Command::SetFolders { person, folders } => done!(self.set_folders(person, folders)),
            Command::SetBanned { person, banned } => done!(self.set_banned(person, banned)),
            Command::SetPassword { person, password } => done!(self.set_password(person, password.as_deref())),
            Command::SetBlocked { by, person, is } => done!(self.set_blocked(by, person, is)),
            Command::Send { from, to, post } => json!(self.send(from, to, post)?),
            Command::Burst { from, to, text, count } => json!(self.burst(from, to, &text, count)?),
            Command::Read { account, chat, max_id } => done!(self.read(account, chat, max_id)),
            Command::Edit { person, chat, message_id, text } => done!(self.edit(person, chat, message_id, &text)?),
            Command::Delete { person, chat, message_ids } => done!(self.delete(person, chat, &message_ids)?),
            Command::React { person, chat, message_id, emoji } => {
                done!(self.react(person, chat, message_id, emoji.as_deref())?)
            }
            Command::Typing { person, to } => done!(self.typing(person, to)),
            Command::RevokeSessions { account } => done!(self.revoke_sessions(account)),
            command => self.obey_test(command),
        })
    }

    /// What only somebody who tests a client asks for.
    fn obey_test(&self, command: Command) -> Value {
        match command {
            Command::Inject(rule) => done!(self.inject(rule)),
            Command::ClearFaults => done!(self.clear_faults()),
            Command::DropConnections { account } => json!(self.drop_connections(account)),
            Command::SetMute { account, mute } => done!(self.set_mute(account, mute)),
            Command::SetDeaf { account, deaf } => done!(self.set_deaf(account, deaf)),
            Command::Connections { account } => json!(self.connections(account)),
            Command::Log { after } => json!(self.log(after)),
            Command::Messages { account } => json!(self.messages(account)),
            _ => Value::Null,
        }
    }

    /// Reads a line, does what it says, gives the line to answer with.
    pub fn obey_line(&self, line: &str) -> String {
        let numbered: Numbered = match serde_json::from_str(line) {
            Ok(numbered) => numbered,
            Err(error) => return json!({ "error": error.to_string() }).to_string(),
        };
        let id = numbered.id;
        match self.obey(numbered.command) {
            Ok(answer) => json!({ "id": id, "ok": answer }),
            Err(error) => json!({ "id": id, "error": error.to_string() }),
        }
        .to_string()
    }
}

/// Obeys whoever connects.
pub(crate) async fn listen(network: Network, listener: TcpListener) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                let Ok((stream, _)) = accepted else { continue };
                connections.spawn(obey_lines(network.clone(), stream));
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn obey_lines(network: Network, mut stream: TcpStream) -> std::io::Result<()> {
    let (input, mut output) = stream.split();
    let mut lines = BufReader::new(input).lines();
    while let Some(line) = lines.next_line().await? {
        let answer = network.obey_line(&line) + "\n";
        output.write_all(answer.as_bytes()).await?;
    }
    Ok(())
}

/// Has a network in another process do something; gives its answer.
///
/// # Errors
/// When it is not there, or refuses.
pub async fn ask(control: SocketAddr, command: Command) -> Result<Value, NetworkError> {
    let exchange = async {
        let mut stream = TcpStream::connect(control).await?;
        let line = json!(Numbered { id: 1, command }).to_string() + "\n";
        stream.write_all(line.as_bytes()).await?;
        let mut answer = String::new();
        BufReader::new(stream).read_line(&mut answer).await?;
        Ok(serde_json::from_str::<Value>(&answer)?)
    };
    let answer = exchange.await.map_err(NetworkError::Away)?;
    match answer.get("ok") {
        Some(ok) => Ok(ok.clone()),
        None => Err(NetworkError::Refused(answer["error"].as_str().unwrap_or("no answer").to_owned())),
    }
}
