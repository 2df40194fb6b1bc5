//! What IAM says about an account in a few small answers: summary, password policy, devices, certificates, support.

use audit_core::facts::{
    AccountSummary, OrganizationFeatures, PasswordPolicy, PasswordRules, PolicyEntities, ServerCertificate,
    VirtualMfaDevice,
};
use aws_sdk_iam::types::{AssignmentStatusType, EntityType, FeatureType, PolicyUsageType, SummaryKeyType};

use super::Iam;
use crate::errand::{Errand, instant, malformed, required};
use crate::error::{CallError, classify};
use crate::whole::Whole;

impl Iam {
    /// The entries of `GetAccountSummary` that checks look at. An answer without any of them is none.
    ///
    /// # Errors
    /// When the call fails for good.
    pub async fn summary(&self, errand: &Errand<'_>) -> Result<AccountSummary, CallError> {
        const OPERATION: &str = "iam:GetAccountSummary";
        let ask = || async {
            let call = self
                .client
                .get_account_summary()
                .customize()
                .config_override(Self::acting(errand.session))
                .interceptor(Whole(&["SummaryMap"]));
            let answer = call.send().await.map_err(|error| classify(OPERATION, &error))?;
            let map = answer.summary_map.unwrap_or_default();
            let entry = |name: &str| map.get(&SummaryKeyType::from(name)).copied();
            let entry = |name: &str| {
                entry(name)
                    .map(u32::try_from)
                    .transpose()
                    .map_err(|_| malformed(OPERATION))
            };
            let summary = AccountSummary {
                password_present: entry("AccountPasswordPresent")?,
                mfa_enabled: entry("AccountMFAEnabled")?,
                access_keys_present: entry("AccountAccessKeysPresent")?,
            };
            if summary == AccountSummary::default() {
                return Err(malformed(OPERATION));
            }
            Ok(summary)
        };
        errand.call(ask).await
    }

    /// The password policy, or that there is none (`GetAccountPasswordPolicy`).
    ///
    /// # Errors
    /// When the call fails for good.
    pub async fn password_policy(&self, errand: &Errand<'_>) -> Result<PasswordPolicy, CallError> {
        const OPERATION: &str = "iam:GetAccountPasswordPolicy";
        let ask = || async {
            let call = self
                .client
                .get_account_password_policy()
                .customize()
                .config_override(Self::acting(errand.session))
                .interceptor(Whole(&["PasswordPolicy"]));
            let answer = match call.send().await.map_err(|error| classify(OPERATION, &error)) {
                Ok(answer) => answer,
                Err(error) if error.has_code(&["NoSuchEntity"]) => return Ok(PasswordPolicy::NoneSet),
                Err(error) => return Err(error),
            };
            let rules = answer.password_policy.ok_or_else(|| malformed(OPERATION))?;
            let number = |number: Option<i32>| {
                let number = number.map(u32::try_from).transpose();
                number.map_err(|_| malformed(OPERATION))
            };
            Ok(PasswordPolicy::Set(PasswordRules {
                minimum_length: number(rules.minimum_password_length)?,
                symbol: rules.require_symbols,
                number: rules.require_numbers,
                uppercase: rules.require_uppercase_characters,
                lowercase: rules.require_lowercase_characters,
                reuse_prevention: number(rules.password_reuse_prevention)?,
                expires: rules.expire_passwords,
                max_age: number(rules.max_password_age)?,
            }))
        };
        errand.call(ask).await
    }

    /// The virtual MFA devices that are assigned to somebody (`ListVirtualMFADevices`).
    ///
    /// # Errors
    /// When a call fails for good.
    pub async fn virtual_mfa_devices(&self, errand: &Errand<'_>) -> Result<Vec<VirtualMfaDevice>, CallError> {
        const OPERATION: &str = "iam:ListVirtualMFADevices";
        let page = |marker: Option<String>| async move {
            let call = self
                .client
                .list_virtual_mfa_devices()
                .assignment_status(AssignmentStatusType::Assigned)
                .max_items(1_000)
                .set_marker(marker)
                .customize()
                .config_override(Self::acting(errand.session))
                .interceptor(Whole(&["VirtualMFADevices", "IsTruncated"]));
            let answer = call.send().await.map_err(|error| classify(OPERATION, &error))?;
            let devices = answer.virtual_mfa_devices.into_iter().map(|device| {
                Ok(VirtualMfaDevice {
                    serial: required(OPERATION, Some(device.serial_number))?,
                    user_arn: device
                        .user
                        .map(|user| required(OPERATION, Some(user.arn)))
                        .transpose()?,
                })
            });
            let devices: Vec<_> = devices.collect::<Result<_, CallError>>()?;
            Ok((devices, next(OPERATION, answer.is_truncated, answer.marker)?))
        };
        errand.pages(OPERATION, page).await
    }

