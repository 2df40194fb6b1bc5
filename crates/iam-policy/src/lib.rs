//! The IAM policy language: parse, match, decide.
//!
//! A [`Policy`] is read from the JSON text that AWS returns ([`document`]). A [`Request`] says who wants to do what
//! to which resource, in which context ([`request`]). [`decide`](decision::decide) answers with one of the three
//! outcomes of AWS's evaluation logic, the statements that decided, and the layer that blocked.
//!
//! The crate is pure: no SDK, clock, environment, file or thread. What it cannot read it neither guesses nor
//! drops: an unreadable statement becomes a [`NotEvaluated`] with a reason, beside the answer of the rest.
//!
//! Semantics follow the AWS IAM User Guide ("Policy evaluation logic" and "IAM JSON policy element reference") and,
//! for SCPs and RCPs, the AWS Organizations User Guide; each module names the page it rests on.

mod action_set;
mod arn;
pub mod catalogue;
mod condition;
pub mod decision;
pub mod document;
pub mod effective;
mod encoding;
pub mod escalation;
mod evaluate;
mod json;
pub mod json_lines;
mod pattern;
mod principal;
pub mod request;
mod statement;
mod template;

pub use action_set::ActionSet;
pub use catalogue::{AccessLevel, ActionId, Catalogue};
pub use decision::{Decision, Layer, Outcome, Policies};
pub use document::{NotEvaluated, Policy, PolicyError};
pub use encoding::{EncodingError, decode_url};
pub use principal::Grantee;
pub use request::{Context, Principal, Request, RequestError, Value};
pub use statement::{Effect, Statement};
