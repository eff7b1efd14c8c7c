//! Whether a server is the one it should be: what libpq asks of its certificate.

use rustls::{
    CertificateError, DigitallySignedStruct, OtherError, RootCertStore, SignatureScheme,
    client::{
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
        verify_server_cert_signed_by_trust_anchor, verify_server_name,
    },
    crypto::{
        WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature, verify_tls13_signature_with_raw_key,
    },
    pki_types::{CertificateDer, ServerName, SubjectPublicKeyInfoDer, UnixTime},
    server::ParsedCertificate,
};
use x509_parser::{
    certificate::X509Certificate, extensions::GeneralName, oid_registry::OID_PKCS1_SHA1WITHRSA, prelude::FromDer,
    time::ASN1Time, x509::X509Version,
};

/// Trusts the certificates that were named and whatever they signed, and nothing else.
#[derive(Debug)]
pub(super) struct Trust {
    roots: Vec<CertificateDer<'static>>,
    /// Whether a certificate must be for the host, too.
    named: bool,
    algorithms: WebPkiSupportedAlgorithms,
}

/// Why a certificate is not accepted, where rustls has no word for it.
#[derive(Debug, thiserror::Error)]
enum Refusal {
    #[error("it is neither the certificate that sslrootcert names nor signed by it")]
    Unknown,
    #[error("it is for {0} and not for this host. Connect to a host it is for, or set sslmode=verify-ca")]
    OtherHost(String),
}

/// The sentence about a connection that rustls refuses.
pub(crate) fn why_refused(error: &rustls::Error) -> String {
    use CertificateError as Of;
    let rustls::Error::InvalidCertificate(cause) = error else { return error.to_string() };
    let why = match cause {
        Of::Expired | Of::ExpiredContext { .. } => "it has expired. Renew it on the server".into(),
        Of::NotValidYet | Of::NotValidYetContext { .. } => {
            "it is not valid yet. Compare the clocks of both machines".into()
        }
        Of::NotValidForName | Of::NotValidForNameContext { .. } => {
            "it is not for this host. Connect to a host it is for, or set sslmode=verify-ca and sslrootcert".into()
        }
        Of::UnknownIssuer => UNKNOWN.into(),
        Of::Other(OtherError(cause)) if cause.is::<Refusal>() => cause.to_string(),
        // rustls knows no better word for a certificate that is its own authority.
        Of::Other(OtherError(cause)) if format!("{cause:?}").starts_with("CaUsedAsEndEntity") => UNKNOWN.into(),
        other => format!("{other:?}"),
    };
    format!("the server's certificate is not accepted: {why}")
}

const UNKNOWN: &str = "no authority that is known signed it. Set sslrootcert to the file of the authority's certificate, \
                       or of the server's own if it signed itself";

impl Trust {
    pub(super) fn new(roots: Vec<CertificateDer<'static>>, named: bool, algorithms: WebPkiSupportedAlgorithms) -> Self {
        Self { roots, named, algorithms }
    }

    /// Whether the certificate is one of those that were named, or one of them signed it.
    fn known(&self, shown: &Shown<'_>, between: &[CertificateDer<'_>], now: UnixTime) -> Result<(), rustls::Error> {
        shown.in_time(now)?;
        if self.roots.contains(&shown.whole.clone().into_owned()) {
            return Ok(());
        }
        let issuers = self.roots.iter().filter(|root| Shown::of(root).is_ok_and(|root| root.may_sign(now)));
        if shown.parsed.version() != X509Version::V3 {
            return match issuers.filter_map(|root| Shown::of(root).ok()).any(|root| shown.is_signed_by(&root)) {
                true => Ok(()),
                false => Err(refusal(Refusal::Unknown)),
            };
        }
        let mut anchors = RootCertStore::empty();
        anchors.add_parsable_certificates(issuers.cloned());
        let certificate = ParsedCertificate::try_from(shown.whole)?;
        verify_server_cert_signed_by_trust_anchor(&certificate, &anchors, between, now, self.algorithms.all).map_err(
            |error| match error {
                rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer) => refusal(Refusal::Unknown),
                // It is an authority, and none of those that were named.
                rustls::Error::InvalidCertificate(CertificateError::Other(_)) if shown.parsed.is_ca() => {
                    refusal(Refusal::Unknown)
                }
                error => error,
            },
        )
    }
}

