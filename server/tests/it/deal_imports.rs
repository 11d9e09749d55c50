//! Deals out of files: the stages' rules hold for every row, clients are found or made, nothing is doubled, and all of it
//! can be taken back.

use axum::{body::Body, http::Method};
use identity::Role;
use serde_json::{Value, json};
use testkit::on_both;

use crate::world::{Answer, Client, World};

const DEALS: &str = "/api/crm/deals";

/// Exports of deals: name, content, rows.
const FILES: [(&str, &[u8], i64); 4] = [
    ("hubspot.csv", include_bytes!("../../../services/crm/tests/data/csv/deals_hubspot.csv"), 40),
    ("pipedrive.csv", include_bytes!("../../../services/crm/tests/data/csv/deals_pipedrive.csv"), 35),
    ("amocrm.csv", include_bytes!("../../../services/crm/tests/data/csv/deals_amocrm_cp1251.csv"), 30),
    ("bitrix24.csv", include_bytes!("../../../services/crm/tests/data/csv/deals_bitrix24.csv"), 30),
];

async fn upload(client: &Client, content: &[u8]) -> Answer {
    let path = "/api/crm/imports?recordType=deal&fileName=deals.csv";
    client.send(Method::POST, path, Body::from(content.to_vec()), Some("application/octet-stream")).await
}

fn path_of(import: &Value, rest: &str) -> String {
    format!("/api/crm/imports/{}{rest}", import["id"].as_str().unwrap())
}

/// Starts an import with the mapping that its preview proposes.
async fn start(client: &Client, import: &Value, policy: &str, more: Value) {
    let columns = import["preview"]["columns"].as_array().unwrap();
    let guessed = columns.iter().filter(|column| !column["guess"].is_null());
    let entry = |column: &Value| json!({"column": column["index"], "target": column["guess"], "customKey": column["customKey"]});
    let mapping: Vec<Value> = guessed.map(entry).collect();
    let mut body = json!({"mapping": mapping, "duplicatePolicy": policy});
    body.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap_or_default());
    client.post(&path_of(import, "/start"), body).await.expect(202);
}

async fn run(world: &World, client: &Client, content: impl AsRef<[u8]>, policy: &str) -> Value {
    let import = upload(client, content.as_ref()).await.expect(201);
    start(client, &import, policy, json!({})).await;
    world.settle().await;
    let done = client.get(&path_of(&import, "")).await.expect(200);
    assert_eq!(done["status"], "completed", "{done}");
    done
}

fn counts(import: &Value) -> [i64; 4] {
    ["created", "updated", "skipped", "failed"].map(|what| import["counts"][what].as_i64().unwrap())
}

async fn errors(client: &Client, import: &Value) -> String {
    let answer = client.get(&path_of(import, "/errors.csv")).await;
    String::from_utf8(answer.bytes).unwrap()
}

async fn deals(client: &Client) -> Vec<Value> {
    client.get(&format!("{DEALS}?limit=100&sort=title")).await.expect(200)["items"].as_array().unwrap().clone()
}

async fn stages(client: &Client) -> Vec<String> {
    let list = client.get("/api/pipeline").await.expect(200);
    let stages = list["items"][0]["stages"].as_array().unwrap().clone();
    stages.iter().map(|stage| stage["id"].as_str().unwrap().to_owned()).collect()
}

async fn owner(world: &World) -> Client {
    let owner = world.owner().await;
    world.settle().await;
    owner
}

/// Everything a person could see, in a form that compares.
async fn picture(client: &Client) -> Value {
    let mut seen = Vec::new();
    for path in [
        "contacts?limit=100&sort=name",
        "companies?limit=100&sort=name",
        "deals?limit=100&sort=title",
        "deals?trash=true",
    ] {
        let list = client.get(&format!("/api/crm/{path}")).await.expect(200);
        let mut items = list["items"].as_array().unwrap().clone();
        for item in &mut items {
            // Every change counts; what a revert must bring back is everything else.
            let item = item.as_object_mut().unwrap();
            item.remove("version");
            item.remove("updatedAt");
        }
        seen.push(json!({"path": path, "total": list["page"]["total"], "items": items}));
    }
    json!(seen)
}

