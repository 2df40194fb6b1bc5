//! An AWS organization in memory that speaks the AWS wire protocols.
