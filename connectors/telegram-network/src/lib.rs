#![doc = include_str!("../README.md")]

mod connection;
pub mod control;
mod core;
mod error;
mod faults;
mod files;
mod hub;
mod journal;
mod log;
mod network;
mod people;
mod picture;
mod rpc;
mod srp;
mod view;
mod wire;
pub mod world;

pub use error::NetworkError;
pub use faults::{Fault, FaultRule};
pub use log::{LogEntry, LogLine};
pub use network::{CODE, DC, Network, NewPerson, Options, SeenMessage};
pub use world::{Media, NewPost, Peer};
