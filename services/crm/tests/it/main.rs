//! The service from outside: every route, on both databases, with a directory of our own making.

mod bulk;
mod companies;
mod contacts;
mod history;
mod lists;
mod tenancy;
mod world;
