//! What was said with a contact, by chat and day, for the timelines of others.

mod calendar;
mod days;
