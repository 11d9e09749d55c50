//! What a header means: exactly as in the list of `headers`, or after leaving out words such as "work" that say which of
//! several it is. Matching ignores case, punctuation, digits and the difference of ё and е.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::deal_headers::{DEAL_HEADERS, DEAL_QUALIFIERS};
use super::headers::HEADERS;
use super::target::{ImportTarget, RecordType};

/// What a header means, whatever the type of record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// The name of whatever the record is.
    Name,
    PersonName,
    CompanyName,
    /// A target that both types of record have, or only one.
    Target(ImportTarget),
    /// A link; its content tells where to.
    Link,
    /// Known, and of no use here: record numbers, owners, dates, labels of other columns.
    Ignored,
}

impl Meaning {
    pub(super) fn target(self, record_type: RecordType) -> Option<ImportTarget> {
        let target = match (self, record_type) {
            (Self::Name, RecordType::Deal) => ImportTarget::Title,
            (Self::Name, _) | (Self::PersonName, RecordType::Contact) | (Self::CompanyName, RecordType::Company) => {
                ImportTarget::Name
            }
            (Self::PersonName, RecordType::Deal) => ImportTarget::ContactName,
            (Self::CompanyName, RecordType::Contact | RecordType::Deal) => ImportTarget::CompanyName,
            (Self::Link, _) => ImportTarget::Website,
            (Self::Target(target), _) => target,
            (Self::PersonName, RecordType::Company) | (Self::Ignored, _) => return None,
        };
        ImportTarget::of(record_type).contains(&target).then_some(target)
    }
}

/// Words that say which of several e-mails or phones it is, or whose.
const QUALIFIERS: &str = "work business home personal private primary main other secondary additional alternative direct default contact contacts person lead client customer value \
    рабочий рабочая рабочее раб личный личная личное домашний домашняя дом основной основная другой другая дополнительный дополнительная доп прямой прямая \
    контакта контакт контактный контактная клиента клиент лида частный корпоративный корпоративная";

/// In a list of companies these words say nothing either.
const COMPANY_QUALIFIERS: &str =
    "company organization organisation account компании компания организации организация фирмы";

const QUALIFIED: f32 = 0.9;

type ByHeader = HashMap<String, (Meaning, f32)>;

static BY_HEADER: LazyLock<ByHeader> = LazyLock::new(|| by_header(HEADERS));
static BY_DEAL_HEADER: LazyLock<ByHeader> = LazyLock::new(|| by_header(DEAL_HEADERS));

fn by_header(table: &[(Meaning, f32, &str)]) -> ByHeader {
    let entries = table
        .iter()
        .flat_map(|&(meaning, certainty, headers)| headers.split('|').map(move |header| (header, meaning, certainty)));
    entries.map(|(header, meaning, certainty)| (words(header).concat(), (meaning, certainty))).collect()
}

/// The meaning of a header in a list of such records, and how certain it is (0..=1).
pub(super) fn meaning(header: &str, record_type: RecordType) -> Option<(Meaning, f32)> {
    let words = words(header);
    if record_type == RecordType::Deal
        && let Some(found) = of_deals(&words)
    {
        return Some(found);
    }
    if let Some(&found) = BY_HEADER.get(&words.concat()) {
        return Some(found);
    }
    let is_qualifier = |word: &str| {
        QUALIFIERS.split_whitespace().any(|qualifier| qualifier == word)
            || (record_type == RecordType::Company
                && COMPANY_QUALIFIERS.split_whitespace().any(|qualifier| qualifier == word))
            || (record_type == RecordType::Deal && is_of_deals(word))
    };
    let kernel: String = words.iter().filter(|word| !is_qualifier(word)).map(String::as_str).collect();
    BY_HEADER.get(&kernel).map(|&(meaning, certainty)| (meaning, certainty * QUALIFIED))
}

/// What a header means among deals, if it means something there that it does not mean elsewhere.
fn of_deals(words: &[String]) -> Option<(Meaning, f32)> {
    if let Some(&found) = BY_DEAL_HEADER.get(&words.concat()) {
        return Some(found);
    }
    let kernel: String = words.iter().filter(|word| !is_of_deals(word)).map(String::as_str).collect();
    BY_DEAL_HEADER.get(&kernel).map(|&(meaning, certainty)| (meaning, certainty * QUALIFIED))
}

fn is_of_deals(word: &str) -> bool {
    DEAL_QUALIFIERS.split_whitespace().any(|qualifier| qualifier == word)
}

/// Whether it is a header that some export has.
pub(super) fn is_known(header: &str) -> bool {
    // Longer texts cannot be in the dictionary: rows are looked at too, and their notes may be long.
    header.len() <= 128 && [RecordType::Contact, RecordType::Deal].iter().any(|of| meaning(header, *of).is_some())
}

