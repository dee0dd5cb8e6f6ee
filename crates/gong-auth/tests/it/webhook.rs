//! Webhooks: a good delivery is accepted, and each thing that can be wrong with one is found alone.

use std::time::{Duration, SystemTime};

use aws_lc_rs::{
    encoding::{AsDer as _, PublicKeyX509Der},
    hmac,
    rand::SystemRandom,
    rsa::{KeyPair, KeySize},
    signature::{
        KeyPair as _, RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PSS_SHA256, RsaSignatureEncoding,
    },
};
use base64::{
    Engine as _,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD},
};
use gong_auth::{WebhookClaims, WebhookDelivery, WebhookError, WebhookKey};
use gong_sandbox::{Sandbox, Webhook};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use url::Url;

const URL: &str = "https://hooks.example/gong?rule=7";
const BODY: &[u8] = br#"{"callData":{"metaData":{"id":"1"}},"isTest":false}"#;
const NOW: u64 = 1_800_000_000;

fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(NOW)
}

/// A rule of Gong's that signs what it is told.
struct Rule {
    pair: KeyPair,
    header: Value,
    claims: Value,
}

impl Rule {
    fn new() -> Self {
        let hash: String = Sha256::digest(BODY)
            .iter()
            .flat_map(|byte| format!("{byte:02x}").into_bytes())
            .map(char::from)
            .collect();
        Self {
            pair: KeyPair::generate(KeySize::Rsa2048).unwrap(),
            header: json!({ "alg": "RS256", "typ": "JWT" }),
            claims: json!({ "webhook_url": URL, "body_sha256": hash, "exp": NOW + 60 }),
        }
    }

    fn spki(&self) -> Vec<u8> {
        let der: PublicKeyX509Der<'_> = self.pair.public_key().as_der().unwrap();
        der.as_ref().to_vec()
    }

    fn key(&self) -> WebhookKey {
        WebhookKey::parse(&BASE64_STANDARD.encode(self.spki())).unwrap()
    }

    fn signed(&self) -> String {
        let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
        format!("{}.{}", part(&self.header), part(&self.claims))
    }

    fn token_by(&self, algorithm: &'static RsaSignatureEncoding) -> String {
        let signed = self.signed();
        let mut signature = vec![0; self.pair.public_modulus_len()];
        let random = SystemRandom::new();
        self.pair.sign(algorithm, &random, signed.as_bytes(), &mut signature).unwrap();
        format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature))
    }

    fn token(&self) -> String {
        self.token_by(&RSA_PKCS1_SHA256)
    }

    fn verify(&self, authorization: &str) -> Result<WebhookClaims, WebhookError> {
        check(&self.key(), authorization, BODY, URL)
    }
}

fn check(
    key: &WebhookKey,
    authorization: &str,
    body: &[u8],
    url: &str,
) -> Result<WebhookClaims, WebhookError> {
    let url = url.parse().unwrap();
    key.verify(&WebhookDelivery { authorization, body, url: &url }, now(), Duration::ZERO)
}

#[test]
fn a_good_delivery_is_accepted_with_and_without_bearer() {
    let rule = Rule::new();
    let token = rule.token();
    for header in [token.clone(), format!("Bearer {token}"), format!("bearer  {token} ")] {
        let claims = rule.verify(&header).unwrap();
        assert_eq!(claims.url, URL.parse::<Url>().unwrap());
        assert_eq!(claims.expires, now() + Duration::from_mins(1));
    }
}

#[test]
fn a_delivery_of_the_sandbox_is_accepted() {
    let options = gong_sandbox::Options { calls: 50, ..gong_sandbox::Options::default() };
    let sandbox = Sandbox::new(options).unwrap();
    let key = WebhookKey::parse(&sandbox.webhook_key()).unwrap();
    let address = "http://127.0.0.1:8080/gong";
    let url = address.parse().unwrap();
    for has_bearer in [true, false] {
        let request = sandbox.webhook(&Webhook { has_bearer, ..Webhook::to(address) }).unwrap();
        let authorization = request.headers()["authorization"].to_str().unwrap();
        let delivery = WebhookDelivery { authorization, body: request.body(), url: &url };
        key.verify(&delivery, SystemTime::now(), Duration::from_mins(1)).unwrap();
    }
}

