//! Credentials of one user or of the root user: keys, devices, certificates, password.

use jiff::Timestamp;

use super::{Call, Contents, date, end_of_page, no_such_entity, path};
use crate::operation::Operation;
use crate::paging::Page;
use crate::wire::refusal::Refusal;
use crate::wire::xml::Xml;
use crate::world::{AccessKey, MfaDevice, MfaKind, SigningCertificate, User};

/// Whose credentials are asked about.
#[derive(Debug, Clone, Copy)]
enum Owner<'a> {
    Root,
    User(&'a User),
}

pub(super) fn of_owner(call: &Call<'_>, contents: &Contents, xml: &mut Xml) -> Result<(), Refusal> {
    let owner = owner(call, contents)?;
    match call.operation {
        Operation::ListAccessKeys => access_keys(call, owner, owner.keys(contents), xml),
        Operation::ListMFADevices => devices(call, owner, owner.devices(contents), xml),
        Operation::ListSigningCertificates => certificates(call, owner, owner.certificates(contents), xml),
        Operation::GetLoginProfile => login_profile(call, owner, contents, xml),
        _ => {
            get_user(call, owner, contents, xml);
            Ok(())
        }
    }
}

/// Without a name, the caller's own: the root user's for the account itself, for root sessions, and for roles, which
/// AWS refuses.
fn owner<'a>(call: &Call<'_>, contents: &'a Contents) -> Result<Owner<'a>, Refusal> {
    let Some(name) = call.form.get("UserName") else {
        if call.caller.is_session() {
            let message = "Must specify userName when calling with non-User credentials";
            return Err(Refusal::bad("ValidationError", message));
        }
        return Ok(Owner::Root);
    };
    let user = contents.users.iter().find(|user| user.name.eq_ignore_ascii_case(name));
    let missing = || no_such_entity(format!("The user with name {name} cannot be found."));
    user.map(Owner::User).ok_or_else(missing)
}

