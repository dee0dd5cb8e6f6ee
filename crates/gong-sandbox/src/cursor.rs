//! Cursors: what a client hands back to get the next page, signed so that none can be made up.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use bytes::Bytes;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// What a cursor says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cursor {
    /// How many records a page has.
    pub(crate) page_size: u64,
    /// How many records there were when page 0 was made.
    pub(crate) total: u64,
    /// The page it leads to, from 0.
    pub(crate) page_number: u64,
    /// When it dies, in seconds since 1970.
    pub(crate) expires: i64,
    /// The first place in the listing that the page may come from.
    pub(crate) position: u64,
    /// The place of the last record of the page before.
    pub(crate) previous: u64,
    /// A hash of all other inputs.
    pub(crate) inputs: u64,
    /// Tells apart two cursors that lead to the same page.
    pub(crate) nonce: u64,
}

/// The user on whose behalf Gong says that it made a cursor.
const USER_ID: u64 = 8_496_280_358_002_082_510;

/// Makes cursors and knows its own again.
#[derive(Debug)]
pub(crate) struct Signer {
    key: [u8; 32],
}

impl Signer {
    pub(crate) fn new(seed: u64) -> Self {
        let mut hash = Sha256::new();
        hash.update(b"gong-sandbox cursor");
        hash.update(seed.to_le_bytes());
        Self { key: hash.finalize().into() }
    }

    /// The cursor as text: a JSON web token.
    pub(crate) fn sign(&self, cursor: &Cursor) -> String {
        self.sign_claims(&json!({
            "pageSize": cursor.page_size,
            "total": cursor.total,
            "pageNumber": cursor.page_number,
            "exp": cursor.expires,
            "userId": USER_ID,
            "position": cursor.position,
            "previous": cursor.previous,
            "inputs": cursor.inputs,
            "nonce": cursor.nonce,
        }))
    }

    /// A JSON web token that says this.
    pub(crate) fn sign_claims(&self, claims: &Value) -> String {
        let mut token = BASE64_URL_SAFE_NO_PAD.encode(br#"{"alg":"HS256"}"#);
        token.push('.');
        token.push_str(&BASE64_URL_SAFE_NO_PAD.encode(claims.to_string()));
        let signature = BASE64_URL_SAFE_NO_PAD.encode(self.mac(&token).finalize().into_bytes());
        token.push('.');
        token.push_str(&signature);
        token
    }

    /// The signature of a text, as hexadecimal digits.
    pub(crate) fn signature(&self, text: &str) -> String {
        format!("{:x}", Bytes::copy_from_slice(&self.mac(text).finalize().into_bytes()))
    }

    /// A text that looks random, the same for the same number.
    pub(crate) fn secret(&self, number: u64) -> String {
        let mac = self.mac(&format!("secret {number}")).finalize();
        BASE64_URL_SAFE_NO_PAD.encode(mac.into_bytes())
    }

    /// What the text says, if this sandbox made it; whether it is still alive is not asked.
    pub(crate) fn read(&self, text: &str) -> Option<Cursor> {
        let (signed, signature) = text.rsplit_once('.')?;
        let signature = BASE64_URL_SAFE_NO_PAD.decode(signature).ok()?;
        self.mac(signed).verify_slice(&signature).ok()?;
        let claims = BASE64_URL_SAFE_NO_PAD.decode(signed.split_once('.')?.1).ok()?;
        let claims: Value = serde_json::from_slice(&claims).ok()?;
        let number = |name: &str| claims[name].as_u64();
        Some(Cursor {
            page_size: number("pageSize")?,
            total: number("total")?,
            page_number: number("pageNumber")?,
            expires: claims["exp"].as_i64()?,
            position: number("position")?,
            previous: number("previous")?,
            inputs: number("inputs")?,
            nonce: number("nonce")?,
        })
    }

    fn mac(&self, text: &str) -> Hmac<Sha256> {
        let mut mac = Hmac::new_from_slice(&self.key).expect("any length of key will do");
        mac.update(text.as_bytes());
        mac
    }
}

#[cfg(test)]
mod tests {
    use super::{Cursor, Signer};

    const CURSOR: Cursor = Cursor {
        page_size: 100,
        total: 215,
        page_number: 1,
        expires: 1_707_177_449,
        position: 100,
        previous: 99,
        inputs: u64::MAX,
        nonce: 0,
    };

    #[test]
    fn a_cursor_is_read_as_it_was_signed() {
        let signer = Signer::new(7);
        assert_eq!(signer.read(&signer.sign(&CURSOR)), Some(CURSOR));
    }

    #[test]
    fn a_cursor_with_any_byte_changed_is_not_ours() {
        let signer = Signer::new(7);
        let text = signer.sign(&CURSOR);
        for place in 0..text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[place] = if bytes[place] == b'A' { b'B' } else { b'A' };
            let forged = String::from_utf8(bytes).unwrap();
            assert_eq!(signer.read(&forged), None, "byte {place}");
        }
        assert_eq!(Signer::new(8).read(&text), None);
        assert_eq!(signer.read("junk"), None);
    }
}