#[test]
fn keys_are_read_from_base64_and_pem() {
    let spki = Rule::new().spki();
    let base64 = BASE64_STANDARD.encode(&spki);
    let lines: Vec<_> = base64.as_bytes().chunks(64).map(String::from_utf8_lossy).collect();
    let lines = lines.join("\r\n");
    for good in [
        base64.clone(),
        format!("\n {base64}\n"),
        lines.clone(),
        format!("-----BEGIN PUBLIC KEY-----\r\n{lines}\r\n-----END PUBLIC KEY-----\r\n"),
    ] {
        assert!(WebhookKey::parse(&good).is_ok(), "{good}");
    }
    let short = Rule::new().pair.public_key().as_ref().to_vec();
    for bad in [
        String::new(),
        "no key".to_owned(),
        base64[..base64.len() - 8].to_owned(),
        BASE64_STANDARD.encode(short),
        format!("-----BEGIN PUBLIC KEY-----\n{lines}"),
        format!("-----BEGIN PRIVATE KEY-----\n{lines}\n-----END PRIVATE KEY-----"),
    ] {
        assert_eq!(WebhookKey::parse(&bad).unwrap_err(), WebhookError::BadKey, "{bad}");
    }
}

#[test]
fn no_algorithm_but_rs256_is_accepted() {
    let mut rule = Rule::new();
    for name in ["none", "None", "", "HS256", "RS384", "PS256", "rs256"] {
        rule.header["alg"] = json!(name);
        assert_eq!(rule.verify(&rule.token()), Err(WebhookError::Algorithm), "{name}");
        let unsigned = format!("{}.", rule.signed());
        assert_eq!(rule.verify(&unsigned), Err(WebhookError::Algorithm), "{name}");
    }
    for header in [json!({ "typ": "JWT" }), json!({ "alg": ["RS256"] })] {
        rule.header = header;
        assert_eq!(rule.verify(&rule.token()), Err(WebhookError::Algorithm));
    }
    rule.header = json!({ "alg": "RS256", "crit": ["exp"] });
    assert_eq!(rule.verify(&rule.token()), Err(WebhookError::Algorithm));
}

#[test]
fn the_public_key_is_no_password() {
    // Who takes the public key, which is no secret, for one of HMAC.
    let mut rule = Rule::new();
    for name in ["HS256", "RS256"] {
        rule.header["alg"] = json!(name);
        for secret in [rule.spki(), BASE64_STANDARD.encode(rule.spki()).into_bytes()] {
            let signed = rule.signed();
            let mac = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &secret), signed.as_bytes());
            let token = format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(mac));
            let error = rule.verify(&token).unwrap_err();
            let expected =
                if name == "HS256" { WebhookError::Algorithm } else { WebhookError::Signature };
            assert_eq!(error, expected);
        }
    }
}

#[test]
fn a_signature_by_anything_else_is_refused() {
    let rule = Rule::new();
    for algorithm in [&RSA_PKCS1_SHA384, &RSA_PSS_SHA256] {
        assert_eq!(rule.verify(&rule.token_by(algorithm)), Err(WebhookError::Signature));
    }
    let other = Rule::new();
    assert_eq!(rule.verify(&other.token()), Err(WebhookError::Signature));
    assert_eq!(rule.verify(&format!("{}.", rule.signed())), Err(WebhookError::Signature));
    // The claims of another token under this signature.
    let mut changed = Rule { pair: other.pair, ..Rule::new() };
    changed.claims["exp"] = json!(NOW + 61);
    let token = rule.token();
    let signature = token.rsplit_once('.').unwrap().1;
    let spliced = format!("{}.{signature}", changed.signed());
    assert_eq!(rule.verify(&spliced), Err(WebhookError::Signature));
}

#[test]
fn any_changed_letter_of_the_token_is_found() {
    let rule = Rule::new();
    let key = rule.key();
    let token = rule.token();
    for place in (0..token.len()).step_by(3).chain([token.len() - 1]) {
        let mut bytes = token.clone().into_bytes();
        bytes[place] = if bytes[place] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(bytes).unwrap();
        assert!(check(&key, &changed, BODY, URL).is_err(), "letter {place}");
    }
}

