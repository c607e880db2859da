//! Who is at the other end of a connection: the address, or what a proxy one trusts says of it.

use std::{
    convert::Infallible,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

use axum::{
    extract::FromRequestParts,
    http::{Extensions, HeaderMap, request::Parts},
};
use ipnet::IpNet;

/// The address of whoever asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer(pub IpAddr);

impl<S: Send + Sync> FromRequestParts<S> for Peer {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Self::Rejection> {
        Ok(Self::told(&parts.extensions))
    }
}

impl Peer {
    /// Whoever asks, as the connection on which a request came has told with it.
    #[must_use]
    pub fn told(extensions: &Extensions) -> Self {
        extensions.get().copied().unwrap_or(Self(IpAddr::V4(Ipv4Addr::UNSPECIFIED)))
    }

    /// Who asks over a connection from `address`. Each proxy appends to `X-Forwarded-For` whom it has spoken
    /// with: the last one that is no proxy of ours is who asks, and what stands before it anybody may have written.
    #[must_use]
    pub fn of(address: IpAddr, headers: &HeaderMap, proxies: &[IpNet]) -> Self {
        let is_ours = |address: IpAddr| proxies.iter().any(|net| net.contains(&address.to_canonical()));
        if !is_ours(address) {
            return Self(address);
        }
        let lines = headers.get_all("x-forwarded-for").into_iter();
        let told: Vec<&str> = lines.flat_map(|line| line.to_str().unwrap_or("?").split(',')).map(str::trim).collect();
        let mut nearest = address;
        for text in told.into_iter().rev() {
            // Whatever is no address was written by nobody we trust.
            let Ok(address) = text.parse() else { break };
            nearest = address;
            if !is_ours(address) {
                break;
            }
        }
        Self(nearest)
    }
}

/// Who is behind an address: with IPv6 each household has as many as it likes, alike in their first half.
#[must_use]
pub fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asks(from: &str, told: &[&str]) -> String {
        let proxies = ["10.0.0.0/8".parse().unwrap(), "fd00::/8".parse().unwrap()];
        let mut headers = HeaderMap::new();
        for line in told {
            headers.append("x-forwarded-for", line.parse().unwrap());
        }
        Peer::of(from.parse().unwrap(), &headers, &proxies).0.to_string()
    }

    #[test]
    fn a_header_is_believed_only_from_a_proxy_of_ours() {
        assert_eq!(asks("203.0.113.7", &["198.51.100.1"]), "203.0.113.7");
        assert_eq!(asks("10.0.0.2", &["198.51.100.1"]), "198.51.100.1");
        assert_eq!(asks("fd00::1", &["2001:db8::1"]), "2001:db8::1");
        assert_eq!(asks("::ffff:10.0.0.2", &["198.51.100.1"]), "198.51.100.1");
        assert_eq!(asks("10.0.0.2", &[]), "10.0.0.2");
    }

    #[test]
    fn a_household_is_the_first_half_of_an_address_and_whoever_has_an_old_one_is_that_one() {
        let of = |address: &str| network(address.parse().unwrap()).to_string();
        assert_eq!(of("2001:db8:0:7:1:2:3:4"), "2001:db8:0:7::");
        assert_eq!(of("2001:db8:0:8::1"), "2001:db8:0:8::");
        assert_eq!(of("203.0.113.7"), "203.0.113.7");
        assert_eq!(of("::ffff:203.0.113.7"), "203.0.113.7", "the same one, told otherwise");
    }

    #[test]
    fn what_she_writes_into_it_herself_is_not_believed() {
        assert_eq!(asks("10.0.0.2", &["1.1.1.1, 198.51.100.1"]), "198.51.100.1");
        assert_eq!(asks("10.0.0.2", &["1.1.1.1", "198.51.100.1, 10.0.0.3"]), "198.51.100.1");
        assert_eq!(asks("10.0.0.2", &["1.1.1.1, nonsense"]), "10.0.0.2");
        assert_eq!(asks("10.0.0.2", &["10.9.9.9"]), "10.9.9.9");
    }
}
