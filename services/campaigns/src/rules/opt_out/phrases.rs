//! The words and phrases, in the spelling of `text.rs`. In a phrase `a|b` is either, `a?` may be left out, `*` stands for up
//! to three words of any kind; `a~` is every word that begins so.

/// Words that a phrase may leave between two of its own at a `*`.
const GAP: usize = 3;

/// A pattern of words.
pub struct Phrase<'a> {
    parts: Vec<&'a str>,
}

impl<'a> Phrase<'a> {
    pub fn of(pattern: &'a str) -> Self {
        Self { parts: pattern.split(' ').collect() }
    }

    /// The first place where it stands: the first word, and the one behind the last.
    pub fn find(&self, words: &[String]) -> Option<(usize, usize)> {
        (0..words.len()).find_map(|at| fits(&self.parts, &words[at..]).map(|length| (at, at + length)))
    }
}

/// How many words the parts take at the beginning of these, if they fit.
fn fits(parts: &[&str], words: &[String]) -> Option<usize> {
    let Some((part, rest)) = parts.split_first() else { return Some(0) };
    if *part == "*" {
        return (0..=GAP.min(words.len())).find_map(|gap| fits(rest, &words[gap..]).map(|length| gap + length));
    }
    let (part, optional) = part.strip_suffix('?').map_or((*part, false), |part| (part, true));
    let is_word = |word: &str, wanted: &str| match wanted.strip_suffix('~') {
        Some(stem) => word.starts_with(stem),
        None => word == wanted,
    };
    let taken = words.split_first().filter(|(word, _)| part.split('|').any(|wanted| is_word(word, wanted)));
    let taken = taken.and_then(|(_, words)| fits(rest, words)).map(|length| length + 1);
    taken.or_else(|| if optional { fits(rest, words) } else { None })
}

/// Said along, without meaning anything: greetings, thanks, whom it is to.
pub const POLITE: &[&str] = &[
    "please",
    "pls",
    "plz",
    "thanks",
    "thank",
    "you",
    "hi",
    "hello",
    "hey",
    "dear",
    "sir",
    "team",
    "regards",
    "best",
    "now",
    "just",
    "ok",
    "okay",
    "пожалуйста",
    "пож",
    "спасибо",
    "благодарю",
    "здравствуйте",
    "привет",
    "добрый",
    "день",
    "вечер",
    "утро",
    "доброе",
    "добрый",
    "уважаемые",
    "коллеги",
    "ну",
    "всё",
    "все",
    "уже",
    "сразу",
];

/// Words that opt out when they are a sentence. Those that carriers and regulators name: CTIA Messaging Principles, FCC 24-24.
pub const BARE: &[&str] = &[
    "stop",
    "stopall",
    "stop all",
    "stop spam",
    "unsubscribe",
    "unsub",
    "unsubscribe me",
    "opt out",
    "opt-out",
    "optout",
    "remove me",
    "стоп",
    "отписка",
    "отписаться",
    "отпишите",
    "отписать",
    "отпишите меня",
    "хочу отписаться",
    "отказ от рассылки",
    "отписаться от рассылки",
    "стоп рассылка",
    "стоп спам",
    "стоп реклама",
];

/// Words that do so only when there is nothing else.
pub const BARE_IF_WHOLE: &[&str] = &[
    "end",
    "quit",
    "cancel",
    "revoke",
    "remove",
    "start stop",
    "enough",
    "spam",
    "хватит",
    "отмена",
    "отменить",
    "отказ",
    "удалите",
    "удалить",
    "отстаньте",
    "отвали",
    "отвалите",
    "достали",
    "прекратите",
    "перестаньте",
    "не надо писать",
    "спам",
    "не пишите",
    "не пиши",
    "не беспокоить",
    "не беспокойте",
    "отписываюсь",
    "stop it",
    "stop this",
];

/// Words before an order, or a yes, that take it back.
pub const NEGATIONS: &[&str] = &[
    "not",
    "don't",
    "dont",
    "never",
    "didn't",
    "doesn't",
    "no",
    "isn't",
    "cannot",
    "не",
    "ни",
    "нет",
    "никогда",
    "нельзя",
];

