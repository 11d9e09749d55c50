//! Which chat a contact is written to in, through which account: the one that they have, else one that is made.

use db::Sql;
use std::collections::{BTreeSet, HashMap, HashSet, hash_map::Entry};

use kernel::Scope;
use uuid::Uuid;

use crate::{
    Error, Messaging,
    chats::store::{COLUMNS, Row, entity::ActiveModel as ChatModel},
    errands::target::{Recipient, Stranger, new_chat},
    reach,
};

/// A contact, and the account that writes to them.
pub(super) type Pair = (Uuid, Uuid);
/// A chat, and whether the other side has never written in it; or why there is none.
pub(super) type Spot = Result<(Uuid, bool), &'static str>;

#[derive(Default)]
pub(super) struct Spots {
    pub found: HashMap<Pair, Spot>,
    /// Chats that are to be made.
    pub chats: Vec<ChatModel>,
    /// Chats that were nobody's, with the contact that they turned out to be with.
    pub links: Vec<(Row, Uuid)>,
}

pub(super) async fn find(service: &Messaging, scope: &Scope, pairs: &BTreeSet<Pair>) -> Result<Spots, Error> {
    let mut spots = Spots::default();
    let names = service.account_names(scope, pairs.iter().map(|(_, account)| *account)).await?;
    let writable = service.writable(scope).await?;
    let mut open = Vec::with_capacity(pairs.len());
    for pair in pairs {
        let refused = match pair.1 {
            account if !names.contains_key(&account) => Some("chat.read_only.gone"),
            account if !reach::includes(&writable, account) => Some("chat.read_only.account"),
            _ => None,
        };
        match refused {
            Some(code) => {
                spots.found.insert(*pair, Err(code));
            }
            None => open.push(*pair),
        }
    }
    for row in of_contacts(service, scope, &open).await? {
        if let Some(pair) = row.contact_id.zip(row.account_id) {
            spots.found.insert(pair, Ok((row.id, !row.has_in)));
        }
    }
    open.retain(|pair| !spots.found.contains_key(pair));
    let strangers = strangers(service, scope, &open, &mut spots).await?;
    place(service, scope, strangers, &mut spots).await?;
    Ok(spots)
}

/// The chats that contacts have with accounts, those with the newest messages last.
async fn of_contacts(service: &Messaging, scope: &Scope, pairs: &[Pair]) -> Result<Vec<Row>, Error> {
    if pairs.is_empty() {
        return Ok(Vec::new());
    }
    let readable = service.readable(scope).await?;
    let mut sql = Sql::new(&format!("select {COLUMNS} from chats c where c.org_id = "));
    sql.bind(scope.org_id.0).add(" and c.kind = 'private' and c.contact_id in ");
    sql.list(crate::unique(pairs.iter().map(|(contact, _)| *contact))).add(" and c.account_id in ");
    sql.list(crate::unique(pairs.iter().map(|(_, account)| *account)));
    readable.narrow(&mut sql);
    sql.add(" order by c.last_at, c.id");
    Ok(sql.all(&service.db.reader(scope)).await?)
}

/// Those whom accounts have no chat with that is known as theirs, by what is known of them.
async fn strangers(
    service: &Messaging,
    scope: &Scope,
    pairs: &[Pair],
    spots: &mut Spots,
) -> Result<Vec<(Pair, Stranger)>, Error> {
    if pairs.is_empty() {
        return Ok(Vec::new());
    }
    let contacts = crate::unique(pairs.iter().map(|(contact, _)| *contact));
    let words = service.clients.words_of_many(scope, &contacts).await.map_err(Error::Port)?;
    let mut strangers = Vec::with_capacity(pairs.len());
    for pair in pairs {
        let stranger = match words.get(&pair.0) {
            None => Err("message.contact.unknown"),
            Some(words) => {
                let to = Recipient { username: words.telegram_username.clone(), phone: words.phone.clone() };
                let named = |stranger| Stranger { title: words.name.clone(), contact_id: Some(pair.0), ..stranger };
                Stranger::of(&to).map(named).map_err(|_| "message.contact.no_address")
            }
        };
        match stranger {
            Ok(stranger) => strangers.push((*pair, stranger)),
            Err(code) => {
                spots.found.insert(*pair, Err(code));
            }
        }
    }
    Ok(strangers)
}

