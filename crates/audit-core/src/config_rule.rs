//! A custom rule of AWS Config about the users of an account: what it is asked, how it judges, what it answers.
//!
//! Sources: AWS Config Developer Guide, "Example events for AWS Config rules" and "AWS Lambda functions for AWS Config
//! custom rules"; AWS Config API Reference, `PutEvaluations` and `Evaluation`.

mod evaluation;
mod event;
mod judge;
mod notification;
mod parameters;
mod record;

pub use evaluation::{
    Compliance, Evaluation, LinkTooLong, MOST_EVALUATIONS, Resource, annotation, left_behind, worst_of_each,
};
pub use event::{InvalidRuleEvent, ResultToken, Rule, RuleEvent, Task};
pub use judge::{Breach, Verdict, judge};
pub use parameters::{Condition, InvalidParameter, Mode, Parameters};
pub use record::{Evaluated, Evaluations, InvalidEvaluations};
