//! One column of a table and what can be said of it alone: by its header, by a telling word in it, by its cells.

use super::content;
use super::dictionary::{self, Meaning};
use super::guess::Guess;
use super::target::{ImportTarget, RecordType};
use super::values::split_values;

const BY_CONTENT: f32 = 0.7;
const BY_WORD: f32 = 0.6;
const BY_WORD_AND_CONTENT: f32 = 0.85;

/// Parts of headers that are not in the dictionary, e.g. "Personal e-mail of the buyer".
const TELLING_WORDS: [(&str, ImportTarget); 16] = [
    ("telegram", ImportTarget::TelegramUsername),
    ("телеграм", ImportTarget::TelegramUsername),
    ("linkedin", ImportTarget::LinkedinUrl),
    ("email", ImportTarget::Email),
    ("mail", ImportTarget::Email),
    ("почт", ImportTarget::Email),
    ("phone", ImportTarget::Phone),
    ("mobile", ImportTarget::Phone),
    ("телефон", ImportTarget::Phone),
    ("мобильн", ImportTarget::Phone),
    ("website", ImportTarget::Website),
    ("сайт", ImportTarget::Website),
    ("tags", ImportTarget::Tags),
    ("теги", ImportTarget::Tags),
    ("comment", ImportTarget::Description),
    ("комментар", ImportTarget::Description),
];

/// Words of columns about an e-mail or a phone, which do not hold one.
const OFF_WORDS: &str = "type label status date id count opt domain fax display assistant last first number unsubscribed bounced verified valid extension ext \
    тип статус дата ид кол количество согласие факс подписан рассылка индекс помощника";

/// Other networks: their `@name` is not one of Telegram's.
const OTHER_NETWORKS: &str = "twitter x instagram facebook fb vk vkontakte tiktok youtube github skype discord slack \
    твиттер инстаграм инстаграмм фейсбук вк вконтакте тикток ютуб скайп дискорд";

pub(super) struct Column<'a> {
    pub(super) header: &'a str,
    /// The first value of each filled cell.
    pub(super) samples: Vec<&'a str>,
    /// The header is in the dictionary, if only as one to leave out.
    pub(super) is_known: bool,
    pub(super) guess: Guess,
}

impl<'a> Column<'a> {
    pub(super) fn new(record_type: RecordType, index: usize, header: &'a str, rows: &'a [Vec<String>]) -> Self {
        let cells = rows.iter().filter_map(|row| row.get(index));
        let firsts = cells.filter_map(|cell| split_values(ImportTarget::Email, cell).into_iter().next());
        let mut column = Self { header, samples: firsts.collect(), is_known: false, guess: Guess::default() };
        let found = match dictionary::meaning(header, record_type) {
            Some((meaning, certainty)) => {
                column.is_known = true;
                column.by_meaning(meaning, certainty, record_type)
            }
            None if column.is_of_another_network() => None,
            None => column.by_word(record_type).or_else(|| column.by_content(record_type)),
        };
        if let Some((target, confidence)) = found {
            column.guess = Guess { target: Some(target), confidence };
        }
        column
    }

    fn is_of_another_network(&self) -> bool {
        let words = dictionary::words(self.header);
        words.iter().any(|word| OTHER_NETWORKS.split_whitespace().any(|network| network == word))
    }

    fn by_meaning(&self, meaning: Meaning, certainty: f32, record_type: RecordType) -> Option<(ImportTarget, f32)> {
        let target = meaning.target(record_type)?;
        if target == ImportTarget::Website
            && let Some(found) = self.by_content(record_type)
            && found.0 != ImportTarget::Website
        {
            // Google keeps Telegram names among websites, LinkedIn calls its profiles "URL".
            return Some((found.0, certainty.max(found.1)));
        }
        if target == ImportTarget::TimeZone && !self.samples.is_empty() && !self.mostly(content::is_time_zone) {
            // `(GMT+03:00) Moscow` and the like would be refused row by row.
            return None;
        }
        Some((target, certainty))
    }

    fn by_word(&self, record_type: RecordType) -> Option<(ImportTarget, f32)> {
        let words = dictionary::words(self.header);
        if words.iter().any(|word| OFF_WORDS.split_whitespace().any(|off| off == word)) {
            return None;
        }
        let joined = words.concat();
        let (_, target) = TELLING_WORDS.into_iter().find(|(telling, _)| joined.contains(telling))?;
        if !ImportTarget::of(record_type).contains(&target) {
            return None;
        }
        match looks_of(target) {
            Some(looks) if self.mostly(looks) => Some((target, BY_WORD_AND_CONTENT)),
            Some(_) if !self.samples.is_empty() => None,
            _ => Some((target, BY_WORD)),
        }
    }

    fn by_content(&self, record_type: RecordType) -> Option<(ImportTarget, f32)> {
        use ImportTarget as T;
        let kinds = [T::Email, T::TelegramUsername, T::LinkedinUrl, T::Website, T::Phone];
        let mut offered = kinds.into_iter().filter(|target| ImportTarget::of(record_type).contains(target));
        let target = offered.find(|&target| looks_of(target).is_some_and(|looks| self.mostly(looks)))?;
        Some((target, BY_CONTENT))
    }

    /// At least three of five filled cells look so.
    pub(super) fn mostly(&self, looks: fn(&str) -> bool) -> bool {
        let count = self.samples.iter().filter(|sample| looks(sample)).count();
        count > 0 && count * 5 >= self.samples.len() * 3
    }

    pub(super) fn is(&self, target: ImportTarget) -> bool {
        self.guess.target == Some(target)
    }
}

fn looks_of(target: ImportTarget) -> Option<fn(&str) -> bool> {
    match target {
        ImportTarget::Email => Some(content::is_email),
        ImportTarget::Phone => Some(content::is_phone),
        ImportTarget::TelegramUsername => Some(content::is_telegram),
        ImportTarget::LinkedinUrl => Some(content::is_linkedin),
        ImportTarget::Website => Some(content::is_url),
        _ => None,
    }
}
