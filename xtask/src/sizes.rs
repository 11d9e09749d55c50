//! Source files that have grown long: a place to look, never a failure. The aim is 300 lines for nearly all.

use std::fs;
use std::path::Path;

use anyhow::Result;

use crate::output_of;

const LONG: usize = 400;

pub(crate) fn run(root: &Path) -> Result<()> {
    let args = ["ls-files", "--cached", "--others", "--exclude-standard", "--", "*.rs", "*.ts", "*.tsx"];
    let names = output_of("git", &args, root)?;
    let size = |name: &str| Some((fs::read_to_string(root.join(name)).ok()?.lines().count(), name.to_owned()));
    let mut long: Vec<(usize, String)> =
        names.lines().filter(|name| !is_generated(name)).filter_map(size).filter(|(lines, _)| *lines > LONG).collect();
    long.sort_by(|a, b| b.cmp(a));
    for (lines, name) in &long {
        println!("{lines:>6}  {name}");
    }
    println!("sizes: {} files over {LONG} lines", long.len());
    Ok(())
}

fn is_generated(name: &str) -> bool {
    name.starts_with("web/src/api/gen/") || name.contains(".gen.")
}
