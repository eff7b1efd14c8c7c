//! What proxies in front of us say of a request: the address it comes from, and the names by which a browser may know
//! us. Only what trusted proxies say counts (`kestra.server.trusted-proxy`).

use crate::config::{Proxies, Server};
use axum::{
    extract::ConnectInfo,
    http::{
        HeaderMap, Request, Uri,
        header::{FORWARDED, HOST},
        uri::Authority,
    },
};
use std::net::{IpAddr, Ipv6Addr, SocketAddr};

const FORWARDED_FOR: &str = "x-forwarded-for";
const FORWARDED_HOST: &str = "x-forwarded-host";
const FORWARDED_PORT: &str = "x-forwarded-port";

/// The address a request comes from: the nearest on its way that is no trusted proxy.
pub fn client<B>(proxies: &Proxies, request: &Request<B>) -> Option<IpAddr> {
    let mut client = peer(request)?;
    for (hop, before) in hops(request.headers()).into_iter().enumerate() {
        match before {
            // What stands before something unreadable may be anybody's invention.
            Some(before) if proxies.trust(hop, client) => client = before,
            _ => break,
        }
    }
    Some(client)
}

/// Who opened the connection.
fn peer<B>(request: &Request<B>) -> Option<IpAddr> {
    request.extensions().get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0.ip().to_canonical())
}

/// The addresses that proxies have noted, the nearest first; nothing where a note is no address. `Forwarded` counts only
/// where `X-Forwarded-For` is missing: most proxies write the latter and pass on whatever a client says in the former.
fn hops(headers: &HeaderMap) -> Vec<Option<IpAddr>> {
    let noted = values(headers, FORWARDED_FOR);
    let mut hops: Vec<_> = if headers.contains_key(FORWARDED_FOR) {
        noted.map(address).collect()
    } else {
        values(headers, FORWARDED.as_str()).map(|element| address(parameter(element, "for")?)).collect()
    };
    hops.reverse();
    hops
}

/// The elements of a list that may stand in several headers. One that is no text is an element that nothing reads.
fn values<'a>(headers: &'a HeaderMap, name: &str) -> impl Iterator<Item = &'a str> + use<'a> {
    let lists = headers.get_all(name).into_iter().map(|value| value.to_str().unwrap_or("?"));
    lists.flat_map(|list| list.split(',')).map(str::trim).filter(|element| !element.is_empty())
}

/// A parameter of an element of `Forwarded`.
fn parameter<'a>(element: &'a str, name: &str) -> Option<&'a str> {
    let mut pairs = element.split(';').filter_map(|pair| pair.split_once('='));
    pairs.find(|(key, _)| key.trim().eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
}

/// An address as proxies write it: `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]:80`, perhaps in quotes.
fn address(noted: &str) -> Option<IpAddr> {
    let noted = noted.trim_matches('"');
    let bracketed = noted.strip_prefix('[').and_then(|rest| rest.split_once(']'));
    let address = match bracketed {
        Some((address, port)) if port.is_empty() || is_port(port.strip_prefix(':')?) => {
            // A zone says nothing outside of the machine that named it.
            IpAddr::V6(address.split('%').next()?.parse::<Ipv6Addr>().ok()?)
        }
        Some(_) => return None,
        None => match noted.rsplit_once(':') {
            Some((address, port)) if !address.contains(':') && is_port(port) => IpAddr::V4(address.parse().ok()?),
            _ => noted.split('%').next()?.parse().ok()?,
        },
    };
    Some(address.to_canonical())
}

fn is_port(text: &str) -> bool {
    text.parse::<u16>().is_ok()
}

/// Where a page comes from: scheme, host and port, as the header `Origin` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    scheme: String,
    host: String,
    port: u16,
}

impl Site {
    /// Of an address; its path does not matter.
    pub fn parse(address: &str) -> Option<Self> {
        let uri: Uri = address.parse().ok()?;
        Self::new(uri.scheme_str()?, uri.authority()?)
    }

    fn new(scheme: &str, authority: &Authority) -> Option<Self> {
        let default = match scheme {
            "http" => 80,
            "https" => 443,
            _ => return None,
        };
        let host = authority.host().to_ascii_lowercase();
        Some(Self { scheme: scheme.to_owned(), host, port: authority.port_u16().unwrap_or(default) })
    }
}

