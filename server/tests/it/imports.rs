//! Importing files as people have them: every row accounted for, taken back without a trace, and no row doubled by a
//! restart.

use axum::{
    body::Body,
    http::{Method, StatusCode},
};
use identity::Role;
use serde_json::{Value, json};
use testkit::on_both;

use crate::world::{Answer, Client, World};

/// Sample exports: name, content, rows, how many of them are refused.
const FILES: [(&str, &[u8], i64, i64); 8] = [
    ("google_contacts.csv", include_bytes!("../../../services/crm/tests/data/csv/google_contacts.csv"), 60, 0),
    (
        "linkedin_connections.csv",
        include_bytes!("../../../services/crm/tests/data/csv/linkedin_connections.csv"),
        80,
        0,
    ),
    ("outlook.csv", include_bytes!("../../../services/crm/tests/data/csv/outlook.csv"), 40, 0),
    ("hubspot.csv", include_bytes!("../../../services/crm/tests/data/csv/hubspot.csv"), 120, 0),
    ("amocrm_cp1251.csv", include_bytes!("../../../services/crm/tests/data/csv/amocrm_cp1251.csv"), 70, 0),
    ("bitrix24.csv", include_bytes!("../../../services/crm/tests/data/csv/bitrix24.csv"), 70, 0),
    ("excel_unicode_text.csv", include_bytes!("../../../services/crm/tests/data/csv/excel_unicode_text.csv"), 30, 0),
    ("awkward.csv", include_bytes!("../../../services/crm/tests/data/csv/awkward.csv"), 13, 4),
];

async fn upload(client: &Client, name: &str, content: &[u8]) -> Answer {
    let path = format!("/api/crm/imports?recordType=contact&fileName={name}");
    client.send(Method::POST, &path, Body::from(content.to_vec()), Some("application/octet-stream")).await
}

/// The mapping that the preview proposes.
fn proposed(import: &Value) -> Vec<Value> {
    let columns = import["preview"]["columns"].as_array().unwrap();
    let guessed = columns.iter().filter(|column| !column["guess"].is_null());
    guessed.map(|column| json!({"column": column["index"], "target": column["guess"]})).collect()
}

async fn start(client: &Client, import: &Value, policy: &str) -> Value {
    let body = json!({"mapping": proposed(import), "duplicatePolicy": policy});
    client.post(&path_of(import, "/start"), body).await.expect(202)
}

fn path_of(import: &Value, rest: &str) -> String {
    format!("/api/crm/imports/{}{rest}", import["id"].as_str().unwrap())
}

async fn run(world: &World, client: &Client, name: &str, content: &[u8], policy: &str) -> Value {
    let import = upload(client, name, content).await.expect(201);
    start(client, &import, policy).await;
    world.settle().await;
    let done = client.get(&path_of(&import, "")).await.expect(200);
    assert_eq!(done["status"], "completed", "{name}: {done}");
    done
}

fn count(import: &Value, what: &str) -> i64 {
    import["counts"][what].as_i64().unwrap()
}

/// Everything of the CRM that a person could see, in a form that compares.
async fn picture(client: &Client) -> Value {
    let mut seen = Vec::new();
    for kind in ["contacts", "companies"] {
        for trash in [false, true] {
            let list = client.get(&format!("/api/crm/{kind}?limit=100&sort=name&trash={trash}")).await.expect(200);
            let mut items = list["items"].as_array().unwrap().clone();
            for item in &mut items {
                // Every change counts; what a revert must bring back is everything else.
                let item = item.as_object_mut().unwrap();
                item.remove("version");
                item.remove("updatedAt");
            }
            seen.push(json!({"kind": kind, "trash": trash, "total": list["page"]["total"], "items": items}));
        }
    }
    json!(seen)
}

