//! The dependency rule: `kernel ← contracts, platform`, `kernel ← connectors`,
//! `contracts, platform, connectors ← services ← server`, and no service on another. A crate's folder is its layer.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::output_of;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Layer {
    Kernel,
    Contracts,
    Platform,
    Testkit,
    Connector,
    Service,
    Server,
    Bench,
    Xtask,
}

use Layer::{Bench, Connector, Contracts, Kernel, Platform, Server, Service, Testkit, Xtask};

impl Layer {
    /// The layer of a crate in this folder of the workspace.
    fn of(folder: &str) -> Option<Self> {
        let parts: Vec<&str> = folder.split('/').collect();
        Some(match parts.as_slice() {
            ["platform", "kernel"] => Kernel,
            ["platform", "testkit"] => Testkit,
            ["platform", _] => Platform,
            ["contracts"] => Contracts,
            ["connectors", _] => Connector,
            ["services", _] => Service,
            ["server"] => Server,
            ["bench"] => Bench,
            ["xtask"] => Xtask,
            _ => return None,
        })
    }

    /// The layers a crate of this one may depend on.
    fn may_use(self) -> &'static [Self] {
        match self {
            Kernel => &[],
            Contracts | Connector => &[Kernel],
            Platform => &[Kernel, Platform],
            Service => &[Kernel, Contracts, Platform, Connector],
            Server => &[Kernel, Contracts, Platform, Connector, Service],
            Testkit => &[Kernel, Contracts, Platform, Connector, Server],
            Bench => &[Kernel, Contracts, Platform, Connector, Service, Server, Testkit],
            Xtask => &[Platform],
        }
    }

    /// Why, and what to do instead.
    fn rule(self, used: Self) -> &'static str {
        match (self, used) {
            (_, Testkit) => "testkit is for tests: make it a dev-dependency",
            (Kernel, _) => "the kernel depends on no crate of the workspace",
            (Service, Service) => {
                "a service never depends on a service: ask through a port in contracts, or react to its event"
            }
            (Service, Server) => "the server knows the services, not the other way round",
            (Platform, Contracts | Service | Server) => {
                "the platform has no business words: pass them in from the service"
            }
            (Contracts, _) => "contracts import only the kernel: they are what services may know of each other",
            (Connector, _) => "a connector knows the outside world and the kernel, nothing else",
            _ => "dependencies point one way: kernel ← contracts, platform, connectors ← services ← server",
        }
    }
}

/// A crate of the workspace, by its folder, and the folders of those it depends on.
#[derive(Debug)]
struct Crate {
    folder: String,
    dependencies: Vec<Dependency>,
}

#[derive(Debug)]
struct Dependency {
    folder: String,
    dev: bool,
}

pub(crate) fn run(root: &Path) -> Result<()> {
    let args = ["metadata", "--no-deps", "--format-version", "1"];
    let metadata = serde_json::from_str(&output_of("cargo", &args, root)?)?;
    let crates = crates(&metadata)?;
    let violations = violations(&crates);
    if !violations.is_empty() {
        bail!("dependencies that break the rule:\n{}", violations.join("\n"));
    }
    println!("dependencies: {} crates keep the rule", crates.len());
    Ok(())
}

/// The members of the workspace, from the output of `cargo metadata --no-deps`.
fn crates(metadata: &Value) -> Result<Vec<Crate>> {
    let root = metadata["workspace_root"].as_str().context("no workspace_root")?;
    let folder = |path: &str| -> Result<String> {
        let inside = Path::new(path).strip_prefix(root);
        Ok(inside.with_context(|| format!("{path} is outside the workspace"))?.display().to_string())
    };
    let packages = metadata["packages"].as_array().context("no packages")?;
    let mut crates = BTreeMap::new();
    for package in packages {
        let manifest = package["manifest_path"].as_str().context("no manifest_path")?;
        let own = folder(manifest.strip_suffix("/Cargo.toml").unwrap_or(manifest))?;
        let mut dependencies = Vec::new();
        for dependency in package["dependencies"].as_array().context("no dependencies")? {
            if let Some(path) = dependency["path"].as_str() {
                let dev = dependency["kind"] == "dev";
                dependencies.push(Dependency { folder: folder(path)?, dev });
            }
        }
        crates.insert(own.clone(), Crate { folder: own, dependencies });
    }
    Ok(crates.into_values().collect())
}

fn violations(crates: &[Crate]) -> Vec<String> {
    crates.iter().flat_map(violations_of).collect()
}

fn violations_of(own: &Crate) -> Vec<String> {
    let Some(layer) = Layer::of(&own.folder) else {
        return vec![format!("{}: in none of the folders that crates belong to", own.folder)];
    };
    let broken = |dependency: &Dependency| {
        let used = Layer::of(&dependency.folder)?;
        // A connector may be tried against another one that plays the outside world.
        let counterpart = layer == Connector && used == Connector;
        let as_test = dependency.dev && ((used == Testkit && layer != Kernel) || counterpart);
        let allowed = as_test || layer.may_use().contains(&used);
        (!allowed).then(|| format!("{} → {}: {}", own.folder, dependency.folder, layer.rule(used)))
    };
    own.dependencies.iter().filter_map(broken).collect()
}

#[cfg(test)]
mod tests;
