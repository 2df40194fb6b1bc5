//! IAM Access Analyzer: the analyzers of an account in a Region.

use audit_core::facts::{Analyzer, AnalyzerKind, AnalyzerStatus};
use aws_sdk_accessanalyzer::Client;
use aws_sdk_accessanalyzer::types::{AnalyzerStatus as Status, AnalyzerSummary, Type};
use aws_types::SdkConfig;

use crate::caller::configured;
use crate::errand::{Errand, acting, malformed};
use crate::error::{CallError, classify};
use crate::whole::Whole;

const OPERATION: &str = "access-analyzer:ListAnalyzers";

/// The calls to IAM Access Analyzer.
#[derive(Clone, Debug)]
pub struct AccessAnalyzer {
    client: Client,
}

impl AccessAnalyzer {
    /// Ready to call.
    #[must_use]
    pub fn new(sdk: &SdkConfig) -> Self {
        Self {
            client: Client::new(&configured(sdk)),
        }
    }

    /// The analyzers of a Region (IAM Access Analyzer API Reference, `ListAnalyzers`).
    ///
    /// # Errors
    /// When a call fails for good.
    pub async fn analyzers(&self, errand: &Errand<'_>, region: &str) -> Result<Vec<Analyzer>, CallError> {
        let page = |token: Option<String>| async move {
            let call = self
                .client
                .list_analyzers()
                .set_next_token(token)
                .customize()
                .config_override(acting!(aws_sdk_accessanalyzer, errand.session, Some(region)))
                .interceptor(Whole(&["analyzers"]));
            let answer = call.send().await.map_err(|error| classify(OPERATION, &error))?;
            let analyzers: Result<Vec<_>, _> = answer.analyzers.into_iter().map(analyzer).collect();
            Ok((analyzers?, answer.next_token))
        };
        errand.pages(OPERATION, page).await
    }
}

fn analyzer(summary: AnalyzerSummary) -> Result<Analyzer, CallError> {
    if !summary.arn.starts_with("arn:") {
        return Err(malformed(OPERATION));
    }
    Ok(Analyzer {
        arn: summary.arn,
        kind: match summary.r#type {
            Type::Account => AnalyzerKind::AccountExternal,
            Type::Organization => AnalyzerKind::OrganizationExternal,
            _ => AnalyzerKind::Other,
        },
        status: match summary.status {
            Status::Active => AnalyzerStatus::Active,
            _ => AnalyzerStatus::NotActive,
        },
    })
}
