//! The handle of a running network: what tests, the product and the control interface call. Plain data in and out.

mod faults;
mod messages;
mod persons;

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use kernel::Clock;
use tokio::{net::TcpListener, task::JoinSet};

use crate::{
    connection,
    core::{Core, Rules, Shared},
    error::NetworkError,
    files::Files,
    journal::Journal,
    log::{Log, LogLine},
    people::{self, Cast},
    rpc::login::digits,
    world::{Fact, KeyRecord, World},
};

pub use messages::SeenMessage;
pub use persons::NewPerson;

/// The one data centre.
pub const DC: i32 = crate::view::ATTACHED_DC;
/// The login code of every account, unless [`Options`] say otherwise.
pub const CODE: &str = "22222";

/// How often it is looked whether simulated people have something to do.
const PACE: Duration = Duration::from_millis(250);

/// What a network is to be.
#[derive(Clone)]
pub struct Options {
    /// Where it is kept; in memory when there is none.
    pub folder: Option<PathBuf>,
    pub seed: u64,
    pub clock: Clock,
    /// Where it listens. With a folder, port 0 means: where it listened last, if that is free.
    pub listen: SocketAddr,
    /// Where it listens to commands besides; nowhere when there is none.
    pub control: Option<SocketAddr>,
    /// The login code.
    pub code: String,
    pub code_lives_seconds: i32,
    /// How many lines of its log are remembered.
    pub log_lines: usize,
    /// How many events `updates.getDifference` gives at once.
    pub difference_slice: usize,
    /// A key that two connections use at once is refused from then on: `AUTH_KEY_DUPLICATED`.
    pub revoke_shared_keys: bool,
    /// A new network is filled with the sample world, its people act, and any phone number can sign in.
    pub sandbox: bool,
}

impl Options {
    pub fn new(seed: u64) -> Self {
        Self {
            folder: None,
            seed,
            clock: Clock::system(),
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            control: None,
            code: CODE.to_owned(),
            code_lives_seconds: 300,
            log_lines: 1_000_000,
            difference_slice: 100,
            revoke_shared_keys: false,
            sandbox: false,
        }
    }

    /// The built-in network of the product.
    pub fn sandbox(folder: impl AsRef<Path>, seed: u64) -> Self {
        let folder = Some(folder.as_ref().to_owned());
        Self { folder, sandbox: true, log_lines: 10_000, ..Self::new(seed) }
    }
}

/// A running network. Clones are handles of the same one; it ends with the last of them.
#[derive(Clone)]
pub struct Network {
    pub(crate) core: Shared,
    address: SocketAddr,
    control: Option<SocketAddr>,
    /// Aborted when the last handle is dropped.
    _tasks: Arc<JoinSet<()>>,
}

impl Network {
    /// A network that is forgotten when it ends, with nobody in it.
    pub async fn in_memory(seed: u64) -> Result<Self, NetworkError> {
        Self::start(Options::new(seed)).await
    }

    /// The network that is kept in a folder; an empty one when there is none yet.
    pub async fn open(folder: impl AsRef<Path>, seed: u64) -> Result<Self, NetworkError> {
        Self::start(Options { folder: Some(folder.as_ref().to_owned()), ..Options::new(seed) }).await
    }

