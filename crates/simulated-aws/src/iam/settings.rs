//! Settings of the account: password policy, server certificates, features of centralized root access.

use super::{Call, Contents, date, end_of_page, no_such_entity, path};
use crate::wire::refusal::Refusal;
use crate::wire::xml::Xml;

pub(super) fn password_policy(contents: &Contents, xml: &mut Xml) -> Result<(), Refusal> {
    let policy = contents.password_policy.ok_or_else(|| {
        let message = "The Password Policy with domain name for this account cannot be found.";
        no_such_entity(message.to_owned())
    })?;
    xml.open("PasswordPolicy");
    xml.leaf("MinimumPasswordLength", &policy.minimum_length.to_string());
    let switches = [
        ("RequireSymbols", policy.symbols),
        ("RequireNumbers", policy.numbers),
        ("RequireUppercaseCharacters", policy.uppercase),
        ("RequireLowercaseCharacters", policy.lowercase),
        ("AllowUsersToChangePassword", policy.users_may_change),
        ("ExpirePasswords", policy.max_age.is_some()),
    ];
    for (name, value) in switches {
        xml.leaf(name, &value.to_string());
    }
    let numbers = [
        ("MaxPasswordAge", policy.max_age),
        ("PasswordReusePrevention", policy.reuse_prevention),
    ];
    for (name, value) in numbers {
        xml.maybe(name, value.map(|value| value.to_string()).as_deref());
    }
    xml.maybe(
        "HardExpiry",
        policy.hard_expiry.map(|value| value.to_string()).as_deref(),
    );
    xml.close();
    Ok(())
}

pub(super) fn server_certificates(call: &Call<'_>, contents: &Contents, xml: &mut Xml) -> Result<(), Refusal> {
    let prefix = call.form.get("PathPrefix").unwrap_or("/");
    let all = contents.server_certificates.iter();
    let all: Vec<_> = all
        .filter(|certificate| path(&certificate.path).starts_with(prefix))
        .collect();
    let page = call.page(prefix, all.len())?;
    xml.open("ServerCertificateMetadataList");
    for certificate in all.get(page.range.clone()).unwrap_or_default() {
        let name = format!("server-certificate/{}{}", certificate.path, certificate.name);
        xml.open("member").leaf("Path", &path(&certificate.path));
        xml.leaf("ServerCertificateName", &certificate.name);
        xml.leaf("ServerCertificateId", &call.unique_id("ASCA", &name));
        xml.leaf("Arn", &call.arn(&name));
        xml.leaf("UploadDate", &date(certificate.uploaded));
        xml.leaf("Expiration", &date(certificate.expires)).close();
    }
    xml.close();
    end_of_page(&page, xml);
    Ok(())
}

pub(super) fn organizations_features(call: &Call<'_>, xml: &mut Xml) -> Result<(), Refusal> {
    const SERVICE: &str = "iam.amazonaws.com";
    let governance = call.world.governance();
    let account = &call.account.id;
    if !governance.in_use {
        let message = "The request was rejected because no organization is associated with your account.";
        return Err(Refusal::bad("OrganizationNotFoundException", message));
    }
    if account != call.world.management_account() && !governance.is_delegated(account, SERVICE) {
        let message = "The request was rejected because the account making the request is not the management account \
                       or delegated administrator account for centralized root access.";
        return Err(Refusal::bad(
            "AccountNotManagementOrDelegatedAdministratorException",
            message,
        ));
    }
    if !governance.is_trusted(SERVICE) {
        let message = "The request was rejected because trusted access is not enabled for IAM in AWS Organizations.";
        return Err(Refusal::bad("ServiceAccessNotEnabledException", message));
    }
    xml.leaf("OrganizationId", &call.world.organization().id)
        .open("EnabledFeatures");
    let features = [
        ("RootCredentialsManagement", governance.root_credentials_management),
        ("RootSessions", governance.root_sessions),
    ];
    for (name, _) in features.into_iter().filter(|(_, enabled)| *enabled) {
        xml.leaf("member", name);
    }
    xml.close();
    Ok(())
}
