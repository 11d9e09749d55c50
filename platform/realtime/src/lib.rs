//! What happens, told while it happens: the feed over HTTP, server-sent events and Socket.IO rooms, all from the events
//! in the order of their positions. Whoever was away resumes from the position seen last and misses nothing.
//!
//! One [`Hub::run`] in a process reads the feed and hands each event to the [`Connection`]s of its organization. A
//! connection that falls behind reads on from the database by itself, so nobody holds up the others.

mod connection;
mod http;
mod hub;
mod judged;
mod presence;
mod sockets;

pub use connection::Ended;
pub use http::{Stream, feed_routes, stream_routes};
pub use hub::{Hub, Limits};
pub use judged::{Ends, Judge, JudgeError, Judged, Sight, Who};
pub use sockets::{Sockets, layer};
