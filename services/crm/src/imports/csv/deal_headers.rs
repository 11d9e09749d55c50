//! The headers of exports of deals, in English and Russian: `HubSpot`, Pipedrive, amoCRM, Bitrix24, our own, and plain ones.
//! They come before those of `headers`, where a title is that of a job and a stage says nothing. Data only.

use super::dictionary::Meaning::{self, Ignored, PersonName, Target};
use super::target::ImportTarget as T;

/// Words that say that it is the deal's, or in what it is counted, and nothing else.
pub(super) const DEAL_QUALIFIERS: &str = "deal deals opportunity lead primary usd eur gbp rub \
    сделка сделки сделке сделок лид лида основной основная главный руб рублей";

/// Meaning, certainty, and the headers in lower case, separated by `|`.
pub(super) const DEAL_HEADERS: &[(Meaning, f32, &str)] = &[
    (
        Target(T::Title),
        1.0,
        "title|name|deal|deal name|deal title|subject|opportunity|название|наименование|название сделки|сделка|тема|lead title|lead name|название лида",
    ),
    (
        Target(T::Pipeline),
        1.0,
        "pipeline|pipeline name|sales pipeline|funnel|воронка|воронка продаж|направление|название воронки",
    ),
    (
        Target(T::Stage),
        1.0,
        "stage|stage name|pipeline stage|этап|этап воронки|этап продаж|стадия|название этапа|название стадии",
    ),
    (Target(T::Status), 1.0, "status|outcome|статус|исход|результат"),
    (
        Target(T::Amount),
        1.0,
        "amount|value|budget|price|sum|total|total amount|deal size|сумма|бюджет|стоимость|цена|сумма сделки|выручка",
    ),
    (Target(T::Amount), 0.8, "amount in company currency|expected revenue|revenue|предполагаемая сумма"),
    (
        Target(T::Currency),
        1.0,
        "currency|currency code|currency of value|deal currency code|валюта|код валюты|валюта суммы|currency of amount",
    ),
    (
        PersonName,
        1.0,
        "contact|contacts|contact name|contact person|person|person name|associated contact|associated contacts|primary contact|контакт|контакты|основной контакт|контактное лицо|имя контакта|клиент|client|customer",
    ),
    (
        Target(T::Owner),
        1.0,
        "owner|owner name|deal owner|assigned to|assignee|responsible|responsible person|responsible user|sales rep|account manager|ответственный|менеджер|ответственный менеджер|ответственный сотрудник|ответственный за сделку",
    ),
    (
        Target(T::ExpectedCloseOn),
        1.0,
        "expected close date|expected close on|expected close|expected closing date|estimated close date|close date|closing date|предполагаемая дата закрытия|ожидаемая дата закрытия|плановая дата закрытия|дата закрытия|дата завершения",
    ),
    (Target(T::ExpectedCloseOn), 0.8, "end date|due date|срок|дедлайн"),
    (
        Target(T::LostReason),
        1.0,
        "lost reason|loss reason|closed lost reason|reason lost|reason for loss|причина отказа|причина проигрыша|причина потери|причина закрытия|причина провала",
    ),
    (
        Ignored,
        1.0,
        "won time|lost time|won at|lost at|won date|lost date|deal closed on|closed won reason|probability|вероятность|deal probability|forecast amount|forecast probability|weighted value|weighted amount|deal score",
    ),
    (
        Ignored,
        1.0,
        "deal created|deal type|тип сделки|дата начала|дата создания сделки|кем создана сделка|сделка закрыта|новая сделка|повторная сделка|days in stage|stage entered at|stage change time|date entered stage|last stage change",
    ),
];
