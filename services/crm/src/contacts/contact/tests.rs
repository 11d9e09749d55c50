use proptest::prelude::*;
use serde_json::json;

use super::*;

fn patch(body: Value) -> ContactPatch {
    serde_json::from_value(body).unwrap()
}

fn applied(current: &ContactFields, body: Value) -> ContactFields {
    patch(body).apply(current.clone(), None, &FieldSet::default()).unwrap().fields
}

fn new(body: Value) -> ContactFields {
    applied(&ContactFields::default(), body)
}

fn refused(body: Value) -> Vec<(String, String)> {
    let fields = patch(body).apply(ContactFields::default(), None, &FieldSet::default()).unwrap_err();
    fields.0.into_iter().map(|f| (f.field, f.code.into_owned())).collect()
}

#[test]
fn a_name_is_made_of_its_parts_and_follows_them_until_it_is_given() {
    let contact = new(json!({"firstName": " Анна ", "lastName": "Смирнова"}));
    assert_eq!(contact.name, "Анна Смирнова");
    let married = applied(&contact, json!({"lastName": "Петрова"}));
    assert_eq!(married.name, "Анна Петрова");
    let named = applied(&married, json!({"name": "Нюра"}));
    assert_eq!(applied(&named, json!({"lastName": "Иванова"})).name, "Нюра");
    assert_eq!(applied(&named, json!({"name": null})).name, "Анна Петрова");
}

#[test]
fn a_contact_without_any_name_is_refused() {
    let required = [("name".to_owned(), "field.required".to_owned())];
    assert_eq!(refused(json!({})), required);
    assert_eq!(refused(json!({"name": " \u{200B} "})), required);
    assert_eq!(refused(json!({"name": null, "firstName": ""})), required);
}

#[test]
fn all_refusals_come_at_once_with_their_paths() {
    let found = refused(json!({
        "name": "x".repeat(256), "emails": ["ok@example.com", "nope"], "phones": ["12"], "timeZone": "Mars/Olympus", "website": "ftp://x.example",
        "linkedinUrl": "https://example.com", "telegramUsername": "a b", "leadScore": 101, "tags": ["a,b"],
        "description": "x".repeat(5001), "companyId": Uuid::nil(), "companyName": "Acme"
    }));
    let paths: Vec<_> = found.iter().map(|f| f.0.as_str()).collect();
    let expected = [
        "name",
        "companyName",
        "emails[1]",
        "phones[0]",
        "timeZone",
        "telegramUsername",
        "website",
        "linkedinUrl",
        "tags[0]",
        "description",
        "leadScore",
    ];
    assert_eq!(paths, expected);
}

#[test]
fn values_are_kept_in_the_form_that_compares() {
    let contact = new(json!({
        "name": "Anna", "emails": ["Anna@Example.COM", "anna@example.com"], "phones": ["8 (912) 555-00-11"],
        "telegramUsername": "https://t.me/Anna_S", "website": "Example.com/", "tags": ["VIP", "vip"]
    }));
    assert_eq!(contact.emails, ["anna@example.com"]);
    assert_eq!(contact.phones, ["+79125550011"]);
    assert_eq!(contact.telegram_username.as_deref(), Some("Anna_S"));
    assert_eq!(contact.website.as_deref(), Some("https://example.com"));
    assert_eq!(contact.tags, ["VIP"]);
    assert!(contact.identities().contains(&Identity::new(MatchedOn::Telegram, "anna_s")));
}

#[test]
fn a_time_zone_is_kept_by_its_name_and_cleared_by_nothing() {
    let contact = new(json!({"name": "A", "timeZone": " europe/berlin "}));
    assert_eq!(contact.time_zone.as_deref(), Some("Europe/Berlin"));
    assert_eq!(applied(&contact, json!({"name": "B"})).time_zone, contact.time_zone);
    for nothing in [json!(null), json!(" ")] {
        assert_eq!(applied(&contact, json!({"timeZone": nothing})).time_zone, None);
    }
    assert_eq!(
        refused(json!({"name": "A", "timeZone": "GMT+3"})),
        [("timeZone".to_owned(), "field.time_zone.unknown".to_owned())]
    );
}

