//! What a recorder of AWS Config records, as it says itself.

use serde::Deserialize;

use super::Concern;
use crate::account::AccountId;

/// The types that are recorded in every Region or, by default, in none but one (AWS Config Developer Guide, "Recording
/// AWS Resources", "Global resource types").
const OF_NO_REGION: [&str; 4] = [
    "AWS::IAM::Group",
    "AWS::IAM::Policy",
    "AWS::IAM::Role",
    "AWS::IAM::User",
];

/// The Regions whose recorders can record IAM's types: those that AWS Config supported in February 2022 (AWS Config
/// Developer Guide, "Recording AWS Resources", "Global resource types").
const OF_IDENTITIES: [&str; 27] = [
    "af-south-1",
    "ap-east-1",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-southeast-3",
    "ca-central-1",
    "cn-north-1",
    "cn-northwest-1",
    "eu-central-1",
    "eu-north-1",
    "eu-south-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "me-south-1",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-gov-east-1",
    "us-gov-west-1",
    "us-iso-east-1",
    "us-west-1",
    "us-west-2",
];

/// A recorder, and what its group says (AWS Config API Reference, `RecordingGroup`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recorder {
    /// The Region that it records in.
    pub region: String,
    /// Whether it runs.
    pub running: bool,
    /// Whether it records everything that AWS Config supports.
    pub all: bool,
    /// Whether that includes what belongs to no Region.
    pub global: bool,
    /// Which of the lists counts, if it says so, as the API spells it.
    pub strategy: Option<String>,
    /// The types that it records.
    pub types: Vec<String>,
    /// The types that it leaves out; `None` when it does not say.
    pub excluded: Option<Vec<String>>,
}

impl Recorder {
    /// Whether it runs and records a type of resources.
    ///
    /// A recorder of everything leaves out IAM's types, which belong to no Region, unless its group includes them; and in a
    /// newer Region it leaves them out whatever its group says.
    #[must_use]
    pub fn records(&self, kind: &str) -> bool {
        let has = |types: &[String]| types.iter().any(|one| one == kind);
        let of_no_region = OF_NO_REGION.contains(&kind);
        let includes = self.global || !of_no_region;
        self.running
            && (!of_no_region || OF_IDENTITIES.contains(&self.region.as_str()))
            && match self.strategy.as_deref() {
                // This strategy records what belongs to no Region whatever the group says of it.
                Some("EXCLUSION_BY_RESOURCE_TYPES") => self.excluded.as_deref().is_some_and(|excluded| !has(excluded)),
                Some("ALL_SUPPORTED_RESOURCE_TYPES") => includes,
                _ => (self.all && includes) || has(&self.types),
            }
    }

    /// Whether it would show what a query is about, if there were any of it.
    #[must_use]
    pub fn sees(&self, concern: &Concern) -> bool {
        match concern {
            Concern::Anything => self.running,
            Concern::Type(kind) => self.records(kind),
            Concern::Beginning(beginning) => {
                let listed = self.types.iter().map(String::as_str);
                let mut known = listed.chain(OF_NO_REGION);
                // Beside IAM's types, of which all are known, the beginning stands for whatever begins so.
                let others = !concern.is_of_iam() && self.records(beginning);
                others || known.any(|kind| kind.starts_with(beginning) && self.records(kind))
            }
        }
    }

    /// A recorder from a result of [`Query::recorders`](super::Query::recorders), and the account that it is of; `None`
    /// when the result does not say all of it.
    #[must_use]
    pub fn read(text: &str) -> Option<(AccountId, Self)> {
        let result: Shown = serde_json::from_str(text).ok()?;
        let group = result.configuration.group;
        let recorder = Self {
            region: result.region,
            running: result.configuration.recording,
            all: group.all,
            global: group.global,
            strategy: group.strategy.and_then(|strategy| strategy.only),
            types: group.types.unwrap_or_default(),
            excluded: group.excluded.and_then(|excluded| excluded.types),
        };
        Some((result.account, recorder))
    }
}

