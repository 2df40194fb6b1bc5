//! The verdicts about the root user.

use jiff::Timestamp;

use super::evidence::{Said, Weighed, access_keys, ask, mfa, password, weigh};
use crate::account::Partition;
use crate::benchmark::Edition;
use crate::check::{Because, Context, Credential, Dated, Dates, Event, RootUser, Slot, Status, Verdict, days};
use crate::checks::row::{last_used, not_said};
use crate::credential_report::{Credentials, Moment};
use crate::facts::{Fact, FactName, RootSession, VirtualMfaDevice};
use crate::named::quoted;

/// A key that exists fails, active or not.
pub(super) fn access_key_absent(root: &RootUser<'_>, _: &Context<'_>) -> Verdict {
    match access_keys(root) {
        Weighed::Bad(words) => Status::Fail.because(words),
        Weighed::Good(words) => Status::Pass.because(words),
        Weighed::Silent(because) | Weighed::Missing(because) => Verdict::unknown(because),
    }
}

/// No MFA fails, unless there is no password either.
pub(super) fn mfa_enabled(root: &RootUser<'_>, context: &Context<'_>) -> Verdict {
    match mfa_or_verdict(root, context) {
        Ok(words) => Status::Pass.because(words),
        Err(verdict) => verdict,
    }
}

/// As with any MFA, and none of the devices may be a virtual one: a spare on a phone is enough to get in.
pub(super) fn hardware_mfa_enabled(root: &RootUser<'_>, context: &Context<'_>) -> Verdict {
    if let Err(verdict) = mfa_or_verdict(root, context) {
        return verdict;
    }
    match virtual_device(root) {
        Weighed::Bad(words) => Status::Fail.because(words),
        Weighed::Good(words) => Status::Pass.because(words),
        Weighed::Silent(because) | Weighed::Missing(because) => Verdict::unknown(because),
    }
}

/// That the root user has MFA, in words; or the verdict about one that has none, or of which it is not known.
fn mfa_or_verdict(root: &RootUser<'_>, context: &Context<'_>) -> Result<&'static str, Verdict> {
    if *root.partition == Partition::AwsUsGov {
        return Err(Status::NotApplicable.because("the root user of a GovCloud account has no console sign-in"));
    }
    let words = match mfa(root) {
        Weighed::Good(words) => return Ok(words),
        Weighed::Silent(because) | Weighed::Missing(because) => return Err(Verdict::unknown(because)),
        Weighed::Bad(words) => words,
    };
    let strict = context.parameters.strict_root_mfa && context.edition() < Edition::V5_0_0;
    Err(match password(root) {
        Weighed::Good(without) if context.edition() >= Edition::V5_0_0 => Status::Pass.because(without),
        Weighed::Good(without) if !strict => Status::NotApplicable.because(without),
        Weighed::Missing(because) if !strict => Verdict::unknown(because),
        Weighed::Good(_) | Weighed::Missing(_) | Weighed::Bad(_) => Status::Fail.because(words),
        Weighed::Silent(_) => Status::Fail.because(format!("{words}; whether it has a password is not known")),
    })
}

