//! Switching somebody's access off and on, and ending their sessions.

use axum::http::Method;
use chrono::TimeDelta;
use identity::Role;
use serde_json::{Value, json};
use testkit::on_both;

use crate::world::{Answer, Client, PASSWORD, World};

async fn change(by: &Client, whom: &Client, what: &str) -> Answer {
    by.post(&format!("/api/team/members/{}/{what}", whom.user_id), json!({})).await
}

async fn end_sessions(by: &Client, whom: &Client) -> Answer {
    by.delete(&format!("/api/team/members/{}/sessions", whom.user_id)).await
}

async fn sign_in(world: &World, email: &str) -> Answer {
    world.anon().post("/api/auth/signin", json!({"email": email, "password": PASSWORD})).await
}

async fn shown(by: &Client, whom: &Client) -> Value {
    let list = by.get("/api/team/members").await.expect(200);
    let found = list["items"].as_array().unwrap().iter().find(|member| member["id"] == json!(whom.user_id)).cloned();
    found.unwrap()
}

/// Somebody who is a member of this organization alone.
async fn only_here(world: &World, owner: &Client, email: &str, role: &str) -> Client {
    let asked = json!({"emails": [email], "roles": [role]});
    owner.post("/api/team/members/invite", asked).await.expect(201);
    let token = crate::team::token_for(owner, email).await;
    let answer = json!({"token": token, "name": "Nina New", "password": PASSWORD});
    world.anon().signed_in(&world.anon().post("/api/auth/invitation/accept", answer).await.expect(200))
}

