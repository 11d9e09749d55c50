//! Addresses: web origins, the database and what lies between processes. An address may hold a password, so it is shown
//! without it.

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

    /// Whether only this machine finds it.
    pub fn is_local(&self) -> bool {
        let url = Url::parse(&self.0).ok();
        url.as_ref().and_then(Url::host_str).is_some_and(|host| matches!(host, "localhost" | "127.0.0.1" | "[::1]"))
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
        if self.is_sqlite() { self.0.clone() } else { masked(&self.0) }
    }
}

/// The address without its password.
fn masked(text: &str) -> String {
    let Ok(mut url) = Url::parse(text) else {
        return "***".into();
    };
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

macro_rules! server_addresses {
    ($($(#[$doc:meta])* $name:ident = $expected:literal, $($scheme:literal)|+;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq)]
        pub struct $name(String);

        impl $name {
            /// The whole address, password included.
            pub fn expose(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&masked(&self.0))
            }
        }

        impl Value for $name {
            const SECRET: bool = true;

            fn expected() -> String {
                $expected.into()
            }

            fn parse(text: &str) -> Option<Self> {
                let url = Url::parse(text).ok()?;
                (matches!(url.scheme(), $($scheme)|+) && url.has_host()).then(|| Self(text.into()))
            }

            fn show(&self) -> String {
                masked(&self.0)
            }
        }
    )+};
}

server_addresses! {
    /// Of a vhost of RabbitMQ; `Debug` masks the password.
    RabbitMqUrl = "amqp://user:password@host:5672/vhost, or amqps://…", "amqp" | "amqps";
    /// Of the management interface of RabbitMQ; `Debug` masks the password.
    ManagementUrl = "http://user:password@host:15672, or https://…", "http" | "https";
    /// Of a Redis; `Debug` masks the password.
    RedisUrl = "redis://user:password@host:6379/0, or rediss://…", "redis" | "rediss";
    /// Of a bucket of an S3-compatible store; `Debug` masks the key's secret.
    BucketUrl = "s3://key:secret@host/bucket/prefix?region=eu-central-1, or s3+http://…", "s3" | "s3+http";
}

/// What the queues of RabbitMQ are made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QueueType {
    Quorum,
    Classic,
}

impl Value for QueueType {
    fn expected() -> String {
        "quorum or classic".into()
    }

    fn parse(text: &str) -> Option<Self> {
        match text.to_ascii_lowercase().as_str() {
            "quorum" => Some(Self::Quorum),
            "classic" => Some(Self::Classic),
            _ => None,
        }
    }

    fn show(&self) -> String {
        match self {
            Self::Quorum => "quorum",
            Self::Classic => "classic",
        }
        .into()
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
    fn a_broker_address_hides_its_password() {
        let shown = RabbitMqUrl::parse("amqps://crm:tiger@mq:5671/crm").map(|url| format!("{} {url:?}", url.show()));
        assert_eq!(shown.as_deref(), Some("amqps://crm:***@mq:5671/crm amqps://crm:***@mq:5671/crm"));
        assert!(RabbitMqUrl::parse("redis://mq:5671").is_none());
        assert!(RedisUrl::parse("redis:6379").is_none());
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
