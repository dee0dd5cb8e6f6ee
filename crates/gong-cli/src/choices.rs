//! Choices: values of Gong's as people write them, in any case, and with hyphens, underscores, or neither.

use gong_types::CrmObjectType;

/// Reads what an object of the CRM is.
pub(crate) fn crm_object_type(given: &str) -> Result<CrmObjectType, String> {
    one_of(given, CrmObjectType::KNOWN).map(CrmObjectType::from)
}

/// The one of `values` that is meant, in any case, and with hyphens, underscores, or neither.
pub(crate) fn one_of<'a>(given: &str, values: &[&'a str]) -> Result<&'a str, String> {
    let bare = |text: &str| text.replace(['-', '_'], "").to_ascii_lowercase();
    let found = values.iter().find(|it| bare(it) == bare(given));
    found.copied().ok_or_else(|| {
        let values: Vec<_> =
            values.iter().map(|it| it.to_ascii_lowercase().replace('_', "-")).collect();
        format!("choose from {}", values.join(", "))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_may_be_written_as_options_are() {
        assert_eq!(one_of("business-user", &["STAGE", "BUSINESS_USER"]), Ok("BUSINESS_USER"));
        let told = one_of("user", &["STAGE", "BUSINESS_USER"]).unwrap_err();
        assert_eq!(told, "choose from stage, business-user");
        assert_eq!(crm_object_type("Deal"), Ok(CrmObjectType::Deal));
        assert!(crm_object_type("stage").is_err());
    }
}
