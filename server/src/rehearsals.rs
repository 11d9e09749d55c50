//! Rehearsals by the code that really sends: a database of its own that is thrown away, the services over it, a clock that
//! jumps, and a network that is none. What comes of it is read, and nothing else is left.

mod network;
mod world;

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use bd_accounts::accounts::store as accounts;
use campaigns::planning::stage::{Failed, Rehearsing, Script};
use campaigns::rules::rehearse::Report;
use db::Db;
use kernel::Scope;
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;

use self::world::{Props, World};

/// How long one may take.
const MOST: Duration = Duration::from_mins(1);
/// What is older than that was left by a process that died.
const LEFT: Duration = Duration::from_mins(5);
/// Times that something may be due at one instant before the clock is pushed on.
const MOST_AT_ONCE: u32 = 50;

/// Plays rehearsals, one at a time.
pub struct Rehearsals {
    db: Db,
    folder: PathBuf,
    turn: Mutex<()>,
}

impl Rehearsals {
    /// In a folder below the data folder; what a process that died left there is removed.
    pub fn new(db: Db, data: &Path) -> Self {
        let folder = data.join("rehearsals");
        sweep(&folder);
        Self { db, folder, turn: Mutex::default() }
    }
}

fn sweep(folder: &Path) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let age = entry.metadata().and_then(|data| data.modified()).ok().and_then(|at| at.elapsed().ok());
        if age.is_none_or(|age| age > LEFT)
            && let Err(error) = std::fs::remove_dir_all(entry.path())
        {
            tracing::warn!(%error, "what a rehearsal left could not be removed");
        }
    }
}

/// A folder that goes with it.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.0) {
            tracing::warn!(%error, "the database of a rehearsal could not be removed");
        }
    }
}

#[async_trait::async_trait]
impl Rehearsing for Rehearsals {
    async fn play(&self, scope: &Scope, script: Script, cancel: CancellationToken) -> Result<Report, Failed> {
        let _turn = tokio::select! {
            () = cancel.cancelled() => return Err(Failed::Cancelled),
            turn = self.turn.lock() => turn,
        };
        let reader = self.db.reader(scope);
        let props = Props {
            accounts: accounts::of_ids(&reader, scope.org_id, &script.campaign.account_ids).await.map_err(away)?,
            fields: fields::list(&reader, scope, None).await.map_err(away)?,
        };
        sweep(&self.folder);
        let folder = self.folder.join(self.db.clock().new_id().simple().to_string());
        std::fs::create_dir_all(&folder).map_err(away)?;
        let (folder, scope) = (Folder(folder), Scope::system(scope.org_id, "rehearsal"));
        // On a thread and a runtime of its own: what it does takes nothing from who is being served.
        let stop = cancel.child_token();
        let _stops = stop.clone().drop_guard();
        let played = tokio::task::spawn_blocking(move || {
            let folder = folder;
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(away)?;
            runtime.block_on(async {
                tokio::select! {
                    () = stop.cancelled() => Err(Failed::Cancelled),
                    played = tokio::time::timeout(MOST, Box::pin(played(&folder.0, &scope, &script, props))) => {
                        played.unwrap_or(Err(Failed::TooLong))
                    }
                }
            })
        });
        played.await.map_err(away)?
    }
}

fn away(error: impl Into<contracts::ports::PortError>) -> Failed {
    Failed::Away(error.into())
}

async fn played(folder: &Path, scope: &Scope, script: &Script, props: Props) -> Result<Report, Failed> {
    let mut world = World::open(folder, scope, script, props).await.map_err(away)?;
    let mut still = 0;
    loop {
        let (done, next) = world.turn().await.map_err(away)?;
        if done && still < MOST_AT_ONCE {
            still += 1;
            continue;
        }
        still = 0;
        match next {
            Some(at) if at < script.ends_at => world.go_to(at).await.map_err(away)?,
            _ => break,
        }
    }
    world.report().await
}
