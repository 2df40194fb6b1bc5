//! The services and operations that the simulator speaks; everything else is refused as AWS refuses it.

use serde::{Deserialize, Serialize};

/// A service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Service {
    /// AWS Security Token Service.
    Sts,
    /// AWS Organizations.
    Organizations,
    /// AWS Identity and Access Management.
    Iam,
    /// Amazon Simple Storage Service.
    S3,
    /// Amazon Simple Notification Service.
    Sns,
    /// AWS Account Management.
    Account,
    /// S3's operations on accounts.
    S3Control,
    /// IAM Access Analyzer.
    AccessAnalyzer,
    /// AWS CloudTrail.
    CloudTrail,
    /// Amazon CloudWatch Logs.
    Logs,
    /// Amazon CloudWatch.
    CloudWatch,
    /// AWS Config.
    Config,
    /// Amazon Athena.
    Athena,
}

impl Service {
    /// Every service.
    pub const ALL: [Self; 13] = [
        Self::Sts,
        Self::Organizations,
        Self::Iam,
        Self::S3,
        Self::Sns,
        Self::Account,
        Self::S3Control,
        Self::AccessAnalyzer,
        Self::CloudTrail,
        Self::Logs,
        Self::CloudWatch,
        Self::Config,
        Self::Athena,
    ];

    /// The first label of the service's endpoint, which for all but S3 Control is also its name in the scope of a
    /// signature.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Sts => "sts",
            Self::Organizations => "organizations",
            Self::Iam => "iam",
            Self::S3 => "s3",
            Self::Sns => "sns",
            Self::Account => "account",
            Self::S3Control => "s3-control",
            Self::AccessAnalyzer => "access-analyzer",
            Self::CloudTrail => "cloudtrail",
            Self::Logs => "logs",
            Self::CloudWatch => "monitoring",
            Self::Config => "config",
            Self::Athena => "athena",
        }
    }

    /// The service of a signature's scope; S3 Control signs as S3.
    pub(crate) fn from_scope(name: &str) -> Option<Self> {
        let known = Self::ALL.into_iter().filter(|service| *service != Self::S3Control);
        known.into_iter().find(|service| service.name() == name)
    }

    /// The service as it stands before the colon of an action.
    #[must_use]
    pub fn action_prefix(self) -> &'static str {
        match self {
            Self::CloudWatch => "cloudwatch",
            Self::S3Control => "s3",
            _ => self.name(),
        }
    }
}

/// Declares the operations once: variant, service, name.
macro_rules! operations {
    ($($service:ident: $($operation:ident),+;)+) => {
        /// An operation that the simulator answers; see the AWS API reference of its service.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[expect(missing_docs, reason = "the names are AWS's own")]
        pub enum Operation { $($($operation,)+)+ }

        impl Operation {
            /// Every operation.
            pub const ALL: &'static [Self] = &[$($(Self::$operation,)+)+];

            /// The service that it belongs to.
            #[must_use]
            pub fn service(self) -> Service {
                match self { $($(Self::$operation)|+ => Service::$service,)+ }
            }

            /// The name in the AWS API reference.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $($(Self::$operation => stringify!($operation),)+)+ }
            }
        }
    };
}

operations! {
    Sts: AssumeRole, AssumeRoot, GetCallerIdentity;
    Organizations: DescribeOrganization, ListAccounts, ListRoots, ListOrganizationalUnitsForParent,
        ListAccountsForParent, ListParents, DescribeAccount, ListPolicies, DescribePolicy, ListPoliciesForTarget,
        ListTargetsForPolicy, DescribeResourcePolicy, ListDelegatedAdministrators, ListDelegatedServicesForAccount,
        ListAWSServiceAccessForOrganization;
    Iam: GenerateCredentialReport, GetCredentialReport, GetAccountSummary, GetAccountPasswordPolicy,
        GetAccountAuthorizationDetails, ListVirtualMFADevices, ListServerCertificates, ListEntitiesForPolicy,
        ListOrganizationsFeatures, ListAccessKeys, ListMFADevices, ListSigningCertificates, GetLoginProfile, GetUser,
        GetAccessKeyLastUsed, GenerateServiceLastAccessedDetails, GetServiceLastAccessedDetails;
    S3: CreateBucket, ListBuckets, HeadBucket, PutObject, GetObject, HeadObject, ListObjectsV2, ListObjectVersions,
        CreateMultipartUpload, UploadPart, CompleteMultipartUpload, AbortMultipartUpload;
    Sns: CreateTopic, Publish, ListSubscriptionsByTopic;
    Account: ListRegions, GetAlternateContact;
    S3Control: GetPublicAccessBlock;
    AccessAnalyzer: ListAnalyzers;
    CloudTrail: DescribeTrails, GetTrailStatus, GetEventSelectors, LookupEvents;
    Logs: DescribeMetricFilters;
    CloudWatch: DescribeAlarmsForMetric, DescribeAlarms;
    Config: SelectResourceConfig, SelectAggregateResourceConfig, DescribeConfigurationRecorderStatus,
        DescribeConfigurationRecorders, DescribeConfigurationAggregators,
        DescribeConfigurationAggregatorSourcesStatus, PutConfigRule, PutEvaluations, GetComplianceDetailsByConfigRule,
        StartConfigRulesEvaluation;
    Athena: StartQueryExecution, GetQueryExecution, GetQueryResults;
}

impl Operation {
    pub(crate) fn find(service: Service, name: &str) -> Option<Self> {
        let mut known = Self::ALL.iter().copied();
        known.find(|operation| operation.service() == service && operation.name() == name)
    }
}

impl Operation {
    /// The action that a policy must allow; some operations are not called like their action.
    #[must_use]
    pub fn action(self) -> String {
        let name = match self {
            Self::GetPublicAccessBlock => "GetAccountPublicAccessBlock",
            Self::HeadObject => "GetObject",
            Self::HeadBucket | Self::ListObjectsV2 => "ListBucket",
            Self::ListBuckets => "ListAllMyBuckets",
            Self::ListObjectVersions => "ListBucketVersions",
            Self::CreateMultipartUpload | Self::UploadPart | Self::CompleteMultipartUpload => "PutObject",
            _ => self.name(),
        };
        format!("{}:{name}", self.service().action_prefix())
    }

    /// Names of all operations as `service:Operation`, one a line.
    #[must_use]
    pub fn listing() -> String {
        let names = Self::ALL
            .iter()
            .map(|operation| format!("{}:{}\n", operation.service().name(), operation.name()));
        names.collect()
    }
}
