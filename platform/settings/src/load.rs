//! Puts the sources together: defaults, then the file, then the environment. An empty value counts as not given.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use toml::Spanned;

use crate::problem::{name_in, nearest_key};
use crate::table::{Setting, TABLE};
use crate::value::Value;
use crate::{Origin, Problem, Settings};

/// The file that is read where no other is named, if it is there.
pub const DEFAULT_FILE: &str = "rapport.toml";

const PREFIX: &str = "RAPPORT_";
const CONFIG: &str = "RAPPORT_CONFIG";
/// What the test suite is told; no concern of a running server.
const TEST_PREFIX: &str = "RAPPORT_TEST_";

/// The settings and where each came from.
#[derive(Debug, Clone)]
pub struct Loaded {
    pub settings: Settings,
    pub origins: BTreeMap<&'static str, Origin>,
}

/// What settings are read from: a file with its text, and the variables of the environment.
#[derive(Debug, Default)]
pub struct Sources {
    pub file: Option<(PathBuf, String)>,
    pub environment: Vec<(String, String)>,
}

impl Settings {
    /// Reads the file (`config`, else `RAPPORT_CONFIG`, else `rapport.toml` if there is one) and the environment.
    ///
    /// # Errors
    /// Everything that is wrong, at once.
    pub fn load(config: Option<&Path>) -> Result<Loaded, Vec<Problem>> {
        let environment = environment();
        let named = config.map(Path::to_path_buf).or_else(|| {
            let found = environment.iter().find(|(name, value)| name == CONFIG && !value.is_empty());
            found.map(|(_, path)| path.into())
        });
        let (file, unreadable) = match read_file(named) {
            Ok(file) => (file, None),
            Err(problem) => (None, Some(problem)),
        };
        let loaded = Self::from_sources(Sources { file, environment });
        match (loaded, unreadable) {
            (loaded, None) => loaded,
            (Ok(_), Some(problem)) => Err(vec![problem]),
            (Err(others), Some(problem)) => Err([vec![problem], others].concat()),
        }
    }

    /// The same over given sources; touches neither files nor the environment.
    ///
    /// # Errors
    /// Everything that is wrong, at once.
    pub fn from_sources(sources: Sources) -> Result<Loaded, Vec<Problem>> {
        let mut reader = Reader::default();
        if let Some((path, text)) = sources.file {
            reader.take_file(&path, &text);
        }
        reader.take_environment(sources.environment);
        let settings = Self::read(&mut reader);
        match settings {
            Some(settings) if reader.problems.is_empty() => Ok(Loaded { settings, origins: reader.origins }),
            _ => Err(reader.problems),
        }
    }
}

impl Default for Settings {
    #[expect(clippy::expect_used, reason = "the defaults are constants and a test reads them all")]
    fn default() -> Self {
        Self::from_sources(Sources::default()).expect("the defaults are valid").settings
    }
}

/// What the test suite is told in `RAPPORT_TEST_<name>`, such as the PostgreSQL server that tests may make databases on.
pub fn test_variable(name: &str) -> Option<String> {
    let name = format!("{TEST_PREFIX}{name}");
    environment().into_iter().find(|(other, _)| *other == name).map(|(_, value)| value)
}

/// The PostgreSQL server that tests may make databases on.
pub fn test_postgres_url() -> Option<String> {
    test_variable("POSTGRES_URL")
}

pub(crate) fn env_name(key: &str) -> String {
    format!("{PREFIX}{}", key.to_ascii_uppercase())
}

#[expect(clippy::disallowed_methods, reason = "the one place where the environment is read")]
fn environment() -> Vec<(String, String)> {
    let text = |text: std::ffi::OsString| text.to_string_lossy().into_owned();
    let mut variables: Vec<_> = std::env::vars_os().map(|(name, value)| (text(name), text(value))).collect();
    variables.sort();
    variables
}

fn read_file(named: Option<PathBuf>) -> Result<Option<(PathBuf, String)>, Problem> {
    let optional = named.is_none();
    let path = named.unwrap_or_else(|| DEFAULT_FILE.into());
    match std::fs::read_to_string(&path) {
        Ok(text) => Ok(Some((path, text))),
        Err(error) if optional && error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Problem::Unreadable { path, reason: error.to_string() }),
    }
}

/// Gathers what the sources give and hands out the settings one by one, keeping every problem it meets.
#[derive(Default)]
pub(crate) struct Reader {
    given: BTreeMap<&'static str, (Origin, String)>,
    origins: BTreeMap<&'static str, Origin>,
    problems: Vec<Problem>,
    port: Option<u16>,
    data_dir: Option<String>,
}

