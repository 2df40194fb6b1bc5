//! Collects the credential report of every account of an organization.
