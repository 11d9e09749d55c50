//! Processes that die between two commits, and what changes while messages wait: nothing goes that nobody wants any more, and
//! what cannot go on keeps nothing else from it.

use std::sync::Arc;

use chrono::TimeDelta;
use contracts::events::{CONTACT_MERGED, CONTACT_UPDATED, MESSAGE_REACTION_CHANGED};
use serde_json::{Value, json};
use testkit::on_both;
use tokio::sync::Notify;
use uuid::Uuid;

use crate::{
    outside::Stand,
    world::{CAMPAIGNS, World, id_of},
};

async fn post(world: &World, path: &str) -> Value {
    world.ok(&world.manager, "POST", &format!("{CAMPAIGNS}/{path}"), json!({}), 200).await
}

/// A campaign that has its contacts, and has looked at none.
async fn enrolled(world: &World, contacts: &[Uuid], steps: Vec<Value>) -> Uuid {
    let account = world.account("Desk");
    let id = world.draft(contacts, &[account], steps).await;
    post(world, &format!("{id}/start")).await;
    let runner = jobs::Runner::new(world.db().clone(), world.service.clone().works());
    runner.only(|kind| kind == "campaigns.enrol").run_until_idle().await.unwrap();
    id
}

/// Looks at a campaign; what is done meanwhile is done when its messages are about to be queued.
async fn look_while(world: &World, id: Uuid, done: impl Future<Output = ()>) {
    let (begun, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    world.outside.things().before_queue = Some((begun.clone(), go_on.clone()));
    let system = world.system();
    let meanwhile = async {
        begun.notified().await;
        done.await;
        world.settle().await;
        go_on.notify_one();
    };
    let (looked, ()) = tokio::join!(campaigns::sending::pass(&world.service, &system, id), meanwhile);
    looked.unwrap();
    world.settle().await;
}

fn waiting(world: &World) -> usize {
    world.keys(Stand::Waiting).len()
}

on_both! {
    async fn what_a_dead_process_handed_over_is_called_back_too(world: World) {
        world.policy(json!({})).await;
        let account = world.account("Desk");
        let contacts = world.contacts(3);
        let id = world.started(&contacts, &[account], vec![world.message("Hi")]).await;
        assert_eq!(waiting(&world), 3);
        // It died before it noted so.
        world.write("update campaign_sends set handed_at = null").await;
        post(&world, &format!("{id}/pause")).await;
        world.settle().await;
        assert_eq!(waiting(&world), 0);
        post(&world, &format!("{id}/resume")).await;
        world.go().await;
        assert_eq!(waiting(&world), 3);
        world.write("update campaign_sends set handed_at = null").await;
        post(&world, &format!("{id}/finish")).await;
        world.settle().await;
        assert_eq!((waiting(&world), world.count("touches", "1 = 1").await), (0, 0));
    }

    async fn what_was_never_handed_over_ends_with_its_campaign(world: World) {
        let contacts = world.contacts(2);
        let id = enrolled(&world, &contacts, vec![world.message("Hi")]).await;
        look_while(&world, id, async { drop(post(&world, &format!("{id}/pause")).await) }).await;
        world.write("update campaign_sends set handed_at = null, text = 'Hi'").await;
        world.outside.things().queue.clear();
        post(&world, &format!("{id}/finish")).await;
        world.settle().await;
        assert_eq!(world.count("campaign_sends", "state = 'queued' or text is not null").await, 0);
        assert_eq!(world.count("touches", "1 = 1").await, 0);
    }

    async fn what_is_paused_while_it_is_handed_over_does_not_go(world: World) {
        world.policy(json!({})).await;
        let contacts = world.contacts(2);
        let id = enrolled(&world, &contacts, vec![world.message("Hi")]).await;
        look_while(&world, id, async { drop(post(&world, &format!("{id}/pause")).await) }).await;
        assert_eq!(waiting(&world), 0);
        post(&world, &format!("{id}/resume")).await;
        world.go().await;
        assert_eq!(world.send_all().await, 2);
    }

    async fn who_is_stopped_while_it_is_handed_over_is_not_written_to(world: World) {
        world.policy(json!({})).await;
        let contacts = world.contacts(2);
        let id = enrolled(&world, &contacts, vec![world.message("Hi")]).await;
        let denied = json!({ "channel": "telegram", "state": "denied" });
        let path = format!("{CAMPAIGNS}/contacts/{}/consents", contacts[0]);
        look_while(&world, id, async { drop(world.ok(&world.manager, "PUT", &path, denied, 200).await) }).await;
        assert_eq!(waiting(&world), 1);
        assert_eq!(world.enrolment(id, contacts[0]).await.1.as_deref(), Some("opted_out"));
        assert_eq!(world.count("touches", "1 = 1").await, 1);
    }

    async fn who_goes_on_before_its_message_was_called_back_gets_it_once_and_in_order(world: World) {
        world.policy(json!({})).await;
        let account = world.account("Desk");
        let contacts = world.contacts(1);
        let id = world.started(&contacts, &[account], vec![world.message("One"), world.message("Two")]).await;
        let page = world.get(&world.manager, &format!("{CAMPAIGNS}/{id}/enrolments")).await;
        let enrolment = id_of(&page["items"][0]);
        post(&world, &format!("enrolments/{enrolment}/pause")).await;
        post(&world, &format!("enrolments/{enrolment}/resume")).await;
        assert_eq!(world.enrolment(id, contacts[0]).await.0, "sending");
        for _ in 0..3 {
            world.pass(TimeDelta::seconds(5));
            world.go().await;
            world.send_all().await;
        }
        let things = world.outside.things();
        let sent: Vec<&str> = things.queue.values().filter(|one| one.stand == Stand::Sent).map(|one| &*one.outgoing.text).collect();
        assert_eq!(sent, ["One", "Two"]);
    }

    async fn a_campaign_that_cannot_be_looked_at_keeps_no_other_waiting(world: World) {
        world.policy(json!({})).await;
        let contacts = world.contacts(2);
        let broken = enrolled(&world, &contacts[..1], vec![world.message("Never")]).await;
        world.write("update campaigns set policy = '{\"total\": 7}'").await;
        let fine = enrolled(&world, &contacts[1..], vec![world.message("Hi")]).await;
        assert!(broken < fine, "it is looked at first");
        world.go().await;
        assert_eq!(world.send_all().await, 1);
    }

    async fn a_condition_upon_a_field_that_is_gone_pauses_its_campaign(world: World) {
        world.policy(json!({})).await;
        let filter = json!({ "field": "custom.gone", "op": "eq", "value": "x" });
        let condition = json!({ "id": world.clock.new_id(), "action": { "kind": "condition",
            "question": { "kind": "fields", "filter": filter }, "then": { "kind": "next" }, "otherwise": { "kind": "stop" } } });
        let id = enrolled(&world, &world.contacts(1), vec![condition, world.message("Hi")]).await;
        world.go().await;
        let campaign = world.get(&world.manager, &format!("{CAMPAIGNS}/{id}")).await;
        assert_eq!((campaign["state"].as_str(), campaign["pauseReason"].as_str()), (Some("paused"), Some("steps")));
    }

    async fn an_audience_that_cannot_be_read_pauses_its_campaign(world: World) {
        let account = world.account("Desk");
        let id = world.draft(&[], &[account], vec![world.message("Hi")]).await;
        let audience = json!({ "source": { "kind": "view", "viewId": world.clock.new_id() } });
        world.ok(&world.manager, "PATCH", &format!("{CAMPAIGNS}/{id}"), json!({ "audience": audience }), 200).await;
        post(&world, &format!("{id}/start")).await;
        world.settle().await;
        let campaign = world.get(&world.manager, &format!("{CAMPAIGNS}/{id}")).await;
        assert_eq!((campaign["state"].as_str(), campaign["pauseReason"].as_str()), (Some("paused"), Some("audience")));
        assert_eq!(campaign["enrolling"], true, "a resume tries again");
    }

    async fn who_is_not_to_be_contacted_any_more_is_called_back(world: World) {
        world.policy(json!({})).await;
        let account = world.account("Desk");
        let contacts = world.contacts(2);
        let id = world.started(&contacts, &[account], vec![world.message("Hi")]).await;
        world.outside.things().contacts.get_mut(&contacts[0]).unwrap().1.do_not_contact = true;
        world.tell(CONTACT_UPDATED, ("contact", contacts[0]), json!({ "fields": ["jobTitle"] })).await;
        world.settle().await;
        assert_eq!(waiting(&world), 2, "that field has nothing to do with it");
        world.tell(CONTACT_UPDATED, ("contact", contacts[0]), json!({ "fields": ["doNotContact"] })).await;
        world.settle().await;
        assert_eq!(waiting(&world), 1);
        assert_eq!(world.enrolment(id, contacts[0]).await.1.as_deref(), Some("policy"));
        assert_eq!(world.enrolment(id, contacts[1]).await.0, "sending");
        assert_eq!(world.count("campaign_refusals", "code = 'policy.do_not_contact'").await, 1);
    }

    async fn an_address_is_suppressed_however_it_is_written_and_what_waits_for_it_is_called_back(world: World) {
        world.policy(json!({})).await;
        let account = world.account("Desk");
        let contacts = world.contacts(2);
        world.outside.things().contacts.get_mut(&contacts[0]).unwrap().1.phones = vec!["+79125550011".to_owned()];
        let id = world.started(&contacts, &[account], vec![world.message("Hi")]).await;
        let path = format!("{CAMPAIGNS}/suppressions");
        let body = json!({ "channel": "telegram", "address": "8 (912) 555-00-11" });
        let kept = world.post(&world.manager, &path, body.clone()).await;
        world.settle().await;
        assert_eq!(waiting(&world), 1);
        assert_eq!(world.enrolment(id, contacts[0]).await.1.as_deref(), Some("policy"));
        assert_eq!(world.post(&world.manager, &path, body).await["id"], kept["id"]);
        assert_eq!(world.count("change_log", "subject_kind = 'suppression'").await, 1);
        for (channel, address) in [("telegram", "!"), ("email", "nobody"), ("api", "anna@example.com")] {
            let body = json!({ "channel": channel, "address": address });
            let refused = world.refused(&world.manager, "POST", &path, body).await;
            assert_eq!(refused, (422, "address campaign.address.invalid".to_owned()));
        }
    }

    async fn what_was_approved_is_changed_by_those_who_approve(world: World) {
        let account = world.account("Desk");
        let mine = world.contact("Mine", Some(&world.agent));
        let body = json!({ "name": "Own", "channel": "telegram", "accountIds": [account], "schedule": World::always(),
            "steps": [world.message("Hi")], "audience": { "source": { "kind": "contacts", "contactIds": [mine] } } });
        let id = id_of(&world.post(&world.agent, CAMPAIGNS, body).await);
        let path = format!("{CAMPAIGNS}/{id}");
        let at = world.now() + TimeDelta::hours(1);
        world.ok(&world.manager, "POST", &format!("{path}/schedule"), json!({ "startsAt": at }), 200).await;
        assert_eq!(world.refused(&world.agent, "PATCH", &path, json!({ "name": "Other" })).await.0, 403);
        let steps = json!({ "steps": [world.message("Something else")] });
        assert_eq!(world.refused(&world.agent, "PUT", &format!("{path}/steps"), steps).await.0, 403);
        assert_eq!(world.refused(&world.agent, "DELETE", &path, Value::Null).await.0, 403);
        // Whoever may puts it off, and it begins then.
        let past = json!({ "startsAt": world.now() });
        assert_eq!(world.refused(&world.manager, "PATCH", &path, past).await.1, "startsAt campaign.starts_at.past");
        let later = json!({ "startsAt": at + TimeDelta::hours(1) });
        world.ok(&world.manager, "PATCH", &path, later, 200).await;
        for (hours, state) in [(1, "scheduled"), (1, "running")] {
            world.pass(TimeDelta::hours(hours) + TimeDelta::seconds(1));
            world.settle().await;
            assert_eq!(world.get(&world.manager, &path).await["state"], state);
        }
    }

    async fn what_waits_is_called_back_when_its_step_account_or_hours_are_others(world: World) {
        world.policy(json!({})).await;
        let accounts = [world.account("One"), world.account("Two")];
        let step = world.message("Hi");
        let contacts = world.contacts(4);
        let id = world.started(&contacts, &accounts, vec![step.clone()]).await;
        let step = step["id"].as_str().unwrap();
        post(&world, &format!("{id}/steps/{step}/pause")).await;
        world.settle().await;
        assert_eq!(waiting(&world), 0);
        post(&world, &format!("{id}/steps/{step}/resume")).await;
        world.pass(TimeDelta::seconds(2));
        world.go().await;
        assert_eq!(waiting(&world), 4);
        let path = format!("{CAMPAIGNS}/{id}");
        world.ok(&world.manager, "PATCH", &path, json!({ "accountIds": [accounts[0]] }), 200).await;
        world.settle().await;
        world.pass(TimeDelta::seconds(2));
        world.go().await;
        let by: Vec<Uuid> = {
            let things = world.outside.things();
            let waiting = things.queue.values().filter(|one| one.stand == Stand::Waiting);
            waiting.map(|one| one.outgoing.account_id).collect()
        };
        assert_eq!(by, [accounts[0]; 4]);
        // It is noon.
        let hours = json!({ "inContactZone": false, "timeZone": "UTC",
            "windows": [{ "days": [1, 2, 3, 4, 5, 6, 7], "from": "13:00", "to": "14:00" }] });
        world.ok(&world.manager, "PATCH", &path, json!({ "schedule": hours }), 200).await;
        world.settle().await;
        world.go().await;
        assert_eq!(waiting(&world), 0);
    }

    async fn what_waits_is_called_back_when_its_window_closes(world: World) {
        world.policy(json!({})).await;
        let account = world.account("Desk");
        let contacts = world.contacts(1);
        let id = world.draft(&contacts, &[account], vec![world.message("Hi")]).await;
        // It is noon.
        let hours = json!({ "inContactZone": true, "timeZone": "UTC",
            "windows": [{ "days": [1, 2, 3, 4, 5, 6, 7], "from": "09:00", "to": "13:00" }] });
        world.ok(&world.manager, "PATCH", &format!("{CAMPAIGNS}/{id}"), json!({ "schedule": hours }), 200).await;
        post(&world, &format!("{id}/start")).await;
        world.go().await;
        world.pass(TimeDelta::seconds(59 * 60 + 30));
        world.go().await;
        assert_eq!(waiting(&world), 1);
        // Nobody has to come round for that.
        world.pass(TimeDelta::seconds(30));
        world.settle().await;
        assert_eq!(waiting(&world), 0);
        assert_eq!(world.enrolment(id, contacts[0]).await.0, "waiting");
    }

    async fn who_is_merged_gets_nothing_twice(world: World) {
        world.policy(json!({})).await;
        let account = world.account("Desk");
        let contacts = world.contacts(2);
        let steps = vec![world.message("One"), world.wait_hours(1), world.message("Two")];
        let id = world.started(&contacts[..1], &[account], steps).await;
        world.send_all().await;
        world.pass(TimeDelta::seconds(2));
        world.go().await;
        let body = json!({ "contactIds": [contacts[1]] });
        world.ok(&world.manager, "POST", &format!("{CAMPAIGNS}/{id}/enrolments"), body, 200).await;
        let merged = json!({ "into": contacts[1], "from": [contacts[0]] });
        world.tell(CONTACT_MERGED, ("contact", contacts[1]), merged).await;
        world.settle().await;
        for hours in [0, 2] {
            world.pass(TimeDelta::hours(hours) + TimeDelta::seconds(2));
            world.go().await;
            world.send_all().await;
        }
        let things = world.outside.things();
        let sent: Vec<(&str, Uuid)> =
            things.queue.values().map(|one| (&*one.outgoing.text, one.outgoing.contact_id)).collect();
        assert_eq!(sent, [("One", contacts[0]), ("Two", contacts[1])]);
    }

    async fn a_reaction_stops_where_the_campaign_says_so(world: World) {
        world.policy(json!({})).await;
        let accounts = [world.account("One"), world.account("Two")];
        let contacts = world.contacts(1);
        let steps = || vec![world.message("Hi"), world.wait_hours(1), world.message("And?")];
        let deaf = world.started(&contacts, &accounts[..1], steps()).await;
        let heeds = world.started(&contacts, &accounts[1..], steps()).await;
        let stop_on = json!({ "stopOn": { "reactions": true } });
        world.ok(&world.manager, "PATCH", &format!("{CAMPAIGNS}/{heeds}"), stop_on, 200).await;
        let keys = world.keys(Stand::Waiting);
        world.send_all().await;
        let data = json!({ "messageId": keys[0], "chatId": contacts[0] });
        world.tell(MESSAGE_REACTION_CHANGED, ("message", keys[0]), data).await;
        world.settle().await;
        assert_eq!(world.enrolment(deaf, contacts[0]).await.0, "waiting");
        assert_eq!(world.enrolment(heeds, contacts[0]).await.1.as_deref(), Some("replied"));
    }

    async fn nobody_asks_about_contacts_that_they_do_not_reach_or_for_too_much(world: World) {
        let theirs = world.contact("Theirs", Some(&world.manager));
        let path = format!("{CAMPAIGNS}/policy/check?channel=telegram&contactId={theirs}");
        assert_eq!(world.refused(&world.agent, "GET", &path, Value::Null).await.0, 404);
        world.get(&world.manager, &path).await;
        let id = world.draft(&[], &[], vec![world.message("Hi")]).await;
        let body = json!({ "text": "{".repeat(4_097), "contactIds": vec![theirs; 21] });
        let refused = world.refused(&world.manager, "POST", &format!("{CAMPAIGNS}/{id}/preview"), body).await;
        assert_eq!(refused, (422, "text field.too_long, contactIds field.too_many".to_owned()));
        let steps: Vec<Value> = (0..51).map(|_| world.message("Hi")).collect();
        let refused = world.refused(&world.manager, "PUT", &format!("{CAMPAIGNS}/{id}/steps"), json!({ "steps": steps })).await;
        assert_eq!(refused, (422, "steps field.too_many".to_owned()));
    }

    async fn how_variants_fare_is_not_said_by_who_sends_them(world: World) {
        let mut step = world.message("Hi");
        step["action"]["variants"][0]["state"] = json!("lost");
        let id = world.draft(&[], &[], vec![step]).await;
        let campaign = world.get(&world.manager, &format!("{CAMPAIGNS}/{id}")).await;
        assert_eq!(campaign["steps"][0]["action"]["variants"][0]["state"], "running");
    }
}
