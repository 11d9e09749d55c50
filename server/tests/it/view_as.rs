//! Looking as a member does: what is read is what they read, nothing is written, what is personal stays one's own, nobody
//! sees more by it than they do themselves, and it ends.

use std::collections::BTreeSet;

use axum::{body::Body, http::Method};
use chrono::TimeDelta;
use identity::Role;
use serde_json::{Value, json};
use testkit::on_both;
use uuid::Uuid;

use crate::{
    access::{Id, Route, routes},
    live::feed,
    sessions::csrf,
    world::{Answer, Client, PASSWORD, World},
};

const PATH: &str = "/api/team/view-as";

async fn look(viewer: &Client, member: &Client) -> Answer {
    viewer.post(PATH, json!({"userId": member.user_id})).await
}

async fn session(client: &Client) -> Value {
    client.get("/api/auth/session").await.expect(200)
}

/// As whom somebody looks; null for themselves.
async fn seen_as(client: &Client) -> Value {
    session(client).await["viewingAs"]["userId"].clone()
}

fn reach(level: &str) -> Value {
    json!({"clients": level, "deals": level, "chats": level, "accounts": level})
}

/// Gives somebody one role of the organization's own; its address.
async fn give(owner: &Client, member: &Client, name: &str, permissions: &Value, level: &str) -> String {
    let role = json!({"name": name, "base": "agent", "permissions": permissions, "reach": reach(level)});
    let key = owner.post("/api/roles", role).await.expect(201)["key"].as_str().unwrap().to_owned();
    let path = format!("/api/team/members/{}/role", member.user_id);
    owner.put(&path, json!({"roles": [key]})).await.expect(200);
    format!("/api/roles/{key}")
}

async fn team(owner: &Client, name: &str, members: &[&Client]) {
    let members: Vec<Value> = members.iter().map(|member| json!({"id": member.user_id})).collect();
    owner.post("/api/teams", json!({"name": name, "members": members})).await.expect(201);
}

async fn made(client: &Client, kind: &str, body: Value) -> Uuid {
    client.post(&format!("/api/crm/{kind}"), body).await.expect(201)["id"].as_str().unwrap().parse().unwrap()
}

/// A window of the owner's, which outlives the token of a program.
async fn window(world: &World) -> Client {
    let body = json!({"email": "owner@example.com", "password": PASSWORD});
    let answer = world.anon().with("x-session-mode", "cookie").post("/api/auth/signin", body).await;
    world.anon().with("cookie", &answer.cookies()).with("x-csrf-token", &csrf(&answer))
}

/// What answers everybody alike who sees the same.
const READ: [&str; 30] = [
    "listContacts",
    "getContact",
    "getContactTimeline",
    "listContactNotes",
    "exportContacts",
    "listCompanies",
    "getCompany",
    "exportCompanies",
    "listContactDuplicates",
    "listSharedClients",
    "listTags",
    "getOverview",
    "globalSearch",
    "listDeals",
    "getDeal",
    "exportDeals",
    "listPipelines",
    "getBoard",
    "getForecast",
    "listInbox",
    "countInbox",
    "listChats",
    "getChat",
    "getMessage",
    "listAccounts",
    "getAccount",
    "listMembers",
    "explainAccess",
    "listTeams",
    "listActivity",
];

/// What is asked of each of the routes: all the records of the kind that its path names.
fn asked(routes: &[Route], records: &[(Id, Uuid)]) -> Vec<String> {
    let mut paths = Vec::new();
    for route in routes.iter().filter(|route| READ.contains(&route.operation.as_str())) {
        let ids = records.iter().filter(|(of, _)| *of == route.id).map(|(_, id)| *id);
        let ids: Vec<Uuid> = if route.id == Id::None { vec![Uuid::nil()] } else { ids.collect() };
        assert!(!ids.is_empty(), "{} is asked of nothing", route.operation);
        paths.extend(ids.into_iter().map(|id| route.path_of(id)));
    }
    let mine = "filter=%7B%22field%22%3A%22ownerId%22%2C%22op%22%3A%22eq%22%2C%22value%22%3A%22me%22%7D";
    for kind in ["contacts", "companies", "deals"] {
        paths.push(format!("/api/crm/{kind}?{mine}"));
        paths.push(format!("/api/crm/{kind}?search=anna"));
        paths.push(format!("/api/crm/{kind}/export.csv?{mine}"));
    }
    paths
}

