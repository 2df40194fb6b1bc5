//! Managed policies of AWS that the worlds use; documents shortened to their gist.

/// A managed policy of AWS.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AwsPolicy {
    /// Path and name.
    pub(crate) name: &'static str,
    /// The version in force, of as many versions as its number says.
    pub(crate) version: u32,
    pub(crate) document: &'static str,
}

/// Writes a policy of one `Allow` statement.
macro_rules! allow {
    ($($action:literal),+) => {
        concat!(
            r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["#,
            allow!(@ $($action),+),
            r#"],"Resource":"*"}]}"#
        )
    };
    (@ $first:literal $(, $more:literal)*) => { concat!('"', $first, '"' $(, ",\"", $more, '"')*) };
}

const ALL: &[AwsPolicy] = &[
    AwsPolicy {
        name: "AdministratorAccess",
        version: 1,
        document: r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#,
    },
    AwsPolicy {
        name: "PowerUserAccess",
        version: 6,
        document: r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","NotAction":["iam:*","organizations:*","account:*"],"Resource":"*"},{"Effect":"Allow","Action":["account:GetAccountInformation","account:ListRegions","iam:CreateServiceLinkedRole","iam:DeleteServiceLinkedRole","iam:ListRoles","organizations:DescribeOrganization"],"Resource":"*"}]}"#,
    },
    AwsPolicy {
        name: "ReadOnlyAccess",
        version: 3,
        document: allow!(
            "ec2:Describe*",
            "iam:Get*",
            "iam:List*",
            "s3:Get*",
            "s3:List*",
            "sns:List*"
        ),
    },
    AwsPolicy {
        name: "SecurityAudit",
        version: 4,
        document: allow!(
            "cloudtrail:Describe*",
            "config:Describe*",
            "iam:Get*",
            "iam:List*",
            "s3:GetBucketPolicy"
        ),
    },
    AwsPolicy {
        name: "IAMUserChangePassword",
        version: 2,
        document: r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["iam:ChangePassword"],"Resource":["arn:aws:iam::*:user/${aws:username}"]},{"Effect":"Allow","Action":["iam:GetAccountPasswordPolicy"],"Resource":"*"}]}"#,
    },
    AwsPolicy {
        name: "AmazonS3FullAccess",
        version: 2,
        document: allow!("s3:*", "s3-object-lambda:*"),
    },
    AwsPolicy {
        name: "AWSSupportAccess",
        version: 1,
        document: allow!("support:*"),
    },
    AwsPolicy {
        name: "AWSCloudShellFullAccess",
        version: 1,
        document: allow!("cloudshell:*"),
    },
    AwsPolicy {
        name: "AmazonSSMManagedInstanceCore",
        version: 2,
        document: allow!(
            "ssm:DescribeAssociation",
            "ssm:GetDocument",
            "ssm:UpdateInstanceInformation",
            "ssmmessages:*"
        ),
    },
    AwsPolicy {
        name: "service-role/AWSLambdaBasicExecutionRole",
        version: 1,
        document: allow!("logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"),
    },
    AwsPolicy {
        name: "aws-service-role/AWSOrganizationsServiceTrustPolicy",
        version: 2,
        document: allow!("iam:CreateServiceLinkedRole"),
    },
    AwsPolicy {
        name: "aws-service-role/AWSSupportServiceRolePolicy",
        version: 9,
        document: allow!("cloudtrail:DescribeTrails", "ec2:Describe*", "iam:ListRoles"),
    },
    AwsPolicy {
        name: "job-function/ViewOnlyAccess",
        version: 5,
        document: allow!("ec2:DescribeInstances", "iam:ListUsers", "s3:ListAllMyBuckets"),
    },
];

/// The policy with this ARN, if AWS has it in a partition.
pub(crate) fn find(partition: &str, arn: &str) -> Option<&'static AwsPolicy> {
    let name = arn.strip_prefix(&format!("arn:{partition}:iam::aws:policy/"))?;
    ALL.iter().find(|policy| policy.name == name)
}

/// The ARN of a managed policy of AWS, by path and name.
pub(crate) fn arn(partition: &str, name: &str) -> String {
    format!("arn:{partition}:iam::aws:policy/{name}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_document_is_a_policy() {
        for policy in ALL {
            let document: serde_json::Value = serde_json::from_str(policy.document).expect(policy.name);
            assert!(document["Statement"][0]["Effect"] == "Allow", "{}", policy.name);
        }
        assert!(find("aws", "arn:aws:iam::aws:policy/AWSSupportAccess").is_some());
        assert!(find("aws-cn", "arn:aws:iam::aws:policy/AWSSupportAccess").is_none());
        assert_eq!(
            arn("aws-cn", "job-function/ViewOnlyAccess"),
            "arn:aws-cn:iam::aws:policy/job-function/ViewOnlyAccess"
        );
    }
}
