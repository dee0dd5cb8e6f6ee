//! Compares the type of one member, as it is written in Rust, with its schema.

use serde_json::Value;

use super::{Comparison, Kind, inner};

impl<'a> Comparison<'a> {
    /// Compares a type with a schema, and what it holds with what the schema describes.
    pub(super) fn value(&mut self, place: &str, kind: &str, schema: &'a Value) {
        let schema = self.resolved(schema);
        let name = kind.rsplit("::").next().unwrap_or(kind);
        if matches!(name, "Value" | "RawValue" | "Map<String, Value>") {
            // It holds whatever comes.
            return;
        }
        let (is_list, map) = (schema["type"] == "array", &schema["additionalProperties"]);
        match inner(kind) {
            Some(("Option" | "Box", inside)) => return self.value(place, inside, schema),
            Some(("Vec", inside)) if is_list => {
                return self.value(&format!("{place}[]"), inside, &schema["items"]);
            }
            Some(("BTreeMap", inside)) if map.is_object() => {
                let inside = inside.strip_prefix("String, ").unwrap_or(inside);
                return self.value(&format!("{place}{{}}"), inside, map);
            }
            _ => {}
        }
        let fields = self.models.structs.get(name).map(|model| &model.fields[..]);
        let is_object = !self.properties(schema).is_empty();
        if is_object != fields.is_some() || is_list || map.is_object() || kind.contains('<') {
            self.found(place.to_owned(), Kind::Shape);
        } else if let Some(fields) = fields {
            self.object(place, fields, schema);
        } else {
            self.scalar(place, name, schema);
        }
    }

    /// Compares what is neither a list nor an object: whether the type can hold it, and whether it
    /// knows all values that are described.
    fn scalar(&mut self, place: &str, kind: &str, schema: &Value) {
        let is_number = matches!(kind, "i64" | "u64" | "u32" | "u8" | "f64");
        let agrees = match schema["type"].as_str() {
            Some("boolean") => kind == "bool",
            Some("number") => kind == "f64",
            // Ids are digits, whatever they are described as.
            Some("integer") => is_number || kind.ends_with("Id"),
            Some("string") => !is_number && kind != "bool",
            _ => true,
        };
        if !agrees {
            self.found(place.to_owned(), Kind::Type);
        }
        let values: Vec<_> = schema["enum"].as_array().into_iter().flatten().collect();
        let Some(known) = self.models.enums.get(kind) else {
            if !values.is_empty() {
                self.found(place.to_owned(), Kind::Type);
            }
            return;
        };
        // Some lists of values hold all of them once more as one text.
        let values = values.into_iter().filter_map(Value::as_str).filter(|v| !v.contains(JOINTS));
        for value in values {
            let is_known = known.iter().any(|known| known == value);
            self.note(is_known, place, &format!("\"{value}\""), Kind::Missing);
        }
    }
}

/// What several values are joined by.
const JOINTS: [char; 2] = [',', '/'];
