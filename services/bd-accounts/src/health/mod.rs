//! How well accounts are, and what happened to them.

pub mod facts;
pub mod http;
pub mod score;
pub mod timeline;
