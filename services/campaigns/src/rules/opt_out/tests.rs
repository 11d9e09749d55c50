use proptest::prelude::*;

use super::*;

fn meaning(text: &str) -> Meaning {
    read(text, false, &[]).meaning
}

fn all_are(expected: Meaning, texts: &[&str]) {
    let others: Vec<(&str, Reading)> =
        texts.iter().map(|text| (*text, read(text, false, &[]))).filter(|(_, read)| read.meaning != expected).collect();
    assert!(others.is_empty(), "not {expected:?}: {others:#?}");
}

#[test]
fn a_bare_word_opts_out_however_it_is_spelt() {
    all_are(
        Meaning::OptOut,
        &[
            "stop",
            "STOP",
            " Stop! ",
            "stop.",
            "STOP please",
            "Please, stop",
            "/stop",
            "stop all",
            "StopAll",
            "unsubscribe",
            "Unsubscribe please.",
            "opt out",
            "Opt-out",
            "end",
            "QUIT",
            "cancel",
            "remove me",
            "Hi, unsubscribe",
            "stop now",
            "стоп",
            "СТОП",
            "Стоп!!!",
            "стоп пожалуйста",
            "Здравствуйте. Стоп.",
            "отписка",
            "Отписаться",
            "отпишите",
            "Отпишите, пожалуйста",
            "хватит",
            "Не пишите",
            "отстаньте",
            "Спасибо, отпишите меня.",
            "stop 🙏",
            "🛑 STOP",
            // Cyrillic with Latin letters in it, an invisible mark, full width.
            "cтoп",
            "ст\u{200b}оп",
            "ｓｔｏｐ",
            // All of the last sentence, or a name behind it.
            "Спасибо, это не ко мне. Стоп.",
            "Thanks for the offer! Unsubscribe",
            "Stop.\nJohn",
            "стоп?",
            "Stop it",
            "Стоп спам!",
            "Отписываюсь.",
        ],
    );
}

#[test]
fn an_order_about_being_written_to_opts_out_anywhere() {
    all_are(
        Meaning::OptOut,
        &[
            "Please unsubscribe me from this list",
            "Could you remove me from your mailing list?",
            "take me off this list",
            "Take our company off your list please.",
            "stop messaging me",
            "Stop sending me this",
            "Please stop emailing us!",
            "STOP SPAMMING",
            "Don't contact me again",
            "do not write me anymore",
            "Dont message me",
            "Never contact us again",
            "no more messages please",
            "Just leave me alone",
            "I want to unsubscribe",
            "How do I unsubscribe?",
            "I'd like to opt out",
            "Remove my number from your database",
            "Delete my contact details",
            "stop your messages",
            "Thanks, but I have asked twice already. Remove me from your list. Regards, Ann",
            "Don\u{2019}t email me again.",
            "do not contact me",
            "Отпишите меня от рассылки",
            "отпишите наш адрес от рассылки",
            "Удалите мой номер из базы",
            "Уберите меня, пожалуйста, из списка",
            "меня из рассылки удалите",
            "не пишите мне больше",
            "Больше не пишите!",
            "больше мне не пишите",
            "Прошу больше не писать",
            "Прошу меня не беспокоить",
            "Не надо мне больше писать, не пишите сюда",
            "хватит мне писать",
            "Прекратите рассылку",
            "Прекратите уже слать этот спам",
            "перестаньте мне звонить",
            "Как от вас отписаться?",
            "как отписаться",
            "Хочу отписаться от рассылки",
            "Оставьте меня в покое",
            "отстаньте от меня наконец",
            "Не присылайте мне рекламу",
            "Удалите, пожалуйста, все мои данные",
            "Добрый день! Не интересно, мне не пишите.",
            "Отключите эти уведомления",
            "не шлите больше ничего",
            "Don't call me or text me",
            "Stop emailing me. I will call you if I need anything",
            "Don't ever contact me again after today",
            "Не пишите мне никогда после этого",
            "Мне надо отписаться от вашей рассылки",
            "Отписываюсь от рассылки",
            "Stop messaging me before I report you",
            "Do not email me, I told you so before",
            "хотел бы отписаться",
        ],
    );
}

