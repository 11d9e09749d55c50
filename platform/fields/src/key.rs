//! Keys of fields: small Latin letters, digits and underscores, so that they can stand in a filter, in a path into JSON
//! and in a program alike.

/// Longest key.
const MAX: usize = 40;

/// Small Russian letters and what stands for each; `ъ` and `ь` are dropped.
const LATIN: [(char, &str); 33] = [
    ('а', "a"),
    ('б', "b"),
    ('в', "v"),
    ('г', "g"),
    ('д', "d"),
    ('е', "e"),
    ('ё', "e"),
    ('ж', "zh"),
    ('з', "z"),
    ('и', "i"),
    ('й', "y"),
    ('к', "k"),
    ('л', "l"),
    ('м', "m"),
    ('н', "n"),
    ('о', "o"),
    ('п', "p"),
    ('р', "r"),
    ('с', "s"),
    ('т', "t"),
    ('у', "u"),
    ('ф', "f"),
    ('х', "kh"),
    ('ц', "ts"),
    ('ч', "ch"),
    ('ш', "sh"),
    ('щ', "shch"),
    ('ъ', ""),
    ('ы', "y"),
    ('ь', ""),
    ('э', "e"),
    ('ю', "yu"),
    ('я', "ya"),
];

/// Whether a text can be a key.
#[must_use]
pub(crate) fn is_key(text: &str) -> bool {
    text.len() <= MAX
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

/// A key made of a name, other than those that are taken.
#[must_use]
pub(crate) fn made_of(name: &str, taken: &impl Fn(&str) -> bool) -> String {
    let base = latin(name);
    if !taken(&base) {
        return base;
    }
    let mut numbered = (2..).map(|n| {
        let end = format!("_{n}");
        format!("{}{end}", &base[..base.len().min(MAX - end.len())])
    });
    numbered.find(|key| !taken(key)).unwrap_or(base)
}

fn latin(name: &str) -> String {
    let mut key = String::new();
    for c in name.to_lowercase().chars() {
        match LATIN.iter().find(|(letter, _)| *letter == c) {
            Some((_, latin)) => key.push_str(latin),
            None if c.is_ascii_alphanumeric() => key.push(c),
            None if !key.is_empty() && !key.ends_with('_') => key.push('_'),
            None => {}
        }
    }
    key.truncate(MAX);
    let key = key.trim_end_matches('_');
    match key.chars().next() {
        None => "field".to_owned(),
        Some(first) if first.is_ascii_digit() => format!("f_{}", &key[..key.len().min(MAX - 2)]),
        Some(_) => key.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_in_both_alphabets_become_keys() {
        for (name, key) in [
            ("Budget", "budget"),
            ("Бюджет на год", "byudzhet_na_god"),
            ("Объём, м³", "obem_m"),
            ("2nd phone", "f_2nd_phone"),
            ("日本", "field"),
            ("  -- ", "field"),
            ("Size (EU)", "size_eu"),
        ] {
            assert_eq!(made_of(name, &|_| false), key, "{name}");
        }
    }

    #[test]
    fn a_key_that_is_taken_gets_a_number() {
        assert_eq!(made_of("Budget", &|key| key == "budget"), "budget_2");
        assert_eq!(made_of("Budget", &|key| ["budget", "budget_2"].contains(&key)), "budget_3");
        let long = "x".repeat(60);
        let first = made_of(&long, &|_| false);
        assert_eq!((first.len(), made_of(&long, &|key| key == first)), (40, format!("{}_2", "x".repeat(38))));
    }

    proptest! {
        #[test]
        fn whatever_the_name_the_key_is_one(name in "\\PC{0,80}") {
            prop_assert!(is_key(&made_of(&name, &|_| false)));
            prop_assert!(is_key(&made_of(&name, &|key| !key.ends_with("_7"))));
        }
    }
}
