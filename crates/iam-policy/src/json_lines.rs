//! Decisions for JSON Lines: one question a line in, one answer a line out.
//!
//! ```text
//! in:  {"id":"…","req":{"principal":"arn:…","action":"s3:GetObject","resource":"arn:…","resource_account":"…","ctx":{…}},
//!       "identity":[policy,…],"boundary":policy?,"scps":[[policy,…],…]?,"rcps":[[policy,…],…]?,"session":policy?,
//!       "resource_policy":policy?}
//! out: {"id":"…","decision":"Allowed","decisive":[{"layer":"identity","policy":0,"statement":0,"effect":"Allow"}]}
//! ```
//! A line that cannot be read is answered with its `id`, where it has one, and an `error`.

mod answer;
mod cache;
mod question;

use cache::Cache;
use question::Question;

use crate::decision::decide;

/// Answers questions one by one and keeps compiled policies for the next.
#[derive(Debug, Default)]
pub struct Decider {
    cache: Cache,
}

/// Whether a line could be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answered {
    /// The answer is a decision.
    Decided,
    /// The answer is an error: the question could not be read.
    Unreadable,
}

impl Decider {
    /// Answers one line by appending one line, with its line feed, to `out`.
    pub fn answer(&mut self, line: &[u8], out: &mut Vec<u8>) -> Answered {
        let Ok(text) = std::str::from_utf8(line.trim_ascii()) else {
            return answer::unreadable(None, "the line is not UTF-8", out);
        };
        let question = match Question::read(text) {
            Ok(question) => question,
            Err(error) => {
                return answer::unreadable(question::find_id(text), &error.to_string(), out);
            }
        };
        let id = question.id.map(serde_json::value::RawValue::get);
        let request = match question.request() {
            Ok(request) => request,
            Err(error) => return answer::unreadable(id, &error.to_string(), out),
        };
        let policies = question.policies(&mut self.cache);
        answer::decided(id, &decide(&policies, &request), out)
    }
}
