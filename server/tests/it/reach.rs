//! What somebody reaches: every route × each level × records of their own, of the team, of others, and of another
//! organization; and over organizations made up at random: no list, search, export, count, card or feed tells of a row
//! that the level hides.

use std::collections::{BTreeMap, BTreeSet};

use axum::{body::Body, http::StatusCode};
use contracts::channels::{Inbox, Origin, Seen, SeenBatch};
use identity::Role;
use kernel::{OrgId, Scope};
use serde_json::{Value, json};
use testkit::on_both;
use uuid::Uuid;

use crate::{
    access::{Id, routes},
    event_examples::{boris, seen},
    live::feed,
    world::{Client, World},
};

const LEVELS: [&str; 3] = ["own", "team", "organization"];

fn uuid(value: &Value) -> Uuid {
    value.as_str().unwrap().parse().unwrap()
}

async fn made(owner: &Client, path: &str, body: Value) -> Uuid {
    uuid(&owner.post(path, body).await.expect(201)["id"])
}

/// One record of each kind that has an owner, all of them somebody's.
struct Records(Vec<(Id, Uuid)>);

impl Records {
    async fn of(world: &World, admin: &Client, holder: &Client, phone: &str) -> Self {
        let theirs = |name: &str| json!({name: phone, "ownerId": holder.user_id});
        let contact = made(admin, "/api/crm/contacts", theirs("name")).await;
        let trashed = made(admin, "/api/crm/contacts", theirs("name")).await;
        let company = made(admin, "/api/crm/companies", theirs("name")).await;
        let trashed_company = made(admin, "/api/crm/companies", theirs("name")).await;
        let note = made(admin, &format!("/api/crm/contacts/{contact}/notes"), json!({"body": "Hi"})).await;
        let deal = made(admin, "/api/crm/deals", theirs("title")).await;
        let trashed_deal = made(admin, "/api/crm/deals", theirs("title")).await;
        for (kind, id) in [("contacts", trashed), ("companies", trashed_company), ("deals", trashed_deal)] {
            admin.delete(&format!("/api/crm/{kind}/{id}")).await;
        }
        let account = crate::accounts::connected(admin, phone).await;
        let config = json!({"ownerId": holder.user_id, "allowedUserIds": []});
        admin.put(&format!("/api/bd-accounts/{account}/config"), config).await.expect(200);
        let scope = Scope::system(OrgId(admin.org_id), "sync");
        let news = vec![Seen::Message(seen(9, false, world.clock.now()))];
        let batch = SeenBatch { origin: Origin::Live, chats: vec![boris()], news, position: None };
        world.app.messaging.receive(&scope, account, batch).await.unwrap();
        let path = format!("/api/messaging/messages?bdAccountId={account}");
        let message = admin.get(&path).await.expect(200)["items"][0].clone();
        let (message, chat) = (uuid(&message["id"]), uuid(&message["chatId"]));
        let comment = made(admin, &format!("/api/messaging/chats/{chat}/comments"), json!({"text": "Who?"})).await;
        admin.patch(&format!("/api/messaging/chats/{chat}"), json!({"assigneeId": holder.user_id})).await.expect(200);
        Self(vec![
            (Id::Contact, contact),
            (Id::Trashed, trashed),
            (Id::Company, company),
            (Id::TrashedCompany, trashed_company),
            (Id::Note, note),
            (Id::Deal, deal),
            (Id::TrashedDeal, trashed_deal),
            (Id::Account, account),
            (Id::Chat, chat),
            (Id::Message, message),
            (Id::Comment, comment),
        ])
    }

    fn get(&self, of: Id) -> Option<Uuid> {
        self.0.iter().find(|(id, _)| *id == of).map(|(_, record)| *record)
    }
}

/// What an owner may do, which is everything.
async fn everything(owner: &Client) -> Value {
    let roles = owner.get("/api/roles").await.expect(200);
    let is_owner = |role: &&Value| role["key"] == "owner";
    roles["items"].as_array().unwrap().iter().find(is_owner).unwrap()["permissions"].clone()
}

fn reach(level: &str) -> Value {
    json!({"clients": level, "deals": level, "chats": level, "accounts": level})
}

