use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts, Request};
use axum::http::HeaderMap;
use axum::http::header::USER_AGENT;
use axum::http::request::Parts;
use practice_domain::fact::Origin;

use crate::site::Portal;

/// Where a request came from, worked out once.
#[derive(Clone, Default)]
pub(crate) struct Call {
    pub(crate) origin: Origin,
}

impl Call {
    pub(crate) fn of(portal: &Portal, request: &Request) -> Self {
        let peer =
            request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip().to_canonical());
        let address = peer.map(|peer| client(peer, request.headers(), &portal.settings.trusted_proxies));
        let agent = request.headers().get(USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
        let agent = agent.chars().take(LONGEST_AGENT).collect();
        Self { origin: Origin { address, agent, request: portal.ports.entropy.id().simple().to_string() } }
    }

    pub(crate) fn in_parts(parts: &Parts) -> Self {
        parts.extensions.get::<Self>().cloned().unwrap_or_default()
    }
}

impl FromRequestParts<Portal> for Call {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &Portal) -> Result<Self, Self::Rejection> {
        Ok(Self::in_parts(parts))
    }
}

/// The right-most hop that is not one of our proxies; behind anything else the header is anybody's claim.
fn client(peer: IpAddr, headers: &HeaderMap, trusted: &[IpAddr]) -> IpAddr {
    let lines = headers.get_all("x-forwarded-for").into_iter().filter_map(|line| line.to_str().ok());
    let hops: Vec<&str> = lines.flat_map(|line| line.split(',')).map(str::trim).collect();
    let mut client = peer;
    for hop in hops.into_iter().rev() {
        if !trusted.contains(&client) {
            break;
        }
        let Ok(address) = hop.parse::<IpAddr>() else { break };
        client = address.to_canonical();
    }
    client
}

const LONGEST_AGENT: usize = 200;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_trusted_proxy_may_speak_for_others() {
        let ip = |text: &str| text.parse::<IpAddr>().expect("an address");
        let proxies = [ip("10.0.0.1"), ip("10.0.0.2")];
        let mut headers = HeaderMap::new();
        headers.append("x-forwarded-for", "1.1.1.1, 203.0.113.9".parse().expect("plain"));
        headers.append("x-forwarded-for", "10.0.0.2".parse().expect("plain"));
        assert_eq!(client(ip("10.0.0.1"), &headers, &proxies), ip("203.0.113.9"));
        assert_eq!(client(ip("198.51.100.7"), &headers, &proxies), ip("198.51.100.7"));
        assert_eq!(client(ip("10.0.0.1"), &HeaderMap::new(), &proxies), ip("10.0.0.1"));
    }
}
