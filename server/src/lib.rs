//! Puts the services together: the only crate that knows them all. `compose` builds the application, `router` its HTTP
//! surface, `subscriptions` the reaction graph, `commands` what the `rapport` binary does.

mod audience;
pub mod commands;
pub mod compose;
mod documents;
mod federation;
mod files;
mod health;
mod mail;
mod rehearsals;
mod roles;
mod router;
mod security_txt;
mod serve;
mod subscriptions;
mod web_app;
