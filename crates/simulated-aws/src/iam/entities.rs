//! `ListEntitiesForPolicy`: who has a managed policy, as permissions or as a boundary.

use super::{Call, Contents, end_of_page, no_such_entity, path};
use crate::wire::refusal::Refusal;
use crate::wire::xml::Xml;
use crate::world::aws_policy;

/// An entity: kind, name, id.
type Entity<'a> = (Kind, &'a str, String);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Group,
    User,
    Role,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Group => "Group",
            Self::User => "User",
            Self::Role => "Role",
        }
    }
}

pub(super) fn list(call: &Call<'_>, contents: &Contents, xml: &mut Xml) -> Result<(), Refusal> {
    let form = call.form;
    let arn = form.get("PolicyArn").unwrap_or("");
    if !arn.starts_with("arn:") {
        return Err(Refusal::bad("InvalidInput", format!("ARN {arn} is not valid.")));
    }
    let own = contents
        .policies
        .iter()
        .any(|policy| policy.arn(call.partition(), &call.account.id) == arn);
    if !own && aws_policy(call.partition(), arn).is_none() {
        return Err(no_such_entity(format!(
            "Policy {arn} does not exist or is not attachable."
        )));
    }
    let kind = form.get("EntityFilter");
    let usage = form.get("PolicyUsageFilter");
    for (value, known) in [
        (
            kind,
            ["User", "Role", "Group", "LocalManagedPolicy", "AWSManagedPolicy"].as_slice(),
        ),
        (usage, ["PermissionsPolicy", "PermissionsBoundary"].as_slice()),
    ] {
        if let Some(value) = value.filter(|value| !known.contains(value)) {
            let message = format!("1 validation error detected: Value '{value}' failed to satisfy constraint");
            return Err(Refusal::bad("ValidationError", message));
        }
    }
    let prefix = form.get("PathPrefix").unwrap_or("/");
    let found = entities(call, contents, arn, usage, prefix);
    let found: Vec<Entity<'_>> = found
        .into_iter()
        .filter(|(of, ..)| kind.is_none_or(|kind| kind == of.name()))
        .collect();
    let subject = [arn, kind.unwrap_or(""), usage.unwrap_or(""), prefix].join(" ");
    let page = call.page(&subject, found.len())?;
    let found = found.get(page.range.clone()).unwrap_or_default();
    for kind in [Kind::Group, Kind::User, Kind::Role] {
        xml.open(format!("Policy{}s", kind.name()));
        for (_, name, id) in found.iter().filter(|(of, ..)| *of == kind) {
            xml.open("member").leaf(&format!("{}Name", kind.name()), name);
            xml.leaf(&format!("{}Id", kind.name()), id).close();
        }
        xml.close();
    }
    end_of_page(&page, xml);
    Ok(())
}

fn entities<'a>(
    call: &Call<'_>,
    contents: &'a Contents,
    arn: &str,
    usage: Option<&str>,
    prefix: &str,
) -> Vec<Entity<'a>> {
    let attached = |policies: &[String]| usage != Some("PermissionsBoundary") && policies.iter().any(|one| one == arn);
    let bounded = |boundary: Option<&str>| usage != Some("PermissionsPolicy") && boundary == Some(arn);
    let below = |of: &str| path(of).starts_with(prefix);
    let mut found: Vec<Entity<'a>> = Vec::new();
    for group in contents
        .groups
        .iter()
        .filter(|group| below(&group.path) && attached(&group.attached))
    {
        let id = call.unique_id("AGPA", &format!("group/{}", group.name));
        found.push((Kind::Group, &group.name, id));
    }
    for user in contents.users.iter().filter(|user| below(&user.path)) {
        if attached(&user.attached_policies) || bounded(user.boundary.as_deref()) {
            let id = call.unique_id("AIDA", &format!("user/{}", user.name));
            found.push((Kind::User, &user.name, id));
        }
    }
    for role in contents.roles.iter().filter(|role| below(&role.path)) {
        if attached(&role.attached) || bounded(role.boundary.as_deref()) {
            let id = call.unique_id("AROA", &format!("{}{}", role.path, role.name));
            found.push((Kind::Role, &role.name, id));
        }
    }
    found
}
