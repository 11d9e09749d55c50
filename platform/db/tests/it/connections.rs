//! Connections go from hand to hand: what one user of them left must not reach the next.

use std::time::Duration;

use db::{Action, Change, Db, change_log};
use kernel::Scope;
use sea_orm::{
    ConnectionTrait, DbBackend, Statement,
    sea_query::{Expr, ExprTrait, Query},
};
use testkit::on_both;
use tokio::time::timeout;
use uuid::Uuid;

use crate::world::World;

impl World {
    fn db(&self) -> &Db {
        &self.database.db
    }

    async fn write(&self, scope: &Scope) {
        let tx = self.db().begin(scope).await.unwrap();
        change_log::record(&tx, [change(&tx)]).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Rows that a reader of this scope sees, without asking for its organization.
    async fn seen(&self, scope: &Scope) -> i64 {
        count(&self.db().reader(scope)).await
    }

    fn isolates(&self) -> bool {
        self.db().backend() == DbBackend::Postgres
    }
}

fn change(tx: &db::Tx) -> Change {
    let id = tx.clock().new_id();
    Change {
        subject_kind: "x",
        subject_id: id,
        record_id: id,
        action: Action::Created,
        before: None,
        after: None,
        version: 1,
    }
}

async fn count(connection: &impl ConnectionTrait) -> i64 {
    let statement = Statement::from_string(connection.get_database_backend(), "select count(*) as n from change_log");
    connection.query_one_raw(statement).await.unwrap().unwrap().try_get("", "n").unwrap()
}

on_both! {
    async fn whoever_had_a_connection_before_does_not_matter(world: World) {
        world.write(&world.one).await;
        world.write(&world.one).await;
        world.write(&world.other).await;
        let (one, other, nobody) = if world.isolates() { (2, 1, 0) } else { (3, 3, 3) };
        // More turns than there are connections, so that each is used by everybody.
        for _ in 0..12 {
            let readers = (world.seen(&world.one), world.seen(&world.other), world.seen(&world.one));
            assert_eq!(tokio::join!(readers.0, readers.1, readers.2), (one, other, one));
            assert_eq!(count(&world.db().system_reader()).await, nobody);
            let tx = world.db().begin(&world.other).await.unwrap();
            assert_eq!(count(&tx).await, other);
            tx.rollback().await.unwrap();
            let tx = world.db().begin_system().await.unwrap();
            assert_eq!(count(&tx).await, nobody);
            tx.commit().await.unwrap();
        }
    }

    async fn a_transaction_writes_for_its_own_organization_only(world: World) {
        world.write(&world.one).await;
        let tx = world.db().begin(&world.one).await.unwrap();
        let foreign = format!("update change_log set org_id = {}", literal(&world.other));
        let done = tx.execute_unprepared(&foreign).await;
        assert_eq!(done.is_err(), world.isolates());
        drop(tx);
        assert_eq!(world.seen(&world.one).await, 1);
    }

    async fn a_transaction_that_is_dropped_leaves_nothing(world: World) {
        for _ in 0..6 {
            let tx = world.db().begin(&world.one).await.unwrap();
            change_log::record(&tx, [change(&tx)]).await.unwrap();
            assert_eq!(count(&tx).await, 1, "what it inserts it sees");
            drop(tx);
        }
        assert_eq!(world.seen(&world.one).await, 0);
        world.write(&world.one).await;
        assert_eq!(world.seen(&world.one).await, 1);
    }

    async fn a_refused_insert_fails_the_commit_and_leaves_nothing(world: World) {
        let id = Uuid::max();
        let row = |tx: &db::Tx| Change { record_id: id, subject_id: id, ..change(tx) };
        let tx = world.db().begin(&world.one).await.unwrap();
        change_log::record(&tx, [row(&tx)]).await.unwrap();
        tx.execute_unprepared("create unique index only_one on change_log (record_id)").await.unwrap();
        tx.commit().await.unwrap();
        let tx = world.db().begin(&world.one).await.unwrap();
        change_log::record(&tx, [change(&tx), row(&tx)]).await.unwrap();
        assert!(tx.commit().await.unwrap_err().is_unique_violation());
        assert_eq!(world.seen(&world.one).await, 1);
        world.write(&world.one).await;
    }

    async fn what_hangs_on_an_update_is_kept_with_it_or_not_at_all(world: World) {
        world.write(&world.one).await;
        let update = |version: i64| {
            let mut update = Query::update();
            update.table("change_log").value("version", version + 1);
            update.and_where(Expr::col("org_id").eq(world.one.org_id.0)).and_where(Expr::col("version").eq(version)).take()
        };
        // Nothing else waits, one row does, several do.
        for (waiting, version, found) in [(0, 1, true), (0, 1, false), (1, 2, true), (3, 2, false), (3, 3, true)] {
            let before = world.seen(&world.one).await;
            let tx = world.db().begin(&world.one).await.unwrap();
            change_log::record(&tx, (0..waiting).map(|_| Change { version: 70, ..change(&tx) })).await.unwrap();
            assert_eq!(tx.commit_upon(&update(version)).await.unwrap(), found, "{waiting} {version}");
            let more = if found { waiting } else { 0 };
            assert_eq!(world.seen(&world.one).await, before + more);
        }
    }

    async fn an_insert_that_is_refused_takes_the_update_back(world: World) {
        let id = Uuid::max();
        let row = |tx: &db::Tx| Change { record_id: id, subject_id: id, ..change(tx) };
        let tx = world.db().begin(&world.one).await.unwrap();
        change_log::record(&tx, [row(&tx)]).await.unwrap();
        tx.execute_unprepared("create unique index only_one on change_log (record_id)").await.unwrap();
        tx.commit().await.unwrap();
        let update = || Query::update().table("change_log").value("version", 2).and_where(Expr::col("version").eq(1)).take();
        for _ in 0..3 {
            let tx = world.db().begin(&world.one).await.unwrap();
            change_log::record(&tx, [change(&tx), row(&tx)]).await.unwrap();
            assert!(tx.commit_upon(&update()).await.unwrap_err().is_unique_violation());
        }
        assert_eq!(world.seen(&world.one).await, 1);
        let tx = world.db().begin(&world.one).await.unwrap();
        assert!(tx.commit_upon(&update()).await.unwrap(), "it was as before");
    }

    async fn what_is_asked_with_a_commit_is_how_things_stood_before(world: World) {
        let how_many = Query::select().expr_as(Expr::col("id").count(), "n").from("change_log").take();
        for (waiting, opened) in [(0, false), (1, false), (3, false), (0, true), (2, true)] {
            let before = world.seen(&world.one).await;
            let tx = world.db().begin(&world.one).await.unwrap();
            if opened {
                assert_eq!(count(&tx).await, before);
            }
            change_log::record(&tx, (0..waiting).map(|_| change(&tx))).await.unwrap();
            let found = tx.commit_asking(&how_many).await.unwrap();
            assert_eq!(found[0].try_get::<i64>("", "n").unwrap(), before, "{waiting} {opened}");
            assert_eq!(world.seen(&world.one).await, before + waiting);
        }
        let refused = Query::select().expr(Expr::col("id")).from("nowhere").take();
        let before = world.seen(&world.one).await;
        let tx = world.db().begin(&world.one).await.unwrap();
        change_log::record(&tx, [change(&tx)]).await.unwrap();
        tx.commit_asking(&refused).await.unwrap_err();
        assert_eq!(world.seen(&world.one).await, before);
    }

    async fn who_gives_up_waiting_takes_no_connection_away(world: World) {
        world.write(&world.one).await;
        let slow = match world.db().backend() {
            DbBackend::Postgres => "select count(*) as n from (select pg_sleep(30)) as s",
            _ => "with recursive c(x) as (select 1 union all select x + 1 from c limit 5000000) select count(*) as n from c",
        };
        for _ in 0..6 {
            let reader = world.db().reader(&world.one);
            let statement = Statement::from_string(world.db().backend(), slow);
            assert!(timeout(Duration::from_millis(20), reader.query_all_raw(statement)).await.is_err());
        }
        let seen = timeout(Duration::from_secs(20), world.seen(&world.one)).await.unwrap();
        assert_eq!(seen, 1);
    }

    async fn connections_that_died_are_replaced_unseen(world: World) {
        world.write(&world.one).await;
        if !world.isolates() {
            return;
        }
        // While a transaction has one connection, reading takes another: then there are two to lose.
        let tx = world.db().begin(&world.one).await.unwrap();
        assert_eq!(count(&tx).await, 1);
        assert_eq!(world.seen(&world.one).await, 1);
        tx.commit().await.unwrap();
        let kill = "select count(pg_terminate_backend(pid)) as n from pg_stat_activity \
                    where datname = current_database() and pid <> pg_backend_pid()";
        let reader = world.db().reader(&world.one);
        let statement = Statement::from_string(DbBackend::Postgres, kill);
        let killed: i64 = reader.query_one_raw(statement).await.unwrap().unwrap().try_get("", "n").unwrap();
        assert_eq!(killed, 1, "all but the one that asks");
        let all = tokio::join!(world.seen(&world.one), world.seen(&world.one), world.seen(&world.one));
        assert_eq!(all, (1, 1, 1));
        let (x, y) = tokio::join!(world.write(&world.one), world.write(&world.one));
        assert_eq!((x, y), ((), ()));
        assert_eq!(world.seen(&world.one).await, 3);
    }
}

/// The organization as SQL.
fn literal(scope: &Scope) -> String {
    format!("'{}'", scope.org_id.0)
}