/// Orders about being written to.
pub const ORDERS: &[&str] = &[
    // English.
    "unsubscribe me",
    "unsubscribe us",
    "unsubscribe from your|this|these|the|all",
    "how can|do|to i? unsubscribe",
    "want|wish|like to unsubscribe|opt-out",
    "want|wish|like to opt out",
    "opt me out",
    "opt out of your|this|these|the|all",
    "remove|delete|exclude me|us|my|our * from",
    "drop me|us from",
    "remove|delete|exclude this * from your|the|all|any * list|lists|database|mailing|mailings",
    "remove|delete my|our * email|address|number|contact|contacts|data|details",
    "take me|us off",
    "take my|our * email|address|number|name|contact|contacts|company off",
    "stop messaging|writing|emailing|e-mailing|mailing|texting|contacting|spamming|calling|pinging|bothering|harassing",
    "stop sending me|us|this|these|your|such|any|messages|emails|spam",
    "stop the|these|this|your|all * messages|emails|e-mails|mails|mailing|mailings|texts|spam|spamming",
    "don't|dont ever? contact|write|message|email|e-mail|text|spam|bother|disturb|call|ping me|us|again|anymore",
    "do not ever? contact|write|message|email|e-mail|text|spam|bother|disturb|call|ping me|us|again|anymore",
    "don't|dont send|write|message|email me|us|any * messages|emails|anything|again|anymore|more",
    "do not send|write|message|email me|us|any * messages|emails|anything|again|anymore|more",
    "never contact|write|message|email|text|call me|us|again",
    "no more messages|emails|e-mails|texts|spam|mailings",
    "leave me|us alone",
    "lose my number|address|email",
    // Russian.
    "отпиши|отпишите|отписать меня|нас",
    "отпиши|отпишите|отписать * от рассылки|рассылок|спама",
    "как * отписаться",
    "хочу|хотел|хотела|хотим|можно|желаю|нужно|надо бы? отписаться|отписать",
    "хочу|хотел|хотела|хотим|можно|желаю|нужно|надо * отписаться|отписать от|меня|нас",
    "прошу * отписать",
    "отписываюсь от",
    "убери|уберите|удали|удалите|исключи|исключите|вычеркните * меня|нас|мой|мою|мои|наш|наши|адрес|номер|контакт",
    "меня|нас|мой|наш * убери|уберите|удали|удалите|исключи|исключите|вычеркните",
    "удалите|сотрите|уничтожьте * данные",
    "не пиши|пишите|писать|звони|звоните|беспокой|беспокойте|присылай|присылайте|шли|шлите|отправляй|отправляйте|спамь|спамьте \
     мне|нам|сюда|больше|меня|нас|ничего|никогда|спам|рассылку|сообщения",
    "больше|никогда|мне|нам|меня|нас|впредь не пиши|пишите|писать|надо|нужно|звони|звоните|беспокой|беспокойте|присылай|присылайте|шли|\
     шлите|отправляй|отправляйте|спамь|спамьте",
    "больше * не пиши|пишите|писать|звоните|беспокойте|присылайте|шлите|отправляйте|спамьте",
    "прошу|просьба|прекратите|перестаньте не пишите|писать|беспокоить|присылать|отправлять|звонить|спамить|слать",
    "прошу|просьба * не писать|беспокоить|присылать|отправлять|звонить|спамить",
    "хватит|прекрати|прекратите|перестань|перестаньте|кончайте|завязывайте * \
     писать|слать|спамить|присылать|отправлять|звонить|беспокоить|рассылку|рассылки|спам",
    "остановите|отключите|отмените|прекратите * рассылку|рассылки|сообщения|уведомления",
    "отстань|отстаньте от меня|нас",
    "оставь|оставьте меня|нас в покое",
    "отказываюсь|отказ от * рассылки|рассылок|сообщений|писем",
    "забудьте|потеряйте этот|мой номер|адрес",
];

/// Words by which somebody who does not want to be written to here says where.
pub const INVITATIONS: &[&str] =
    &["instead", "позвоните", "звоните", "наберите", "напишите", "пишите", "перезвоните", "лучше", "rather", "better"];

/// The same in more words: where they stand behind an order, it was about another way.
pub const INVITING: &[&str] = &["call|phone|ring|email|e-mail|mail|text|write|message|whatsapp|ping me|us"];

/// Words that join another order: what stands behind them is forbidden too.
pub const JOINING: &[&str] = &["or", "nor", "and", "или", "и", "ни"];

/// What an order that is only for a while goes on with.
pub const FOR_A_WHILE: &[&str] = &[
    "today",
    "tonight",
    "tomorrow",
    "until",
    "till",
    "before",
    "after",
    "during",
    "сегодня",
    "завтра",
    "сейчас",
    "пока",
    "до",
    "после",
    "раньше",
    "ночью",
    "вечером",
];

/// Words by which it is for good all the same.
pub const FOR_GOOD: &[&str] = &["again", "ever", "anymore", "never", "больше", "никогда", "впредь"];

