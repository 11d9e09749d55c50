//! The table of settings. A line here is all that a new setting takes: its key, its type, its default as one would write
//! it, the range of a number, and the text that `rapport config` and `env.example` show.
//! `{port}` and `{data_dir}` in a default stand for what `listen` and `data_dir` came to.

use std::net::SocketAddr;
use std::path::PathBuf;

use crate::load::Reader;
use crate::value::Value;
use crate::{
    AllowedTarget, BucketUrl, DatabaseUrl, IssuerUrl, LogFilter, LogFormat, MailTransport, ManagementUrl, QueueType,
    RabbitMqUrl, RedisUrl, Region, Secret, SecurityContact, SignUp, WebOrigin,
};

/// What is known of a setting before any value is read.
#[derive(Debug)]
pub(crate) struct Setting {
    pub section: &'static str,
    pub key: &'static str,
    pub default: &'static str,
    pub doc: &'static str,
    pub secret: bool,
}

macro_rules! settings {
    ($($section:literal {$(
        $(#[doc = $doc:literal])+
        $key:ident: $type:ty = $default:literal $(in $range:expr)?;
    )+})+) => {
        /// The settings a process runs with, each checked and typed.
        #[derive(Debug, Clone)]
        pub struct Settings {$($(
            $(#[doc = $doc])+
            pub $key: $type,
        )+)+}

        pub(crate) const TABLE: &[Setting] = &[$($(
            Setting {
                section: $section,
                key: stringify!($key),
                default: $default,
                doc: concat!($($doc, "\n"),+),
                secret: <$type as Value>::SECRET,
            },
        )+)+];

        impl Settings {
            /// Reads every setting, so that the reader meets every problem; `None` when there was one.
            pub(crate) fn read(reader: &mut Reader) -> Option<Self> {
                let mut table = TABLE.iter();
                $($(
                    let $key = reader.value::<$type>(table.next()?, [$($range)?].first().cloned());
                )+)+
                Some(Self { $($($key: $key?,)+)+ })
            }

            /// The values as text, in the order of the table, secrets masked.
            pub(crate) fn shown(&self) -> Vec<String> {
                vec![$($(self.$key.show(),)+)+]
            }
        }
    };
}

settings! {
    "Server" {
        /// Address and port the server listens on. 0.0.0.0:3000 listens on every network interface.
        listen: SocketAddr = "127.0.0.1:3000";
        /// The address under which people open Rapport; links and sign-in cookies are made for it.
        /// Without it: `http://localhost` and the port of `listen`.
        public_url: WebOrigin = "http://localhost:{port}";
        /// Other web addresses whose pages may call the API from a browser, separated by commas.
        cors_origins: Vec<WebOrigin> = "";
        /// Take the caller's address from X-Forwarded-For. Only behind a reverse proxy that sets it.
        trust_proxy: bool = "false";
        /// The longest a request may take before it is answered with 503.
        request_timeout_seconds: u32 = "30" in 1..=3600;
        /// How long a stopping server waits for requests and jobs in progress.
        shutdown_grace_seconds: u32 = "15" in 0..=600;
    }
    "Storage" {
        /// Folder for everything Rapport keeps: the embedded database, files, the signing key.
        data_dir: PathBuf = "./data";
        /// Database: `postgres://user:password@host:port/database`, or `sqlite:` and a file.
        /// Without it: SQLite in the file rapport.db of `data_dir`.
        database_url: DatabaseUrl = "sqlite:{data_dir}/rapport.db";
        /// Connections to the database that one process opens at most.
        db_max_connections: u32 = "8" in 1..=1000;
        /// Bucket for files of messages and documents: `s3://key:secret@host/bucket/prefix?region=eu-central-1`, with
        /// s3+http:// for a store without TLS. Without it: the folder files of `data_dir`.
        files_url: Option<BucketUrl> = "";
    }
    "Several processes" {
        /// RabbitMQ, which carries events to the processes that react to them: `amqp://user:password@host:5672/vhost`.
        /// Only with PostgreSQL. Without it: one process at a time reacts.
        rabbitmq_url: Option<RabbitMqUrl> = "";
        /// What its queues are made of: quorum (replicated over a cluster) or classic. Queues that exist stay as they are.
        rabbitmq_queues: QueueType = "quorum";
        /// Its management interface, `http://user:password@host:15672`: `rapport bootstrap` makes the vhost by it.
        rabbitmq_management_url: Option<ManagementUrl> = "";
        /// Redis, by which processes count requests together, wake each other and tell who is where:
        /// `redis://user:password@host:6379/0`. Without it: each process counts for itself and looks for news itself.
        redis_url: Option<RedisUrl> = "";
    }
    "Secrets at rest" {
        /// Keys that seal secrets in the database (of webhooks, of connections), each at least 32 bytes, separated by commas.
        /// The first seals, all open: to change the key, put a new one in front. Processes that serve one installation share
        /// them. Without it: made once and kept in the file vault.key of `data_dir`.
        vault_keys: Vec<Secret<32>> = "";
    }
    "Logs and metrics" {
        /// What is logged: error, warn, info, debug or trace; single targets as in info,sqlx=debug.
        log_level: LogFilter = "info";
        /// json for one object per line, text for people, auto for text on a terminal and json elsewhere.
        log_format: LogFormat = "auto";
        /// Bearer token that GET /metrics asks for. Without it: /metrics answers only callers on the same machine.
        metrics_token: Option<Secret> = "";
    }
    "Sign-in" {
        /// Who may make an account: open for anybody, who founds an organization with it; invited for those alone who are
        /// asked to join one. The very first account can always be made.
        sign_up: SignUp = "open";
        /// Key that signs access tokens, at least 32 bytes. Processes that serve one installation share it.
        /// Without it: made once and kept in the file secret.key of `data_dir`.
        jwt_secret: Option<Secret<32>> = "";
        /// Issuer written into access tokens and demanded of them.
        jwt_issuer: String = "rapport";
        /// Audience written into access tokens and demanded of them.
        jwt_audience: String = "rapport";
        /// Life of an access token.
        access_token_ttl_seconds: u32 = "900" in 60..=86_400;
        /// Life of a refresh token that is not used.
        refresh_token_ttl_days: u32 = "30" in 1..=365;
        /// Life of a browser session that is not used.
        session_ttl_days: u32 = "30" in 1..=365;
        /// Longest life of a session of either kind, however much it is used: one signs in anew after it.
        session_max_age_days: u32 = "30" in 1..=365;
        /// Whom to tell of a vulnerability of this installation: `mailto:security@example.com`, or an https:// address.
        /// `/.well-known/security.txt` says it. Without it: there is no such file.
        security_contact: Option<SecurityContact> = "";
    }
    "Sign-in through others" {
        /// Client of Google (console.cloud.google.com, OAuth client of a web application). Each service here is told the
        /// address to come back to: `public_url` and /auth/google, /auth/github, /auth/oidc or /auth/telegram.
        google_client_id: Option<String> = "";
        /// Its secret.
        google_client_secret: Option<Secret> = "";
        /// Client of GitHub (Developer settings, OAuth apps).
        github_client_id: Option<String> = "";
        /// Its secret.
        github_client_secret: Option<Secret> = "";
        /// Where GitHub is: itself, or a GitHub Enterprise Server.
        github_url: WebOrigin = "https://github.com";
        /// Any other issuer of OpenID Connect, such as a Keycloak: `https://id.example.com/realms/crm`, as it names itself.
        /// It may be in a private network.
        oidc_issuer: Option<IssuerUrl> = "";
        /// Our client there.
        oidc_client_id: Option<String> = "";
        /// Its secret. Without it: a public client, held by PKCE alone.
        oidc_client_secret: Option<Secret> = "";
        /// What the button says. Without it: the host of `oidc_issuer`.
        oidc_name: Option<String> = "";
        /// PEM file with the certificate of an authority of one's own that vouches for `oidc_issuer`, besides the public ones
        /// and for it alone. Read at start.
        oidc_ca: Option<String> = "";
        /// Token of the bot of Telegram Login (`BotFather`, /setdomain with the host of `public_url`).
        telegram_login_token: Option<Secret> = "";
    }
    "Limits" {
        /// The largest request body, imports apart.
        body_limit_bytes: usize = "1048576" in 1024..=1_073_741_824;
        /// The largest file that can be imported.
        import_limit_bytes: usize = "536870912" in 1024..=1_099_511_627_776;
        /// Sign-up, sign-in and token requests of one address in 15 minutes.
        rate_limit_auth_per_15min: u32 = "100" in 1..=4_000_000_000;
        /// Reading requests of one caller in a minute.
        rate_limit_read_per_minute: u32 = "6000" in 1..=4_000_000_000;
        /// Writing requests of one caller in a minute.
        rate_limit_write_per_minute: u32 = "1200" in 1..=4_000_000_000;
        /// Heavy requests (imports, exports, bulk changes) of one caller in a minute.
        rate_limit_heavy_per_minute: u32 = "60" in 1..=4_000_000_000;
        /// Live connections (sockets and streams) of one organization with one process; a new one closes the one idle longest.
        max_connections_per_org: usize = "1000" in 1..=1_000_000;
        /// Messages that one socket may send in a minute.
        socket_messages_per_minute: u32 = "240" in 1..=100_000;
    }
    "Outgoing requests" {
        /// Hosts and networks that webhooks and web push may be sent to though they are not on the public internet, and
        /// without https: names, addresses and networks as in localhost,192.168.1.5,10.0.0.0/8, separated by commas.
        /// Without it: only public addresses, and https.
        outbound_allow: Vec<AllowedTarget> = "";
    }
    "Mail" {
        /// How mail leaves: smtp, sendgrid, mailgun, resend; or outbox, which keeps it to be looked at and sends nothing. The
        /// outbox is for development only: whoever administers an organization reads in it what lets its members in.
        /// Without it: outbox where `public_url` is on localhost, and no mail at all elsewhere.
        mail_transport: Option<MailTransport> = "";
        /// Whom mail comes from: an address, or a name and an address as in `Rapport <crm@example.com>`.
        mail_from: String = "Rapport <rapport@localhost>";
        /// The server for smtp: `smtps://user:password@host:465`, or `smtp://user:password@host:587` with STARTTLS, which is
        /// demanded unless ?tls=none is added. ?ca=/path.pem trusts a certificate of one's own.
        mail_smtp_url: Option<Secret> = "";
        /// Key for the API of sendgrid, mailgun or resend.
        mail_api_key: Option<Secret> = "";
        /// Where that API is, if not where the provider has it: for Mailgun in Europe `https://api.eu.mailgun.net`.
        mail_api_url: Option<WebOrigin> = "";
        /// The domain that mailgun sends for.
        mail_domain: Option<String> = "";
    }
    "Messengers" {
        /// Number of the app that accounts of Telegram sign in as (my.telegram.org). Without it: whoever connects an account
        /// gives one.
        telegram_api_id: Option<u32> = "" in 1..=2_147_483_647;
        /// The hash that goes with it.
        telegram_api_hash: Option<Secret<32>> = "";
        /// Whether accounts of the sandbox can be connected: a network inside the server, with people who are played.
        /// Without it: with SQLite only.
        sandbox: Option<bool> = "";
        /// For development and tests: where the sandbox takes commands when it is a process of its own
        /// (`telegram-network --control 127.0.0.1:4431`). Whoever listens there decides who signs in.
        /// Without it: inside the server.
        sandbox_server: Option<SocketAddr> = "";
        /// Whether accounts can be ordered from a provider. None comes with Rapport, and bought accounts may break the rules
        /// of Telegram.
        account_orders: bool = "false";
    }
    "Work" {
        /// Background jobs (imports, bulk changes) that one process runs at the same time.
        workers: usize = "2" in 1..=256;
        /// How long events can be read again, by clients that were away and by integrations. Histories of records stay.
        events_kept_days: u32 = "90" in 1..=36_500;
        /// Country whose numbers are meant where a phone number has no country code: two letters as in US or DE.
        /// Without it: such numbers are refused, Russian ones written with a leading 8 apart.
        phone_region: Option<Region> = "";
    }
}