on_both! {
    async fn every_row_of_every_file_is_accounted_for(world: World) {
        let owner = world.owner().await;
        for (name, content, rows, failed) in FILES {
            let done = run(&world, &owner, name, content, "create").await;
            assert_eq!(count(&done, "rows"), rows, "{name}: {done}");
            let sum = ["created", "updated", "skipped", "failed"].map(|what| count(&done, what)).iter().sum::<i64>();
            assert_eq!(sum, rows, "{name}: {done}");
            assert_eq!(count(&done, "failed"), failed, "{name}: {done}");
            assert_eq!(done["progress"], 1.0);
        }
        let found = owner.get("/api/crm/contacts?search=Соколова&limit=100").await.expect(200);
        assert!(found["page"]["total"].as_i64().unwrap() > 20, "Cyrillic is kept: {found}");
        for contact in found["items"].as_array().unwrap() {
            assert!(contact["name"].as_str().unwrap().contains("Соколова"), "{contact}");
        }
        let found = owner.get("/api/crm/contacts?search=ромашки&limit=1").await.expect(200);
        assert_eq!(found["items"][0]["companyName"], "ООО «Ромашка»");
    }

    async fn a_second_import_of_the_same_file_creates_nothing(world: World) {
        let owner = world.owner().await;
        let (name, content, rows, _) = FILES[5];
        let first = run(&world, &owner, name, content, "skip").await;
        let created = count(&first, "created");
        let before = picture(&owner).await;
        let again = run(&world, &owner, name, content, "skip").await;
        assert_eq!((count(&again, "created"), count(&again, "skipped")), (0, rows), "{again}");
        let updated = run(&world, &owner, name, content, "update").await;
        assert_eq!(count(&updated, "created"), 0, "{updated}");
        assert_eq!(picture(&owner).await, before);
        assert!(created > 0);
    }

    async fn an_awkward_file_is_mended_refused_or_kept_row_by_row(world: World) {
        let owner = world.owner().await;
        let (name, content, ..) = FILES[7];
        let done = run(&world, &owner, name, content, "skip").await;
        // The blank row and the second "Plain Row" are passed over.
        assert_eq!(["created", "updated", "skipped", "failed"].map(|what| count(&done, what)), [7, 0, 2, 4], "{done}");
        let names: Vec<String> = owner.get("/api/crm/contacts?limit=100&sort=createdAt").await.expect(200)["items"]
            .as_array().unwrap().iter().map(|c| c["name"].as_str().unwrap().to_owned()).collect();
        for name in ["Zero Width", "Spaces", "Quote \"Inside\" Name", "<script>alert(1)</script>", "مريم العلي", "=cmd|' /C calc'!A0"] {
            assert!(names.iter().any(|n| n == name), "{name} in {names:?}");
        }
        let spaces = owner.get("/api/crm/contacts?search=spaces").await.expect(200)["items"][0].clone();
        assert_eq!((&spaces["emails"], &spaces["phones"], &spaces["telegramUsername"]),
            (&json!(["spaces@example.com"]), &json!(["+79125550011"]), &json!("spaces")));
        let errors = owner.with("accept-language", "ru").get(&path_of(&done, "/errors.csv")).await;
        assert_eq!(errors.status, StatusCode::OK);
        let text = String::from_utf8(errors.bytes).unwrap();
        assert_eq!(text.lines().count(), 5, "{text}");
        assert!(text.starts_with('\u{feff}') && text.contains("Bad Mail,not-a-mail") && text.contains("This is not an e-mail address."), "{text}");
    }

    async fn a_revert_leaves_the_database_as_before(world: World) {
        let owner = world.owner().await;
        let known = json!({"name": "Kept", "emails": ["user1@example6.com"], "tags": ["mine"], "companyName": "Old Friends"});
        owner.post("/api/crm/contacts", known).await.expect(201);
        let before = picture(&owner).await;
        let (name, content, ..) = FILES[3];
        let done = run(&world, &owner, name, content, "update").await;
        assert!(count(&done, "updated") >= 1 && count(&done, "created") > 100, "{done}");
        assert_ne!(picture(&owner).await, before);

        let reverting = owner.post(&path_of(&done, "/revert"), json!({})).await.expect(202);
        assert_eq!(reverting["status"], "reverting");
        world.settle().await;
        let reverted = owner.get(&path_of(&done, "")).await.expect(200);
        assert_eq!((&reverted["status"], &reverted["revert"]["conflicts"]), (&json!("reverted"), &json!(0)), "{reverted}");
        assert_eq!(picture(&owner).await, before);
        assert_eq!(owner.post(&path_of(&done, "/revert"), json!({})).await.code(409), "import.not_revertible");
    }

    async fn what_somebody_changed_since_survives_a_revert(world: World) {
        let owner = world.owner().await;
        let done = run(&world, &owner, "a.csv", b"Name,Email\nAnna,anna@example.com\nBob,bob@example.com\n", "skip").await;
        let anna = owner.get("/api/crm/contacts?search=anna").await.expect(200)["items"][0].clone();
        let path = format!("/api/crm/contacts/{}", anna["id"].as_str().unwrap());
        owner.patch(&path, json!({"jobTitle": "CEO", "version": anna["version"]})).await.expect(200);
        owner.post(&path_of(&done, "/revert"), json!({})).await.expect(202);
        world.settle().await;
        let reverted = owner.get(&path_of(&done, "")).await.expect(200);
        assert_eq!(reverted["revert"], json!({"reverted": 1, "conflicts": 1}));
        assert_eq!(owner.get(&path).await.expect(200)["jobTitle"], "CEO");
    }

    async fn files_that_are_no_tables_are_refused_with_the_reason(world: World) {
        let owner = world.owner().await.with("accept-language", "ru");
        let png = [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d];
        assert_eq!(upload(&owner, "a.csv", &png).await.code(422), "import.not_text");
        assert_eq!(upload(&owner, "a.xlsx", b"PK\x03\x04\x14\0\x06\0[Content_Types].xml").await.code(422), "import.spreadsheet");
        let empty = upload(&owner, "a.csv", b"\xef\xbb\xbf \n\n").await.expect(422);
        assert_eq!((&empty["code"], &empty["error"]), (&json!("import.empty"), &json!("Файл пуст.")));
        let one = upload(&owner, "a.csv", b"Name\nAnna\nBob\n").await.expect(201);
        assert_eq!(one["preview"]["warnings"], json!(["single_column"]));
        let twice = upload(&owner, "a.csv", b"Email,Email,Name\na@example.com,b@example.com,Anna\n").await.expect(201);
        assert_eq!(twice["preview"]["columns"][1]["header"], "Email (2)");
        assert!(twice["preview"]["warnings"].as_array().unwrap().contains(&json!("duplicate_headers")));
        assert_eq!(world.count("select count(*) as n from jobs").await, 0);
    }

    async fn a_preview_is_made_again_with_what_a_person_knows_better(world: World) {
        let owner = world.owner().await;
        let (name, content, ..) = FILES[4];
        let import = upload(&owner, name, content).await.expect(201);
        assert_eq!((&import["preview"]["encoding"], &import["preview"]["delimiter"]), (&json!("windows-1251"), &json!(";")));
        let again = owner.post(&path_of(&import, "/preview"), json!({"delimiter": ","})).await.expect(200);
        assert_eq!(again["preview"]["delimiter"], ",");
        let refused = owner.post(&path_of(&import, "/preview"), json!({"encoding": "klingon"})).await.refused(422);
        assert_eq!(refused, ["encoding import.encoding"]);
        let row = owner.post(&path_of(&import, "/preview"), json!({"headerRow": 5000})).await;
        assert_eq!(row.code(422), "import.no_such_header_row");
    }

    async fn a_mapping_that_makes_no_sense_is_refused(world: World) {
        let owner = world.owner().await;
        let import = upload(&owner, "a.csv", b"Name,Email\nAnna,a@example.com\n").await.expect(201);
        let path = path_of(&import, "/start");
        let refused = owner.post(&path, json!({"mapping": [{"column": 7, "target": "jobTitle"}], "duplicatePolicy": "skip"})).await.refused(422);
        assert_eq!(refused, ["mapping[0].column import.column", "mapping import.nothing_to_name"]);
        let unknown = owner.post(&path, json!({"mapping": [], "duplicatePolicy": "merge"})).await.refused(422);
        assert_eq!(unknown, ["duplicatePolicy field.choice.unknown"]);
        start(&owner, &import, "skip").await;
        let twice = json!({"mapping": proposed(&import), "duplicatePolicy": "skip"});
        assert_eq!(owner.post(&path, twice).await.code(409), "import.started");
        world.settle().await;
    }

    async fn an_import_can_be_cancelled_and_forgotten(world: World) {
        let owner = world.owner().await;
        let import = upload(&owner, "a.csv", b"Name\nAnna\n").await.expect(201);
        start(&owner, &import, "skip").await;
        assert_eq!(owner.delete(&path_of(&import, "")).await.code(409), "batch.running");
        let cancelled = owner.post(&path_of(&import, "/cancel"), json!({})).await.expect(202);
        assert_eq!(cancelled["status"], "cancelled");
        world.settle().await;
        assert_eq!(owner.get(&path_of(&import, "")).await.expect(200)["counts"]["created"], 0);
        assert_eq!(owner.delete(&path_of(&import, "")).await.status, StatusCode::NO_CONTENT);
        assert_eq!(owner.get(&path_of(&import, "")).await.code(404), "not_found");
    }

    async fn companies_are_imported_too(world: World) {
        let owner = world.owner().await;
        let path = "/api/crm/imports?recordType=company&fileName=c.csv";
        let body = Body::from("Company,Industry,Website,Phone\nООО «Ромашка»,Retail,romashka.example,+7 495 123-45-67\nРомашка,Trade,,\nAcme,,acme.example,\n");
        let import = owner.send(Method::POST, path, body, Some("application/octet-stream")).await.expect(201);
        start(&owner, &import, "update").await;
        world.settle().await;
        let done = owner.get(&path_of(&import, "")).await.expect(200);
        assert_eq!(["created", "updated", "skipped", "failed"].map(|what| count(&done, what)), [2, 1, 0, 0], "{done}");
        let companies = owner.get("/api/crm/companies?sort=name").await.expect(200);
        assert_eq!(companies["items"][1]["industry"], "Trade", "{companies}");
    }

    async fn an_import_is_its_makers_and_theirs_who_reach_all_such_records(world: World) {
        let owner = world.owner().await;
        let importer = async |base: Role, kind: &str, level: &str| {
            let reach = json!({"clients": level, "deals": "own", "chats": "own", "accounts": "own"});
            let permissions = ["import", "read", "write"].map(|what| format!("crm.{kind}.{what}"));
            let role = json!({"name": base.as_str().repeat(2), "base": "agent", "permissions": permissions, "reach": reach});
            let key = owner.post("/api/roles", role).await.expect(201)["key"].clone();
            let colleague = world.colleague(&owner, base).await;
            let path = format!("/api/team/members/{}/role", colleague.user_id);
            owner.put(&path, json!({ "roles": [key] })).await.expect(200);
            colleague
        };
        let maker = importer(Role::Agent, "contacts", "own").await;
        let peer = importer(Role::Viewer, "contacts", "own").await;
        let other = importer(Role::Manager, "deals", "organization").await;
        let (name, content, ..) = FILES[7];
        let import = run(&world, &maker, name, content, "create").await;
        for rest in ["", "/errors.csv"] {
            assert_eq!(peer.get(&path_of(&import, rest)).await.code(404), "not_found");
            assert_eq!(other.get(&path_of(&import, rest)).await.code(403), "permission.denied");
            for client in [&maker, &owner] {
                assert_eq!(client.get(&path_of(&import, rest)).await.status, StatusCode::OK);
            }
        }
        let start = json!({"mapping": [], "duplicatePolicy": "skip"});
        for (rest, body) in [("/start", start), ("/preview", json!({})), ("/cancel", json!({})), ("/revert", json!({}))] {
            assert_eq!(peer.post(&path_of(&import, rest), body).await.code(404), "not_found", "{rest}");
        }
        assert_eq!(peer.delete(&path_of(&import, "")).await.code(404), "not_found");
        for (client, seen) in [(&maker, 1), (&owner, 1), (&peer, 0), (&other, 0)] {
            let list = client.get("/api/crm/imports").await.expect(200);
            assert_eq!(list["items"].as_array().unwrap().len(), seen);
        }
    }

    async fn the_list_of_imports_tells_who_and_when(world: World) {
        let owner = world.owner().await;
        for name in ["one.csv", "two.csv"] {
            upload(&owner, name, b"Name\nAnna\n").await.expect(201);
        }
        let list = owner.get("/api/crm/imports").await.expect(200);
        assert_eq!(list["items"].as_array().unwrap().len(), 2);
        assert_eq!(list["items"][0]["createdByName"], "Anna Kowalska");
    }
}
