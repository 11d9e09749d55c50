//! Searching all history.

use contracts::channels::{Origin, Seen};
use serde_json::{Value, json};
use testkit::on_both;

use crate::world::{World, me, message, private};

fn texts(list: &Value) -> Vec<&str> {
    list["items"].as_array().unwrap().iter().map(|f| f["message"]["text"].as_str().unwrap()).collect()
}

on_both! {
    async fn messages_are_found_by_the_beginnings_of_their_words_the_newest_first(world: World) {
        let says = ["Счёт за ёлки", "Счета нет", "Invoice attached", "счет оплачен"];
        let news = (1..).zip(says).map(|(id, text)| Seen::Message(message(7, id, text))).collect();
        world.see(world.account, Origin::History, &[private(7, "Boris")], news).await;
        world.see(world.private, Origin::Live, &[private(8, "Vera")], vec![Seen::Message(message(8, 50, "Счет готов"))]).await;
        for (question, expected) in [
            ("счет", vec!["Счет готов", "счет оплачен", "Счета нет", "Счёт за ёлки"]),
            ("елк счет", vec!["Счёт за ёлки"]),
            ("invo", vec!["Invoice attached"]),
            ("nothing", vec![]),
            ("?!", vec![]),
        ] {
            let path = format!("/search?q={}", encoded(question));
            assert_eq!(texts(&world.get(&world.manager, &path).await), expected, "{question}");
        }
        let path = format!("/search?limit=3&q={}", encoded("счет"));
        let first = world.get(&world.manager, &path).await;
        let cursor = first["page"]["nextCursor"].as_str().unwrap();
        let rest = world.get(&world.manager, &format!("{path}&cursor={cursor}")).await;
        assert_eq!(texts(&rest), ["Счёт за ёлки"]);
        assert_eq!(first["items"][0]["ranges"][0]["length"], 4);
        let reached = world.get(&world.agent, &format!("/search?q={}", encoded("счет"))).await;
        assert_eq!(texts(&reached).len(), 3, "not what the colleague's account has");
        let chat = world.chat_of(8).await;
        world.ok(&world.manager, "PATCH", &format!("/chats/{chat}"), json!({"assigneeId": me(&world.agent)}), 200).await;
        let reached = world.get(&world.agent, &format!("/search?q={}", encoded("счет"))).await;
        assert_eq!(texts(&reached).len(), 4, "what is assigned to one");
        let within = world.get(&world.manager, &format!("/search?chatId={chat}&q={}", encoded("счет"))).await;
        assert_eq!(texts(&within), ["Счет готов"]);
        assert_eq!(texts(&world.get(&world.stranger, &format!("/search?q={}", encoded("счет"))).await).len(), 0);
    }
}

fn encoded(text: &str) -> String {
    text.bytes().flat_map(|byte| ['%', hex(byte >> 4), hex(byte & 15)]).collect()
}

fn hex(digit: u8) -> char {
    char::from_digit(digit.into(), 16).unwrap()
}
