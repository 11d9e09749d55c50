//! Currencies of money.

use serde::Serialize;

use super::problem::Problem;
use super::text::clean_line;
use super::{parsed_from_text, text_value};

/// Active codes of ISO 4217 for money (no metals, funds or test codes), in order.
const CODES: &str = "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF \
    CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF \
    IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK \
    MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR \
    SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED \
    VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG";

/// The code of a currency: three capital letters of ISO 4217.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Currency(String);

text_value!(Currency);
parsed_from_text!(Currency);

impl Currency {
    /// Reads a code in any case.
    pub fn parse(raw: &str) -> Result<Self, Problem> {
        let code = clean_line(raw).to_uppercase();
        if code.is_empty() {
            return Err(Problem::Required);
        }
        if CODES.split(' ').any(|known| known == code) { Ok(Self(code)) } else { Err(Problem::ChoiceUnknown) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_in_any_case() {
        assert_eq!(Currency::parse(" eur ").unwrap().as_str(), "EUR");
        assert_eq!(Currency::parse("ZWG").unwrap().as_str(), "ZWG");
    }

    #[test]
    fn what_is_no_currency_is_refused() {
        for raw in ["EURO", "EU", "XXX", "A B", "AED AFN"] {
            assert_eq!(Currency::parse(raw), Err(Problem::ChoiceUnknown), "{raw}");
        }
        assert_eq!(Currency::parse("  "), Err(Problem::Required));
    }
}
