//! Campaigns that run: whom they write to, in which order, what stops them, what is held and called back, what is counted.

use chrono::TimeDelta;
use contracts::events::{CONTACT_DELETED, CONTACT_MERGED, DEAL_STAGE_CHANGED};
use serde_json::{Value, json};
use testkit::on_both;
use uuid::Uuid;

use crate::{
    outside::Stand,
    world::{CAMPAIGNS, World},
};

async fn post(world: &World, path: &str) -> Value {
    world.ok(&world.manager, "POST", &format!("{CAMPAIGNS}/{path}"), json!({}), 200).await
}

on_both! {
    async fn a_campaign_writes_waits_writes_again_and_is_through(world: World) {
        world.policy(json!({})).await;
        let account = world.account("Desk");
        let contacts = world.contacts(3);
        let steps = vec![world.message("Hi {{contact.firstName}}"), world.wait_hours(48), world.message("Still there?")];
        let id = world.started(&contacts, &[account], steps).await;
        assert_eq!(world.send_all().await, 3);
        assert!(world.outside.things().queue.values().all(|message| message.outgoing.text == "Hi Person"));
        world.go().await;
        assert_eq!(world.send_all().await, 0, "they wait");
        world.pass(TimeDelta::hours(49));
        world.go().await;
        assert_eq!(world.send_all().await, 3);
        world.go().await;
        let campaign = world.get(&world.manager, &format!("{CAMPAIGNS}/{id}")).await;
        assert_eq!((campaign["state"].as_str(), campaign["totals"]["finished"].as_u64()), (Some("finished"), Some(3)));
        let stats = world.get(&world.manager, &format!("{CAMPAIGNS}/{id}/stats")).await;
        assert_eq!((stats["totals"]["sent"].as_u64(), stats["steps"][2]["counts"]["sent"].as_u64()), (Some(6), Some(3)));
        assert_eq!(stats["accounts"][0]["counts"]["sent"], 6);
        assert_eq!(world.count("events", "kind = 'enrolment.step.sent'").await, 6);
        assert_eq!(world.count("events", "kind = 'campaign.finished'").await, 1);
    }

    async fn an_answer_on_any_account_stops_every_campaign(world: World) {
        world.policy(json!({})).await;
        let accounts = [world.account("One"), world.account("Two")];
        let contacts = world.contacts(2);
        let steps = || vec![world.message("Hi"), world.wait_hours(1), world.message("And?")];
        let campaigns = [
            world.started(&contacts, &accounts[..1], steps()).await,
            world.started(&contacts, &accounts[1..], steps()).await,
        ];
        world.send_all().await;
        world.reply(contacts[0], "Who is this?").await;
        world.settle().await;
        for campaign in campaigns {
            let (state, cause) = world.enrolment(campaign, contacts[0]).await;
            assert_eq!((state.as_str(), cause.as_deref()), ("stopped", Some("replied")));
            assert_eq!(world.enrolment(campaign, contacts[1]).await.0, "waiting");
        }
        world.pass(TimeDelta::hours(2));
        world.go().await;
        assert_eq!(world.send_all().await, 2, "only the other one, in both");
        let stats = world.get(&world.manager, &format!("{CAMPAIGNS}/{}/stats", campaigns[1])).await;
        assert_eq!(stats["totals"]["replied"], 1, "the message that went last was answered");
    }

    async fn an_answer_before_the_message_went_calls_it_back(world: World) {
        let account = world.account("Desk");
        let contacts = world.contacts(2);
        let id = world.started(&contacts, &[account], vec![world.message("Hi")]).await;
        assert_eq!(world.keys(Stand::Waiting).len(), 2);
        world.reply(contacts[0], "Hello").await;
        world.settle().await;
        assert_eq!((world.keys(Stand::Waiting).len(), world.keys(Stand::Canceled).len()), (1, 1));
        assert_eq!(world.enrolment(id, contacts[0]).await.1.as_deref(), Some("replied"));
        assert_eq!(world.count("touches", "1 = 1").await, 1, "what did not go does not count");
    }

    async fn who_opts_out_is_written_to_by_nobody_any_more(world: World) {
        world.policy(json!({})).await;
        let account = world.account("Desk");
        let contacts = world.contacts(1);
        let id = world.started(&contacts, &[account], vec![world.message("Hi"), world.wait_hours(1), world.message("And?")]).await;
        world.send_all().await;
        world.reply(contacts[0], "Stop").await;
        world.settle().await;
        assert_eq!(world.enrolment(id, contacts[0]).await.1.as_deref(), Some("opted_out"));
        assert_eq!(world.count("consents", "state = 'denied' and source = 'reply'").await, 1);
        assert_eq!(world.count("suppressions", "reason = 'opted_out'").await, 1);
        assert_eq!(world.count("events", "kind = 'contact.opted_out'").await, 1);
        let next = world.started(&contacts, &[account], vec![world.message("Again")]).await;
        assert_eq!(world.keys(Stand::Waiting).len(), 0);
        assert_eq!(world.enrolment(next, contacts[0]).await.1.as_deref(), Some("opted_out"));
        let told = world.get(&world.manager, &format!("{CAMPAIGNS}/contacts/{}", contacts[0])).await;
        let codes: Vec<&str> = told["refusals"].as_array().unwrap().iter().filter_map(|one| one["code"].as_str()).collect();
        assert!(codes.contains(&"policy.opted_out") && codes.contains(&"policy.suppressed"), "{codes:?}");
        assert_eq!(told["verdicts"][0]["allowed"], false);
    }

    async fn a_yes_is_counted_and_a_no_is_remembered(world: World) {
        world.policy(json!({ "coolDownDays": 30 })).await;
        let account = world.account("Desk");
        let contacts = world.contacts(2);
        let id = world.started(&contacts, &[account], vec![world.message("Hi")]).await;
        world.send_all().await;
        world.reply(contacts[0], "Yes, sounds good").await;
        world.reply(contacts[1], "No thanks, not interested").await;
        world.settle().await;
        let stats = world.get(&world.manager, &format!("{CAMPAIGNS}/{id}/stats")).await;
        assert_eq!((stats["totals"]["replied"].as_u64(), stats["totals"]["positive"].as_u64()), (Some(2), Some(1)));
        assert_eq!(world.count("declines", "1 = 1").await, 1);
    }

    async fn a_pause_calls_back_and_a_resume_writes_once(world: World) {
        let account = world.account("Desk");
        let contacts = world.contacts(3);
        let id = world.started(&contacts, &[account], vec![world.message("Hi")]).await;
        let first = world.keys(Stand::Waiting)[0];
        assert!(world.send(first).await);
        let paused = post(&world, &format!("{id}/pause")).await;
        assert_eq!((paused["state"].as_str(), paused["pauseReason"].as_str()), (Some("paused"), Some("manual")));
        world.settle().await;
        assert_eq!(world.keys(Stand::Canceled).len(), 2);
        world.go().await;
        assert_eq!(world.keys(Stand::Waiting).len(), 0);
        post(&world, &format!("{id}/resume")).await;
        world.go().await;
        assert_eq!(world.send_all().await, 2);
        assert_eq!(world.count("campaign_sends", "state = 'sent'").await, 3);
    }

    async fn what_was_on_its_way_at_a_pause_and_could_not_go_is_written_once(world: World) {
        let account = world.account("Desk");
        let contacts = world.contacts(2);
        let id = world.started(&contacts, &[account], vec![world.message("Hi")]).await;
        let keys = world.keys(Stand::Waiting);
        for key in &keys {
            // On their way: the queue does not call them back.
            world.outside.things().queue.get_mut(key).unwrap().stand = Stand::Sent;
        }
        post(&world, &format!("{id}/pause")).await;
        world.settle().await;
        assert_eq!(world.count("campaign_sends", "state = 'queued'").await, 2);
        for (key, may_have_gone) in keys.iter().zip([false, true]) {
            let data = json!({ "messageId": key, "chatId": key, "cause": "campaign.called_back", "program": null,
                "mayHaveGone": may_have_gone });
            world.tell("message.canceled", ("message", *key), data).await;
        }
        world.settle().await;
        post(&world, &format!("{id}/resume")).await;
        world.go().await;
        let again = world.keys(Stand::Waiting);
        assert_eq!(again.len(), 1, "the one of which it is known that it did not go");
        let contact = |key: &Uuid| world.outside.things().queue[key].outgoing.contact_id;
        assert_eq!(contact(&again[0]), contact(&keys[0]));
        assert_eq!(world.count("campaign_sends", "state = 'called_back'").await, 1);
        assert_eq!(world.count("enrolments", "state = 'finished'").await, 1);
    }

    async fn an_account_and_a_step_are_held_and_let_go(world: World) {
        world.policy(json!({})).await;
        let accounts = [world.account("One"), world.account("Two")];
        let contacts = world.contacts(2);
        let (first, last) = (world.message("Hi"), world.message("And?"));
        let id = world.started(&contacts, &accounts, vec![first, world.wait_hours(1), last.clone()]).await;
        world.send_all().await;
        let last = last["id"].as_str().unwrap();
        post(&world, &format!("{id}/steps/{last}/pause")).await;
        world.pass(TimeDelta::hours(2));
        world.go().await;
        assert_eq!(world.keys(Stand::Waiting).len(), 0);
        assert_eq!(world.count("enrolments", "held = 'step_held'").await, 2);
        let held = post(&world, &format!("{id}/senders/{}/pause", accounts[0])).await;
        assert_eq!(held["heldAccountIds"], json!([accounts[0]]));
        post(&world, &format!("{id}/steps/{last}/resume")).await;
        world.go().await;
        assert_eq!(world.send_all().await, 1, "the other account's");
        post(&world, &format!("{id}/senders/{}/resume", accounts[0])).await;
        world.go().await;
        assert_eq!(world.send_all().await, 1);
    }

    async fn deletion_merging_and_stages_stop(world: World) {
        world.policy(json!({})).await;
        let account = world.account("Desk");
        let contacts = world.contacts(4);
        let steps = vec![world.message("Hi"), world.wait_hours(1), world.message("And?")];
        let id = world.started(&contacts, &[account], steps).await;
        world.send_all().await;
        let stage = world.clock.new_id();
        let stop_on = json!({ "stopOn": { "stageIds": [stage] } });
        world.ok(&world.manager, "PATCH", &format!("{CAMPAIGNS}/{id}"), stop_on, 200).await;
        world.outside.things().contacts.remove(&contacts[0]);
        world.tell(CONTACT_DELETED, ("contact", contacts[0]), json!({})).await;
        let moved = json!({ "dealId": Uuid::nil(), "clientId": contacts[1], "pipelineId": Uuid::nil(),
            "fromStage": Uuid::nil(), "toStage": stage, "movedBy": null, "autoMoved": false, "cause": "manual" });
        world.tell(DEAL_STAGE_CHANGED, ("deal", Uuid::nil()), moved).await;
        let merged = json!({ "into": contacts[3], "from": [contacts[2]] });
        world.tell(CONTACT_MERGED, ("contact", contacts[3]), merged).await;
        world.settle().await;
        assert_eq!(world.enrolment(id, contacts[0]).await.1.as_deref(), Some("deleted"));
        assert_eq!(world.enrolment(id, contacts[1]).await.1.as_deref(), Some("stage"));
        assert_eq!(world.enrolment(id, contacts[2]).await.1.as_deref(), Some("deleted"), "the other one is in it");
        assert_eq!(world.enrolment(id, contacts[3]).await.0, "waiting");
    }

    async fn what_cannot_go_stops_unless_the_campaign_asks(world: World) {
        world.policy(json!({})).await;
        let account = world.account("Desk");
        let contacts = world.contacts(1);
        let id = world.started(&contacts, &[account], vec![world.message("Hi"), world.wait_hours(1), world.message("And?")]).await;
        world.fail(world.keys(Stand::Waiting)[0]).await;
        world.settle().await;
        assert_eq!(world.enrolment(id, contacts[0]).await.1.as_deref(), Some("failed"));
        let asks = json!({ "id": world.clock.new_id(), "action": { "kind": "condition",
            "question": { "kind": "message", "fate": "failed", "stepId": null },
            "then": { "kind": "stop" }, "otherwise": { "kind": "next" } } });
        let other = world.started(&contacts, &[account], vec![world.message("Hi"), asks, world.message("And?")]).await;
        world.fail(world.keys(Stand::Waiting)[0]).await;
        world.settle().await;
        world.go().await;
        assert_eq!(world.enrolment(other, contacts[0]).await.1.as_deref(), Some("step"));
    }

    async fn texts_that_lack_something_do_not_go(world: World) {
        let account = world.account("Desk");
        let contacts = world.contacts(1);
        let id = world.started(&contacts, &[account], vec![world.message("Hi, {{company.name}}")]).await;
        assert_eq!(world.keys(Stand::Waiting).len(), 0);
        assert_eq!(world.enrolment(id, contacts[0]).await.1.as_deref(), Some("failed"));
        let told = world.get(&world.manager, &format!("{CAMPAIGNS}/contacts/{}", contacts[0])).await;
        assert_eq!(told["refusals"][0]["message"], "The text lacks: company.name.");
    }

    async fn deals_are_moved_and_steps_are_logged(world: World) {
        let account = world.account("Desk");
        let contacts = world.contacts(1);
        let stage = world.clock.new_id();
        let moves = json!({ "id": world.clock.new_id(), "action": { "kind": "moveStage", "stageId": stage } });
        let task = json!({ "id": world.clock.new_id(), "action": { "kind": "task", "title": "Call", "dueInDays": 1 } });
        let id = world.started(&contacts, &[account], vec![moves, task, world.message("Hi")]).await;
        world.send_all().await;
        let wanted = world.outside.things().moves.clone();
        assert_eq!((wanted.len(), wanted[0].contact_id, wanted[0].stage_id), (1, contacts[0], stage));
        let log = world.get(&world.manager, &format!("{CAMPAIGNS}/{id}/log")).await;
        let kinds: Vec<&str> = log["items"].as_array().unwrap().iter().filter_map(|line| line["kind"].as_str()).collect();
        for kind in ["started", "enrolled", "moved", "task", "queued", "sent"] {
            assert!(kinds.contains(&kind), "{kind} is not among {kinds:?}");
        }
    }

    async fn a_big_audience_comes_in_once_in_parts(world: World) {
        let account = world.account("Desk");
        let contacts = world.contacts(5_200);
        let id = world.draft(&contacts, &[account], vec![world.message("Hi")]).await;
        world.ok(&world.manager, "POST", &format!("{CAMPAIGNS}/{id}/start"), json!({}), 200).await;
        world.settle().await;
        world.settle().await;
        assert_eq!(world.count("enrolments", "1 = 1").await, 5_200);
        assert_eq!(world.count("campaign_log", "kind = 'enrolled'").await, 2);
        let campaign = world.get(&world.manager, &format!("{CAMPAIGNS}/{id}")).await;
        assert_eq!((campaign["enrolling"].as_bool(), campaign["totals"]["enrolled"].as_u64()), (Some(false), Some(5_200)));
        let again = json!({ "contactIds": [contacts[0]] });
        let again = world.ok(&world.manager, "POST", &format!("{CAMPAIGNS}/{id}/enrolments"), again, 200).await;
        assert_eq!(again["refused"][0]["reasons"][0]["code"], "enrolment.already_in");
    }

    async fn a_look_is_as_many_statements_for_many_as_for_few(world: World) {
        world.policy(json!({})).await;
        let account = world.account("Desk");
        let mut spent = Vec::new();
        for count in [2, 90] {
            let contacts = world.contacts(count);
            let id = world.draft(&contacts, &[account], vec![world.message("Hi")]).await;
            world.ok(&world.manager, "POST", &format!("{CAMPAIGNS}/{id}/start"), json!({}), 200).await;
            let enrol = jobs::Runner::new(world.db().clone(), world.service.clone().works()).only(|kind| kind == "campaigns.enrol");
            enrol.run_until_idle().await.unwrap();
            let before = world.db().statement_count();
            assert!(campaigns::sending::pass(&world.service, &world.system(), id).await.unwrap());
            spent.push(world.db().statement_count() - before);
            world.settle().await;
        }
        assert_eq!(spent[0], spent[1]);
    }
}
