//! Durable jobs: enqueued in the transaction that wants them, run under a lease that a dead worker loses, tried again
//! with back-off, set aside (dead letter) when they keep failing. At least once: a job must be able to go on from where
//! an earlier attempt stopped.

mod lease;
mod queue;
mod runner;
mod schedule;

use db::Migration;

pub use lease::Lease;
pub use queue::{NewJob, enqueue, enqueue_at, forget_done};
pub use runner::{Context, JobError, Runner, Work};
pub use schedule::{Organizations, Schedule, Schedules};

pub const MIGRATIONS: &[Migration] = &[
    Migration { name: "jobs_0001_jobs", sql: include_str!("../migrations/0001_jobs.sql") },
    Migration { name: "jobs_0002_leases", sql: include_str!("../migrations/0002_leases.sql") },
    Migration { name: "jobs_0003_schedules", sql: include_str!("../migrations/0003_schedules.sql") },
];
