//! The service from outside: mails queued as other services queue them, sent to a server that others wrote
//! (`scripts/with-smtp`) or to one that is played.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test stops at the first surprise")]
#![expect(clippy::print_stderr, reason = "a test says that it tested nothing")]

mod outbox;
mod providers;
mod sending;
mod world;
