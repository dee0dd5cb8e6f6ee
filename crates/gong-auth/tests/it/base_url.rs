//! Base URLs: which texts are one, which hosts may be sent a key, and where a path leads.

use gong_auth::{BaseUrl, Error};
use proptest::prelude::*;

/// Texts and what they mean. A host of Gong's or of this machine: sent a key.
const TRUSTED: &[(&str, &str)] = &[
    ("https://api.gong.io", "https://api.gong.io"),
    ("https://api.gong.io/", "https://api.gong.io"),
    ("https://api.gong.io/v2", "https://api.gong.io"),
    ("https://api.gong.io/v2/", "https://api.gong.io"),
    ("https://gong.io", "https://gong.io"),
    ("https://us-55616.api.gong.io", "https://us-55616.api.gong.io"),
    ("https://eu-2086.api.gong.io/v2", "https://eu-2086.api.gong.io"),
    ("https://company-17.api.gong.io", "https://company-17.api.gong.io"),
    ("HTTPS://API.GONG.IO", "https://api.gong.io"),
    ("hTtPs://Us-1.Api.Gong.Io/", "https://us-1.api.gong.io"),
    ("  https://api.gong.io  ", "https://api.gong.io"),
    ("https://api.gong.io\n", "https://api.gong.io"),
    ("\r\n\thttps://api.gong.io\r\n", "https://api.gong.io"),
    ("https://api.gong.io:443", "https://api.gong.io"),
    ("https://api.gong.io:0443", "https://api.gong.io"),
    ("https://api.gong.io:8443", "https://api.gong.io:8443"),
    ("https://api.gong.io:", "https://api.gong.io"),
    ("https://api.gong.io.", "https://api.gong.io"),
    ("https://api.gong.io./", "https://api.gong.io"),
    ("https://api.gong.io.:443/v2/", "https://api.gong.io"),
    ("https://gong.io.", "https://gong.io"),
    ("http://localhost", "http://localhost"),
    ("http://localhost:8080", "http://localhost:8080"),
    ("http://LOCALHOST:8080/", "http://localhost:8080"),
    ("http://localhost.:8080", "http://localhost:8080"),
    ("https://localhost", "https://localhost"),
    ("http://127.0.0.1", "http://127.0.0.1"),
    ("http://127.0.0.1:80", "http://127.0.0.1"),
    ("http://127.0.0.1:4010/v2", "http://127.0.0.1:4010"),
    ("http://127.0.0.1.", "http://127.0.0.1"),
    ("http://127.255.0.3:1", "http://127.255.0.3:1"),
    ("https://127.0.0.1:8443", "https://127.0.0.1:8443"),
    ("http://[::1]", "http://[::1]"),
    ("http://[::1]:65535", "http://[::1]:65535"),
    ("http://[0:0:0:0:0:0:0:1]", "http://[::1]"),
    ("https://[::1]/v2/", "https://[::1]"),
];

/// Well-formed, but nobody's to send a key to.
const FOREIGN: &[(&str, &str)] = &[
    ("https://gong.io.evil.com", "gong.io.evil.com"),
    ("https://api.gong.io.evil.com", "api.gong.io.evil.com"),
    ("https://evilgong.io", "evilgong.io"),
    ("https://api-gong.io", "api-gong.io"),
    ("https://gong.com", "gong.com"),
    ("https://gong.io.co", "gong.io.co"),
    ("https://xgong.io.", "xgong.io"),
    ("https://gong", "gong"),
    ("https://io", "io"),
    ("https://gong-io.evil.com", "gong-io.evil.com"),
    ("https://api.g0ng.io", "api.g0ng.io"),
    ("https://xn--gng-5cd.io", "xn--gng-5cd.io"),
    ("https://127.0.0.1.nip.io", "127.0.0.1.nip.io"),
    ("https://localhost.evil.com", "localhost.evil.com"),
    ("https://evil.localhost", "evil.localhost"),
    ("https://localhost.localdomain", "localhost.localdomain"),
    ("https://0.0.0.0", "0.0.0.0"),
    ("https://10.0.0.1", "10.0.0.1"),
    ("https://128.0.0.1", "128.0.0.1"),
    ("https://126.255.255.255", "126.255.255.255"),
    ("https://169.254.169.254", "169.254.169.254"),
    ("https://[::]", "[::]"),
    ("https://[::2]", "[::2]"),
    ("https://[::ffff:127.0.0.1]", "[::ffff:7f00:1]"),
    ("https://[fe80::1]", "[fe80::1]"),
    ("https://gong.example:8443", "gong.example:8443"),
    ("https://my_host.example", "my_host.example"),
];

