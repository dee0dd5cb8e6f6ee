//! OAuth: a login that a person gives in a browser, and tokens that are renewed by themselves.

mod app;
mod authorization;
mod lock;
mod renewal;
mod stored;
mod token;

pub use app::{AUTHORIZE_URL, OAuthApp, REDIRECT_PORT, TOKEN_URL};
pub use authorization::Authorization;
pub use renewal::Renewal;
pub use stored::OAuth;
pub use token::{NotAnswered, TokenReply, TokenRequest, Tokens};