/// What machines answer.
pub const AUTO_REPLIES: &[&str] = &[
    "out of the? office",
    "out of my office",
    "ooo until|till|from|through",
    "auto|automatic|automated reply|response|message",
    "auto-reply|autoreply|auto-response|autoresponse|autoresponder|auto-responder",
    "this is an? automatic|automated|auto-generated",
    "on vacation|leave|holiday|holidays until|till|from|through|and|with",
    "i'm|am currently? on * vacation|leave|holiday",
    "i'm|am currently? away from",
    "limited|no access to * email|emails|e-mail|messages",
    "do not reply to this",
    "don't reply to this",
    "we|we've have? received your message|request|email|enquiry|inquiry|ticket",
    "your message|request|email|ticket has been received|registered|created",
    "no longer works|work here|with|at|for",
    "автоответ|автоответчик",
    "автоматический|автоматическое|автоматически ответ|сообщение|уведомление|сгенерировано|отправлено",
    "в отпуске|командировке|декрете до|по|с|и",
    "нахожусь|буду|сейчас * в отпуске|командировке|декрете",
    "я в отпуске|командировке|декрете",
    "вне офиса",
    "буду|временно отсутствую|отсутствовать|недоступен|недоступна",
    "отсутствую на? рабочем",
    "отсутствую до|по|с",
    "ваше|ваш обращение|сообщение|письмо|запрос|заявка * получено|принято|зарегистрировано|получен|принят|зарегистрирован",
    "ваша заявка * принята|получена|зарегистрирована",
    "мы получили ваше|ваш|вашу",
    "не отвечайте на это",
    "больше не работает|работаю в|у|здесь",
];

/// No, for now or for good.
pub const NEGATIVE: &[&str] = &[
    "not interested",
    "no|not interest",
    "isn't|not for me|us",
    "no thanks|thank",
    "not now|needed|relevant|today|necessary",
    "don't|dont need|want",
    "do not need|want",
    "we're|we|i'm|i are|am|have all|already set|good|happy|covered|using|have",
    "not looking",
    "maybe later",
    "not a? good fit|time",
    "pass on this",
    "не интересно|интересует|интересны|интересен|интересна|интересуют|нужно|нужен|нужна|нужны|надо|актуально|актуален|актуальна|\
     требуется|хочу|хотим|сейчас|подходит|подойдет|планируем|планирую|рассматриваем|готовы|готов|готова",
    "неинтересно|неактуально|ненужно|незаинтересован|незаинтересованы",
    "нет спасибо|необходимости|нужды|интереса|потребности|желания",
    "спасибо не|нет надо|нужно|интересно|спасибо",
    "уже есть|работаем|пользуемся|используем|купили|нашли",
    "откажусь|отказываемся|откажемся",
    "мимо",
];

/// Words that say no only when there is nothing else.
pub const NEGATIVE_IF_WHOLE: &[&str] = &["no", "nope", "nah", "never", "нет", "неа", "никогда", "не", "не хочу", "пас"];

/// Yes, or more of it.
pub const POSITIVE: &[&str] = &[
    "interested",
    "interesting",
    "sounds good|great|interesting|nice|perfect",
    "let's|lets talk|do|discuss|schedule|meet|connect|chat|try|call",
    "tell me|us more",
    "send|share me? more|details|info|information|pricing|price|deck|presentation|proposal|over|it",
    "would|i'd|we'd love|like to",
    "happy|glad to talk|chat|discuss|meet|hear|connect|learn",
    "looking forward",
    "how much",
    "what's|what is the? price|pricing|cost",
    "call me",
    "book|schedule a? call|meeting|demo|time",
    "yes",
    "sure",
    "absolutely|definitely",
    "интересно|интересует|интересны|интересуют|заинтересован|заинтересована|заинтересованы|заинтересовало",
    "давайте|давай",
    "да",
    "расскажи|расскажите|поделитесь|подскажите",
    "пришли|пришлите|вышлите|скиньте|скинь|отправьте|присылайте|присылай|высылайте",
    "сколько стоит|будет|это",
    "какая|какие|какова * цена|стоимость|цены|условия",
    "готов|готова|готовы * обсудить|созвониться|встретиться|попробовать|поговорить|рассмотреть",
    "можно|можем|давайте|хочу|хотим|хотел|хотела|хотелось * подробнее|обсудить|созвониться|встретиться|попробовать|узнать|поговорить",
    "подробнее",
    "созвонимся|обсудим|встретимся",
    "позвоните|наберите|звоните",
    "с удовольствием",
    "конечно",
    "хорошо",
    "отлично",
];