/// The key that a certificate is for.
pub(super) fn public_key(certificate: &CertificateDer<'_>) -> Option<Vec<u8>> {
    Shown::of(certificate).ok().map(|shown| shown.parsed.public_key().raw.to_vec())
}

/// A certificate that a server shows, or that was named.
struct Shown<'a> {
    whole: &'a CertificateDer<'a>,
    parsed: X509Certificate<'a>,
}

impl<'a> Shown<'a> {
    fn of(whole: &'a CertificateDer<'a>) -> Result<Self, rustls::Error> {
        match X509Certificate::from_der(whole) {
            Ok((_, parsed)) => Ok(Self { whole, parsed }),
            Err(_) => Err(CertificateError::BadEncoding.into()),
        }
    }

    fn in_time(&self, now: UnixTime) -> Result<(), rustls::Error> {
        let now = i64::try_from(now.as_secs()).ok().and_then(|now| ASN1Time::from_timestamp(now).ok());
        let (valid, now) = (self.parsed.validity(), now.ok_or(CertificateError::BadEncoding)?);
        match () {
            () if now < valid.not_before => Err(CertificateError::NotValidYet.into()),
            () if now > valid.not_after => Err(CertificateError::Expired.into()),
            () => Ok(()),
        }
    }

    /// Whether it is an authority. One of version 1 cannot say so.
    fn may_sign(&self, now: UnixTime) -> bool {
        (self.parsed.is_ca() || self.parsed.version() == X509Version::V1) && self.in_time(now).is_ok()
    }

    /// For certificates of version 1, which webpki does not read: `openssl x509 -req` makes such ones, as PostgreSQL's
    /// manual has it.
    fn is_signed_by(&self, root: &Self) -> bool {
        self.parsed.issuer().as_raw() == root.parsed.subject().as_raw()
            && self.parsed.signature_algorithm.algorithm != OID_PKCS1_SHA1WITHRSA
            && self.parsed.verify_signature(Some(root.parsed.public_key())).is_ok()
    }

    /// Whether it is for a host. Where it lists no names, as in that manual, its common name is meant.
    fn is_for(&self, host: &ServerName<'_>) -> Result<(), rustls::Error> {
        let listed = self.parsed.subject_alternative_name().map_err(|_| CertificateError::BadEncoding)?;
        let lists = listed.is_some_and(|listed| {
            listed
                .value
                .general_names
                .iter()
                .any(|name| matches!(name, GeneralName::DNSName(_) | GeneralName::IPAddress(_)))
        });
        if lists {
            return verify_server_name(&ParsedCertificate::try_from(self.whole)?, host);
        }
        let common = self.parsed.subject().iter_common_name().next().and_then(|name| name.as_str().ok());
        match common {
            Some(name) if covers(name, &host.to_str()) => Ok(()),
            name => Err(refusal(Refusal::OtherHost(name.unwrap_or("no host").to_owned()))),
        }
    }
}

/// Whether a name means a host: `*.example.com` means each host one step below.
fn covers(name: &str, host: &str) -> bool {
    match name.strip_prefix("*.") {
        Some(below) => host.split_once('.').is_some_and(|(_, rest)| rest.eq_ignore_ascii_case(below)),
        None => host.eq_ignore_ascii_case(name),
    }
}

fn refusal(refusal: Refusal) -> rustls::Error {
    CertificateError::Other(OtherError(std::sync::Arc::new(refusal))).into()
}

impl ServerCertVerifier for Trust {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let shown = Shown::of(end_entity)?;
        self.known(&shown, intermediates, now)?;
        if self.named {
            shown.is_for(server_name)?;
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, cert, signature, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let shown = Shown::of(cert)?;
        if shown.parsed.version() == X509Version::V3 {
            return verify_tls13_signature(message, cert, signature, &self.algorithms);
        }
        let key = SubjectPublicKeyInfoDer::from(shown.parsed.public_key().raw);
        verify_tls13_signature_with_raw_key(message, &key, signature, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::covers;

    #[test]
    fn a_common_name_means_hosts() {
        for (name, host, meant) in [
            ("dbhost", "DBHOST", true),
            ("dbhost", "dbhost.example.com", false),
            ("*.example.com", "db.example.com", true),
            ("*.example.com", "db.eu.example.com", false),
            ("*.example.com", "example.com", false),
            ("*", "db", false),
            ("127.0.0.1", "127.0.0.1", true),
        ] {
            assert_eq!(covers(name, host), meant, "{name} {host}");
        }
    }
}
