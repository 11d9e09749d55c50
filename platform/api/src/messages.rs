//! Messages of error codes in every language. Each crate brings a table of its own codes; the server installs them all.

use std::{collections::HashMap, sync::OnceLock};

use kernel::Locale;

/// A code and its texts; `{name}` stands for a parameter.
pub type Message = (&'static str, &'static str, &'static str);

static CATALOGUE: OnceLock<HashMap<&'static str, (&'static str, &'static str)>> = OnceLock::new();

/// Installs the tables; the first call wins, later ones (tests start many servers) change nothing.
pub fn install(tables: &[&[Message]]) {
    CATALOGUE.get_or_init(|| {
        tables.iter().flat_map(|t| t.iter()).chain(PLATFORM).map(|(code, en, ru)| (*code, (*en, *ru))).collect()
    });
}

/// Whether a code has texts.
#[must_use]
pub fn knows(code: &str) -> bool {
    CATALOGUE.get().is_some_and(|c| c.contains_key(code))
}

/// The text of a code; the code itself when nobody gave one.
#[must_use]
pub fn text(locale: Locale, code: &str, params: &[(&'static str, String)]) -> String {
    let found = CATALOGUE.get().and_then(|c| c.get(code));
    let template = match (found, locale) {
        (Some((en, _)), Locale::En) => en,
        (Some((_, ru)), Locale::Ru) => ru,
        (None, _) => code,
    };
    params.iter().fold((*template).to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
}

/// Codes of the platform crates.
pub const PLATFORM: &[Message] = &[
    (
        "internal",
        "Something went wrong on our side. Tell support the request id.",
        "Ошибка на нашей стороне. Сообщите поддержке номер запроса.",
    ),
    (
        "events.forgotten",
        "What came after this position is no longer kept. Read anew what you need, and go on from the newest event.",
        "События после этой позиции больше не хранятся. Загрузите нужное заново и продолжайте с последнего события.",
    ),
    ("not_found", "Not found.", "Не найдено."),
    ("method.not_allowed", "This address does not take that method.", "Этот адрес не поддерживает такой метод."),
    ("request.malformed", "The request could not be read.", "Не удалось прочитать запрос."),
    (
        "request.json",
        "The body is not valid JSON (line {line}, column {column}).",
        "Тело запроса — некорректный JSON (строка {line}, столбец {column}).",
    ),
    (
        "request.content_type",
        "Send JSON with the header Content-Type: application/json.",
        "Отправьте JSON с заголовком Content-Type: application/json.",
    ),
    ("request.timeout", "The request took too long.", "Запрос выполнялся слишком долго."),
    ("body.too_large", "The request is too large.", "Слишком большой запрос."),
    ("path.invalid", "The id in the address is not valid.", "Некорректный идентификатор в адресе."),
    ("query.invalid", "A parameter of the address is not valid.", "Некорректный параметр адреса."),
    ("auth.required", "Sign in first.", "Сначала войдите."),
    ("auth.token", "The token is not valid or has expired.", "Токен недействителен или истёк."),
    (
        "csrf.invalid",
        "The page is out of date. Reload it and try again.",
        "Страница устарела. Обновите её и попробуйте снова.",
    ),
    (
        "auth.step_up",
        "Prove once more who you are, then try again.",
        "Подтвердите ещё раз, что это вы, и повторите действие.",
    ),
    (
        "auth.viewing_as",
        "You are looking as somebody else, which changes nothing. Stop that first.",
        "Вы смотрите от имени другого человека: изменения недоступны. Сначала выйдите из просмотра.",
    ),
    (
        "mfa.required",
        "This organization asks for a second factor. Set one up first.",
        "Эта организация требует второй фактор. Сначала настройте его.",
    ),
    ("permission.denied", "You are not allowed to do this.", "У вас нет прав на это действие."),
    (
        "rate.limited",
        "Too many requests. Try again in {seconds} s.",
        "Слишком много запросов. Повторите через {seconds} с.",
    ),
    ("validation.failed", "Some fields are not valid.", "Некоторые поля заполнены неверно."),
    ("version.conflict", "Somebody changed this record in the meantime.", "Запись тем временем изменил кто-то другой."),
    ("version.invalid", "If-Match must be the version in quotes.", "В If-Match должна быть версия в кавычках."),
    (
        "database.unavailable",
        "The database is away. Try again shortly.",
        "База данных недоступна. Повторите чуть позже.",
    ),
    (
        "idempotency.in_progress",
        "A request with this Idempotency-Key is under way or was done.",
        "Запрос с этим Idempotency-Key уже выполняется или выполнен.",
    ),
    (
        "idempotency.mismatch",
        "This Idempotency-Key belongs to another request.",
        "Этот Idempotency-Key принадлежит другому запросу.",
    ),
    (
        "idempotency.key",
        "Idempotency-Key must be 1 to 200 visible ASCII characters.",
        "Idempotency-Key — от 1 до 200 печатных символов ASCII.",
    ),
    ("list.cursor", "The cursor does not belong to this list.", "Курсор не от этого списка."),
    ("list.sort", "The list cannot be sorted by “{field}”.", "Список нельзя сортировать по полю «{field}»."),
    ("filter.malformed", "The filter could not be read.", "Не удалось прочитать фильтр."),
    ("filter.too_deep", "The filter is nested too deeply.", "Слишком глубокая вложенность фильтра."),
    ("filter.too_many", "The filter has too many conditions.", "В фильтре слишком много условий."),
    ("filter.unknown_field", "There is no field “{field}”.", "Нет поля «{field}»."),
    ("filter.operator", "“{field}” cannot be compared this way.", "Поле «{field}» нельзя так сравнивать."),
    ("filter.value", "The value for “{field}” does not fit.", "Неподходящее значение для поля «{field}»."),
    ("field.unknown", "There is no such field.", "Такого поля нет."),
    ("field.type", "The value is of the wrong type.", "Значение неверного типа."),
    ("field.required", "Fill this in.", "Заполните это поле."),
    ("field.too_long", "At most {max} characters.", "Не больше {max} символов."),
    ("field.too_short", "At least {min} characters.", "Не меньше {min} символов."),
    ("field.too_many", "At most {max} values.", "Не больше {max} значений."),
    ("field.number.range", "From {min} to {max}.", "От {min} до {max}."),
    ("field.choice.unknown", "Choose one of the offered values.", "Выберите одно из предложенных значений."),
    ("field.email.invalid", "This is not an e-mail address.", "Это не адрес электронной почты."),
    (
        "field.phone.invalid",
        "This is not a phone number. Start with + and the country code.",
        "Это не номер телефона. Начните с + и кода страны.",
    ),
    ("field.url.invalid", "This is not a web address.", "Это не веб-адрес."),
    ("field.url.scheme", "Only http and https addresses.", "Только адреса http и https."),
    ("field.linkedin.invalid", "This is not a LinkedIn profile address.", "Это не адрес профиля LinkedIn."),
    ("field.telegram.invalid", "This is not a Telegram username.", "Это не имя пользователя Telegram."),
    ("field.tag.separator", "A tag has no commas or semicolons.", "В теге нет запятых и точек с запятой."),
    (
        "field.time_zone.unknown",
        "There is no such time zone. Write it as Europe/Berlin.",
        "Такого часового пояса нет. Запишите его в виде Europe/Berlin.",
    ),
    ("time_zone.unknown", "There is no such time zone.", "Такого часового пояса нет."),
    ("reference.unknown", "There is no such record.", "Такой записи нет."),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_go_into_the_callers_language() {
        install(&[]);
        assert_eq!(text(Locale::En, "field.too_long", &[("max", "255".to_owned())]), "At most 255 characters.");
        assert_eq!(text(Locale::Ru, "field.too_long", &[("max", "255".to_owned())]), "Не больше 255 символов.");
        assert_eq!(text(Locale::Ru, "no.such.code", &[]), "no.such.code");
    }

    #[test]
    fn both_languages_use_the_same_parameters() {
        let names = |text: &str| {
            let mut found: Vec<String> = text
                .split('{')
                .skip(1)
                .filter_map(|rest| rest.split_once('}'))
                .map(|(name, _)| name.to_owned())
                .collect();
            found.sort();
            found
        };
        for (code, en, ru) in PLATFORM {
            assert_eq!(names(en), names(ru), "{code}");
        }
    }
}