/// Gives strangers the chats that accounts have with them after all, and new ones.
async fn place(
    service: &Messaging,
    scope: &Scope,
    strangers: Vec<(Pair, Stranger)>,
    spots: &mut Spots,
) -> Result<(), Error> {
    let known = known(service, scope, &strangers).await?;
    let mut linked = HashSet::new();
    let mut made: HashMap<(Uuid, String), Uuid> = HashMap::new();
    for (pair, stranger) in strangers {
        let (contact, account) = pair;
        let of_account = known.get(&account).into_iter().flatten();
        let newest = of_account.filter(|row| is(row, &stranger)).max_by_key(|row| (row.last_at, row.id));
        if let Some(row) = newest {
            spots.found.insert(pair, Ok((row.id, !row.has_in)));
            if row.contact_id.is_none() && linked.insert(row.id) {
                spots.links.push((row.clone(), contact));
            }
            continue;
        }
        let id = match made.entry((account, stranger.external_id.clone())) {
            Entry::Occupied(chat) => *chat.get(),
            Entry::Vacant(place) => {
                let id = service.db.clock().new_id();
                spots.chats.push(new_chat(service, scope, account, id, &stranger));
                *place.insert(id)
            }
        };
        spots.found.insert(pair, Ok((id, true)));
    }
    Ok(())
}

/// Chats of accounts that may be with these strangers, by account.
async fn known(
    service: &Messaging,
    scope: &Scope,
    strangers: &[(Pair, Stranger)],
) -> Result<HashMap<Uuid, Vec<Row>>, Error> {
    let mut known: HashMap<Uuid, Vec<Row>> = HashMap::new();
    if strangers.is_empty() {
        return Ok(known);
    }
    let accounts = crate::unique(strangers.iter().map(|((_, account), _)| *account));
    let all = || strangers.iter().map(|(_, stranger)| stranger);
    let mut sql = Sql::new(&format!("select {COLUMNS} from chats c where c.org_id = "));
    sql.bind(scope.org_id.0).add(" and c.id in (");
    let mut among = |before: &str, rest: &str, values: Vec<&str>| {
        // Their values lead, so that SQLite looks each of them up instead of reading every chat of the accounts.
        sql.add(before).add("select x.id from (values ");
        for (index, value) in values.iter().enumerate() {
            sql.add(if index == 0 { "(" } else { ", (" }).bind(*value).add(")");
        }
        if values.is_empty() {
            sql.add("(null)");
        }
        sql.add(") as w cross join chats x where x.org_id = ").bind(scope.org_id.0).add(" and x.source_id in ");
        sql.list(accounts.iter().copied()).add(rest).add(" = w.column1");
    };
    among("", " and x.external_id", all().map(|stranger| stranger.external_id.as_str()).collect());
    let or = " union ";
    among(or, " and x.phone", all().filter_map(|stranger| stranger.phone.as_deref()).collect());
    // The index of names has no others.
    among(
        or,
        " and x.username is not null and lower(x.username)",
        all().filter_map(|stranger| stranger.username.as_deref()).collect(),
    );
    sql.add(")");
    for row in sql.all::<Row>(&service.db.reader(scope)).await? {
        known.entry(row.source_id).or_default().push(row);
    }
    Ok(known)
}

/// Whether a chat of the account is with somebody.
fn is(row: &Row, stranger: &Stranger) -> bool {
    let username = row.username.as_deref().map(str::to_lowercase);
    row.kind == "private"
        && (row.external_id == stranger.external_id
            || (username.is_some() && username == stranger.username)
            || (row.phone.is_some() && row.phone == stranger.phone))
}