#[test]
fn false_friends_do_not_opt_out() {
    let friends = [
        "стоп-кадр получился отличный",
        "Пришлите стоп-лист",
        "nonstop",
        "We work non-stop",
        "stop by tomorrow?",
        "Can you stop by tomorrow?",
        "stop by",
        "Let's not stop here",
        "I can't stop thinking about it",
        "the bus stop is near",
        "Стоп, а вы из какой компании?",
        "Стоп. А сколько это стоит?",
        "Стоп. Интересно!",
        "Не стоит останавливаться",
        "Остановка у метро",
        "Please don't stop sending me updates",
        "Don't unsubscribe me!",
        "Не отписывайте меня",
        "Do not remove me from the list",
        "Отпишитесь, как посмотрите",
        "отпишусь завтра",
        "Отпишите мне по результату",
        "отпишись как будешь свободен",
        "Cancel the meeting on Friday",
        "I will end the call now",
        "the end of the month works",
        "quit my job last year",
        "Не пишите сюда, лучше позвоните",
        "Не пишите мне сюда, пишите на почту",
        "Don't call me, email me instead",
        "Не могу сейчас писать, наберу позже",
        "Я не писал вам",
        "How much to remove the old roof?",
        "Remove the second item, please",
        "Уберите второй пункт из договора",
        "Удалите лишнее из презентации",
        "Хватит места на 100 человек?",
        "Отмена встречи в пятницу возможна?",
        "We unsubscribed from the other service",
        "stopping by on Monday",
        "Мы прекратили работу с ними",
        "у нас спам-фильтр сломался",
        "Could you stop the timer",
        "Can you remove this item from the cart?",
        "Drop me a line from your work address",
        "I'll take my day off tomorrow, let's talk on Friday",
        "Don't call me, email me",
        "Please don't call me before 10 am",
        "Do not contact us until next week, we are moving",
        "Удалите, пожалуйста, этот файл",
        "Нужно посмотреть и отписаться вам",
        "Надо согласовать с директором и отписаться",
        "Отписываюсь по результатам: мы согласны",
        "Не пишите мне до понедельника, я в поездке",
        "Не звоните мне сегодня",
        "Прошу не беспокоить до обеда",
    ];
    let wrong: Vec<(&str, Reading)> = friends
        .iter()
        .map(|text| (*text, read(text, false, &[])))
        .filter(|(_, reading)| reading.meaning == Meaning::OptOut)
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn what_is_quoted_does_not_count() {
    let quoted = [
        "Sounds good\n\n> Reply STOP to unsubscribe\n> stop",
        "Sounds good\n\nOn Mon, 23 Nov 2026 at 10:00, Acme <a@acme.example> wrote:\nReply with\nSTOP",
        "Sounds good\n-----Original Message-----\nunsubscribe me",
        "Sounds good\n\nпн, 23 нояб. 2026 г. в 10:00, Анна <a@acme.example> написал(а):\nотпишите меня",
        "Sounds good\n\n23.11.2026 10:00, Анна пишет:\nстоп",
    ];
    all_are(Meaning::Positive, &quoted);
    // Nor does it hide what was written above it.
    assert_eq!(meaning("Unsubscribe me\n> Sounds good"), Meaning::OptOut);
}

#[test]
fn machines_are_told_from_people() {
    all_are(
        Meaning::AutoReply,
        &[
            "I am out of the office until Monday.",
            "Out of office: back on 1 December",
            "Automatic reply: Re: Hello",
            "This is an automated response. A colleague will come back to you.",
            "I'm on annual leave with limited access to email",
            "Thank you! We have received your message and will answer within a day.",
            "Your request has been received (#123)",
            "I am on vacation until 5 May",
            "John no longer works here",
            "Автоответ: я в отпуске до 8 января",
            "Нахожусь в отпуске по 12 мая, по срочным вопросам пишите Анне",
            "Добрый день! Я в командировке до пятницы",
            "Буду отсутствовать до понедельника",
            "Временно недоступна, отвечу вечером",
            "Ваше обращение получено. Номер 456.",
            "Ваша заявка № 12 принята",
            "Мы получили ваше письмо",
            "Вне офиса до среды",
            "Анна больше не работает в компании",
        ],
    );
    // What the channel says counts, whatever is in it.
    let flagged = read("To unsubscribe, write STOP. stop", true, &[]);
    assert_eq!(flagged, Reading { meaning: Meaning::AutoReply, because: None });
    // People speak of leave and offices too.
    for text in ["We will open an office in May", "Когда вы в офисе?", "Давайте после отпуска"]
    {
        assert_ne!(meaning(text), Meaning::AutoReply, "{text}");
    }
}

#[test]
fn no_is_told_from_yes() {
    all_are(
        Meaning::Negative,
        &[
            "No.",
            "нет",
            "Нет, спасибо!",
            "Not interested",
            "No thanks",
            "not now, sorry",
            "We don't need it",
            "I am not looking for this",
            "Maybe later",
            "Не интересно",
            "Неинтересно, спасибо",
            "нет, спасибо",
            "Спасибо, не нужно",
            "Пока не актуально",
            "Неактуально",
            "Нам это не нужно",
            "нас не интересует",
            "уже есть такое решение",
            "Сейчас не готовы обсуждать",
            "Спасибо, нет необходимости",
        ],
    );
    all_are(
        Meaning::Positive,
        &[
            "Yes",
            "Sounds good!",
            "Interested, tell me more",
            "Send more details please",
            "Let's talk on Friday",
            "How much is it?",
            "I'd love to hear more",
            "Интересно",
            "Да, давайте",
            "Расскажите подробнее",
            "Пришлите презентацию",
            "Сколько стоит?",
            "Готовы обсудить на неделе",
            "Давайте созвонимся завтра",
            "Хорошо, позвоните в пятницу",
        ],
    );
    all_are(
        Meaning::Other,
        &[
            "Кто это?",
            "Who is this?",
            "?",
            "",
            "👍",
            "Не уверен, что понял вопрос",
            "Откуда у вас мой номер",
            "Перешлю коллеге",
        ],
    );
}

#[test]
fn an_organization_may_have_words_of_its_own() {
    let own = ["доставка стоп".to_owned()];
    assert_eq!(read("Доставка СТОП!", false, &own).meaning, Meaning::OptOut);
    assert_eq!(read("доставка стоп-товара", false, &own).meaning, Meaning::Other);
    assert_eq!(read("Please unsubscribe me now", false, &[]).because.as_deref(), Some("unsubscribe me"));
}

proptest! {
    #[test]
    fn no_text_stops_it_and_a_bare_word_counts_whatever_is_around_it(
        noise in "[ .!\u{200b}\n]{0,5}", word in prop::sample::select(vec!["stop", "стоп", "unsubscribe", "отписка"]),
        capital: bool, text in "\\PC{0,80}",
    ) {
        let _ = read(&text, false, &[]);
        let word = if capital { word.to_uppercase() } else { word.to_owned() };
        prop_assert_eq!(meaning(&format!("{noise}{word}{noise}")), Meaning::OptOut);
    }
}
