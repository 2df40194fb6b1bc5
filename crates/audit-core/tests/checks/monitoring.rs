//! The chain from trail to inbox: it holds, or breaks at one link.

use audit_core::benchmark::Edition;
use audit_core::check::Status::{self, Fail, Manual, Pass, Unknown};
use audit_core::facts::{AccountFacts, Alarm, EventSelection, Fact, MetricFilter, Subscription, Trail};

use crate::world::{denied, nothing, one};

const GROUP: &str = "arn:aws:logs:us-east-1:111122223333:log-group:trail";
const TOPIC: &str = "arn:aws:sns:us-east-1:111122223333:alarms";
const PATTERN: &str =
    r#"{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != "AwsServiceEvent" }"#;

fn trail() -> Trail {
    Trail {
        arn: "arn:aws:cloudtrail:us-east-1:111122223333:trail/main".to_owned(),
        multi_region: true,
        logging: true,
        organization: false,
        management_events: EventSelection::All,
        log_group: Some(format!("{GROUP}:*")),
    }
}

fn metric() -> (String, String) {
    ("Security".to_owned(), "RootUse".to_owned())
}

fn complete() -> AccountFacts {
    AccountFacts {
        trails: Fact::Known(vec![trail()]),
        metric_filters: Fact::Known(vec![MetricFilter {
            log_group: GROUP.to_owned(),
            pattern: PATTERN.to_owned(),
            metric: metric(),
            has_dimensions: false,
        }]),
        alarms: Fact::Known(vec![Alarm {
            metric: metric(),
            actions_enabled: true,
            actions: vec![TOPIC.to_owned()],
        }]),
        subscriptions: Fact::Known(vec![Subscription {
            topic: TOPIC.to_owned(),
            confirmed: true,
        }]),
        ..nothing()
    }
}

fn status(facts: &AccountFacts) -> Status {
    one("root-usage-monitored", Edition::LATEST, facts).0
}

#[test]
fn the_chain_holds_only_with_every_link() {
    assert_eq!(status(&complete()), Pass);
    for (link, trail) in [
        (
            "one Region",
            Trail {
                multi_region: false,
                ..trail()
            },
        ),
        (
            "stopped",
            Trail {
                logging: false,
                ..trail()
            },
        ),
        (
            "writes only",
            Trail {
                management_events: EventSelection::Partial,
                ..trail()
            },
        ),
        (
            "no log group",
            Trail {
                log_group: None,
                ..trail()
            },
        ),
        (
            "another log group",
            Trail {
                log_group: Some("arn:aws:logs:us-east-1:111122223333:log-group:x".to_owned()),
                ..trail()
            },
        ),
    ] {
        assert_eq!(
            status(&AccountFacts {
                trails: Fact::Known(vec![trail]),
                ..complete()
            }),
            Fail,
            "{link}"
        );
    }
    for facts in [
        AccountFacts {
            trails: Fact::Known(Vec::new()),
            ..complete()
        },
        AccountFacts {
            metric_filters: Fact::Known(Vec::new()),
            ..complete()
        },
        AccountFacts {
            alarms: Fact::Known(Vec::new()),
            ..complete()
        },
        AccountFacts {
            subscriptions: Fact::Known(Vec::new()),
            ..complete()
        },
    ] {
        assert_eq!(status(&facts), Fail, "{facts:?}");
    }
}

#[test]
fn an_alarm_counts_when_it_tells_a_topic_with_a_confirmed_subscriber() {
    let alarm = |actions_enabled, action: &str, metric| {
        let alarm = Alarm {
            metric,
            actions_enabled,
            actions: vec![action.to_owned()],
        };
        AccountFacts {
            alarms: Fact::Known(vec![alarm]),
            ..complete()
        }
    };
    assert_eq!(status(&alarm(true, TOPIC, metric())), Pass);
    let with_dimensions = |facts: AccountFacts| {
        let filters = facts.metric_filters.known().unwrap().iter().cloned();
        let filters = filters.map(|filter| MetricFilter {
            has_dimensions: true,
            ..filter
        });
        AccountFacts {
            metric_filters: Fact::Known(filters.collect()),
            ..facts
        }
    };
    assert_eq!(status(&with_dimensions(complete())), Pass);
    assert_eq!(status(&with_dimensions(alarm(false, TOPIC, metric()))), Unknown);
    assert_eq!(status(&alarm(false, TOPIC, metric())), Fail);
    assert_eq!(
        status(&alarm(true, "arn:aws:automate:us-east-1:ec2:stop", metric())),
        Fail
    );
    assert_eq!(
        status(&alarm(true, TOPIC, ("Security".to_owned(), "Other".to_owned()))),
        Fail
    );
    let pending = Subscription {
        topic: TOPIC.to_owned(),
        confirmed: false,
    };
    let other = Subscription {
        topic: format!("{TOPIC}2"),
        confirmed: true,
    };
    assert_eq!(
        status(&AccountFacts {
            subscriptions: Fact::Known(vec![pending, other]),
            ..complete()
        }),
        Fail
    );
}

#[test]
fn an_organizations_trail_is_judged_where_it_lives() {
    let of = |account: &str| Trail {
        arn: format!("arn:aws:cloudtrail:us-east-1:{account}:trail/org"),
        organization: true,
        ..trail()
    };
    let with = |trails| AccountFacts {
        trails: Fact::Known(trails),
        ..complete()
    };
    assert_eq!(status(&with(vec![of("111122223333")])), Pass);
    assert_eq!(status(&with(vec![of("444455556666")])), Manual);
    assert_eq!(status(&with(vec![of("444455556666"), trail()])), Pass);
    // Its own trail leads nowhere, but the organization's may lead to somebody elsewhere.
    let silent = Trail {
        log_group: Some("arn:aws:logs:us-east-1:111122223333:log-group:x".to_owned()),
        ..trail()
    };
    let (told, because) = one(
        "root-usage-monitored",
        Edition::LATEST,
        &with(vec![of("444455556666"), silent]),
    );
    assert_eq!(told, Manual);
    assert!(
        because.starts_with("no metric filter on the trail's log group"),
        "{because}"
    );
    // A delegated administrator keeps the log group of a trail that stays the management account's.
    let kept_elsewhere = Trail {
        log_group: Some("arn:aws:logs:us-east-1:444455556666:log-group:org:*".to_owned()),
        ..of("111122223333")
    };
    assert_eq!(status(&with(vec![kept_elsewhere])), Manual);
    assert_eq!(
        status(&with(vec![Trail {
            logging: false,
            ..of("444455556666")
        }])),
        Fail
    );
}

#[test]
fn a_link_that_could_not_be_seen_is_not_known() {
    for facts in [
        AccountFacts {
            trails: denied("cloudtrail:DescribeTrails"),
            ..complete()
        },
        AccountFacts {
            metric_filters: denied("logs:DescribeMetricFilters"),
            ..complete()
        },
        AccountFacts {
            alarms: denied("cloudwatch:DescribeAlarmsForMetric"),
            ..complete()
        },
        AccountFacts {
            subscriptions: denied("sns:ListSubscriptionsByTopic"),
            ..complete()
        },
        AccountFacts {
            subscriptions: Fact::NotRequested,
            ..complete()
        },
    ] {
        assert_eq!(status(&facts), Unknown, "{facts:?}");
    }
}
