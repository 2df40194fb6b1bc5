//! `GetAccountAuthorizationDetails`: users, groups, roles and policies, in pages over all of them.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::{Call, Contents, date, end_of_page, path};
use crate::wire::refusal::Refusal;
use crate::wire::xml::Xml;
use crate::world::{AwsPolicy, CustomerPolicy, Group, InlinePolicy, Role, User, WORLD_EPOCH, aws_policy};

/// What RFC 3986 leaves as it is.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Something that the answer details.
#[derive(Debug, Clone, Copy)]
enum Item<'a> {
    User(&'a User),
    Group(&'a Group),
    Role(&'a Role),
    Own(&'a CustomerPolicy),
    Aws(&'a str, &'static AwsPolicy),
}

pub(super) fn get(call: &Call<'_>, contents: &Contents, xml: &mut Xml) -> Result<(), Refusal> {
    let filter = filter(call)?;
    let wanted = |kind: &str| filter.is_empty() || filter.contains(&kind);
    let mut items: Vec<Item<'_>> = Vec::new();
    if wanted("User") {
        items.extend(contents.users.iter().map(Item::User));
    }
    if wanted("Group") {
        items.extend(contents.groups.iter().map(Item::Group));
    }
    if wanted("Role") {
        items.extend(contents.roles.iter().map(Item::Role));
    }
    if wanted("LocalManagedPolicy") {
        items.extend(contents.policies.iter().map(Item::Own));
    }
    if wanted("AWSManagedPolicy") {
        let used = contents.aws_policies_in_use(call.partition()).into_iter();
        items.extend(used.filter_map(|arn| Some(Item::Aws(arn, aws_policy(call.partition(), arn)?))));
    }
    let page = call.page(&filter.join(","), items.len())?;
    let items = items.get(page.range.clone()).unwrap_or_default();
    xml.open("UserDetailList");
    for item in items {
        if let Item::User(one) = item {
            user(call, one, xml);
        }
    }
    xml.close().open("GroupDetailList");
    for item in items {
        if let Item::Group(one) = item {
            group(call, one, xml);
        }
    }
    xml.close().open("RoleDetailList");
    for item in items {
        if let Item::Role(one) = item {
            role(call, one, xml);
        }
    }
    xml.close().open("Policies");
    for item in items {
        match item {
            Item::Own(policy) => own_policy(call, contents, policy, xml),
            Item::Aws(arn, policy) => aws_managed(call, contents, arn, policy, xml),
            Item::User(_) | Item::Group(_) | Item::Role(_) => {}
        }
    }
    xml.close();
    end_of_page(&page, xml);
    Ok(())
}

fn filter<'a>(call: &'a Call<'_>) -> Result<Vec<&'a str>, Refusal> {
    const KINDS: [&str; 5] = ["User", "Role", "Group", "LocalManagedPolicy", "AWSManagedPolicy"];
    let asked: Vec<&str> = call.form.beginning("Filter.member.").map(|(_, value)| value).collect();
    match asked.iter().find(|kind| !KINDS.contains(kind)) {
        None => Ok(asked),
        Some(unknown) => {
            let message = format!(
                "1 validation error detected: Value '[{unknown}]' at 'filter' failed to satisfy constraint: Member \
                 must satisfy constraint: [Member must satisfy enum value set: [{}]]",
                KINDS.join(", ")
            );
            Err(Refusal::bad("ValidationError", message))
        }
    }
}

fn user(call: &Call<'_>, user: &User, xml: &mut Xml) {
    let resource = format!("user/{}{}", user.path, user.name);
    xml.open("member")
        .leaf("Path", &path(&user.path))
        .leaf("UserName", &user.name);
    xml.leaf("UserId", &call.unique_id("AIDA", &format!("user/{}", user.name)));
    xml.leaf("Arn", &call.arn(&resource))
        .leaf("CreateDate", &date(user.created));
    if !user.inline_policies.is_empty() {
        inline("UserPolicyList", &user.inline_policies, xml);
    }
    xml.open("GroupList");
    for group in &user.groups {
        xml.leaf("member", group);
    }
    xml.close();
    attached(&user.attached_policies, xml);
    boundary(user.boundary.as_deref(), xml);
    tags(&user.tags, xml);
    xml.close();
}

fn group(call: &Call<'_>, group: &Group, xml: &mut Xml) {
    let resource = format!("group/{}{}", group.path, group.name);
    xml.open("member")
        .leaf("Path", &path(&group.path))
        .leaf("GroupName", &group.name);
    xml.leaf("GroupId", &call.unique_id("AGPA", &format!("group/{}", group.name)));
    xml.leaf("Arn", &call.arn(&resource))
        .leaf("CreateDate", &date(group.created));
    inline("GroupPolicyList", &group.inline, xml);
    attached(&group.attached, xml);
    xml.close();
}

fn role(call: &Call<'_>, role: &Role, xml: &mut Xml) {
    xml.open("member");
    role_head(call, role, xml);
    xml.open("InstanceProfileList");
    for profile in &role.instance_profiles {
        xml.open("member")
            .leaf("Path", "/")
            .leaf("InstanceProfileName", profile);
        xml.leaf("InstanceProfileId", &call.unique_id("AIPA", profile));
        xml.leaf("Arn", &call.arn(&format!("instance-profile/{profile}")));
        xml.leaf("CreateDate", &date(role.created)).open("Roles").open("member");
        role_head(call, role, xml);
        xml.close().close().close();
    }
    xml.close();
    inline("RolePolicyList", &role.inline, xml);
    attached(&role.attached, xml);
    boundary(role.boundary.as_deref(), xml);
    tags(&role.tags, xml);
    xml.open("RoleLastUsed");
    if let Some((at, region)) = &role.last_used {
        xml.leaf("LastUsedDate", &date(*at)).leaf("Region", region);
    }
    xml.close().close();
}

fn role_head(call: &Call<'_>, role: &Role, xml: &mut Xml) {
    let full = format!("{}{}", role.path, role.name);
    xml.leaf("Path", &path(&role.path)).leaf("RoleName", &role.name);
    xml.leaf("RoleId", &call.unique_id("AROA", &full));
    xml.leaf("Arn", &call.arn(&format!("role/{full}")));
    xml.leaf("CreateDate", &date(role.created));
    xml.leaf("AssumeRolePolicyDocument", &encode(&role.trust));
}

fn own_policy(call: &Call<'_>, contents: &Contents, policy: &CustomerPolicy, xml: &mut Xml) {
    let arn = policy.arn(call.partition(), &call.account.id);
    xml.open("member").leaf("PolicyName", &policy.name);
    xml.leaf("PolicyId", &call.unique_id("ANPA", &arn)).leaf("Arn", &arn);
    xml.leaf("Path", &path(&policy.path));
    xml.leaf("DefaultVersionId", &format!("v{}", policy.versions.len()));
    uses(contents, &arn, xml);
    let created = date(policy.created);
    xml.leaf("CreateDate", &created)
        .leaf("UpdateDate", &created)
        .open("PolicyVersionList");
    for (place, document) in policy.versions.iter().enumerate().rev() {
        let is_default = place + 1 == policy.versions.len();
        version(document, &format!("v{}", place + 1), is_default, &created, xml);
    }
    xml.close().close();
}

fn aws_managed(call: &Call<'_>, contents: &Contents, arn: &str, policy: &AwsPolicy, xml: &mut Xml) {
    let (folder, name) = match policy.name.rsplit_once('/') {
        Some((folder, name)) => (format!("/{folder}/"), name),
        None => ("/".to_owned(), policy.name),
    };
    let in_force = format!("v{}", policy.version);
    xml.open("member").leaf("PolicyName", name);
    xml.leaf(
        "PolicyId",
        &crate::identity::unique_id(call.world, "ANPA", "aws", policy.name),
    );
    xml.leaf("Arn", arn)
        .leaf("Path", &folder)
        .leaf("DefaultVersionId", &in_force);
    uses(contents, arn, xml);
    let (created, updated) = ("2015-02-06T18:39:46Z", date(WORLD_EPOCH.min(call.world.at())));
    xml.leaf("CreateDate", created)
        .leaf("UpdateDate", &updated)
        .open("PolicyVersionList");
    version(policy.document, &in_force, true, &updated, xml);
    xml.close().close();
}

fn uses(contents: &Contents, arn: &str, xml: &mut Xml) {
    let (attached, bounded) = contents.policy_uses(arn);
    xml.leaf("AttachmentCount", &attached.to_string());
    xml.leaf("PermissionsBoundaryUsageCount", &bounded.to_string());
    xml.leaf("IsAttachable", "true");
}

fn version(document: &str, id: &str, is_default: bool, created: &str, xml: &mut Xml) {
    xml.open("member")
        .leaf("Document", &encode(document))
        .leaf("VersionId", id);
    xml.leaf("IsDefaultVersion", &is_default.to_string())
        .leaf("CreateDate", created)
        .close();
}

fn inline(list: &'static str, policies: &[InlinePolicy], xml: &mut Xml) {
    xml.open(list);
    for policy in policies {
        xml.open("member").leaf("PolicyName", &policy.name);
        xml.leaf("PolicyDocument", &encode(&policy.document)).close();
    }
    xml.close();
}

fn attached(policies: &[String], xml: &mut Xml) {
    xml.open("AttachedManagedPolicies");
    for arn in policies {
        let name = arn.rsplit('/').next().unwrap_or(arn);
        xml.open("member")
            .leaf("PolicyName", name)
            .leaf("PolicyArn", arn)
            .close();
    }
    xml.close();
}

fn boundary(arn: Option<&str>, xml: &mut Xml) {
    if let Some(arn) = arn {
        xml.open("PermissionsBoundary")
            .leaf("PermissionsBoundaryType", "PermissionsBoundaryPolicy");
        xml.leaf("PermissionsBoundaryArn", arn).close();
    }
}

fn tags(tags: &[(String, String)], xml: &mut Xml) {
    xml.open("Tags");
    for (key, value) in tags {
        xml.open("member").leaf("Key", key).leaf("Value", value).close();
    }
    xml.close();
}

fn encode(document: &str) -> String {
    utf8_percent_encode(document, RESERVED).to_string()
}
