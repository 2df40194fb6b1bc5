//! The credential report as AWS writes it.

use jiff::Timestamp;

use super::account::Account;
use super::root;
use super::root::{RootForm, RootUser};
use super::spec::WorldSpec;
use super::users::{AccessKey, SigningCertificate, User};
use crate::random::Random;

const HEADER: &str = "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,\
password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,\
access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,\
access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,\
cert_1_last_rotated,cert_2_active,cert_2_last_rotated";
const NONE: &str = "N/A";
const NO_INFORMATION: &str = "no_information";
const NOT_SUPPORTED: &str = "not_supported";
/// More than 32 MiB, the size that readers may refuse to hold.
const OVERSIZED: usize = 33 * 1024 * 1024;

/// What differs between the reports of different accounts beside their content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReportForm {
    /// There is a 23rd column, `additional_credentials_info`.
    pub additional_column: bool,
    /// Dates end in `+00:00`, as they did for years, instead of `Z`.
    pub offset_dates: bool,
}

pub(super) fn form(spec: &WorldSpec, account: &Account) -> ReportForm {
    let mut random = Random::of(spec.seed, "report-form", account.number());
    ReportForm {
        additional_column: random.chance(12),
        offset_dates: random.chance(25),
    }
}

/// The whole report: LF between the lines, none after the last.
pub(super) fn csv(spec: &WorldSpec, account: &Account, root: &RootUser, users: &[User]) -> Vec<u8> {
    let mut sheet = Sheet::new(spec, account);
    sheet.root(root);
    for user in users {
        sheet.user(user);
    }
    sheet.text.into_bytes()
}

/// A report of more rows than any quota allows, made from one user written over and over.
pub(super) fn oversized(spec: &WorldSpec, account: &Account) -> Vec<u8> {
    let mut sheet = Sheet::new(spec, account);
    let root = root::of(spec, account);
    sheet.root(&root);
    sheet.text.reserve(OVERSIZED);
    let path = "deep/".repeat(100);
    let arn = format!("{}user/{path}", sheet.arn);
    let rest = format!("{},false{}", sheet.date(root.created), ",N/A".repeat(3));
    let keys = ",false,false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A";
    let last = if sheet.form.additional_column { "," } else { "" };
    let mut number = 0_u32;
    while sheet.text.len() <= OVERSIZED {
        let line = format!("\nuser{number:06},{arn}user{number:06},{rest}{keys}{last}");
        sheet.text.push_str(&line);
        number += 1;
    }
    sheet.text.into_bytes()
}

struct Sheet {
    text: String,
    arn: String,
    form: ReportForm,
}

impl Sheet {
    fn new(spec: &WorldSpec, account: &Account) -> Self {
        let form = form(spec, account);
        let mut text = HEADER.to_owned();
        if form.additional_column {
            text.push_str(",additional_credentials_info");
        }
        Self {
            text,
            arn: format!("arn:{}:iam::{}:", spec.partition.id(), account.id),
            form,
        }
    }

    fn root(&mut self, root: &RootUser) {
        let moment = |at: Option<Timestamp>| at.map(|at| self.date(at));
        let used = |at| moment(at).unwrap_or_else(|| NO_INFORMATION.to_owned());
        let (enabled, last_used, changed) = match root.form {
            RootForm::Password {
                last_used,
                last_changed,
            } => ("true", used(last_used), self.date(last_changed)),
            RootForm::Legacy { last_used } => (NOT_SUPPORTED, used(last_used), NOT_SUPPORTED.to_owned()),
            RootForm::NoCredentials => ("false", NONE.to_owned(), NONE.to_owned()),
            RootForm::Recovered { last_changed } => ("true", NO_INFORMATION.to_owned(), self.date(last_changed)),
            RootForm::GovCloud => (NOT_SUPPORTED, NONE.to_owned(), NOT_SUPPORTED.to_owned()),
        };
        let mut fields = vec![
            "<root_account>".to_owned(),
            format!("{}root", self.arn),
            self.date(root.created),
            enabled.to_owned(),
            last_used,
            changed,
            NOT_SUPPORTED.to_owned(),
            (!root.mfa.is_empty()).to_string(),
        ];
        self.credentials(&mut fields, &root.keys, &root.certificates);
        self.row(&fields);
    }

    fn user(&mut self, user: &User) {
        let none = || NONE.to_owned();
        let password = user.password.as_ref();
        let last_used = match password {
            None => user.former_use.map_or_else(none, |at| self.date(at)),
            Some(password) => match password.last_used {
                Some(at) => self.date(at),
                None => NO_INFORMATION.to_owned(),
            },
        };
        let changed = password.map_or_else(none, |password| self.date(password.last_changed));
        let next = password.and_then(|password| password.next_rotation);
        let mut fields = vec![
            user.name.clone(),
            format!("{}user/{}{}", self.arn, user.path, user.name),
            self.date(user.created),
            password.is_some().to_string(),
            last_used,
            changed,
            next.map_or_else(none, |at| self.date(at)),
            (!user.mfa.is_empty()).to_string(),
        ];
        self.credentials(&mut fields, &user.keys, &user.certificates);
        self.row(&fields);
    }

    fn credentials(
        &self,
        fields: &mut Vec<String>,
        keys: &[Option<AccessKey>; 2],
        certificates: &[Option<SigningCertificate>; 2],
    ) {
        let none = || NONE.to_owned();
        for slot in keys {
            let key = slot.as_ref();
            fields.extend([
                key.is_some_and(|key| key.active).to_string(),
                key.map_or_else(none, |key| self.date(key.last_rotated)),
                key.and_then(|key| key.last_used).map_or_else(none, |at| self.date(at)),
                key.and_then(|key| key.region.clone()).unwrap_or_else(none),
                key.and_then(|key| key.service.clone()).unwrap_or_else(none),
            ]);
        }
        for slot in certificates {
            fields.extend([
                slot.is_some_and(|certificate| certificate.active).to_string(),
                slot.map_or_else(none, |certificate| self.date(certificate.last_rotated)),
            ]);
        }
        if self.form.additional_column {
            let full = keys.iter().all(Option::is_some) && certificates.iter().all(Option::is_some);
            let more = "1 additional access key. Call ListAccessKeys for all of them.";
            fields.push(if full { more.to_owned() } else { String::new() });
        }
    }

    fn row(&mut self, fields: &[String]) {
        for (place, field) in fields.iter().enumerate() {
            self.text.push(if place == 0 { '\n' } else { ',' });
            if field.contains([',', '"', '\n', '\r']) {
                self.text.push('"');
                self.text.push_str(&field.replace('"', "\"\""));
                self.text.push('"');
            } else {
                self.text.push_str(field);
            }
        }
    }

    /// A moment to the second, which is all that the moments of a world have.
    fn date(&self, at: Timestamp) -> String {
        let text = at.to_string();
        match text.strip_suffix('Z') {
            Some(text) if self.form.offset_dates => format!("{text}+00:00"),
            _ => text,
        }
    }
}
