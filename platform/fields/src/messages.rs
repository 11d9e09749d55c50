//! Texts of the codes of this crate.

use api::messages::Message;

pub const MESSAGES: &[Message] = &[
    (
        "field.key.invalid",
        "Small Latin letters, digits and underscores, a letter first, at most 40.",
        "Строчные латинские буквы, цифры и подчёркивания, первой — буква, не больше 40.",
    ),
    ("field.key.taken", "Another field has this key.", "Этот ключ уже у другого поля."),
    ("field.option.twice", "There is an option of this name already.", "Такой вариант уже есть."),
    ("field.options.unfit", "Only a choice has options.", "Варианты бывают только у поля с выбором."),
    ("field.relation.unfit", "Only a relation names a kind of record.", "Вид записи есть только у связи."),
    ("field.currency.unfit", "Only money has a currency.", "Валюта есть только у денежного поля."),
    ("field.day.invalid", "Write the day as 2026-01-31.", "Запишите день в виде 2026-01-31."),
    ("field.number.invalid", "This is not a number.", "Это не число."),
    ("field.flag.invalid", "Write yes or no.", "Напишите «да» или «нет»."),
    ("field.member.unknown", "Nobody in the organization is called that.", "В организации никого так не зовут."),
];
