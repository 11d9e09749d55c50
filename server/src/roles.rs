//! What a process does. One does everything; several share the work over one PostgreSQL.

use clap::ValueEnum;

/// A part of the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Role {
    /// Answers requests, and serves the web app
    Api,
    /// Hands on events, runs jobs and keeps house
    Worker,
    /// Keeps sockets and streams
    Realtime,
}

/// The parts of one process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Roles {
    pub api: bool,
    pub worker: bool,
    pub realtime: bool,
}

impl Roles {
    /// What an embedded database asks for.
    pub const ALL: Self = Self { api: true, worker: true, realtime: true };

    /// These; all of them when none is named.
    pub fn of(named: &[Role]) -> Self {
        let has = |role| named.is_empty() || named.contains(&role);
        Self { api: has(Role::Api), worker: has(Role::Worker), realtime: has(Role::Realtime) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn none_named_means_all() {
        assert_eq!(Roles::of(&[]), Roles::ALL);
        assert_eq!(Roles::of(&[Role::Worker]), Roles { api: false, worker: true, realtime: false });
    }
}