#[test]
fn a_token_is_good_until_it_expires_and_a_little_longer() {
    let rule = Rule::new();
    let (key, token) = (rule.key(), rule.token());
    let url = URL.parse().unwrap();
    let delivery = WebhookDelivery { authorization: &token, body: BODY, url: &url };
    for (passed, leeway, is_good) in
        [(59, 0, true), (60, 0, false), (60, 30, true), (89, 30, true), (90, 30, false)]
    {
        let now = now() + Duration::from_secs(passed);
        let verified = key.verify(&delivery, now, Duration::from_secs(leeway));
        let expected = if is_good { None } else { Some(WebhookError::Expired) };
        assert_eq!(verified.err(), expected, "{passed} s with {leeway} s");
    }
    // A clock that is behind makes nothing worse.
    assert!(key.verify(&delivery, now() - Duration::from_hours(1), Duration::ZERO).is_ok());
}

#[test]
fn a_body_with_one_byte_changed_is_found() {
    let rule = Rule::new();
    let (key, token) = (rule.key(), rule.token());
    for place in 0..BODY.len() {
        let mut body = BODY.to_vec();
        body[place] ^= 1;
        assert_eq!(check(&key, &token, &body, URL), Err(WebhookError::Body), "byte {place}");
    }
    let with_space = [BODY, b" "].concat();
    assert_eq!(check(&key, &token, &with_space, URL), Err(WebhookError::Body));
    assert_eq!(check(&key, &token, b"", URL), Err(WebhookError::Body));
    let mut loud = Rule::new();
    loud.claims["body_sha256"] = json!(loud.claims["body_sha256"].as_str().unwrap().to_uppercase());
    assert_eq!(loud.verify(&loud.token()), Err(WebhookError::Body), "it is in small letters");
}

#[test]
fn a_delivery_to_another_address_is_refused() {
    let rule = Rule::new();
    let (key, token) = (rule.key(), rule.token());
    for same in [URL, "https://hooks.example/gong", "https://HOOKS.example:443/gong?rule=8"] {
        assert!(check(&key, &token, BODY, same).is_ok(), "{same}");
    }
    for other in [
        "http://hooks.example/gong",
        "https://hooks.example.com/gong",
        "https://hooks.example:8443/gong",
        "https://hooks.example/gong/",
        "https://hooks.example/Gong",
        "https://hooks.example/",
    ] {
        assert_eq!(check(&key, &token, BODY, other), Err(WebhookError::Url), "{other}");
    }
}

#[test]
fn what_is_missing_is_named() {
    for (member, wrong) in [
        ("exp", Value::Null),
        ("exp", json!("1800000060")),
        ("exp", json!(-1)),
        ("body_sha256", Value::Null),
        ("body_sha256", json!(7)),
        ("webhook_url", Value::Null),
        ("webhook_url", json!("hooks.example")),
    ] {
        let mut rule = Rule::new();
        rule.claims[member] = wrong.clone();
        let expected = WebhookError::Malformed { part: member };
        assert_eq!(rule.verify(&rule.token()), Err(expected), "{member} {wrong}");
    }
    let rule = Rule::new();
    for junk in ["", "Bearer", "Bearer ", "Basic a2V5OnNlY3JldA==", "a.b", "a.b.c", "..", "a.b.c.d"]
    {
        let error = rule.verify(junk).unwrap_err();
        assert!(matches!(error, WebhookError::Malformed { .. }), "{junk}: {error}");
    }
}

#[test]
fn the_first_thing_that_is_wrong_is_told() {
    // Everything is wrong; one after the other is mended.
    let mut rule = Rule::new();
    let good = rule.claims.clone();
    rule.header["alg"] = json!("none");
    rule.claims =
        json!({ "exp": NOW - 1, "body_sha256": "00", "webhook_url": "https://x.example" });
    let other = Rule::new().key();
    let key = rule.key();
    let told = |rule: &Rule, key: &WebhookKey| check(key, &rule.token(), BODY, URL).unwrap_err();
    assert_eq!(told(&rule, &other), WebhookError::Algorithm);
    rule.header["alg"] = json!("RS256");
    assert_eq!(told(&rule, &other), WebhookError::Signature);
    assert_eq!(told(&rule, &key), WebhookError::Expired);
    rule.claims["exp"] = good["exp"].clone();
    assert_eq!(told(&rule, &key), WebhookError::Body);
    rule.claims["body_sha256"] = good["body_sha256"].clone();
    assert_eq!(told(&rule, &key), WebhookError::Url);
    rule.claims["webhook_url"] = good["webhook_url"].clone();
    assert!(check(&key, &rule.token(), BODY, URL).is_ok());
}
