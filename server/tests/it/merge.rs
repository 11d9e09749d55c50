//! Merging over all services, with random records: taking apart is the identity, and what was changed in between is all
//! that stays.

use std::collections::BTreeMap;

use identity::Role;
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Map, Value, json};
use testkit::on_both;

use crate::world::{Client, World};

/// A repeatable sequence of numbers (Knuth's constants for a linear congruential generator).
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }

    fn one_in(&mut self, many: usize) -> bool {
        self.below(many) == 0
    }

    fn of<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }
}

/// Everything there is: the path of each record, by its id.
#[derive(Default)]
struct Cast {
    companies: Vec<String>,
    contacts: Vec<String>,
    deals: Vec<String>,
}

async fn add(client: &Client, path: &str, body: Value) -> String {
    client.post(path, body).await.expect(201)["id"].as_str().unwrap().to_owned()
}

async fn cast(client: &Client, dice: &mut Dice) -> Cast {
    let mut cast = Cast::default();
    for n in 0..4 {
        let body = fields(dice, n, &["name", "website", "industry", "address", "emails", "tags", "custom", "source"]);
        cast.companies.push(add(client, "/api/crm/companies", body).await);
    }
    for n in 0..8 {
        let names = [
            "name",
            "jobTitle",
            "emails",
            "phones",
            "tags",
            "custom",
            "source",
            "telegramUsername",
            "leadScore",
            "doNotContact",
            "lastName",
            "website",
        ];
        let mut body = fields(dice, n, &names);
        if !dice.one_in(3) {
            body["companyId"] = json!(dice.of(&cast.companies));
        }
        cast.contacts.push(add(client, "/api/crm/contacts", body).await);
    }
    for n in 0..10 {
        let path = if dice.one_in(3) {
            format!("/api/crm/companies/{}/notes", dice.of(&cast.companies))
        } else {
            format!("/api/crm/contacts/{}/notes", dice.of(&cast.contacts))
        };
        add(client, &path, json!({"body": format!("Note {n}")})).await;
    }
    for n in 0..10 {
        let mut body = json!({"title": format!("Deal {n}"), "amountMinor": dice.below(1000)});
        if !dice.one_in(4) {
            body["contactId"] = json!(dice.of(&cast.contacts));
        }
        if !dice.one_in(4) {
            body["companyId"] = json!(dice.of(&cast.companies));
        }
        cast.deals.push(add(client, "/api/crm/deals", body).await);
    }
    for (path, ids) in [("contacts", &cast.contacts[6..]), ("deals", &cast.deals[8..])] {
        for id in ids {
            client.delete(&format!("/api/crm/{path}/{id}")).await.expect(204);
        }
    }
    cast
}

/// Some of these fields, with values that are often the same.
fn fields(dice: &mut Dice, number: usize, names: &[&str]) -> Value {
    let mut body = json!({"name": format!("Name {number}")});
    for name in names {
        let n = dice.below(4);
        let value = match *name {
            _ if n == 0 => continue,
            "name" => json!(format!("Name {number} of {n}")),
            "website" => json!(format!("https://site{n}.example/{number}")),
            "emails" => json!([format!("m{n}@example.com"), format!("own{number}@example.com")]),
            "phones" => json!([format!("+4420794600{n}0")]),
            "tags" => json!(["same", format!("t{n}")]),
            "custom" => json!({"a": n, format!("k{n}"): "x"}),
            "telegramUsername" => json!(format!("person_{n}{number}")),
            "leadScore" => json!(n),
            "doNotContact" => json!(n == 1),
            _ => json!(format!("{name} {n}")),
        };
        body[*name] = value;
    }
    body
}

/// What each record and note is by itself, without what every change changes and without the names of others.
async fn snapshot(world: &World, client: &Client, cast: &Cast) -> BTreeMap<String, Value> {
    let mut all = BTreeMap::new();
    for (path, ids) in [("companies", &cast.companies), ("contacts", &cast.contacts), ("deals", &cast.deals)] {
        for id in ids {
            let record = client.get(&format!("/api/crm/{path}/{id}")).await.expect(200);
            all.insert(id.clone(), by_itself(record));
            if path == "deals" {
                continue;
            }
            let notes = client.get(&format!("/api/crm/{path}/{id}/notes?limit=100")).await.expect(200);
            for note in notes["items"].as_array().unwrap() {
                all.insert(note["id"].as_str().unwrap().to_owned(), by_itself(note.clone()));
            }
        }
    }
    let sql = "select record_id, kind, value from record_identities where org_id = $1 order by kind, value, record_id";
    let statement = Statement::from_sql_and_values(world.db().backend(), sql, [client.org_id.into()]);
    let scope = kernel::Scope::system(kernel::OrgId(client.org_id), "test");
    for row in world.db().reader(&scope).query_all_raw(statement).await.unwrap() {
        let id: uuid::Uuid = row.try_get("", "record_id").unwrap();
        let text: String = row.try_get::<String>("", "kind").unwrap() + &row.try_get::<String>("", "value").unwrap();
        // Records of an earlier cast aside.
        let Some(record) = all.get_mut(&id.to_string()) else { continue };
        record["identities"] = json!(format!("{} {text}", record["identities"].as_str().unwrap_or_default()));
    }
    all
}

