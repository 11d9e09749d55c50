//! The service from outside: every route, on both databases, with a directory of our own making.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test stops at the first surprise")]

mod audience;
mod bulk;
mod companies;
mod contacts;
mod deals;
mod distribution;
mod duplicates;
mod history;
mod lists;
mod merge;
mod own_fields;
mod tenancy;
mod views;
mod world;
