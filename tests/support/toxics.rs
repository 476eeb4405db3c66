//! A TCP proxy that spoils connections in Toxiproxy's ways and by its names: latency, bandwidth, timeout, `reset_peer`; or is down.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::watch;

/// What is done to every connection, old and new.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Toxic {
    /// Nothing.
    #[default]
    None,
    /// Each piece comes so much later.
    Latency(Duration),
    /// At most so many bytes a second pass, each way.
    Bandwidth(usize),
    /// Nothing passes, and nobody is told.
    Timeout,
    /// Connections are reset, new ones at once.
    ResetPeer,
    /// Nobody listens: connections are closed, new ones as well.
    Down,
}

/// A running proxy, on a thread of its own.
pub(crate) struct Proxy {
    /// Where it listens.
    pub(crate) address: SocketAddr,
    toxic: watch::Sender<Toxic>,
    _runtime: Runtime,
}

impl Proxy {
    /// Passes connections on to `upstream`.
    pub(crate) fn start(upstream: SocketAddr) -> Self {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let (toxic, seen) = watch::channel(Toxic::None);
        let listener = runtime
            .block_on(TcpListener::bind(("127.0.0.1", 0)))
            .unwrap();
        let address = listener.local_addr().unwrap();
        runtime.spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(serve(client, upstream, seen.clone()));
            }
        });
        Self {
            address,
            toxic,
            _runtime: runtime,
        }
    }

    /// From now on this is done.
    pub(crate) fn set(&self, toxic: Toxic) {
        self.toxic.send_replace(toxic);
    }
}

async fn serve(client: TcpStream, upstream: SocketAddr, seen: watch::Receiver<Toxic>) {
    if matches!(*seen.borrow(), Toxic::Down | Toxic::ResetPeer) {
        return reset(&client);
    }
    let Ok(server) = TcpStream::connect(upstream).await else {
        return;
    };
    let mut cut = seen.clone();
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let passed = async {
        tokio::join!(
            pass(&mut from_client, &mut to_server, seen.clone()),
            pass(&mut from_server, &mut to_client, seen.clone()),
        );
    };
    let broken = cut.wait_for(|toxic| matches!(toxic, Toxic::Down | Toxic::ResetPeer));
    let was_cut = tokio::select! {
        () = passed => false,
        _ = broken => true,
    };
    if was_cut && let Ok(client) = from_client.reunite(to_client) {
        reset(&client);
    }
}

/// Closes with a reset: the other side must not take it for an orderly end.
fn reset(client: &TcpStream) {
    // A socket that is gone already needs no reset.
    let _gone = client.set_zero_linger();
}

async fn pass(
    from: &mut (impl AsyncRead + Unpin),
    to: &mut (impl AsyncWrite + Unpin),
    mut seen: watch::Receiver<Toxic>,
) {
    let mut piece = vec![0; 16 * 1_024];
    while let Ok(length) = from.read(&mut piece).await {
        if length == 0 {
            break;
        }
        let toxic = *seen.borrow_and_update();
        match toxic {
            Toxic::Latency(wait) => tokio::time::sleep(wait).await,
            Toxic::Bandwidth(rate) => {
                let share = u32::try_from(length).unwrap_or(u32::MAX);
                let rate = u32::try_from(rate).unwrap_or(u32::MAX).max(1);
                tokio::time::sleep(Duration::from_secs(1) * share / rate).await;
            }
            // Held until something else is done; then it goes on as if nothing had been.
            Toxic::Timeout => {
                if seen.wait_for(|now| *now != Toxic::Timeout).await.is_err() {
                    break;
                }
            }
            Toxic::None | Toxic::ResetPeer | Toxic::Down => {}
        }
        if to.write_all(&piece[..length]).await.is_err() {
            break;
        }
    }
    // The other side may be gone first.
    let _gone = to.shutdown().await;
}
