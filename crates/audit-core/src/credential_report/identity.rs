//! Whose row it is: the name and the ARN prove each other.

use std::borrow::Cow;

use memchr::memchr3;

use super::Column;
use super::error::{RowProblem, excerpt};
use super::header::Header;
use super::record::plain_fields;
use crate::account::AccountId;

/// The name that AWS gives to the root user. No IAM user can have it: angle brackets are not allowed in names.
pub(super) const ROOT_NAME: &str = "<root_account>";

/// Most commas that a name (128 characters) and a path (512) can add to a row.
const MAX_COMMAS: usize = 640 + 128;

/// The account and whether the row is that of the root user, proved by name and ARN together.
pub(super) fn prove(user: &str, arn: &str) -> Result<(AccountId, bool), RowProblem> {
    let Some((account, resource)) = split_arn(arn) else {
        return Err(RowProblem::NotAUserArn { arn: excerpt(arn) });
    };
    let is_root = resource == "root";
    if is_root != (user == ROOT_NAME) {
        return Err(RowProblem::RootContradiction {
            user: excerpt(user),
            arn: excerpt(arn),
        });
    }
    if !is_root && !is_named(resource, user) {
        return Err(RowProblem::NameMismatch {
            user: excerpt(user),
            arn: excerpt(arn),
        });
    }
    Ok((account, is_root))
}

/// Puts a row with too many fields together again, if the ARN proves where the unquoted commas belong.
///
/// Commas are legal in user names and paths. A name with a comma stands in the row twice, once in the ARN;
/// so there is one way at most to join fields such that the ARN ends in the name. Anything else stays an error.
pub(super) fn join<'a>(line: &'a str, header: &Header<'_>, found: usize, fields: &mut Vec<Cow<'a, str>>) -> Option<()> {
    let extra = found.checked_sub(header.width())?;
    let first = header.position(Column::User);
    if extra > MAX_COMMAS || header.position(Column::Arn) != first.checked_add(1)? {
        return None;
    }
    let starts: Vec<_> = plain_fields(line)
        .scan(0, |next, field| {
            let start = *next;
            *next += field.len() + 1;
            Some(start)
        })
        .collect();
    let text = |from: usize, to: usize| line.get(*starts.get(from)?..starts.get(to)?.checked_sub(1)?);
    let end = first + extra + 2;
    let rest_starts = starts.get(end).copied();
    let joined = |split: usize| -> Option<(&'a str, &'a str)> {
        let user = text(first, split)?;
        let arn = match rest_starts {
            Some(_) => text(split, end)?,
            None => line.get(*starts.get(split)?..)?,
        };
        (arn.starts_with("arn:") && prove(user, arn).is_ok()).then_some((user, arn))
    };
    let mut ways = (first + 1..end).filter_map(joined);
    let (user, arn) = ways.next()?;
    if ways.next().is_some() {
        return None;
    }
    fields.clear();
    fields.extend(plain_fields(line).take(first).map(Cow::Borrowed));
    fields.push(Cow::Borrowed(user));
    fields.push(Cow::Borrowed(arn));
    fields.extend(plain_fields(line).skip(end).map(Cow::Borrowed));
    Some(())
}

/// The account and the resource of `arn:PARTITION:iam::ACCOUNT:RESOURCE`.
fn split_arn(arn: &str) -> Option<(AccountId, &str)> {
    let rest = if let Some(rest) = arn.strip_prefix("arn:aws:iam::") {
        rest
    } else {
        let (partition, rest) = arn.strip_prefix("arn:")?.split_once(':')?;
        rest.strip_prefix("iam::").filter(|_| !partition.is_empty())?
    };
    let (account, resource) = rest.split_at_checked(12)?;
    let resource = resource.strip_prefix(':')?;
    let is_legal = memchr3(b'\0', b'\r', b'\n', resource.as_bytes()).is_none();
    is_legal.then_some((account.parse().ok()?, resource))
}

/// Whether `user/PATH/NAME` or `user/NAME` ends in this name.
fn is_named(resource: &str, name: &str) -> bool {
    let path = resource.strip_prefix("user").and_then(|rest| rest.strip_suffix(name));
    !name.is_empty() && !name.contains('/') && path.is_some_and(|path| path.starts_with('/') && path.ends_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn name_and_arn_prove_each_other() {
        for (user, arn, is_root) in [
            (ROOT_NAME, "arn:aws:iam::111122223333:root", true),
            ("bob", "arn:aws:iam::111122223333:user/bob", false),
            ("bob", "arn:aws-cn:iam::111122223333:user/a/\"b,\"/../bob", false),
            ("root", "arn:aws-us-gov:iam::111122223333:user/root", false),
            ("=a,b@x", "arn:aws-eusc:iam::111122223333:user/=a,b@x", false),
        ] {
            assert_eq!(prove(user, arn).unwrap().1, is_root, "{user} {arn}");
        }
    }

    #[test]
    fn contradictions_are_errors() {
        let arn = |resource: &str| format!("arn:aws:iam::111122223333:{resource}");
        assert!(matches!(
            prove(ROOT_NAME, &arn("user/bob")),
            Err(RowProblem::RootContradiction { .. })
        ));
        assert!(matches!(
            prove(ROOT_NAME, &arn("user/<root_account>")),
            Err(RowProblem::RootContradiction { .. })
        ));
        assert!(matches!(
            prove("root", &arn("root")),
            Err(RowProblem::RootContradiction { .. })
        ));
        assert!(matches!(
            prove("bob", &arn("user/Bob")),
            Err(RowProblem::NameMismatch { .. })
        ));
        assert!(matches!(
            prove("bob", &arn("role/bob")),
            Err(RowProblem::NameMismatch { .. })
        ));
        assert!(matches!(prove("", &arn("user/")), Err(RowProblem::NameMismatch { .. })));
        for wrong in [
            "",
            "bob",
            "arn:aws:iam::111122223333",
            "arn::iam::111122223333:user/bob",
            "arn:aws:s3:::user/bob",
            "arn:aws:sts::111122223333:user/bob",
            "arn:aws:iam:eu-west-1:111122223333:user/bob",
            "arn:aws:iam::1111:user/bob",
            "arn:aws:iam::111122223333:user/x\n/bob",
        ] {
            assert!(
                matches!(prove("bob", wrong), Err(RowProblem::NotAUserArn { .. })),
                "{wrong}"
            );
        }
    }
}
