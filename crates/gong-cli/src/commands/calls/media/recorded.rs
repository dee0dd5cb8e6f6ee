//! Where the recordings of calls are, as Gong says it.

use std::{collections::HashMap, pin::pin};

use futures_util::StreamExt as _;
use gong_client::Client;
use gong_types::{CallId, Include, SearchCalls};
use serde::Deserialize;

use super::Kind;

/// What asks where the recordings of calls are.
pub(super) fn search(ids: &[CallId]) -> SearchCalls {
    SearchCalls {
        call_ids: Some(ids.to_vec()),
        select: Some([Include::Media].into_iter().collect()),
        ..SearchCalls::default()
    }
}

/// What is needed of a call, so that an odd member elsewhere does not hide it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Recorded {
    pub(super) meta_data: Facts,
    media: Option<gong_types::Media>,
}

/// Its facts.
#[derive(Deserialize)]
pub(super) struct Facts {
    pub(super) id: CallId,
    pub(super) title: Option<String>,
}

impl Recorded {
    /// Where the recording of a kind is.
    pub(super) fn address(&self, kind: Kind) -> Option<&str> {
        let media = self.media.as_ref()?;
        let address = match kind {
            Kind::Audio => media.audio_url.as_deref(),
            Kind::Video => media.video_url.as_deref(),
        };
        address.filter(|address| !address.is_empty())
    }
}

/// The calls that there are.
pub(super) async fn recorded(
    client: &Client,
    search: &SearchCalls,
) -> gong_client::Result<HashMap<CallId, Recorded>> {
    let mut found = HashMap::new();
    let mut calls = pin!(client.items(search));
    while let Some(record) = calls.next().await {
        if let Ok(call) = record?.cast::<Recorded>().read() {
            found.insert(call.meta_data.id.clone(), call);
        }
    }
    Ok(found)
}
