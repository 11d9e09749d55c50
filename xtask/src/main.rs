//! Checks of the code base that no other tool makes: `cargo xtask <check>`. Each check is a module; `.ci/run` runs them.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line tool talks to its caller")]

mod dependencies;
mod generated;
mod sizes;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail, ensure};

const USAGE: &str = "\
cargo xtask dependencies
    Which crate may depend on which: the rule of ARCHITECTURE.md, over `cargo metadata`.
cargo xtask generated [--write] [--rapport <binary>]
    env.example and api/openapi.json are what the code says. --write mends them;
    --rapport names a built binary, otherwise cargo builds one.
cargo xtask sizes
    Names source files that have grown long. Never fails.";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args.as_slice() {
        ["dependencies"] => dependencies::run(&root()?),
        ["generated", options @ ..] => generated::run(&root()?, options),
        ["sizes"] => sizes::run(&root()?),
        ["help" | "--help"] => {
            println!("{USAGE}");
            Ok(())
        }
        _ => bail!("usage:\n{USAGE}"),
    }
}

/// The folder of the workspace that this was called in; not the one it was built in, which may be another clone.
fn root() -> Result<PathBuf> {
    let args = ["locate-project", "--workspace", "--message-format", "plain"];
    let mut manifest = PathBuf::from(output_of("cargo", &args, Path::new("."))?.trim());
    manifest.pop();
    Ok(manifest)
}

/// Runs a program in `folder` and gives what it wrote to standard output.
fn output_of(program: impl AsRef<Path>, args: &[&str], folder: &Path) -> Result<String> {
    let program = program.as_ref();
    let called = format!("{} {}", program.display(), args.join(" "));
    let output = Command::new(program)
        .args(args)
        .current_dir(folder)
        .output()
        .with_context(|| format!("cannot start {called}"))?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{called} failed, {}\n{said}", output.status);
    String::from_utf8(output.stdout).with_context(|| format!("{called} wrote something else than text"))
}
