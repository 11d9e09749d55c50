use serde_json::json;

use super::*;

/// A workspace as `cargo metadata` describes it; a dependency written `dev:…` is one of tests.
fn found(crates: &[(&str, &[&str])]) -> Vec<String> {
    let dependency = |folder: &&str| {
        let (kind, folder) = match folder.strip_prefix("dev:") {
            Some(folder) => (json!("dev"), folder),
            None => (json!(null), *folder),
        };
        json!({ "name": folder, "kind": kind, "path": format!("/repo/{folder}") })
    };
    let package = |(folder, dependencies): &(&str, &[&str])| {
        let mut all: Vec<Value> = dependencies.iter().map(dependency).collect();
        all.push(json!({ "name": "serde", "kind": null }));
        json!({ "manifest_path": format!("/repo/{folder}/Cargo.toml"), "dependencies": all })
    };
    let packages: Vec<Value> = crates.iter().map(package).collect();
    let metadata = json!({ "workspace_root": "/repo", "packages": packages });
    violations(&super::crates(&metadata).unwrap())
}

#[test]
fn the_house_as_it_is_drawn_keeps_the_rule() {
    let violations = found(&[
        ("platform/kernel", &[]),
        ("contracts", &["platform/kernel"]),
        ("platform/db", &["platform/kernel", "dev:platform/testkit"]),
        ("platform/api", &["platform/kernel", "platform/db"]),
        ("platform/testkit", &["platform/kernel", "platform/db", "server"]),
        ("connectors/smtp", &["platform/kernel"]),
        ("services/crm", &["platform/kernel", "contracts", "platform/db", "connectors/smtp", "dev:platform/testkit"]),
        ("server", &["services/crm", "platform/api", "contracts", "dev:platform/testkit"]),
        ("bench", &["platform/testkit", "server"]),
        ("xtask", &["platform/settings"]),
    ]);
    assert_eq!(violations, Vec::<String>::new());
}

#[test]
fn a_service_on_a_service_is_refused_even_in_tests() {
    for dependency in ["services/identity", "dev:services/identity"] {
        let violations = found(&[("services/crm", &[dependency])]);
        assert_eq!(violations.len(), 1);
        assert!(violations[0].starts_with("services/crm → services/identity: a service never depends on"));
        assert!(violations[0].contains("a port in contracts"));
    }
}

#[test]
fn dependencies_against_the_direction_are_refused() {
    for (own, used) in [
        ("platform/kernel", "platform/db"),
        ("platform/kernel", "dev:platform/testkit"),
        ("contracts", "platform/db"),
        ("contracts", "services/crm"),
        ("platform/db", "contracts"),
        ("platform/db", "services/crm"),
        ("connectors/smtp", "platform/db"),
        ("connectors/smtp", "contracts"),
        ("services/crm", "server"),
        ("services/crm", "xtask"),
        ("server", "bench"),
        ("xtask", "server"),
    ] {
        assert_eq!(found(&[(own, &[used])]).len(), 1, "{own} → {used}");
    }
}

#[test]
fn the_testkit_is_for_tests_and_the_bench_only() {
    for own in ["platform/db", "services/crm", "server", "contracts"] {
        let violations = found(&[(own, &["platform/testkit"])]);
        assert_eq!(violations.len(), 1, "{own}");
        assert!(violations[0].contains("make it a dev-dependency"), "{violations:?}");
        assert!(found(&[(own, &["dev:platform/testkit"])]).is_empty(), "{own}");
    }
    assert!(found(&[("bench", &["platform/testkit"])]).is_empty());
}

#[test]
fn every_violation_is_named() {
    let violations = found(&[("services/crm", &["services/identity", "server"]), ("platform/kernel", &["contracts"])]);
    assert_eq!(violations.len(), 3);
}

#[test]
fn a_crate_outside_the_known_folders_is_refused() {
    let violations = found(&[("tools/thing", &[]), ("services/crm/extra", &[])]);
    assert_eq!(violations.len(), 2);
    assert!(violations[0].starts_with("services/crm/extra: in none of the folders"));
}
