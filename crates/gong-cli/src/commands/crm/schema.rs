//! `gong crm schema`: which fields the objects of the CRM have.

use std::collections::BTreeMap;

use anyhow::Result;
use clap::{Args, Subcommand};
use gong_types::{
    CrmObjectType, Endpoint as _, ListSchema, SchemaField, SchemaFieldType, UploadSchema,
};
use serde_json::Value;

use super::Which;
use crate::{
    body::{self, BodyArgs},
    choices::crm_object_type,
    context::Context,
    exit::Failure,
    output::{Cell, Look, View},
};

const SKELETON: &str = include_str!("../skeletons/schema.jsonc");

/// The schema.
#[derive(Debug, Subcommand)]
pub(crate) enum Schema {
    List(List),
    Upload(Upload),
}

/// List the fields that objects have besides those that Gong knows
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    gong crm schema list\n  \
    gong crm schema list --type account --jq .ACCOUNT")]
pub(crate) struct List {
    #[command(flatten)]
    which: Which,

    /// Only of objects of this type: account, contact, deal or lead
    #[arg(long = "type", value_name = "TYPE", value_parser = crm_object_type)]
    kind: Option<CrmObjectType>,
}

/// Say which fields objects of a type have
///
/// Takes all fields at once, old and new. A field that gets another type, or that is sent with
/// isDeleted, loses what all objects hold in it; which do is shown before it is asked. The list that
/// gong crm schema list shows can be changed and sent.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    gong crm schema list --type lead --jq .LEAD > fields.json && \\\n    \
      gong crm schema upload --type lead --input fields.json --yes\n  \
    gong crm schema upload --skeleton")]
pub(crate) struct Upload {
    #[command(flatten)]
    which: Which,

    /// What the objects are: account, contact, deal or lead
    #[arg(long = "type", value_name = "TYPE", value_parser = crm_object_type, required_unless_present = "skeleton")]
    kind: Option<CrmObjectType>,

    #[command(flatten)]
    body: BodyArgs,
}

/// Runs one of them.
pub(super) async fn run(ctx: &mut Context, args: Schema) -> Result<()> {
    match args {
        Schema::List(List { which, kind }) => {
            let Some(integration_id) = which.id(ctx).await? else { return Ok(()) };
            ctx.show_one(&ListSchema { integration_id, object_type: kind }).await
        }
        Schema::Upload(args) => upload(ctx, args).await,
    }
}

async fn upload(ctx: &mut Context, args: Upload) -> Result<()> {
    let Some(object_type) = args.kind.filter(|_| !args.body.wants_skeleton()) else {
        return Ok(ctx.output.text(SKELETON)?);
    };
    let input = args.body.input()?.ok_or_else(|| {
        Failure::usage("the fields are missing", "add --input FILE; --skeleton prints one")
    })?;
    let fields: Vec<SchemaField> = body::check(as_sent(input))?;
    let Some(integration_id) = args.which.id(ctx).await? else { return Ok(()) };
    let list = ListSchema {
        integration_id: integration_id.clone(),
        object_type: Some(object_type.clone()),
    };
    let upload = UploadSchema { integration_id, object_type, fields };
    if ctx.is_dry_run(&[list.request(), upload.request()])? {
        return Ok(());
    }
    let Some(known) = ctx.read(&list).await? else { return Ok(()) };
    let known = known.read()?.remove(upload.object_type.as_str()).unwrap_or_default();
    let changes = Changes::between(&known, &upload.fields);
    changes.check()?;
    changes.tell(ctx);
    let question = format!("Make these the fields of {}?", upload.object_type);
    if let Some(answer) = ctx.write(&upload, &question).await? {
        ctx.output.one(&answer)?;
        ctx.ui.status(&format!("the fields of {} are set", upload.object_type));
    }
    Ok(())
}

/// The list with the names that Gong wants: it lists as `name` what it takes as `uniqueName`.
fn as_sent(mut list: Value) -> Value {
    for field in list.as_array_mut().into_iter().flatten() {
        if let Some(members) = field.as_object_mut()
            && !members.contains_key("uniqueName")
            && let Some(name) = members.remove("name")
        {
            members.insert("uniqueName".to_owned(), name);
        }
    }
    list
}

/// What an upload does to the fields that there are.
#[derive(Debug, Default, PartialEq)]
struct Changes {
    added: Vec<String>,
    deleted: Vec<String>,
    /// The type before and after.
    retyped: Vec<(String, SchemaFieldType, SchemaFieldType)>,
    /// Those that are not sent, for which Gong refuses all.
    missing: Vec<String>,
}

