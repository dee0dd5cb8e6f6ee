//! Open enums: the values that Gong documents, and room for the ones it adds tomorrow.

/// Declares an enum whose unknown values are kept as text, so that a new value never fails a record.
macro_rules! open_enum {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)*
            /// A value that this version does not know, as Gong wrote it.
            Other(String),
        }

        impl $name {
            /// The values that are documented.
            pub const KNOWN: &'static [&'static str] = &[$($text),*];

            /// The value as Gong writes it.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)*
                    Self::Other(text) => text,
                }
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                match text {
                    $($text => Self::$variant,)*
                    other => Self::Other(other.to_owned()),
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <String as serde::Deserialize>::deserialize(deserializer)?;
                Ok(Self::from(text.as_str()))
            }
        }
    };
}

pub(crate) use open_enum;

#[cfg(test)]
mod tests {
    use crate::Direction;

    #[test]
    fn a_value_of_tomorrow_is_kept() {
        let direction: Direction = serde_json::from_str("\"Sideways\"").unwrap();
        assert_eq!(direction, Direction::Other("Sideways".to_owned()));
        assert_eq!(serde_json::to_string(&direction).unwrap(), "\"Sideways\"");
    }

    #[test]
    fn a_documented_value_has_its_name() {
        let direction: Direction = serde_json::from_str("\"Inbound\"").unwrap();
        assert_eq!(direction, Direction::Inbound);
        assert_eq!(Direction::KNOWN, ["Inbound", "Outbound", "Conference", "Unknown"]);
    }
}
