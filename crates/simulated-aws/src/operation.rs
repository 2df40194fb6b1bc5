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
}

impl Service {
    /// Every service.
    pub const ALL: [Self; 5] = [Self::Sts, Self::Organizations, Self::Iam, Self::S3, Self::Sns];

    /// The service as it stands in the scope of a signature.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Sts => "sts",
            Self::Organizations => "organizations",
            Self::Iam => "iam",
            Self::S3 => "s3",
            Self::Sns => "sns",
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|service| service.name() == name)
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
    Sts: AssumeRole, GetCallerIdentity;
    Organizations: DescribeOrganization, ListAccounts, ListRoots, ListOrganizationalUnitsForParent,
        ListAccountsForParent, ListParents, DescribeAccount;
    Iam: GenerateCredentialReport, GetCredentialReport;
    S3: CreateBucket, ListBuckets, HeadBucket, PutObject, GetObject, HeadObject, ListObjectsV2, ListObjectVersions,
        CreateMultipartUpload, UploadPart, CompleteMultipartUpload, AbortMultipartUpload;
    Sns: CreateTopic, Publish;
}

impl Operation {
    pub(crate) fn find(service: Service, name: &str) -> Option<Self> {
        let mut known = Self::ALL.iter().copied();
        known.find(|operation| operation.service() == service && operation.name() == name)
    }
}

impl Operation {
    /// Names of all operations as `service:Operation`, one a line.
    #[must_use]
    pub fn listing() -> String {
        let names = Self::ALL
            .iter()
            .map(|operation| format!("{}:{}\n", operation.service().name(), operation.name()));
        names.collect()
    }
}