on_both! {
    async fn whose_access_is_switched_off_is_out_at_once_and_keeps_what_they_hold(world: World) {
        let owner = world.owner().await;
        let agent = world.colleague(&owner, Role::Agent).await;
        let admin = world.colleague(&owner, Role::Admin).await;
        let contact = json!({"name": "Anna", "ownerId": agent.user_id});
        let contact = owner.post("/api/crm/contacts", contact).await.expect(201);
        let (_, key) = crate::keys::made(&admin, &["crm.contacts.read"]).await;
        let program = world.anon().with("authorization", &format!("Bearer {key}"));
        program.get("/api/crm/contacts").await.expect(200);
        let before = shown(&owner, &agent).await;
        assert_eq!((&before["suspendedAt"], &before["sessions"]), (&Value::Null, &json!(1)));
        assert_eq!(shown(&agent, &agent).await["sessions"], Value::Null, "only for whoever may end them");

        for member in [&agent, &admin] {
            let after = change(&owner, member, "suspend").await.expect(200);
            assert!(after["suspendedAt"].is_string() && after["sessions"] == 0, "{after}");
            assert_eq!(member.get("/api/crm/contacts").await.status.as_u16(), 401);
        }
        assert_eq!(program.get("/api/crm/contacts").await.status.as_u16(), 401);
        let home = sign_in(&world, "agent@example.com").await.expect(200);
        assert_ne!(home["organization"]["id"], json!(owner.org_id), "the organization of their own is left");
        let there = world.anon().signed_in(&home);
        let path = format!("/api/auth/organizations/{}/switch", owner.org_id);
        assert_eq!(there.post(&path, json!({})).await.code(404), "not_found");
        let organizations = there.get("/api/auth/organizations").await.expect(200);
        assert_eq!(organizations["items"].as_array().unwrap().len(), 1);
        world.settle().await;
        let path = format!("/api/crm/contacts/{}", contact["id"].as_str().unwrap());
        assert_eq!(owner.get(&path).await.expect(200)["ownerId"], json!(agent.user_id));

        // And back: the same roles, a new session, and no key.
        let back = change(&owner, &agent, "restore").await.expect(200);
        assert_eq!((&back["suspendedAt"], &back["roles"]), (&Value::Null, &before["roles"]));
        change(&owner, &admin, "restore").await.expect(200);
        assert_eq!(agent.get("/api/crm/contacts").await.status.as_u16(), 401);
        let path = format!("/api/auth/organizations/{}/switch", owner.org_id);
        let again = there.signed_in(&there.post(&path, json!({})).await.expect(200));
        again.get("/api/crm/contacts").await.expect(200);
        assert_eq!(program.get("/api/crm/contacts").await.status.as_u16(), 401);
        world.settle().await;
        for kind in ["member.suspended", "member.restored"] {
            let sql = format!("select count(*) as n from events where kind = '{kind}'");
            assert_eq!(world.count(&sql).await, 2, "{kind}");
        }
    }

    async fn who_is_switched_off_everywhere_learns_why_and_gets_in_by_no_way(world: World) {
        let owner = world.owner().await;
        let agent = only_here(&world, &owner, "new@example.com", "agent").await;
        let tokens = sign_in(&world, "new@example.com").await.expect(200);
        change(&owner, &agent, "suspend").await.expect(200);
        assert_eq!(sign_in(&world, "new@example.com").await.code(403), "auth.suspended");
        let wrong = json!({"email": "new@example.com", "password": "a wrong password"});
        assert_eq!(world.anon().post("/api/auth/signin", wrong).await.code(401), "auth.credentials");
        let refresh = json!({"refreshToken": tokens["refreshToken"]});
        assert_eq!(world.anon().post("/api/auth/refresh", refresh).await.code(401), "auth.token");
        let token = json!({"token": tokens["accessToken"]});
        assert_eq!(world.anon().post("/api/auth/verify", token).await.code(401), "auth.token");
        // Nor by another invitation: who is a member is not asked again.
        let asked = json!({"emails": ["new@example.com"], "roles": ["admin"]});
        let result = owner.post("/api/team/members/invite", asked).await.expect(201);
        assert_eq!(result["skipped"][0]["code"], "member");
        change(&owner, &agent, "restore").await.expect(200);
        sign_in(&world, "new@example.com").await.expect(200);
    }

    async fn an_invitation_lets_nobody_in_whose_access_is_off_and_counts_for_nothing_from_them(world: World) {
        let owner = world.owner().await;
        let admin = only_here(&world, &owner, "admin@example.com", "admin").await;
        let asked = json!({"emails": ["guest@example.com"], "roles": ["agent"]});
        admin.post("/api/team/members/invite", asked).await.expect(201);
        let token = crate::team::token_for(&owner, "guest@example.com").await;
        change(&owner, &admin, "suspend").await.expect(200);
        let answer = json!({"token": token, "name": "Guest", "password": PASSWORD});
        assert_eq!(world.anon().post("/api/auth/invitation/accept", answer).await.code(410), "link.expired");
    }

    async fn nobody_is_switched_off_by_who_may_less_and_somebody_keeps_the_keys(world: World) {
        let owner = world.owner().await;
        let admin = world.colleague(&owner, Role::Admin).await;
        let agent = world.colleague(&owner, Role::Agent).await;
        for what in ["suspend", "restore"] {
            assert_eq!(change(&agent, &admin, what).await.code(403), "permission.denied");
            assert_eq!(change(&admin, &owner, what).await.code(403), "members.owner");
        }
        assert_eq!(end_sessions(&admin, &owner).await.code(403), "members.owner");
        assert_eq!(change(&owner, &owner, "suspend").await.code(409), "members.self_suspended");
        // Whoever may change members, and less besides, has no power over who may more.
        let reach = json!({"clients": "own", "deals": "own", "chats": "own", "accounts": "own"});
        let permissions = ["team.members.read", "team.members.write"];
        let role = json!({"name": "Clerk", "base": "agent", "permissions": permissions, "reach": reach});
        let role = owner.post("/api/roles", role).await.expect(201);
        owner.put(&format!("/api/team/members/{}/role", agent.user_id), json!({"roles": [role["key"]]})).await.expect(200);
        assert_eq!(change(&agent, &admin, "suspend").await.code(403), "members.beyond");
        assert_eq!(end_sessions(&agent, &admin).await.code(403), "members.beyond");
        // Of two owners one stays.
        owner.put(&format!("/api/team/members/{}/role", admin.user_id), json!({"roles": ["owner"]})).await.expect(200);
        change(&admin, &owner, "suspend").await.expect(200);
        let path = format!("/api/team/members/{}/role", admin.user_id);
        assert_eq!(admin.put(&path, json!({"roles": ["admin"]})).await.code(409), "members.last_owner");
        change(&admin, &owner, "restore").await.expect(200);
    }

    async fn the_sessions_of_a_member_are_ended_and_come_back_by_no_detour(world: World) {
        let owner = world.owner().await;
        let admin = world.colleague(&owner, Role::Admin).await;
        // One more of the same person, which is in the organization of their own.
        let elsewhere = world.anon().signed_in(&sign_in(&world, "admin@example.com").await.expect(200));
        let own = admin.get("/api/auth/organizations").await.expect(200);
        let own = own["items"].as_array().unwrap().iter().find(|o| o["id"] != json!(owner.org_id)).unwrap()["id"].clone();
        let path = format!("/api/auth/organizations/{}/switch", own.as_str().unwrap());
        let elsewhere = elsewhere.signed_in(&elsewhere.post(&path, json!({})).await.expect(200));
        let (_, key) = crate::keys::made(&admin, &["crm.contacts.read"]).await;
        world.clock.advance(TimeDelta::seconds(1));
        assert_eq!(end_sessions(&owner, &admin).await.status.as_u16(), 204);
        assert_eq!(admin.get("/api/crm/contacts").await.status.as_u16(), 401);
        elsewhere.get("/api/crm/contacts").await.expect(200);
        let here = format!("/api/auth/organizations/{}/switch", owner.org_id);
        assert_eq!(elsewhere.post(&here, json!({})).await.code(401), "auth.expired");
        let program = world.anon().with("authorization", &format!("Bearer {key}"));
        program.get("/api/crm/contacts").await.expect(200);
        // Signing in anew is all it takes.
        let entered = world.anon().signed_in(&sign_in(&world, "admin@example.com").await.expect(200));
        let entered = entered.signed_in(&entered.post(&here, json!({})).await.expect(200));
        entered.get("/api/crm/contacts").await.expect(200);
        assert_eq!(shown(&owner, &admin).await["sessions"], 1);
        world.settle().await;
        let told = "select count(*) as n from events where kind = 'session.revoked'";
        assert_eq!(world.count(told).await, 1);
    }

    async fn it_asks_for_a_proof_of_the_last_minutes_and_not_for_a_key(world: World) {
        let owner = world.owner().await;
        let agent = world.colleague(&owner, Role::Agent).await;
        let (_, key) = crate::keys::made(&owner, &["team.members.write"]).await;
        let program = world.anon().with("authorization", &format!("Bearer {key}"));
        assert_eq!(change(&program, &agent, "suspend").await.code(403), "auth.key");
        world.clock.advance(TimeDelta::minutes(11));
        for what in ["suspend", "restore"] {
            assert_eq!(change(&owner, &agent, what).await.code(403), "auth.step_up");
        }
        assert_eq!(end_sessions(&owner, &agent).await.code(403), "auth.step_up");
        let proof = json!({"method": "password", "password": PASSWORD});
        assert_eq!(owner.post("/api/auth/step-up", proof).await.status.as_u16(), 204);
        change(&owner, &agent, "suspend").await.expect(200);
        let again = change(&owner, &agent, "suspend").await.expect(200);
        assert!(again["suspendedAt"].is_string());
        let gone = json!({"reassignTo": null});
        let path = format!("/api/team/members/{}", agent.user_id);
        owner.json(Method::DELETE, &path, &gone).await.expect(202);
    }
}
