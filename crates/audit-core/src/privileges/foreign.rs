//! Which other accounts the policies of an account name, so that somebody can ask whether they belong to the organization.

use std::collections::BTreeSet;

use iam_policy::{Grantee, Policy};
use serde_json::Value;

use crate::account::AccountId;
use crate::facts::{AuthorizationDetails, ResourcePolicy};

/// The accounts that trust policies of roles and policies of resources name, as grantees or in their conditions, but
/// for the account itself. What cannot be read names nobody here, and is told where it is judged.
#[must_use]
pub fn named_accounts(
    account: AccountId,
    details: &AuthorizationDetails,
    resource_policies: &[ResourcePolicy],
) -> BTreeSet<AccountId> {
    let mut named = BTreeSet::new();
    let trusts = details.roles.iter().filter_map(|role| role.trust.as_deref());
    let policies = resource_policies.iter().map(|policy| policy.document.as_str());
    for document in trusts.chain(policies) {
        let Ok(policy) = Policy::parse(document) else {
            continue;
        };
        for statement in &policy.statements {
            named.extend(statement.grantees().iter().filter_map(grantee));
        }
        let text: Value = serde_json::from_str(document).unwrap_or_default();
        match text.get("Statement") {
            Some(Value::Array(statements)) => statements.iter().for_each(|one| conditions(one, &mut named)),
            Some(one) => conditions(one, &mut named),
            None => {}
        }
    }
    named.remove(&account);
    named
}

fn grantee(grantee: &Grantee) -> Option<AccountId> {
    match grantee {
        Grantee::Account(account) => account.parse().ok(),
        Grantee::Arn(arn) => arn.split(':').nth(4)?.parse().ok(),
        Grantee::Everyone | Grantee::Service(_) | Grantee::Federated(_) | Grantee::CanonicalUser(_) => None,
    }
}

/// The values of conditions that are account ids, whatever their key.
fn conditions(statement: &Value, named: &mut BTreeSet<AccountId>) {
    let operators = statement.get("Condition").and_then(Value::as_object);
    for keys in operators.into_iter().flat_map(|operators| operators.values()) {
        for values in keys.as_object().into_iter().flat_map(|keys| keys.values()) {
            let values = match values {
                Value::Array(values) => values.as_slice(),
                one => std::slice::from_ref(one),
            };
            named.extend(
                values
                    .iter()
                    .filter_map(|value| value.as_str()?.parse::<AccountId>().ok()),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_are_found_as_grantees_and_in_conditions() {
        let own: AccountId = "111122223333".parse().unwrap();
        let policy = |document: &str| ResourcePolicy {
            arn: "arn:aws:s3:::photos".to_owned(),
            region: "global".to_owned(),
            document: document.to_owned(),
        };
        for (document, expected) in [
            (r#"{"Statement":[]}"#, &[][..]),
            ("no policy", &[]),
            (
                r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*",
                    "Principal":{"AWS":["444455556666","arn:aws:iam::777788889999:role/r","111122223333","*"]}}}"#,
                &["444455556666", "777788889999"],
            ),
            (
                r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*","Principal":"*",
                    "Condition":{"StringEquals":{"aws:PrincipalAccount":["444455556666"],"aws:PrincipalOrgID":"o-a"}}}]}"#,
                &["444455556666"],
            ),
        ] {
            let found = named_accounts(own, &AuthorizationDetails::default(), &[policy(document)]);
            let found: Vec<String> = found.iter().map(AccountId::to_string).collect();
            assert_eq!(found, expected, "{document}");
        }
    }
}