    /// The server certificates in IAM's store (`ListServerCertificates`).
    ///
    /// # Errors
    /// When a call fails for good.
    pub async fn server_certificates(&self, errand: &Errand<'_>) -> Result<Vec<ServerCertificate>, CallError> {
        const OPERATION: &str = "iam:ListServerCertificates";
        let page = |marker: Option<String>| async move {
            let call = self
                .client
                .list_server_certificates()
                .max_items(1_000)
                .set_marker(marker)
                .customize()
                .config_override(Self::acting(errand.session))
                .interceptor(Whole(&["ServerCertificateMetadataList", "IsTruncated"]));
            let answer = call.send().await.map_err(|error| classify(OPERATION, &error))?;
            let certificates = answer.server_certificate_metadata_list.into_iter().map(|one| {
                Ok(ServerCertificate {
                    arn: required(OPERATION, Some(one.arn))?,
                    expiration: one.expiration.map(|at| instant(OPERATION, &at)).transpose()?,
                })
            });
            let certificates: Vec<_> = certificates.collect::<Result<_, CallError>>()?;
            Ok((certificates, next(OPERATION, answer.is_truncated, answer.marker)?))
        };
        errand.pages(OPERATION, page).await
    }

    /// Who holds `AWSSupportAccess` as a permissions policy (`ListEntitiesForPolicy`).
    ///
    /// # Errors
    /// When a call fails for good.
    pub async fn support_policy(&self, errand: &Errand<'_>) -> Result<PolicyEntities, CallError> {
        const OPERATION: &str = "iam:ListEntitiesForPolicy";
        let arn = format!("arn:{}:iam::aws:policy/AWSSupportAccess", errand.partition);
        let arn = arn.as_str();
        let page = |marker: Option<String>| async move {
            let call = self
                .client
                .list_entities_for_policy()
                .policy_arn(arn)
                .policy_usage_filter(PolicyUsageType::PermissionsPolicy)
                .max_items(1_000)
                .set_marker(marker)
                .customize()
                .config_override(Self::acting(errand.session))
                .interceptor(Whole(&["PolicyRoles", "PolicyUsers", "PolicyGroups", "IsTruncated"]));
            let answer = call.send().await.map_err(|error| classify(OPERATION, &error))?;
            let roles = answer
                .policy_roles
                .unwrap_or_default()
                .into_iter()
                .map(|one| one.role_name);
            let users = answer
                .policy_users
                .unwrap_or_default()
                .into_iter()
                .map(|one| one.user_name);
            let groups = answer
                .policy_groups
                .unwrap_or_default()
                .into_iter()
                .map(|one| one.group_name);
            let named = |kind: EntityType| move |name: Option<String>| Ok((kind.clone(), required(OPERATION, name)?));
            let entities = roles
                .map(named(EntityType::Role))
                .chain(users.map(named(EntityType::User)));
            let entities = entities.chain(groups.map(named(EntityType::Group)));
            let entities: Vec<_> = entities.collect::<Result<_, CallError>>()?;
            Ok((entities, next(OPERATION, answer.is_truncated, answer.marker)?))
        };
        let mut entities = PolicyEntities::default();
        for (kind, name) in errand.pages(OPERATION, page).await? {
            match kind {
                EntityType::Role => entities.roles.push(name),
                EntityType::User => entities.users.push(name),
                _ => entities.groups.push(name),
            }
        }
        Ok(entities)
    }
}

impl Iam {
    /// Which features of centralized root access are on (`ListOrganizationsFeatures`); both are off where IAM has no
    /// trusted access to the organization.
    ///
    /// # Errors
    /// When the call fails for good, or this account may not ask.
    pub async fn organization_features(&self, errand: &Errand<'_>) -> Result<OrganizationFeatures, CallError> {
        const OPERATION: &str = "iam:ListOrganizationsFeatures";
        let ask = || async {
            let call = self
                .client
                .list_organizations_features()
                .customize()
                .config_override(Self::acting(errand.session))
                .interceptor(Whole(&["EnabledFeatures"]));
            match call.send().await.map_err(|error| classify(OPERATION, &error)) {
                Ok(answer) => {
                    let enabled = answer.enabled_features.unwrap_or_default();
                    Ok(OrganizationFeatures {
                        root_credentials_management: enabled.contains(&FeatureType::RootCredentialsManagement),
                        root_sessions: enabled.contains(&FeatureType::RootSessions),
                    })
                }
                Err(error) if error.has_code(NO_TRUSTED_ACCESS) => Ok(OrganizationFeatures::default()),
                Err(error) => Err(error),
            }
        };
        errand.call(ask).await
    }
}

const NO_TRUSTED_ACCESS: &[&str] = &["ServiceAccessNotEnabled", "ServiceAccessNotEnabledException"];

/// The token of the next page: one that is missing from a list that goes on is a defect, not the end.
pub(super) fn next(
    operation: &'static str,
    is_truncated: bool,
    marker: Option<String>,
) -> Result<Option<String>, CallError> {
    match (is_truncated, marker) {
        (true, Some(marker)) => Ok(Some(marker)),
        (false, None) => Ok(None),
        (true, None) | (false, Some(_)) => Err(malformed(operation)),
    }
}
