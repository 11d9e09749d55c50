//! What accounts can carry for programs that send.

use bd_accounts::{
    accounts::{happening, turns::Turn},
    pace::rules::Class,
};
use chrono::NaiveTime;
use contracts::outreach::{SenderHours, SenderState, Senders};
use kernel::Scope;
use serde_json::{Value, json};
use testkit::on_both;
use uuid::Uuid;

use crate::world::{PHONE, World, id};

async fn turn(world: &World, account: Uuid, turn: Turn) {
    happening::turn(&world.accounts, &world.system(), account, &turn).await.unwrap();
}

async fn online(world: &World, who: &Scope, phone: &str) -> Uuid {
    let account = id(&world.connected(who, phone).await);
    turn(world, account, Turn::Online).await;
    account
}

async fn state(world: &World, account: Uuid) -> SenderState {
    let mut states = world.accounts.states(&world.system(), &[account]).await.unwrap();
    states.remove(&account).unwrap()
}

async fn set(world: &World, account: Uuid, config: Value) {
    world.ok(&world.manager, "PUT", &format!("/{account}/config"), config, 200).await;
}

on_both! {
    async fn what_is_left_of_a_day_and_when_it_goes_is_told(world: World) {
        let account = online(&world, &world.manager, PHONE).await;
        let fresh = state(&world, account).await;
        assert!(fresh.ready && fresh.why_not.is_none() && fresh.account_id == account);
        assert_eq!((fresh.messages_left_today, fresh.messages_per_day), (150, 150));
        assert_eq!((fresh.first_contacts_left_today, fresh.first_contacts_per_day), (10, 10));
        assert_eq!((fresh.health, fresh.working_hours, fresh.time_zone.as_str()), (85, None, "UTC"), "a new session");
        happening::spend(&world.accounts, &world.system(), account, Class::FirstContact, Some(1)).await.unwrap();
        let used = state(&world, account).await;
        assert_eq!((used.messages_left_today, used.first_contacts_left_today, used.ready), (149, 9, true));
        let hours = json!({ "enabled": true, "from": "01:00", "to": "02:30", "days": [1, 3], "timeZone": "Europe/Warsaw" });
        let limits = json!({ "preset": "custom", "messagesPerDay": 10, "firstContactsPerDay": 9 });
        set(&world, account, json!({ "workingHours": hours, "limits": limits })).await;
        let set = state(&world, account).await;
        let at = |hour, minute| NaiveTime::from_hms_opt(hour, minute, 0).unwrap();
        assert_eq!(set.working_hours, Some(SenderHours { from: at(1, 0), to: at(2, 30), days: 0b101 }));
        assert_eq!((set.time_zone.as_str(), set.ready), ("Europe/Warsaw", true), "its hours will come");
        assert_eq!((set.messages_left_today, set.first_contacts_left_today), (9, 7), "two of ten are kept for replies");
    }

    async fn why_an_account_does_not_write_first_is_told(world: World) {
        let account = online(&world, &world.manager, PHONE).await;
        let why = async || {
            let state = state(&world, account).await;
            assert_eq!(state.ready, state.why_not.is_none());
            (state.why_not, state.not_ready_until.is_some())
        };
        assert_eq!(why().await, (None, false));
        turn(&world, account, Turn::FloodWait { method: "send".into(), seconds: 600 }).await;
        assert_eq!(why().await, (Some("flood_wait"), true));
        turn(&world, account, Turn::PeerFlood).await;
        assert_eq!(why().await, (Some("peer_flood"), true), "which lasts longer");
        set(&world, account, json!({ "mode": "replies_only" })).await;
        assert_eq!(why().await, (Some("replies_only"), false));
        set(&world, account, json!({ "mode": "paused" })).await;
        assert_eq!(why().await, (Some("paused"), false));
        set(&world, account, json!({ "mode": "active" })).await;
        turn(&world, account, Turn::Offline).await;
        assert_eq!(why().await, (Some("disconnected"), false));
        assert!(state(&world, account).await.health < 60);
    }

    async fn accounts_are_asked_about_together_and_only_ones_own_are_usable(world: World) {
        let theirs = online(&world, &world.agent, PHONE).await;
        let mut all = vec![theirs];
        let cost = async |ids: &[Uuid]| {
            let before = world.db().statement_count();
            let states = world.accounts.states(&world.system(), ids).await.unwrap();
            assert_eq!(states.len(), ids.len());
            world.db().statement_count() - before
        };
        let one = cost(&all).await;
        for last in 0..5 {
            world.clock.advance(chrono::TimeDelta::seconds(1));
            all.push(online(&world, &world.manager, &format!("+4860123457{last}")).await);
        }
        assert_eq!(cost(&all).await, one, "however many there are");
        assert!(one <= 8, "{one}");
        assert_eq!(world.accounts.usable(&world.manager).await.unwrap(), all);
        assert_eq!(world.accounts.usable(&world.agent).await.unwrap(), [theirs]);
        assert!(world.accounts.states(&world.stranger, &all).await.unwrap().is_empty());
        assert!(world.accounts.states(&world.system(), &[]).await.unwrap().is_empty());
        let unknown = Uuid::from_u128(7);
        assert!(world.accounts.states(&world.system(), &[unknown]).await.unwrap().is_empty(), "gone");
    }
}
