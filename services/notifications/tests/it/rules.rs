//! Who is told of which event: those whom it concerns, as far as they may see it, and never who did it.

use contracts::events as e;
use kernel::Scope;
use serde_json::{Value, json};
use testkit::on_both;
use uuid::Uuid;

use crate::world::{World, me};

/// Everybody in the organization with what they were told, once all is settled.
async fn told(world: &World) -> Vec<(&'static str, Vec<String>)> {
    world.settle().await;
    let mut all = Vec::new();
    let people = [("manager", &world.manager), ("agent", &world.agent), ("guest", &world.guest)];
    for (name, who) in people.into_iter().chain([("colleague", &world.colleague), ("stranger", &world.stranger)]) {
        let texts = world.texts(who).await;
        if !texts.is_empty() {
            all.push((name, texts));
        }
    }
    all
}

fn assigned(to: &Scope, ids: &[Uuid]) -> Value {
    json!({ "fields": ["ownerId"], "assigned": [{ "to": me(to), "ids": ids }] })
}

fn one(who: &'static str, text: &str) -> Vec<(&'static str, Vec<String>)> {
    vec![(who, vec![text.to_owned()])]
}

on_both! {
    async fn a_mention_is_told_to_who_may_open_the_record(world: World) {
        let everybody = [&world.manager, &world.agent, &world.colleague, &world.guest, &world.stranger];
        // Of the agent's: the colleague does not reach it, the guest may read nothing, the author knows.
        let contact = world.record("contact", Some(&world.agent));
        world.mention(&world.manager, ("contact", contact), &everybody).await;
        assert_eq!(told(&world).await, one("agent", "Mary mentioned you in a note"));
    }

    async fn a_mention_on_a_shared_record_is_told_to_all_in_their_language(world: World) {
        let deal = world.record("deal", None);
        world.mention(&world.agent, ("deal", deal), &[&world.manager, &world.colleague]).await;
        let told = told(&world).await;
        assert_eq!(told, [("manager", vec!["Andy mentioned you in a note".to_owned()]),
            ("colleague", vec!["Andy упоминает вас в заметке".to_owned()])]);
        let shown = world.first(&world.manager).await;
        assert_eq!(shown["subject"], json!({ "kind": "deal", "id": deal, "name": "The deal" }));
        assert_eq!(shown["actor"], json!({ "id": me(&world.agent), "name": "Andy" }));
        assert!(shown["data"]["noteId"].is_string());
    }

    async fn a_mention_on_what_is_gone_tells_nothing(world: World) {
        world.mention(&world.manager, ("contact", world.clock.new_id()), &[&world.agent]).await;
        assert!(told(&world).await.is_empty());
    }

    async fn who_got_a_record_from_somebody_else_is_told(world: World) {
        for (kind, event, text) in [
            ("contact", e::CONTACT_UPDATED, "Mary assigned a contact to you"),
            ("company", e::COMPANY_CREATED, "Mary assigned a company to you"),
            ("deal", e::DEAL_UPDATED, "Mary assigned a deal to you"),
        ] {
            let record = world.record(kind, Some(&world.agent));
            world.tell(&world.manager, event, (kind, &[record]), assigned(&world.agent, &[record])).await;
            assert_eq!(told(&world).await, one("agent", text));
            world.ok(&world.agent, "POST", "/read-all", json!({}), 200).await;
            world.pass(chrono::TimeDelta::days(200));
            let expired = jobs::NewJob { kind: "notifications.expire", payload: json!({}), max_attempts: 1 };
            let tx = world.db().begin(&world.manager).await.unwrap();
            jobs::enqueue(&tx, expired).await.unwrap();
            tx.commit().await.unwrap();
            assert!(told(&world).await.is_empty(), "old ones are gone");
        }
    }

    async fn who_took_a_record_themselves_knows(world: World) {
        let deal = world.record("deal", Some(&world.agent));
        world.tell(&world.agent, e::DEAL_UPDATED, ("deal", &[deal]), assigned(&world.agent, &[deal])).await;
        world.tell(&world.agent, e::DEAL_UPDATED, ("deal", &[deal]), json!({ "fields": ["title"] })).await;
        assert!(told(&world).await.is_empty());
    }

    async fn who_lost_it_again_meanwhile_is_not_told(world: World) {
        let deal = world.record("deal", Some(&world.manager));
        world.tell(&world.manager, e::DEAL_UPDATED, ("deal", &[deal]), assigned(&world.agent, &[deal])).await;
        assert!(told(&world).await.is_empty());
    }

    async fn how_a_deal_ended_is_told_to_owner_and_creator_but_who_did_it(world: World) {
        let figures = json!({ "stageId": Uuid::nil(), "amountMinor": 5, "currency": "EUR" });
        let deal = world.deal(Some(&world.agent), Some(&world.manager));
        world.tell(&world.agent, e::DEAL_WON, ("deal", &[deal]), figures.clone()).await;
        assert_eq!(told(&world).await, one("manager", "Andy won a deal of yours"));
        assert_eq!(world.first(&world.manager).await["data"], json!({ "amountMinor": 5, "currency": "EUR" }));
        // The creator no longer reaches it.
        let deal = world.deal(Some(&world.agent), Some(&world.colleague));
        world.tell(&world.manager, e::DEAL_LOST, ("deal", &[deal]), figures).await;
        world.ok(&world.manager, "POST", "/read-all", json!({}), 200).await;
        let told = told(&world).await;
        assert_eq!(told[1], ("agent", vec!["Mary marked a deal of yours as lost".to_owned()]));
        assert_eq!(told.len(), 2);
    }

    async fn a_rotting_deal_is_told_to_its_owner_only(world: World) {
        let deal = world.deal(Some(&world.agent), Some(&world.manager));
        let system = Scope::system(world.manager.org_id, "test");
        world.tell(&system, e::DEAL_ROTTING, ("deal", &[deal]), json!({ "stageId": Uuid::nil(), "days": 9 })).await;
        assert_eq!(told(&world).await, one("agent", "A deal of yours has been in its stage for too long"));
        let shown = world.first(&world.agent).await;
        assert_eq!((&shown["category"], &shown["data"]["days"], &shown["actor"]), (&json!("sla"), &json!(9), &Value::Null));
    }

    async fn what_is_done_is_told_to_who_had_asked_for_it(world: World) {
        let id = world.clock.new_id();
        let rows = json!({ "rows": 9, "created": 7, "updated": 1, "skipped": 0, "failed": 1 });
        world.tell(&world.manager, e::IMPORT_COMPLETED, ("import", &[id]), rows).await;
        let file = json!({ "recordType": "deal", "rows": 1, "columns": ["title"] });
        world.tell(&world.colleague, e::EXPORT_COMPLETED, ("export", &[id]), file).await;
        let bulk = json!({ "action": "assign", "recordType": "deal", "done": 22 });
        world.tell(&world.agent, e::BULK_COMPLETED, ("batch", &[id]), bulk).await;
        assert_eq!(told(&world).await, [
            ("manager", vec!["The import is complete: 7 created, 1 updated, 1 failed".to_owned()]),
            ("agent", vec!["The bulk operation is complete: 22 records".to_owned()]),
            ("colleague", vec!["Выгрузка завершена: 1 строка".to_owned()]),
        ]);
        let shown = world.first(&world.agent).await;
        assert_eq!((&shown["subject"]["kind"], &shown["data"]["batchId"]), (&json!("bulk"), &json!(id)));
    }

    async fn a_webhook_that_was_switched_off_is_told_to_who_may_mend_it(world: World) {
        let system = Scope::system(world.manager.org_id, "test");
        let data = json!({ "because": "gone", "failures": 3 });
        world.tell(&system, e::WEBHOOK_DISABLED, ("webhook", &[world.clock.new_id()]), data).await;
        let told: Vec<_> = told(&world).await.into_iter().map(|(who, _)| who).collect();
        assert_eq!(told, ["manager", "agent", "colleague"], "not to the guest, who holds nothing");
    }

    async fn who_is_no_member_any_more_is_told_nothing(world: World) {
        world.house.leave(&world.agent);
        let deal = world.record("deal", None);
        world.mention(&world.manager, ("deal", deal), &[&world.agent]).await;
        assert!(told(&world).await.is_empty());
    }
}