fn by_itself(record: Value) -> Value {
    let Value::Object(mut record) = record else { panic!("{record}") };
    for of_others in ["version", "updatedAt", "companyName", "contactCount"] {
        record.remove(of_others);
    }
    for named in ["contact", "company"] {
        if let Some(Value::Object(other)) = record.get_mut(named) {
            other.remove("name");
        }
    }
    Value::Object(record)
}

/// A random merge of what is in use; gives its path and its batch.
async fn merge(client: &Client, dice: &mut Dice, cast: &Cast) -> (&'static str, Value) {
    let (path, ids) =
        if dice.one_in(2) { ("companies", cast.companies.as_slice()) } else { ("contacts", &cast.contacts[..6]) };
    let mut ids = ids.to_vec();
    let into = ids.swap_remove(dice.below(ids.len()));
    let mut from = Vec::new();
    for _ in 0..=dice.below(ids.len().min(3)) {
        from.push(ids.swap_remove(dice.below(ids.len())));
    }
    let mut chosen = Map::new();
    for field in ["name", "source", "emails", "tags", "custom", "custom.a", "website"] {
        if dice.one_in(3) {
            let at = dice.below(from.len() + 1);
            chosen.insert(field.to_owned(), json!(from.get(at).unwrap_or(&into)));
        }
    }
    let body = json!({"into": into, "from": from, "fields": chosen});
    let merged = client.post(&format!("/api/crm/{path}/merge"), body).await.expect(200);
    for id in &from {
        let gone = client.get(&format!("/api/crm/{path}/{id}")).await.expect(200);
        assert_eq!(gone["mergedInto"], json!(into));
        let notes = client.get(&format!("/api/crm/{path}/{id}/notes")).await.expect(200);
        assert_eq!(notes["page"]["total"], 0);
    }
    assert_nothing_hangs_on(client, cast, path, &from).await;
    (path, merged["batch"].clone())
}

/// No contact and no deal names one of these.
async fn assert_nothing_hangs_on(client: &Client, cast: &Cast, path: &str, gone: &[String]) {
    let named = if path == "companies" { "companyId" } else { "contactId" };
    let one = named.trim_end_matches("Id");
    for (path, ids) in [("contacts", &cast.contacts), ("deals", &cast.deals)] {
        for id in ids {
            let record = client.get(&format!("/api/crm/{path}/{id}")).await.expect(200);
            let ids = [&record[named], &record[one]["id"]].map(|id| id.as_str().unwrap_or_default().to_owned());
            assert!(ids.iter().all(|id| !gone.contains(id)), "{record}");
        }
    }
}

/// Every row that a batch changed, as `(kind, id)`, in a random order.
async fn touched(world: &World, client: &Client, dice: &mut Dice, batch: &Value) -> Vec<(String, String)> {
    let sql = "select subject_kind, subject_id from change_log where org_id = $1 and batch_id = $2 order by id";
    let batch: uuid::Uuid = batch["id"].as_str().unwrap().parse().unwrap();
    let statement = Statement::from_sql_and_values(world.db().backend(), sql, [client.org_id.into(), batch.into()]);
    let scope = kernel::Scope::system(kernel::OrgId(client.org_id), "test");
    let rows = world.db().reader(&scope).query_all_raw(statement).await.unwrap();
    let mut rows: Vec<(String, String)> = rows
        .iter()
        .map(|row| {
            let id: uuid::Uuid = row.try_get("", "subject_id").unwrap();
            (row.try_get("", "subject_kind").unwrap(), id.to_string())
        })
        .collect();
    for at in (1..rows.len()).rev() {
        rows.swap(at, dice.below(at + 1));
    }
    rows
}

/// Changes one of the rows; gives its kind and id.
async fn change_one(client: &Client, rows: Vec<(String, String)>) -> (String, String) {
    for (kind, id) in rows {
        let (path, body) = match kind.as_str() {
            "contact" => (format!("/api/crm/contacts/{id}"), json!({"description": "Changed"})),
            "company" => (format!("/api/crm/companies/{id}"), json!({"description": "Changed"})),
            "deal" => (format!("/api/crm/deals/{id}"), json!({"description": "Changed"})),
            _ => (format!("/api/crm/notes/{id}"), json!({"body": "Changed"})),
        };
        let answer = client.patch(&path, body).await;
        if answer.status.as_u16() == 200 {
            return (kind, id);
        }
        // What was merged, and what is in the trash, cannot be changed.
        assert_eq!(answer.status.as_u16(), 409, "{answer:?}");
    }
    panic!("the record that stays can be changed");
}

