//! The address of whoever asks, which the sign-in limit counts by.
//!
//! Behind a proxy every connection comes from the proxy. Its `X-Forwarded-For` is believed only where the installation's
//! settings name that proxy, and only as far as the line of named proxies reaches: anybody may write the header, and
//! what stands to the left of the first address that is not a named proxy is a claim that nobody checked.

use std::net::IpAddr;

use axum::http::HeaderMap;

/// Addresses of a header that are read; a longer list is nobody's proxy chain.
const HOPS_MAX: usize = 16;

/// The address of whoever asks: the connection's own, or what the named proxies say.
pub(super) fn of(peer: IpAddr, headers: &HeaderMap, proxies: &[IpAddr]) -> IpAddr {
    let peer = peer.to_canonical();
    let named = |address: IpAddr| proxies.iter().any(|proxy| proxy.to_canonical() == address);
    if !named(peer) {
        return peer;
    }
    let values = headers.get_all("x-forwarded-for");
    let values: Vec<&str> = values.iter().filter_map(|value| value.to_str().ok()).collect();
    let hops = values.iter().rev().flat_map(|value| value.rsplit(','));
    let mut last = peer;
    for hop in hops.take(HOPS_MAX) {
        // What cannot be read ends the chain: the last proxy that could be read is all that is known.
        let Ok(address) = hop.trim().parse::<IpAddr>() else { return last };
        last = address.to_canonical();
        if !named(last) {
            return last;
        }
    }
    last
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn asked(peer: &str, forwarded: &[&str], proxies: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append("x-forwarded-for", value.parse().unwrap());
        }
        let proxies: Vec<IpAddr> = proxies.iter().map(|proxy| address(proxy)).collect();
        of(address(peer), &headers, &proxies).to_string()
    }

    #[test]
    fn nobody_is_believed_who_is_not_named() {
        assert_eq!(asked("192.0.2.7", &["203.0.113.9"], &[]), "192.0.2.7");
        assert_eq!(asked("192.0.2.7", &["203.0.113.9"], &["192.0.2.8"]), "192.0.2.7");
    }

    #[test]
    fn a_named_proxy_says_who_asked_and_what_stands_before_is_only_a_claim() {
        assert_eq!(asked("127.0.0.1", &["203.0.113.9"], &["127.0.0.1"]), "203.0.113.9");
        assert_eq!(asked("127.0.0.1", &["198.51.100.1, 203.0.113.9"], &["127.0.0.1"]), "203.0.113.9");
        assert_eq!(asked("127.0.0.1", &["198.51.100.1", "203.0.113.9"], &["127.0.0.1"]), "203.0.113.9");
        let two = ["127.0.0.1", "10.0.0.2"];
        assert_eq!(asked("127.0.0.1", &["198.51.100.1, 203.0.113.9, 10.0.0.2"], &two), "203.0.113.9");
        assert_eq!(asked("::ffff:127.0.0.1", &["2001:db8::1"], &["127.0.0.1"]), "2001:db8::1");
    }

    #[test]
    fn a_header_that_cannot_be_read_says_nothing() {
        assert_eq!(asked("127.0.0.1", &[], &["127.0.0.1"]), "127.0.0.1");
        assert_eq!(asked("127.0.0.1", &["unknown"], &["127.0.0.1"]), "127.0.0.1");
        assert_eq!(asked("127.0.0.1", &["203.0.113.9, nonsense"], &["127.0.0.1"]), "127.0.0.1");
        let many = vec!["127.0.0.1"; 1_000].join(",");
        assert_eq!(asked("127.0.0.1", &[&format!("203.0.113.9,{many}")], &["127.0.0.1"]), "127.0.0.1");
    }
}
