//! A real S3 protocol server on loopback: signatures are checked, objects lie in a folder, and it fails when told to.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use hyper::body::Incoming;
use hyper::service::Service;
use hyper::{Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use s3s::Body;
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};
use s3s_fs::FileSystem;
use tokio::net::TcpListener;

/// The key the server takes.
pub(crate) const ACCESS_KEY: &str = "AKIAIOSFODNN7EXAMPLE";
/// Its secret half.
pub(crate) const SECRET_KEY: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
/// The bucket that is there.
pub(crate) const BUCKET: &str = "decks";

/// What is to happen to a request instead of its being answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It is answered with this status.
    Status(u16),
    /// It is never answered.
    Silence,
    /// It is done, and its answer is lost.
    LostAnswer,
}

/// What was asked, and what is to fail.
#[derive(Debug, Default)]
struct Script {
    faults: VecDeque<Fault>,
    asked: Vec<String>,
}

/// A running server. It ends with the runtime it was started on.
#[derive(Debug)]
pub(crate) struct S3Server {
    /// Where it listens.
    pub(crate) endpoint: String,
    script: Arc<Mutex<Script>>,
}

impl S3Server {
    /// Serves the objects of a folder on a free port, with an empty bucket.
    pub(crate) async fn start(folder: &Path) -> Self {
        Self::start_at(folder, SocketAddr::from(([127, 0, 0, 1], 0))).await
    }

    /// Serves at an address.
    pub(crate) async fn start_at(folder: &Path, address: SocketAddr) -> Self {
        std::fs::create_dir_all(folder.join(BUCKET)).unwrap();
        let mut builder = S3ServiceBuilder::new(FileSystem::new(folder).unwrap());
        builder.set_auth(SimpleAuth::from_single(ACCESS_KEY, SECRET_KEY));
        let listener = TcpListener::bind(address).await.unwrap();
        let address = listener.local_addr().unwrap();
        let script = Arc::new(Mutex::new(Script::default()));
        let scripted = Scripted {
            inner: builder.build(),
            script: Arc::clone(&script),
        };
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let served = Builder::new(TokioExecutor::new());
                let scripted = scripted.clone();
                tokio::spawn(async move {
                    // A client that goes away is no matter.
                    let _gone = served
                        .serve_connection(TokioIo::new(socket), scripted)
                        .await;
                });
            }
        });
        Self {
            endpoint: format!("http://{address}"),
            script,
        }
    }

    /// The next requests fail like this, one each.
    pub(crate) fn fail(&self, faults: &[Fault]) {
        self.lock().faults.extend(faults);
    }

    /// What was asked since this was asked before: `METHOD /path?query`.
    pub(crate) fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.lock().asked)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Script> {
        self.script.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The server behind the script.
#[derive(Clone)]
struct Scripted {
    inner: S3Service,
    script: Arc<Mutex<Script>>,
}

impl Service<Request<Incoming>> for Scripted {
    type Response = Response<Body>;
    type Error = s3s::HttpError;
    type Future =
        std::pin::Pin<Box<dyn Future<Output = Result<Response<Body>, s3s::HttpError>> + Send>>;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        let mut script = self.script.lock().unwrap_or_else(PoisonError::into_inner);
        script
            .asked
            .push(format!("{} {}", request.method(), request.uri()));
        let fault = script.faults.pop_front();
        drop(script);
        let inner = self.inner.clone();
        let request = request.map(Body::from);
        Box::pin(async move {
            match fault {
                None => inner.call(request).await,
                Some(Fault::Status(status)) => Ok(refusal(status)),
                Some(Fault::Silence) => {
                    tokio::time::sleep(Duration::from_secs(3_600)).await;
                    Ok(refusal(500))
                }
                Some(Fault::LostAnswer) => {
                    inner.call(request).await?;
                    Ok(refusal(500))
                }
            }
        })
    }
}

fn refusal(status: u16) -> Response<Body> {
    let code = if status == 503 {
        "SlowDown"
    } else {
        "InternalError"
    };
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>{code}</Code><Message>as told</Message></Error>"
    );
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status.try_into().unwrap();
    response
}