on_both! {
    async fn who_has_a_chat_is_told_of_it(world: World) {
        let chat = world.record("chat", Some(&world.agent));
        let of = world.clock.new_id();
        let received = |late: bool| json!({
            "messageId": of, "chatId": chat, "contactId": null, "channel": "telegram", "accountId": null,
            "isFirstResponse": false, "assigneeId": me(&world.agent), "isLate": late,
        });
        let system = Scope::system(world.manager.org_id, "sync");
        world.tell(&system, contracts::events::MESSAGE_RECEIVED, ("message", &[of]), received(true)).await;
        world.settle().await;
        assert!(world.texts(&world.agent).await.is_empty(), "what is late is seen in the inbox");
        for _ in 0..2 {
            world.tell(&system, contracts::events::MESSAGE_RECEIVED, ("message", &[of]), received(false)).await;
        }
        let assigned = json!({"chatId": chat, "from": null, "to": me(&world.agent)});
        world.tell(&world.manager, contracts::events::CHAT_ASSIGNED, ("chat", &[chat]), assigned).await;
        let comment = json!({"chatId": chat, "mentions": [me(&world.agent), me(&world.colleague)]});
        world.tell(&world.manager, contracts::events::COMMENT_CREATED, ("comment", &[of]), comment).await;
        world.settle().await;
        let mut told = world.texts(&world.agent).await;
        told.sort();
        assert_eq!(told, ["2 new messages in your chat", "Mary assigned a chat to you", "Mary mentioned you beside a chat"]);
        assert!(world.texts(&world.colleague).await.is_empty(), "who may not read the chat is not told of it");
    }
}

