//! `gong webhooks listen`: a small server for one automation rule, behind a tunnel or proxy.

mod desk;
mod wire;

use std::{net::Ipv4Addr, rc::Rc, sync::Arc, time::Duration};

use anyhow::Result;
use axum::Router;
use clap::Args;
use gong_types::CallDetails;
use tokio::{
    net::TcpListener,
    sync::{mpsc, oneshot},
    time::timeout,
};

use self::{
    desk::{Desk, News, handle},
    wire::Wires,
};
use super::RuleArgs;
use crate::{
    context::{
        Context,
        lists::{counted, missing, push_or_warn},
    },
    env::Var,
    exit::Failure,
};

/// How long answers in progress may take when it stops.
const GRACE: Duration = Duration::from_secs(1);

/// Take deliveries on this machine, and print each call
///
/// Listens to this machine alone: a tunnel or a proxy brings what Gong sends, whatever host it names.
/// Every delivery is verified. A genuine one is answered with 200 once its call is printed, a line of
/// JSON each; the same body again, while its token is good, is answered alike and not printed. Others
/// are answered with 401 and the name of the check that failed. Ctrl-C stops it, and so does --limit.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    gong webhooks listen --key key.txt --url https://hooks.company.example/gong\n  \
    gong webhooks listen --port 9000 --key key.txt --url https://hooks.company.example/gong \\\n      \
      --jq '.metaData | [.id, .title]'")]
pub(crate) struct Listen {
    /// The port; 0 takes a free one
    #[arg(long, default_value_t = 8765)]
    port: u16,

    /// The path that deliveries come to on this machine [default: that of --url]
    #[arg(long, value_name = "PATH")]
    path: Option<String>,

    #[command(flatten)]
    rule: RuleArgs,
}

/// Runs it.
pub(super) async fn run(ctx: &mut Context, args: Listen) -> Result<()> {
    let rule = args.rule.rule(ctx)?;
    let path = args.path.unwrap_or_else(|| rule.url.path().to_owned());
    let port = args.port;
    let listener =
        TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(|error| Failure::Local {
            message: format!("cannot listen on port {port}: {error}"),
            hint: "close what listens there, or choose another with --port".to_owned(),
        })?;
    let address = listener.local_addr()?;
    let pretended = ctx.env.get(Var::GONG_NOW).map(|_| ctx.now.into());
    let url = rule.url.clone();
    let (news, mut heard) = mpsc::channel(1);
    let desk = Arc::new(Desk::new(rule, path.clone(), pretended, news));
    let router = Router::new().fallback(handle).with_state(desk);
    let (stop, stopped) = oneshot::channel::<()>();
    let server = axum::serve(Wires::new(listener), router).with_graceful_shutdown(async {
        // Told to stop, or dropped: both end it.
        let _ = stopped.await;
    });
    let mut serving = tokio::spawn(server.into_future());
    ctx.ui.status(&format!(
        "listening at http://{address}{path} for what Gong sends to {}; Ctrl-C stops it",
        url.host_str().unwrap_or_default()
    ));

    let (interrupt, ui, limit) = (ctx.interrupt(), Rc::clone(&ctx.ui), ctx.globals.limit);
    ctx.output.stream();
    let mut list = ctx.output.list::<CallDetails>();
    let (mut shown, mut odd) = (0, 0);
    let listening = async {
        while limit.is_none_or(|limit| shown < limit) {
            match heard.recv().await {
                Some(News::Call { call, is_test, printed }) => {
                    if is_test {
                        ui.status("a test delivery");
                    }
                    shown += 1;
                    push_or_warn(&mut list, &call, &ui, &mut odd)?;
                    list.flush()?;
                    // Whoever sent it may have left.
                    let _ = printed.send(());
                }
                Some(News::Repeated) => ui.status("the same delivery again; not printed"),
                Some(News::Refused(why)) => ui.warn(&format!("refused: {why}")),
                None => break,
            }
        }
        anyhow::Ok(())
    };
    let outcome = tokio::select! {
        outcome = listening => outcome,
        _ = Context::interrupted(interrupt) => Ok(()),
    };
    drop(heard);
    // The receiver is gone only if the server has ended already.
    let _ = stop.send(());
    if timeout(GRACE, &mut serving).await.is_err() {
        serving.abort();
    }
    let finished = list.finish();
    outcome?;
    finished?;
    ctx.ui.status(&format!("received {}", counted(shown, "calls")));
    missing(odd, "calls")
}
