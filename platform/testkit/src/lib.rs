//! Test worlds: a database of its own for each test, on SQLite and – when `RAPPORT_TEST_POSTGRES_URL` names a server –
//! on PostgreSQL – and brokers, where `scripts/with-brokers` has started them. Only tests and benchmarks depend on this crate, so what cannot work panics with its reason.

mod brokers;
mod database;

pub use brokers::{PrivateServer, rabbitmq_vhost, redis_url};
pub use database::{Backend, TestDatabase};

/// Makes two tests of one body: `name::sqlite` and `name::postgres`. The world is opened by `World::open(backend)`,
/// which gives `None` where there is no PostgreSQL to test on.
#[macro_export]
macro_rules! on_both {
    ($(async fn $name:ident($world:ident: $World:ty) $body:block)+) => {$(
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            async fn body($world: $World) $body

            #[tokio::test]
            async fn sqlite() {
                let world = <$World>::open($crate::Backend::Sqlite).await;
                body(world.expect("SQLite is always there")).await;
            }

            #[tokio::test]
            async fn postgres() {
                if let Some(world) = <$World>::open($crate::Backend::Postgres).await {
                    body(world).await;
                }
            }
        }
    )+};
}