/// No base URL at all.
const REFUSED: &[&str] = &[
    "",
    " ",
    "\n",
    "gong",
    "api.gong.io",
    "api.gong.io:443",
    "localhost:8080",
    "127.0.0.1",
    "//api.gong.io",
    "//evil",
    "///evil",
    "://api.gong.io",
    "https:",
    "https:/",
    "https://",
    "https:///",
    "https:///api.gong.io",
    "https:////api.gong.io",
    "https:api.gong.io",
    "https:/api.gong.io",
    "https:\\\\api.gong.io",
    "https://\\evil.com",
    "https://api.gong.io\\",
    "https://evil.com\\.gong.io",
    "https://evil.com\\@api.gong.io",
    "https://api.gong.io\\@evil.com",
    "https://evil.com/.gong.io",
    "https://evil.com?.gong.io",
    "https://evil.com#.gong.io",
    "https://user@api.gong.io",
    "https://user:pass@api.gong.io",
    "https://:pass@api.gong.io",
    "https://@api.gong.io",
    "https://api.gong.io@evil.com",
    "https://api.gong.io:443@evil.com",
    "https://api.gong.io%40evil.com",
    "https://api.gong.io?",
    "https://api.gong.io#",
    "https://api.gong.io/?x=1",
    "https://api.gong.io/#x",
    "https://api.gong.io/v1",
    "https://api.gong.io/v2/calls",
    "https://api.gong.io/V2",
    "https://api.gong.io//",
    "https://api.gong.io//v2",
    "https://api.gong.io/v2//",
    "https://api.gong.io/../v2",
    "https://api.gong.io/.",
    "https://api.gong.io/%76%32",
    "https://%61pi.gong.io",
    "https://api%2egong.io",
    "https://api.gong.io%00",
    "https://api.gong.io%2f",
    "https://api gong.io",
    "https://api.gong.io /",
    "https:// api.gong.io",
    "https ://api.gong.io",
    "https://api.gong.io\r\nHost: evil.com",
    "https://evil.com\n.gong.io",
    "ht\ntps://api.gong.io",
    "https://api.go\tng.io",
    "https://api.gong.io\0",
    "https://api.gong.io\u{a0}x",
    "https://api.gong.io\u{2028}x",
    "https://api..gong.io",
    "https://.gong.io",
    "https://api.gong.io..",
    "https://.",
    "https://..",
    "https://:443",
    "https://api.gong.io:0",
    "https://api.gong.io:65536",
    "https://api.gong.io:-1",
    "https://api.gong.io:80x",
    "https://api.gong.io:80:80",
    "https://[::1",
    "https://::1",
    "https://[127.0.0.1]",
    "https://[::1%25lo]",
    "https://[api.gong.io]",
    "http://api.gong.io",
    "http://us-1.api.gong.io",
    "http://10.0.0.1",
    "http://0.0.0.0",
    "http://[::]",
    "http://[::ffff:127.0.0.1]",
    "http://127.0.0.1.nip.io",
    "http://localhost.evil.com",
    "http://evil.localhost",
    "http://128.0.0.1",
    "http://2130706433",
    "https://2130706433",
    "http://0x7f000001",
    "http://0x7f.0.0.1",
    "http://0177.0.0.1",
    "http://017700000001",
    "http://127.1",
    "http://127.0.1",
    "http://127.0.0.01",
    "http://127.0.0.256",
    "https://1.2.3.4.5",
    "http://①②⑦.0.0.1",
    "https://api.gong。io",
    "https://ａｐｉ.gong.io",
    "https://api.gоng.io",
    "https://gong.io\u{202e}",
    "https://api.gong.io\u{200b}",
    "ftp://api.gong.io",
    "file:///etc/passwd",
    "ws://localhost",
    "wss://api.gong.io",
    "javascript://api.gong.io",
    "data://api.gong.io",
    "httpss://api.gong.io",
    "https+unix://api.gong.io",
    "<https://api.gong.io>",
    "\"https://api.gong.io\"",
    "https://<your-host>.api.gong.io",
    "https://$HOST",
    "https://*.gong.io",
];

fn parse(text: &str) -> Result<BaseUrl, Error> {
    text.parse()
}

#[test]
fn takes_gongs_hosts_and_this_machine_however_they_are_written() {
    for (text, meaning) in TRUSTED {
        let base_url = parse(text).unwrap_or_else(|error| panic!("{text:?}: {error}"));
        assert_eq!(base_url.to_string(), *meaning, "{text:?}");
        assert_eq!(parse(meaning).unwrap(), base_url, "{text:?}");
        assert!(base_url.check(&[]).is_ok(), "{text:?}");
        assert_ne!(base_url.is_loopback(), base_url.is_gong_host(), "{text:?}");
    }
}

