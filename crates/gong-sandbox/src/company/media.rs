//! Where the recording of a call would be: the `media` block, with addresses that lead nowhere.

use serde_json::{Value, json};

use super::{
    Company,
    plan::{Channel, Plan},
    random::{Purpose, hash},
};

impl Company {
    /// The `media` block.
    pub(super) fn media(&self, plan: &Plan) -> Value {
        let key = hash(self.seed, Purpose::Context, plan.number);
        let date = self.calendar.now().strftime("%Y%m%dT%H%M%SZ").to_string();
        let address = |kind: &str| {
            format!(
                "https://media.example/recordings/{key:016x}.{kind}?X-Amz-Algorithm=AWS4-HMAC-SHA256\
                 &X-Amz-Date={date}&X-Amz-Expires=28800&X-Amz-SignedHeaders=host\
                 &X-Amz-Signature={key:016x}{:016x}",
                key.rotate_left(17)
            )
        };
        if plan.channel == Channel::Video {
            json!({"audioUrl": address("mp3"), "videoUrl": address("mp4")})
        } else {
            json!({"audioUrl": address("mp3")})
        }
    }
}
