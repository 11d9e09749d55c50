//! One change of many deals: chosen ones, or all that match. A job does it chunk by chunk, and another one undoes it.

pub mod commands;
pub mod hand_over;
pub mod http;
pub mod request;
pub mod run;
pub mod undo;
