//! Talks of the past months: what stands in the chats of a new sandbox account.

use crate::world::Language;

/// One who writes to the account, and what is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Who {
    They,
    Me,
}

use Who::{Me, They};

pub(super) type Thread = &'static [(Who, &'static str)];

const RUSSIAN: &[Thread] = &[
    &[
        (They, "Здравствуйте! Увидел вашу рекламу. Занимаетесь страхованием автопарков?"),
        (Me, "Добрый день! Да, от трёх машин. Сколько у вас автомобилей и какого года?"),
        (They, "Шесть «Газелей», две 2019-го, остальные 2022-го."),
        (Me, "Понял. По водителям ограничение есть или мультидрайв?"),
        (They, "Мультидрайв, люди меняются."),
        (Me, "Тогда посчитаю два варианта, с франшизой и без. Пришлю сегодня до 17:00."),
        (They, "Отлично, жду."),
        (Me, "Готово: с франшизой 15 000 ₽ выходит 412 000 ₽ в год, без неё 489 000 ₽."),
        (They, "С франшизой интереснее. Что нужно для договора?"),
        (Me, "Карточка предприятия и сканы ПТС."),
        (They, "Сброшу завтра утром."),
    ],
    &[
        (Me, "Добрый день! Напоминаю, что полис на дом заканчивается 28-го числа."),
        (They, "Ой, точно. Спасибо, что напомнили!"),
        (Me, "Продлеваем на тех же условиях? Цена не изменилась."),
        (They, "Да, только добавьте баню, в прошлом году построили."),
        (Me, "Хорошо. Площадь и материал подскажете?"),
        (They, "36 метров, брус."),
        (Me, "Добавил, доплата 2 300 ₽. Ссылку на оплату отправил на почту."),
        (They, "Оплатила. Полис на почту придёт?"),
        (Me, "Да, в течение часа."),
    ],
    &[
        (They, "Коллеги, нам нужна CRM на отдел из 12 человек. Можете показать?"),
        (Me, "Конечно. Удобно в среду в 14:00? Покажу на ваших данных."),
        (They, "В среду можно. Подключится ещё наш директор."),
        (Me, "Отправил приглашение. Какие каналы для вас важны?"),
        (They, "Телеграм в первую очередь, потом почта."),
        (Me, "Телеграм есть из коробки, покажу на встрече."),
        (They, "Спасибо, было полезно. Директор просит коммерческое предложение."),
        (Me, "Пришлю завтра до обеда."),
    ],
    &[
        (Me, "Здравствуйте! Вы оставляли заявку на расчёт ДМС для сотрудников."),
        (They, "Да, нас 40 человек. Интересует стоматология и выезд врача."),
        (Me, "Средний возраст и город?"),
        (They, "34 года, Екатеринбург и Пермь."),
        (Me, "Спасибо. Предварительно 31 000 ₽ на человека в год."),
        (They, "Многовато, у нас бюджет до 25."),
        (Me, "Без выезда врача получится 24 600 ₽. Подойдёт?"),
        (They, "Уже лучше. Обсужу с бухгалтерией и вернусь."),
    ],
    &[
        (They, "Добрый вечер. Попал в ДТП, что делать?"),
        (Me, "Главное: все целы? Ничего не двигайте, сфотографируйте со всех сторон."),
        (They, "Целы. Фото сделал, второй водитель признаёт вину."),
        (Me, "Тогда оформляйте европротокол. Бланк в бардачке, вместе с полисом."),
        (They, "Нашёл, заполняем."),
        (Me, "Пришлите потом фото, я заведу убыток."),
        (They, "Отправил. Спасибо большое, без вас бы растерялся!"),
    ],
    &[
        (Me, "Добрый день! Удалось посмотреть наше предложение?"),
        (They, "Пока нет, извините. Конец квартала."),
        (Me, "Понимаю. Напишу в понедельник?"),
        (They, "Да, давайте."),
        (Me, "Доброе утро! Как договаривались, напоминаю про предложение."),
        (They, "Посмотрел. Вопрос по пункту 4: что считается простоем?"),
        (Me, "Больше двух часов без доступа в рабочее время. Такие часы не оплачиваются."),
        (They, "Ясно, согласовано с нашей стороны."),
    ],
];

const ENGLISH: &[Thread] = &[
    &[
        (They, "Hi! We found you through a partner. Do you insure cargo to the EU?"),
        (Me, "Hello! Yes, road and sea. What do you ship and how often?"),
        (They, "Machine parts, two trucks a week, about 80 000 EUR each."),
        (Me, "Thanks. I can offer an open policy at 0.14 % per shipment."),
        (They, "What is the deductible?"),
        (Me, "500 EUR for each claim."),
        (They, "Sounds fair. Please send the terms."),
        (Me, "Sent to your mail. Shall we talk on Thursday?"),
        (They, "Thursday 10:00 is fine."),
    ],
    &[
        (Me, "Good morning! Your trial ends on Friday. How do you like it so far?"),
        (They, "The team likes it. Import took us a while though."),
        (Me, "Thanks for telling. What exactly was slow?"),
        (They, "Matching the columns of our old export."),
        (Me, "We can do that for you. Send me the file and I will prepare it."),
        (They, "Great, here you go."),
        (Me, "Done, 4 212 contacts are in, 37 duplicates merged."),
        (They, "Wow, that was quick. We will go for the annual plan."),
    ],
    &[
        (They, "Hello, I need a quote for 15 seats."),
        (Me, "Hi! Monthly or annual?"),
        (They, "Annual, if there is a discount."),
        (Me, "15 % off, so 2 295 EUR a year."),
        (They, "Can you invoice our US entity?"),
        (Me, "Yes. Please send the tax id."),
        (They, "Will do tomorrow, our accountant is out today."),
    ],
    &[
        (Me, "Hi, following up on our meeting. Any questions from your side?"),
        (They, "Legal asks where the data is stored."),
        (Me, "On your own server. Nothing leaves it."),
        (They, "That is what I told them, thanks for confirming."),
        (Me, "I will send the security page for their file."),
        (They, "Perfect."),
    ],
];

const CHANNEL_RUSSIAN: &[&str] = &[
    "Вебинар «Как отвечать клиенту за минуту» — в четверг в 12:00. Запись будет.",
    "С 1-го числа меняются тарифы ОСАГО. Собрали таблицу по регионам.",
    "Кейс: как отдел из восьми человек стал закрывать на треть больше сделок.",
    "Вышло обновление: шаблоны ответов с переменными и отложенная отправка.",
    "Пять вопросов, которые стоит задать до коммерческого предложения.",
];

const CHANNEL_ENGLISH: &[&str] = &[
    "New in this release: reply templates with variables, and sending later.",
    "Case study: a team of eight closes a third more deals with one inbox.",
    "Webinar on Thursday, 12:00: how to answer within a minute.",
    "Five questions to ask before you send a proposal.",
    "Cargo insurance rates for the EU, updated table inside.",
];

pub(super) fn threads(language: Language) -> &'static [Thread] {
    if language == Language::Russian { RUSSIAN } else { ENGLISH }
}

pub(super) fn channel_posts(language: Language) -> &'static [&'static str] {
    if language == Language::Russian { CHANNEL_RUSSIAN } else { CHANNEL_ENGLISH }
}
