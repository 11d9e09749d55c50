//! The key of the vault is changed: every secret is sealed anew, and opens with the new key alone.

use serde_json::json;
use server::commands::vault::{Rotated, rotate};
use settings::Secret;
use testkit::on_both;
use vault::Vault;

use crate::{accounts::connected, chats, world::World};

const NEW: &str = "a new key of the vault, long enough to be one";
const OTHER: &str = "another key of the vault, long enough as well";

on_both! {
    async fn every_secret_is_sealed_anew_and_none_is_lost(world: World) {
        let owner = world.owner().await;
        chats::of(&world, &owner).await;
        connected(&owner, "+48601234567").await;
        let hook = json!({"url": "https://example.com/hook", "types": ["*"]});
        owner.post("/api/v1/webhooks", hook).await.expect(201);
        crate::mfa::enrolled(&world, &owner).await;
        let stranger = world.sign_up("stranger@example.com").await;
        stranger.post("/api/messaging/channels", json!({"name": "Shop"})).await.expect(201);
        let keys = world.app.settings.sealing_keys().unwrap();
        let old: Vec<&str> = keys.iter().map(Secret::expose).collect();
        let over = |keys: &[&'static str]| Vault::new(keys.iter().copied(), world.clock.clone());
        let with = |key: &'static str| Vault::new([key].into_iter().chain(old.iter().copied()), world.clock.clone());
        let identity = world.app.identity.as_ref();
        let again = async |vault: &Vault| rotate(world.db(), vault, identity).await.unwrap();
        let first = again(&with(NEW)).await;
        assert!(first.sealed >= 6 && first.lost.is_empty(), "second factor, session, app hash, webhook, two channels: {first:?}");
        assert_eq!(again(&with(NEW)).await, Rotated::default(), "nothing is left to do");
        // The old key is not needed any more.
        let second = again(&over(&[OTHER, NEW])).await;
        assert_eq!(second, Rotated { sealed: first.sealed, lost: Vec::new() });
        // A key that is missing is told of by each row, and nothing is changed.
        let lost = again(&over(&[NEW])).await;
        assert_eq!((lost.sealed, lost.lost.len() as u64), (0, first.sealed), "{lost:?}");
        assert_eq!(again(&over(&[OTHER])).await, Rotated::default());
    }
}