async fn unmerge(client: &Client, path: &str, batch: &Value) -> Value {
    client.post(&format!("/api/crm/{path}/unmerge"), json!({"batchId": batch["id"]})).await.expect(200)
}

on_both! {
    async fn taking_a_merge_apart_is_the_identity(world: World) {
        let owner = world.owner().await;
        world.settle().await;
        for seed in 1..=6 {
            let mut dice = Dice(seed);
            let cast = cast(&owner, &mut dice).await;
            let before = snapshot(&world, &owner, &cast).await;
            let (path, batch) = merge(&owner, &mut dice, &cast).await;
            assert_ne!(snapshot(&world, &owner, &cast).await, before, "seed {seed}");
            let back = unmerge(&owner, path, &batch).await;
            assert_eq!((&back["conflicts"], &back["batch"]["done"]), (&json!([]), &batch["done"]), "seed {seed}");
            assert_eq!(snapshot(&world, &owner, &cast).await, before, "seed {seed}");
        }
        world.settle().await;
    }

    async fn what_was_changed_in_between_is_all_that_stays(world: World) {
        let owner = world.owner().await;
        world.settle().await;
        for seed in 11..=18 {
            let mut dice = Dice(seed);
            let cast = cast(&owner, &mut dice).await;
            let mut before = snapshot(&world, &owner, &cast).await;
            let (path, batch) = merge(&owner, &mut dice, &cast).await;
            let rows = touched(&world, &owner, &mut dice, &batch).await;
            let (kind, id) = change_one(&owner, rows).await;
            let changed = snapshot(&world, &owner, &cast).await.remove(&id);
            let back = unmerge(&owner, path, &batch).await;
            let conflicts = back["conflicts"].as_array().unwrap();
            assert_eq!(conflicts.len(), 1, "seed {seed}: {conflicts:?}");
            assert_eq!((&conflicts[0]["recordType"], &conflicts[0]["id"]), (&json!(kind), &json!(id)), "seed {seed}");
            assert!(conflicts[0]["name"].is_string());
            let mut after = snapshot(&world, &owner, &cast).await;
            assert_eq!(after.remove(&id), changed, "seed {seed}");
            before.remove(&id);
            assert_eq!(after, before, "seed {seed}");
        }
        world.settle().await;
    }

    async fn deals_follow_their_contact_whoever_has_them(world: World) {
        let owner = world.owner().await;
        let agent = world.colleague(&owner, Role::Agent).await;
        world.settle().await;
        let one = add(&owner, "/api/crm/contacts", json!({"name": "Anna"})).await;
        let two = add(&owner, "/api/crm/contacts", json!({"name": "A. Kowalska"})).await;
        let deal = json!({"title": "Deal", "contactId": two, "ownerId": agent.user_id});
        let deal = add(&owner, "/api/crm/deals", deal).await;
        let merged = owner.post("/api/crm/contacts/merge", json!({"into": one, "from": [two]})).await.expect(200);
        assert_eq!(merged["batch"]["done"], 3);
        let path = format!("/api/crm/deals/{deal}");
        assert_eq!(agent.get(&path).await.expect(200)["contact"], json!({"id": one, "name": "Anna"}));
        let history = owner.get(&format!("/api/pipeline/clients/{one}/history")).await.expect(200);
        assert_eq!(history["items"][0]["dealId"], json!(deal), "the history of who became Anna is hers");
        world.settle().await;
        owner.post("/api/crm/contacts/unmerge", json!({"batchId": merged["batch"]["id"]})).await.expect(200);
        assert_eq!(agent.get(&path).await.expect(200)["contact"]["id"], json!(two));
        let history = owner.get(&format!("/api/pipeline/clients/{one}/history")).await.expect(200);
        assert_eq!(history["page"]["total"], 0);
        let denied = agent.post("/api/crm/contacts/merge", json!({"into": one, "from": [two]})).await;
        assert_eq!(denied.code(403), "permission.denied");
        world.settle().await;
    }

    async fn a_repeated_merge_with_a_key_is_answered_once_more(world: World) {
        let owner = world.owner().await;
        let one = add(&owner, "/api/crm/contacts", json!({"name": "A"})).await;
        let two = add(&owner, "/api/crm/contacts", json!({"name": "B"})).await;
        let keyed = owner.with("idempotency-key", "once");
        let body = json!({"into": one, "from": [two]});
        let first = keyed.post("/api/crm/contacts/merge", body.clone()).await.expect(200);
        assert_eq!(keyed.post("/api/crm/contacts/merge", body).await.expect(200), first);
        world.settle().await;
    }
}
