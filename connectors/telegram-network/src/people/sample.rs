//! The sample world: about forty people, three supergroups, three channels, two bots, props. Basic groups, private chats and
//! folders are made with each account, in `account.rs`.

use std::collections::BTreeMap;

use super::{dice::Dice, lines, props, threads};
use crate::{
    core::Core,
    world::{Channel, Fact, Language, Membership, NewPost, Past, Peer, Person, Persona, Temperament},
};

pub(super) const DAY: i32 = 86_400;

/// First name, last name, username.
type Name = (&'static str, &'static str, &'static str);

const RUSSIAN: &[Name] = &[
    ("Анна", "Соколова", "anna_sokolova"),
    ("Дмитрий", "Волков", "d_volkov"),
    ("Мария", "Кузнецова", "mkuznetsova"),
    ("Игорь", "Лебедев", "igor_logist"),
    ("Екатерина", "Морозова", "kate_moroz"),
    ("Сергей", "Новиков", "s_novikov"),
    ("Ольга", "Павлова", "olga_pavlova"),
    ("Алексей", "Семёнов", "asemenov"),
    ("Наталья", "Голубева", "nata_golub"),
    ("Павел", "Виноградов", "pvinogradov"),
    ("Татьяна", "Богданова", "tbogdanova"),
    ("Роман", "Воробьёв", "roman_vorob"),
    ("Юлия", "Фёдорова", "ju_fedorova"),
    ("Андрей", "Михайлов", "amikhailov"),
    ("Светлана", "Беляева", "sv_belyaeva"),
    ("Николай", "Тарасов", "ntarasov"),
    ("Ирина", "Белова", "irina_belova"),
    ("Виктор", "Комаров", "vkomarov"),
    ("Людмила", "Орлова", "l_orlova"),
    ("Артём", "Киселёв", "artem_kis"),
    ("Марина", "Макарова", "mmakarova"),
    ("Григорий", "Андреев", "g_andreev"),
];

const ENGLISH: &[Name] = &[
    ("James", "Carter", "jcarter_ins"),
    ("Emily", "Watson", "emily_watson"),
    ("Michael", "Brown", "mbrown_fleet"),
    ("Sophie", "Turner", "sophie_t"),
    ("Daniel", "Evans", "dan_evans"),
    ("Laura", "Hughes", "lhughes"),
    ("Peter", "Novak", "peter_novak"),
    ("Anna", "Schmidt", "anna_schmidt"),
    ("Lucas", "Martin", "lucas_m"),
    ("Olivia", "Clark", "olivia_clark"),
    ("Tom", "Fischer", "tom_fischer"),
    ("Grace", "Walker", "grace_walker"),
    ("Victor", "Lindqvist", "v_lindqvist"),
    ("Nina", "Rossi", "nina_rossi"),
    ("Oscar", "Jensen", "oscar_jensen"),
    ("Helen", "Moore", "helen_moore"),
];

const TEMPERAMENTS: [Temperament; 8] = [
    Temperament::Eager,
    Temperament::Thoughtful,
    Temperament::Showing,
    Temperament::Eager,
    Temperament::Speaking,
    Temperament::Correcting,
    Temperament::Eager,
    Temperament::Silent,
];

/// Title, username, broadcast, language.
const CHANNELS: [(&str, &str, bool, Language); 6] = [
    ("Страхование: обмен опытом", "strah_exchange", false, Language::Russian),
    ("Sales Pros", "sales_pros_chat", false, Language::English),
    ("Отдел продаж «Вектор»", "vector_sales", false, Language::Russian),
    ("Новости страхования", "strah_news", true, Language::Russian),
    ("Sales Weekly", "sales_weekly", true, Language::English),
    ("Rapport: обновления", "rapport_updates", true, Language::Russian),
];

/// Makes the sample world. Files come first: simulated people find their props by the first of them.
pub(crate) fn fill(core: &mut Core) {
    for number in 0..props::PICTURES {
        let _ = core.keep_file(props::picture(number));
    }
    for number in 0..props::VOICES {
        let _ = core.keep_file(props::voice(props::seconds(number)));
    }
    let russian = RUSSIAN.iter().map(|name| (name, Language::Russian));
    let english = ENGLISH.iter().map(|name| (name, Language::English));
    for ((name, language), place) in russian.chain(english).zip(0_usize..) {
        let temperament = TEMPERAMENTS.get(place % TEMPERAMENTS.len()).copied().unwrap_or(Temperament::Eager);
        // One who takes offence is enough to be met now and then.
        let temperament = if place % 19 == 17 { Temperament::Offended } else { temperament };
        add_person(core, *name, Some(Persona { temperament, language }), place);
    }
    add_person(core, ("Quote", "Bot", "quote_helper_bot"), None, RUSSIAN.len() + ENGLISH.len());
    for (title, username, broadcast, language) in CHANNELS {
        add_channel(core, title, username, broadcast, language);
    }
}

fn add_person(core: &mut Core, (first, last, username): Name, persona: Option<Persona>, place: usize) {
    let mut dice = Dice::of(core.world.seed, &[i64::try_from(place).unwrap_or(0), 10]);
    let phone = match persona.map(|it| it.language) {
        Some(Language::Russian) => format!("7900{:07}", 5_550_000 + place),
        _ => format!("4477009{:05}", 55_000 + place),
    };
    let seen_at = core.now() - i32::try_from(dice.between(60, 200_000)).unwrap_or(60);
    let person = Person {
        id: core.world.next_person(),
        phone,
        first_name: first.to_owned(),
        last_name: Some(last.to_owned()),
        username: Some(username.to_owned()),
        bot: persona.is_none(),
        persona,
        seen_at: (!dice.one_in(3)).then_some(seen_at),
        ..Person::default()
    };
    core.commit(Fact::Person { person: Box::new(person) }, None);
}

fn add_channel(core: &mut Core, title: &str, username: &str, broadcast: bool, language: Language) {
    let id = core.world.next_channel();
    let mut dice = Dice::of(core.world.seed, &[id, 11]);
    let started_at = core.now() - 90 * DAY;
    let speaks = |person: &&Person| person.persona.is_some_and(|it| it.language == language);
    let speakers: Vec<i64> = core.world.people().filter(speaks).map(|it| it.id).collect();
    let creator = dice.pick(&speakers).copied().unwrap_or(0);
    let member = |person: &i64| {
        let admin = *person == creator;
        (*person, Membership { joined_at: started_at, admin, ..Membership::default() })
    };
    let members: BTreeMap<i64, Membership> = speakers.iter().map(member).collect();
    let channel = Channel {
        id,
        title: title.to_owned(),
        username: Some(username.to_owned()),
        about: String::new(),
        broadcast,
        creator,
        created_at: started_at,
        members,
        last_id: 0,
        messages: BTreeMap::new(),
        past: Past::default(),
    };
    core.commit(Fact::Channel { channel: Box::new(channel) }, None);
    let first_file = core.world.files.keys().next().copied();
    let mut at = started_at;
    for turn in 0..40 {
        at += i32::try_from(dice.between(3_600, i64::from(4 * DAY))).unwrap_or(DAY);
        if at > core.now() - 600 {
            break;
        }
        let from = if broadcast { creator } else { dice.pick(&speakers).copied().unwrap_or(creator) };
        let posts = threads::channel_posts(language);
        let text = if broadcast {
            dice.pick(posts).copied().unwrap_or_default()
        } else {
            lines::in_group(language, turn + dice.next() % 3)
        };
        let media = first_file.filter(|_| dice.one_in(5)).map(|first| props::as_photo(first, dice.between(0, 100)));
        let post = Box::new(NewPost { media, ..NewPost::text(text) });
        core.commit(Fact::Sent { from, to: Peer::Channel(id), at, post }, None);
    }
}