    pub async fn start(options: Options) -> Result<Self, NetworkError> {
        let (journal, kept, files) = match &options.folder {
            None => (Journal::nowhere(), None, Files::in_memory()),
            Some(folder) => {
                let (journal, kept) = Journal::open(folder)?;
                (journal, kept, Files::in_folder(folder.join("files"))?)
            }
        };
        let listener = listen(&options).await?;
        let address = listener.local_addr().map_err(NetworkError::Listen)?;
        let rules = Rules {
            code: options.code,
            address,
            slice: options.difference_slice,
            revoke_shared_keys: options.revoke_shared_keys,
            open_to_anybody: options.sandbox,
            code_lives_seconds: options.code_lives_seconds,
        };
        let is_new = kept.is_none();
        let world = kept.unwrap_or_else(|| World::empty(options.seed));
        let mut core = Core::new(world, journal, files, Log::new(options.log_lines), options.clock, rules);
        if options.sandbox {
            if is_new {
                people::fill(&mut core);
            }
            core.cast = Some(Cast::default());
            core.wake_people();
        }
        if is_new {
            core.keep_snapshot()?;
        }
        let core = Shared::new(core);
        let mut tasks = JoinSet::new();
        tasks.spawn(accept(core.clone(), listener));
        if options.sandbox {
            tasks.spawn(act(core.clone()));
        }
        let Some(control) = options.control else {
            return Ok(Self { core, address, control: None, _tasks: Arc::new(tasks) });
        };
        let listener = TcpListener::bind(control).await.map_err(NetworkError::Listen)?;
        let control = Some(listener.local_addr().map_err(NetworkError::Listen)?);
        // Without the tasks: else they would keep each other running.
        let handle = Self { core: core.clone(), address, control, _tasks: Arc::default() };
        tasks.spawn(crate::control::listen(handle, listener));
        Ok(Self { core, address, control, _tasks: Arc::new(tasks) })
    }

    /// Where clients connect to.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where it listens to commands.
    pub fn control(&self) -> Option<SocketAddr> {
        self.control
    }

    /// A new auth key that the network knows. A session that has it skips the exchange of keys.
    pub fn new_key(&self) -> Result<[u8; 256], NetworkError> {
        let mut key = [0; 256];
        getrandom::fill(&mut key).map_err(|_| NetworkError::Randomness)?;
        let mut core = self.core.lock();
        let record = Box::new(KeyRecord::new(&key, core.now()));
        core.commit(Fact::Key { key: record }, None);
        Ok(key)
    }

    /// The account of a phone number, with a past of three months when it is new. A number that ends in 2 has the two-factor
    /// password `rapport`, one that ends in 13 is banned. Only the people of a sandbox make it lively.
    pub fn sandbox_account(&self, phone: &str) -> i64 {
        self.core.lock().sandbox_account(&digits(phone))
    }

    /// Has simulated people do what is due by the clock; gives how much that was. A sandbox does so by itself.
    pub fn run_due(&self) -> usize {
        self.core.lock().run_due()
    }

    /// Lines of the log with a number above `after`, oldest first.
    pub fn log(&self, after: u64) -> Vec<LogLine> {
        self.core.lock().log.since(after).cloned().collect()
    }

    /// Looks at the world as it is now.
    pub fn look<T>(&self, at: impl FnOnce(&World) -> T) -> T {
        at(&self.core.lock().world)
    }
}

async fn listen(options: &Options) -> Result<TcpListener, NetworkError> {
    let note = options.folder.as_ref().map(|folder| folder.join("address"));
    let last = note.as_ref().and_then(|note| std::fs::read_to_string(note).ok()?.trim().parse::<SocketAddr>().ok());
    let mut listener = None;
    if let Some(last) = last.filter(|last| options.listen.port() == 0 && last.ip() == options.listen.ip()) {
        listener = TcpListener::bind(last).await.ok();
    }
    let listener = match listener {
        Some(listener) => listener,
        None => TcpListener::bind(options.listen).await.map_err(NetworkError::Listen)?,
    };
    if let Some(note) = note {
        let address = listener.local_addr().map_err(NetworkError::Listen)?;
        std::fs::write(note, address.to_string())?;
    }
    Ok(listener)
}

/// Has simulated people do what is due, for as long as the network runs.
async fn act(core: Shared) {
    loop {
        tokio::time::sleep(PACE).await;
        core.lock().run_due();
    }
}

async fn accept(core: Shared, listener: TcpListener) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                let Ok((stream, _)) = accepted else { continue };
                let mut locked = core.lock();
                let (connection, outgoing) = locked.hub.connect();
                locked.note(0, crate::log::LogEntry::Connected { connection });
                let task = connections.spawn(connection::serve(core.clone(), stream, connection, outgoing));
                locked.hub.set_task(connection, task);
            }
            Some(_) = connections.join_next() => {}
        }
    }
}
