//! Accounts in which every control passes, or every control fails: the two sides that checks are tried against.

use std::time::Duration;

use jiff::Timestamp;

use super::access::{CustomerPolicy, Group, MfaDevice, MfaKind, Role};
use super::contents::AccountContents;
use super::governance::Governance;
use super::monitoring::Monitoring;
use super::resources::{Analyzer, Instance, PolicyResource};
use super::root::{RootForm, RootUser};
use super::settings::{AlternateContact, ContactKind, PasswordPolicy, PublicAccessBlock, ServerCertificate};
use super::users::{AccessKey, Password, User};
use super::{Account, World, managed};
use crate::time::{earlier, later};

const DAY: Duration = Duration::from_hours(24);

impl World {
    /// Makes every automated control about an account pass at the world's moment: a root user with a hardware token
    /// that nobody uses, one user with a device, a fresh key and rights through a group, and strict settings.
    pub fn make_exemplary(&self, account: &Account) {
        let place = Place::of(self, account);
        self.edit(account, |contents| exemplary(contents, &place));
    }

    /// Makes every automated control about an account fail at the world's moment, each for its plainest reason.
    pub fn make_negligent(&self, account: &Account) {
        let place = Place::of(self, account);
        self.edit(account, |contents| negligent(contents, &place));
    }
}

impl Governance {
    /// Makes every automated control about the organization pass: as it begins, with every trusted service administered
    /// by one member account.
    pub fn make_exemplary(&mut self, administrator: &str) {
        let trusted = self.trusted_services.iter();
        let delegated = trusted.map(|(service, since)| (administrator.to_owned(), service.clone(), *since));
        self.delegated_administrators = delegated.collect();
    }

    /// Makes every automated control about the organization fail: only AWS's own policies, no delegation, no trusted
    /// service, no centralized root access.
    pub fn make_negligent(&mut self) {
        self.policies.retain(|policy| policy.aws_managed);
        self.root_credentials_management = false;
        self.root_sessions = false;
        self.trusted_services.clear();
        self.delegated_administrators.clear();
        self.resource_policy = None;
    }
}

struct Place {
    partition: &'static str,
    account: String,
    region: &'static str,
    at: Timestamp,
}

impl Place {
    fn of(world: &World, account: &Account) -> Self {
        Self {
            partition: world.spec.partition.id(),
            account: account.id.clone(),
            region: world.spec.partition.region(),
            at: world.spec.at,
        }
    }

    fn before(&self, days: u32) -> Timestamp {
        earlier(self.at, DAY * days)
    }

    fn managed(&self, name: &str) -> String {
        managed::arn(self.partition, name)
    }

    fn own_root(&self) -> String {
        format!(r#"{{"AWS":"arn:{}:iam::{}:root"}}"#, self.partition, self.account)
    }

    fn bucket(&self, principal: &str) -> PolicyResource {
        let name = format!("{}-data", self.account);
        let policy = format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{principal},"Action":"s3:GetObject","Resource":"arn:{}:s3:::{name}/*"}}]}}"#,
            self.partition
        );
        PolicyResource::bucket(self.partition, &name, self.region, Some(&policy))
    }

    fn instance(&self, profile: Option<&str>) -> Instance {
        Instance {
            id: "i-0123456789abcdef0".to_owned(),
            region: self.region.to_owned(),
            state: "running".to_owned(),
            profile: profile.map(str::to_owned),
        }
    }

    fn certificate(&self, expires: Timestamp) -> Vec<ServerCertificate> {
        vec![ServerCertificate {
            name: "www.example.com".to_owned(),
            path: String::new(),
            uploaded: self.before(100),
            expires,
        }]
    }

    fn key(&self, made: u32, used: Option<u32>) -> AccessKey {
        AccessKey {
            active: true,
            last_rotated: self.before(made),
            last_used: used.map(|days| self.before(days)),
            region: used.map(|_| self.region.to_owned()),
            service: used.map(|_| "sts".to_owned()),
        }
    }
}

