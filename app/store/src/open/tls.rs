//! Encrypted connections to PostgreSQL whose certificate is compared with one that was named (`sslrootcert`).
//!
//! sqlx adds that certificate to those it trusts anyway, accepts none that signed itself as a server is told to make it,
//! and looks for the host in one of the two places where it may stand. libpq and the JDBC driver trust what was named
//! and nothing else. So we make these connections: sqlx talks to a socket in a folder of this process, and what passes
//! through it goes to the server, encrypted. Everything else sqlx does by itself.
#![cfg_attr(not(unix), expect(dead_code, reason = "where there are no such sockets, sqlx does it all"))]

mod certificate;
#[cfg(unix)]
mod tunnel;
#[cfg(not(unix))]
mod tunnel {
    use sqlx::postgres::PgConnectOptions;

    #[derive(Debug)]
    pub(in crate::open) enum Tunnel {}

    impl Tunnel {
        pub(in crate::open) fn dig(
            _: &url::Url,
            options: PgConnectOptions,
        ) -> crate::Result<(PgConnectOptions, Option<Self>)> {
            Ok((options, None))
        }
    }
}

pub(super) use tunnel::Tunnel;

pub(crate) use certificate::why_refused;

use crate::{Error, Result};
use certificate::{Trust, public_key};
use rustls::{
    ClientConfig,
    crypto::ring::{self, sign::any_supported_type},
    pki_types::{CertificateDer, PrivateKeyDer, ServerName, pem::PemObject},
    sign::{CertifiedKey, SigningKey, SingleCertAndKey},
};
use sqlx::postgres::{PgConnectOptions, PgSslMode};
use std::sync::Arc;
use url::Url;

/// A server, and how to know it.
#[derive(Debug, Clone)]
struct Target {
    host: String,
    port: u16,
    /// Whether its certificate must be for this host.
    named: bool,
    root: Pem,
    /// Our own certificate and its key.
    own: Option<(Pem, Pem)>,
}

/// A parameter that is a file, or what would be in one.
#[derive(Debug, Clone)]
struct Pem {
    parameter: &'static str,
    value: String,
}

/// What the options become where a certificate was named, and the server they lead to.
fn target(url: &Url, options: &PgConnectOptions) -> Result<Option<Target>> {
    let host = options.get_host();
    let local = host.starts_with('/') || options.get_socket().is_some();
    let named = match options.get_ssl_mode() {
        PgSslMode::VerifyFull => true,
        // As libpq has it: a certificate is not named to be left aside.
        PgSslMode::VerifyCa | PgSslMode::Require => false,
        PgSslMode::Disable | PgSslMode::Allow | PgSslMode::Prefer => return Ok(None),
    };
    let Some(root) = parameter(url, &["sslrootcert", "ssl-root-cert", "ssl-ca"], "PGSSLROOTCERT") else {
        return Ok(None);
    };
    if local {
        return Ok(None);
    }
    let own = parameter(url, &["sslcert", "ssl-cert"], "PGSSLCERT");
    let key = parameter(url, &["sslkey", "ssl-key"], "PGSSLKEY");
    let own = match (own, key) {
        (Some(own), Some(key)) => Some((own, key)),
        (None, None) => None,
        _ => return Err(Error::Address("sslcert and sslkey go together: set both or neither".into())),
    };
    let host = host.trim_matches(['[', ']']).to_owned();
    Ok(Some(Target { host, port: options.get_port(), named, root, own }))
}

/// A parameter of the address, or the variable that sqlx and libpq take it from.
fn parameter(url: &Url, names: &[&'static str], variable: &str) -> Option<Pem> {
    let written = url.query_pairs().filter(|(name, _)| names.contains(&&**name)).last();
    let value = written.map(|(_, value)| value.into_owned()).or_else(|| std::env::var(variable).ok())?;
    Some(Pem { parameter: names.first()?, value })
}

impl Target {
    fn server_name(&self) -> std::result::Result<ServerName<'static>, String> {
        ServerName::try_from(self.host.clone()).map_err(|_| format!("{} is not the name of a host", self.host))
    }

    /// Read for each connection: certificates are renewed while the program runs.
    fn config(&self) -> std::result::Result<ClientConfig, String> {
        let provider = Arc::new(ring::default_provider());
        let trust = Trust::new(self.root.certificates()?, self.named, provider.signature_verification_algorithms);
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| error.to_string())?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(trust));
        match &self.own {
            None => Ok(config.with_no_client_auth()),
            Some((own, key)) => {
                let key = CertifiedKey::new(own.certificates()?, key.key()?);
                if !fit_together(&key) {
                    return Err("sslkey is not the key of the certificate in sslcert".into());
                }
                Ok(config.with_client_cert_resolver(Arc::new(SingleCertAndKey::from(key))))
            }
        }
    }
}

/// Whether a certificate is for this key. rustls compares them only where it can read the certificate: not in version 1.
fn fit_together(key: &CertifiedKey) -> bool {
    match (key.cert.first().and_then(|own| public_key(own)), key.key.public_key()) {
        (Some(own), Some(key)) => own == key.as_ref(),
        _ => false,
    }
}

impl Pem {
    fn text(&self) -> std::result::Result<Vec<u8>, String> {
        if self.value.trim_start().starts_with("-----BEGIN") {
            return Ok(self.value.clone().into_bytes());
        }
        std::fs::read(&self.value)
            .map_err(|error| format!("the file {} that {} names cannot be read: {error}", self.value, self.parameter))
    }

    fn certificates(&self) -> std::result::Result<Vec<CertificateDer<'static>>, String> {
        let text = self.text()?;
        let found: std::result::Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&text).collect();
        match found {
            Ok(found) if !found.is_empty() => Ok(found),
            _ => Err(format!("{} holds no certificate: expected lines from BEGIN to END CERTIFICATE", self.parameter)),
        }
    }

    fn key(&self) -> std::result::Result<Arc<dyn SigningKey>, String> {
        let text = self.text()?;
        let key = PrivateKeyDer::from_pem_slice(&text)
            .map_err(|_| format!("{} holds no key: expected lines from BEGIN to END PRIVATE KEY", self.parameter))?;
        any_supported_type(&key).map_err(|error| format!("the key in {} can't be used: {error}", self.parameter))
    }
}
