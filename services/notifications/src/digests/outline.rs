//! What a digest says: what is about one record stands together, where its newest stands. No I/O.

use contracts::mails::Group;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::deliveries::message::Line;

/// What happened to one thing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct DigestGroup {
    /// What the record is called; of what is none, the sentence itself.
    pub title: String,
    /// A path in the app.
    pub link: String,
    /// How many notifications are about it.
    pub count: u64,
    /// A sentence for each that is shown, the newest first.
    pub lines: Vec<String>,
}

/// What a digest says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outline {
    pub groups: Vec<DigestGroup>,
    /// How many notifications are not shown.
    pub more: u64,
    /// How many there are.
    pub count: u64,
}

impl Outline {
    /// Of lines, the newest first; at most so many of them are shown.
    #[must_use]
    pub fn of(lines: Vec<Line>, most: usize) -> Self {
        let count = lines.len();
        let mut groups: Vec<(Option<(String, Uuid)>, DigestGroup)> = Vec::new();
        for (index, line) in lines.into_iter().enumerate() {
            let about = line.about.filter(|_| line.name.is_some());
            let known = groups.iter_mut().find(|(of, _)| of.is_some() && *of == about).map(|(_, group)| group);
            match known {
                Some(group) => {
                    group.count += 1;
                    if index < most {
                        group.lines.push(line.sentence);
                    }
                }
                None if index >= most => {}
                None => {
                    let (title, lines) = match line.name {
                        Some(name) => (name, vec![line.sentence]),
                        None => (line.sentence, Vec::new()),
                    };
                    groups.push((about, DigestGroup { title, link: line.link, count: 1, lines }));
                }
            }
        }
        let groups = groups.into_iter().map(|(_, group)| group).collect();
        Self { groups, more: count.saturating_sub(most) as u64, count: count as u64 }
    }

    /// As a mail lists it; `link` makes an address out of a path.
    #[must_use]
    pub fn mailed(&self, link: impl Fn(&str) -> String) -> Vec<Group> {
        let group = |group: &DigestGroup| Group {
            title: group.title.clone(),
            link: link(&group.link),
            count: group.count,
            lines: group.lines.clone(),
        };
        self.groups.iter().map(group).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(record: u128, name: Option<&str>, sentence: &str) -> Line {
        Line {
            id: Uuid::from_u128(record),
            sentence: sentence.to_owned(),
            name: name.map(str::to_owned),
            about: Some(("deal".to_owned(), Uuid::from_u128(record))),
            link: format!("/deals/{record}"),
        }
    }

    #[test]
    fn what_is_about_one_record_stands_where_its_newest_stands() {
        let lines = vec![
            line(1, Some("Pilot"), "won"),
            line(2, Some("Pilot"), "lost"),
            line(3, None, "The import is complete"),
            line(1, Some("Pilot"), "mentioned"),
            line(3, None, "The import is complete"),
        ];
        let outline = Outline::of(lines, 30);
        let shown: Vec<_> = outline.groups.iter().map(|g| (g.title.as_str(), g.count, g.lines.join(", "))).collect();
        let alone = ("The import is complete", 1, String::new());
        assert_eq!(
            shown,
            [("Pilot", 2, "won, mentioned".to_owned()), ("Pilot", 1, "lost".to_owned()), alone.clone(), alone]
        );
        assert_eq!((outline.count, outline.more), (5, 0));
    }

    #[test]
    fn beyond_the_bound_it_only_counts() {
        let many = (0..40).map(|n| line(n % 2 + 100 * (n / 38), Some("Pilot"), "won")).collect();
        let outline = Outline::of(many, 30);
        assert_eq!((outline.count, outline.more, outline.groups.len()), (40, 10, 2));
        assert_eq!(outline.groups.iter().map(|group| group.lines.len()).sum::<usize>(), 30);
        // Two of the forty are about records that are not shown at all.
        assert_eq!(outline.groups.iter().map(|group| group.count).sum::<u64>(), 38);
        assert_eq!(Outline::of(Vec::new(), 30), Outline::default());
    }
}
