//! How hard a password is to guess: the estimate of zxcvbn (Wheeler, USENIX Security 2016), whose lists hold some thirty
//! thousand passwords that leaked most often, names and words. What is known of the person and of us counts among the
//! first that are tried, and so does Russian, as it is written and by the keys that it is typed on.

use zxcvbn::{
    Entropy,
    matching::{Match, patterns::MatchPattern},
    zxcvbn,
};

/// Guesses that a password has to withstand: as many as eight characters without any pattern. Below, zxcvbn calls a
/// password guessable by somebody whom nothing slows down.
const GUESSES: u64 = 100_000_000;
/// Characters that are looked at together: the estimate costs their square, times the ways to read signs as letters. And what
/// it takes of a way over a number pad, five to the power of its turns, fits into 64 bits up to 27 of them.
const LOOKED_AT: usize = 28;
/// Words that are shorter stand in every other password.
const SHORTEST: usize = 4;
/// Words about a person at most.
const MOST_WORDS: usize = 64;

/// Signs that can be read as letters.
const LETTER_LIKE: &str = "@({[<!|$+%";
/// How many of them are read so: each more than doubles what the estimate costs, and no password that is common has more.
const READ_AS_LETTERS: usize = 3;

/// What guessers of our passwords try besides: words about us, and what Russian speakers like.
const OURS: &[&str] = &[
    "rapport",
    "contact",
    "contacts",
    "client",
    "clients",
    "deals",
    "sales",
    "telegram",
    "demo",
    "пароль",
    "привет",
    "любовь",
    "солнышко",
    "наташа",
    "максим",
    "марина",
    "светлана",
    "настя",
    "андрей",
    "александр",
    "сергей",
    "дмитрий",
    "татьяна",
    "екатерина",
    "кристина",
    "виктория",
    "никита",
    "спартак",
    "зенит",
    "россия",
    "москва",
    "победа",
    "счастье",
    "ангел",
    "котенок",
    "зайка",
    "принцесса",
    "компьютер",
    "админ",
    "менеджер",
    "клиент",
    "сделка",
    "работа",
    "тест",
];

/// Keys by what they give in Russian and in English.
const KEYS: [(&str, &str); 2] =
    [("йцукенгшщзхъфывапролджэячсмитьбюё", "qwertyuiop[]asdfghjkl;'zxcvbnm,.`"), ("№", "#")];

/// What a guesser knows.
pub struct Known {
    person: Vec<String>,
    /// The words of our own address.
    host: Vec<String>,
}

impl Known {
    /// `person`: their address, name and organization. `url`: ours.
    pub fn of(person: &[&str], url: &str) -> Self {
        let mut words: Vec<String> = person.iter().flat_map(|text| words(text)).collect();
        words.truncate(MOST_WORDS);
        Self { person: words, host: words_of_host(url) }
    }
}

/// The words of a text, those of it together, and the text itself.
fn words(text: &str) -> Vec<String> {
    let lower = text.to_lowercase();
    let parts: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty()).collect();
    // Of an address the name before the sign, too.
    let local = lower.split('@').next().unwrap_or_default();
    let local: String = local.chars().filter(|c| c.is_alphanumeric()).collect();
    let mut all: Vec<String> = parts.iter().map(|part| (*part).to_owned()).collect();
    all.extend([parts.concat(), local, lower.trim().to_owned()]);
    all.retain(|word| word.chars().count() >= SHORTEST);
    all.sort_unstable();
    all.dedup();
    all
}

fn words_of_host(url: &str) -> Vec<String> {
    let host = url.split("://").last().unwrap_or_default().split(['/', ':']).next().unwrap_or_default();
    words(host)
}

/// What the same keys give in English; none where the text has no Russian letter.
fn latin_keys(text: &str) -> Option<String> {
    let key = |c: char| {
        let lower = c.to_lowercase().next().unwrap_or(c);
        KEYS.iter().find_map(|(ru, en)| ru.chars().position(|known| known == lower).and_then(|at| en.chars().nth(at)))
    };
    let typed: String = text.chars().map(|c| key(c).unwrap_or(c)).collect();
    (typed != text).then_some(typed)
}

/// The password with the signs beyond [`READ_AS_LETTERS`] as others that stand for nothing.
fn fewer_signs(password: &str) -> Vec<char> {
    let mut read: Vec<char> = Vec::new();
    let sign = |c: char| {
        if !LETTER_LIKE.contains(c) || read.contains(&c) {
            return c;
        }
        if read.len() < READ_AS_LETTERS {
            read.push(c);
            return c;
        }
        // Of those that Unicode leaves to private use.
        char::from_u32(0xe000 + u32::from(c)).unwrap_or(c)
    };
    password.chars().map(sign).collect()
}

fn estimate(password: &str, known: &[&str]) -> Entropy {
    let chars = fewer_signs(password);
    let part = |chars: &[char]| zxcvbn(&chars.iter().collect::<String>(), known);
    if chars.len() <= LOOKED_AT {
        return part(&chars);
    }
    // The whole is no easier than either end.
    let first = part(&chars[..LOOKED_AT]);
    if first.guesses() >= GUESSES {
        return first;
    }
    let last = part(&chars[chars.len() - LOOKED_AT..]);
    if last.guesses() >= GUESSES { last } else { first }
}

