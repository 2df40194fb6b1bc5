//! The door for the SDK in the same process: its HTTP client, honoring faults and time.

use std::io;
use std::time::Duration;

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_async::rt::sleep::AsyncSleep;
use aws_smithy_runtime_api::client::behavior_version::BehaviorVersion;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::identity::{
    IdentityFuture, ResolveCachedIdentity, ResolveIdentity, SharedIdentityResolver,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::ConfigBag;
use aws_types::SdkConfig;
use aws_types::region::Region;
use http_body_util::BodyExt as _;

use super::body::DeliveredBody;
use crate::identity::HUB_ACCESS_KEY_ID;
use crate::reply::Delivery;
use crate::simulator::Simulator;

/// After this time even a silent peer is gone: a client without a time-out gets an error in the end.
const SILENCE: Duration = Duration::from_hours(1);

impl Simulator {
    /// The simulator as the SDK's HTTP client.
    #[must_use]
    pub fn http_client(&self) -> SharedHttpClient {
        SharedHttpClient::new(InProcess(self.clone()))
    }

    /// A configuration for SDK clients that act as the hub, in process and on the simulator's clock.
    #[must_use]
    pub fn sdk_config(&self) -> SdkConfig {
        let credentials = Credentials::from_keys(HUB_ACCESS_KEY_ID, "simulated", None);
        SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::from_static(self.world().spec().partition.region()))
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .http_client(self.http_client())
            .sleep_impl(self.clock().sleep_impl())
            .time_source(self.clock().time_source())
            .identity_cache(NoIdentityCache)
            .build()
    }
}

#[derive(Debug, Clone)]
struct InProcess(Simulator);

impl HttpClient for InProcess {
    fn http_connector(&self, settings: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(Connector {
            simulator: self.0.clone(),
            read_timeout: settings.read_timeout(),
        })
    }
}

#[derive(Debug, Clone)]
struct Connector {
    simulator: Simulator,
    read_timeout: Option<Duration>,
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        HttpConnectorFuture::new(self.clone().exchange(request))
    }
}

impl Connector {
    async fn exchange(self, request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
        let user = |error: Box<dyn std::error::Error + Send + Sync>| ConnectorError::user(error);
        let request = request.try_into_http1x().map_err(|error| user(error.into()))?;
        let (head, body) = request.into_parts();
        let body = body.collect().await.map_err(user)?.to_bytes();
        let request = http::Request::from_parts(head, body);
        let reply = self.simulator.answer(&request, self.simulator.clock().now());
        let clock = self.simulator.clock().sleep_impl();
        let silent = matches!(reply.delivery, Delivery::Never);
        let delay = if silent { SILENCE } else { reply.delay };
        match self.read_timeout {
            Some(limit) if limit < delay => {
                clock.sleep(limit).await;
                let error = io::Error::from(io::ErrorKind::TimedOut);
                return Err(ConnectorError::timeout(error.into()));
            }
            _ if delay.is_zero() => {}
            _ => clock.sleep(delay).await,
        }
        let (response, body) = match reply.delivery {
            Delivery::Never | Delivery::Reset => {
                let error = io::Error::from(io::ErrorKind::ConnectionReset);
                return Err(ConnectorError::io(error.into()));
            }
            Delivery::Whole(response) => {
                let (head, body) = response.into_parts();
                (head, SdkBody::from(body))
            }
            Delivery::Truncated(response, after) => {
                let (head, body) = response.into_parts();
                (head, SdkBody::from_body_1_x(DeliveredBody::truncated(body, after)))
            }
            Delivery::Slow(response, pause) => {
                let (head, body) = response.into_parts();
                (head, SdkBody::from_body_1_x(DeliveredBody::slow(body, pause, clock)))
            }
        };
        let response = http::Response::from_parts(response, body);
        HttpResponse::try_from(response).map_err(|error| user(error.into()))
    }
}

/// Asks for the identity each time: static credentials cost nothing, and a cache would want a runtime.
#[derive(Debug)]
struct NoIdentityCache;

impl ResolveCachedIdentity for NoIdentityCache {
    fn resolve_cached_identity<'a>(
        &'a self,
        resolver: SharedIdentityResolver,
        components: &'a RuntimeComponents,
        config: &'a ConfigBag,
    ) -> IdentityFuture<'a> {
        IdentityFuture::new(async move { resolver.resolve_identity(components, config).await })
    }
}

#[cfg(test)]
mod tests;
