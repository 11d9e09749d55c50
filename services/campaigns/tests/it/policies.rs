//! What programs may do to a contact, on the contact's clocks.

use chrono::TimeDelta;
use serde_json::{Value, json};
use testkit::on_both;

use crate::{
    outside::Stand,
    world::{CAMPAIGNS, World},
};

on_both! {
    async fn a_cap_of_a_day_holds_across_campaigns(world: World) {
        world.policy(json!({ "total": { "day": 1 } })).await;
        let account = world.account("Desk");
        let contacts = world.contacts(2);
        let first = world.started(&contacts, &[account], vec![world.message("One")]).await;
        let second = world.started(&contacts, &[account], vec![world.message("Two")]).await;
        assert_eq!(world.send_all().await, 2);
        world.go().await;
        assert_eq!(world.keys(Stand::Waiting).len(), 0, "the second waits for tomorrow");
        assert_eq!(world.count("enrolments", "held = 'policy.day_cap'").await, 2);
        world.pass(TimeDelta::hours(13));
        world.go().await;
        assert_eq!(world.send_all().await, 2);
        assert_ne!(first, second);
    }

    async fn nobody_is_in_two_campaigns_unless_allowed(world: World) {
        world.policy(json!({ "allowParallel": false })).await;
        let account = world.account("Desk");
        let contacts = world.contacts(1);
        let steps = || vec![world.message("Hi"), world.wait_hours(1), world.message("And?")];
        let first = world.started(&contacts, &[account], steps()).await;
        world.pass(TimeDelta::seconds(1));
        let second = world.started(&contacts, &[account], steps()).await;
        world.send_all().await;
        assert_eq!(world.count("campaign_sends", &format!("state = 'sent' and {}", of(&world, first))).await, 1);
        assert_eq!(world.count("campaign_sends", &of(&world, second)).await, 0);
        assert_eq!(world.count("enrolments", "held = 'policy.other_campaign'").await, 1);
        world.ok(&world.manager, "POST", &format!("{CAMPAIGNS}/{first}/finish"), json!({}), 200).await;
        world.pass(TimeDelta::days(2));
        world.go().await;
        assert_eq!(world.send_all().await, 1, "the second goes on");
    }

    async fn a_person_is_only_warned(world: World) {
        world.policy(json!({ "quiet": { "from": "11:00", "to": "13:00" } })).await;
        let contact = world.contacts(1)[0];
        let ask = |purpose: &str| format!("{CAMPAIGNS}/policy/check?contactId={contact}&channel=telegram&purpose={purpose}");
        let manual = world.get(&world.manager, &ask("manual")).await;
        assert_eq!((manual["allowed"].as_bool(), manual["reasons"][0]["code"].as_str()), (Some(true), Some("policy.quiet_hours")));
        let program = world.get(&world.manager, &ask("program")).await;
        assert_eq!((program["allowed"].as_bool(), program["notBefore"].as_str()), (Some(false), Some("2027-03-01T13:00:00Z")));
    }

    async fn contacts_get_messages_in_the_hours_of_their_clocks(world: World) {
        world.policy(json!({})).await;
        let account = world.account("Desk");
        let zones = ["Asia/Kamchatka", "Europe/Kaliningrad", "America/New_York"];
        let contacts = world.contacts(zones.len());
        for (contact, zone) in contacts.iter().zip(zones) {
            world.outside.things().contacts.get_mut(contact).unwrap().1.time_zone = Some(zone.to_owned());
        }
        let hours = json!({ "inContactZone": true, "timeZone": "UTC",
            "windows": [{ "days": [1, 2, 3, 4, 5, 6, 7], "from": "09:00", "to": "18:00" }] });
        let steps = vec![world.message("Hi"), json!({ "id": world.clock.new_id(), "action": { "kind": "wait",
            "wait": { "until": "days", "count": 14 } } }), world.message("And?")];
        let id = world.draft(&contacts, &[account], steps).await;
        world.ok(&world.manager, "PATCH", &format!("{CAMPAIGNS}/{id}"), json!({ "schedule": hours }), 200).await;
        world.ok(&world.manager, "POST", &format!("{CAMPAIGNS}/{id}/start"), json!({}), 200).await;
        // New York turns its clocks on 14 March.
        for _ in 0..16 * 12 {
            world.go().await;
            let now = world.now();
            for key in world.keys(Stand::Waiting) {
                let contact = world.outside.things().queue[&key].outgoing.contact_id;
                let zone: chrono_tz::Tz = zones[contacts.iter().position(|id| *id == contact).unwrap()].parse().unwrap();
                let hour = now.with_timezone(&zone).format("%H").to_string();
                assert!(("09".."18").contains(&hour.as_str()), "{zone}: {hour}");
                world.send(key).await;
            }
            world.settle().await;
            world.pass(TimeDelta::hours(2));
        }
        assert_eq!(world.count("campaign_sends", "state = 'sent'").await, 6);
    }

    async fn addresses_are_suppressed_and_released(world: World) {
        let account = world.account("Desk");
        let contact = world.contacts(1)[0];
        let address = world.outside.things().contacts[&contact].1.telegram_username.clone().unwrap();
        let body = json!({ "channel": "telegram", "address": format!("@{address}") });
        let kept = world.post(&world.manager, &format!("{CAMPAIGNS}/suppressions"), body).await;
        assert!(!kept.to_string().contains(&address));
        let id = world.started(&[contact], &[account], vec![world.message("Hi")]).await;
        assert_eq!(world.enrolment(id, contact).await.1.as_deref(), Some("policy"));
        let path = format!("{CAMPAIGNS}/suppressions/{}", kept["id"].as_str().unwrap());
        assert_eq!(world.refused(&world.stranger, "DELETE", &path, Value::Null).await.0, 404);
        world.ok(&world.manager, "DELETE", &path, Value::Null, 204).await;
        let next = world.started(&[contact], &[account], vec![world.message("Hi")]).await;
        assert_eq!(world.enrolment(next, contact).await.0, "sending");
    }

    async fn what_a_member_notes_counts_like_the_contacts_word(world: World) {
        world.policy(json!({})).await;
        let account = world.account("Desk");
        let contact = world.contacts(1)[0];
        let id = world.started(&[contact], &[account], vec![world.message("Hi"), world.wait_hours(1), world.message("And?")]).await;
        world.send_all().await;
        let path = format!("{CAMPAIGNS}/contacts/{contact}/consents");
        let denied = json!({ "channel": "telegram", "state": "denied" });
        let said = world.ok(&world.manager, "PUT", &path, denied, 200).await;
        assert_eq!(said["items"][0]["source"], "manual");
        assert_eq!(world.enrolment(id, contact).await.1.as_deref(), Some("opted_out"));
        world.ok(&world.manager, "PUT", &path, json!({ "channel": "telegram", "state": "granted" }), 200).await;
        assert_eq!(world.count("suppressions", "1 = 1").await, 0);
        assert_eq!(world.refused(&world.stranger, "GET", &path, Value::Null).await.0, 404);
    }
}

/// The condition that names a campaign, in the way that each database has ids.
fn of(world: &World, id: uuid::Uuid) -> String {
    match world.db().backend() {
        sea_orm::DbBackend::Sqlite => format!("campaign_id = x'{}'", id.simple()),
        _ => format!("campaign_id = '{id}'"),
    }
}
