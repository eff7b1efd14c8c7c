//! `kestra.server.trusted-proxy`: whose forwarded headers are believed.

use ipnet::IpNet;
use std::net::IpAddr;

/// The proxies in front of the server whose headers are believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proxies {
    /// `false`: headers of proxies are ignored.
    None,
    /// `true`: one proxy, whatever its address: only a proxy can reach the server.
    One,
    /// Proxies in these networks, however many a request passes.
    Within(Vec<IpNet>),
}

impl Proxies {
    /// Reads `true`, `false` or addresses and networks, separated by commas.
    pub fn parse(text: &str) -> Option<Self> {
        match text.to_ascii_lowercase().as_str() {
            "true" | "yes" | "on" => Some(Self::One),
            "false" | "no" | "off" => Some(Self::None),
            _ => {
                let words = text.split(',').map(str::trim).filter(|word| !word.is_empty());
                let networks = words.map(network).collect::<Option<Vec<_>>>()?;
                (!networks.is_empty()).then_some(Self::Within(networks))
            }
        }
    }

    /// As it is written.
    pub fn print(&self) -> String {
        match self {
            Self::None => "false".into(),
            Self::One => "true".into(),
            Self::Within(networks) => networks.iter().map(IpNet::to_string).collect::<Vec<_>>().join(", "),
        }
    }

    /// Whether `address` is one of the proxies, as the `hop`-th on the way from us to the browser, from 0.
    pub fn trust(&self, hop: usize, address: IpAddr) -> bool {
        match self {
            Self::None => false,
            Self::One => hop == 0,
            Self::Within(networks) => networks.iter().any(|network| network.contains(&address)),
        }
    }
}

/// `10.0.0.0/8`, or a single address.
fn network(word: &str) -> Option<IpNet> {
    word.parse().ok().or_else(|| word.parse::<IpAddr>().ok().map(IpNet::from))
}
