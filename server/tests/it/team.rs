//! Roles that an organization makes up, teams, and people who are asked to join.

use axum::http::Method;
use chrono::TimeDelta;
use identity::Role;
use kernel::{OrgId, Scope};
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};
use testkit::on_both;

use crate::{
    live::feed,
    world::{Answer, Client, PASSWORD, World},
};

/// What stands in the link of the newest invitation to an address.
pub async fn token_for(owner: &Client, email: &str) -> String {
    let page = owner.get("/api/mail/outbox?limit=100").await.expect(200);
    let mails = page["items"].as_array().unwrap();
    let mail = mails.iter().find(|mail| mail["kind"] == "invitation" && mail["to"] == email).unwrap();
    let text = mail["text"].as_str().unwrap();
    text.split("/auth/invitation#").nth(1).unwrap().split_whitespace().next().unwrap().to_owned()
}

fn reach(level: &str) -> Value {
    json!({"clients": level, "deals": level, "chats": level, "accounts": level})
}

fn role(name: &str, permissions: &[&str], level: &str) -> Value {
    json!({"name": name, "base": "agent", "permissions": permissions, "reach": reach(level)})
}

async fn made(owner: &Client, body: Value) -> String {
    owner.post("/api/roles", body).await.expect(201)["key"].as_str().unwrap().to_owned()
}

async fn give(owner: &Client, member: &Client, roles: &[&str]) {
    owner.put(&format!("/api/team/members/{}/role", member.user_id), json!({ "roles": roles })).await.expect(200);
}

/// Names of the contacts that somebody sees.
async fn seen(client: &Client) -> Vec<String> {
    let list = client.get("/api/crm/contacts?sort=name").await.expect(200);
    list["items"].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap().to_owned()).collect()
}

async fn invite(owner: &Client, email: &str, body: Value) -> Value {
    let mut body = body;
    body["emails"] = json!([email]);
    owner.post("/api/team/members/invite", body).await.expect(201)["items"][0].clone()
}

async fn removed(by: &Client, member: &Client, to: Option<&Client>) -> Answer {
    let body = json!({"reassignTo": to.map(|heir| heir.user_id)});
    by.json(Method::DELETE, &format!("/api/team/members/{}", member.user_id), &body).await
}

/// What somebody holds one of each kind of.
struct Estate {
    contact: String,
    company: String,
    deal: String,
    chat: String,
    account: String,
}

impl Estate {
    async fn of(world: &World, owner: &Client, holder: &Client) -> Self {
        let theirs = |name: &str, label: &str| json!({name: label, "ownerId": holder.user_id});
        let path = |kind: &str, answer: &Value| format!("{kind}/{}", answer["id"].as_str().unwrap());
        let contact = owner.post("/api/crm/contacts", theirs("name", "Kept")).await.expect(201);
        let company = owner.post("/api/crm/companies", theirs("name", "Kept")).await.expect(201);
        let deal = owner.post("/api/crm/deals", theirs("title", "Kept")).await.expect(201);
        let chat = format!("/api/messaging/chats/{}", crate::chats::of(world, owner).await.chat);
        owner.patch(&chat, json!({"assigneeId": holder.user_id})).await.expect(200);
        let account = format!("/api/bd-accounts/{}", crate::accounts::connected(owner, "+48601234562").await);
        owner
            .put(&format!("{account}/config"), json!({"ownerId": holder.user_id, "allowedUserIds": []}))
            .await
            .expect(200);
        Self {
            contact: path("/api/crm/contacts", &contact),
            company: path("/api/crm/companies", &company),
            deal: path("/api/crm/deals", &deal),
            chat,
            account,
        }
    }

    /// Whose each of them is: contact, company, deal, chat, account.
    async fn owners(&self, owner: &Client) -> Vec<Value> {
        let mut owners = Vec::new();
        for (path, field) in [
            (&self.contact, "/ownerId"),
            (&self.company, "/ownerId"),
            (&self.deal, "/owner/id"),
            (&self.chat, "/assigneeId"),
            (&self.account, "/ownerId"),
        ] {
            owners.push(owner.get(path).await.expect(200).pointer(field).cloned().unwrap_or_default());
        }
        owners
    }
}

