//! Records in, rows and the same text out.

use futures_util::TryStreamExt as _;
use gong_archive::{Archive, Saved, Writer};
use gong_types::{ContentSelector, GetTranscripts, SearchCalls};
use jiff::Timestamp;

use crate::company::{NOW, company};

#[tokio::test(flavor = "multi_thread")]
async fn what_goes_in_comes_out_to_the_byte() {
    let (_running, client) = company(150).await;
    let now: Timestamp = NOW.parse().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let search =
        SearchCalls { select: Some(ContentSelector::everything()), ..SearchCalls::default() };
    let calls: Vec<_> = client.items(&search).try_collect().await.unwrap();
    let transcripts: Vec<_> = client.items(&GetTranscripts::default()).try_collect().await.unwrap();

    let mut writer = Writer::open(folder.path()).unwrap();
    for again in [Saved::New, Saved::Same] {
        let mut batch = writer.batch().unwrap();
        for call in &calls {
            assert_eq!(batch.call(call, now).unwrap(), again);
        }
        for transcript in &transcripts {
            assert_eq!(batch.transcript(transcript, now).unwrap(), again);
        }
        batch.commit().unwrap();
    }

    let archive = Archive::open(folder.path()).unwrap();
    assert!(!transcripts.is_empty());
    for call in &calls {
        let id = call.read().unwrap().meta_data.id;
        assert_eq!(archive.text("calls", id.as_str()).unwrap().as_deref(), Some(call.text()));
    }
    for transcript in &transcripts {
        let id = transcript.read().unwrap().call_id;
        let text = archive.text("transcripts", id.as_str()).unwrap();
        assert_eq!(text.as_deref(), Some(transcript.text()));
    }
}