/// What came of it: a refusal without the id of its request.
fn outcome(answer: &Answer) -> (u16, Value) {
    let status = answer.status.as_u16();
    let text = || Value::String(String::from_utf8_lossy(&answer.bytes).into_owned());
    let said = serde_json::from_slice(&answer.bytes).unwrap_or_else(|_| text());
    (status, if status < 400 { said } else { said["code"].clone() })
}

on_both! {
    async fn it_ends_with_the_access_of_whom_it_shows_and_does_not_begin_without(world: World) {
        let owner = world.owner().await;
        let agent = world.colleague(&owner, Role::Agent).await;
        let admin = world.colleague(&owner, Role::Admin).await;
        look(&admin, &agent).await.expect(200);
        assert_eq!(seen_as(&admin).await, json!(agent.user_id));
        let path = |what: &str| format!("/api/team/members/{}/{what}", agent.user_id);
        owner.post(&path("suspend"), json!({})).await.expect(200);
        assert_eq!(seen_as(&admin).await, Value::Null);
        made(&admin, "contacts", json!({"name": "Anna"})).await;
        assert_eq!(look(&admin, &agent).await.code(409), "members.view_suspended");
        let ended = "select count(*) as n from events where kind = 'access.viewed_as.ended'";
        world.settle().await;
        assert_eq!(world.count(ended).await, 1);
    }

    async fn what_is_read_is_what_the_member_reads(world: World) {
        let owner = world.owner().await;
        let member = world.colleague(&owner, Role::Agent).await;
        let mate = world.colleague(&owner, Role::Viewer).await;
        let other = world.colleague(&owner, Role::Manager).await;
        world.settle().await;
        let everything = session(&owner).await["permissions"].clone();
        let role = give(&owner, &member, "All", &everything, "own").await;
        team(&owner, "North", &[&member, &mate]).await;
        let mut records = vec![(Id::Member, member.user_id), (Id::Member, owner.user_id)];
        for whose in [None, Some(&owner), Some(&member), Some(&mate), Some(&other)] {
            let whose = whose.map(|client| client.user_id);
            let kinds =
                [(Id::Contact, "contacts", "name"), (Id::Company, "companies", "name"), (Id::Deal, "deals", "title")];
            for (id, kind, field) in kinds {
                let made = made(&owner, kind, json!({field: "Anna Oak", "ownerId": whose})).await;
                records.push((id, made));
            }
        }
        let chats = crate::chats::of(&world, &owner).await;
        let chat = format!("/api/messaging/chats/{}", chats.chat);
        owner.patch(&chat, json!({"assigneeId": member.user_id})).await.expect(200);
        records.extend([(Id::Chat, chats.chat), (Id::Message, chats.message)]);
        for (client, phone) in [(&member, "+48601234561"), (&other, "+48601234562")] {
            let account = crate::accounts::connected(&owner, phone).await;
            let config = json!({"ownerId": client.user_id, "allowedUserIds": []});
            owner.put(&format!("/api/bd-accounts/{account}/config"), config).await.expect(200);
            records.push((Id::Account, account));
        }
        world.settle().await;
        let pipelines = owner.get("/api/pipeline").await.expect(200);
        records.push((Id::Pipeline, pipelines["items"][0]["id"].as_str().unwrap().parse().unwrap()));
        let paths = asked(&routes(&world), &records);

        let mut totals = BTreeSet::new();
        for level in ["own", "team", "organization"] {
            owner.patch(&role, json!({"reach": reach(level)})).await.expect(200);
            let viewing = look(&owner, &member).await.expect(200);
            assert_eq!((&viewing["userId"], &viewing["name"]), (&json!(member.user_id), &json!("Anna Kowalska")));
            totals.insert(owner.get("/api/crm/contacts").await.expect(200)["page"]["total"].as_i64().unwrap());
            for path in &paths {
                let (seen, theirs) = (owner.get(path).await, member.get(path).await);
                assert_eq!(outcome(&seen), outcome(&theirs), "{path} at level {level}");
            }
            let (shown, theirs) = (session(&owner).await, session(&member).await);
            assert_eq!((&shown["reach"], &shown["role"]), (&theirs["reach"], &theirs["role"]));
            assert_eq!((&shown["user"]["id"], &shown["viewingAs"]), (&json!(owner.user_id), &viewing));
            owner.delete(PATH).await.expect(204);
            world.settle().await;
        }
        assert_eq!(totals, BTreeSet::from([2, 3, 5]), "nobody's and theirs, the team's, all");
    }

    async fn nothing_is_written_meanwhile(world: World) {
        let owner = world.owner().await;
        let admin = world.colleague(&owner, Role::Admin).await;
        world.settle().await;
        look(&owner, &admin).await.expect(200);
        let count = "select count(*) as n from events";
        let before = world.count(count).await;
        let left = ["stopViewingAs", "signOut", "stepUp", "startStepUpPasskey"];
        let is_refused = |route: &&Route| {
            route.method != Method::GET && !route.is_open() && !left.contains(&route.operation.as_str())
        };
        let routes = routes(&world);
        let refused: Vec<&Route> = routes.iter().filter(is_refused).collect();
        assert!(refused.len() > 100, "{}", refused.len());
        for route in refused {
            let (path, body) = (route.path_of(Uuid::max()), Body::from(route.body));
            let answer = owner.send(route.method.clone(), &path, body, route.content_type()).await;
            assert_eq!(answer.code(403), "auth.viewing_as", "{}", route.operation);
        }
        assert_eq!(world.count(count).await, before);
        let permissions = session(&owner).await["permissions"].clone();
        let permissions: Vec<&str> =
            permissions.as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
        assert!(permissions.contains(&"crm.contacts.read") && permissions.contains(&"audit.export"), "{permissions:?}");
        let reads = |name: &&&str| matches!(name.rsplit_once('.'), Some((_, "read" | "export")));
        assert_eq!(permissions.iter().find(|name| !reads(name)), None, "{permissions:?}");
        let russian = owner.with("accept-language", "ru");
        let text = russian.post("/api/crm/contacts", json!({"name": "New"})).await.expect(403);
        assert!(text["error"].as_str().unwrap().starts_with("Вы смотрите"), "{text}");
        let proof = json!({"method": "password", "password": PASSWORD});
        owner.post("/api/auth/step-up", proof).await.expect(204);
        owner.delete(PATH).await.expect(204);
        owner.delete(PATH).await.expect(204);
        made(&owner, "contacts", json!({"name": "New"})).await;
    }

    async fn what_is_personal_stays_ones_own(world: World) {
        let owner = world.owner().await;
        let agent = world.colleague(&owner, Role::Agent).await;
        world.settle().await;
        let chat = crate::chats::of(&world, &owner).await.chat;
        let card = format!("/api/messaging/chats/{chat}");
        agent.put(&format!("{card}/draft"), json!({"text": "Dear"})).await.expect(204);
        let view = json!({"recordType": "contact", "name": "Theirs", "visibility": "private", "query": {}});
        agent.post("/api/crm/views", view).await.expect(201);
        made(&owner, "contacts", json!({"name": "Given", "ownerId": agent.user_id})).await;
        world.settle().await;
        let own = ["/api/users/profile", "/api/auth/sessions", "/api/auth/mfa", "/api/auth/organizations"];
        // Whom they are about is named as far as it is seen.
        let bell = async || {
            let items = owner.get("/api/v1/notifications").await.expect(200)["items"].clone();
            items.as_array().unwrap().iter().map(|item| item["id"].clone()).collect::<Vec<_>>()
        };
        let rung = bell().await;
        let mut before = Vec::new();
        for path in own {
            before.push(owner.get(path).await.expect(200));
        }
        look(&owner, &agent).await.expect(200);
        for (path, before) in own.iter().zip(before) {
            assert_eq!(owner.get(path).await.expect(200), before, "{path}");
        }
        assert_eq!(bell().await, rung);
        assert_eq!(agent.get(&card).await.expect(200)["draft"]["text"], "Dear");
        assert!(owner.get(&card).await.expect(200)["draft"].is_null());
        let views = owner.get("/api/crm/views?recordType=contact").await.expect(200);
        assert!(!views.to_string().contains("Theirs"), "{views}");
        world.settle().await;
        let addressed = |event: &&Value| event["type"] == "notification.created";
        let told = feed(&owner, 100).await;
        assert!(told.iter().filter(addressed).all(|event| event["data"]["userId"] == json!(owner.user_id)));
        assert!(feed(&agent, 100).await.iter().any(|event| addressed(&event)), "what the agent was told is not");
    }

    async fn nobody_looks_beyond_themselves(world: World) {
        let owner = world.owner().await;
        let admin = world.colleague(&owner, Role::Admin).await;
        let agent = world.colleague(&owner, Role::Agent).await;
        let manager = world.colleague(&owner, Role::Manager).await;
        let stranger = world.sign_up("stranger@example.com").await;
        world.settle().await;
        assert_eq!(look(&admin, &owner).await.code(403), "members.view_beyond");
        assert_eq!(look(&admin, &admin).await.code(409), "members.view_self");
        assert_eq!(look(&admin, &stranger).await.code(404), "not_found");
        assert_eq!(look(&stranger, &agent).await.code(404), "not_found");
        assert_eq!(look(&manager, &agent).await.code(403), "permission.denied");
        look(&owner, &admin).await.expect(200);
        look(&admin, &agent).await.expect(200);
        assert_eq!(look(&admin, &manager).await.code(403), "auth.viewing_as", "one after the other");
        admin.delete(PATH).await.expect(204);
        owner.delete(PATH).await.expect(204);

        // Somebody who edits roles and reaches the team.
        let permissions = session(&admin).await["permissions"].clone();
        give(&owner, &admin, "Lead", &permissions, "team").await;
        assert_eq!(look(&admin, &agent).await.code(403), "members.view_beyond", "of another team");
        assert_eq!(look(&admin, &manager).await.code(403), "members.view_beyond", "who reaches everything");
        team(&owner, "North", &[&admin, &agent]).await;
        look(&admin, &agent).await.expect(200);
        admin.delete(PATH).await.expect(204);
        give(&owner, &agent, "Mates", &json!(["crm.contacts.read"]), "team").await;
        look(&admin, &agent).await.expect(200);
        admin.delete(PATH).await.expect(204);
        team(&owner, "South", &[&agent, &manager]).await;
        assert_eq!(look(&admin, &agent).await.code(403), "members.view_beyond", "who has teammates that the viewer has not");
        give(&owner, &agent, "Buyers", &json!(["bd.accounts.purchase"]), "own").await;
        assert_eq!(look(&admin, &agent).await.code(403), "members.view_beyond", "who may do what the viewer may not");
    }

    async fn it_takes_a_person_and_a_fresh_proof(world: World) {
        let owner = world.owner().await;
        let agent = world.colleague(&owner, Role::Agent).await;
        made(&owner, "contacts", json!({"name": "Kept", "ownerId": owner.user_id})).await;
        let (_, key) = crate::keys::made(&owner, &["team.roles.write", "crm.contacts.read"]).await;
        let program = world.anon().with("authorization", &format!("Bearer {key}"));
        assert_eq!(look(&program, &agent).await.code(403), "auth.key");
        world.clock.advance(TimeDelta::minutes(11));
        assert_eq!(look(&owner, &agent).await.code(403), "auth.step_up");
        owner.post("/api/auth/step-up", json!({"method": "password", "password": PASSWORD})).await.expect(204);
        look(&owner, &agent).await.expect(200);
        let total = async |client: &Client| client.get("/api/crm/contacts").await.expect(200)["page"]["total"].clone();
        assert_eq!((total(&owner).await, total(&program).await), (json!(0), json!(1)), "a key is a session of its own");
    }

    async fn who_looked_as_whom_is_written_down(world: World) {
        let owner = world.owner().await;
        let agent = world.colleague(&owner, Role::Agent).await;
        world.settle().await;
        look(&owner, &agent).await.expect(200);
        owner.get("/api/crm/contacts").await.expect(200);
        owner.delete(PATH).await.expect(204);
        world.settle().await;
        for action in ["access.viewed_as.started", "access.viewed_as.ended"] {
            let lines = owner.get(&format!("/api/audit?action={action}")).await.expect(200);
            let lines = lines["items"].as_array().unwrap();
            assert_eq!(lines.len(), 1, "{action}");
            assert_eq!(lines[0]["actor"]["id"], json!(owner.user_id));
            assert_eq!(lines[0]["subject"], json!({"kind": "user", "ids": [agent.user_id], "count": 1}));
        }
        // Whom it was about is told as well, and nobody else who does not read the log.
        let viewer = world.colleague(&owner, Role::Viewer).await;
        let is_look = |event: &&Value| event["type"].as_str().unwrap().starts_with("access.");
        assert_eq!(feed(&agent, 100).await.iter().filter(is_look).count(), 2);
        assert_eq!(feed(&viewer, 100).await.iter().filter(is_look).count(), 0);
    }

    async fn it_ends_with_its_time_and_with_the_session(world: World) {
        let owner = world.owner().await;
        let agent = world.colleague(&owner, Role::Agent).await;
        let window = window(&world).await;
        look(&window, &agent).await.expect(200);
        world.clock.advance(TimeDelta::minutes(29));
        assert_eq!(seen_as(&window).await, json!(agent.user_id));
        assert_eq!(window.post("/api/crm/contacts", json!({"name": "New"})).await.code(403), "auth.viewing_as");
        world.clock.advance(TimeDelta::minutes(1));
        assert_eq!(seen_as(&window).await, Value::Null);
        made(&window, "contacts", json!({"name": "New"})).await;
        window.post("/api/auth/step-up", json!({"method": "password", "password": PASSWORD})).await.expect(204);
        look(&window, &agent).await.expect(200);
        assert_eq!(window.post("/api/auth/signout", json!({})).await.status.as_u16(), 204);
        assert_eq!(window.get("/api/auth/session").await.code(401), "auth.expired");
    }

    async fn it_ends_when_what_one_of_the_two_may_do_changes(world: World) {
        let owner = world.owner().await;
        let admin = world.colleague(&owner, Role::Admin).await;
        let agent = world.colleague(&owner, Role::Agent).await;
        let mate = world.colleague(&owner, Role::Viewer).await;
        world.settle().await;
        let roles = async |member: &Client, key: &str| {
            let path = format!("/api/team/members/{}/role", member.user_id);
            owner.put(&path, json!({"roles": [key]})).await.expect(200);
        };
        let begun = async || {
            look(&admin, &agent).await.expect(200);
            assert_eq!(seen_as(&admin).await, json!(agent.user_id));
        };
        begun().await;
        roles(&mate, "agent").await;
        assert_eq!(seen_as(&admin).await, json!(agent.user_id), "what a third one may do is no matter");
        roles(&agent, "viewer").await;
        assert_eq!(seen_as(&admin).await, Value::Null);
        begun().await;
        team(&owner, "North", &[&agent, &mate]).await;
        assert_eq!(seen_as(&admin).await, Value::Null);
        let role = give(&owner, &agent, "Readers", &json!(["crm.contacts.read"]), "own").await;
        begun().await;
        owner.patch(&role, json!({"name": "Lookers"})).await.expect(200);
        assert_eq!(seen_as(&admin).await, json!(agent.user_id), "another name changes nothing");
        owner.patch(&role, json!({"permissions": ["crm.contacts.read", "crm.deals.read"]})).await.expect(200);
        assert_eq!(seen_as(&admin).await, Value::Null);
        begun().await;
        roles(&admin, "manager").await;
        assert_eq!((seen_as(&admin).await, session(&admin).await["role"].clone()), (Value::Null, json!("manager")));
        roles(&admin, "admin").await;
        begun().await;
        let gone = json!({"reassignTo": null});
        owner.json(Method::DELETE, &format!("/api/team/members/{}", agent.user_id), &gone).await.expect(202);
        assert_eq!(seen_as(&admin).await, Value::Null);
        made(&admin, "contacts", json!({"name": "New"})).await;
        world.settle().await;
        let ended = owner.get("/api/audit?action=access.viewed_as.ended").await.expect(200);
        let ended = ended["items"].as_array().unwrap();
        assert_eq!(ended.len(), 5);
        assert!(ended.iter().all(|line| line["actor"]["id"] == json!(owner.user_id)), "by whom it was ended");
    }
}
