//! When services were last used, as `GetServiceLastAccessedDetails` tells it for each principal.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Deserialize;

/// When a principal last used a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LastUse {
    /// Nobody asked, or the answer does not name the service.
    Unknown,
    /// Never in the time that AWS tracks.
    Never,
    /// Then.
    At(Timestamp),
}

/// For each ARN the services that it could use, and when it last tried.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LastAccessed(BTreeMap<String, BTreeMap<String, Option<Timestamp>>>);

/// The file is not what is expected.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it is no JSON object of answers of get-service-last-accessed-details by ARN: {0}")]
pub struct LastAccessedError(String);

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    services_last_accessed: Vec<Service>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Service {
    service_namespace: String,
    #[serde(default)]
    last_authenticated: Option<Timestamp>,
}

impl LastAccessed {
    /// Reads a JSON object: ARNs, and for each the answer of `aws iam get-service-last-accessed-details`.
    ///
    /// # Errors
    /// When an answer cannot be read; the message says where.
    pub fn read(text: &str) -> Result<Self, LastAccessedError> {
        let answers: BTreeMap<String, Answer> =
            serde_json::from_str(text).map_err(|error| LastAccessedError(error.to_string()))?;
        let mut all = Self::default();
        for (arn, answer) in answers {
            for service in answer.services_last_accessed {
                all.insert(&arn, service.service_namespace, service.last_authenticated);
            }
        }
        Ok(all)
    }

    /// Adds when a principal last used a service; `None` for never in the time that AWS tracks.
    pub fn insert(&mut self, arn: &str, service: String, at: Option<Timestamp>) {
        self.0.entry(arn.to_owned()).or_default().insert(service, at);
    }

    pub(super) fn of(&self, arn: &str, service: &str) -> LastUse {
        let services = self.0.get(arn);
        let used = if service == "*" {
            services.and_then(|services| services.values().copied().max())
        } else {
            services.and_then(|services| services.get(service).copied())
        };
        match used {
            None => LastUse::Unknown,
            Some(None) => LastUse::Never,
            Some(Some(at)) => LastUse::At(at),
        }
    }
}
