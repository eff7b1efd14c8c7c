//! The signed value of the `JWT` cookie: HS256, and nothing else. A library for all algorithms would bring
//! their choice, which is what such tokens are attacked through; here the header is written and never read.
//! The signature keeps forged ids from the database; what counts is the session behind the id.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// Signs claims.
pub(crate) fn sign(key: &[u8], claims: &serde_json::Value) -> String {
    let encode = |text: &str| BASE64_URL_SAFE_NO_PAD.encode(text);
    let signed = format!("{}.{}", encode(r#"{"alg":"HS256","typ":"JWT"}"#), encode(&claims.to_string()));
    let signature = mac(key, &signed).map(|mac| BASE64_URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()));
    format!("{signed}.{}", signature.unwrap_or_default())
}

/// The id in a token that this key signed.
pub(crate) fn id(key: &[u8], token: &str) -> Option<String> {
    let (signed, signature) = token.rsplit_once('.')?;
    let signature = BASE64_URL_SAFE_NO_PAD.decode(signature).ok()?;
    mac(key, signed)?.verify_slice(&signature).ok()?;
    let claims = BASE64_URL_SAFE_NO_PAD.decode(signed.split('.').nth(1)?).ok()?;
    let claims: serde_json::Value = serde_json::from_slice(&claims).ok()?;
    claims.get("jti")?.as_str().map(str::to_owned)
}

fn mac(key: &[u8], signed: &str) -> Option<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).ok()?;
    mac.update(signed.as_bytes());
    Some(mac)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_what_the_key_signed_is_read() {
        let token = sign(b"key", &json!({ "jti": "abc" }));
        assert_eq!(id(b"key", &token).as_deref(), Some("abc"));
        assert_eq!(id(b"other", &token), None);
        let (head, signature) = token.rsplit_once('.').unwrap();
        let forged = BASE64_URL_SAFE_NO_PAD.encode(r#"{"jti":"abd"}"#);
        let head = head.split('.').next().unwrap();
        assert_eq!(id(b"key", &format!("{head}.{forged}.{signature}")), None);
        for nonsense in ["", ".", "..", "a.b.c", &format!("{head}.{forged}.")] {
            assert_eq!(id(b"key", nonsense), None, "{nonsense}");
        }
    }
}
