//! Which recordings a call has: the `media` block, whose addresses the media host makes.

use serde_json::{Value, json};

use super::{
    Company,
    plan::{Channel, Plan},
};

impl Company {
    /// The `media` block.
    pub(super) fn media(plan: &Plan) -> Value {
        if plan.channel == Channel::Video {
            json!({"audioUrl": "", "videoUrl": ""})
        } else {
            json!({"audioUrl": ""})
        }
    }
}
