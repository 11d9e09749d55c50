//! What others ask about campaigns: whose they are, and what they are called.

use campaigns::CampaignDirectory;
use chrono::TimeDelta;
use contracts::ports::{CampaignNames, Owned};
use serde_json::json;
use testkit::on_both;
use uuid::Uuid;

use crate::world::{CAMPAIGNS, World, id_of};

on_both! {
    async fn names_are_told_as_far_as_the_actor_reaches(world: World) {
        let directory = CampaignDirectory::new(world.db().clone());
        let managers = world.draft(&[], &[], Vec::new()).await;
        let body = json!({ "name": "Own", "channel": "telegram" });
        let agents = id_of(&world.post(&world.agent, CAMPAIGNS, body).await);
        let ids = [managers, agents, Uuid::nil()];
        let mut spent = Vec::new();
        for ids in [&ids[..1], &ids[..]] {
            let before = world.db().statement_count();
            directory.names(&world.manager, ids).await.unwrap();
            spent.push(world.db().statement_count() - before);
        }
        assert_eq!(spent[0], spent[1], "as many statements for many as for one");
        let all = directory.names(&world.manager, &ids).await.unwrap();
        assert_eq!((all.len(), all[&managers].as_str(), all[&agents].as_str()), (2, "Spring", "Own"));
        let own = directory.names(&world.agent, &ids).await.unwrap();
        assert_eq!(own.into_keys().collect::<Vec<_>>(), [agents]);
        assert!(directory.names(&world.stranger, &ids).await.unwrap().is_empty());
        let before = world.db().statement_count();
        assert!(directory.names(&world.manager, &[]).await.unwrap().is_empty());
        assert_eq!(world.db().statement_count(), before);
    }

    async fn who_launched_one_is_known_as_well_as_who_made_it(world: World) {
        let directory = CampaignDirectory::new(world.db().clone());
        let account = world.account("Desk");
        let mine = world.contact("Mine", Some(&world.agent));
        let body = json!({ "name": "Own", "channel": "telegram", "accountIds": [account], "schedule": World::always(),
            "steps": [world.message("Hi")], "audience": { "source": { "kind": "contacts", "contactIds": [mine] } } });
        let id = id_of(&world.post(&world.agent, CAMPAIGNS, body).await);
        let holding = async || {
            let mut held = directory.holdings(world.manager.org_id, "campaign", &[id]).await.unwrap();
            held.remove(&id).unwrap()
        };
        let (agent, manager) = (world.agent.user_id().map(Uuid::from), world.manager.user_id().map(Uuid::from));
        assert_eq!((holding().await.created_by, holding().await.launched_by), (agent, None));
        let at = json!({ "startsAt": world.now() + TimeDelta::hours(1) });
        world.ok(&world.manager, "POST", &format!("{CAMPAIGNS}/{id}/schedule"), at, 200).await;
        assert_eq!(holding().await.launched_by, manager);
        world.pass(TimeDelta::hours(1) + TimeDelta::seconds(1));
        world.settle().await;
        let held = holding().await;
        assert_eq!((held.owner_id, held.launched_by), (agent, manager), "it runs as whoever said so");
    }
}
