//! `slidecraft serve`: a node from its first breath to its last.

use std::io::Write;
use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use anyhow::Context;
use tokio::signal::unix::{SignalKind, signal};

use super::first_start::{FirstKey, first_key};
use super::stores::Stores;
use super::{folder, node};
use crate::chaos::crash;
use crate::config::settings::Settings;
use crate::telemetry::logs;

/// How long connections that are left may take to close once the jobs are done.
const LAST_WORDS: Duration = Duration::from_secs(3);

/// Serves until it is told to stop, then drains. Blocks; makes the actix system it runs in.
pub fn run(settings: &Settings, output: &mut dyn Write) -> anyhow::Result<()> {
    logs::start(&settings.log.filter);
    actix::System::new().block_on(Box::pin(serve(settings, output)))
}

async fn serve(settings: &Settings, output: &mut dyn Write) -> anyhow::Result<()> {
    let listener = listen(settings.server.listen)?;
    let address = listener.local_addr()?;
    let _taken = folder::take(&settings.data.folder)?;
    // Heard from here on: a node that is told to stop while it starts drains as well.
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let _crashes = crash::arm();
    let stores = Stores::open(settings).await?;
    let key = first_key(&stores).await?;
    let node = node::start(settings, &stores, listener).await?;
    greet(output, address, key.as_ref())?;
    tracing::info!(address = %address, "the node serves");

    let handle = node.server.handle();
    let server = actix::spawn(node.server);
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    tracing::info!("the node stops: jobs may finish, nothing new is claimed");
    tokio::select! {
        given_back = node.platform.drain(settings.server.drain_grace.0) => {
            tracing::info!(given_back, "the jobs are seen to");
        }
        // Whoever asks twice means at once; what runs is found by its lease.
        _ = interrupt.recv() => tracing::warn!("stopped at once"),
    }
    let closed = tokio::time::timeout(LAST_WORDS, handle.stop(true));
    if closed.await.is_err() {
        handle.stop(false).await;
    }
    let ended = server.await.context("the server did not end well");
    node.traces.end().await;
    ended??;
    Ok(())
}

fn listen(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).with_context(|| {
        format!(
            "nothing can listen on {address}; is another server there? SLIDECRAFT__SERVER__LISTEN=127.0.0.1:0 takes any free port"
        )
    })
}

/// What to try next.
fn greet(
    output: &mut dyn Write,
    address: SocketAddr,
    key: Option<&FirstKey>,
) -> anyhow::Result<()> {
    writeln!(output, "SlideCraft serves on http://{address}")?;
    writeln!(
        output,
        "  console http://{address}/   (sign in with the key)"
    )?;
    writeln!(output, "  docs    http://{address}/docs")?;
    if let Some(key) = key {
        let file = key.file.display();
        if key.new {
            writeln!(output, "  key     {}   (kept in {file})", key.text)?;
        } else {
            writeln!(output, "  key     kept in {file}")?;
        }
        writeln!(
            output,
            "\nTry next:\n  export KEY=$(cat {file})\n  curl -sS -H \"Authorization: Bearer $KEY\" -F file=@deck.pptx http://{address}/v1/documents\n  curl -sS -H \"Authorization: Bearer $KEY\" \"http://{address}/v1/jobs?limit=1\"\n"
        )?;
    }
    output.flush()?;
    Ok(())
}
