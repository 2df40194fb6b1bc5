//! The policy language of IAM: parse, match, decide.
