//! The service from outside: every route, on both databases, with people and clients of our own making.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test stops at the first surprise")]

mod board;
mod bulk;
mod deals;
mod export;
mod moves;
mod own_fields;
mod pipelines;
mod programs;
mod races;
mod rotting;
mod stages;
mod tenancy;
mod world;
mod writers;