#[test]
fn other_hosts_are_sent_nothing_unless_they_are_allowed_by_name() {
    for (text, authority) in FOREIGN {
        let base_url = parse(text).unwrap_or_else(|error| panic!("{text:?}: {error}"));
        let Err(Error::HostNotAllowed { host }) = base_url.check(&[]) else {
            panic!("{text:?} is trusted");
        };
        assert_eq!(host, *authority, "{text:?}");
        assert!(base_url.check(&["other.example".to_owned()]).is_err(), "{text:?}");
        assert!(base_url.check(&["gong.io".to_owned(), host]).is_ok(), "{text:?}");
    }
}

#[test]
fn refuses_what_is_no_plain_base_url() {
    for text in REFUSED {
        match parse(text) {
            Err(Error::BaseUrl { .. }) => {}
            other => panic!("{text:?}: {other:?}"),
        }
    }
    assert!(parse(&format!("https://{}.gong.io", "a.".repeat(500))).is_err());
}

#[test]
fn an_allowed_host_is_compared_whole() {
    let base_url = parse("https://proxy.example:8443").unwrap();
    let allows = |entry: &str| base_url.check(&[entry.to_owned()]).is_ok();
    for entry in ["proxy.example", "PROXY.example.", " proxy.example:8443 "] {
        assert!(allows(entry), "{entry:?}");
    }
    for entry in [
        "",
        ".",
        "*",
        "*.example",
        "example",
        ".example",
        "proxy.example:443",
        "proxy.example:",
        "oxy.example",
        "proxy.example.com",
        "https://proxy.example",
        "proxy.example:x",
        "proxy",
    ] {
        assert!(!allows(entry), "{entry:?}");
    }
    let of_ipv6 = parse("https://[fe80::1]").unwrap();
    assert!(of_ipv6.check(&["[fe80::1]".to_owned()]).is_ok());
    assert!(of_ipv6.check(&["[fe80::1]:443".to_owned()]).is_ok());
    assert!(of_ipv6.check(&["[fe80::1]:444".to_owned()]).is_err());
}

#[test]
fn the_default_is_gongs_own_host() {
    assert_eq!(BaseUrl::default(), parse("https://api.gong.io").unwrap());
    assert!(BaseUrl::default().is_gong_host());
}

#[test]
fn a_path_is_joined_with_its_query() {
    let base_url = parse("https://us-1.api.gong.io/v2/").unwrap();
    let url = base_url.join("/v2/calls?fromDateTime=2026-06-01T00:00:00Z&cursor=a%2Bb%3D");
    let expected =
        "https://us-1.api.gong.io/v2/calls?fromDateTime=2026-06-01T00:00:00Z&cursor=a%2Bb%3D";
    assert_eq!(url.as_str(), expected);
    assert_eq!(base_url.join("v2/users").as_str(), "https://us-1.api.gong.io/v2/users");
}

#[test]
fn debug_and_display_agree() {
    let base_url = parse("HTTPS://API.gong.io:8443/").unwrap();
    assert_eq!(format!("{base_url:?}"), "\"https://api.gong.io:8443\"");
    assert_eq!(base_url.host(), "api.gong.io");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 4096, ..ProptestConfig::default() })]

    #[test]
    fn what_is_accepted_is_https_or_this_machine(
        text in prop_oneof![
            ".*",
            "(https?|HTTP|ftp)?:?/{0,3}[a-z0-9.@:\\[\\]%/\\\\?#-]{0,20}(gong\\.io|localhost|127\\.0\\.0\\.1|\\[::1\\])?[.:0-9/@a-z]{0,6}",
        ],
    ) {
        if let Ok(base_url) = parse(&text) {
            let shown = base_url.to_string();
            prop_assert!(shown.starts_with("https://") || base_url.is_loopback(), "{shown}");
            prop_assert_eq!(&parse(&shown).unwrap(), &base_url);
            // The host that we judge is the host that is called.
            let url = base_url.join("/v2/calls");
            prop_assert_eq!(url.host_str(), Some(base_url.host()));
            prop_assert!(url.username().is_empty() && url.password().is_none());
            if base_url.check(&[]).is_ok() {
                let host = base_url.host();
                prop_assert!(base_url.is_loopback() || host == "gong.io" || host.ends_with(".gong.io"));
                prop_assert!(text.to_ascii_lowercase().contains(host) || base_url.is_loopback());
            }
        }
    }

    #[test]
    fn no_path_leads_to_another_host(path in prop_oneof![".*", "[/\\\\@:?#.a-z%]{0,12}"]) {
        let base_url = parse("https://us-1.api.gong.io:8443").unwrap();
        let url = base_url.join(&path);
        prop_assert_eq!(url.scheme(), "https");
        prop_assert_eq!(url.host_str(), Some("us-1.api.gong.io"));
        prop_assert_eq!(url.port(), Some(8443));
        prop_assert!(url.username().is_empty());
        prop_assert_eq!(url.fragment(), None);
    }
}
