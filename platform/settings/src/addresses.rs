//! Addresses: web origins and the database. A database address may hold a password, so it is shown without it.

use std::fmt;

use url::Url;

use crate::value::Value;

/// Scheme, host and port exactly as browsers write them in an `Origin` header: `https://crm.example.com`, no slash at
/// the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebOrigin(String);

impl WebOrigin {
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn is_https(&self) -> bool {
        self.0.starts_with("https://")
    }
}

impl fmt::Display for WebOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Value for WebOrigin {
    fn expected() -> String {
        "http:// or https:// with a host and perhaps a port, no path, such as https://crm.example.com".into()
    }

    fn parse(text: &str) -> Option<Self> {
        let url = Url::parse(text).ok()?;
        let bare = url.path() == "/"
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none();
        (bare && matches!(url.scheme(), "http" | "https")).then(|| Self(url.origin().ascii_serialization()))
    }

    fn show(&self) -> String {
        self.0.clone()
    }
}

/// `sqlite:<file>` or `postgres://…`; `Debug` and `Display` mask the password.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseUrl(String);

impl DatabaseUrl {
    /// The whole address, password included.
    pub fn expose(&self) -> &str {
        &self.0
    }

    pub fn is_sqlite(&self) -> bool {
        self.0.starts_with("sqlite:")
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.show())
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.show())
    }
}

impl Value for DatabaseUrl {
    const SECRET: bool = true;

    fn expected() -> String {
        "postgres://user:password@host:port/database or sqlite:file".into()
    }

    fn parse(text: &str) -> Option<Self> {
        if let Some(file) = text.strip_prefix("sqlite:") {
            let file = file.strip_prefix("//").unwrap_or(file);
            // Options such as `?mode=rwc` belong to other tools; taken for a file name they would surprise.
            let is_file = !file.is_empty() && !file.ends_with('/') && !file.contains('?');
            return is_file.then(|| Self(format!("sqlite:{file}")));
        }
        let scheme = Url::parse(text).ok()?.scheme().to_owned();
        matches!(scheme.as_str(), "postgres" | "postgresql").then(|| Self(text.into()))
    }

    fn show(&self) -> String {
        let Ok(mut url) = Url::parse(&self.0) else {
            return "***".into();
        };
        if self.is_sqlite() {
            return self.0.clone();
        }
        if url.password().is_some() && url.set_password(Some("***")).is_err() {
            return "***".into();
        }
        let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
        if pairs.iter().any(|(name, _)| name.contains("password")) {
            let kept = pairs.iter().filter(|(name, _)| !name.contains("password"));
            url.query_pairs_mut().clear().extend_pairs(kept);
        }
        url.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_written_as_browsers_write_it() {
        let shown = |text| WebOrigin::parse(text).map(|origin| origin.to_string());
        assert_eq!(shown("https://CRM.Example.com:443/").as_deref(), Some("https://crm.example.com"));
        assert_eq!(shown("http://localhost:3000").as_deref(), Some("http://localhost:3000"));
        for bad in ["", "*", "crm.example.com", "ftp://a.b", "https://a.b/crm", "https://me@a.b", "https://a.b?x=1"] {
            assert_eq!(shown(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_database_address_hides_its_password() {
        let shown = |text: &str| DatabaseUrl::parse(text).map(|url| format!("{url} {url:?}"));
        let masked = "postgres://crm:***@db:5432/crm?sslmode=require";
        assert_eq!(shown("postgres://crm:tiger@db:5432/crm?sslmode=require"), Some(format!("{masked} {masked}")));
        let in_query = shown("postgresql://db/crm?user=crm&password=tiger").unwrap_or_default();
        assert!(in_query.contains("user=crm") && !in_query.contains("tiger"), "{in_query}");
    }

    #[test]
    fn only_the_two_databases_are_taken() {
        for bad in ["", "mysql://a/b", "rapport.db", "sqlite:", "sqlite://", "sqlite:data/", "sqlite:a?mode=rwc"] {
            assert!(DatabaseUrl::parse(bad).is_none(), "{bad}");
        }
        for (given, taken) in [
            ("sqlite:./data/rapport.db", "sqlite:./data/rapport.db"),
            ("sqlite://data/rapport.db", "sqlite:data/rapport.db"),
            ("sqlite:///var/lib/rapport.db", "sqlite:/var/lib/rapport.db"),
            ("sqlite::memory:", "sqlite::memory:"),
        ] {
            let url = DatabaseUrl::parse(given).unwrap();
            assert!(url.is_sqlite());
            assert_eq!(url.expose(), taken);
        }
    }
}