/// The dictionary words that the guess is made of.
fn dictionary_words(sequence: &[Match]) -> Vec<&str> {
    let mut found = Vec::new();
    for part in sequence {
        match &part.pattern {
            MatchPattern::Dictionary(word) => found.push(word.matched_word.as_str()),
            MatchPattern::Repeat(repeat) => found.extend(dictionary_words(&repeat.base_matches)),
            _ => {}
        }
    }
    found
}

fn is_one_word(sequence: &[Match]) -> bool {
    match sequence {
        [only] => match &only.pattern {
            MatchPattern::Dictionary(_) => true,
            MatchPattern::Repeat(repeat) => is_one_word(&repeat.base_matches),
            _ => false,
        },
        _ => false,
    }
}

/// Why a password is not taken, as a code; none where it is. Takes milliseconds of a core, some tens at worst.
pub fn refusal(password: &str, known: &Known) -> Option<&'static str> {
    let whole = password.trim().to_lowercase();
    if known.person.contains(&whole) {
        return Some("password.personal");
    }
    let mut given: Vec<&str> = known.person.iter().chain(&known.host).map(String::as_str).collect();
    given.extend(OURS);
    let typed = latin_keys(password);
    let estimates = std::iter::once(password).chain(typed.as_deref()).map(|form| estimate(form, &given));
    let easiest = estimates.min_by_key(Entropy::guesses)?;
    if easiest.guesses() >= GUESSES {
        return None;
    }
    let sequence = easiest.sequence();
    if dictionary_words(sequence).iter().any(|word| known.person.iter().any(|theirs| theirs == word)) {
        Some("password.personal")
    } else if is_one_word(sequence) {
        Some("password.common")
    } else {
        Some("password.guessable")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(password: &str) -> Option<&'static str> {
        let person = ["anna.kowalska@example.com", "Anna Kowalska", "Orbit Capital"];
        refusal(password, &Known::of(&person, "https://crm.fabrikam.io:8443/"))
    }

    #[test]
    fn what_everybody_tries_is_refused() {
        for common in
            ["12345678", "password", "Password1", "iloveyou", "qwertyuiop", "trustno1", "P@ssw0rd", "baseball"]
        {
            assert_eq!(refused(common), Some("password.common"), "{common}");
        }
        assert_eq!(refused("passwordpassword"), Some("password.common"), "twice is no better");
    }

    #[test]
    fn words_about_the_person_are_refused() {
        for theirs in
            ["kowalska1", "AnnaKowalska", "annakowalska24", "Anna.Kowalska@example.com", "orbitcapital", "Capital2026"]
        {
            assert_eq!(refused(theirs), Some("password.personal"), "{theirs}");
        }
    }

    #[test]
    fn words_about_us_are_refused() {
        assert!(refused("rapport2026").is_some());
        assert!(refused("fabrikam!").is_some());
    }

    #[test]
    fn patterns_are_refused() {
        for pattern in ["abcdefgh", "zzzzzzzzzzzz", "Summer2026!", "19871987", "asdfghjkl;'", "abcabcabcabc"] {
            assert!(refused(pattern).is_some(), "{pattern}");
        }
    }

    #[test]
    fn russian_is_read_as_written_and_as_typed() {
        for russian in ["пароль123", "йцукен12345", "Наташа1", "приветпривет", "gfhjkm123", "ЙЦУКЕНГШ"]
        {
            assert!(refused(russian).is_some(), "{russian}");
        }
        assert_eq!(latin_keys("Пароль1").as_deref(), Some("gfhjkm1"));
        assert_eq!(latin_keys("gfhjkm"), None);
    }

    #[test]
    fn what_is_hard_to_guess_is_taken_of_any_length_and_alphabet() {
        for hard in ["correct horse battery", "kV8#tq2!", "пять серых котов у реки", "another good password"]
        {
            assert_eq!(refused(hard), None, "{hard}");
        }
        let long = "4@8({[<369!1|7+0$5%2".repeat(6);
        assert_eq!(refused(&long[..128.min(long.len())]), None, "as many signs as can be letters");
    }

    #[test]
    fn long_ways_over_the_keys_are_no_overflow() {
        for way in ["12", "1474", "qw", "Qw!2"] {
            assert!(refused(&way.repeat(32)[..32]).is_some(), "{way}");
        }
        let names = "Aa@4".repeat(30);
        assert!(refused(&names).is_some(), "{names}");
    }

    #[test]
    fn only_some_signs_are_read_as_letters() {
        let read: String = fewer_signs("p@$$({[<!p@$$").into_iter().collect();
        assert_eq!(read, "p@$$(\u{e07b}\u{e05b}\u{e03c}\u{e021}p@$$");
    }

    #[test]
    fn of_a_long_one_either_end_counts() {
        let (easy, hard) = ("a".repeat(60), "kV8#tq2!mZ");
        assert_eq!(refused(&format!("{easy}{hard}")), None);
        assert_eq!(refused(&format!("{hard}{easy}")), None);
        assert!(refused(&easy.repeat(2)).is_some());
    }
}
