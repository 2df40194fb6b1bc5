//! Bytes that people and engines open.
