//! The rule of AWS Config as tables of cases: what is asked, how users are judged, what is answered.

#[cfg(test)]
#[path = "config_rule/answers.rs"]
mod answers;
#[cfg(test)]
#[path = "config_rule/events.rs"]
mod events;
#[cfg(test)]
#[path = "config_rule/parameters.rs"]
mod parameters;
#[cfg(test)]
#[path = "config_rule/verdicts.rs"]
mod verdicts;
