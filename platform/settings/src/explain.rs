//! The settings as people read them: the rows of `rapport config` and the text of `env.example`.

use std::fmt::Write;

use crate::load::{DEFAULT_FILE, Loaded, env_name};
use crate::table::TABLE;
use crate::{Origin, Settings};

/// One setting as `rapport config` prints it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub section: &'static str,
    pub key: &'static str,
    pub env: String,
    /// Masked where it is a secret; empty where nothing is set.
    pub value: String,
    pub default: &'static str,
    pub origin: Origin,
    /// The value is masked, or may hold a password that is.
    pub secret: bool,
    pub doc: String,
}

impl Loaded {
    pub fn explain(&self) -> Vec<Row> {
        let rows = TABLE.iter().zip(self.settings.shown());
        rows.map(|(setting, value)| Row {
            section: setting.section,
            key: setting.key,
            env: env_name(setting.key),
            value,
            default: setting.default,
            origin: self.origins.get(setting.key).cloned().unwrap_or(Origin::Default),
            secret: setting.secret,
            doc: doc_lines(setting.doc).collect::<Vec<_>>().join(" "),
        })
        .collect()
    }
}

impl Settings {
    /// Every key, in the order of the table.
    pub fn keys() -> impl Iterator<Item = &'static str> {
        TABLE.iter().map(|setting| setting.key)
    }
}

/// The whole text of `env.example`.
pub fn env_example() -> String {
    let mut text = format!(
        "# The settings of Rapport. None is needed: what stands here are the defaults.\n\
         # Each can also stand in {DEFAULT_FILE} (or the file that RAPPORT_CONFIG names), in small letters and without\n\
         # RAPPORT_, as in: listen = \"0.0.0.0:3000\". The environment wins.\n\
         # `rapport config` prints what is in force and where it came from.\n\
         # Written by `make generated`; change platform/settings/src/table.rs instead.\n"
    );
    let mut section = "";
    for setting in TABLE {
        if setting.section != section {
            section = setting.section;
            let _ = write!(text, "\n# ---- {section} ----\n");
        }
        text.push('\n');
        for line in doc_lines(setting.doc) {
            let _ = writeln!(text, "# {line}");
        }
        if setting.secret {
            text.push_str("# Keep it secret.\n");
        }
        let default = if setting.default.contains('{') { "" } else { setting.default };
        let _ = writeln!(text, "#{}={default}", env_name(setting.key));
    }
    text
}

fn doc_lines(doc: &str) -> impl Iterator<Item = &str> {
    doc.lines().map(str::trim).filter(|line| !line.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Sources;

    #[test]
    fn env_example_names_every_setting_once_and_changes_nothing() {
        let text = env_example();
        for key in Settings::keys() {
            assert_eq!(text.matches(&format!("\n#{}=", env_name(key))).count(), 1, "{key}");
        }
        assert!(text.lines().all(|line| line.is_empty() || line.starts_with('#')));
    }

    #[test]
    fn the_lines_of_env_example_can_be_taken_as_they_stand() {
        let variable = |line: &str| {
            let (name, value) = line.strip_prefix("#RAPPORT_")?.split_once('=')?;
            Some((format!("RAPPORT_{name}"), value.to_owned()))
        };
        let environment: Vec<_> = env_example().lines().filter_map(variable).collect();
        assert_eq!(environment.len(), TABLE.len());
        let loaded = Settings::from_sources(Sources { file: None, environment });
        assert_eq!(loaded.unwrap().settings.shown(), Settings::default().shown());
    }

    #[test]
    fn explain_shows_value_default_and_origin_and_masks_secrets() {
        let environment = [
            ("RAPPORT_JWT_SECRET", "an-unguessable-text-of-32-bytes-or-more"),
            ("RAPPORT_DATABASE_URL", "postgres://crm:tiger@db/crm"),
            ("RAPPORT_WORKERS", "4"),
        ];
        let environment = environment.map(|(name, value)| (name.into(), value.into())).into();
        let loaded = Settings::from_sources(Sources { file: None, environment }).unwrap();
        let rows = loaded.explain();
        let row = |key| rows.iter().find(|row| row.key == key).unwrap();
        assert_eq!(row("jwt_secret").value, "***");
        assert_eq!(row("database_url").value, "postgres://crm:***@db/crm");
        assert_eq!(row("metrics_token").value, "");
        assert!(row("metrics_token").secret && !row("workers").secret);
        let workers = row("workers");
        assert_eq!((workers.value.as_str(), workers.default), ("4", "2"));
        assert_eq!(workers.origin, Origin::Environment);
        assert_eq!(row("listen").origin, Origin::Default);
        assert!(!format!("{rows:?}{loaded:?}").contains("unguessable"));
        assert!(!format!("{rows:?}{loaded:?}").contains("tiger"));
    }
}
