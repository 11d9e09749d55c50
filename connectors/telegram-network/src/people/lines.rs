//! What simulated people say in a talk that is going on.

use crate::world::Language;

/// Words of a message that ask for a certain answer, and the answers.
type Topic = (&'static [&'static str], &'static [&'static str]);

const RUSSIAN_TOPICS: &[Topic] = &[
    (
        &["цен", "стоим", "сколько", "тариф", "скидк"],
        &[
            "По цене пока дороговато. Коллеги предлагают процентов на десять дешевле.",
            "А если оформим сразу на год, скидка будет?",
            "Нормально, но давайте разобьём на два платежа.",
        ],
    ),
    (
        &["встре", "созвон", "звон", "завтра"],
        &[
            "Завтра после трёх могу. Пришлите ссылку, пожалуйста.",
            "Давайте в четверг в 11:00, до этого я на объекте.",
            "Лучше созвонимся, так быстрее.",
        ],
    ),
    (
        &["документ", "договор", "полис", "счёт", "счет"],
        &[
            "Договор получил, отдал юристу. Ответ будет к пятнице.",
            "Полис пришёл, спасибо! Только в отчестве опечатка.",
            "Счёт выставите на ООО, реквизиты скину.",
        ],
    ),
    (&["привет", "здравств", "добр"], &["Здравствуйте! Слушаю вас.", "Добрый день! Да, удобно говорить."]),
];

const ENGLISH_TOPICS: &[Topic] = &[
    (
        &["price", "cost", "discount", "how much", "quote"],
        &[
            "It is a bit above our budget. Is there anything you can do for an annual plan?",
            "Could you break the price down by seat?",
            "That works, if we can split it into two payments.",
        ],
    ),
    (
        &["meet", "call", "tomorrow", "schedule"],
        &[
            "Tomorrow after 3 pm works for me.",
            "Thursday 11:00? I am travelling until then.",
            "Send me an invite and I will bring our finance lead.",
        ],
    ),
    (
        &["contract", "policy", "invoice", "document"],
        &[
            "Got the contract, legal will be back to you by Friday.",
            "The policy arrived, thank you! There is a typo in my last name.",
            "Please put our PO number on the invoice.",
        ],
    ),
    (
        &["hello", "hi ", "good morning", "good afternoon"],
        &["Hello! What can I do for you?", "Hi, good to hear from you."],
    ),
];

const RUSSIAN: &[&str] = &[
    "Спасибо за информацию! Посмотрю и вернусь с ответом.",
    "Нам нужно застраховать шесть машин и склад. Что для этого нужно?",
    "Понял. А сроки какие?",
    "Я посоветуюсь с партнёром и напишу вечером.",
    "Да, интересно. Пришлите, пожалуйста, короткое предложение на одну страницу.",
    "У нас старый договор до конца месяца, потом готовы перейти.",
    "Хорошо, договорились.",
    "Подскажите, а ДТП без справок входит?",
    "Отлично, так и сделаем!",
];

const ENGLISH: &[&str] = &[
    "Thanks, let me read it and come back to you.",
    "We have six vans and a warehouse to insure. What do you need from us?",
    "Understood. What is the timeline?",
    "I will talk to my partner and write tonight.",
    "Sounds interesting. Could you send a one-page proposal?",
    "Our current contract runs until the end of the month, then we can switch.",
    "Great, agreed.",
    "Does it cover damage without a police report?",
    "Perfect, let us do it that way!",
];

const RUSSIAN_FIRST: &[&str] = &[
    "Здравствуйте! Мне вас посоветовал Игорь из логистики. Можно вопрос по страхованию груза?",
    "Добрый день! Актуально ещё ваше предложение?",
    "Привет! Подскажите, сколько стоит КАСКО на новую Camry?",
    "Здравствуйте, вы вчера присылали расчёт. Есть пара вопросов.",
    "Добрый день. Хотим подключить отдел продаж, 12 человек. С чего начать?",
    "Не забыли про меня? Жду счёт :)",
];

const ENGLISH_FIRST: &[&str] = &[
    "Hello! Igor from logistics gave me your contact. May I ask about cargo insurance?",
    "Hi, is your offer still valid?",
    "Good afternoon, how much would cover for a new Camry cost?",
    "Hi, you sent a quote yesterday and I have two questions.",
    "Hello, we would like to get our sales team of 12 on board. Where do we start?",
    "You have not forgotten me, have you? Waiting for the invoice :)",
];

const RUSSIAN_GROUP: &[&str] = &[
    "Коллеги, кто завтра на встрече с «Вектором»?",
    "Обновил таблицу по сделкам, посмотрите до обеда.",
    "У кого есть свежий шаблон договора?",
    "План на месяц закрыт на 84 %, держим темп.",
    "Клиент просит счёт до 18:00, кто возьмёт?",
];

const ENGLISH_GROUP: &[&str] = &[
    "Who is joining the call with Vector tomorrow?",
    "I updated the deals sheet, please have a look before lunch.",
    "Has anyone got the latest contract template?",
    "We are at 84 % of the month's plan. Keep going.",
    "A client needs an invoice by 6 pm, who takes it?",
];

/// An answer to a message; `turn` counts the messages of the talk.
pub(super) fn answer(language: Language, to: &str, turn: u64) -> &'static str {
    let (topics, other) = match language {
        Language::Russian => (RUSSIAN_TOPICS, RUSSIAN),
        Language::English => (ENGLISH_TOPICS, ENGLISH),
    };
    let heard = to.to_lowercase();
    let topic = topics.iter().find(|(words, _)| words.iter().any(|word| heard.contains(word)));
    at(topic.map_or(other, |(_, answers)| answers), turn)
}

pub(super) fn first(language: Language, turn: u64) -> &'static str {
    at(if language == Language::Russian { RUSSIAN_FIRST } else { ENGLISH_FIRST }, turn)
}

pub(super) fn in_group(language: Language, turn: u64) -> &'static str {
    at(if language == Language::Russian { RUSSIAN_GROUP } else { ENGLISH_GROUP }, turn)
}

/// What a hasty text becomes when it is corrected.
pub(super) fn corrected(language: Language, text: &str) -> String {
    match language {
        Language::Russian => format!("{text} (уточнил)"),
        Language::English => format!("{text} (corrected)"),
    }
}

fn at(lines: &'static [&'static str], turn: u64) -> &'static str {
    let length = lines.len().max(1) as u64;
    lines.get(usize::try_from(turn % length).unwrap_or(0)).copied().unwrap_or("…")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_asks_for_the_price_hears_of_the_price() {
        assert!(answer(Language::Russian, "Сколько стоит полис?", 0).contains("цене"));
        assert!(answer(Language::English, "How much is it?", 1).contains("price"));
        assert_eq!(answer(Language::English, "…", 0), ENGLISH[0]);
        assert_ne!(answer(Language::English, "…", 0), answer(Language::English, "…", 1));
    }
}
