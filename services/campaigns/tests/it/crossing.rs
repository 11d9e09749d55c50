//! Answers that are stored before it is known that the message which they answer went.

use contracts::events::MESSAGE_SENT;
use serde_json::json;
use testkit::on_both;

use crate::{
    outside::Stand,
    world::{CAMPAIGNS, World},
};

on_both! {
    async fn an_answer_that_is_stored_first_is_noted_on_the_message_that_it_answers(world: World) {
        world.policy(json!({})).await;
        let account = world.account("Desk");
        let contacts = world.contacts(2);
        let steps = vec![world.message("Hi"), world.message("And?")];
        let campaign = world.started(&contacts, &[account], steps).await;
        let key = world.keys(Stand::Waiting)[0];
        let contact = world.outside.things().queue[&key].outgoing.contact_id;
        // It went, the process died, and the next one hears of the answer first.
        world.outside.things().queue.get_mut(&key).unwrap().stand = Stand::Sent;
        world.reply(contact, "Hello").await;
        let sent = json!({ "messageId": key, "chatId": contact, "externalId": "7" });
        world.tell(MESSAGE_SENT, ("message", key), sent.clone()).await;
        world.settle().await;
        // Told again, it changes nothing.
        world.tell(MESSAGE_SENT, ("message", key), sent).await;
        world.settle().await;
        assert_eq!(world.enrolment(campaign, contact).await, ("stopped".to_owned(), Some("replied".to_owned())));
        let stats = world.get(&world.manager, &format!("{CAMPAIGNS}/{campaign}/stats")).await;
        assert_eq!((&stats["totals"]["sent"], &stats["totals"]["replied"]), (&json!(1), &json!(1)));
        assert_eq!(world.count("campaign_log", "kind = 'replied'").await, 1);
    }

    async fn a_message_that_crosses_the_answer_to_another_one_was_not_answered(world: World) {
        world.policy(json!({})).await;
        let account = world.account("Desk");
        let contacts = world.contacts(1);
        let steps = vec![world.message("Hi"), world.message("And?")];
        let campaign = world.started(&contacts, &[account], steps).await;
        assert_eq!(world.send_all().await, 1);
        world.go().await;
        let key = world.keys(Stand::Waiting)[0];
        world.outside.things().queue.get_mut(&key).unwrap().stand = Stand::Sent;
        world.reply(contacts[0], "Hello").await;
        let sent = json!({ "messageId": key, "chatId": contacts[0], "externalId": "7" });
        world.tell(MESSAGE_SENT, ("message", key), sent).await;
        world.settle().await;
        let stats = world.get(&world.manager, &format!("{CAMPAIGNS}/{campaign}/stats")).await;
        let replied = |step: usize| stats["steps"][step]["counts"]["replied"].clone();
        assert_eq!((replied(0), replied(1), &stats["totals"]["sent"]), (json!(1), json!(0), &json!(2)));
    }
}
