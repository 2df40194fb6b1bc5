//! The SDK configuration of a Lambda function, from its variables alone.
//!
//! A function has its credentials, Region and endpoints in variables (AWS Lambda Developer Guide, "Working with Lambda
//! environment variables"). Looking for profiles, instance metadata and container credentials as a program on a
//! workstation does would only cost start-up time and size.

use std::collections::BTreeMap;

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_async::rt::sleep::TokioSleep;
use aws_smithy_async::time::SystemTimeSource;
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::Provider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::{Builder, ConnectorBuilder};
use aws_smithy_runtime_api::client::behavior_version::BehaviorVersion;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_types::SdkConfig;
use aws_types::region::Region;
use aws_types::service_config::{LoadServiceConfig, ServiceConfigKey};

/// A variable that a function cannot do without.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the variable `{0}` is not set; AWS Lambda sets it, and so must whoever runs the function elsewhere")]
pub struct MissingVariable(&'static str);

/// The SDK configuration that a function's variables describe.
///
/// # Errors
/// When credentials or Region are missing.
pub fn configuration(variables: &BTreeMap<String, String>) -> Result<SdkConfig, MissingVariable> {
    let variable = |name: &str| {
        variables
            .get(name)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    };
    let needed = |name| variable(name).ok_or(MissingVariable(name));
    let region = match variable("AWS_REGION") {
        Some(region) => region,
        None => needed("AWS_DEFAULT_REGION")?,
    };
    let credentials = Credentials::new(
        needed("AWS_ACCESS_KEY_ID")?,
        needed("AWS_SECRET_ACCESS_KEY")?,
        variable("AWS_SESSION_TOKEN").map(str::to_owned),
        None,
        "environment",
    );
    let is_on = |name| variable(name).map(|value| value.eq_ignore_ascii_case("true"));
    let mut config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(region.to_owned()))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .sleep_impl(TokioSleep::new())
        .time_source(SystemTimeSource::new())
        .http_client(connections())
        .service_config(Endpoints::of(variables));
    config.set_endpoint_url(variable("AWS_ENDPOINT_URL").map(str::to_owned));
    config.set_use_fips(is_on("AWS_USE_FIPS_ENDPOINT"));
    config.set_use_dual_stack(is_on("AWS_USE_DUALSTACK_ENDPOINT"));
    Ok(config.build())
}

/// One pool of connections and one set of trusted certificates for all clients of a process.
///
/// Otherwise each client would load the certificates again. Proxies are those of the variables `HTTPS_PROXY`,
/// `HTTP_PROXY` and `NO_PROXY`.
#[must_use]
pub fn connections() -> SharedHttpClient {
    Builder::new().build_with_connector_fn(|settings, components| {
        let mut connector = ConnectorBuilder::default().tls_provider(Provider::Rustls(CryptoMode::AwsLc));
        connector.set_connector_settings(settings.cloned());
        connector.set_sleep_impl(components.and_then(RuntimeComponents::sleep_impl));
        connector.set_proxy_config(Some(ProxyConfig::from_env()));
        connector.build()
    })
}

/// Endpoints of single services, such as `AWS_ENDPOINT_URL_S3`
/// (AWS SDKs and Tools Reference Guide, "Service-specific endpoints").
#[derive(Debug)]
struct Endpoints(BTreeMap<String, String>);

impl Endpoints {
    /// Nothing but the endpoints is kept, since the configuration can be shown.
    fn of(variables: &BTreeMap<String, String>) -> Self {
        let endpoints = variables
            .iter()
            .filter(|(name, _)| name.starts_with("AWS_ENDPOINT_URL_"));
        Self(endpoints.map(|(name, value)| (name.clone(), value.clone())).collect())
    }
}

impl LoadServiceConfig for Endpoints {
    fn load_config(&self, key: ServiceConfigKey<'_>) -> Option<String> {
        let service = key.service_id().replace(' ', "_").to_ascii_uppercase();
        self.0.get(&format!("{}_{service}", key.env())).cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variables(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    }

    #[test]
    fn variables_say_where_and_as_whom() {
        let own = [
            ("AWS_REGION", "eu-central-1"),
            ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
            ("AWS_SECRET_ACCESS_KEY", "hidden"),
            ("AWS_USE_FIPS_ENDPOINT", "true"),
            ("AWS_ENDPOINT_URL", "http://127.0.0.1:1"),
        ];
        let config = configuration(&variables(&own)).unwrap();
        assert_eq!(config.region().map(AsRef::as_ref), Some("eu-central-1"));
        assert_eq!((config.use_fips(), config.use_dual_stack()), (Some(true), None));
        assert_eq!(config.endpoint_url(), Some("http://127.0.0.1:1"));
        assert!(!format!("{config:?}").contains("hidden"));
        for missing in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"] {
            let mut less = variables(&own);
            less.insert(missing.to_owned(), String::new());
            assert_eq!(configuration(&less).unwrap_err(), MissingVariable(missing));
        }
    }

    #[test]
    fn a_service_may_have_an_endpoint_of_its_own() {
        let endpoints = Endpoints::of(&variables(&[("AWS_ENDPOINT_URL_S3_CONTROL", "http://127.0.0.1:2")]));
        let key = |service| {
            let key = ServiceConfigKey::builder().service_id(service).env("AWS_ENDPOINT_URL");
            key.profile("endpoint_url").build().unwrap()
        };
        assert_eq!(
            endpoints.load_config(key("S3 Control")).as_deref(),
            Some("http://127.0.0.1:2")
        );
        assert_eq!(endpoints.load_config(key("S3")), None);
    }
}
