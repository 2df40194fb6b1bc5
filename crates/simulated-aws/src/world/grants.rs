//! Who is granted what in an account: its groups, roles and policies.

use std::time::Duration;

use super::access::{CustomerPolicy, Group, InlinePolicy, Role};
use super::account::{Account, JoinedMethod};
use super::managed;
use super::spec::WorldSpec;
use super::users::{self, User};
use crate::random::Random;
use crate::time::earlier;

const DEVELOPER: &str = r#"{"Version":"2012-10-17","Statement":[{"Sid":"Work","Effect":"Allow","Action":["dynamodb:*","lambda:*","logs:*","s3:*"],"Resource":"*"}]}"#;
const DEVELOPER_BEFORE: &str =
    r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}"#;
const BOUNDARY: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":["iam:*","organizations:*"],"Resource":"*"}]}"#;
const EVERYTHING: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["*"],"Resource":["*"]}]}"#;
const PASS_ROLE: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["iam:PassRole","lambda:CreateFunction"],"Resource":"*"}]}"#;
const INLINE: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:GetObject","s3:ListBucket"],"Resource":"*","Condition":{"StringLike":{"s3:prefix":["home/${aws:username}/*","Grüße & more/*"]}}}]}"#;

/// The document of the inline policies that users have.
pub(super) fn inline(name: &str) -> InlinePolicy {
    InlinePolicy {
        name: name.to_owned(),
        document: INLINE.to_owned(),
    }
}

/// Customer managed policies; the first is attached to the developers, the second bounds some users and roles.
pub(super) fn policies(spec: &WorldSpec, account: &Account, users: &[User]) -> Vec<CustomerPolicy> {
    let mut random = Random::of(spec.seed, "customer-policies", account.number());
    let mut policy = |name: &str, versions: &[&str]| CustomerPolicy {
        name: name.to_owned(),
        path: if random.chance(20) {
            "teams/".to_owned()
        } else {
            String::new()
        },
        created: earlier(spec.at, Duration::from_secs(random.between(3_600, 900 * 86_400))),
        versions: versions.iter().map(|version| (*version).to_owned()).collect(),
    };
    let developer = policy("developer", &[DEVELOPER_BEFORE, DEVELOPER]);
    let boundary = policy("developer-boundary", &[BOUNDARY]);
    let deployer = policy("deployer", &[PASS_ROLE]);
    let everything = policy("break-glass", &[EVERYTHING]);
    let grouped = users
        .iter()
        .any(|user| user.groups.iter().any(|group| group == "Developers"));
    let mut kept = Vec::new();
    kept.extend((grouped || random.chance(40)).then_some(developer));
    kept.extend(random.chance(25).then_some(boundary));
    kept.extend(random.chance(30).then_some(deployer));
    kept.extend(random.chance(12).then_some(everything));
    kept
}

/// The groups that the users belong to, and sometimes an empty one.
pub(super) fn groups(spec: &WorldSpec, account: &Account, users: &[User], policies: &[CustomerPolicy]) -> Vec<Group> {
    let mut random = Random::of(spec.seed, "groups", account.number());
    let mut names: Vec<&str> = users
        .iter()
        .flat_map(|user| user.groups.iter().map(String::as_str))
        .collect();
    if random.chance(15) {
        names.push("Contractors");
    }
    names.sort_unstable();
    names.dedup();
    let partition = spec.partition.id();
    let group = |name: &str| {
        let aws = |policy: &str| vec![managed::arn(partition, policy)];
        let own = |policy: &CustomerPolicy| policy.arn(partition, &account.id);
        let (attached, inline) = match name {
            "Developers" => {
                let developer = policies.iter().find(|policy| policy.name == "developer");
                (developer.map(own).into_iter().collect(), Vec::new())
            }
            "Operators" => (aws("PowerUserAccess"), vec![inline("operations")]),
            "ReadOnly" => (aws("ReadOnlyAccess"), Vec::new()),
            "Administrators" => (aws("AdministratorAccess"), Vec::new()),
            "IAM-Auditor-Group" => (Vec::new(), vec![may_audit(spec, account)]),
            _ => (Vec::new(), Vec::new()),
        };
        Group {
            name: name.to_owned(),
            path: String::new(),
            created: earlier(spec.at, Duration::from_secs(random.between(30 * 86_400, 900 * 86_400))),
            attached,
            inline,
        }
    };
    names.into_iter().map(group).collect()
}

fn may_audit(spec: &WorldSpec, account: &Account) -> InlinePolicy {
    let role = format!("arn:{}:iam::{}:role/IAM-Auditor-role", spec.partition.id(), account.id);
    InlinePolicy {
        name: "may-audit".to_owned(),
        document: format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"{role}"}}]}}"#
        ),
    }
}

/// The roles: those of the description, AWS's own, and some for work.
pub(super) fn roles(spec: &WorldSpec, account: &Account, hub: &str, policies: &[CustomerPolicy]) -> Vec<Role> {
    let mut random = Random::of(spec.seed, "roles", account.number());
    let partition = spec.partition.id();
    let created = account.joined;
    let trusts_account = |id: &str| format!(r#"{{"AWS":"arn:{partition}:iam::{id}:root"}}"#);
    let trusts_service = |name: &str| format!(r#"{{"Service":"{name}.amazonaws.com"}}"#);
    let attach = |role: Role, policy: &str| Role {
        attached: vec![managed::arn(partition, policy)],
        ..role
    };
    // Roles that came later stand aside while the others are drawn, so that old worlds stay as they were.
    let (later, earlier): (Vec<&String>, Vec<&String>) =
        spec.roles.iter().partition(|path| path.ends_with("/root-activity"));
    let of_suite = |path: &String| of_suite(path, &trusts_account(hub), created);
    let mut roles: Vec<Role> = earlier.into_iter().map(of_suite).collect();
    for (name, service, policy) in [
        (
            "AWSServiceRoleForOrganizations",
            "organizations",
            "AWSOrganizationsServiceTrustPolicy",
        ),
        ("AWSServiceRoleForSupport", "support", "AWSSupportServiceRolePolicy"),
    ] {
        let role = attach(
            Role::new(name, &trusts_service(service), created),
            &format!("aws-service-role/{policy}"),
        );
        let path = format!("aws-service-role/{service}.amazonaws.com/");
        roles.push(Role { path, ..role });
    }
    if account.joined_method == JoinedMethod::Created && account.index() > 0 {
        // Organizations embeds the administrator's policy in this role; it attaches none.
        let management = trusts_account(&super::account::id(spec, 0));
        roles.push(Role {
            inline: vec![InlinePolicy {
                name: "AdministratorAccess".to_owned(),
                document: EVERYTHING.to_owned(),
            }],
            ..Role::new("OrganizationAccountAccessRole", &management, created)
        });
    }
    if random.chance(55) {
        let support = Role::new("incident-support", &trusts_account(&account.id), created);
        roles.push(attach(support, "AWSSupportAccess"));
    }
    if random.chance(60) {
        let server = Role::new("app-server", &trusts_service("ec2"), created);
        let mut server = attach(server, "AmazonSSMManagedInstanceCore");
        server.instance_profiles = vec!["app-server".to_owned()];
        server.tags = vec![("team".to_owned(), "platform & operations".to_owned())];
        roles.push(server);
    }
    for place in 0..random.below(4) {
        let role = Role::new(&format!("function-{place}"), &trusts_service("lambda"), created);
        let mut role = attach(role, "service-role/AWSLambdaBasicExecutionRole");
        "service-role/".clone_into(&mut role.path);
        let bound = policies.iter().find(|policy| policy.name == "developer-boundary");
        role.boundary = bound
            .filter(|_| random.chance(50))
            .map(|policy| policy.arn(partition, &account.id));
        roles.push(role);
    }
    if random.chance(10) {
        roles.push(attach(
            Role::new("shell", &trusts_account(&account.id), created),
            "AWSCloudShellFullAccess",
        ));
    }
    for policy in policies
        .iter()
        .filter(|policy| ["deployer", "break-glass"].contains(&policy.name.as_str()))
    {
        if random.chance(60) {
            let mut role = Role::new(&policy.name, &trusts_account(&account.id), created);
            role.attached = vec![policy.arn(partition, &account.id)];
            roles.push(role);
        }
    }
    for role in &mut roles {
        let used = random.chance(60).then(|| users::between(&mut random, created, spec.at));
        role.last_used = used.map(|at| (at, spec.partition.region().to_owned()));
    }
    roles.extend(later.into_iter().map(of_suite));
    roles.sort_by_cached_key(|role| role.name.to_lowercase());
    roles
}

fn of_suite(path: &str, principal: &str, created: jiff::Timestamp) -> Role {
    let (path, name) = path.rsplit_once('/').map_or(("", path), |(path, name)| (path, name));
    Role {
        path: if path.is_empty() {
            String::new()
        } else {
            format!("{path}/")
        },
        inline: vec![InlinePolicy {
            name: "IAM-Auditor-Policy".to_owned(),
            document: crate::permissions::document(name),
        }],
        ..Role::new(name, principal, created)
    }
}
