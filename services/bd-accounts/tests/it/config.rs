//! What is set of an account: limits, hours, people, proxy; who may set it.

use serde_json::{Value, json};
use testkit::on_both;

use crate::world::{NOBODY, PHONE, World};

on_both! {
    async fn what_is_set_is_logged_and_told_once(world: World) {
        let id = world.connected(&world.manager, PHONE).await;
        let path = format!("/{id}/config");
        let hours = json!({ "enabled": true, "from": "09:00", "to": "19:00", "days": [5, 1, 1], "timeZone": "Europe/Warsaw" });
        let before = world.get(&format!("/{id}")).await;
        let body = json!({
            "name": "EU sales", "workingHours": hours, "signature": "Anna", "mode": "replies_only",
            "limits": { "preset": "custom", "messagesPerMinute": 3, "messagesPerDay": 50, "firstContactsPerDay": 5 },
            "quietHours": { "enabled": true, "from": "22:00", "to": "08:00" }, "version": before["version"],
        });
        let set = world.ok(&world.manager, "PUT", &path, body.clone(), 200).await;
        assert_eq!((&set["name"], &set["mode"], &set["timeZone"]), (&json!("EU sales"), &json!("replies_only"), &json!("Europe/Warsaw")));
        assert_eq!((&set["limits"]["messagesPerDay"], &set["workingHours"]["days"]), (&json!(50), &json!([1, 5])));
        assert_eq!(set["version"], json!(before["version"].as_i64().unwrap() + 1));
        let (status, stale) = world.call(&world.manager, "PUT", &path, body).await;
        assert_eq!((status, &stale["conflict"]["current"]["version"]), (409, &set["version"]));
        let same = world.ok(&world.manager, "PUT", &path, json!({ "name": "EU sales" }), 200).await;
        assert_eq!(same["version"], set["version"], "what changes nothing writes nothing");
        let told = world.told().await;
        assert_eq!(told.iter().filter(|kind| *kind == "bd_account.config.updated").count(), 1);
        let cleared = world.ok(&world.manager, "PUT", &path, json!({ "workingHours": null, "signature": null }), 200).await;
        assert_eq!((&cleared["workingHours"], &cleared["signature"]), (&Value::Null, &Value::Null));
    }

    async fn a_proxy_is_kept_sealed_and_shown_without_its_credentials(world: World) {
        let id = world.connected(&world.manager, PHONE).await;
        let path = format!("/{id}/config");
        let set = json!({ "proxy": "socks5://anna:opensesame@93.184.215.14:1080" });
        let set = world.ok(&world.manager, "PUT", &path, set, 200).await;
        assert_eq!(set["proxy"]["url"], "socks5://93.184.215.14:1080");
        assert_eq!(world.count("bd_accounts", "proxy like 'v1.%'").await, 1);
        // Sent back as it is shown, it stays; other credentials are a change.
        let same = world.ok(&world.manager, "PUT", &path, json!({ "proxy": "socks5://93.184.215.14:1080" }), 200).await;
        assert_eq!(same["version"], set["version"]);
        let scope = world.system();
        let stored = bd_accounts::accounts::store::get(&world.db().reader(&scope), &scope, crate::world::id(&id)).await.unwrap();
        let (way, _) = world.accounts.session(&scope, &stored).await.unwrap();
        assert_eq!(way.proxy.as_deref(), Some("socks5://anna:opensesame@93.184.215.14:1080"));
        for (url, code) in [
            ("socks5://10.0.0.1:1080", "proxy target.private"),
            ("socks5://169.254.169.254:80", "proxy target.private"),
            ("socks5://[::1]:1080", "proxy target.private"),
            ("http://93.184.215.14:1080", "proxy bd.proxy.invalid"),
            ("socks5://93.184.215.14", "proxy bd.proxy.invalid"),
        ] {
            let refused = world.refused(&world.manager, "PUT", &path, json!({ "proxy": url })).await;
            assert_eq!(refused, (422, code.to_owned()), "{url}");
        }
        // What the operator exempts is let pass.
        world.ok(&world.manager, "PUT", &path, json!({ "proxy": "socks5://127.0.0.1:1080" }), 200).await;
        let gone = world.ok(&world.manager, "PUT", &path, json!({ "proxy": null }), 200).await;
        assert_eq!(gone["proxy"], Value::Null);
    }

    async fn everything_at_fault_is_named_at_once(world: World) {
        let id = world.connected(&world.manager, PHONE).await;
        let body = json!({
            "ownerId": NOBODY, "allowedUserIds": [world.agent.user_id(), NOBODY], "proxy": "socks5://10.0.0.1:1",
            "name": "", "signature": "x".repeat(501),
        });
        let refused = world.refused(&world.manager, "PUT", &format!("/{id}/config"), body).await;
        let expected = "ownerId bd.owner.unknown, allowedUserIds[1] bd.owner.unknown, proxy target.private, \
                        name field.required, signature field.too_long";
        assert_eq!(refused, (422, expected.to_owned()));
    }

    async fn an_agent_makes_limits_stricter_and_hands_nothing_over(world: World) {
        let id = world.connected(&world.agent, PHONE).await;
        let path = format!("/{id}/config");
        let looser = json!({ "limits": { "preset": "normal" }, "ownerId": world.colleague.user_id() });
        let refused = world.refused(&world.agent, "PUT", &path, looser.clone()).await.1;
        assert!(refused.starts_with("ownerId bd.owner.not_yours, limits.messagesPerMinute bd.limits.only_stricter"), "{refused}");
        let stricter = json!({ "limits": { "preset": "custom", "firstContactsPerDay": 2 } });
        world.ok(&world.agent, "PUT", &path, stricter, 200).await;
        // A manager gives it to the colleague; then it is the agent's no longer.
        world.ok(&world.manager, "PUT", &path, looser, 200).await;
        assert_eq!(world.refused(&world.agent, "GET", &format!("/{id}"), Value::Null).await.0, 404);
        world.ok(&world.colleague, "GET", &format!("/{id}"), Value::Null, 200).await;
    }

    async fn a_pause_holds_what_is_sent(world: World) {
        let id = world.connected(&world.manager, PHONE).await;
        let paused = world.ok(&world.manager, "POST", &format!("/{id}/pause"), Value::Null, 200).await;
        assert_eq!(paused["mode"], "paused");
        let resumed = world.ok(&world.manager, "POST", &format!("/{id}/resume"), Value::Null, 200).await;
        assert_eq!(resumed["mode"], "active");
    }
}
