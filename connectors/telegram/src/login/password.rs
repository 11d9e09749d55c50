//! The proof that one knows a password, without sending it (SRP, <https://core.telegram.org/api/srp>). Takes the better
//! part of a second of computing, which is done beside the runtime.

use grammers_crypto::two_factor_auth::{calculate_2fa, check_p_and_g};
use grammers_tl_types::{enums, types};

use super::LoginRefused;
use crate::refused::Refused;

type Algorithm = types::PasswordKdfAlgoSha256Sha256Pbkdf2Hmacsha512iter100000Sha256ModPow;

pub(super) async fn proof(
    asked: types::account::Password,
    password: String,
    random: [u8; 32],
) -> Result<enums::InputCheckPasswordSrp, LoginRefused> {
    let computed = tokio::task::spawn_blocking(move || compute(asked, &password, &random)).await;
    // The library panics at parameters that it does not know.
    let computed = computed.map_err(|_| LoginRefused::Refused(Refused::Panicked))?;
    computed.ok_or_else(|| LoginRefused::Refused(unsound()))
}

fn compute(asked: types::account::Password, password: &str, random: &[u8; 32]) -> Option<enums::InputCheckPasswordSrp> {
    let Some(enums::PasswordKdfAlgo::Sha256Sha256Pbkdf2Hmacsha512iter100000Sha256ModPow(algorithm)) =
        asked.current_algo
    else {
        return Some(enums::InputCheckPasswordSrp::InputCheckPasswordEmpty);
    };
    let Algorithm { salt1, salt2, p, g } = algorithm;
    let (srp_id, srp_b) = (asked.srp_id?, asked.srp_b?);
    if !(2..=7).contains(&g) || srp_b.len() > 256 || !check_p_and_g(&p, &g) {
        return None;
    }
    let secret = secret(asked.secure_random, random);
    let (m1, a) = calculate_2fa(&salt1, &salt2, &p, &g, srp_b, secret, password);
    let proof = types::InputCheckPasswordSrp { srp_id, a: a.to_vec(), m1: m1.to_vec() };
    Some(proof.into())
}

/// Telegram lends its randomness to clients that have none: ours is mixed in, so that it does not know the secret.
fn secret(mut lent: Vec<u8>, own: &[u8; 32]) -> Vec<u8> {
    lent.resize(256, 0);
    for (byte, own) in lent.iter_mut().zip(own.iter().cycle()) {
        *byte ^= own;
    }
    lent
}

/// A modulus or a generator that would give the password away.
fn unsound() -> Refused {
    Refused::Other { code: 0, name: "PASSWORD_PARAMETERS_UNSOUND".to_owned() }
}
