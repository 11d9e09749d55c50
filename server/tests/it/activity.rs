//! What members did, as their colleagues see it.

use identity::Role;
use serde_json::{Value, json};
use testkit::on_both;
use uuid::Uuid;

use crate::world::{Client, World};

const PATH: &str = "/api/team/activity";

async fn page(client: &Client, query: &str) -> Value {
    client.get(&format!("{PATH}{query}")).await.expect(200)
}

/// `action name` of each entry.
fn said(page: &Value) -> Vec<String> {
    let entry = |item: &Value| {
        let name = item["record"]["name"].as_str().unwrap_or("-");
        format!("{} {name}", item["action"].as_str().unwrap())
    };
    page["items"].as_array().unwrap().iter().map(entry).collect()
}

async fn contact(client: &Client, name: &str, owner: Option<Uuid>) -> Value {
    client.post("/api/crm/contacts", json!({"name": name, "ownerId": owner})).await.expect(201)["id"].clone()
}

on_both! {
    async fn members_see_what_was_done_to_what_they_see(world: World) {
        let owner = world.owner().await;
        let agent = world.colleague(&owner, Role::Agent).await;
        world.settle().await;
        let shared = contact(&owner, "Shared", None).await;
        let kept = contact(&owner, "Kept", Some(owner.user_id)).await;
        let path = |id: &Value| format!("/api/crm/contacts/{}", id.as_str().unwrap());
        owner.patch(&path(&shared), json!({"jobTitle": "CTO", "source": "expo"})).await.expect(200);
        for id in [&shared, &kept] {
            owner.post(&format!("{}/notes", path(id)), json!({"body": "Called"})).await.expect(201);
        }
        owner.post("/api/crm/deals", json!({"title": "Theirs", "ownerId": owner.user_id})).await.expect(201);
        owner.post("/api/teams", json!({"name": "North"})).await.expect(201);
        world.settle().await;

        let seen = said(&page(&agent, "").await);
        let expected =
            ["team.created North", "note.created Shared", "contact.updated Shared", "contact.created Shared"];
        assert_eq!(seen[..4], expected, "{seen:?}");
        assert!(!seen.iter().any(|line| line.contains("Kept") || line.contains("Theirs")), "{seen:?}");
        let all = page(&owner, "").await;
        assert!(said(&all).contains(&"contact.created Kept".to_owned()), "{all}");
        assert!(said(&all).contains(&"deal.created Theirs".to_owned()), "{all}");
        let updated = all["items"].as_array().unwrap().iter().find(|item| item["action"] == "contact.updated").unwrap();
        assert_eq!(updated["fields"], json!(["jobTitle", "source"]));
        assert_eq!((&updated["actor"]["id"], &updated["count"]), (&json!(owner.user_id), &json!(1)));
        assert_eq!(updated["record"], json!({"kind": "contact", "id": shared, "name": "Shared"}));
        let signed_in = said(&all).iter().any(|line| line.starts_with("user."));
        assert!(!signed_in, "sign-ins are the audit log's: {all}");

        // What becomes somebody else's is told no longer.
        owner.patch(&path(&shared), json!({"ownerId": owner.user_id})).await.expect(200);
        world.settle().await;
        let seen = said(&page(&agent, "").await);
        assert!(!seen.iter().any(|line| line.contains("Shared")), "{seen:?}");
        let stranger = world.sign_up("stranger@example.com").await;
        world.settle().await;
        assert!(!page(&stranger, "").await.to_string().contains("Shared"));
    }

    async fn a_bulk_operation_tells_each_of_what_they_see_of_it(world: World) {
        let owner = world.owner().await;
        let agent = world.colleague(&owner, Role::Agent).await;
        world.settle().await;
        let mut ids = vec![contact(&owner, "Shared", None).await];
        for n in 0..3 {
            ids.push(contact(&owner, &format!("Kept {n}"), Some(owner.user_id)).await);
        }
        let body = json!({"action": "addTags", "tags": ["vip"], "ids": ids});
        owner.post("/api/crm/contacts/bulk", body).await.expect(202);
        world.settle().await;
        let count = async |client: &Client| {
            let page = page(client, "").await;
            let items = page["items"].as_array().unwrap();
            let update = items.iter().find(|item| item["action"] == "contact.updated").unwrap();
            (update["count"].as_i64().unwrap(), update["record"]["name"].as_str().unwrap().to_owned())
        };
        assert_eq!(count(&owner).await.0, 4);
        assert_eq!(count(&agent).await, (1, "Shared".to_owned()));
    }

    async fn it_is_asked_by_member_and_by_team(world: World) {
        let owner = world.owner().await;
        let agent = world.colleague(&owner, Role::Agent).await;
        let manager = world.colleague(&owner, Role::Manager).await;
        for (who, name) in [(&owner, "One"), (&agent, "Two"), (&manager, "Three")] {
            contact(who, name, None).await;
        }
        let team = owner.post("/api/teams", json!({"name": "North", "members": [{"id": agent.user_id}, {"id": manager.user_id}]}));
        let team = team.await.expect(201)["id"].as_str().unwrap().to_owned();
        world.settle().await;
        let contacts = async |query: String| {
            let lines = said(&page(&owner, &query).await);
            lines.into_iter().filter_map(|line| line.strip_prefix("contact.created ").map(str::to_owned)).collect::<Vec<_>>()
        };
        assert_eq!(contacts(String::new()).await, ["Three", "Two", "One"]);
        assert_eq!(contacts(format!("?member={}", agent.user_id)).await, ["Two"]);
        assert_eq!(contacts(format!("?team={team}")).await, ["Three", "Two"]);
        assert_eq!(contacts(format!("?team={team}&member={}", manager.user_id)).await, ["Three"]);
        assert_eq!(contacts(format!("?team={team}&member={}", owner.user_id)).await, Vec::<String>::new());
        let unknown = owner.get(&format!("{PATH}?team={}", Uuid::nil())).await;
        assert_eq!(unknown.refused(422), ["team reference.unknown"]);
        let stranger = world.sign_up("stranger@example.com").await;
        assert_eq!(stranger.get(&format!("{PATH}?team={team}")).await.refused(422), ["team reference.unknown"]);
        let empty = owner.post("/api/teams", json!({"name": "South"})).await.expect(201);
        let nothing = page(&owner, &format!("?team={}", empty["id"].as_str().unwrap())).await;
        assert_eq!(nothing, json!({"items": [], "nextCursor": null}));
    }

    async fn pages_follow_each_other_and_cost_the_same_whatever_they_tell(world: World) {
        let owner = world.owner().await;
        contact(&owner, "First", None).await;
        world.settle().await;
        page(&owner, "?limit=1").await;
        let statements = async || {
            let before = world.db().statement_count();
            page(&owner, "?limit=100").await;
            world.db().statement_count() - before
        };
        let few = statements().await;
        for n in 0..30 {
            contact(&owner, &format!("More {n}"), None).await;
        }
        world.settle().await;
        assert_eq!(statements().await, few, "however many lines there are");
        let whole = said(&page(&owner, "?limit=100").await);
        let (mut walked, mut cursor) = (Vec::new(), String::new());
        loop {
            let part = page(&owner, &format!("?limit=7{cursor}")).await;
            walked.extend(said(&part));
            match part["nextCursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(walked, whole);
        assert_eq!(owner.get(&format!("{PATH}?cursor=x")).await.code(422), "list.cursor");
    }
}
