//! Moving deals: the one operation by which a deal changes its stage, what stages ask for, the order within a column,
//! and the history of moves.

pub mod commands;
pub mod history;
pub mod http;
pub mod operation;
pub mod order;
mod programs;
pub mod rules;