on_both! {
    async fn whoever_is_removed_is_out_at_once_and_leaves_what_they_held_to_another(world: World) {
        let owner = world.owner().await;
        let agent = world.colleague(&owner, Role::Agent).await;
        let heir = world.colleague(&owner, Role::Manager).await;
        world.settle().await;
        let estate = Estate::of(&world, &owner, &agent).await;
        let (_, key) = crate::keys::made(&owner, &["crm.contacts.read"]).await;
        let program = world.anon().with("authorization", &format!("Bearer {key}"));
        let team = json!({"name": "North", "members": [{"id": agent.user_id}]});
        owner.post("/api/teams", team).await.expect(201);
        let holdings = owner.get(&format!("/api/team/members/{}/holdings", agent.user_id)).await.expect(200);
        assert_eq!(holdings, json!({"clients": 1, "companies": 1, "deals": 1, "chats": 1, "accounts": 1}));
        let unknown = world.sign_up("stranger@example.com").await;
        assert_eq!(removed(&owner, &agent, Some(&unknown)).await.refused(422), ["reassignTo members.unknown"]);
        assert_eq!(removed(&owner, &agent, Some(&agent)).await.refused(422), ["reassignTo members.unknown"]);
        assert_eq!(removed(&owner, &owner, None).await.code(409), "members.self");
        assert_eq!(removed(&owner, &unknown, None).await.status.as_u16(), 404);
        assert_eq!(removed(&heir, &agent, None).await.code(403), "permission.denied");

        removed(&owner, &agent, Some(&heir)).await.expect(202);
        assert_eq!(agent.get("/api/crm/contacts").await.status.as_u16(), 401);
        program.get("/api/crm/contacts").await.expect(200);
        world.settle().await;
        assert_eq!(estate.owners(&owner).await, vec![json!(heir.user_id); 5]);
        let list = owner.get("/api/team/members").await.expect(200);
        assert!(!list.to_string().contains(&agent.user_id.to_string()), "{list}");
        let teams = owner.get("/api/teams").await.expect(200);
        assert_eq!(teams["items"][0]["members"], json!([]));
        assert_eq!(removed(&owner, &agent, None).await.status.as_u16(), 404);
        let again = json!({"email": "agent@example.com", "password": PASSWORD});
        let home = world.anon().post("/api/auth/signin", again).await.expect(200);
        assert_ne!(home["organization"]["id"], json!(owner.org_id), "the organization of their own is left");
    }

    async fn what_goes_to_nobody_is_shared_but_accounts_are_not(world: World) {
        let owner = world.owner().await;
        let admin = world.colleague(&owner, Role::Admin).await;
        let agent = world.colleague(&owner, Role::Agent).await;
        world.settle().await;
        let estate = Estate::of(&world, &owner, &agent).await;
        let (_, key) = crate::keys::made(&admin, &["crm.contacts.read"]).await;
        let program = world.anon().with("authorization", &format!("Bearer {key}"));
        program.get("/api/crm/contacts").await.expect(200);
        removed(&admin, &agent, None).await.expect(202);
        world.settle().await;
        let nobody = Value::Null;
        let whose = estate.owners(&owner).await;
        assert_eq!(whose, [nobody.clone(), nobody.clone(), nobody.clone(), nobody, json!(admin.user_id)]);
        // An owner is nobody's to remove but an owner's; what programs had of whoever is gone ends with them.
        assert_eq!(removed(&admin, &owner, None).await.code(403), "members.owner");
        removed(&owner, &admin, Some(&owner)).await.expect(202);
        assert_eq!(program.get("/api/crm/contacts").await.status.as_u16(), 401);
        world.settle().await;
        assert_eq!(estate.owners(&owner).await[4], json!(owner.user_id));
    }

    async fn a_role_of_ones_own_counts_at_once(world: World) {
        let owner = world.owner().await;
        let agent = world.colleague(&owner, Role::Agent).await;
        let key = made(&owner, role("Readers", &["crm.contacts.read", "team.members.read"], "own")).await;
        give(&owner, &agent, &[&key]).await;
        assert_eq!(agent.post("/api/crm/contacts", json!({"name": "New"})).await.code(403), "permission.denied");
        agent.get("/api/crm/contacts").await.expect(200);
        let path = format!("/api/roles/{key}");
        let more = json!({"permissions": ["crm.contacts.read", "crm.contacts.write"]});
        owner.patch(&path, more).await.expect(200);
        agent.post("/api/crm/contacts", json!({"name": "New"})).await.expect(201);

        let session = agent.get("/api/auth/session").await.expect(200);
        assert_eq!((session["role"].as_str(), session["reach"]["deals"].as_str()), (Some("agent"), Some("own")));
        assert_eq!(session["permissions"], json!(["crm.contacts.read", "crm.contacts.write"]));

        assert_eq!(owner.delete(&path).await.code(409), "roles.in_use");
        assert_eq!(owner.delete(&format!("{path}?replacement=viewer")).await.status.as_u16(), 204);
        assert_eq!(agent.post("/api/crm/contacts", json!({"name": "New"})).await.code(403), "permission.denied");
        assert_eq!(agent.get("/api/auth/session").await.expect(200)["role"], "viewer");
        world.settle().await;
    }

    async fn several_roles_are_their_union_and_each_right_is_explained(world: World) {
        let owner = world.owner().await;
        let agent = world.colleague(&owner, Role::Agent).await;
        let key = made(&owner, role("Importers", &["crm.contacts.import"], "team")).await;
        give(&owner, &agent, &["agent", &key]).await;
        let access = owner.get(&format!("/api/team/members/{}/access", agent.user_id)).await.expect(200);
        assert_eq!(access["roles"], json!([{"key": "agent", "name": null}, {"key": key, "name": "Importers"}]));
        let from = |name: &str| {
            let permissions = access["permissions"].as_array().unwrap();
            permissions.iter().find(|permission| permission["permission"] == name).map(|found| found["from"].clone())
        };
        assert_eq!(from("crm.contacts.import"), Some(json!([key])));
        assert_eq!(from("crm.contacts.write"), Some(json!(["agent"])));
        assert_eq!(from("org.settings.write"), None);
        assert_eq!(access["reach"]["clients"], json!({"level": "team", "from": [key]}));
        let list = owner.get("/api/team/members").await.expect(200);
        let member = list["items"].as_array().unwrap().iter().find(|member| member["id"] == json!(agent.user_id)).cloned();
        assert_eq!(member.unwrap()["roles"][1]["name"], "Importers");
    }

    async fn nobody_gives_more_than_they_have(world: World) {
        let owner = world.owner().await;
        let admin = world.colleague(&owner, Role::Admin).await;
        let manager = world.colleague(&owner, Role::Manager).await;
        let buys = role("Buyers", &["bd.accounts.purchase"], "own");
        let refused = admin.post("/api/roles", buys.clone()).await.expect(422);
        assert_eq!((refused["details"][0]["field"].as_str(), refused["details"][0]["code"].as_str()), (Some("permissions"), Some("roles.beyond")));
        let key = made(&owner, buys).await;
        let path = format!("/api/team/members/{}/role", manager.user_id);
        let given = admin.put(&path, json!({"roles": ["manager", key]})).await.expect(422);
        assert_eq!(given["details"][0]["code"], "roles.beyond");
        owner.put(&path, json!({"roles": ["manager", key]})).await.expect(200);
        // What somebody has already may stay.
        admin.put(&path, json!({"roles": ["agent", key]})).await.expect(200);
        assert_eq!(manager.put(&path, json!({"roles": ["owner"]})).await.code(403), "permission.denied");
        for (body, field, code) in [
            (role("", &[], "own"), "name", "field.required"),
            (role("Viewer", &[], "own"), "name", "roles.name_taken"),
            (role("buyers", &[], "own"), "name", "roles.name_taken"),
            (role("New", &["crm.everything"], "own"), "permissions", "roles.permission"),
        ] {
            let refused = owner.post("/api/roles", body).await.expect(422);
            assert_eq!((refused["details"][0]["field"].as_str(), refused["details"][0]["code"].as_str()), (Some(field), Some(code)));
        }
    }

    async fn an_organization_keeps_an_owner_and_only_owners_make_owners(world: World) {
        let owner = world.owner().await;
        let admin = world.colleague(&owner, Role::Admin).await;
        let of = |client: &Client| format!("/api/team/members/{}/role", client.user_id);
        assert_eq!(admin.put(&of(&admin), json!({"roles": ["owner"]})).await.code(403), "members.owner");
        assert_eq!(admin.put(&of(&owner), json!({"roles": ["agent"]})).await.code(403), "members.owner");
        assert_eq!(owner.put(&of(&owner), json!({"roles": ["admin"]})).await.code(409), "members.last_owner");
        assert_eq!(admin.post("/api/team/members/invite", json!({"emails": ["a@example.com"], "roles": ["owner"]})).await.code(403), "members.owner");
        give(&owner, &admin, &["owner"]).await;
        owner.put(&of(&owner), json!({"roles": ["admin"]})).await.expect(200);
        assert_eq!(owner.put(&of(&owner), json!({"roles": ["owner"]})).await.code(403), "members.owner");
    }

    async fn a_team_sees_what_is_its_own_in_lists_search_exports_and_streams(world: World) {
        let owner = world.owner().await;
        let agent = world.colleague(&owner, Role::Agent).await;
        let lead = world.colleague(&owner, Role::Viewer).await;
        let permissions = ["crm.contacts.read", "crm.contacts.export", "crm.contacts.write", "crm.deals.read", "team.members.read"];
        let key = made(&owner, role("Leads", &permissions, "team")).await;
        give(&owner, &lead, &[&key]).await;
        world.settle().await;
        for (name, owner_id) in [("Andys", json!(agent.user_id)), ("Bosses", json!(owner.user_id)), ("Shared", json!(null))] {
            owner.post("/api/crm/contacts", json!({"name": name, "ownerId": owner_id})).await.expect(201);
            owner.post("/api/crm/deals", json!({"title": name, "ownerId": owner_id})).await.expect(201);
        }
        world.settle().await;
        assert_eq!(seen(&lead).await, ["Shared"]);
        let people = json!([{"id": agent.user_id}, {"id": lead.user_id, "lead": true}]);
        let team = owner.post("/api/teams", json!({"name": "North", "members": people})).await.expect(201);
        assert_eq!(team["members"][0]["lead"], true);
        assert_eq!(seen(&lead).await, ["Andys", "Shared"]);
        assert_eq!(seen(&agent).await, ["Andys", "Shared"], "an agent's own level stays");
        let deals = lead.get("/api/crm/deals?sort=title").await.expect(200);
        assert_eq!(deals["items"].as_array().unwrap().len(), 2);
        let found = lead.get("/api/search?q=boss").await.expect(200);
        assert!(!found.to_string().contains("Bosses"), "{found}");
        let export = lead.get("/api/crm/contacts/export.csv").await;
        let file = String::from_utf8(export.bytes.clone()).unwrap();
        assert!(file.contains("Andys") && file.contains("Shared") && !file.contains("Bosses"), "{file}");
        // A teammate's record may be changed and handed on within the team, not beyond it.
        let list = lead.get("/api/crm/contacts?search=andys").await.expect(200);
        let path = format!("/api/crm/contacts/{}", list["items"][0]["id"].as_str().unwrap());
        lead.patch(&path, json!({"ownerId": lead.user_id})).await.expect(200);
        let beyond = lead.patch(&path, json!({"ownerId": owner.user_id})).await.expect(422);
        assert_eq!(beyond["details"][0]["code"], "owner.not_allowed");
        lead.patch(&path, json!({"ownerId": agent.user_id})).await.expect(200);

        let path = format!("/api/teams/{}", team["id"].as_str().unwrap());
        let access = owner.get(&format!("/api/team/members/{}/access", lead.user_id)).await.expect(200);
        assert_eq!(access["teammates"][0]["id"], json!(agent.user_id));
        owner.patch(&path, json!({"members": [{"id": agent.user_id}]})).await.expect(200);
        assert_eq!(seen(&lead).await, ["Shared"], "who leaves a team sees what is its own no more");
        let stale = owner.patch(&path, json!({"name": "South", "version": 1})).await;
        assert_eq!(stale.code(409), "version.conflict");
        world.settle().await;
    }

    async fn another_name_of_a_role_or_team_changes_nobodys_access(world: World) {
        let owner = world.owner().await;
        let key = format!("/api/roles/{}", made(&owner, role("Readers", &["crm.contacts.read"], "own")).await);
        owner.patch(&key, json!({"name": "Callers"})).await.expect(200);
        owner.patch(&key, json!({"reach": reach("team")})).await.expect(200);
        let people = json!([{"id": owner.user_id}]);
        let team = owner.post("/api/teams", json!({"name": "North", "members": people})).await.expect(201);
        let path = format!("/api/teams/{}", team["id"].as_str().unwrap());
        owner.patch(&path, json!({"name": "South"})).await.expect(200);
        owner.patch(&path, json!({"members": []})).await.expect(200);
        assert_eq!(owner.delete(&path).await.status.as_u16(), 204);
        world.settle().await;
        let told = feed(&owner, 100).await;
        let told: Vec<_> = told.iter().filter_map(|event| Some((event["type"].as_str()?, event["data"]["access"].as_bool()?))).collect();
        assert_eq!(told, [
            ("role.updated", false),
            ("role.updated", true),
            ("team.created", true),
            ("team.updated", false),
            ("team.updated", true),
            ("team.deleted", false),
        ]);
    }

    async fn who_is_asked_joins_with_a_new_account_once(world: World) {
        let owner = world.owner().await;
        let team = owner.post("/api/teams", json!({"name": "North"})).await.expect(201);
        let asked = invite(&owner, "New@Example.com", json!({"roles": ["manager"], "teamIds": [team["id"]]})).await;
        assert_eq!((asked["email"].as_str(), asked["state"].as_str()), (Some("new@example.com"), Some("open")));
        assert!(asked.get("link").is_none(), "it went by mail");
        let token = token_for(&owner, "new@example.com").await;
        let offer = world.anon().post("/api/auth/invitation", json!({ "token": token })).await.expect(200);
        assert_eq!((offer["email"].as_str(), offer["hasAccount"].as_bool()), (Some("new@example.com"), Some(false)));
        let refused = world.anon().post("/api/auth/invitation/accept", json!({"token": token, "password": "x"})).await.expect(422);
        let fields: Vec<&str> = refused["details"].as_array().unwrap().iter().map(|d| d["field"].as_str().unwrap()).collect();
        assert_eq!(fields, ["name", "password"]);
        let answer = json!({"token": token, "name": "Nina New", "password": PASSWORD});
        let (here, there) = (world.anon(), world.anon());
        let (one, two) = tokio::join!(
            here.post("/api/auth/invitation/accept", answer.clone()),
            there.post("/api/auth/invitation/accept", answer.clone()),
        );
        let (won, lost) = if one.status.as_u16() == 200 { (one, two) } else { (two, one) };
        let joined = won.expect(200);
        assert!(matches!(lost.status.as_u16(), 401 | 410), "{lost:?}");
        assert_eq!((joined["role"].as_str(), joined["user"]["emailVerified"].as_bool()), (Some("manager"), Some(true)));
        let nina = world.anon().signed_in(&joined);
        assert_eq!(nina.org_id, owner.org_id);
        nina.get("/api/crm/contacts").await.expect(200);
        assert_eq!(world.anon().post("/api/auth/invitation", json!({ "token": token })).await.code(410), "link.used");
        let teams = owner.get("/api/teams").await.expect(200);
        assert_eq!(teams["items"][0]["members"][0]["name"], "Nina New");
        assert_eq!(teams["items"][0]["version"], 2, "who joins changes the team");
        let path = format!("/api/teams/{}", team["id"].as_str().unwrap());
        let renamed = owner.patch(&path, json!({"name": "South", "version": 2})).await.expect(200);
        assert_eq!(renamed["members"][0]["name"], "Nina New");
        assert_eq!(world.count("select count(*) as n from events where kind = 'team.updated'").await, 2);
        assert_eq!(owner.get("/api/team/invitations").await.expect(200)["items"], json!([]));
        let again = owner.post("/api/team/members/invite", json!({"emails": ["new@example.com"], "roles": ["agent"]})).await.expect(201);
        assert_eq!(again["skipped"], json!([{"email": "new@example.com", "code": "member"}]));
        assert_eq!(world.count("select count(*) as n from users where email = 'new@example.com'").await, 1);
        world.settle().await;
    }

    async fn who_has_an_account_joins_with_it(world: World) {
        let owner = world.owner().await;
        let friend = world.sign_up("friend@example.com").await;
        let page = friend.get("/api/mail/outbox").await.expect(200);
        let text = page["items"][0]["text"].as_str().unwrap().to_owned();
        let proof = text.split("/auth/verify#").nth(1).unwrap().split_whitespace().next().unwrap();
        world.anon().post("/api/auth/email/verify", json!({ "token": proof })).await.expect(200);
        invite(&owner, "friend@example.com", json!({"roles": ["agent"]})).await;
        let token = token_for(&owner, "friend@example.com").await;
        let offer = world.anon().post("/api/auth/invitation", json!({ "token": token })).await.expect(200);
        assert_eq!(offer["hasAccount"], true);
        let accept = "/api/auth/invitation/accept";
        assert_eq!(world.anon().post(accept, json!({"token": token, "name": "X"})).await.code(409), "invitation.sign_in");
        let guess = json!({"token": token, "name": "X", "password": "a wrong password"});
        assert_eq!(world.anon().post(accept, guess).await.code(401), "auth.credentials");
        let other = world.sign_up("other@example.com").await;
        assert_eq!(other.post("/api/auth/invitation/join", json!({ "token": token })).await.code(409), "invitation.other_address");
        let joined = friend.post("/api/auth/invitation/join", json!({ "token": token })).await.expect(200);
        assert_eq!((joined["organization"]["id"].as_str(), joined["role"].as_str()), (Some(&*owner.org_id.to_string()), Some("agent")));

        let third = world.sign_up("third@example.com").await;
        invite(&owner, "third@example.com", json!({"roles": ["viewer"]})).await;
        let token = token_for(&owner, "third@example.com").await;
        let joined = world.anon().post(accept, json!({"token": token, "password": PASSWORD})).await.expect(200);
        assert_eq!(joined["user"]["id"], json!(third.user_id), "the right password is as good as signing in");
        assert_eq!(joined["organization"]["id"], json!(owner.org_id), "where they were asked to");

        // A password is not enough where there is a second factor.
        let fourth = world.sign_up("fourth@example.com").await;
        crate::passkeys::registered(&fourth, "one").await;
        invite(&owner, "fourth@example.com", json!({"roles": ["viewer"]})).await;
        let token = token_for(&owner, "fourth@example.com").await;
        let refused = world.anon().post(accept, json!({"token": token, "password": PASSWORD})).await;
        assert_eq!(refused.code(409), "invitation.sign_in");
        assert!(!owner.get("/api/team/members").await.expect(200).to_string().contains("fourth@example.com"));
        fourth.post("/api/auth/invitation/join", json!({ "token": token })).await.expect(200);
        world.settle().await;
    }

    async fn an_invitation_is_worth_what_its_sender_holds(world: World) {
        let owner = world.owner().await;
        let admin = world.colleague(&owner, Role::Admin).await;
        let asked = invite(&owner, "boss@example.com", json!({"roles": ["owner"]})).await;
        let path = format!("/api/team/invitations/{}", asked["id"].as_str().unwrap());
        assert_eq!(admin.post(&format!("{path}/resend"), json!({})).await.code(403), "members.owner");
        assert_eq!(admin.delete(&path).await.code(403), "members.owner");
        // Teams are for who may make them up.
        let hirer = world.colleague(&owner, Role::Viewer).await;
        let key = made(&owner, role("Hirers", &["team.members.read", "team.members.write"], "organization")).await;
        give(&owner, &hirer, &[&key]).await;
        let team = owner.post("/api/teams", json!({"name": "North"})).await.expect(201);
        let into = json!({"emails": ["new@example.com"], "roles": [key], "teamIds": [team["id"]]});
        assert_eq!(hirer.post("/api/team/members/invite", into).await.code(403), "permission.denied");
        let keyed = hirer.with("idempotency-key", "once");
        invite(&keyed, "new@example.com", json!({"roles": [key]})).await;
        let again = json!({"emails": ["new@example.com"], "roles": [key]});
        let again = keyed.post("/api/team/members/invite", again).await.expect(201);
        assert_eq!(again["skipped"][0]["code"], "invited", "links are not kept to be replayed");
        let token = token_for(&owner, "new@example.com").await;
        world.anon().post("/api/auth/invitation", json!({ "token": token })).await.expect(200);
        give(&owner, &hirer, &["viewer"]).await;
        assert_eq!(world.anon().post("/api/auth/invitation", json!({ "token": token })).await.code(410), "link.expired");
        let answer = json!({"token": token, "name": "New", "password": PASSWORD});
        assert_eq!(world.anon().post("/api/auth/invitation/accept", answer).await.code(410), "link.expired");
        world.settle().await;
    }

    async fn no_more_than_two_hundred_are_asked_in_a_day(world: World) {
        let owner = world.owner().await;
        let ask = async |from: usize, to: usize| {
            let emails: Vec<String> = (from..to).map(|number| format!("p{number}@example.com")).collect();
            owner.post("/api/team/members/invite", json!({"emails": emails, "roles": ["agent"]})).await
        };
        let mut first = json!(null);
        for some in 0..4 {
            first = ask(some * 50, some * 50 + 50).await.expect(201)["items"][0].clone();
        }
        owner.delete(&format!("/api/team/invitations/{}", first["id"].as_str().unwrap())).await.expect(204);
        assert_eq!(ask(200, 201).await.code(409), "invitations.too_many_today");
    }

    async fn who_reaches_a_team_does_not_reach_for_another(world: World) {
        let owner = world.owner().await;
        let (agent, lead) = (world.colleague(&owner, Role::Agent).await, world.colleague(&owner, Role::Viewer).await);
        let key = made(&owner, role("Leads", &["team.members.read", "team.teams.write", "team.roles.write"], "team")).await;
        give(&owner, &lead, &[&key]).await;
        let team = async |name: &str, people: Value| {
            let team = owner.post("/api/teams", json!({"name": name, "members": people})).await.expect(201);
            format!("/api/teams/{}", team["id"].as_str().unwrap())
        };
        let (id, stranger) = (json!({"id": lead.user_id}), json!({"id": owner.user_id}));
        let north = team("North", json!([id, {"id": agent.user_id}])).await;
        let south = team("South", json!([stranger])).await;
        assert_eq!(lead.patch(&south, json!({"members": [stranger, id]})).await.refused(422), ["members.1 teams.beyond"]);
        assert_eq!(lead.patch(&north, json!({"members": [id, stranger]})).await.refused(422), ["members.1 teams.beyond"]);
        let everybody = json!({"name": "All", "members": [stranger, id]});
        assert_eq!(lead.post("/api/teams", everybody).await.refused(422), ["members.0 teams.beyond"]);
        lead.patch(&south, json!({"members": [stranger, {"id": agent.user_id}]})).await.expect(200);
        // Nor does anybody make a role that counts as more than theirs.
        let mut above = role("Chiefs", &["team.members.read"], "own");
        above["base"] = json!("admin");
        assert_eq!(lead.post("/api/roles", above).await.refused(422), ["base roles.beyond"]);
        world.settle().await;
    }

    async fn an_address_is_mailed_five_times_a_day_however_it_is_asked(world: World) {
        let owner = world.owner().await;
        let asked = invite(&owner, "new@example.com", json!({"roles": ["agent"]})).await;
        let path = format!("/api/team/invitations/{}", asked["id"].as_str().unwrap());
        for sends in 2..=4 {
            world.clock.advance(TimeDelta::minutes(1));
            assert_eq!(owner.post(&format!("{path}/resend"), json!({})).await.expect(200)["sends"], sends);
        }
        // Neither does taking it back and asking anew begin another day.
        assert_eq!(owner.delete(&path).await.status.as_u16(), 204);
        let anew = invite(&owner, "new@example.com", json!({"roles": ["agent"]})).await;
        let path = format!("/api/team/invitations/{}", anew["id"].as_str().unwrap());
        world.clock.advance(TimeDelta::minutes(1));
        let refused = owner.post(&format!("{path}/resend"), json!({})).await;
        assert_eq!(refused.code(429), "rate.limited");
        assert_eq!(refused.header("retry-after"), (24 * 60 * 60 - 4 * 60).to_string());
        assert_eq!(owner.delete(&path).await.status.as_u16(), 204);
        let body = json!({"emails": ["new@example.com", "other@example.com"], "roles": ["agent"]});
        let result = owner.post("/api/team/members/invite", body).await.expect(201);
        assert_eq!(result["skipped"], json!([{"email": "new@example.com", "code": "too_often"}]));
        assert_eq!(result["items"].as_array().unwrap().len(), 1);
        world.clock.advance(TimeDelta::days(1));
        let again = json!({"email": "owner@example.com", "password": PASSWORD});
        let owner = owner.signed_in(&world.anon().post("/api/auth/signin", again).await.expect(200));
        invite(&owner, "new@example.com", json!({"roles": ["agent"]})).await;
        world.settle().await;
    }

    async fn whoever_leaves_is_told_of_by_each_team(world: World) {
        let owner = world.owner().await;
        let agent = world.colleague(&owner, Role::Agent).await;
        let mut teams = Vec::new();
        for (name, members) in [("North", json!([{"id": agent.user_id, "lead": true}, {"id": owner.user_id}])), ("South", json!([{"id": owner.user_id}]))] {
            let body = json!({"name": name, "members": members});
            teams.push(owner.post("/api/teams", body).await.expect(201)["id"].as_str().unwrap().to_owned());
        }
        removed(&owner, &agent, None).await.expect(202);
        world.settle().await;
        let now = owner.get("/api/teams").await.expect(200);
        let team = |id: &String| now["items"].as_array().unwrap().iter().find(|team| team["id"] == json!(id)).cloned().unwrap();
        assert_eq!((&team(&teams[0])["version"], &team(&teams[1])["version"]), (&json!(2), &json!(1)));
        assert_eq!(team(&teams[0])["members"].as_array().unwrap().len(), 1);
        let told = "select count(*) as n from events where kind = 'team.updated'";
        assert_eq!(world.count(told).await, 1, "the team they were not in learns nothing");
        let events = feed(&owner, 500).await;
        let event = events.iter().find(|event| event["type"] == "team.updated").unwrap();
        assert_eq!((&event["subject"]["id"], &event["data"]["access"]), (&json!(teams[0]), &json!(true)));
        let tx = world.db().begin(&Scope::system(OrgId(owner.org_id), "test")).await.unwrap();
        let sql = "select count(*) as n from change_log where subject_kind = 'team' and version = 2";
        let row = tx.query_one_raw(Statement::from_string(world.db().backend(), sql)).await.unwrap().unwrap();
        assert_eq!(row.try_get::<i64>("", "n").unwrap(), 1);
    }

    async fn a_link_ends_with_the_next_one_by_revoking_and_by_age(world: World) {
        let owner = world.owner().await;
        let asked = invite(&owner, "new@example.com", json!({"roles": ["agent"]})).await;
        let first = token_for(&owner, "new@example.com").await;
        let path = format!("/api/team/invitations/{}", asked["id"].as_str().unwrap());
        let look = async |token: &str| world.anon().post("/api/auth/invitation", json!({ "token": token })).await;
        assert_eq!(owner.post(&format!("{path}/resend"), json!({})).await.code(429), "rate.limited");
        let skipped = owner.post("/api/team/members/invite", json!({"emails": ["new@example.com"], "roles": ["agent"]})).await;
        assert_eq!(skipped.expect(201)["skipped"][0]["code"], "invited");
        world.clock.advance(TimeDelta::minutes(2));
        let again = owner.post(&format!("{path}/resend"), json!({})).await.expect(200);
        assert_eq!(again["sends"], 2);
        assert_eq!(look(&first).await.code(404), "link.unknown");
        let second = token_for(&owner, "new@example.com").await;
        look(&second).await.expect(200);
        world.clock.advance(TimeDelta::days(7));
        assert_eq!(look(&second).await.code(410), "link.expired");
        let owner = owner.signed_in(&world.anon().post("/api/auth/signin", json!({"email": "owner@example.com", "password": PASSWORD})).await.expect(200));
        assert_eq!(owner.get("/api/team/invitations").await.expect(200)["items"][0]["state"], "expired");
        // Asking again renews it, with other roles.
        let renewed = invite(&owner, "new@example.com", json!({"roles": ["viewer"]})).await;
        assert_eq!((renewed["id"].clone(), renewed["roles"][0]["key"].as_str()), (asked["id"].clone(), Some("viewer")));
        let third = token_for(&owner, "new@example.com").await;
        assert_eq!(owner.delete(&path).await.status.as_u16(), 204);
        assert_eq!(look(&third).await.code(410), "link.expired");
        let answer = json!({"token": third, "name": "New", "password": PASSWORD});
        assert_eq!(world.anon().post("/api/auth/invitation/accept", answer).await.code(410), "link.expired");
        world.settle().await;
    }

    async fn what_members_hold_is_counted_when_it_is_asked_for(world: World) {
        let owner = world.owner().await;
        owner.post("/api/crm/contacts", json!({"name": "Anna", "ownerId": owner.user_id})).await.expect(201);
        let first = async |query: &str| {
            owner.get(&format!("/api/team/members{query}")).await.expect(200)["items"][0].clone()
        };
        first("").await;
        let (before, plain) = (world.db().statement_count(), first("").await);
        let (between, counted) = (world.db().statement_count(), first("?load=true").await);
        assert_eq!((&plain["load"], &plain["id"]), (&Value::Null, &json!(owner.user_id)));
        assert_eq!(counted["load"], json!({"clients": 1, "deals": 0, "chats": 0}));
        assert!(world.db().statement_count() - between > between - before, "the services were not asked for it");
        world.settle().await;
    }
}
