//! Accounts that are kept connected: what they see, what they do, and what becomes of them.

use contracts::channels::{AccountStatus, Ended};
use telegram_network::{Fault, FaultRule, LogEntry, Peer};
use testkit::on_both;

use crate::connected::World;

on_both! {
    async fn only_chosen_chats_are_passed_on(world: World) {
        let process = world.start_with_bob().await;
        world.network.send(world.carol, Peer::User(world.ann), telegram_network::NewPost::text("another secret")).unwrap();
        world.bob_writes("hello");
        world.until("it comes", || async { world.inbox.order().contains(&"hello".to_owned()) }).await;
        assert_eq!(world.inbox.texts(world.bob), ["an old message", "hello"]);
        assert_eq!(world.inbox.chats().into_iter().collect::<Vec<_>>(), [world.bob]);
        let account = world.account().await;
        assert_eq!((account.status, account.is_online), (AccountStatus::Connected, true));
        process.stop().await;
        assert!(world.is_free().await, "its lease was given back");
        assert!(!world.account().await.is_online);
    }

    async fn who_types_in_a_chosen_chat_is_told_by_name(world: World) {
        let process = world.start_with_bob().await;
        let ann = Peer::User(world.ann);
        world.network.typing(world.carol, ann);
        world.network.typing(world.bob, ann);
        world.until("it comes", || async { !world.inbox.typing().is_empty() }).await;
        let typing = world.inbox.typing();
        assert!(typing.iter().all(|(chat, name)| *chat == world.bob && name.contains("Bob")), "{typing:?}");
        process.stop().await;
    }

    async fn what_is_to_be_sent_is_sent_once_and_told(world: World) {
        let process = world.start_with_bob().await;
        world.network.inject(FaultRule::new(Fault::AnswerLost).method("messages.sendMessage").once());
        let Ended::Done { sent } = world.ended(world.send("hello Bob", false)).await else { panic!("not sent") };
        assert_eq!((sent.len(), sent[0].text.as_str(), sent[0].outgoing), (1, "hello Bob", true));
        assert!(sent[0].random_id.is_some());
        assert_eq!(world.sent(), ["hello Bob"]);
        process.stop().await;
    }

    async fn somebody_never_met_is_written_to_and_can_answer(world: World) {
        let process = world.start_with_bob().await;
        let ended = world.ended(world.send_first("carol_here", "hello Carol")).await;
        let Ended::Done { sent } = ended else { panic!("{ended:?}") };
        assert_eq!((sent[0].chat_id, sent[0].text.as_str()), (world.carol, "hello Carol"));
        let ann = Peer::User(world.ann);
        world.network.send(world.carol, ann, telegram_network::NewPost::text("who is there?")).unwrap();
        world.until("the answer comes", || async {
            world.inbox.texts(world.carol).contains(&"who is there?".to_owned())
        }).await;
        assert!(!world.inbox.texts(world.carol).contains(&"a secret".to_owned()), "what was before stays unread");
        process.stop().await;
    }

    async fn a_large_file_does_not_hold_up_other_chats_and_keeps_the_order_of_its_own(world: World) {
        let process = world.start_with_bob().await;
        let ann = Peer::User(world.ann);
        world.network.send(world.carol, ann, telegram_network::NewPost::text("hello")).unwrap();
        let file = world.send_to(world.bob, "the file", false, 700_000);
        world.files.asked.acquire().await.unwrap().forget();
        let (after, quick) = (world.send("after the file", false), world.send_to(world.carol, "quick", false, 0));
        assert!(matches!(world.ended(quick).await, Ended::Done { .. }));
        assert_eq!(world.sent(), ["quick"], "its own chat waits");
        world.files.given.add_permits(1);
        for errand in [file, after] {
            assert!(matches!(world.ended(errand).await, Ended::Done { .. }));
        }
        assert_eq!(world.sent().last().map(String::as_str), Some("after the file"));
        assert_eq!(world.sent().len(), 3, "each once");
        process.stop().await;
    }

    async fn what_is_answered_while_its_file_is_uploaded_does_not_go(world: World) {
        let process = world.start_with_bob().await;
        for answered in [true, false] {
            let errand = world.send_unless_answered("with a file", 700_000);
            world.files.asked.acquire().await.unwrap().forget();
            if answered {
                world.inbox.unwant(errand);
            }
            world.files.given.add_permits(1);
            if answered {
                world.until("it is dropped", || async { !world.inbox.is_open(errand) }).await;
                // What comes after it shows that it was dealt with.
                world.ended(world.send("after it", false)).await;
                assert_eq!(world.sent(), ["after it"]);
            } else {
                assert!(matches!(world.ended(errand).await, Ended::Done { .. }));
            }
        }
        process.stop().await;
    }

    async fn short_waits_are_slept_through_and_long_ones_put_off(world: World) {
        let process = world.start_with_bob().await;
        let flood = |seconds| FaultRule::new(Fault::flood_wait(seconds)).method("messages.sendMessage").once();
        world.network.inject(flood(2));
        assert!(matches!(world.ended(world.send("after two seconds", false)).await, Ended::Done { .. }));
        world.network.inject(flood(90));
        let ended = world.ended(world.send("much later", false)).await;
        let Ended::Later { not_before, code: "flood_wait", counts: false } = ended else { panic!("{ended:?}") };
        let now = kernel::Clock::system().now();
        assert!((80..=90).contains(&(not_before - now).num_seconds()), "{not_before}");
        let account = world.account().await;
        assert_eq!(account.shown_status(now), AccountStatus::FloodWait);
        assert_eq!(world.sent(), ["after two seconds"]);
        process.stop().await;
    }

    async fn what_is_not_wanted_any_more_after_a_wait_does_not_go(world: World) {
        let process = world.start_with_bob().await;
        world.network.inject(FaultRule::new(Fault::flood_wait(2)).method("messages.sendMessage").once());
        let answered = world.send("any news?", false);
        world.inbox.unwant(answered);
        assert!(matches!(world.ended(world.send("thank you", false)).await, Ended::Done { .. }));
        assert_eq!(world.sent(), ["thank you"]);
        process.stop().await;
    }

    async fn a_flood_of_strangers_stops_first_contacts_only(world: World) {
        let process = world.start_with_bob().await;
        world.network.inject(FaultRule::new(Fault::peer_flood()).method("messages.sendMessage").once());
        let ended = world.ended(world.send("hello stranger", true)).await;
        assert!(matches!(ended, Ended::Later { code: "peer_flood", counts: false, .. }), "{ended:?}");
        assert!(world.account().await.peer_flood_until.is_some());
        assert!(matches!(world.ended(world.send("hello again", false)).await, Ended::Done { .. }));
        assert_eq!(world.sent(), ["hello again"]);
        process.stop().await;
    }

    async fn who_blocks_us_is_told_as_such(world: World) {
        let process = world.start_with_bob().await;
        let blocked = Fault::error(400, "USER_IS_BLOCKED");
        world.network.inject(FaultRule::new(blocked).method("messages.sendMessage").once());
        assert_eq!(world.ended(world.send("hello?", false)).await, Ended::Never { code: "peer.blocked_us" });
        process.stop().await;
    }

    async fn a_session_that_was_ended_elsewhere_ends_the_account(world: World) {
        let process = world.start_with_bob().await;
        world.network.revoke_sessions(world.ann);
        world.send("too late", false);
        world.until("it is told", || async { world.account().await.status == AccountStatus::ReauthRequired }).await;
        assert!(!world.is_free().await, "nobody is to take it any more");
        process.stop().await;
    }

    async fn a_restart_leaves_nothing_out(world: World) {
        let process = world.start_with_bob().await;
        let texts: Vec<String> = (0..40).map(|number| format!("m{number:02}")).collect();
        let first: Vec<i32> = texts[..10].iter().map(|text| world.bob_writes(text)).collect();
        world.until("they come", || async { world.inbox.order().len() >= 10 }).await;
        process.stop().await;
        for text in &texts[10..20] {
            world.bob_writes(text);
        }
        let process = world.start();
        world.until("they come", || async { world.inbox.order().len() >= 20 }).await;
        world.network.drop_connections(None);
        for text in &texts[20..30] {
            world.bob_writes(text);
        }
        world.until("they come", || async { world.inbox.order().len() >= 30 }).await;
        process.stop().await;
        for text in &texts[30..] {
            world.bob_writes(text);
        }
        let to_ann = Peer::User(world.ann);
        world.network.delete(world.bob, to_ann, &[first[5]]).unwrap();
        world.network.edit(world.bob, to_ann, first[6], "m06, put better").unwrap();
        // Telegram says only that there was too much to tell.
        world.network.inject(FaultRule::new(Fault::DifferenceTooLong).once());
        let process = world.start();
        world.until("they come", || async { world.inbox.order().len() >= 40 }).await;
        assert_eq!(world.inbox.order(), texts);
        // Nor does it say what became of older ones.
        let mut now = [vec!["an old message".to_owned()], texts].concat();
        now.remove(6);
        "m06, put better".clone_into(&mut now[6]);
        world.until("they are looked at again", || async { world.inbox.texts(world.bob) == now }).await;
        process.stop().await;
    }

    async fn what_was_answered_while_it_was_away_is_stored_before_a_program_goes_on(world: World) {
        let process = world.start_with_bob().await;
        world.bob_writes("first");
        world.until("it comes", || async { !world.inbox.order().is_empty() }).await;
        process.stop().await;
        world.bob_writes("away");
        let errand = world.send_unless_answered("any news?", 0);
        // Telegram lets it wait for what it missed, and says then that there was too much to tell.
        let difference = |fault| FaultRule::new(fault).method("updates.getDifference").once();
        world.network.inject(difference(Fault::flood_wait(2)));
        let process = world.start();
        world.ended(errand).await;
        assert!(world.inbox.before(errand).contains(&"away".to_owned()));
        process.stop().await;
        world.bob_writes("away again");
        let errand = world.send_unless_answered("and now?", 0);
        world.network.inject(FaultRule::new(Fault::DifferenceTooLong).once());
        world.network.inject(FaultRule::new(Fault::Delay { ms: 1000 }).method("messages.getHistory").once());
        let process = world.start();
        world.ended(errand).await;
        assert!(world.inbox.before(errand).contains(&"away again".to_owned()));
        // A connection that is lost meanwhile is the same.
        world.network.inject(difference(Fault::flood_wait(2)));
        world.network.drop_connections(None);
        world.bob_writes("in between");
        let errand = world.send_unless_answered("still there?", 0);
        world.ended(errand).await;
        assert!(world.inbox.before(errand).contains(&"in between".to_owned()));
        process.stop().await;
    }

    async fn of_two_processes_one_keeps_the_account_and_the_other_takes_it_over(world: World) {
        let first = world.start_with_bob().await;
        let second = world.start();
        tokio::time::sleep(std::time::Duration::from_secs(3)).await;
        assert_eq!(world.network.connections(Some(world.ann)), 1);
        first.stop().await;
        world.bob_writes("who is there?");
        world.until("the other is", || async { world.inbox.order().contains(&"who is there?".to_owned()) }).await;
        assert_eq!(world.network.connections(Some(world.ann)), 1);
        let connected = world.network.log(0).into_iter().filter(|line| matches!(line.entry, LogEntry::Connected { .. }));
        assert!(connected.count() >= 3, "one to sign in, one for each process");
        second.stop().await;
    }
}