fn exemplary(contents: &mut AccountContents, place: &Place) {
    let created = place.before(800);
    contents.root = RootUser {
        created,
        form: RootForm::Password {
            last_used: None,
            last_changed: created,
        },
        mfa: vec![MfaDevice::new(MfaKind::Hardware, "GAKT12345678", created)],
        keys: [None, None],
        certificates: [None, None],
    };
    contents.users = vec![User {
        password: Some(Password {
            last_used: Some(place.before(1)),
            last_changed: place.before(20),
            next_rotation: None,
        }),
        mfa: vec![MfaDevice::new(MfaKind::Virtual, "alice", place.before(399))],
        keys: [Some(place.key(10, Some(1))), None],
        groups: vec!["ReadOnly".to_owned()],
        ..User::new("alice", place.before(400))
    }];
    contents.groups = vec![Group {
        name: "ReadOnly".to_owned(),
        path: String::new(),
        created,
        attached: vec![place.managed("ReadOnlyAccess")],
        inline: Vec::new(),
    }];
    contents.policies.clear();
    contents.unassigned_mfa.clear();
    contents
        .roles
        .retain(|role| role.attached.is_empty() && role.inline.len() == 1);
    contents.roles.push(Role {
        attached: vec![place.managed("AWSSupportAccess")],
        ..Role::new("incident-support", &place.own_root(), created)
    });
    contents.password_policy = Some(PasswordPolicy::STRICT);
    contents.server_certificates = place.certificate(later(place.at, DAY * 200));
    contents.contacts = vec![AlternateContact {
        kind: ContactKind::Security,
        name: "Security Desk".to_owned(),
        email: "security@example.com".to_owned(),
    }];
    contents.public_access_block = Some(PublicAccessBlock::ALL);
    let usable = contents.regions.iter().filter(|region| region.status.is_usable());
    let analyzers = usable.map(|region| Analyzer {
        name: "external-access".to_owned(),
        region: region.name.clone(),
        kind: "ACCOUNT".to_owned(),
        status: "ACTIVE".to_owned(),
    });
    contents.analyzers = analyzers.collect();
    contents.monitoring = Monitoring::of_root_usage(place.partition, &place.account, place.region);
    contents.instances = vec![place.instance(Some("app-server"))];
    contents.resources = vec![place.bucket(&place.own_root())];
    contents.recorded = true;
    contents.denied.clear();
}

fn negligent(contents: &mut AccountContents, place: &Place) {
    let created = place.before(800);
    contents.root = RootUser {
        created,
        form: RootForm::Password {
            last_used: Some(earlier(place.at, Duration::from_hours(3))),
            last_changed: created,
        },
        mfa: Vec::new(),
        keys: [Some(place.key(700, Some(1))), None],
        certificates: [None, None],
    };
    contents.users = vec![User {
        password: Some(Password {
            last_used: Some(place.before(300)),
            last_changed: place.before(390),
            next_rotation: None,
        }),
        keys: [Some(place.key(400, None)), Some(place.key(200, Some(150)))],
        attached_policies: vec![place.managed("AdministratorAccess")],
        ..User::new("mallory", place.before(400))
    }];
    contents.groups.clear();
    contents.policies = vec![CustomerPolicy {
        name: "everything".to_owned(),
        path: String::new(),
        created,
        versions: vec![r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#.to_owned()],
    }];
    contents.unassigned_mfa.clear();
    contents.roles.retain(|role| role.attached.is_empty());
    let own = format!("arn:{}:iam::{}:policy/everything", place.partition, place.account);
    for (name, policy) in [("shell", place.managed("AWSCloudShellFullAccess")), ("deployer", own)] {
        contents.roles.push(Role {
            attached: vec![policy],
            ..Role::new(name, &place.own_root(), created)
        });
    }
    contents.password_policy = None;
    contents.server_certificates = place.certificate(place.before(1));
    contents.contacts.clear();
    contents.public_access_block = None;
    contents.analyzers.clear();
    contents.monitoring = Monitoring::default();
    contents.instances = vec![place.instance(None)];
    contents.resources = vec![place.bucket("\"*\"")];
    contents.recorded = true;
    contents.denied.clear();
}