/// The words of a header: small letters only, without digits and punctuation, ё as е.
pub(super) fn words(header: &str) -> Vec<String> {
    let lower = header.to_lowercase().replace('ё', "е").replace(['\'', '’'], "");
    lower.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()).map(ToOwned::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::ImportTarget as T;
    use super::*;

    fn target(header: &str, record_type: RecordType) -> Option<ImportTarget> {
        meaning(header, record_type).and_then(|(meaning, _)| meaning.target(record_type))
    }

    #[test]
    fn spelling_does_not_matter() {
        for header in [
            "E-mail 1 - Value",
            "EMAIL",
            "e_mail",
            "Рабочий e-mail",
            "Email (контакт)",
            "Адрес эл. почты 2",
            "emailAddress",
        ] {
            assert_eq!(target(header, RecordType::Contact), Some(T::Email), "{header}");
        }
        for header in [
            "Phone 1 - Value",
            "Рабочий телефон",
            "Телефон (рабочий)",
            "Телефон раб. 2",
            "Person - Phone - Work",
            "Телефон переносной",
        ] {
            assert_eq!(target(header, RecordType::Contact), Some(T::Phone), "{header}");
        }
    }

    #[test]
    fn a_company_is_a_name_among_companies() {
        assert_eq!(target("Название компании", RecordType::Contact), Some(T::CompanyName));
        assert_eq!(target("Название компании", RecordType::Company), Some(T::Name));
        assert_eq!(target("Organization - Name", RecordType::Company), Some(T::Name));
        assert_eq!(target("Телефон компании", RecordType::Company), Some(T::Phone));
        assert_eq!(target("First Name", RecordType::Company), None);
        assert_eq!(target("Industry", RecordType::Contact), None);
    }

    #[test]
    fn no_header_has_two_meanings() {
        for table in [HEADERS, DEAL_HEADERS] {
            let mut seen: HashMap<String, Meaning> = HashMap::new();
            for (meaning, _, headers) in table {
                for header in headers.split('|') {
                    let earlier = seen.insert(words(header).concat(), *meaning);
                    assert!(earlier.is_none_or(|earlier| earlier == *meaning), "{header}: {earlier:?} and {meaning:?}");
                }
            }
        }
    }

    /// As `HubSpot`, Pipedrive, amoCRM and Bitrix24 head their deals, and as we do.
    #[test]
    fn headers_of_deals_have_meanings_of_their_own() {
        for (expected, headers) in [
            (Some(T::Title), "Deal Name|Deal - Title|Название сделки|Название|title"),
            (Some(T::Pipeline), "Pipeline|Deal - Pipeline|Воронка|Направление|pipeline"),
            (Some(T::Stage), "Deal Stage|Deal - Stage|Этап сделки|Стадия сделки|stage"),
            (Some(T::Status), "Deal - Status|Статус|status"),
            (Some(T::Amount), "Amount|Deal - Value|Бюджет|Бюджет, ₽|Сумма|amount"),
            (Some(T::Currency), "Currency|Deal - Currency of Value|Валюта|currency"),
            (Some(T::CompanyName), "Associated Company|Deal - Organization|Organization - Name|Компания|companyName"),
            (
                Some(T::ContactName),
                "Associated Contact|Deal - Contact person|Person - Name|Основной контакт|Контакт|contactName",
            ),
            (Some(T::Email), "Person - Email - Work|Рабочий email|Контакт: Рабочий e-mail|Contact email"),
            (Some(T::Phone), "Person - Phone|Рабочий телефон|Контакт: Мобильный телефон"),
            (Some(T::Owner), "Deal owner|Deal - Owner|Ответственный|ownerName"),
            (
                Some(T::ExpectedCloseOn),
                "Close Date|Deal - Expected close date|Дата закрытия|Предполагаемая дата закрытия|expectedCloseOn",
            ),
            (Some(T::LostReason), "Closed Lost Reason|Deal - Lost reason|Причина отказа|lostReason"),
            (Some(T::Source), "Original Traffic Source|Источник|source"),
            (Some(T::Tags), "Deal - Label|Теги сделки|tags"),
            (Some(T::Description), "Deal Description|Примечание|Комментарий|description"),
            (
                None,
                "Record ID|Create Date|Deal - Won time|Deal - Probability|Дата создания сделки|Вероятность|createdAt|wonAt",
            ),
        ] {
            for header in headers.split('|') {
                let found = meaning(header, RecordType::Deal);
                assert!(found.is_some(), "{header} is not known");
                assert_eq!(target(header, RecordType::Deal), expected, "{header}");
            }
        }
    }

    #[test]
    fn labels_owners_and_numbers_are_known_and_ignored() {
        for header in [
            "ID",
            "Record ID",
            "Contact owner",
            "Create Date",
            "Ответственный",
            "Доступен для всех",
            "Photo",
            "Phone 1 - Label",
        ] {
            assert!(is_known(header), "{header}");
            assert_eq!(target(header, RecordType::Contact), None, "{header}");
        }
        assert!(!is_known("Anna") && !is_known(""));
    }
}
