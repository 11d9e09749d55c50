//! What whoever keeps an account connected tells: leases, turns of its fate, what it uses, health, waiting.

use bd_accounts::{
    accounts::{happening, store, turns::Turn},
    connecting::sessions,
    leases::{self, Lease},
    pace::{
        rules::{Because, Class, Verdict},
        usage,
    },
    telegram::SessionBlob,
};
use chrono::TimeDelta;
use contracts::channels::{Accounts, Waiting};
use kernel::Scope;
use serde_json::{Value, json};
use testkit::on_both;
use uuid::Uuid;

use crate::world::{PHONE, World, id, items, vault};

async fn turn(world: &World, account: Uuid, turn: Turn) {
    happening::turn(&world.accounts, &world.system(), account, &turn).await.unwrap();
}

async fn take(world: &World, owner: u128) -> Option<Lease> {
    let free = leases::free(world.db(), 10).await.unwrap().into_iter().next()?;
    leases::take(world.db(), free, Uuid::from_u128(owner)).await.unwrap()
}

async fn online(world: &World, who: &Scope, phone: &str) -> Uuid {
    let account = id(&world.connected(who, phone).await);
    turn(world, account, Turn::Online).await;
    account
}

on_both! {
    async fn an_account_has_one_keeper_at_a_time(world: World) {
        let account = id(&world.connected(&world.manager, PHONE).await);
        let first = take(&world, 1).await.unwrap();
        assert_eq!((first.account, first.org), (account, world.manager.org_id));
        assert_eq!(take(&world, 2).await, None);
        assert!(first.renew(world.db()).await.unwrap());
        // It is silent for too long; another takes over, and the first can write nothing any more.
        world.clock.advance(leases::TERM + TimeDelta::seconds(1));
        let second = take(&world, 2).await.unwrap();
        assert!(second.token > first.token && !first.renew(world.db()).await.unwrap());
        let (scope, vault) = (world.system(), vault(world.db()));
        let save = async |lease: &Lease, text: &str| {
            let tx = world.db().begin(&scope).await.unwrap();
            let saved = sessions::save(&tx, (&vault, &scope), lease, &SessionBlob(text.into())).await.unwrap();
            tx.commit().await.unwrap();
            saved
        };
        assert!(!save(&first, "old").await);
        assert!(save(&second, "new").await);
        assert!(!save(&first, "old").await);
        let kept = sessions::find(&world.db().reader(&scope), (&vault, &scope), account).await.unwrap().unwrap();
        assert_eq!(kept.session, SessionBlob("new".into()));
        // Let go, it is free at once.
        second.let_go(world.db()).await.unwrap();
        let third = take(&world, 3).await.unwrap();
        // Taken off by somebody, its keeper learns so, and nobody else takes it.
        world.ok(&world.manager, "POST", &format!("/{account}/disconnect"), json!({ "logOut": false }), 200).await;
        assert!(!third.renew(world.db()).await.unwrap() && !save(&third, "late").await);
        world.clock.advance(leases::TERM + TimeDelta::seconds(1));
        assert_eq!(take(&world, 4).await, None);
        world.ok(&world.manager, "POST", &format!("/{account}/reconnect"), Value::Null, 200).await;
        assert!(save(&take(&world, 4).await.unwrap(), "again").await);
    }

    async fn what_happens_is_shown_told_and_kept(world: World) {
        let account = online(&world, &world.manager, PHONE).await;
        let path = format!("/{account}");
        assert_eq!(world.get(&format!("{path}/status")).await["isConnected"], true);
        turn(&world, account, Turn::FloodWait { method: "messages.sendMessage".into(), seconds: 90 }).await;
        let flooded = world.get(&path).await;
        assert_eq!(flooded["status"], "flood_wait");
        assert!(flooded["statusText"].as_str().unwrap().contains("wait until"));
        world.clock.advance(TimeDelta::seconds(90));
        assert_eq!(world.get(&path).await["status"], "connected");
        turn(&world, account, Turn::PeerFlood).await;
        let reported = world.get(&path).await;
        assert_eq!((&reported["status"], reported["firstContactsPausedUntil"].is_string()), (&json!("connected"), true));
        // A new session, one flood wait, a report: 100 − 15 − 6 − 40.
        assert_eq!((&reported["health"]["score"], &reported["health"]["band"]), (&json!(39), &json!("poor")));
        assert_eq!(reported["health"]["reasons"][0]["code"], "peer_flood");
        assert_eq!(world.count("events", "kind = 'bd_account.health.changed'").await, 2);
        turn(&world, account, Turn::Revoked { cause: "revoked".into() }).await;
        let revoked = world.get(&path).await;
        assert_eq!((&revoked["status"], &revoked["isConnected"]), (&json!("reauth_required"), &json!(false)));
        assert_eq!(revoked["statusText"], "Telegram has ended the session. Sign in again.");
        world.clock.advance(leases::TERM + TimeDelta::seconds(1));
        assert_eq!(take(&world, 1).await, None);
        let kinds = items(&world.get(&format!("{path}/health?limit=100")).await).to_vec();
        let kinds: Vec<&str> = kinds.iter().map(|line| line["kind"].as_str().unwrap()).collect();
        for kind in ["online", "flood_wait", "peer_flood", "session_revoked", "health_changed"] {
            assert!(kinds.contains(&kind), "{kind}");
        }
        let next = world.get(&format!("{path}/health?limit=2")).await;
        assert_eq!(items(&next).len(), 2);
        let cursor = next["page"]["nextCursor"].as_str().unwrap();
        let second = world.get(&format!("{path}/health?limit=2&cursor={cursor}")).await;
        assert_ne!(items(&second)[0]["id"], items(&next)[1]["id"]);
    }

    async fn health_comes_back_by_itself(world: World) {
        let account = online(&world, &world.manager, PHONE).await;
        turn(&world, account, Turn::PeerFlood).await;
        assert_eq!(world.get(&format!("/{account}")).await["health"]["band"], "poor");
        world.clock.advance(TimeDelta::days(15));
        let tx = world.db().begin(&world.system()).await.unwrap();
        let job = jobs::NewJob { kind: "bd-accounts.look_after", payload: json!({}), max_attempts: 1 };
        jobs::enqueue(&tx, job).await.unwrap();
        tx.commit().await.unwrap();
        world.work().await;
        assert_eq!(world.get(&format!("/{account}")).await["health"]["score"], 100);
        assert_eq!(world.count("events", "kind = 'bd_account.health.changed'").await, 2);
    }

    async fn what_is_used_is_counted_by_the_day_of_the_zone(world: World) {
        let account = online(&world, &world.manager, PHONE).await;
        let path = format!("/{account}");
        let limits = json!({ "preset": "custom", "messagesPerMinute": 60, "messagesPerDay": 100, "firstContactsPerDay": 2 });
        world.ok(&world.manager, "PUT", &format!("{path}/config"), json!({ "limits": limits }), 200).await;
        let scope = world.system();
        let ask = async |class: Class| {
            let stored = store::get(&world.db().reader(&scope), &scope, account).await.unwrap();
            usage::ask(&world.db().reader(&scope), &scope, &stored, class, world.clock.now()).await.unwrap()
        };
        for chat in [1, 2] {
            assert_eq!(ask(Class::FirstContact).await, Verdict::Go);
            happening::spend(&world.accounts, &scope, account, Class::FirstContact, Some(chat)).await.unwrap();
            // The next one is held back for a while.
            assert!(matches!(ask(Class::FirstContact).await, Verdict::Wait { .. }));
            world.clock.advance(TimeDelta::minutes(20));
        }
        let used = world.get(&path).await["usedToday"].clone();
        assert_eq!(used, json!({ "messages": 2, "firstContacts": 2 }));
        assert_eq!(world.count("events", "kind = 'bd_account.limit.reached'").await, 1);
        let why = world.accounts.why_waiting(&world.manager, account, true).await.unwrap().unwrap();
        assert_eq!(why.because, "first_contacts_used_up");
        assert_eq!(world.accounts.why_waiting(&world.manager, account, false).await.unwrap(), None);
        happening::heard(&world.accounts, &scope, account, &[1, 99]).await.unwrap();
        assert_eq!(world.count("bd_account_first_contacts", "answered_at is not null").await, 1);
        world.clock.advance(why.until.unwrap() - world.clock.now());
        assert_eq!(ask(Class::FirstContact).await, Verdict::Go);
        assert_eq!(world.get(&path).await["usedToday"], json!({ "messages": 0, "firstContacts": 0 }));
    }

    async fn a_message_waits_for_what_the_sender_would_wait_for(world: World) {
        let account = online(&world, &world.manager, PHONE).await;
        let why = async |first| world.accounts.why_waiting(&world.manager, account, first).await.unwrap();
        assert_eq!(why(true).await, None);
        turn(&world, account, Turn::PeerFlood).await;
        assert_eq!(why(true).await.unwrap().because, Because::PeerFlood.as_str());
        assert_eq!(why(false).await, None);
        world.ok(&world.manager, "POST", &format!("/{account}/pause"), Value::Null, 200).await;
        assert_eq!(why(false).await, Some(Waiting { because: "paused".into(), until: None }));
        turn(&world, account, Turn::Offline).await;
        assert_eq!(why(false).await.unwrap().because, "disconnected");
        let gone = world.accounts.why_waiting(&world.stranger, account, false).await.unwrap();
        assert_eq!(gone.unwrap().because, "disconnected");
    }

    async fn what_is_new_for_an_account_is_told_in_its_process(world: World) {
        let account = online(&world, &world.manager, PHONE).await;
        let mut news = world.accounts.news();
        world.accounts.wake(account);
        assert_eq!(news.recv().await.unwrap(), account);
        world.ok(&world.manager, "POST", &format!("/{account}/pause"), Value::Null, 200).await;
        assert_eq!(news.recv().await.unwrap(), account);
    }

    async fn an_outage_is_told_once_after_some_minutes(world: World) {
        let account = online(&world, &world.manager, PHONE).await;
        let look = async |world: &World| {
            let tx = world.db().begin(&world.system()).await.unwrap();
            let job = jobs::NewJob { kind: "bd-accounts.tell_outages", payload: json!({}), max_attempts: 1 };
            jobs::enqueue(&tx, job).await.unwrap();
            tx.commit().await.unwrap();
            world.work().await;
            world.count("events", "kind = 'bd_account.disconnected'").await
        };
        let again = Turn::Reconnecting { attempt: 1, next_at: world.clock.now() };
        turn(&world, account, again.clone()).await;
        world.clock.advance(TimeDelta::minutes(4));
        turn(&world, account, Turn::Online).await;
        turn(&world, account, again.clone()).await;
        world.clock.advance(TimeDelta::minutes(4));
        assert_eq!(look(&world).await, 0, "each was short");
        turn(&world, account, again.clone()).await;
        world.clock.advance(TimeDelta::minutes(2));
        assert_eq!(look(&world).await, 1);
        turn(&world, account, again.clone()).await;
        world.clock.advance(TimeDelta::hours(2));
        assert_eq!(look(&world).await, 1, "the same outage");
        turn(&world, account, Turn::Online).await;
        turn(&world, account, again).await;
        world.clock.advance(TimeDelta::minutes(6));
        assert_eq!(look(&world).await, 2, "another one");
    }
}
