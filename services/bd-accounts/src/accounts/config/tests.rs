use chrono::DateTime;
use serde_json::from_value;

use super::{super::account::Network, *};

fn account() -> StoredAccount {
    StoredAccount::new(Uuid::nil(), Network::Sandbox, "Sales".into(), None, DateTime::UNIX_EPOCH)
}

fn applied(body: Value, level: Level) -> Result<StoredAccount, Vec<String>> {
    let patch: AccountPatch = from_value(body).unwrap();
    let told = |fields: Fields| fields.0.iter().map(|field| format!("{} {}", field.field, field.code)).collect();
    patch.apply(account(), level).map_err(told)
}

#[test]
fn what_is_left_out_stays_and_null_clears() {
    let set = json!({ "signature": "  Anna \n Sales ", "mode": "replies_only", "name": " EU  sales " });
    let set = applied(set, Level::Organization).unwrap();
    assert_eq!((set.name.as_str(), set.mode), ("EU sales", Mode::RepliesOnly));
    assert!(set.signature.is_some());
    let patch: AccountPatch = from_value(json!({ "signature": null })).unwrap();
    let cleared = patch.apply(set.clone(), Level::Organization).unwrap();
    assert_eq!(cleared, StoredAccount { signature: None, ..set });
}

#[test]
fn every_part_at_fault_is_named() {
    let hours = json!({ "enabled": true, "from": "9:00", "to": "19:00", "days": [0, 8], "timeZone": "Mars/Olympus" });
    let body = json!({
        "name": " ", "limits": { "preset": "custom", "messagesPerMinute": 0, "firstContactsPerDay": 501 },
        "workingHours": hours, "quietHours": { "enabled": true, "from": "08:00", "to": "08:00" },
    });
    let expected = [
        "name field.required",
        "limits.messagesPerMinute field.number.range",
        "limits.firstContactsPerDay field.number.range",
        "workingHours.from bd.time.invalid",
        "workingHours.timeZone bd.time_zone.unknown",
        "workingHours.days field.choice.unknown",
        "quietHours.to bd.hours.empty",
    ];
    assert_eq!(applied(body, Level::Organization).unwrap_err(), expected);
}

#[test]
fn who_reaches_only_their_own_makes_limits_stricter_only() {
    let looser = json!({ "limits": { "preset": "normal" } });
    let refused = applied(looser.clone(), Level::Own).unwrap_err();
    assert_eq!(refused.len(), 3);
    assert!(refused.iter().all(|line| line.ends_with("bd.limits.only_stricter")), "{refused:?}");
    assert_eq!(applied(looser, Level::Organization).unwrap().limits.messages_per_day, 500);
    let stricter = json!({ "limits": { "preset": "custom", "firstContactsPerDay": 3 } });
    let stricter = applied(stricter, Level::Own).unwrap().limits;
    assert_eq!((stricter.first_contacts_per_day, stricter.messages_per_day), (3, 150));
}

#[test]
fn a_preset_brings_its_numbers() {
    let body = json!({ "limits": { "preset": "careful", "messagesPerDay": 4000 } });
    assert_eq!(applied(body, Level::Organization).unwrap().limits, Limits::CAREFUL);
    assert_eq!(Preset::Careful.limits(), Some(Limits::CAREFUL));
}