impl Changes {
    fn between(known: &[SchemaField], sent: &[SchemaField]) -> Self {
        let mut changes = Self::default();
        for old in known {
            let name = old.unique_name.clone();
            match sent.iter().find(|new| new.unique_name == name) {
                None => changes.missing.push(name),
                Some(new) if new.is_deleted == Some(true) => changes.deleted.push(name),
                Some(new) if new.kind != old.kind => {
                    changes.retyped.push((name, old.kind.clone(), new.kind.clone()));
                }
                Some(_) => {}
            }
        }
        let is_new = |field: &&SchemaField| {
            field.is_deleted != Some(true)
                && !known.iter().any(|old| old.unique_name == field.unique_name)
        };
        changes.added = sent.iter().filter(is_new).map(|it| it.unique_name.clone()).collect();
        changes
    }

    /// Refuses what Gong would refuse.
    fn check(&self) -> Result<()> {
        if self.missing.is_empty() {
            return Ok(());
        }
        let message = format!("Gong has fields that are missing here: {}", self.missing.join(", "));
        let hint = "add them as gong crm schema list shows them; with \"isDeleted\": true they are \
                    deleted";
        Err(Failure::usage(message, hint).into())
    }

    /// Says what objects lose and get.
    fn tell(&self, ctx: &Context) {
        for name in &self.deleted {
            ctx.ui.warn(&format!("{name} is deleted, with what objects hold in it"));
        }
        for (name, before, after) in &self.retyped {
            let (before, after) = (before.as_str(), after.as_str());
            ctx.ui.warn(&format!(
                "{name} changes from {before} to {after}, which deletes what objects hold in it"
            ));
        }
        if !self.added.is_empty() {
            ctx.ui.status(&format!("new: {}", self.added.join(", ")));
        }
    }
}

impl View for BTreeMap<String, Vec<SchemaField>> {
    const COLUMNS: &'static [&'static str] =
        &["OBJECT", "FIELD", "LABEL", "TYPE", "VALUES", "CHANGED"];

    fn cells(&self, _look: &Look) -> Vec<Cell> {
        vec![Cell::empty(); Self::COLUMNS.len()]
    }

    fn rows(&self, look: &Look) -> Vec<Vec<Cell>> {
        let row = |object_type: &str, field: &SchemaField| {
            let values = field.ordered_value_list.as_ref().map(|values| values.join(", "));
            vec![
                Cell::text(object_type),
                Cell::text(&field.unique_name),
                Cell::text(&field.label),
                Cell::text(field.kind.as_str()),
                Cell::maybe(values.or_else(|| field.reference_to.clone())),
                look.time(field.last_modified),
            ]
        };
        let of_type = |(object_type, fields): (&String, &Vec<SchemaField>)| {
            fields.iter().map(|field| row(object_type, field)).collect::<Vec<_>>()
        };
        self.iter().flat_map(of_type).collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn field(name: &str, kind: &SchemaFieldType) -> SchemaField {
        let field = json!({ "uniqueName": name, "label": name, "type": kind });
        serde_json::from_value(field).unwrap()
    }

    #[test]
    fn the_skeleton_is_whole() {
        body::assert_whole::<Vec<SchemaField>>(SKELETON);
    }

    #[test]
    fn what_is_listed_can_be_sent() {
        let listed =
            json!([{ "name": "tier", "label": "Tier" }, { "uniqueName": "a", "name": "b" }]);
        let sent =
            json!([{ "label": "Tier", "uniqueName": "tier" }, { "uniqueName": "a", "name": "b" }]);
        assert_eq!(as_sent(listed), sent);
        assert_eq!(as_sent(json!({})), json!({}));
    }

    #[test]
    fn what_changes_is_known_beforehand() {
        use SchemaFieldType::{Number, Text};
        let known = [field("a", &Text), field("b", &Text), field("c", &Text), field("d", &Text)];
        let deleted = |name: &str| SchemaField { is_deleted: Some(true), ..field(name, &Text) };
        let sent =
            [field("a", &Text), field("b", &Number), deleted("c"), field("e", &Text), deleted("f")];
        let expected = Changes {
            added: vec!["e".to_owned()],
            deleted: vec!["c".to_owned()],
            retyped: vec![("b".to_owned(), Text, Number)],
            missing: vec!["d".to_owned()],
        };
        assert_eq!(Changes::between(&known, &sent), expected);
        assert!(expected.check().is_err());
    }
}
