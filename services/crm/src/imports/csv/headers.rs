//! The headers of the exports that people have, in English and Russian: Google Contacts, Outlook, `LinkedIn`, `HubSpot`,
//! Pipedrive, amoCRM, Bitrix24, and plain ones. Data only; how they are matched is in `dictionary`.

use super::dictionary::Meaning::{self, CompanyName, Ignored, Link, Name, PersonName, Target};
use super::target::ImportTarget as T;

/// Meaning, certainty, and the headers in lower case, separated by `|`.
pub(super) const HEADERS: &[(Meaning, f32, &str)] = &[
    (Name, 0.95, "name|название|наименование|display name|file as|отображаемое имя|краткое имя"),
    (
        PersonName,
        1.0,
        "full name|contact name|person name|lead name|полное имя|полное имя контакта|имя контакта|фио|фамилия имя отчество",
    ),
    (
        PersonName,
        0.9,
        "имя и фамилия|фамилия и имя|имя фамилия|фамилия имя|contact person|контактное лицо|контакт|contact|person|клиент|client|customer",
    ),
    (Target(T::FirstName), 1.0, "first name|given name|forename|имя"),
    (Target(T::MiddleName), 1.0, "middle name|additional name|second name|отчество|patronymic"),
    (Target(T::LastName), 1.0, "last name|family name|surname|фамилия"),
    (
        Target(T::JobTitle),
        1.0,
        "job title|organization title|position|должность|должность контакта|job|person job title|job position",
    ),
    (Target(T::JobTitle), 0.75, "title|role|роль|профессия|occupation|позиция"),
    (
        CompanyName,
        1.0,
        "company|company name|organization name|organisation name|organization|organisation|account name|компания|компания контакта",
    ),
    (
        CompanyName,
        1.0,
        "название компании|наименование компании|организация|название организации|наименование организации",
    ),
    (
        CompanyName,
        0.9,
        "associated company|employer|firm|account|person organization|фирма|работодатель|место работы|юрлицо|юридическое лицо|primary company|primary associated company|associated company primary",
    ),
    (
        Target(T::Email),
        1.0,
        "email|emails|e mail|email addresses|e mails|email address|email value|mail|почта|электронная почта|эл почта|адрес эл почты|адрес электронной почты|имейл|емейл|мейл|мыло|person email",
    ),
    (
        Target(T::Phone),
        1.0,
        "phone|phones|phone number|phone numbers|phone value|telephone|telephone number|tel|mobile|mobile phone|mobile phone number|mobile number|cell|cell phone|cellphone",
    ),
    (
        Target(T::Phone),
        1.0,
        "телефон|телефоны|номер телефона|тел|номер|мобильный|мобильный телефон|моб телефон|мобильный номер|сотовый|сотовый телефон|телефон переносной|телефон раб|телефон дом|person phone",
    ),
    (
        Target(T::Phone),
        0.9,
        "business phone|company main phone|primary phone|car phone|radio phone|whatsapp|whatsapp phone number|whatsapp number|viber|основной телефон организации|телефон организации|вотсап|ватсап",
    ),
    (Target(T::TimeZone), 1.0, "time zone|timezone|iana time zone|часовой пояс|часовая зона|временная зона"),
    (
        Target(T::TelegramUsername),
        1.0,
        "telegram|telegram username|telegram handle|telegram link|telegram url|tg|tg username|телеграм|телеграмм|тг|ник в телеграм|telegram ник|person telegram",
    ),
    (
        Target(T::Website),
        1.0,
        "website|website url|web site|web page|personal web page|site|homepage|home page|company website|company domain name|domain|domain name|organization website",
    ),
    (
        Target(T::Website),
        1.0,
        "сайт|веб сайт|вебсайт|веб страница|личная веб страница|сайт компании|корпоративный сайт|адрес сайта|домен",
    ),
    (
        Link,
        0.9,
        "url|link|links|website value|web|ссылка|ссылки|адрес в интернете|профиль|profile|profile url|social|соцсети",
    ),
    (
        Target(T::LinkedinUrl),
        1.0,
        "linkedin|linkedin url|linkedin profile|linkedin profile url|linkedin link|linkedin bio|person linkedin|линкедин|linkedin company page",
    ),
    (
        Target(T::Source),
        1.0,
        "source|lead source|original source|contact source|original traffic source|latest source|источник|источник контакта|источник лида|источник клиента|откуда|канал",
    ),
    (
        Target(T::Tags),
        1.0,
        "tags|tag|labels|categories|category|group membership|groups|теги|тег|теги контакта|теги компании|метки|метка|категории|категория|группы|person label|organization label|person labels|organization labels",
    ),
    (Target(T::Tags), 0.7, "label|segment|segments|keywords|сегмент|группа|ярлык|ярлыки|ключевые слова"),
    (
        Target(T::Description),
        1.0,
        "description|notes|note|comment|comments|about|about us|описание|заметки|заметка|примечание|примечания|комментарий|комментарии|о компании|bio|person notes",
    ),
    (
        Target(T::LeadScore),
        1.0,
        "lead score|leadscore|score|hubspot score|lead scoring|скоринг|балл|баллы|оценка лида|рейтинг",
    ),
    (
        Target(T::Industry),
        1.0,
        "industry|company industry|organization industry|sector|отрасль|сфера деятельности|вид деятельности|сфера|индустрия",
    ),
    (
        Target(T::Size),
        1.0,
        "size|company size|number of employees|employees|employee count|headcount|размер|размер компании|количество сотрудников|кол во сотрудников|число сотрудников|сотрудников|штат",
    ),
    (
        Target(T::Address),
        1.0,
        "address|company address|organization address|street address|address formatted|full address|адрес|адрес компании|юридический адрес|фактический адрес|почтовый адрес|адрес организации",
    ),
    (
        Ignored,
        1.0,
        "id|record id|contact id|company id|person id|organization id|object id|uuid|guid|external id|ид|код|номер записи|line number|row",
    ),
    (
        Ignored,
        1.0,
        "contact owner|company owner|owner|owner name|assigned to|person owner|organization owner|hubspot owner|responsible|created by|updated by|last modified by user",
    ),
    (
        Ignored,
        1.0,
        "ответственный|кем создан|кем создан контакт|кем изменен|кем создана|создатель|автор|менеджер|кем изменена|создал",
    ),
    (
        Ignored,
        1.0,
        "create date|created date|created at|created|creation date|created time|updated at|last modified date|last modified|modified|update time|person created|organization created",
    ),
    (
        Ignored,
        1.0,
        "дата создания|дата создания контакта|дата создания компании|дата изменения|создан|изменен|дата редактирования|дата добавления|дата последнего изменения|дата",
    ),
    (
        Ignored,
        1.0,
        "last activity date|last contacted|last activity|next activity date|number of sales activities|connected on|become a lead date|close date|associated company ids|associated company id",
    ),
    (
        Ignored,
        1.0,
        "lead status|lifecycle stage|status|stage|marketing contact status|priority|sensitivity|private|gender|initials|тип контакта|тип компании|тип|статус|важность|пол|инициалы|приоритет",
    ),
    (
        Ignored,
        1.0,
        "photo|photo url|avatar|picture|image|фото|фотография|аватар|логотип|logo|доступен для всех|доступна для всех|экспорт|участвует в экспорте контактов|обращение|приветствие",
    ),
    (
        Ignored,
        1.0,
        "phonetic first name|phonetic middle name|phonetic last name|yomi name|given name yomi|family name yomi|additional name yomi|nickname|short name|maiden name|name prefix|name suffix|suffix|prefix|псевдоним",
    ),
    (
        Ignored,
        1.0,
        "email label|email type|email display name|email domain|phone label|phone type|website label|website type|address label|address type|event label|relation label|custom field label|im type|im service",
    ),
    (
        Ignored,
        1.0,
        "birthday|date of birth|anniversary|дата рождения|день рождения|годовщина|spouse|children|супруг|assistant|assistants phone|assistants name|managers name|имя помощника|телефон помощника",
    ),
    (
        Ignored,
        1.0,
        "organization type|organization department|organization yomi name|organization symbol|organization location|organization job description|department|отдел|подразделение|office location|билайн",
    ),
    (
        Ignored,
        1.0,
        "fax|business fax|home fax|other fax|fax number|факс|рабочий факс|домашний факс|pager|telex|isdn|tty tdd phone|callback|пейджер|телекс|street|city|state|region|country|postal code|zip|zip code|po box",
    ),
    (
        Ignored,
        1.0,
        "город|страна|регион|область|индекс|улица|дом|почтовый индекс|ближайшая задача|бюджет|сделки|currency|annual revenue|revenue|годовой оборот|язык|language|location",
    ),
    (Ignored, 1.0, "error|errors|reason|import error|ошибка|ошибки|причина|причина ошибки"),
];
