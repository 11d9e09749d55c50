use super::*;

fn load(file: &str, environment: &[(&str, &str)]) -> Result<Loaded, Vec<Problem>> {
    Settings::from_sources(Sources {
        file: (!file.is_empty()).then(|| ("rapport.toml".into(), file.into())),
        environment: environment.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect(),
    })
}

/// The problems as people read them.
fn refused(file: &str, environment: &[(&str, &str)]) -> Vec<String> {
    load(file, environment).unwrap_err().iter().map(Problem::to_string).collect()
}

#[test]
fn nothing_configured_gives_the_defaults() {
    let settings = load("", &[("PATH", "/bin")]).unwrap().settings;
    assert_eq!(settings.listen.to_string(), "127.0.0.1:3000");
    assert_eq!(settings.public_url.as_str(), "http://localhost:3000");
    assert_eq!(settings.database_url.expose(), "sqlite:./data/rapport.db");
    assert_eq!(settings.cors_origins, []);
    assert_eq!(settings.jwt_secret, None);
    assert_eq!(settings.phone_region, None);
    assert_eq!(settings.workers, 2);
}

#[test]
fn the_environment_wins_over_the_file_and_the_file_over_the_default() {
    let file = "# ours\nworkers = 3\ndb_max_connections = 5\n";
    let loaded = load(file, &[("RAPPORT_WORKERS", "4")]).unwrap();
    let settings = &loaded.settings;
    assert_eq!((settings.workers, settings.db_max_connections), (4, 5));
    assert_eq!(loaded.origins["workers"], Origin::Environment);
    let line_3 = Origin::File { path: "rapport.toml".into(), line: 3 };
    assert_eq!(loaded.origins["db_max_connections"], line_3);
    assert_eq!(loaded.origins["listen"], Origin::Default);
}

#[test]
fn derived_defaults_follow_what_they_derive_from() {
    let settings = load("data_dir = 'a#b'", &[("RAPPORT_LISTEN", "[::]:8080")]).unwrap().settings;
    assert_eq!(settings.public_url.as_str(), "http://localhost:8080");
    assert_eq!(settings.database_url.expose(), "sqlite:a#b/rapport.db");
}

#[test]
fn the_file_may_use_the_types_of_toml() {
    let file = "trust_proxy = true\nworkers = 1_0\ncors_origins = ['https://a.test', 'https://b.test']";
    let settings = load(file, &[]).unwrap().settings;
    assert!(settings.trust_proxy);
    assert_eq!(settings.workers, 10);
    assert_eq!(settings.cors_origins.len(), 2);
}

#[test]
fn an_empty_value_counts_as_not_given() {
    let environment = [("RAPPORT_DATABASE_URL", ""), ("RAPPORT_WORKERS", " ")];
    let loaded = load("workers = 3", &environment).unwrap();
    assert_eq!(loaded.settings.workers, 3);
    assert!(loaded.settings.database_url.is_sqlite());
}

#[test]
fn an_unknown_key_is_refused_with_its_place_and_the_nearest_known_one() {
    let file = "workers = 2\nlog-level = 'debug'\n\n[smtp]\nhost = 'x'\n";
    assert_eq!(
        refused(file, &[("RAPPORT_DATABSE_URL", "x"), ("RAPPORT_Workers", "1")]),
        [
            "rapport.toml:2: there is no setting log-level; did you mean log_level?",
            "rapport.toml:4: there is no setting smtp; `rapport config` lists them",
            "environment: there is no setting RAPPORT_DATABSE_URL; did you mean RAPPORT_DATABASE_URL?",
            "environment: there is no setting RAPPORT_Workers; did you mean RAPPORT_WORKERS?",
        ]
    );
}

#[test]
fn every_wrong_value_is_named_with_its_place_and_what_is_expected() {
    let file = "workers = 'many'\nlog_format = 'xml'\nlisten = {}\n";
    let environment = [("RAPPORT_DB_MAX_CONNECTIONS", "0"), ("RAPPORT_TRUST_PROXY", "perhaps")];
    assert_eq!(
        refused(file, &environment),
        [
            "rapport.toml:3: listen is wrong: expected one value, found a table",
            "environment: RAPPORT_TRUST_PROXY = \"perhaps\" is wrong: expected true or false",
            "environment: RAPPORT_DB_MAX_CONNECTIONS = \"0\" is wrong: expected a whole number from 1 to 1000",
            "rapport.toml:2: log_format = \"xml\" is wrong: expected auto, json or text",
            "rapport.toml:1: workers = \"many\" is wrong: expected a whole number from 1 to 256",
        ]
    );
}

#[test]
fn a_wrong_secret_is_refused_without_being_shown() {
    let environment = [("RAPPORT_JWT_SECRET", "tiger"), ("RAPPORT_DATABASE_URL", "mysql://crm:tiger@db/crm")];
    let problems = refused("", &environment);
    assert_eq!(problems.len(), 2);
    assert!(problems[1].ends_with("RAPPORT_JWT_SECRET is wrong: expected at least 32 bytes"));
    assert!(!problems.concat().contains("tiger"));
}

#[test]
fn a_file_that_is_no_toml_is_named_beside_the_other_problems() {
    let file = "workers = 2\njwt_secret = \"tiger";
    let problems = refused(file, &[("RAPPORT_LISTEN", "here")]);
    assert_eq!(problems.len(), 2);
    assert!(problems[0].starts_with("rapport.toml: cannot be read: "), "{}", problems[0]);
    assert!(problems[0].contains("line 2"), "{}", problems[0]);
    assert!(!problems[0].contains("tiger"), "{}", problems[0]);
    assert!(problems[1].contains("RAPPORT_LISTEN = \"here\""), "{}", problems[1]);
}

#[test]
fn what_kubernetes_and_the_test_suite_set_is_let_alone() {
    let environment = [
        ("RAPPORT_SERVICE_HOST", "10.0.0.7"),
        ("RAPPORT_SERVICE_PORT_HTTP", "3000"),
        ("RAPPORT_PORT", "tcp://10.0.0.7:3000"),
        ("RAPPORT_PORT_3000_TCP_ADDR", "10.0.0.7"),
        ("RAPPORT_API_PORT", "tcp://10.0.0.8:3000"),
        ("RAPPORT_TEST_POSTGRES_URL", "postgres://localhost/postgres"),
        ("RAPPORT_CONFIG", "elsewhere.toml"),
    ];
    assert!(load("", &environment).is_ok());
    assert_eq!(refused("", &[("RAPPORT_PORT", "3000")]).len(), 1);
}

#[test]
fn a_named_file_must_exist() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ours.toml");
    let missing = Settings::load(Some(&path)).unwrap_err();
    assert!(matches!(&missing[..], [Problem::Unreadable { path: named, .. }] if named == &path));
    std::fs::write(&path, "workers = 7").unwrap();
    assert_eq!(Settings::load(Some(&path)).unwrap().settings.workers, 7);
}
