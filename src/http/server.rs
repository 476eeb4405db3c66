//! The HTTP server: workers over a listener that is already bound.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::Server;
use actix_web::middleware::{Compress, from_fn};
use actix_web::web::Data;
use actix_web::{App, HttpServer};

use super::state::ApiState;
use super::{envelope, routes};

/// How long the head of a request may take: a client that dribbles holds a connection no longer.
const REQUEST_HEAD: Duration = Duration::from_secs(10);
/// How long an idle connection is kept: longer than the usual 60 s of a load balancer, so that it is the one to close.
const KEEP_ALIVE: Duration = Duration::from_secs(75);
/// How long a connection that is being closed is waited for.
const DISCONNECT: Duration = Duration::from_secs(5);
/// How long requests may go on once the server is told to stop, in seconds.
const SHUTDOWN_SECONDS: u64 = 20;

/// Serves on `listener` with that many threads until the returned server is stopped. Signals are the caller's.
pub fn serve(
    state: Arc<ApiState>,
    listener: TcpListener,
    workers: usize,
) -> std::io::Result<Server> {
    let server = HttpServer::new(move || {
        let roles = state.settings.roles.clone();
        App::new()
            .app_data(Data::from(Arc::clone(&state)))
            .wrap(Compress::default())
            .wrap(from_fn(envelope::wrap))
            .configure(|config| routes::configure(config, &roles))
    });
    Ok(server
        .workers(workers.max(1))
        // Otherwise a client that went away in the middle of an event stream is never noticed.
        .h1_allow_half_closed(false)
        .tcp_nodelay(true)
        .client_request_timeout(REQUEST_HEAD)
        .client_disconnect_timeout(DISCONNECT)
        .keep_alive(KEEP_ALIVE)
        .shutdown_timeout(SHUTDOWN_SECONDS)
        .disable_signals()
        .listen(listener)?
        .run())
}
