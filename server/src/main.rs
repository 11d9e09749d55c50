//! The `rapport` binary.

use std::process::ExitCode;

use clap::Parser;
use server::commands::{Cli, run};

/// Returns memory to the system sooner than the platform's allocator under many small allocations of many threads.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    match run(Cli::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            #[expect(clippy::print_stderr, reason = "the one line a person at the terminal reads")]
            {
                eprintln!("rapport: {error:#}");
            }
            ExitCode::FAILURE
        }
    }
}