#[test]
fn the_zone_is_their_own_else_that_of_the_first_phone_that_tells_one() {
    let zone = |body: Value| new(body).zone().map(str::to_owned);
    let phones = json!(["+7 912 555-00-11", "+49 30 901820", "+44 20 7946 0000"]);
    let own = json!({"name": "A", "phones": phones, "timeZone": "Asia/Kamchatka"});
    assert_eq!(zone(own.clone()).as_deref(), Some("Asia/Kamchatka"));
    assert_eq!(new(own).phone_zone(), Some("Europe/Berlin"));
    assert_eq!(zone(json!({"name": "A", "phones": phones})).as_deref(), Some("Europe/Berlin"));
    assert_eq!(zone(json!({"name": "A", "phones": ["+7 912 555-00-11", "+1 212 555 0100"]})), None);
    assert_eq!(zone(json!({"name": "A"})), None);
}

#[test]
fn a_company_name_replaces_the_company_and_null_clears_it() {
    let contact = new(json!({"name": "A", "companyId": Uuid::max()}));
    let edited = patch(json!({"companyName": "Acme"})).apply(contact.clone(), None, &FieldSet::default()).unwrap();
    assert_eq!((edited.fields.company_id, edited.company_name.as_deref()), (None, Some("Acme")));
    assert_eq!(applied(&contact, json!({"companyName": null})).company_id, None);
    assert_eq!(applied(&contact, json!({"companyName": null, "companyId": Uuid::nil()})).company_id, Some(Uuid::nil()));
    assert_eq!(applied(&contact, json!({"name": "B"})).company_id, Some(Uuid::max()));
}

#[test]
fn a_replacement_clears_what_it_leaves_out() {
    let contact = new(json!({"name": "A", "tags": ["x"], "leadScore": 5, "doNotContact": true, "custom": {"k": 1}}));
    let replace: ContactReplace = serde_json::from_value(json!({"name": "B"})).unwrap();
    let replaced = ContactPatch::from(replace).apply(contact, None, &FieldSet::default()).unwrap().fields;
    assert_eq!(replaced, new(json!({"name": "B"})));
}

/// Bodies that change some fields, with values that parse.
fn any_patch() -> impl Strategy<Value = Value> {
    let text = prop_oneof![Just(Value::Null), "[a-zA-Zа-яё]{1,12}".prop_map(Value::String)];
    let tags = prop::collection::vec("[a-z]{1,6}", 0..4);
    let emails = prop::collection::vec("[a-z]{1,8}@example\\.com", 0..3);
    let score = prop_oneof![Just(Value::Null), (0..=100_i64).prop_map(Value::from)];
    (text.clone(), text.clone(), text, tags, emails, score, any::<bool>(), any::<u8>()).prop_map(
        |(first, last, source, tags, emails, score, flag, chosen)| {
            let all = json!({"firstName": first, "lastName": last, "source": source, "tags": tags, "emails": emails,
                "leadScore": score, "doNotContact": flag, "custom": {"flag": flag}});
            let picked = all.as_object().unwrap().iter().enumerate().filter(|(index, _)| chosen & (1 << index) != 0);
            Value::Object(picked.map(|(_, (k, v))| (k.clone(), v.clone())).collect())
        },
    )
}

proptest! {
    #[test]
    fn applying_a_patch_twice_is_applying_it_once(first in any_patch(), second in any_patch()) {
        let start = new(json!({"name": "Start"}));
        let once = applied(&applied(&start, first), second.clone());
        prop_assert_eq!(applied(&once, second), once);
    }

    #[test]
    fn a_contact_comes_back_from_its_image(body in any_patch()) {
        let contact = applied(&new(json!({"name": "Start"})), body);
        let back: ContactFields = serde_json::from_value(contact.image()).unwrap();
        prop_assert_eq!(&back, &contact);
        let from_creation: ContactFields = serde_json::from_value(crate::record::filled_in(contact.image())).unwrap();
        prop_assert_eq!(from_creation, contact);
    }

    #[test]
    fn any_text_is_taken_or_refused_without_panic(text in ".{0,300}") {
        let body = json!({"name": text, "firstName": text, "emails": [text], "phones": [text], "website": text,
            "telegramUsername": text, "linkedinUrl": text, "tags": [text], "description": text});
        let _ = patch(body).apply(ContactFields::default(), Some("RU"), &FieldSet::default());
    }
}
