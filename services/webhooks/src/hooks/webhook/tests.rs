use super::*;

fn at(hours: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000, 0).unwrap() + TimeDelta::hours(hours)
}

fn webhook() -> StoredWebhook {
    StoredWebhook {
        id: Uuid::nil(),
        url: "https://example.com/".into(),
        description: None,
        types: vec!["deal.won".into()],
        enabled: true,
        failures: 0,
        failing_since: None,
        disabled_at: None,
        disabled_because: None,
        last: None,
        secret_rotated_at: at(0),
        previous_until: None,
        version: 1,
        created_at: at(0),
        created_by: None,
        updated_at: at(0),
    }
}

fn refused(patch: &WebhookPatch) -> Vec<String> {
    let fields = patch.apply(webhook(), None, at(0)).unwrap_err();
    fields.0.iter().map(|field| format!("{} {}", field.field, field.code)).collect()
}

#[test]
fn types_are_events_that_there_are_or_all_of_them() {
    let types = |names: &[&str]| WebhookPatch {
        types: Some(names.iter().map(|name| (*name).to_owned()).collect()),
        ..WebhookPatch::default()
    };
    let kept = types(&["deal.won", "contact.created", "deal.won"]).apply(webhook(), None, at(0)).unwrap();
    assert_eq!(kept.types, ["contact.created", "deal.won"]);
    assert!(covers(&kept.types, "deal.won") && !covers(&kept.types, "deal.lost"));
    let all = types(&["*"]).apply(webhook(), None, at(0)).unwrap();
    assert!(offered().all(|name| covers(&all.types, name)));
    assert_eq!(refused(&types(&[])), ["types field.required"]);
    assert_eq!(refused(&types(&["deal.eaten"; 201])), ["types field.too_many"]);
    assert_eq!(refused(&types(&["deal.won", "deal.*"])), ["types[1] field.choice.unknown"]);
    assert_eq!(refused(&types(&["*", "deal.won"])), ["types webhook.all_or_some"]);
}

#[test]
fn three_days_of_nothing_but_failures_switch_it_off() {
    let mut failing = webhook();
    for hour in [0, 1, 24, 48, 71] {
        failing = failing.failed(false, at(hour));
        assert!(failing.enabled, "after {hour} hours");
    }
    let off = failing.clone().failed(false, at(72));
    assert_eq!((off.enabled, off.disabled_because, off.failures), (false, Some(DisabledBecause::Failures), 6));
    assert_eq!((off.failing_since, off.disabled_at), (Some(at(0)), Some(at(72))));
    let recovered = failing.answered().failed(false, at(72));
    assert!(recovered.enabled, "one success and it begins anew");
    assert_eq!(recovered.failing_since, Some(at(72)));
}

#[test]
fn a_few_failures_far_apart_are_bad_luck() {
    let rare = (0..4).fold(webhook(), |webhook, week| webhook.failed(false, at(week * 7 * 24)));
    assert!(rare.enabled);
}

#[test]
fn gone_is_gone_at_once_and_what_is_off_stays_as_it_was() {
    let gone = webhook().failed(true, at(1));
    assert_eq!((gone.enabled, gone.disabled_because), (false, Some(DisabledBecause::Gone)));
    let by_hand = webhook().switched_off(None, at(0)).failed(true, at(1));
    assert_eq!((by_hand.disabled_because, by_hand.disabled_at), (None, Some(at(0))));
}

#[test]
fn switching_on_forgives() {
    let off = (0..9).fold(webhook(), |webhook, day| webhook.failed(false, at(day * 24)));
    assert!(!off.enabled);
    let patch = WebhookPatch { enabled: Some(true), ..WebhookPatch::default() };
    let on = patch.apply(off, None, at(300)).unwrap();
    assert_eq!(
        (on.enabled, on.failures, on.failing_since, on.disabled_at, on.disabled_because),
        (true, 0, None, None, None)
    );
}