/// What reads one record, and nothing else.
const CARDS: [&str; 7] =
    ["getContact", "getCompany", "getDeal", "getAccount", "getChat", "getMessage", "listChatComments"];

on_both! {
    async fn every_route_keeps_the_levels(world: World) {
        let owner = world.owner().await;
        let me = world.colleague(&owner, Role::Viewer).await;
        let mate = world.colleague(&owner, Role::Agent).await;
        let other = world.colleague(&owner, Role::Manager).await;
        let stranger = world.sign_up("stranger@example.com").await;
        world.settle().await;
        let role = json!({"name": "All", "base": "viewer", "permissions": everything(&owner).await, "reach": reach("own")});
        let key = owner.post("/api/roles", role).await.expect(201)["key"].as_str().unwrap().to_owned();
        owner.put(&format!("/api/team/members/{}/role", me.user_id), json!({"roles": [key]})).await.expect(200);
        let team = json!({"name": "North", "members": [{"id": me.user_id}, {"id": mate.user_id}]});
        owner.post("/api/teams", team).await.expect(201);
        let records = [
            ("own", Records::of(&world, &owner, &me, "+48601234560").await),
            ("team", Records::of(&world, &owner, &mate, "+48601234561").await),
            ("other", Records::of(&world, &owner, &other, "+48601234562").await),
            ("foreign", Records::of(&world, &stranger, &stranger, "+48601234563").await),
        ];
        world.settle().await;
        let routes = routes(&world);
        let mut seen = BTreeSet::new();
        for (rank, level) in LEVELS.iter().enumerate() {
            owner.patch(&format!("/api/roles/{key}"), json!({"reach": reach(level)})).await.expect(200);
            for (place, (whose, records)) in records.iter().enumerate() {
                let is_reached = place <= rank;
                for route in &routes {
                    let Some(id) = records.get(route.id) else { continue };
                    let is_card = CARDS.contains(&route.operation.as_str());
                    // What is reached is only read here: it is to be there for the next level.
                    if is_reached && !is_card {
                        continue;
                    }
                    let body = Body::from(route.body);
                    let answer = me.send(route.method.clone(), &route.path_of(id), body, route.content_type()).await;
                    let expected = if is_reached { StatusCode::OK } else { StatusCode::NOT_FOUND };
                    assert_eq!(answer.status, expected, "{} of {whose} at level {level}", route.operation);
                    if is_card {
                        seen.insert(route.operation.clone());
                    }
                }
            }
        }
        assert_eq!(seen.len(), CARDS.len(), "{seen:?}");
    }

    async fn nothing_tells_of_what_the_list_hides(world: World) {
        for seed in 1..=4 {
            at_random(&world, &mut Chance(seed), seed).await;
        }
    }
}

/// A sequence of numbers that is the same each time (Marsaglia's xorshift).
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % end
    }
}

/// Names in what a list tells, whatever it is made of.
fn names(list: &Value, field: &str) -> BTreeSet<String> {
    list["items"].as_array().unwrap().iter().map(|item| item[field].as_str().unwrap().to_owned()).collect()
}

/// All that are told of, of the names that there are.
fn told(text: &str, all: &BTreeMap<String, Option<usize>>) -> BTreeSet<String> {
    all.keys().filter(|name| text.contains(name.as_str())).cloned().collect()
}

async fn text(client: &Client, path: &str) -> String {
    let answer = client.get(path).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}");
    String::from_utf8(answer.bytes).unwrap()
}

