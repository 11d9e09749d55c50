//! Keys: those of the settings, or ones made at the first start and kept beside the data.

use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::Path;

use rand::TryRng;
use rand::rngs::SysRng;

use crate::value::Value;
use crate::{Secret, Settings};

/// Signs access tokens.
const SIGNING: File = File { name: "secret.key", lost: "sign everybody out" };
/// Seals what is secret in the database.
const SEALING: File = File { name: "vault.key", lost: "give up every secret that it sealed" };

/// Where a key is kept, and what it costs to delete it.
struct File {
    name: &'static str,
    lost: &'static str,
}

impl Settings {
    /// `jwt_secret`, or the content of `secret.key` in the data folder. The first process to ask makes the file,
    /// readable by its owner only; processes that start together end up with the same key.
    ///
    /// # Errors
    /// The file cannot be written or read, or holds less than 32 bytes. The text names the file.
    pub fn signing_secret(&self) -> io::Result<Secret<32>> {
        match &self.jwt_secret {
            Some(secret) => Ok(secret.clone()),
            None => kept_secret(&self.data_dir, &SIGNING),
        }
    }

    /// `vault_keys`, or the content of `vault.key` in the data folder, made as that of [`Self::signing_secret`]. The first
    /// seals, each opens what it has sealed.
    ///
    /// # Errors
    /// As [`Self::signing_secret`].
    pub fn sealing_keys(&self) -> io::Result<Vec<Secret<32>>> {
        match self.vault_keys.as_slice() {
            [] => Ok(vec![kept_secret(&self.data_dir, &SEALING)?]),
            given => Ok(given.to_vec()),
        }
    }
}

fn kept_secret(data_dir: &Path, file: &File) -> io::Result<Secret<32>> {
    let path = data_dir.join(file.name);
    let named = |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", path.display()));
    if !path.try_exists().map_err(named)? {
        fs::create_dir_all(data_dir).and_then(|()| publish(&path)).map_err(named)?;
    }
    let text = fs::read_to_string(&path).map_err(named)?;
    Secret::parse(text.trim()).ok_or_else(|| {
        let reason = format!("holds less than 32 bytes; restore it, or delete it to {}", file.lost);
        named(io::Error::new(ErrorKind::InvalidData, reason))
    })
}

/// Writes a new key beside its place and links it there: a reader never sees half a key, and a process that comes second
/// leaves the first one's key alone.
fn publish(path: &Path) -> io::Result<()> {
    let draft = path.with_extension(format!("{}.new", random_hex::<8>()?));
    write_private(&draft, &random_hex::<32>()?)?;
    match fs::hard_link(&draft, path) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => fs::rename(&draft, path), // no links on this file system
        _ => fs::remove_file(&draft),
    }
}

fn random_hex<const BYTES: usize>() -> io::Result<String> {
    let mut bytes = [0_u8; BYTES];
    SysRng.try_fill_bytes(&mut bytes).map_err(io::Error::other)?;
    Ok(bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}")))
}

fn write_private(path: &Path, text: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    writeln!(file, "{text}")?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_folder(data_dir: &Path) -> Settings {
        Settings { data_dir: data_dir.into(), ..Settings::default() }
    }

    #[test]
    fn a_key_is_made_once_and_kept_private() {
        let folder = tempfile::tempdir().unwrap();
        let settings = in_folder(&folder.path().join("data"));
        let first = settings.signing_secret().unwrap();
        assert_eq!(first.expose().len(), 64);
        assert_eq!(settings.signing_secret().unwrap(), first);
        let files: Vec<_> = fs::read_dir(&settings.data_dir).unwrap().collect();
        assert_eq!(files.len(), 1, "no draft is left behind: {files:?}");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = files[0].as_ref().unwrap().metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }

    #[test]
    fn processes_that_start_together_share_one_key() {
        let folder = tempfile::tempdir().unwrap();
        let settings = in_folder(folder.path());
        let keys: Vec<_> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..16).map(|_| scope.spawn(|| settings.signing_secret().unwrap())).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert!(keys.iter().all(|key| key == &keys[0]));
    }

    #[test]
    fn a_given_secret_leaves_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let given = Secret::new("x".repeat(32));
        let settings = Settings { jwt_secret: Some(given.clone()), ..in_folder(folder.path()) };
        assert_eq!(settings.signing_secret().unwrap(), given);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn the_sealing_key_is_another_one_and_those_given_come_in_their_order() {
        let folder = tempfile::tempdir().unwrap();
        let settings = in_folder(folder.path());
        let kept = settings.sealing_keys().unwrap();
        assert_eq!(kept, settings.sealing_keys().unwrap());
        assert_ne!(kept, [settings.signing_secret().unwrap()]);
        let given = vec![Secret::new("y".repeat(32)), Secret::new("x".repeat(32))];
        assert_eq!(Settings { vault_keys: given.clone(), ..settings }.sealing_keys().unwrap(), given);
    }

    #[test]
    fn a_damaged_key_is_refused_by_name() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(SIGNING.name), "short").unwrap();
        let error = in_folder(folder.path()).signing_secret().unwrap_err().to_string();
        assert!(error.contains("secret.key") && error.contains("32 bytes"), "{error}");
    }
}