on_both! {
    async fn what_happens_to_an_account_is_told_to_its_owner(world: World) {
        let account = world.record("bd_account", Some(&world.agent));
        let system = Scope::system(world.manager.org_id, "test");
        let until = "2026-09-22T10:00:00Z";
        for (kind, data) in [
            (e::ACCOUNT_DISCONNECTED, json!({"reason": "asked"})),
            (e::ACCOUNT_DISCONNECTED, json!({"reason": "logged_out"})),
            (e::ACCOUNT_RECONNECTING, json!({"attempt": 3, "nextAt": until})),
            (e::ACCOUNT_FLOOD_WAIT, json!({"method": "x", "seconds": 90})),
        ] {
            world.tell(&system, kind, ("bd_account", &[account]), data).await;
        }
        assert!(told(&world).await.is_empty(), "nothing of this is for anybody to mend");
        for (kind, data) in [
            (e::ACCOUNT_DISCONNECTED, json!({"reason": "unreachable"})),
            (e::ACCOUNT_SESSION_REVOKED, json!({"cause": "revoked"})),
            (e::ACCOUNT_SESSION_REVOKED, json!({"cause": "banned"})),
            (e::ACCOUNT_RESTRICTED, json!({"kind": "spam", "until": until})),
            (e::ACCOUNT_FLOOD_WAIT, json!({"method": "x", "seconds": 3600})),
        ] {
            world.tell(&system, kind, ("bd_account", &[account]), data).await;
        }
        world.settle().await;
        let mut texts = world.texts(&world.agent).await;
        texts.sort();
        assert_eq!(texts, [
            "Sales has not been connected for some minutes",
            "Sales has to wait 60 minutes: Telegram asks for it",
            "Sales was banned by Telegram",
            "Sales was restricted by Telegram",
            "Sales was signed out: sign in again",
        ]);
        assert!(world.texts(&world.manager).await.is_empty(), "the owner minds it");
        let subject = world.first(&world.agent).await["subject"].clone();
        assert_eq!((&subject["kind"], &subject["name"]), (&json!("bd_account"), &json!("Sales")));
    }

    async fn an_account_of_nobody_is_minded_by_those_who_administer_accounts(world: World) {
        let account = world.record("bd_account", None);
        let system = Scope::system(world.manager.org_id, "test");
        let tell = async || world.tell(&system, e::ACCOUNT_SESSION_REVOKED, ("bd_account", &[account]), json!({"cause": "revoked"})).await;
        tell().await;
        let people: Vec<_> = told(&world).await.into_iter().map(|(who, _)| who).collect();
        assert_eq!(people, ["manager", "agent", "colleague"], "not the guest, who holds nothing");
        // Unread, it becomes one with the next.
        tell().await;
        world.settle().await;
        assert_eq!(world.texts(&world.manager).await, ["Sales was signed out 2 times: sign in again"]);
        // Of somebody who sees no accounts: only by those who reach it.
        let theirs = world.record("bd_account", Some(&world.guest));
        world.tell(&system, e::ACCOUNT_SESSION_REVOKED, ("bd_account", &[theirs]), json!({"cause": "banned"})).await;
        let told: Vec<_> = told(&world).await.into_iter().map(|(who, texts)| (who, texts.len())).collect();
        assert_eq!(told, [("manager", 2), ("agent", 1), ("colleague", 1)]);
    }
}
