//! Every setting of the product, in one table: `table.rs`. Sources, weakest first: the defaults, the file `rapport.toml`,
//! the environment `RAPPORT_*`. This is the only crate that reads the environment.

mod addresses;
mod contact;
mod explain;
mod issuers;
mod keys;
mod load;
mod logs;
mod mail;
mod problem;
mod secret;
mod sign_up;
mod table;
mod targets;
mod value;

pub use addresses::{BucketUrl, DatabaseUrl, ManagementUrl, QueueType, RabbitMqUrl, RedisUrl, WebOrigin};
pub use contact::SecurityContact;
pub use explain::{Row, env_example};
pub use issuers::IssuerUrl;
pub use load::{DEFAULT_FILE, Loaded, Sources, test_postgres_url, test_variable};
pub use logs::{LogFilter, LogFormat};
pub use mail::MailTransport;
pub use problem::{Origin, Problem};
pub use secret::Secret;
pub use sign_up::SignUp;
pub use table::Settings;
pub use targets::AllowedTarget;
pub use value::Region;