impl<'a> Owner<'a> {
    fn name(self) -> Option<&'a str> {
        match self {
            Self::Root => None,
            Self::User(user) => Some(&user.name),
        }
    }

    /// As it stands in ARNs.
    fn resource(self) -> String {
        match self {
            Self::Root => "root".to_owned(),
            Self::User(user) => format!("user/{}", user.name),
        }
    }

    fn keys(self, contents: &'a Contents) -> &'a [Option<AccessKey>] {
        match self {
            Self::Root => &contents.root.keys,
            Self::User(user) => &user.keys,
        }
    }

    fn devices(self, contents: &'a Contents) -> &'a [MfaDevice] {
        match self {
            Self::Root => &contents.root.mfa,
            Self::User(user) => &user.mfa,
        }
    }

    fn certificates(self, contents: &'a Contents) -> &'a [Option<SigningCertificate>] {
        match self {
            Self::Root => &contents.root.certificates,
            Self::User(user) => &user.certificates,
        }
    }
}

/// The id of the key in a slot.
fn key_id(call: &Call<'_>, owner: Owner<'_>, slot: usize) -> String {
    crate::identity::key_id(call.world, &call.account.id, &owner.resource(), slot)
}

fn status(active: bool) -> &'static str {
    if active { "Active" } else { "Inactive" }
}

fn access_keys(call: &Call<'_>, owner: Owner<'_>, keys: &[Option<AccessKey>], xml: &mut Xml) -> Result<(), Refusal> {
    let present = keys
        .iter()
        .enumerate()
        .filter_map(|(slot, key)| Some((slot, key.as_ref()?)));
    let present: Vec<(usize, &AccessKey)> = present.collect();
    let page = call.page(&owner.resource(), present.len())?;
    xml.open("AccessKeyMetadata");
    for (slot, key) in present.get(page.range.clone()).unwrap_or_default() {
        xml.open("member").maybe("UserName", owner.name());
        xml.leaf("AccessKeyId", &key_id(call, owner, *slot));
        xml.leaf("Status", status(key.active));
        xml.leaf("CreateDate", &date(key.last_rotated)).close();
    }
    xml.close();
    end_of_page(&page, xml);
    Ok(())
}

fn devices(call: &Call<'_>, owner: Owner<'_>, devices: &[MfaDevice], xml: &mut Xml) -> Result<(), Refusal> {
    let page = call.page(&owner.resource(), devices.len())?;
    xml.open("MFADevices");
    for device in devices.get(page.range.clone()).unwrap_or_default() {
        let serial = device.serial(call.partition(), &call.account.id, &owner.resource());
        xml.open("member").maybe("UserName", owner.name());
        xml.leaf("SerialNumber", &serial);
        xml.leaf("EnableDate", &date(device.enabled)).close();
    }
    xml.close();
    end_of_page(&page, xml);
    Ok(())
}

fn certificates(
    call: &Call<'_>,
    owner: Owner<'_>,
    certificates: &[Option<SigningCertificate>],
    xml: &mut Xml,
) -> Result<(), Refusal> {
    let present: Vec<&SigningCertificate> = certificates.iter().flatten().collect();
    let page = call.page(&owner.resource(), present.len())?;
    xml.open("Certificates");
    for (place, certificate) in present.get(page.range.clone()).unwrap_or_default().iter().enumerate() {
        let id = call.unique_id("CERT", &format!("certificate/{}/{place}", owner.resource()));
        xml.open("member").maybe("UserName", owner.name());
        xml.leaf("CertificateId", &format!("{id}{id}"));
        let body = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----";
        xml.leaf("CertificateBody", body)
            .leaf("Status", status(certificate.active));
        xml.leaf("UploadDate", &date(certificate.last_rotated)).close();
    }
    xml.close();
    end_of_page(&page, xml);
    Ok(())
}

fn login_profile(call: &Call<'_>, owner: Owner<'_>, contents: &Contents, xml: &mut Xml) -> Result<(), Refusal> {
    let created = match owner {
        Owner::Root => contents.root.has_password().then_some(contents.root.created),
        Owner::User(user) => user.password.map(|_| user.created),
    };
    let name = owner.name().unwrap_or(&call.account.id);
    let created = created.ok_or_else(|| no_such_entity(format!("Login Profile for User {name} cannot be found.")))?;
    xml.open("LoginProfile").maybe("UserName", owner.name());
    xml.leaf("CreateDate", &date(created));
    xml.leaf("PasswordResetRequired", "false").close();
    Ok(())
}

fn get_user(call: &Call<'_>, owner: Owner<'_>, contents: &Contents, xml: &mut Xml) {
    match owner {
        Owner::Root => {
            xml.open("User")
                .leaf("UserId", &call.account.id)
                .leaf("Arn", &call.arn("root"));
            xml.leaf("CreateDate", &date(contents.root.created));
            let used = contents.root.password_last_used();
            xml.maybe("PasswordLastUsed", used.map(date).as_deref()).close();
        }
        Owner::User(user) => whole_user(call, user, xml),
    }
}

fn whole_user(call: &Call<'_>, user: &User, xml: &mut Xml) {
    xml.open("User")
        .leaf("Path", &path(&user.path))
        .leaf("UserName", &user.name);
    xml.leaf("UserId", &call.unique_id("AIDA", &format!("user/{}", user.name)));
    xml.leaf("Arn", &call.arn(&format!("user/{}{}", user.path, user.name)));
    xml.leaf("CreateDate", &date(user.created));
    let last_use = user.password.map_or(user.former_use, |password| password.last_used);
    xml.maybe("PasswordLastUsed", last_use.map(date).as_deref()).close();
}

pub(super) fn key_last_used(call: &Call<'_>, contents: &Contents, xml: &mut Xml) -> Result<(), Refusal> {
    let asked = call.form.get("AccessKeyId").unwrap_or("");
    let owners = contents.users.iter().map(Owner::User).chain([Owner::Root]);
    let found = owners.into_iter().find_map(|owner| {
        let slots = owner.keys(contents).iter().enumerate();
        let mut keys = slots.filter_map(|(slot, key)| Some((slot, key.as_ref()?)));
        let (_, key) = keys.find(|(slot, _)| key_id(call, owner, *slot) == asked)?;
        Some((owner, key))
    });
    let Some((owner, key)) = found else {
        let message = format!(
            "User: {} is not authorized to perform: iam:GetAccessKeyLastUsed on resource: access key {asked}",
            call.caller.arn(call.world)
        );
        return Err(Refusal::forbidden("AccessDenied", message));
    };
    xml.maybe("UserName", owner.name()).open("AccessKeyLastUsed");
    xml.maybe("LastUsedDate", key.last_used.map(date).as_deref());
    let known = |value: &Option<String>| value.clone().unwrap_or_else(|| "N/A".to_owned());
    xml.leaf("ServiceName", &known(&key.service))
        .leaf("Region", &known(&key.region));
    xml.close();
    Ok(())
}

pub(super) fn virtual_devices(call: &Call<'_>, contents: &Contents, xml: &mut Xml) -> Result<(), Refusal> {
    let wanted = call.form.get("AssignmentStatus").unwrap_or("Any");
    if !["Any", "Assigned", "Unassigned"].contains(&wanted) {
        let message =
            format!("1 validation error detected: Value '{wanted}' at 'assignmentStatus' failed to satisfy constraint");
        return Err(Refusal::bad("ValidationError", message));
    }
    let of_users = contents
        .users
        .iter()
        .flat_map(|user| user.mfa.iter().map(move |device| (Some(Owner::User(user)), device)));
    let of_root = contents.root.mfa.iter().map(|device| (Some(Owner::Root), device));
    let free = contents.unassigned_mfa.iter().map(|device| (None, device));
    let all = of_users.chain(of_root).chain(free);
    let found: Vec<(Option<Owner<'_>>, &MfaDevice)> = all
        .filter(|(owner, device)| {
            device.kind == MfaKind::Virtual && (wanted == "Any" || owner.is_some() == (wanted == "Assigned"))
        })
        .collect();
    let page: Page = call.page(wanted, found.len())?;
    xml.open("VirtualMFADevices");
    for (owner, device) in found.get(page.range.clone()).unwrap_or_default() {
        xml.open("member")
            .leaf("SerialNumber", &device.serial(call.partition(), &call.account.id, ""));
        if let Some(owner) = owner {
            match owner {
                Owner::User(user) => whole_user(call, user, xml),
                Owner::Root => get_user(call, Owner::Root, contents, xml),
            }
            let enabled: Timestamp = device.enabled;
            xml.leaf("EnableDate", &date(enabled));
        }
        xml.close();
    }
    xml.close();
    end_of_page(&page, xml);
    Ok(())
}
