//! What is shown before a start.

use serde_json::json;
use testkit::on_both;

use crate::world::{CAMPAIGNS, World};

on_both! {
    async fn an_audience_is_counted_and_exclusions_are_explained(world: World) {
        let account = world.account("Desk");
        let contacts = world.contacts(4);
        world.outside.things().contacts.get_mut(&contacts[0]).unwrap().1.do_not_contact = true;
        world.outside.things().contacts.get_mut(&contacts[1]).unwrap().1.telegram_username = None;
        world.outside.things().contacts.get_mut(&contacts[2]).unwrap().1.company = Some("Acme".to_owned());
        let id = world.draft(&contacts, &[account], vec![world.message("Hi")]).await;
        let path = format!("{CAMPAIGNS}/{id}/audience/preview");
        let audience = json!({ "source": { "kind": "contacts", "contactIds": contacts },
            "exclude": { "contactIds": [contacts[2]] } });
        let preview = world.ok(&world.manager, "POST", &path, json!({ "audience": audience }), 200).await;
        assert_eq!((preview["count"].as_u64(), preview["eligible"].as_u64()), (Some(4), Some(1)));
        let codes: Vec<&str> =
            preview["exclusions"].as_array().unwrap().iter().filter_map(|one| one["code"].as_str()).collect();
        assert_eq!(codes, ["audience.excluded", "policy.do_not_contact", "policy.unreachable"]);
        assert_eq!(preview["sample"][0]["excluded"][0]["code"], "policy.do_not_contact");
        let company = |index: usize| preview["sample"][index]["company"].as_str();
        assert_eq!((company(1), company(2)), (None, Some("Acme")));
        let own = world.ok(&world.manager, "POST", &path, json!({}), 200).await;
        assert_eq!(own["eligible"], 2);
    }

    async fn a_forecast_says_when_it_is_through(world: World) {
        let account = world.account_of("Desk", 10);
        let contacts = world.contacts(25);
        let id = world.draft(&contacts, &[account], vec![world.message("Hi")]).await;
        let forecast = world.get(&world.manager, &format!("{CAMPAIGNS}/{id}/forecast")).await;
        assert_eq!((forecast["contacts"].as_u64(), forecast["forecast"]["messages"].as_u64()), (Some(25), Some(25)));
        assert_eq!(forecast["forecast"]["finishesOn"], "2027-03-03");
        assert_eq!(forecast["senders"][0]["perDay"], 10);
    }

    async fn texts_are_shown_with_what_they_lack(world: World) {
        let account = world.account("Desk");
        let contacts = world.contacts(2);
        let id = world.draft(&contacts, &[account], vec![world.message("Hi {{contact.firstName}} of {{company.name}}")]).await;
        let path = format!("{CAMPAIGNS}/{id}/preview");
        let texts = world.ok(&world.manager, "POST", &path, json!({}), 200).await;
        assert_eq!(texts["items"][0]["variants"][0]["missing"], json!(["company.name"]));
        assert_eq!((texts["report"]["contacts"].as_u64(), texts["report"]["complete"].as_u64()), (Some(2), Some(0)));
        let check = world.get(&world.manager, &format!("{CAMPAIGNS}/{id}/check")).await;
        let warned = check["warnings"].as_array().unwrap().iter().any(|one| one["code"] == "check.variables_missing");
        assert!(warned && check["ready"] == true, "{check}");
    }

    async fn a_rehearsal_is_played_and_kept(world: World) {
        let account = world.account("Desk");
        let contacts = world.contacts(30);
        let steps = vec![world.message("Hi"), world.wait_hours(48), world.message("And?")];
        let id = world.draft(&contacts, &[account], steps).await;
        let path = format!("{CAMPAIGNS}/{id}/rehearsal");
        let none = json!({ "id": null, "state": "none", "result": null, "outdated": false, "at": null });
        assert_eq!(world.get(&world.manager, &path).await, none);
        let begun = world.ok(&world.manager, "POST", &format!("{CAMPAIGNS}/{id}/rehearse"), json!({ "seed": 3 }), 202).await;
        assert_eq!(begun["state"], "running");
        world.settle().await;
        let done = world.get(&world.manager, &path).await;
        assert_eq!(done["state"], "done", "{done}");
        let days = done["result"]["days"].as_object().unwrap();
        let sent: u64 = days.values().filter_map(|day| day["sent"].as_u64()).sum();
        assert!(sent >= 30, "{done}");
        assert_eq!(world.outside.things().queue.len(), 0, "nothing really went");
        world.ok(&world.manager, "POST", &format!("{CAMPAIGNS}/{id}/rehearse"), json!({ "seed": 3 }), 202).await;
        world.settle().await;
        assert_eq!(world.get(&world.manager, &path).await["result"], done["result"], "the same seed gives the same");
        assert_eq!(done["outdated"], false);
        let version = world.get(&world.manager, &format!("{CAMPAIGNS}/{id}")).await["version"].clone();
        let named = json!({ "name": "Summer", "version": version });
        let campaign = world.ok(&world.manager, "PATCH", &format!("{CAMPAIGNS}/{id}"), named, 200).await;
        assert_eq!(world.get(&world.manager, &path).await["outdated"], false, "a name changes nothing of it");
        let other = json!({ "stopOn": { "autoReplies": true }, "version": campaign["version"] });
        world.ok(&world.manager, "PATCH", &format!("{CAMPAIGNS}/{id}"), other, 200).await;
        assert_eq!(world.get(&world.manager, &path).await["outdated"], true);
    }
}