/// An organization with people in teams and records of theirs, made up; each of them looks at it at each level.
async fn at_random(world: &World, chance: &mut Chance, seed: u64) {
    let owner = world.sign_up(&format!("owner{seed}@example.com")).await;
    let all = everything(&owner).await;
    let mut people = Vec::new();
    for n in 0..4 {
        people.push(world.joined(&owner, &format!("p{n}.{seed}@example.com"), Role::Viewer).await);
    }
    let mut teams: Vec<BTreeSet<usize>> = Vec::new();
    for n in 0..chance.below(3) {
        let members: BTreeSet<usize> = (0..people.len()).filter(|_| chance.below(2) == 0).collect();
        let ids: Vec<Value> = members.iter().map(|n| json!({"id": people[*n].user_id})).collect();
        owner.post("/api/teams", json!({"name": format!("T{n}"), "members": ids})).await.expect(201);
        teams.push(members);
    }
    world.settle().await;
    // Whose each record is: nobody's, or one of the people's.
    let mut records: BTreeMap<&str, BTreeMap<String, Option<usize>>> = BTreeMap::new();
    for (kind, field) in [("contacts", "name"), ("companies", "name"), ("deals", "title")] {
        for n in 0..6 {
            let whose = Some(chance.below(people.len() + 1)).filter(|n| *n < people.len());
            let name = format!("{} {}", &kind[..4], ["Ash", "Birch", "Cedar", "Dogwood", "Elm", "Fir"][n]);
            let owner_id = whose.map(|n| people[n].user_id);
            owner.post(&format!("/api/crm/{kind}"), json!({field: name, "ownerId": owner_id})).await.expect(201);
            records.entry(kind).or_default().insert(name, whose);
        }
    }
    world.settle().await;
    for (me, client) in people.iter().enumerate() {
        for level in LEVELS {
            let role =
                json!({"name": format!("{me}{level}"), "base": "viewer", "permissions": all, "reach": reach(level)});
            let key = owner.post("/api/roles", role).await.expect(201)["key"].clone();
            owner.put(&format!("/api/team/members/{}/role", client.user_id), json!({"roles": [key]})).await.expect(200);
            let mates: BTreeSet<usize> = teams.iter().filter(|team| team.contains(&me)).flatten().copied().collect();
            let sees = |whose: &Option<usize>| match (level, whose) {
                ("organization", _) | (_, None) => true,
                ("team", Some(whose)) => *whose == me || mates.contains(whose),
                (_, Some(whose)) => *whose == me,
            };
            for (kind, all) in &records {
                let reached: BTreeSet<String> =
                    all.iter().filter(|(_, whose)| sees(whose)).map(|(name, _)| name.clone()).collect();
                let because = format!("{kind}, seed {seed}, person {me} at {level}");
                let field = if *kind == "deals" { "title" } else { "name" };
                let path = format!("/api/crm/{kind}");
                let list = client.get(&path).await.expect(200);
                assert_eq!(names(&list, field), reached, "{because}");
                assert_eq!(list["page"]["total"], reached.len(), "{because}");
                assert_eq!(told(&text(client, &format!("{path}/export.csv")).await, all), reached, "{because}");
                for (word, name) in ["ash", "birch", "cedar", "dogwood", "elm", "fir"].into_iter().zip(all.keys()) {
                    let hit = told(&text(client, &format!("{path}?search={word}")).await, all);
                    assert_eq!(hit.contains(name), reached.contains(name), "{word} in {because}");
                    let everywhere = told(&text(client, &format!("/api/search?q={word}")).await, all);
                    assert!(everywhere.is_subset(&reached), "{everywhere:?} of {because}");
                }
            }
            // Events tell ids: no card of what they are about is closed.
            for event in feed(client, 100).await {
                let kind = match event["subject"]["kind"].as_str() {
                    Some("contact") => "contacts",
                    Some("company") => "companies",
                    Some("deal") => "deals",
                    _ => continue,
                };
                for id in event["subject"]["ids"].as_array().unwrap() {
                    let card = client.get(&format!("/api/crm/{kind}/{}", id.as_str().unwrap())).await;
                    assert_eq!(card.status, StatusCode::OK, "{event} told to person {me} at {level}, seed {seed}");
                }
            }
            let pipelines = client.get("/api/pipeline").await.expect(200);
            let pipeline = pipelines["items"][0]["id"].as_str().unwrap();
            let board = text(client, &format!("/api/pipeline/{pipeline}/board")).await;
            let deals = &records["deals"];
            let reached: BTreeSet<String> =
                deals.iter().filter(|(_, whose)| sees(whose)).map(|(name, _)| name.clone()).collect();
            assert_eq!(told(&board, deals), reached, "the board of person {me} at {level}, seed {seed}");
        }
    }
}
