//! `GetAccountSummary`: counts and quotas.

use super::Contents;
use crate::wire::xml::Xml;
use crate::world::MfaKind;

pub(super) fn get(contents: &Contents, xml: &mut Xml) {
    let root = &contents.root;
    let of_users = contents.users.iter().map(|user| user.mfa.len()).sum::<usize>();
    let in_use = of_users + root.mfa.len();
    let is_virtual = |kind| usize::from(kind == MfaKind::Virtual);
    let assigned = contents.users.iter().flat_map(|user| &user.mfa).chain(&root.mfa);
    let virtual_in_use: usize = assigned.map(|device| is_virtual(device.kind)).sum();
    let versions: usize = contents.policies.iter().map(|policy| policy.versions.len()).sum();
    let profiles: usize = contents.roles.iter().map(|role| role.instance_profiles.len()).sum();
    let entries = [
        ("Users", contents.users.len()),
        ("UsersQuota", 5_000),
        ("Groups", contents.groups.len()),
        ("GroupsQuota", 300),
        ("Roles", contents.roles.len()),
        ("RolesQuota", 1_000),
        ("Policies", contents.policies.len()),
        ("PoliciesQuota", 1_500),
        ("PolicyVersionsInUse", versions),
        ("PolicyVersionsInUseQuota", 10_000),
        ("InstanceProfiles", profiles),
        ("InstanceProfilesQuota", 1_000),
        ("ServerCertificates", contents.server_certificates.len()),
        ("ServerCertificatesQuota", 20),
        ("Providers", 0),
        ("MFADevices", virtual_in_use + contents.unassigned_mfa.len()),
        ("MFADevicesInUse", in_use),
        ("AccountMFAEnabled", usize::from(!root.mfa.is_empty())),
        (
            "AccountAccessKeysPresent",
            usize::from(root.keys.iter().any(Option::is_some)),
        ),
        ("AccountPasswordPresent", usize::from(root.has_password())),
        (
            "AccountSigningCertificatesPresent",
            usize::from(root.certificates.iter().any(Option::is_some)),
        ),
        ("AccessKeysPerUserQuota", 2),
        ("SigningCertificatesPerUserQuota", 2),
        ("GroupsPerUserQuota", 10),
        ("AttachedPoliciesPerUserQuota", 10),
        ("AttachedPoliciesPerGroupQuota", 10),
        ("AttachedPoliciesPerRoleQuota", 20),
        ("UserPolicySizeQuota", 2_048),
        ("GroupPolicySizeQuota", 5_120),
        ("RolePolicySizeQuota", 10_240),
        ("PolicySizeQuota", 6_144),
        ("AssumeRolePolicySizeQuota", 2_048),
        ("VersionsPerPolicyQuota", 5),
        ("GlobalEndpointTokenVersion", 1),
    ];
    xml.open("SummaryMap");
    for (key, value) in entries {
        xml.open("entry")
            .leaf("key", key)
            .leaf("value", &value.to_string())
            .close();
    }
    xml.close();
}
