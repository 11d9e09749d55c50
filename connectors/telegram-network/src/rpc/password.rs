//! The two-factor password.

use std::collections::HashMap;

use grammers_tl_types::{enums, functions as f, types};

use super::{Answer, Call, Refusal, bad, login};
use crate::{
    srp::{self, Exchange},
    view::blank,
    world::Verifier,
};

/// Attempts that were begun, by their number.
#[derive(Debug, Default)]
pub(super) struct Exchanges {
    open: HashMap<i64, (i64, Exchange)>,
    last: i64,
}

const MAX_OPEN: usize = 1_000;

pub(super) fn get_password(call: &mut Call<'_>, _: f::account::GetPassword) -> Answer<enums::account::Password> {
    let account = asked_for(call)?;
    let person = call.core.world.person(account).ok_or(bad("USER_DEACTIVATED"))?;
    let Some(verifier) = person.password.clone() else {
        let algo = algo(&[0; 8], &[0; 16]);
        return Ok(blank::password(algo, enums::SecurePasswordKdfAlgo::Unknown).into());
    };
    let mut secret = [0; 256];
    getrandom::fill(&mut secret).map_err(|_| Refusal::new(500, "RANDOM_FAILED"))?;
    let exchange = Exchange::new(&verifier, &secret);
    let shown = exchange.shown.to_vec();
    let exchanges = &mut call.core.logins.passwords;
    if exchanges.open.len() >= MAX_OPEN {
        exchanges.open.clear();
    }
    exchanges.last += 1;
    let number = exchanges.last;
    exchanges.open.insert(number, (account, exchange));
    let algo = algo(&verifier.salt1, &verifier.salt2);
    Ok(types::account::Password {
        has_password: true,
        current_algo: Some(algo.clone()),
        srp_b: Some(shown),
        srp_id: Some(number),
        hint: Some(verifier.hint).filter(|hint| !hint.is_empty()),
        secure_random: secret[..32].to_vec(),
        ..blank::password(algo, enums::SecurePasswordKdfAlgo::Unknown)
    }
    .into())
}

pub(super) fn check_password(
    call: &mut Call<'_>,
    request: f::auth::CheckPassword,
) -> Answer<enums::auth::Authorization> {
    let account = asked_for(call)?;
    let enums::InputCheckPasswordSrp::Srp(proof) = request.password else { return Err(bad("PASSWORD_HASH_INVALID")) };
    // A wrong password does not end the attempt: clients try again with what they were shown.
    let begun = call.core.logins.passwords.open.get(&proof.srp_id);
    let (_, exchange) = begun.filter(|(whose, _)| *whose == account).ok_or(bad("SRP_ID_INVALID"))?;
    let verifier: Option<&Verifier> = call.core.world.person(account).and_then(|person| person.password.as_ref());
    if !verifier.is_some_and(|verifier| exchange.is_proof(verifier, &proof.a, &proof.m1)) {
        return Err(bad("PASSWORD_HASH_INVALID"));
    }
    call.core.logins.passwords.open.remove(&proof.srp_id);
    login::signed_in(call, account)
}

/// Whose password: of the account that is signed in, or is about to be.
fn asked_for(call: &Call<'_>) -> Answer<i64> {
    let record = call.core.key_record(call.key).ok_or(Refusal::new(401, "AUTH_KEY_UNREGISTERED"))?;
    record.account.or(record.password_pending).ok_or(Refusal::new(401, "AUTH_KEY_UNREGISTERED"))
}

fn algo(salt1: &[u8], salt2: &[u8]) -> enums::PasswordKdfAlgo {
    types::PasswordKdfAlgoSha256Sha256Pbkdf2Hmacsha512iter100000Sha256ModPow {
        salt1: salt1.to_vec(),
        salt2: salt2.to_vec(),
        g: srp::G,
        p: srp::prime(),
    }
    .into()
}