/// Whether the root user has a virtual MFA device, which is the bad answer.
///
/// The ARN of the device's owner decides, compared as a whole: a user called `root` is not the root user, and the
/// name of the device may be anything. The serial with the fixed name dates from before names were free.
fn virtual_device(root: &RootUser<'_>) -> Weighed {
    const NONE: &str = "the root user has MFA, and none of it is virtual \
                        (a security key, a passkey or a hardware token; the APIs do not tell them apart)";
    let (partition, account) = (root.partition, root.account);
    let owner = format!("arn:{partition}:iam::{account}:root");
    let fixed = format!("arn:{partition}:iam::{account}:mfa/root-account-mfa-device");
    let is_roots = |device: &&VirtualMfaDevice| {
        device
            .user_arn
            .as_deref()
            .is_some_and(|user| user == owner || device.serial == fixed)
    };
    let bad = |serial: &str| Said::Bad(format!("the root user has the virtual MFA device {}", quoted(serial)));
    let listed = ask(root.virtual_mfa_devices, FactName::VirtualMfaDevices, |devices| {
        devices
            .iter()
            .find(is_roots)
            .map_or(Said::Good(NONE), |device| bad(&device.serial))
    });
    let seen = ask(root.session, FactName::RootSession, |session| {
        let is_virtual = |serial: &&String| serial.starts_with("arn:") && serial.contains(":mfa/");
        session
            .mfa_serials
            .iter()
            .find(is_virtual)
            .map_or(Said::Good(NONE), |serial| bad(serial))
    });
    weigh([listed, seen])
}

/// A use within the window fails: the latest of password and both keys decides, so that none hides another.
pub(super) fn not_used_recently(root: &RootUser<'_>, context: &Context<'_>) -> Verdict {
    let mut uses = Uses::default();
    uses.see_row(&root.row);
    uses.see_session(root.session, root.row.known().is_some());
    let recent = uses
        .latest
        .is_some_and(|(at, _)| context.age(at) < days(context.parameters.root_use_days));
    let latest = uses.latest.map(|(at, credential)| {
        Dates::one(
            context.as_of,
            Dated {
                credential,
                event: Event::LastUsed,
                at: Some(at),
            },
        )
    });
    match (latest, uses.silent) {
        (Some(latest), _) if recent => Status::Fail.because(latest),
        (_, Some(because)) => Verdict::unknown(because),
        _ if !uses.asked => Verdict::unknown(Because::NotRequested(FactName::CredentialReport)),
        (Some(latest), None) => Status::Pass.because(latest),
        (None, None) => Status::Pass.because("no use of the root user is recorded"),
    }
}

/// The latest use that any source tells of, and whether one kept silent.
#[derive(Default)]
struct Uses {
    latest: Option<(Timestamp, Credential)>,
    silent: Option<Because>,
    asked: bool,
}

impl Uses {
    fn see(&mut self, credential: Credential, at: Timestamp) {
        if self.latest.is_none_or(|(latest, _)| at > latest) {
            self.latest = Some((at, credential));
        }
    }

    fn see_row(&mut self, row: &Fact<Credentials<'_>>) {
        let row = match row {
            Fact::NotRequested => return,
            Fact::Unavailable(unavailable) => return self.silent = Some(unavailable.clone().into()),
            Fact::Known(row) => row,
        };
        self.asked = true;
        for credential in CREDENTIALS {
            match last_used(row, credential) {
                (Moment::At(at), _) => self.see(credential, at),
                (Moment::NotApplicable | Moment::NoInformation, _) => {}
                (other, column) => self.silent = Some(not_said(column, other.state())),
            }
        }
    }

    /// A session that tells of a password but of no sign-in may keep silent about it; the credential report never does.
    fn see_session(&mut self, session: &Fact<RootSession>, has_row: bool) {
        let session = match session {
            Fact::NotRequested => return,
            Fact::Unavailable(unavailable) => return self.silent = Some(unavailable.clone().into()),
            Fact::Known(session) => session,
        };
        self.asked = true;
        match session.password_last_used {
            Some(at) => self.see(Credential::Password, at),
            None if session.password && !has_row => {
                self.silent.get_or_insert(Because::Fixed(
                    "the root user's own session does not say when its password was last used",
                ));
            }
            None => {}
        }
        for (key, slot) in session.access_keys.iter().zip(Slot::BOTH) {
            if let Some(at) = key.last_used {
                self.see(Credential::AccessKey(slot), at);
            }
        }
    }
}

const CREDENTIALS: [Credential; 3] = [
    Credential::Password,
    Credential::AccessKey(Slot::First),
    Credential::AccessKey(Slot::Second),
];
