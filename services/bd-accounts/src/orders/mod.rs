//! Orders of accounts from a provider: off unless the operator switches them on, and without a provider of its own. What is
//! bought here may break the rules of the network; the operator answers for it.

pub mod commands;
pub mod http;
mod store;

/// What is ordered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    /// ISO 3166-1 alpha-2.
    pub country: String,
    pub quantity: u32,
}

/// What a provider answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// What the provider calls the order.
    pub external_id: String,
    pub amount_minor: i64,
    /// ISO 4217.
    pub currency: String,
}

/// Somebody who sells accounts; none comes with this program.
#[async_trait::async_trait]
pub trait Provider: Send + Sync {
    fn name(&self) -> &'static str;

    /// Orders.
    ///
    /// # Errors
    /// When the provider refuses, in its words.
    async fn order(&self, wish: &Wish) -> Result<Offer, String>;
}
