//! What a campaign does by itself is told to who owns, made or launched it, as far as they may read it.

use std::sync::atomic::Ordering;

use contracts::{events as e, permissions::CAMPAIGNS_READ};
use kernel::{Grants, Scope};
use serde_json::{Value, json};
use testkit::on_both;
use uuid::Uuid;

use crate::world::{World, me};

/// A campaign of the agent's, which the colleague made, who does not reach it any more, and the manager launched.
fn campaign(world: &World) -> Uuid {
    world.campaign(Some(&world.agent), &world.colleague, &world.manager)
}

async fn happens(world: &World, who: &Scope, kind: &'static str, (campaign, data): (Uuid, Value)) {
    world.tell(who, kind, ("campaign", &[campaign]), data).await;
    world.settle().await;
}

fn system(world: &World) -> Scope {
    Scope::system(world.manager.org_id, "test")
}

/// How many notifications each of all has: the manager, the agent, the colleague, the guest, the stranger.
async fn counts(world: &World) -> [usize; 5] {
    let mut counts = [0; 5];
    let all = [&world.manager, &world.agent, &world.colleague, &world.guest, &world.stranger];
    for (count, who) in counts.iter_mut().zip(all) {
        *count = world.texts(who).await.len();
    }
    counts
}

on_both! {
    async fn a_pause_by_itself_is_told_to_who_has_it_and_who_launched_it(world: World) {
        let id = campaign(&world);
        happens(&world, &system(&world), e::CAMPAIGN_PAUSED, (id, json!({ "reason": "no_sender" }))).await;
        assert_eq!(counts(&world).await, [1, 1, 0, 0, 0]);
        let first = world.first(&world.agent).await;
        assert_eq!(first["text"], "A campaign of yours has paused: no account is left that could send");
        assert_eq!(first["subject"], json!({ "kind": "campaign", "id": id, "name": "The campaign" }));
        assert_eq!((&first["kind"], &first["category"]), (&json!("campaign.paused"), &json!("system")));
        assert_eq!((&first["data"], &first["actor"]), (&json!({ "reason": "no_sender" }), &Value::Null));
        // Paused again, unread, it is one.
        happens(&world, &system(&world), e::CAMPAIGN_PAUSED, (id, json!({ "reason": "steps" }))).await;
        let texts = world.texts(&world.manager).await;
        assert_eq!(texts, ["A campaign of yours has paused: its steps cannot be read any more"]);
    }

    async fn a_pause_by_hand_is_told_to_nobody(world: World) {
        happens(&world, &world.manager, e::CAMPAIGN_PAUSED, (campaign(&world), json!({ "reason": "manual" }))).await;
        assert_eq!(counts(&world).await, [0; 5]);
    }

    async fn a_start_that_did_not_happen_is_told(world: World) {
        let data = json!({ "at": "2026-09-21T10:00:00Z", "reason": "incomplete", "missing": ["accountIds"] });
        happens(&world, &system(&world), e::CAMPAIGN_START_FAILED, (campaign(&world), data)).await;
        assert_eq!(counts(&world).await, [1, 1, 0, 0, 0]);
        let first = world.first(&world.manager).await;
        let text = "A campaign of yours could not begin at its time: something is missing, and it is a draft again";
        assert_eq!((&first["kind"], &first["text"]), (&json!("campaign.not_started"), &json!(text)));
        // It waits for somebody to mend it.
        assert_eq!(world.mailed(), [text, text]);
    }

    async fn an_end_is_told_but_to_who_brought_it_about(world: World) {
        let data = json!({ "enrolled": 30, "sent": 21, "replied": 1 });
        happens(&world, &world.manager, e::CAMPAIGN_FINISHED, (campaign(&world), data.clone())).await;
        assert_eq!(counts(&world).await, [0, 1, 0, 0, 0]);
        assert_eq!(world.texts(&world.agent).await, ["A campaign of yours is over: 21 messages, 1 answer"]);
        happens(&world, &system(&world), e::CAMPAIGN_FINISHED, (campaign(&world), data)).await;
        assert_eq!(counts(&world).await, [1, 2, 0, 0, 0]);
        assert!(world.mailed().is_empty(), "it is nothing to mend");
    }

    async fn a_text_that_won_is_told_once_to_who_is_all_in_one(world: World) {
        let id = world.campaign(Some(&world.colleague), &world.colleague, &world.colleague);
        let data = json!({ "stepId": Uuid::nil(), "variantId": Uuid::nil(), "lift": 0.5, "p": 0.01 });
        happens(&world, &system(&world), e::CAMPAIGN_VARIANT_WON, (id, data)).await;
        assert_eq!(counts(&world).await, [0, 0, 1, 0, 0]);
        let first = world.first(&world.colleague).await;
        assert_eq!(first["text"], "Один из текстов вашей кампании побеждает и теперь уходит всем");
        assert_eq!(first["count"], 1);
    }

    async fn who_may_not_read_campaigns_any_more_is_told_nothing(world: World) {
        let all = contracts::permissions::ALL.iter().copied();
        let grants = Grants::of(all.filter(|permission| permission.name != CAMPAIGNS_READ.name));
        world.house.alter(&world.manager, |person| person.grants = grants);
        world.house.leave(&world.agent);
        happens(&world, &system(&world), e::CAMPAIGN_PAUSED, (campaign(&world), json!({ "reason": "steps" }))).await;
        assert_eq!(counts(&world).await[0], 0);
        assert_eq!(world.count("notifications", "1 = 1").await, 0);
    }

    async fn names_are_those_of_today_and_asked_for_once(world: World) {
        for _ in 0..3 {
            let data = (campaign(&world), json!({ "reason": "no_sender" }));
            happens(&world, &system(&world), e::CAMPAIGN_PAUSED, data).await;
        }
        let asked = || world.house.asked_for_campaigns.load(Ordering::Relaxed);
        let before = asked();
        let list = world.get(&world.agent, "").await;
        assert_eq!((list["items"].as_array().unwrap().len(), asked() - before), (3, 1));
        let last = world.first(&world.agent).await["subject"]["id"].as_str().unwrap().parse().unwrap();
        world.house.give(last, Some(me(&world.manager)));
        assert_eq!(world.first(&world.agent).await["subject"]["name"], Value::Null, "it is out of reach");
        assert_eq!(world.first(&world.manager).await["subject"]["name"], "The campaign");
    }
}
