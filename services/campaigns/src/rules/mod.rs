//! What campaigns go by. Every rule is a function of what it is given: time, chance and facts are inputs, nothing is read
//! or written. The scheduler and the rehearsal call the same ones.

pub mod capacity;
pub mod chance;
#[cfg(test)]
mod fixtures;
pub mod forecast;
pub mod opt_out;
pub mod policy;
pub mod rehearse;
pub mod significance;
pub mod steps;
pub mod template;
pub mod variants;
pub mod window;
