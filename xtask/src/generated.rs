//! Files that the code writes must be what the code says now. `--write` (or `make generated`) mends them.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::output_of;

const ENV_EXAMPLE: &str = "env.example";
const OPENAPI: &str = "api/openapi.json";

pub(crate) fn run(root: &Path, options: &[&str]) -> Result<()> {
    let (write, binary) = match options {
        [] => (false, None),
        ["--write"] => (true, None),
        ["--rapport", binary] => (false, Some(*binary)),
        ["--write", "--rapport", binary] | ["--rapport", binary, "--write"] => (true, Some(*binary)),
        _ => bail!("usage: cargo xtask generated [--write] [--rapport <binary>]"),
    };
    let openapi = match binary {
        Some(binary) => output_of(fs::canonicalize(binary).context(binary.to_owned())?, &["openapi"], root)?,
        None => output_of("cargo", &["run", "--quiet", "--bin", "rapport", "--", "openapi"], root)?,
    };
    let files = [(ENV_EXAMPLE, settings::env_example()), (OPENAPI, openapi)];
    if write { mend(root, &files) } else { compare(root, &files) }
}

fn mend(root: &Path, files: &[(&str, String)]) -> Result<()> {
    for (name, wanted) in files {
        let path = root.join(name);
        // Left alone when it is right, so that nothing built from it is built again.
        if fs::read_to_string(&path).is_ok_and(|found| &found == wanted) {
            println!("generated: {name} is current");
            continue;
        }
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&path, wanted).with_context(|| format!("cannot write {name}"))?;
        println!("generated: {name} written");
    }
    Ok(())
}

fn compare(root: &Path, files: &[(&str, String)]) -> Result<()> {
    let mut stale = Vec::new();
    for (name, wanted) in files {
        let found = fs::read_to_string(root.join(name)).unwrap_or_default();
        if let Some(difference) = first_difference(&found, wanted) {
            stale.push(format!("{name} is not what the code says; {difference}"));
        }
    }
    if !stale.is_empty() {
        bail!("{}\n`make generated` writes them again", stale.join("\n"));
    }
    println!("generated: {} files are current", files.len());
    Ok(())
}

fn first_difference(found: &str, wanted: &str) -> Option<String> {
    if found == wanted {
        return None;
    }
    let mut pairs = found.lines().zip(wanted.lines()).enumerate();
    Some(match pairs.find(|(_, (found, wanted))| found != wanted) {
        Some((index, (found, wanted))) => {
            format!("line {}:\n  the file: {found}\n  the code: {wanted}", index + 1)
        }
        None => format!("it has {} lines, the code gives {}", found.lines().count(), wanted.lines().count()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_difference_is_shown() {
        assert_eq!(first_difference("a\nb\n", "a\nb\n"), None);
        let inside = first_difference("a\nb\nc\n", "a\nX\nc\n").unwrap();
        assert_eq!(inside, "line 2:\n  the file: b\n  the code: X");
        let at_the_end = first_difference("a\n", "a\nb\n").unwrap();
        assert_eq!(at_the_end, "it has 1 lines, the code gives 2");
    }

    #[test]
    fn mending_makes_the_comparison_pass() {
        let root = std::env::temp_dir().join(format!("rapport-xtask-{}", std::process::id()));
        let files = [("env.example", "A=1\n".to_owned()), ("api/openapi.json", "{}".to_owned())];
        fs::create_dir_all(&root).unwrap();
        let before = compare(&root, &files).unwrap_err().to_string();
        assert!(before.contains("env.example") && before.contains("api/openapi.json"), "{before}");
        assert!(before.contains("make generated"), "{before}");
        mend(&root, &files).unwrap();
        compare(&root, &files).unwrap();
        fs::remove_dir_all(&root).unwrap();
    }
}
