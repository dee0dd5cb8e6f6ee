//! Media uploads: the recording of a call that was added.

use http::StatusCode;
use serde_json::json;

use super::calls;
use crate::{
    Upload,
    ask::{Answered, Ask, Problem, object},
    upload::Intake,
};

/// `PUT /v2/calls/{id}/media`: the recording of a call. Scope `api:calls:create`.
pub(super) fn begin(ask: &Ask<'_>) -> Result<Box<dyn Intake>, Problem> {
    let id = ask.id.unwrap_or_default();
    if !ask.pass.sees_calls() || ask.data.find(id).is_none() {
        let text = format!("Call ID {id} was not found");
        return Err(Problem::new(StatusCode::NOT_FOUND, text));
    }
    Ok(Box::new(Recording))
}

struct Recording;

impl Intake for Recording {
    fn take(&mut self, _piece: &[u8]) {}

    fn finish(self: Box<Self>, ask: &Ask<'_>, upload: &Upload) -> Answered {
        if upload.bytes == 0 {
            return Err(Problem::bad_request("mediaFile is empty"));
        }
        let id = ask.id.unwrap_or_default();
        let name = upload.file_name.as_deref().unwrap_or_default();
        let content_type = upload.content_type.as_deref().unwrap_or_default();
        calls::media_arrived(ask, id, calls::MediaFile { name, content_type })?;
        let url = format!("https://us-12345.app.gong.io/call?id={id}");
        Ok(object(json!({ "callId": id, "url": url })))
    }
}
