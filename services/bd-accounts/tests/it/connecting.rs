//! Signing in: each way to its end, what is told of it, and that it goes on after a restart.

use serde_json::{Value, json};
use testkit::on_both;

use crate::{
    network::{BANNED, CODE, FLOODED, PASSWORD, WITH_PASSWORD},
    world::{HASH, PHONE, World, items},
};

fn connect(phone: &str) -> Value {
    json!({ "network": "telegram", "phone": phone })
}

on_both! {
    async fn a_code_connects_an_account(world: World) {
        let asked = world.ok(&world.agent, "POST", "/connect", connect("+48 601 234 567"), 201).await;
        let account = &asked["account"];
        assert_eq!((&asked["codeVia"], &asked["codeLength"]), (&json!("app"), &json!(5)));
        assert_eq!((&account["status"], &account["phoneMasked"]), (&json!("code_sent"), &json!("+48 ••• ••67")));
        assert_eq!(account["ownerId"], json!(world.agent.user_id()));
        let path = format!("/{}", account["id"].as_str().unwrap());
        let wrong = world.refused(&world.agent, "POST", &format!("{path}/code"), json!({ "code": "11111" })).await;
        assert_eq!(wrong, (422, "code bd.code.wrong".to_owned()));
        let taken = world.ok(&world.agent, "POST", &format!("{path}/code"), json!({ "code": CODE }), 200).await;
        let account = &taken["account"];
        assert_eq!((&account["status"], &account["name"]), (&json!("connected"), &json!("Anna Nowak")));
        assert_eq!((&account["username"], &account["telegramUserId"]), (&json!("anna"), &json!("48601234567")));
        // Nobody keeps it yet.
        assert_eq!(account["isConnected"], false);
        assert_eq!(world.count("bd_account_logins", "1 = 1").await, 0);
        let told = ["bd_account.connect.started", "bd_account.code.sent", "bd_account.connected"];
        assert_eq!(world.told().await, told);
        let lines = world.ok(&world.agent, "GET", &format!("{path}/health"), Value::Null, 200).await;
        let kinds: Vec<&str> = items(&lines).iter().map(|line| line["kind"].as_str().unwrap()).collect();
        assert_eq!(kinds, ["signed_in", "sign_in_failed", "code_sent", "connect_started"]);
        assert_eq!(items(&lines)[0]["text"], "Signed in");
        // As the app of the server.
        assert_eq!(world.network.asked()[0], "send_code telegram 17 -");
    }

    async fn a_password_is_asked_for_where_there_is_one(world: World) {
        let id = world.begun(&world.manager, WITH_PASSWORD).await;
        let taken = world.ok(&world.manager, "POST", &format!("/{id}/code"), json!({ "code": CODE }), 200).await;
        assert_eq!((&taken["account"]["status"], &taken["passwordHint"]), (&json!("password_required"), &json!("the usual")));
        let path = format!("/{id}/password");
        let wrong = world.refused(&world.manager, "POST", &path, json!({ "password": "1234" })).await;
        assert_eq!(wrong, (422, "password bd.password.wrong".to_owned()));
        let step = world.refused(&world.manager, "POST", &format!("/{id}/code"), json!({ "code": CODE })).await;
        assert_eq!(step, (409, "bd.step".to_owned()));
        let connected = world.ok(&world.manager, "POST", &path, json!({ "password": PASSWORD }), 200).await;
        assert_eq!(connected["status"], "connected");
        assert!(world.told().await.contains(&"bd_account.password.required".to_owned()));
    }

    async fn a_sign_in_goes_on_after_a_restart(world: World) {
        let mut world = world;
        let id = world.begun(&world.manager, WITH_PASSWORD).await;
        world.restart();
        world.ok(&world.manager, "POST", &format!("/{id}/code"), json!({ "code": CODE }), 200).await;
        world.restart();
        let body = json!({ "accountId": id, "password": PASSWORD });
        let connected = world.ok(&world.manager, "POST", "/connect/password", body, 200).await;
        assert_eq!(connected["status"], "connected");
    }

    async fn each_refusal_ends_in_its_status_with_a_text(world: World) {
        // What is refused at once leaves nothing behind.
        for (phone, code) in [(BANNED, "bd.phone.banned"), (FLOODED, "bd.phone.flood")] {
            let refused = world.refused(&world.manager, "POST", "/connect", connect(phone)).await;
            assert_eq!(refused, (422, format!("phone {code}")), "{phone}");
        }
        assert_eq!(world.count("bd_accounts", "1 = 1").await, 0);
        let (_, flooded) = world.call(&world.manager, "POST", "/connect", connect(FLOODED)).await;
        assert_eq!(flooded["details"][0]["message"], "Too many tries with this number. Wait 10 min.");
        let id = world.begun(&world.manager, PHONE).await;
        let code = |code: &str| json!({ "code": code });
        let path = format!("/{id}/code");
        let away = world.refused(&world.manager, "POST", &path, code("99999")).await;
        assert_eq!(away, (503, "bd.network.unreachable".to_owned()));
        let expired = world.refused(&world.manager, "POST", &path, code("00000")).await;
        assert_eq!(expired, (422, "code bd.code.expired".to_owned()));
        let account = world.get(&format!("/{id}")).await;
        assert_eq!(account["status"], "new");
        assert_eq!(account["statusText"], "The code has expired. Ask for a new one.");
        // The same number is taken up again, by the same account.
        let again = world.ok(&world.manager, "POST", "/connect/send-code", connect(PHONE), 201).await;
        assert_eq!((&again["account"]["id"], &again["account"]["status"]), (&json!(id), &json!("code_sent")));
        for _ in 0..4 {
            let wrong = world.refused(&world.manager, "POST", &path, code("11111")).await;
            assert_eq!(wrong.1, "code bd.code.wrong");
        }
        for _ in 0..2 {
            let spent = world.refused(&world.manager, "POST", &path, code("11111")).await;
            assert_eq!(spent.1, "code bd.code.too_many");
        }
        let resent = world.ok(&world.manager, "POST", &format!("/{id}/resend-code"), Value::Null, 200).await;
        assert_eq!(resent["codeVia"], "sms");
        world.clock.advance(chrono::TimeDelta::minutes(11));
        let late = world.refused(&world.manager, "POST", &path, code(CODE)).await;
        assert_eq!(late, (422, "code bd.code.expired".to_owned()));
    }

    async fn codes_are_asked_for_so_often_for_one_number_whoever_asks(world: World) {
        for who in [&world.manager, &world.manager, &world.stranger, &world.stranger, &world.stranger] {
            world.ok(who, "POST", "/connect", connect(PHONE), 201).await;
        }
        for who in [&world.manager, &world.stranger] {
            let refused = world.refused(who, "POST", "/connect", connect(PHONE)).await;
            assert_eq!(refused, (429, "bd.codes.too_many".to_owned()));
        }
        assert_eq!(world.network.asked().len(), 5, "the network was not asked");
        let id = world.ok(&world.manager, "GET", "/", Value::Null, 200).await["items"][0]["id"].as_str().unwrap().to_owned();
        let again = world.refused(&world.manager, "POST", &format!("/{id}/resend-code"), Value::Null).await;
        assert_eq!(again.0, 429);
        // Another number has its own count, and the sandbox none.
        world.ok(&world.manager, "POST", "/connect", connect("+48601234599"), 201).await;
        for _ in 0..6 {
            let sandbox = json!({ "network": "sandbox", "phone": "+99966 2 0001" });
            world.ok(&world.manager, "POST", "/connect", sandbox, 201).await;
        }
        world.clock.advance(chrono::TimeDelta::hours(1));
        for _ in 0..5 {
            world.ok(&world.manager, "POST", "/connect", connect(PHONE), 201).await;
        }
        world.clock.advance(chrono::TimeDelta::hours(1));
        let (status, answer) = world.call(&world.manager, "POST", "/connect", connect(PHONE)).await;
        assert_eq!((status, &answer["code"]), (429, &json!("bd.codes.too_many")), "ten in a day");
        assert_eq!(answer["error"], "Too many codes were asked for. Try again in 1320 min.");
        world.clock.advance(chrono::TimeDelta::hours(22));
        world.ok(&world.manager, "POST", "/connect", connect(PHONE), 201).await;
    }

    async fn codes_that_are_asked_for_at_once_are_counted_one_by_one(world: World) {
        let ask = |who| world.call(who, "POST", "/connect", connect(PHONE));
        let (ours, theirs) = (&world.manager, &world.stranger);
        let all = tokio::join!(ask(ours), ask(theirs), ask(ours), ask(theirs), ask(ours), ask(theirs), ask(ours), ask(theirs));
        let all = [all.0, all.1, all.2, all.3, all.4, all.5, all.6, all.7];
        let refused = all.iter().filter(|(status, _)| *status == 429).count();
        assert_eq!(refused, 3, "{all:?}");
    }

    async fn a_number_that_is_connected_is_not_connected_again(world: World) {
        world.connected(&world.agent, PHONE).await;
        for who in [&world.agent, &world.colleague, &world.manager] {
            let refused = world.refused(who, "POST", "/connect", connect(PHONE)).await;
            assert_eq!(refused, (422, "phone bd.phone.connected".to_owned()));
        }
        // Another organization knows nothing of it.
        world.ok(&world.stranger, "POST", "/connect", connect(PHONE), 201).await;
    }

    async fn an_account_brings_its_own_app(world: World) {
        let body = json!({ "network": "telegram", "phone": PHONE, "apiId": 99, "apiHash": HASH });
        let made = world.ok(&world.manager, "POST", "/connect", body, 201).await;
        let id = made["account"]["id"].as_str().unwrap();
        world.ok(&world.manager, "POST", &format!("/{id}/code"), json!({ "code": CODE }), 200).await;
        assert_eq!(world.network.asked(), ["send_code telegram 99 -", "sign_in telegram 99 -"]);
    }

    async fn what_cannot_be_connected_is_refused_with_its_field(world: World) {
        let table = [
            (json!({ "network": "telegram", "phone": "" }), "phone field.required"),
            (json!({ "network": "telegram", "phone": "12" }), "phone field.phone.invalid"),
            (json!({ "network": "telegram", "phone": PHONE, "apiId": 5 }), "apiHash bd.app.invalid"),
            (json!({ "network": "telegram", "phone": PHONE, "apiHash": HASH }), "apiId field.required"),
            (json!({ "network": "telegram", "phone": PHONE, "apiId": 5, "apiHash": "x".repeat(32) }), "apiHash bd.app.invalid"),
            (json!({ "network": "telegram", "phone": PHONE, "name": "x".repeat(101) }), "name field.too_long"),
            (json!({ "network": "icq", "phone": PHONE }), "network field.choice.unknown"),
        ];
        for (body, expected) in table {
            let refused = world.refused(&world.manager, "POST", "/connect", body.clone()).await;
            assert_eq!(refused.0, 422, "{body}");
            if !expected.starts_with("network") {
                assert_eq!(refused.1, expected, "{body}");
            }
        }
        let sandbox = json!({ "network": "sandbox", "phone": "99966 2 0001" });
        world.ok(&world.manager, "POST", "/connect", sandbox, 201).await;
    }

    async fn a_session_of_another_program_is_taken_over(world: World) {
        let import = |session: &str| json!({ "network": "telegram", "format": "telethon", "session": session });
        let string = format!("string {PHONE}");
        let made = world.ok(&world.agent, "POST", "/import-session", import(&string), 201).await;
        assert_eq!((&made["status"], &made["name"]), (&json!("connected"), &json!("Anna Nowak")));
        for (session, expected) in [
            ("nonsense", "session bd.session.invalid"),
            (&format!("string {BANNED}"), "session bd.session.ended"),
            (&string, "session bd.session.taken"),
            ("", "session bd.session.invalid"),
        ] {
            let refused = world.refused(&world.agent, "POST", "/import-session", import(session)).await;
            assert_eq!(refused, (422, expected.to_owned()), "{session}");
        }
        assert_eq!(items(&world.get("/").await).len(), 1);
    }

    async fn logging_out_ends_the_session_and_keeping_does_not(world: World) {
        let id = world.connected(&world.manager, PHONE).await;
        let (disconnect, reconnect) = (format!("/{id}/disconnect"), format!("/{id}/reconnect"));
        let off = world.ok(&world.manager, "POST", &disconnect, json!({ "logOut": false }), 200).await;
        assert_eq!(off["status"], "disconnected");
        world.work().await;
        assert_eq!(world.count("bd_account_sessions", "1 = 1").await, 1);
        let on = world.ok(&world.manager, "POST", &reconnect, Value::Null, 200).await;
        assert_eq!(on["status"], "reconnecting");
        assert_eq!(world.refused(&world.manager, "DELETE", &format!("/{id}"), Value::Null).await.1, "bd.still_connected");
        world.ok(&world.manager, "POST", &disconnect, json!({ "logOut": true }), 200).await;
        world.work().await;
        assert_eq!(world.count("bd_account_sessions", "1 = 1").await, 0);
        assert!(world.network.asked().contains(&format!("log_out {PHONE} telegram 17 -")));
        assert_eq!(world.refused(&world.manager, "POST", &reconnect, Value::Null).await, (409, "bd.step".to_owned()));
        world.ok(&world.manager, "DELETE", &format!("/{id}"), Value::Null, 204).await;
        assert_eq!(world.refused(&world.manager, "GET", &format!("/{id}"), Value::Null).await.0, 404);
        assert_eq!(world.told().await.last().map(String::as_str), Some("bd_account.deleted"));
        assert_eq!(world.count("change_log", "subject_kind = 'bd_account' and action = 'deleted'").await, 1);
        for table in ["bd_account_health", "bd_account_leases", "bd_account_logins"] {
            assert_eq!(world.count(table, "1 = 1").await, 0, "{table}");
        }
    }

    async fn what_can_be_connected_is_told(world: World) {
        let networks = world.get("/network").await;
        assert_eq!(networks["sandbox"]["available"], true);
        assert_eq!(networks["telegram"], json!({ "available": true, "needsApi": false }));
    }
}