impl std::fmt::Display for Site {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { scheme, host, port } = self;
        match (scheme.as_str(), port) {
            ("http", 80) | ("https", 443) => write!(f, "{scheme}://{host}"),
            _ => write!(f, "{scheme}://{host}:{port}"),
        }
    }
}

/// Whether a page of `site` is one of ours: at `kestra.url`, or at the host and port that the request was sent to. The
/// scheme of those is not looked at: behind a proxy we see no TLS, and a browser that has upgraded to `https` says by
/// itself, in `Sec-Fetch-Site`, what comes from a page without.
pub fn is_ours<B>(server: &Server, request: &Request<B>, site: &Site) -> bool {
    server.url.as_deref().and_then(Site::parse).as_ref() == Some(site)
        || names(&server.proxies, request).iter().any(|name| site_at(&site.scheme, name).as_ref() == Some(site))
}

fn site_at(scheme: &str, name: &str) -> Option<Site> {
    Site::new(scheme, &name.parse().ok()?)
}

/// Every `host` and `host:port` by which the sender of a request may know us.
fn names<B>(proxies: &Proxies, request: &Request<B>) -> Vec<String> {
    let headers = request.headers();
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).map(str::to_owned);
    let mut names: Vec<String> = request.uri().authority().map(ToString::to_string).or(host).into_iter().collect();
    if peer(request).is_some_and(|peer| proxies.trust(0, peer)) {
        let elements = values(headers, FORWARDED.as_str()).filter_map(|element| parameter(element, "host"));
        let forwarded = values(headers, FORWARDED_HOST).chain(elements);
        names.extend(forwarded.map(|name| name.trim_matches('"').to_owned()));
        // A host that has lost its port finds it beside it.
        let portless = |name: &&String| name.parse::<Authority>().is_ok_and(|name| name.port().is_none());
        let hosts: Vec<_> = names.iter().filter(portless).cloned().collect();
        for port in values(headers, FORWARDED_PORT).filter(|port| is_port(port)) {
            names.extend(hosts.iter().map(|host| format!("{host}:{port}")));
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn request(peer: &str, headers: &[(&str, &str)]) -> Request<()> {
        let mut request = Request::builder();
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut request = request.body(()).unwrap();
        request.extensions_mut().insert(ConnectInfo(SocketAddr::new(peer.parse().unwrap(), 4711)));
        request
    }

    #[rstest]
    #[case("192.0.2.1", Some("192.0.2.1"))]
    #[case("192.0.2.1:5678", Some("192.0.2.1"))]
    #[case("2001:DB8::1", Some("2001:db8::1"))]
    #[case("[2001:db8::1]", Some("2001:db8::1"))]
    #[case("[::1]:80", Some("::1"))]
    #[case("\"[2001:db8::1]:4711\"", Some("2001:db8::1"))]
    #[case("fe80::1%eth0", Some("fe80::1"))]
    #[case("::ffff:192.0.2.1", Some("192.0.2.1"))]
    #[case("[::1", None)]
    #[case("[::1]x", None)]
    #[case("[::1]:http", None)]
    #[case("192.0.2.1:", None)]
    #[case("192.0.2.1:99999", None)]
    #[case("192.0.2.256", None)]
    #[case("unknown", None)]
    #[case("_hidden", None)]
    #[case("<script>", None)]
    #[case("", None)]
    fn addresses_are_read_as_proxies_write_them(#[case] noted: &str, #[case] expected: Option<&str>) {
        assert_eq!(address(noted).map(|address| address.to_string()).as_deref(), expected);
    }

    const FOR: &str = "X-Forwarded-For";

    #[rstest]
    #[case("false", &[(FOR, "192.0.2.1")], "10.0.0.1")]
    #[case("true", &[], "10.0.0.1")]
    #[case("true", &[(FOR, "192.0.2.1")], "192.0.2.1")]
    #[case("true", &[(FOR, "192.0.2.9, 192.0.2.1:80")], "192.0.2.1")]
    #[case("true", &[(FOR, "192.0.2.9"), (FOR, "192.0.2.1, ")], "192.0.2.1")]
    #[case("true", &[(FOR, "192.0.2.9, unknown")], "10.0.0.1")]
    #[case("true", &[(FOR, "192.0.2.9, \u{e9}")], "10.0.0.1")]
    // Only the proxy itself is believed, not what stands before it.
    #[case("true", &[(FOR, "192.0.2.9, 10.0.0.1")], "10.0.0.1")]
    #[case("true", &[("Forwarded", "for=192.0.2.9, For=\"[2001:db8::1]:80\";proto=https")], "2001:db8::1")]
    #[case("true", &[("Forwarded", "proto=https")], "10.0.0.1")]
    // Most proxies pass on a `Forwarded` that anybody may have invented.
    #[case("true", &[("Forwarded", "for=192.0.2.9"), (FOR, "192.0.2.1")], "192.0.2.1")]
    #[case("10.0.0.0/8", &[(FOR, "192.0.2.9, 192.0.2.1, 10.2.3.4")], "192.0.2.1")]
    #[case("10.0.0.0/8", &[(FOR, "10.9.9.9, 10.2.3.4")], "10.9.9.9")]
    #[case("10.0.0.0/8", &[(FOR, "192.0.2.9, garbage, 10.2.3.4")], "10.2.3.4")]
    #[case("10.0.0.2, ::1", &[(FOR, "192.0.2.1")], "10.0.0.1")]
    fn the_client_is_the_nearest_that_is_no_trusted_proxy(
        #[case] proxies: &str,
        #[case] headers: &[(&str, &str)],
        #[case] expected: &str,
    ) {
        let proxies = Proxies::parse(proxies).unwrap();
        assert_eq!(client(&proxies, &request("::ffff:10.0.0.1", headers)), Some(expected.parse().unwrap()));
    }

    const OURS: &str = "http://kestra.test:8080";

    #[rstest]
    #[case("false", None, &[("Host", "kestra.test:8080")], OURS, true)]
    #[case("false", None, &[("Host", "KESTRA.test:8080")], OURS, true)]
    #[case("false", None, &[("Host", "kestra.test")], OURS, false)]
    #[case("false", None, &[("Host", "kestra.test")], "https://kestra.test", true)]
    #[case("false", None, &[("Host", "kestra.test:443")], "https://kestra.test", true)]
    #[case("false", None, &[("Host", "kestra.test:80")], "https://kestra.test", false)]
    #[case("false", None, &[("Host", "127.0.0.1:8080")], OURS, false)]
    // A proxy that changes the host: the configuration knows better.
    #[case("false", Some(OURS), &[("Host", "127.0.0.1:8080")], OURS, true)]
    #[case("false", Some("http://kestra.test:8080/kestra"), &[("Host", "inside")], OURS, true)]
    #[case("false", Some(OURS), &[("Host", "127.0.0.1:8080")], "https://kestra.test:8080", false)]
    #[case("false", Some(OURS), &[("Host", "127.0.0.1:8080")], "http://kestra.test.evil.example:8080", false)]
    #[case("true", None, &[("Host", "inside"), ("X-Forwarded-Host", "kestra.test:8080")], OURS, true)]
    #[case("true", None, &[("Host", "kestra.test"), ("X-Forwarded-Port", "8080")], OURS, true)]
    #[case("true", None, &[("Host", "x"), ("X-Forwarded-Host", "kestra.test"), ("X-Forwarded-Port", "8080")], OURS, true)]
    #[case("true", None, &[("Host", "x"), ("Forwarded", "for=_a;host=\"kestra.test:8080\"")], OURS, true)]
    #[case("true", None, &[("Host", "x"), ("X-Forwarded-Host", "other.example:8080")], OURS, false)]
    // Whoever is no proxy of ours may say what they want.
    #[case("false", None, &[("Host", "inside"), ("X-Forwarded-Host", "kestra.test:8080")], OURS, false)]
    #[case("10.0.0.2", None, &[("Host", "inside"), ("X-Forwarded-Host", "kestra.test:8080")], OURS, false)]
    fn a_page_is_ours_where_the_request_went(
        #[case] proxies: &str,
        #[case] url: Option<&str>,
        #[case] headers: &[(&str, &str)],
        #[case] origin: &str,
        #[case] expected: bool,
    ) {
        let proxies = Proxies::parse(proxies).unwrap();
        let server = Server { host: String::new(), port: 0, health_port: None, proxies, url: url.map(str::to_owned) };
        let site = Site::parse(origin).unwrap();
        assert_eq!(is_ours(&server, &request("10.0.0.1", headers), &site), expected);
    }

    #[test]
    fn what_is_no_site_is_none() {
        for origin in ["null", "", "file:///etc", "ftp://kestra.test", "//kestra.test", "kestra.test"] {
            assert_eq!(Site::parse(origin), None, "{origin}");
        }
        assert_eq!(Site::parse("https://Kestra.test:443").unwrap().to_string(), "https://kestra.test");
    }
}
