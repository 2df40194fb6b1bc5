//! The house inspects itself.
