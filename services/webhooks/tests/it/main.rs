//! The service from outside: its routes, its reaction to events, its jobs, and receivers that listen on real sockets.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod deliveries;
mod failing;
mod receiver;
mod webhooks;
mod world;
