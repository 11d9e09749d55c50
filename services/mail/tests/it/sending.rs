//! Sending: what arrives, what is tried again, what ends.

use contracts::mails::Kind;
use mailing::Mailer;
use testkit::on_both;

use crate::world::{Row, Server, World};

fn row(state: &str, tries: i64, code: Option<&str>, has_data: bool) -> Row {
    Row { state: state.to_owned(), tries, code: code.map(str::to_owned), has_data }
}

/// Each database has mailboxes of its own on the one server.
fn address(world: &World, name: &str) -> String {
    let backend = format!("{:?}", world.database.db.backend()).to_lowercase();
    format!("{name}.{backend}@mail.example.org")
}

on_both! {
    async fn a_queued_mail_arrives_once_and_forgets_what_it_said(world: World) {
        let Some(server) = Server::find() else { return };
        let (process, to) = (world.by_smtp(&server.plain()), address(&world, "anna"));
        for _ in 0..3 {
            world.queue(&process, Kind::VerifyEmail, &to, "verify:1").await;
        }
        process.runner.run_until_idle().await.unwrap();
        let [mail] = &server.mailbox(&to)[..] else { panic!("not one mail") };
        assert!(mail.contains("Message-ID: <") && mail.contains("@example.com>"), "{mail}");
        assert_eq!(world.row(&to).await, row("sent", 1, None, false));
    }

    async fn a_rolled_back_transaction_sends_nothing(world: World) {
        let Some(server) = Server::find() else { return };
        let (process, to) = (world.by_smtp(&server.plain()), address(&world, "nothing"));
        let tx = world.database.db.begin(&world.owner).await.unwrap();
        process.mail.queue(&tx, crate::world::mail(&process, Kind::VerifyEmail, &to, "verify:1")).await.unwrap();
        tx.rollback().await.unwrap();
        assert_eq!(process.runner.run_until_idle().await.unwrap(), 0);
        assert!(server.mailbox(&to).is_empty());
    }

    async fn a_greylisted_mail_is_tried_again_later(world: World) {
        let Some(server) = Server::find() else { return };
        let (process, to) = (world.by_smtp(&server.plain()), address(&world, "grey"));
        world.queue(&process, Kind::ResetPassword, &to, "reset:1").await;
        process.runner.run_until_idle().await.unwrap();
        assert_eq!(world.row(&to).await, row("queued", 1, Some("451"), true));
        process.runner.run_until_idle().await.unwrap();
        assert_eq!(world.row(&to).await.tries, 1, "not before its time");
        world.later(2);
        process.runner.run_until_idle().await.unwrap();
        assert_eq!(world.row(&to).await, row("sent", 2, Some("451"), false));
        assert_eq!(server.mailbox(&to).len(), 1);
    }

    async fn a_mailbox_that_stays_full_is_given_up_after_a_day(world: World) {
        let Some(server) = Server::find() else { return };
        let (process, to) = (world.by_smtp(&server.plain()), address(&world, "full"));
        world.queue(&process, Kind::NewDevice, &to, "device:1").await;
        for _ in 0..40 {
            process.runner.run_until_idle().await.unwrap();
            world.later(60);
        }
        assert_eq!(world.row(&to).await, row("failed", 8, Some("452"), false));
    }

    async fn a_mailbox_that_is_gone_bounces_and_is_left_alone_until_it_is_proved(world: World) {
        let Some(server) = Server::find() else { return };
        let (process, to) = (world.by_smtp(&server.plain()), address(&world, "gone"));
        world.queue(&process, Kind::ResetPassword, &to, "reset:1").await;
        process.runner.run_until_idle().await.unwrap();
        assert_eq!(world.row(&to).await, row("bounced", 1, Some("550"), false));
        // The same mailbox, found by another mail: nobody is asked again, unless for the proof itself.
        let suppressed = world.by_smtp("smtp://127.0.0.1:9?tls=none");
        let tx = world.database.db.begin(&world.owner).await.unwrap();
        let again = |kind, dedup| crate::world::mail(&suppressed, kind, &to, dedup);
        suppressed.mail.queue(&tx, again(Kind::PasswordChanged, "changed:1")).await.unwrap();
        suppressed.mail.queue(&tx, again(Kind::VerifyEmail, "verify:1")).await.unwrap();
        tx.commit().await.unwrap();
        suppressed.runner.run_until_idle().await.unwrap();
        let told = world.states(&to).await;
        assert_eq!(told, ["password-changed bounced suppressed", "reset-password bounced 550", "verify-email queued unreachable"]);
        let tx = world.database.db.begin(&world.owner).await.unwrap();
        process.mail.forgive(&tx, &to).await.unwrap();
        suppressed.mail.queue(&tx, again(Kind::Digest, "digest:1")).await.unwrap();
        tx.commit().await.unwrap();
        suppressed.runner.run_until_idle().await.unwrap();
        assert!(world.states(&to).await.contains(&"digest queued unreachable".to_owned()), "it is tried again");
    }

    async fn a_wrong_password_is_told_and_knocked_with_once(world: World) {
        let Some(server) = Server::find() else { return };
        let process = world.by_smtp(&server.guarded("wrong"));
        let names: Vec<String> = (0..5).map(|n| address(&world, &format!("many{n}"))).collect();
        for (n, to) in names.iter().enumerate() {
            world.queue(&process, Kind::VerifyEmail, to, &format!("verify:{n}")).await;
        }
        process.runner.run_until_idle().await.unwrap();
        for to in &names {
            let row = world.row(to).await;
            assert_eq!((row.state.as_str(), row.tries, row.code.as_deref()), ("queued", 0, Some("unauthorised")), "{to}");
        }
        let condition = process.mail.condition().await.expect("mail is sent here");
        assert!(condition.problem.is_some_and(|problem| problem.contains("535")));
        // The operator mends it: everything goes.
        let mended = world.by_smtp(&server.guarded("s3cret%20pa%3Ass"));
        assert_eq!(mended.mail.condition().await.and_then(|condition| condition.problem), None);
        world.later(6);
        mended.runner.run_until_idle().await.unwrap();
        for to in &names {
            assert_eq!(server.mailbox(to).len(), 1, "{to}");
        }
    }

    async fn what_somebody_was_to_be_told_is_not_sent_late(world: World) {
        let away = world.by_smtp("smtp://127.0.0.1:9?tls=none");
        let to = |name| address(&world, name);
        let kinds = [(Kind::Digest, "digest"), (Kind::Notification, "told"), (Kind::ResetPassword, "reset")];
        for (kind, name) in kinds {
            world.queue(&away, kind, &to(name), name).await;
        }
        away.runner.run_until_idle().await.unwrap();
        for (_, name) in kinds {
            assert_eq!(world.row(&to(name)).await, row("queued", 1, Some("unreachable"), true), "{name}");
        }
        world.later(121);
        away.runner.run_until_idle().await.unwrap();
        for name in ["digest", "told"] {
            assert_eq!(world.row(&to(name)).await, row("failed", 2, Some("stale"), false), "{name}");
        }
        let useful = world.row(&to("reset")).await;
        assert_eq!(useful, row("queued", 2, Some("unreachable"), true));
    }

    async fn a_process_that_died_while_sending_sends_the_same_mail_again(world: World) {
        let Some(server) = Server::find() else { return };
        let (process, to) = (world.by_smtp(&server.plain()), address(&world, "twice"));
        world.queue(&process, Kind::VerifyEmail, &to, "verify:1").await;
        // It sent and died before it could note that: the job comes again, the row is as it was.
        let before = world.snapshot(&to).await;
        process.runner.run_until_idle().await.unwrap();
        world.put_back(&before).await;
        process.runner.run_until_idle().await.unwrap();
        let mails = server.mailbox(&to);
        let id = |mail: &String| mail.lines().find(|line| line.starts_with("Message-ID:")).unwrap().to_owned();
        assert_eq!(mails.iter().map(id).collect::<std::collections::HashSet<_>>().len(), 1, "one Message-ID");
        assert_eq!((mails.len(), world.row(&to).await.state.as_str()), (2, "sent"));
    }
}
