//! `rapport audit verify`: whether the chain of every organization holds, line by line. It only reads.

use std::fmt::Write as _;

use anyhow::{Result, bail};
use audit::{Audit, Verified};
use jobs::Organizations;
use kernel::{Clock, OrgId, Scope};
use settings::Settings;

use crate::compose::{App, open_database};

/// Organizations that are asked for together.
const ORGANIZATIONS: u64 = 100;

/// Opens the database and says how the chains stand.
///
/// # Errors
/// When the database cannot be read, or a chain is broken.
pub async fn run(settings: Settings) -> Result<String> {
    let app = App::build(open_database(&settings, Clock::system()).await?, settings)?;
    let chains = chains(&app.audit, app.identity.as_ref()).await?;
    let mut text = String::new();
    for (org, chain) in &chains {
        let state = match (chain.broken_at, chain.missing) {
            (Some(line), _) => format!("BROKEN at line {line}"),
            (None, 0) => "intact".to_owned(),
            (None, missing) => format!("{missing} events have NO LINE (event_dead_letters)"),
        };
        let _ = writeln!(text, "{org}  {} lines  {state}  head {}", chain.lines, chain.head);
    }
    if chains.iter().any(|(_, chain)| !chain.intact) {
        bail!("the audit log was changed, or is not whole:\n{text}");
    }
    Ok(text)
}

/// How the chains of all organizations stand.
///
/// # Errors
/// When the database cannot be read.
pub async fn chains(audit: &Audit, organizations: &dyn Organizations) -> Result<Vec<(OrgId, Verified)>> {
    let mut chains = Vec::new();
    let mut last = None;
    loop {
        let some = organizations.after(last, ORGANIZATIONS).await?;
        let Some(newest) = some.last() else { return Ok(chains) };
        last = Some(*newest);
        for org in some {
            chains.push((org, audit.verify(&Scope::system(org, "audit verify")).await?));
        }
    }
}