/// What a result says of a recorder. What it does not say counts as not recorded.
#[derive(Deserialize)]
struct Shown {
    #[serde(rename = "accountId")]
    account: AccountId,
    #[serde(rename = "awsRegion")]
    region: String,
    configuration: Configuration,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Configuration {
    recording: bool,
    #[serde(rename = "RecordingGroup")]
    group: Group,
}

#[derive(Deserialize)]
struct Group {
    #[serde(rename = "AllSupported", default)]
    all: bool,
    #[serde(rename = "IncludeGlobalResourceTypes", default)]
    global: bool,
    #[serde(rename = "RecordingStrategy", default)]
    strategy: Option<Strategy>,
    #[serde(rename = "ResourceTypes", default)]
    types: Option<Vec<String>>,
    #[serde(rename = "ExclusionByResourceTypes", default)]
    excluded: Option<Excluded>,
}

#[derive(Deserialize)]
struct Strategy {
    #[serde(rename = "UseOnly", default)]
    only: Option<String>,
}

#[derive(Deserialize)]
struct Excluded {
    #[serde(rename = "ResourceTypes", default)]
    types: Option<Vec<String>>,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const USER: &str = "AWS::IAM::User";
    const BUCKET: &str = "AWS::S3::Bucket";

    fn everything(global: bool) -> Recorder {
        Recorder {
            region: "eu-central-1".to_owned(),
            running: true,
            all: true,
            global,
            ..Recorder::default()
        }
    }

    fn by(strategy: &str) -> Recorder {
        Recorder {
            strategy: Some(strategy.to_owned()),
            excluded: Some(vec![BUCKET.to_owned()]),
            ..everything(false)
        }
    }

    fn only(kind: &str) -> Recorder {
        Recorder {
            types: vec![kind.to_owned()],
            all: false,
            ..everything(false)
        }
    }

    #[test]
    fn a_recorder_records_what_its_group_says() {
        let stopped = Recorder {
            running: false,
            ..everything(true)
        };
        let newer = |recorder: Recorder| Recorder {
            region: "eu-central-2".to_owned(),
            ..recorder
        };
        let silent = Recorder {
            excluded: None,
            ..by("EXCLUSION_BY_RESOURCE_TYPES")
        };
        for (recorder, bucket, user) in [
            (everything(true), true, true),
            (everything(false), true, false),
            (stopped, false, false),
            (only(USER), false, true),
            (only(BUCKET), true, false),
            (by("ALL_SUPPORTED_RESOURCE_TYPES"), true, false),
            (by("EXCLUSION_BY_RESOURCE_TYPES"), false, true),
            (silent, false, false),
            (newer(everything(true)), true, false),
            (newer(only(USER)), false, false),
            (newer(by("EXCLUSION_BY_RESOURCE_TYPES")), false, false),
            (Recorder::default(), false, false),
        ] {
            let found = (recorder.records(BUCKET), recorder.records(USER));
            assert_eq!(found, (bucket, user), "{recorder:?}");
            assert_eq!(recorder.sees(&Concern::Type(USER.to_owned())), user);
            assert_eq!(recorder.sees(&Concern::Anything), recorder.running);
            let iam = Concern::Beginning("AWS::IAM::".to_owned());
            assert_eq!(recorder.sees(&iam), user, "{recorder:?}");
            let storage = Concern::Beginning("AWS::S3::".to_owned());
            let left_out = recorder.running
                && recorder.strategy.is_some()
                && !recorder.records(BUCKET)
                && recorder.excluded.is_some();
            assert_eq!(recorder.sees(&storage), bucket || left_out, "{recorder:?}");
        }
    }

    #[test]
    fn what_a_result_does_not_say_is_not_recorded() {
        let result = |configuration| {
            let region = "eu-central-1";
            json!({ "accountId": "111122223333", "awsRegion": region, "configuration": configuration }).to_string()
        };
        let group = json!({
            "AllSupported": false,
            "IncludeGlobalResourceTypes": false,
            "ResourceTypes": [],
            "ExclusionByResourceTypes": { "ResourceTypes": [BUCKET] },
            "RecordingStrategy": { "UseOnly": "EXCLUSION_BY_RESOURCE_TYPES" },
        });
        let (account, recorder) =
            Recorder::read(&result(json!({ "Recording": true, "RecordingGroup": group }))).unwrap();
        assert_eq!(account.as_str(), "111122223333");
        assert!(recorder.records(USER) && !recorder.records(BUCKET));
        assert_eq!(recorder.region, "eu-central-1");
        let (_, bare) = Recorder::read(&result(json!({ "Recording": true, "RecordingGroup": {} }))).unwrap();
        assert!(!bare.records(USER) && !bare.records(BUCKET));
        for bad in [
            json!({}),
            json!({ "Recording": true }),
            json!({ "Recording": "true", "RecordingGroup": {} }),
        ] {
            assert_eq!(Recorder::read(&result(bad.clone())), None, "{bad}");
        }
    }
}
