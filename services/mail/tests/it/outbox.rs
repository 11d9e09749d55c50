//! The outbox of development, and the previews of templates.

use contracts::mails::Kind;
use mail::Way;
use mailing::Mailer;
use testkit::on_both;

use crate::world::{World, get, mail, nobody};

on_both! {
    async fn the_outbox_shows_mails_as_they_read_to_who_may_see_them(world: World) {
        let process = world.process(Way::Outbox);
        assert!(process.mail.sends());
        for n in 0..3 {
            world.queue(&process, Kind::VerifyEmail, &format!("anna{n}@example.org"), &format!("verify:{n}")).await;
            world.later(1);
        }
        assert_eq!(process.runner.run_until_idle().await.unwrap(), 0, "nothing is sent");
        let (status, page) = get(&process, &world.owner, "/api/mail/outbox?limit=2").await;
        assert_eq!(status, 200, "{page}");
        let first = &page["items"][0];
        assert_eq!((&first["kind"], &first["to"]), (&"verify-email".into(), &"anna2@example.org".into()));
        assert_eq!(first["subject"], "Подтвердите адрес почты");
        assert!(first["text"].as_str().unwrap().contains("https://crm.example.com/auth/verify#secret-token"));
        assert!(first["text"].as_str().unwrap().contains("Анна Łucka <b>"));
        assert!(first["html"].as_str().unwrap().contains("Анна Łucka &lt;b&gt;"));
        let cursor = page["page"]["nextCursor"].as_str().expect("another page");
        let (_, rest) = get(&process, &world.owner, &format!("/api/mail/outbox?limit=2&cursor={cursor}")).await;
        assert_eq!(rest["items"].as_array().unwrap().len(), 1);
        assert_eq!(get(&process, &nobody(&world), "/api/mail/outbox").await.0, 403);
        let elsewhere = world.by_smtp("smtp://127.0.0.1:9?tls=none");
        assert_eq!(get(&elsewhere, &world.owner, "/api/mail/outbox").await.0, 404, "where mail is sent there is none");
    }

    async fn what_waits_is_sealed(world: World) {
        let process = world.by_smtp("smtp://127.0.0.1:9?tls=none");
        world.queue(&process, Kind::ResetPassword, "anna@example.org", "reset:1").await;
        let sql = "select data from mails where org_id = $1";
        let db = &world.database.db;
        let statement = sea_orm::Statement::from_sql_and_values(db.backend(), sql, [world.owner.org_id.0.into()]);
        let row = sea_orm::ConnectionTrait::query_one_raw(&db.reader(&world.owner), statement).await.unwrap().unwrap();
        let data: String = row.try_get("", "data").unwrap();
        assert!(data.starts_with("v1.") && !data.contains("secret-token"), "{data}");
    }

    async fn nothing_is_kept_where_no_mail_is_sent(world: World) {
        let process = world.process(Way::Nowhere);
        assert!(!process.mail.sends());
        let tx = world.database.db.begin(&world.owner).await.unwrap();
        process.mail.queue(&tx, mail(&process, Kind::Digest, "anna@example.org", "digest:1")).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(process.mail.condition().await, None);
        let outbox = world.process(Way::Outbox);
        assert_eq!(get(&outbox, &world.owner, "/api/mail/outbox").await.1["items"].as_array().unwrap().len(), 0);
    }

    async fn templates_are_shown_with_examples_in_both_languages(world: World) {
        let process = world.process(Way::Nowhere);
        let (status, list) = get(&process, &world.owner, "/api/mail/templates").await;
        assert_eq!((status, list["items"].as_array().unwrap().len()), (200, Kind::ALL.len()));
        let preview = async |locale: &str| {
            let path = format!("/api/mail/templates/reset-password/preview?locale={locale}");
            get(&process, &world.owner, &path).await.1["subject"].as_str().unwrap().to_owned()
        };
        assert_eq!((preview("en").await.as_str(), preview("ru").await.as_str()), ("Set a new password", "Задайте новый пароль"));
        assert_eq!(get(&process, &world.owner, "/api/mail/templates/nothing/preview").await.0, 404);
        assert_eq!(get(&process, &nobody(&world), "/api/mail/templates").await.0, 403);
    }
}
