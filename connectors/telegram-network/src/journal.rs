//! The world on disk: a snapshot, and behind it a file of facts, one JSON line each. A process that is killed leaves at
//! most a torn last line, which never was answered for and is cut off.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use crate::{
    NetworkError,
    world::{Fact, World},
};

const FACTS: &str = "facts.jsonl";
const SNAPSHOT: &str = "snapshot.json";
/// How many lines a start has to read at most, about.
const FACTS_PER_SNAPSHOT: usize = 50_000;

#[derive(Serialize, Deserialize)]
struct Snapshot<W> {
    /// Facts up to this one are in it.
    facts: u64,
    world: W,
}

#[derive(Serialize, Deserialize)]
struct Line<F> {
    n: u64,
    fact: F,
}

/// Where facts go. In memory: nowhere.
#[derive(Debug)]
pub(crate) struct Journal {
    folder: Option<PathBuf>,
    file: Option<File>,
    facts: u64,
    since_snapshot: usize,
}

impl Journal {
    pub fn nowhere() -> Self {
        Self { folder: None, file: None, facts: 0, since_snapshot: 0 }
    }

    /// The world of a folder; `None` when the folder has none yet.
    pub fn open(folder: &Path) -> Result<(Self, Option<World>), NetworkError> {
        fs::create_dir_all(folder)?;
        let snapshot: Option<Snapshot<World>> = match fs::read(folder.join(SNAPSHOT)) {
            Ok(bytes) => Some(serde_json::from_slice(&bytes).map_err(NetworkError::Snapshot)?),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(error.into()),
        };
        let mut file = OpenOptions::new().read(true).append(true).create(true).open(folder.join(FACTS))?;
        let known = snapshot.as_ref().map_or(0, |it| it.facts);
        let mut journal = Self { folder: Some(folder.to_owned()), file: None, facts: known, since_snapshot: 0 };
        let mut world = snapshot.map(|it| it.world);
        if let Some(world) = &mut world {
            world.index();
            journal.replay(&mut file, world)?;
        } else {
            // Facts without a snapshot: the first start was killed before it was done.
            file.set_len(0)?;
        }
        journal.file = Some(file);
        Ok((journal, world))
    }

    fn replay(&mut self, file: &mut File, world: &mut World) -> Result<(), NetworkError> {
        let mut bytes = Vec::new();
        io::Read::read_to_end(file, &mut bytes)?;
        let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        if whole < bytes.len() {
            tracing::warn!(bytes = bytes.len() - whole, "the last fact was not written whole: cut off");
            file.set_len(whole as u64)?;
        }
        for (index, line) in bytes[..whole].split(|byte| *byte == b'\n').enumerate() {
            if line.is_empty() {
                continue;
            }
            let failed = |source| NetworkError::Facts { line: index + 1, source };
            let line: Line<Fact> = serde_json::from_slice(line).map_err(failed)?;
            self.since_snapshot += 1;
            // The snapshot is newer than the file when the process ended between the two.
            if line.n > self.facts {
                self.facts = line.n;
                world.apply(line.fact);
            }
        }
        Ok(())
    }

    /// Writes a fact before it is true.
    pub fn append(&mut self, fact: &Fact) -> io::Result<()> {
        let Some(file) = &mut self.file else { return Ok(()) };
        self.facts += 1;
        let mut line = serde_json::to_vec(&Line { n: self.facts, fact })?;
        line.push(b'\n');
        self.since_snapshot += 1;
        // One write: a reader of the file sees the line whole or torn, never mixed.
        file.write_all(&line)
    }

    /// Writes a snapshot when there are many facts since the last one, or there is none.
    pub fn keep(&mut self, world: &World, always: bool) -> io::Result<()> {
        let (Some(folder), Some(file)) = (&self.folder, &mut self.file) else { return Ok(()) };
        if !always && self.since_snapshot < FACTS_PER_SNAPSHOT {
            return Ok(());
        }
        let partial = folder.join("snapshot.partial");
        let mut writer = BufWriter::new(File::create(&partial)?);
        serde_json::to_writer(&mut writer, &Snapshot { facts: self.facts, world })?;
        writer.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
        fs::rename(partial, folder.join(SNAPSHOT))?;
        file.set_len(0)?;
        self.since_snapshot = 0;
        Ok(())
    }
}
