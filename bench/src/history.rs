//! A history as Telegram Desktop exports it: invented, the same each time.

use std::{
    io::{BufWriter, Write as _},
    path::Path,
};

use anyhow::Result;

/// How many chats one export may have.
pub const MOST_CHATS: u64 = 5_000;
/// Who exported it.
pub const OWNER: i64 = 777;
/// One chat in so many is a supergroup, whose messages are numbered from one.
const SUPERGROUP: u64 = 10;
/// When the oldest message was sent, two years before the newest.
const FIRST: u64 = 1_720_000_000;
const SPAN: u64 = 63_000_000;

/// Words by how many messages have them: about one in ten, in a thousand, in fifty thousand.
pub const FREQUENT: &str = "договор";
pub const SELDOM: &str = "шлагбаум";
pub const RARE: &str = "эвкалипт";

const SYLLABLES: [&str; 32] = [
    "ба", "ве", "ги", "до", "жу", "зы", "кэ", "лю", "мя", "но", "пе", "ри", "са", "ту", "фо", "ха", "це", "чи", "шо",
    "ще", "ан", "ер", "ин", "ост", "ель", "ка", "во", "ста", "при", "тро", "за", "под",
];
/// Different words, of three syllables.
const WORDS: u64 = 32 * 32 * 32;

/// The word of a number; those of neighbouring numbers begin differently.
pub fn word(number: u64) -> String {
    let syllable = |place: u32| SYLLABLES[usize::try_from(number / 32_u64.pow(place) % 32).unwrap_or_default()];
    [syllable(0), syllable(1), syllable(2)].concat()
}

/// Numbers that look like chance (`SplitMix64`).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Small numbers come more often.
    fn skewed(&mut self, below: u64) -> u64 {
        let (a, b) = (self.next() % below, self.next() % below);
        a.min(b).min(self.next() % below)
    }

    fn text(&mut self) -> String {
        let mut text = String::new();
        for _ in 0..6 + self.next() % 8 {
            text.push_str(&word(self.skewed(WORDS)));
            text.push(' ');
        }
        for (word, one_in) in [(FREQUENT, 10), (SELDOM, 1_000), (RARE, 50_000)] {
            if self.next().is_multiple_of(one_in) {
                text.push_str(word);
                text.push(' ');
            }
        }
        text.truncate(text.trim_end().len());
        text
    }
}

/// The id of a chat, as accounts call it.
pub fn chat_id(number: u64) -> i64 {
    let id = i64::try_from(number).unwrap_or_default() + 1_000_000;
    if is_supergroup(number) { -1_000_000_000_000 - id } else { id }
}

fn is_supergroup(number: u64) -> bool {
    number.is_multiple_of(SUPERGROUP)
}

/// Writes an export of chats `from..to` of so many messages altogether.
pub fn write(path: &Path, from: u64, to: u64, messages: u64) -> Result<()> {
    let mut file = BufWriter::with_capacity(1 << 20, std::fs::File::create(path)?);
    write!(file, "{{\"personal_information\": {{\"user_id\": {OWNER}}}, \"chats\": {{\"list\": [")?;
    let (mut dice, each) = (Dice(from), (messages / (to - from)).max(1));
    for number in from..to {
        let id = number + 1_000_000;
        let kind = if is_supergroup(number) { "private_supergroup" } else { "personal_chat" };
        let comma = if number == from { "" } else { "," };
        write!(file, "{comma}{{\"name\": \"Person {number} Smith{}\", \"type\": \"{kind}\", ", number % 500)?;
        write!(file, "\"id\": {id}, \"messages\": [")?;
        for place in 0..each {
            // Chats lie beside each other in time, as they do.
            let at = FIRST + SPAN / each * place + number * 7 + dice.next() % (SPAN / each / 2).max(1);
            // One mailbox numbers what was said in private; a supergroup numbers its own.
            let message = if is_supergroup(number) { place + 1 } else { 1 + place * 100_000 + number };
            let (writer, name) = if dice.next().is_multiple_of(3) {
                (OWNER.unsigned_abs(), "Me".to_owned())
            } else {
                (id, format!("Person {number}"))
            };
            let text = dice.text();
            let comma = if place == 0 { "" } else { "," };
            write!(
                file,
                "{comma}{{\"id\": {message}, \"type\": \"message\", \"date\": \"2025-01-01T00:00:00\", \
                 \"date_unixtime\": \"{at}\", \"from\": \"{name}\", \"from_id\": \"user{writer}\", \"text\": \"{text}\", \
                 \"text_entities\": [{{\"type\": \"plain\", \"text\": \"{text}\"}}]}}"
            )?;
        }
        file.write_all(b"]}")?;
    }
    file.write_all(b"]}}")?;
    Ok(file.flush()?)
}
