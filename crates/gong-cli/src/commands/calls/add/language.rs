//! The languages that Gong takes for a new call.

use anyhow::Result;

use crate::exit::Failure;

/// The codes, with blanks between them.
const CODES: &str = "\
    af-ZA am-ET ar-AE ar-BH ar-DZ ar-EG ar-IL ar-IQ ar-JO ar-KW ar-LB ar-MA ar-MR ar-OM \
    ar-PS ar-QA ar-SA ar-TN ar-YE az-AZ bg-BG bn-BD bn-IN bs-BA ca-ES cs-CZ da-DK de-AT \
    de-CH de-DE el-GR en-AB en-AU en-CA en-GB en-IE en-IN en-NZ en-PH en-SG en-US en-WL \
    en-ZA es-AR es-BO es-CL es-CO es-CR es-DO es-EC es-ES es-GT es-HN es-MX es-NI es-PA \
    es-PE es-PR es-PY es-SV es-US es-UY et-EE eu-ES fa-IR fi-FI fil-PH fr-BE fr-CA fr-CH \
    fr-FR gl-ES gu-IN he-IL hi-IN hr-HR hu-HU hy-AM id-ID is-IS it-CH it-IT ja-JP jv-ID \
    ka-GE kk-KZ km-KH kn-IN ko-KR lo-LA lt-LT lv-LV mk-MK ml-IN mn-MN mr-IN ms-MY my-MM \
    ne-NP nl-BE nl-NL no-NO pa-Guru-IN pl-PL pt-BR pt-PT ro-RO ru-RU si-LK sk-SK sl-SI sq-AL \
    sr-RS su-ID sv-SE sw-KE sw-TZ ta-IN ta-LK ta-MY ta-SG te-IN th-TH tr-TR uk-UA ur-IN \
    ur-PK uz-UZ vi-VN yue-Hant-HK zh-CN zh-TW zu-ZA";

/// Refuses a code that Gong does not take, and names those that may be meant.
pub(super) fn check(code: &str) -> Result<()> {
    if CODES.split(' ').any(|known| known == code) {
        return Ok(());
    }
    let near = near(code);
    let hint = if near.is_empty() {
        "write it as en-US or de-DE, or leave it out: Gong finds it out".to_owned()
    } else {
        format!("write one of {}, or leave it out: Gong finds it out", near.join(", "))
    };
    Err(Failure::usage(format!("{code:?} is no language that Gong takes"), hint).into())
}

/// The same code written otherwise, or else those of the same language.
fn near(code: &str) -> Vec<&'static str> {
    let plain = code.replace('_', "-");
    let same = CODES.split(' ').find(|known| known.eq_ignore_ascii_case(&plain));
    if let Some(same) = same {
        return vec![same];
    }
    let language = |code: &str| code.split('-').next().unwrap_or_default().to_ascii_lowercase();
    let wanted = language(&plain);
    CODES.split(' ').filter(|known| language(known) == wanted).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_as_many_as_gong_documents() {
        assert_eq!(CODES.split(' ').count(), 133);
        assert!(CODES.split(' ').is_sorted());
    }

    #[test]
    fn what_may_be_meant_is_named() {
        assert_eq!(near("en_us"), ["en-US"]);
        assert_eq!(near("nl"), ["nl-BE", "nl-NL"]);
        assert_eq!(near("PT-xx"), ["pt-BR", "pt-PT"]);
        assert!(near("english").is_empty() && near("").is_empty());
        assert!(check("yue-Hant-HK").is_ok() && check("en").is_err());
    }
}
