//! stub
#[derive(Debug)]
pub enum Problem { Required }
impl Problem {
    pub fn code(&self) -> &'static str { "field.required" }
    pub fn params(&self) -> Vec<(&'static str, String)> { vec![] }
}