on_both! {
    async fn exports_of_other_programs_become_deals(world: World) {
        let owner = owner(&world).await;
        for (name, content, rows) in FILES {
            let done = run(&world, &owner, content, "create").await;
            assert_eq!(counts(&done), [rows, 0, 0, 0], "{name}: {done} {}", errors(&owner, &done).await);
        }
        let find = async |words: &str| {
            let found = owner.get(&format!("{DEALS}?search={words}&limit=100&sort=title")).await.expect(200);
            found["items"].as_array().unwrap().clone()
        };
        let plan = find("plan%203").await.into_iter().find(|deal| deal["title"] == "Foundry 9 – plan 3").unwrap();
        assert_eq!((&plan["status"], &plan["amountMinor"], &plan["currency"]), (&json!("won"), &json!(111_250), &json!("EUR")));
        assert_eq!((&plan["company"]["name"], &plan["expectedCloseOn"]), (&json!("Foundry 9"), &json!("2026-04-04")));
        let lost = find("deal%202").await.into_iter().find(|deal| deal["title"] == "Vela Pay deal 2").unwrap();
        assert_eq!((&lost["status"], &lost["lostReason"], &lost["amountMinor"]), (&json!("lost"), &json!("No budget"), &json!(250_050)));
        let delivery = find("поставка").await;
        assert_eq!(delivery.len(), 30);
        let third = delivery.iter().find(|deal| deal["title"] == "Поставка №3").unwrap();
        assert_eq!((&third["status"], &third["amountMinor"], &third["currency"]), (&json!("lost"), &json!(3_050_075), &json!("RUB")));
        assert_eq!((&third["tags"], &third["company"]["name"]), (&json!(["опт", "повтор"]), &json!("ООО «Ромашка»")));
        assert_eq!(third["expectedCloseOn"], "2026-04-04");
        let contacts = owner.get("/api/crm/contacts?limit=100").await.expect(200);
        // By address: four of HubSpot, four of Pipedrive, four of amoCRM, two of Bitrix24.
        assert_eq!(contacts["page"]["total"], 14, "{contacts}");
        assert_eq!(owner.get("/api/crm/companies").await.expect(200)["page"]["total"], 5);
        let history = owner.get(&format!("{DEALS}/{}/history", plan["id"].as_str().unwrap())).await.expect(200);
        assert_eq!((&history["items"][0]["cause"], &history["items"][0]["to"]["name"]), (&json!("import"), &json!("Won")));
    }

    async fn a_second_import_of_the_same_file_creates_nothing(world: World) {
        let owner = owner(&world).await;
        for (name, content, rows) in FILES {
            run(&world, &owner, content, "create").await;
            let before = picture(&owner).await;
            assert_eq!(counts(&run(&world, &owner, content, "skip").await), [0, 0, rows, 0], "{name}");
            assert_eq!(counts(&run(&world, &owner, content, "update").await), [0, 0, rows, 0], "{name}");
            assert_eq!(picture(&owner).await, before, "{name}");
        }
    }

    async fn what_a_row_lacks_is_told_and_keeps_nobody_else(world: World) {
        let owner = owner(&world).await;
        let stages = stages(&owner).await;
        let path = format!("/api/pipeline/stages/{}", stages[1]);
        owner.put(&path, json!({"entryRules": {"requiredFields": ["amount"]}, "wipLimit": 2})).await.expect(200);
        let file = "Title,Stage,Amount,Company,Contact email,Close date,Owner,Lost reason\n\
            A,Qualified,10,Acme,,,,\n\
            B,Qualified,,Beta,b@example.com,,,\n\
            C,Qualified,12,Gamma,,,,\n\
            D,Qualified,13,Delta,,,,\n\
            E,Lost,14,,,,,\n\
            F,Nowhere,ten,,nobody,03/04/2026,Nobody,\n\
            ,,,,,,,\n\
            ,Lead,7,,,31/01/2026,owner@example.com,\n\
            ,Lead,7,Acme,,1/31/2026,,\n\
            G,Lost,\"1 234,5\",,,,,Price\n";
        let done = run(&world, &owner, file, "skip").await;
        assert_eq!(counts(&done), [4, 0, 1, 5], "{done}");
        let text = errors(&owner, &done).await;
        let lines: Vec<&str> = text.lines().collect();
        let reasons = [
            ("B,", "stage: Fill in the amount."),
            ("D,", "stage: The stage is full: it takes 2 deals at most."),
            ("E,", "lostReason: "),
            ("F,", "owner: "),
            (",Lead", "title: "),
        ];
        assert_eq!(lines.len(), reasons.len() + 1, "{text}");
        for (line, (begin, reason)) in lines[1..].iter().zip(reasons) {
            assert!(line.starts_with(begin) && line.contains(reason), "{line}: {reason}");
        }
        assert!(lines[4].contains("emails[0]"), "all that is wrong at once: {text}");
        let titles: Vec<Value> = deals(&owner).await.iter().map(|deal| deal["title"].clone()).collect();
        assert_eq!(titles, ["A", "Acme", "C", "G"]);
        let companies = owner.get("/api/crm/companies?sort=name").await.expect(200);
        let names: Vec<&Value> = companies["items"].as_array().unwrap().iter().map(|company| &company["name"]).collect();
        assert_eq!(names, ["Acme", "Gamma"], "no company without a deal");
        assert_eq!(owner.get("/api/crm/contacts").await.expect(200)["page"]["total"], 0);

        // Mended, the file of refused rows is a file like any other.
        owner.put(&path, json!({"entryRules": {}, "wipLimit": null})).await.expect(200);
        let again = run(&world, &owner, &text, "skip").await;
        assert_eq!(counts(&again), [2, 0, 0, 3], "{}", errors(&owner, &again).await);
    }

    async fn known_deals_are_skipped_updated_or_doubled(world: World) {
        let owner = owner(&world).await;
        let stages = stages(&owner).await;
        let acme = owner.post("/api/crm/companies", json!({"name": "Acme"})).await.expect(201)["id"].clone();
        let known = json!({"title": "Big Deal", "companyId": acme, "tags": ["old"], "amountMinor": 100, "currency": "EUR"});
        let known = owner.post(DEALS, known).await.expect(201);
        let path = format!("{DEALS}/{}", known["id"].as_str().unwrap());
        let file = "Title,Company,Stage,Amount,Tags,Source\nBIG deal,ACME Ltd,Meeting,2000,new,Web\nBig Deal,Acme,,,newer,\nBig Deal,Other,,,,\n";
        let skipped = run(&world, &owner, file, "skip").await;
        assert_eq!(counts(&skipped), [1, 0, 2, 0], "another company's is another deal");
        assert_eq!(owner.get(&path).await.expect(200)["version"], 1);
        let updated = run(&world, &owner, file, "update").await;
        assert_eq!(counts(&updated), [0, 2, 1, 0], "{updated}");
        let deal = owner.get(&path).await.expect(200);
        assert_eq!((&deal["stageId"], &deal["amountMinor"], &deal["source"]), (&json!(stages[2]), &json!(200_000), &json!("Web")));
        assert_eq!(deal["tags"], json!(["old", "new", "newer"]));
        let history = owner.get(&format!("{path}/history")).await.expect(200);
        assert_eq!((&history["items"][0]["cause"], history["items"].as_array().unwrap().len()), (&json!("import"), 2));
        let doubled = run(&world, &owner, file, "create").await;
        assert_eq!(counts(&doubled), [3, 0, 0, 0]);
        assert_eq!(owner.get("/api/crm/companies").await.expect(200)["page"]["total"], 2);
    }

    async fn a_move_that_is_refused_leaves_the_deal_as_it_was(world: World) {
        let owner = owner(&world).await;
        let stages = stages(&owner).await;
        let asks = json!({"entryRules": {"requiredFields": ["source"]}});
        owner.put(&format!("/api/pipeline/stages/{}", stages[1]), asks).await.expect(200);
        let deal = owner.post(DEALS, json!({"title": "A"})).await.expect(201);
        let path = format!("{DEALS}/{}", deal["id"].as_str().unwrap());
        let refused = run(&world, &owner, "Title,Stage,Tags\nA,Qualified,new\n", "update").await;
        assert_eq!(counts(&refused), [0, 0, 0, 1], "{refused}");
        assert_eq!(owner.get(&path).await.expect(200), deal);
        let moved = run(&world, &owner, "Title,Stage,Tags,Source\nA,Qualified,new,Web\n", "update").await;
        assert_eq!(counts(&moved), [0, 1, 0, 0], "what the row brings along counts: {}", errors(&owner, &moved).await);
        assert_eq!(owner.get(&path).await.expect(200)["stageId"], stages[1]);
    }

    async fn contacts_are_found_by_address_or_name_and_made_by_address(world: World) {
        let owner = owner(&world).await;
        let anna = json!({"name": "Anna", "emails": ["anna@example.com"], "phones": ["+79125550011"], "companyName": "Acme"});
        let anna = owner.post("/api/crm/contacts", anna).await.expect(201);
        let file = "Deal name,Contact,Contact email,Contact phone,Company\n\
            A,,ANNA@example.com,,\nB,,,8 912 555-00-11,\nC,anna,,,Acme\nD,Unknown,,,\nE,Bob,bob@example.com,,Beta\nF,,bob@example.com,,\n";
        let done = run(&world, &owner, file, "skip").await;
        assert_eq!(counts(&done), [6, 0, 0, 0], "{}", errors(&owner, &done).await);
        let deals = deals(&owner).await;
        let names: Vec<&Value> = deals.iter().map(|deal| &deal["contact"]["name"]).collect();
        assert_eq!(names, [&json!("Anna"), &json!("Anna"), &json!("Anna"), &Value::Null, &json!("Bob"), &json!("Bob")]);
        assert_eq!(deals[0]["contact"]["id"], anna["id"]);
        let bob = owner.get("/api/crm/contacts?search=bob").await.expect(200)["items"][0].clone();
        assert_eq!((&bob["companyName"], &bob["emails"]), (&json!("Beta"), &json!(["bob@example.com"])));
        world.settle().await;
    }

    async fn a_revert_leaves_everything_as_before(world: World) {
        let owner = owner(&world).await;
        let company = owner.post("/api/crm/companies", json!({"name": "Vela Pay"})).await.expect(201)["id"].clone();
        let known = json!({"title": "Vela Pay deal 2", "tags": ["mine"], "companyId": company});
        let known = owner.post(DEALS, known).await.expect(201)["id"].as_str().unwrap().to_owned();
        let before = picture(&owner).await;
        let done = run(&world, &owner, FILES[1].1, "update").await;
        assert_eq!(counts(&done), [34, 1, 0, 0], "{done}");
        assert_ne!(picture(&owner).await, before);
        owner.post(&path_of(&done, "/revert"), json!({})).await.expect(202);
        world.settle().await;
        let reverted = owner.get(&path_of(&done, "")).await.expect(200);
        assert_eq!((&reverted["status"], &reverted["revert"]["conflicts"]), (&json!("reverted"), &json!(0)), "{reverted}");
        assert_eq!(picture(&owner).await, before);
        let history = owner.get(&format!("{DEALS}/{known}/history")).await.expect(200);
        assert_eq!(history["page"]["total"], 3, "created, moved, moved back");
    }

    async fn what_somebody_changed_since_survives_a_revert(world: World) {
        let owner = owner(&world).await;
        let stages = stages(&owner).await;
        let file = "Title,Company,Contact email\nA,Acme,ann@example.com\nB,Beta,\n";
        let done = run(&world, &owner, file, "skip").await;
        let a = deals(&owner).await[0]["id"].as_str().unwrap().to_owned();
        owner.patch(&format!("{DEALS}/{a}/stage"), json!({"stageId": stages[1]})).await.expect(200);
        owner.post(&path_of(&done, "/revert"), json!({})).await.expect(202);
        world.settle().await;
        let reverted = owner.get(&path_of(&done, "")).await.expect(200);
        assert_eq!(reverted["revert"], json!({"reverted": 2, "conflicts": 3}), "a deal and a company went");
        let left = deals(&owner).await;
        assert_eq!(left.len(), 1);
        let names = (&left[0]["title"], &left[0]["company"]["name"], &left[0]["contact"]["name"]);
        assert_eq!(names, (&json!("A"), &json!("Acme"), &json!("ann@example.com")), "whom it names stays with it");
    }

    async fn who_a_deal_names_by_now_survives_the_revert_of_an_import_of_contacts(world: World) {
        let owner = owner(&world).await;
        let path = "/api/crm/imports?recordType=contact&fileName=c.csv";
        let body = Body::from("Name,Email\nAnn,ann@example.com\nBob,bob@example.com\n");
        let import = owner.send(Method::POST, path, body, Some("application/octet-stream")).await.expect(201);
        start(&owner, &import, "skip", json!({})).await;
        world.settle().await;
        let ann = owner.get("/api/crm/contacts?search=ann").await.expect(200)["items"][0]["id"].clone();
        owner.post(DEALS, json!({"title": "A", "contactId": ann})).await.expect(201);
        owner.post(&path_of(&import, "/revert"), json!({})).await.expect(202);
        world.settle().await;
        let reverted = owner.get(&path_of(&import, "")).await.expect(200);
        assert_eq!(reverted["revert"], json!({"reverted": 1, "conflicts": 1}));
        assert_eq!(deals(&owner).await[0]["contact"]["name"], "Ann");
    }

    async fn an_exported_file_is_imported_again_without_a_difference(world: World) {
        let owner = owner(&world).await;
        let field = json!({"recordType": "deal", "key": "tier", "name": "Tier", "kind": "select",
            "options": [{"label": "Gold"}, {"label": "Silver"}]});
        let field = owner.post("/api/crm/fields", field).await.expect(201);
        run(&world, &owner, FILES[0].1, "create").await;
        let first = deals(&owner).await[0]["id"].as_str().unwrap().to_owned();
        let gold = json!({"custom": {"tier": field["options"][0]["id"]}, "description": "=1+1\n\"two\""});
        owner.patch(&format!("{DEALS}/{first}"), gold).await.expect(200);
        let export = owner.get(&format!("{DEALS}/export.csv")).await;
        let before = picture(&owner).await;
        let same = run(&world, &owner, &export.bytes, "update").await;
        assert_eq!(counts(&same), [0, 0, 40, 0], "{}", errors(&owner, &same).await);
        assert_eq!(picture(&owner).await, before);
        let stranger = world.sign_up("stranger@example.com").await;
        world.settle().await;
        let moved = run(&world, &stranger, &export.bytes, "create").await;
        assert_eq!(counts(&moved)[3], 0, "{}", errors(&stranger, &moved).await);
        assert_eq!(deals(&stranger).await.len(), 40, "deals of another organization are other deals");
        assert_eq!(picture(&owner).await, before);
    }

    async fn owners_and_tags_are_given_to_what_is_new(world: World) {
        let owner = owner(&world).await;
        let agent = world.colleague(&owner, Role::Agent).await;
        let import = upload(&owner, b"Title,Owner\nA,agent@example.com\nB,\n").await.expect(201);
        start(&owner, &import, "skip", json!({"defaultTags": ["q4"], "ownerId": owner.user_id})).await;
        world.settle().await;
        let deals = deals(&owner).await;
        let owners: Vec<&Value> = deals.iter().map(|deal| &deal["owner"]["id"]).collect();
        assert_eq!(owners, [&json!(agent.user_id), &json!(owner.user_id)]);
        assert!(deals.iter().all(|deal| deal["tags"] == json!(["q4"])));
        assert_eq!(upload(&agent, b"Title\nA\n").await.code(403), "permission.denied");
        assert_eq!(agent.post(&path_of(&import, "/revert"), json!({})).await.code(403), "permission.denied");
        assert_eq!(agent.get(&format!("{DEALS}/export.csv")).await.code(403), "permission.denied");
    }

    async fn deals_are_given_to_whoever_the_level_of_deals_allows(world: World) {
        let owner = owner(&world).await;
        let agent = world.colleague(&owner, Role::Agent).await;
        let importer = world.colleague(&owner, Role::Manager).await;
        let permissions: Vec<&str> = contracts::permissions::ALL.iter().map(|permission| permission.name).collect();
        let reach = json!({"clients": "own", "deals": "organization", "chats": "own", "accounts": "own"});
        let role = json!({"name": "Importers", "base": "agent", "permissions": permissions, "reach": reach});
        let key = owner.post("/api/roles", role).await.expect(201)["key"].clone();
        owner.put(&format!("/api/team/members/{}/role", importer.user_id), json!({ "roles": [key] })).await.expect(200);
        let file = b"Deal name,Owner,Contact,Contact email\nA,agent@example.com,Ann,ann@example.com\nB,,Bob,bob@example.com\n";
        let import = upload(&importer, file).await.expect(201);
        start(&importer, &import, "skip", json!({"ownerId": owner.user_id})).await;
        world.settle().await;
        let deals = deals(&owner).await;
        let owners: Vec<&Value> = deals.iter().map(|deal| &deal["owner"]["id"]).collect();
        assert_eq!(owners, [&json!(agent.user_id), &json!(owner.user_id)]);
        // Their clients are beyond the level of clients.
        let contacts = owner.get("/api/crm/contacts?sort=name").await.expect(200);
        let owners: Vec<&Value> = contacts["items"].as_array().unwrap().iter().map(|contact| &contact["ownerId"]).collect();
        assert_eq!(owners, [&json!(importer.user_id), &json!(importer.user_id)]);
    }

    async fn files_that_are_no_deals_are_refused_with_the_reason(world: World) {
        let owner = owner(&world).await;
        let png = [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d];
        assert_eq!(upload(&owner, &png).await.code(422), "import.not_text");
        assert_eq!(upload(&owner, b"\xef\xbb\xbf \n").await.code(422), "import.empty");
        let one = upload(&owner, b"Deal name\nA\nB\n").await.expect(201);
        assert_eq!((&one["preview"]["warnings"], &one["preview"]["columns"][0]["guess"]), (&json!(["single_column"]), &json!("title")));
        start(&owner, &one, "skip", json!({})).await;
        world.settle().await;
        assert_eq!(deals(&owner).await.len(), 2);
        let two = upload(&owner, b"Stage,Amount\nLead,5\n").await.expect(201);
        let mapping = json!([{"column": 0, "target": "stage"}, {"column": 1, "target": "name"}]);
        let refused = owner.post(&path_of(&two, "/start"), json!({"mapping": mapping, "duplicatePolicy": "skip"})).await.refused(422);
        assert_eq!(refused, ["mapping[1].target field.choice.unknown", "mapping import.nothing_to_name"]);
        world.settle().await;
    }
}