impl Reader {
    fn take_file(&mut self, path: &Path, text: &str) {
        let entries: BTreeMap<Spanned<String>, toml::Value> = match toml::from_str(text) {
            Ok(entries) => entries,
            Err(error) => {
                // Not the whole text of the error: it quotes the line, and the line may hold a secret.
                let line = line_of(text, error.span().map_or(0, |span| span.start));
                let reason = format!("line {line}: {}", error.message());
                return self.problems.push(Problem::Unreadable { path: path.into(), reason });
            }
        };
        for (name, value) in entries {
            let line = line_of(text, name.span().start);
            let origin = Origin::File { path: path.into(), line };
            let name = name.into_inner();
            match known(&name) {
                Some(key) => self.take_file_value(key, origin, &value),
                None => self.refuse(name, origin),
            }
        }
    }

    fn take_file_value(&mut self, setting: &'static Setting, origin: Origin, value: &toml::Value) {
        match file_text(value) {
            Some(text) => self.take(setting.key, origin, &text),
            None => self.problems.push(Problem::Wrong {
                name: setting.key.into(),
                origin,
                found: None,
                expected: format!("one value, found a {}", value.type_str()),
            }),
        }
    }

    fn take_environment(&mut self, variables: Vec<(String, String)>) {
        for (name, value) in variables {
            let Some(key) = name.strip_prefix(PREFIX) else {
                continue;
            };
            if name == CONFIG || name.starts_with(TEST_PREFIX) || is_service_link(key, &value) {
                continue;
            }
            let setting = known(&key.to_ascii_lowercase()).filter(|s| env_name(s.key) == name);
            match setting {
                Some(setting) => self.take(setting.key, Origin::Environment, &value),
                None => self.refuse(name, Origin::Environment),
            }
        }
    }

    fn take(&mut self, key: &'static str, origin: Origin, text: &str) {
        if !text.trim().is_empty() {
            self.given.insert(key, (origin, text.trim().into()));
        }
    }

    fn refuse(&mut self, name: String, origin: Origin) {
        let nearest = nearest_key(&name).map(|key| name_in(&origin, key));
        self.problems.push(Problem::Unknown { name, origin, nearest });
    }

    /// The value of one setting; `None` leaves a problem behind.
    pub(crate) fn value<T: Value>(
        &mut self,
        setting: &'static Setting,
        range: Option<RangeInclusive<u64>>,
    ) -> Option<T> {
        let default = || (Origin::Default, self.default_text(setting));
        let (origin, text) = self.given.get(setting.key).cloned().unwrap_or_else(default);
        let in_range = |value: &T| match (&range, value.number()) {
            (Some(range), Some(number)) => range.contains(&number),
            _ => true,
        };
        let value = T::parse(&text).filter(in_range);
        if let Some(value) = &value {
            self.remember(setting.key, &value.show());
            self.origins.insert(setting.key, origin);
        } else {
            let bounds = range.map(|r| format!(" from {} to {}", r.start(), r.end()));
            self.problems.push(Problem::Wrong {
                name: name_in(&origin, setting.key),
                found: (!T::SECRET).then_some(text),
                expected: T::expected() + &bounds.unwrap_or_default(),
                origin,
            });
        }
        value
    }

    fn remember(&mut self, key: &str, shown: &str) {
        match key {
            "listen" => self.port = shown.rsplit(':').next().and_then(|port| port.parse().ok()),
            "data_dir" => self.data_dir = Some(shown.into()),
            _ => {}
        }
    }

    fn default_text(&self, setting: &Setting) -> String {
        let port = self.port.map(|port| port.to_string());
        setting
            .default
            .replace("{port}", port.as_deref().unwrap_or("3000"))
            .replace("{data_dir}", self.data_dir.as_deref().unwrap_or("."))
    }
}

fn line_of(text: &str, position: usize) -> usize {
    1 + text.get(..position).map_or(0, |before| before.matches('\n').count())
}

fn known(key: &str) -> Option<&'static Setting> {
    TABLE.iter().find(|setting| setting.key == key)
}

/// A value of the file as one would write it in the environment; a list becomes its items with commas between.
fn file_text(value: &toml::Value) -> Option<String> {
    match value {
        toml::Value::String(text) => Some(text.clone()),
        toml::Value::Table(_) => None,
        toml::Value::Array(items) => {
            items.iter().map(file_text).collect::<Option<Vec<_>>>().map(|items| items.join(","))
        }
        scalar => Some(scalar.to_string()),
    }
}

/// Kubernetes tells every pod of a namespace about a Service called `rapport` (or `rapport-…`) through variables such as
/// `RAPPORT_SERVICE_HOST` and `RAPPORT_PORT=tcp://…`; they are not settings and not mistakes.
fn is_service_link(key: &str, value: &str) -> bool {
    let is_address = ["tcp://", "udp://", "sctp://"].iter().any(|scheme| value.starts_with(scheme));
    let of_service = key.ends_with("SERVICE_HOST") || key.contains("SERVICE_PORT");
    let of_port = key.contains("PORT_") && ["_TCP", "_UDP", "_SCTP"].iter().any(|p| key.contains(p));
    of_service || of_port || (key.ends_with("PORT") && is_address)
}

#[cfg(test)]
mod tests;
