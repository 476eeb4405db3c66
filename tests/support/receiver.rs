//! A receiver of webhooks on loopback: it keeps what comes and answers as it is told.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{HeaderMap, Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use tokio::net::TcpListener;
use tokio::sync::mpsc;

/// What came.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    /// Its headers.
    pub(crate) headers: HeaderMap,
    /// Its body.
    pub(crate) body: String,
}

impl Message {
    /// A header's text.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().unwrap()
    }
}

/// A running receiver. It ends with the runtime it was started on.
#[derive(Debug)]
pub(crate) struct Receiver {
    /// Where it listens.
    pub(crate) address: SocketAddr,
    messages: mpsc::UnboundedReceiver<Message>,
    answers: Arc<Mutex<VecDeque<Answer>>>,
}

/// A status, and a header where one is needed.
pub(crate) type Answer = (u16, Option<(&'static str, String)>);

impl Receiver {
    /// Listens on a free port; what it is not told to answer otherwise it answers 204.
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (sender, messages) = mpsc::unbounded_channel();
        let answers = Arc::new(Mutex::new(VecDeque::new()));
        let told = Arc::clone(&answers);
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let (sender, told) = (sender.clone(), Arc::clone(&told));
                let serve =
                    service_fn(move |request| answer(request, sender.clone(), Arc::clone(&told)));
                tokio::spawn(async move {
                    let served = Builder::new(TokioExecutor::new());
                    // A client that goes away is no matter.
                    let _gone = served.serve_connection(TokioIo::new(socket), serve).await;
                });
            }
        });
        Self {
            address,
            messages,
            answers,
        }
    }

    /// Where it is told.
    pub(crate) fn url(&self) -> String {
        format!("http://{}/hook", self.address)
    }

    /// The next messages are answered like this.
    pub(crate) fn answer(&self, answers: &[Answer]) {
        let mut told = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        told.extend(answers.iter().cloned());
    }

    /// The next message.
    pub(crate) async fn message(&mut self) -> Message {
        self.messages.recv().await.unwrap()
    }

    /// How many messages wait to be looked at.
    pub(crate) fn waiting(&self) -> usize {
        self.messages.len()
    }
}

async fn answer(
    request: Request<Incoming>,
    messages: mpsc::UnboundedSender<Message>,
    told: Arc<Mutex<VecDeque<Answer>>>,
) -> Result<Response<String>, Infallible> {
    let (head, body) = request.into_parts();
    let body = s3s::Body::from(body);
    let body = futures_util::StreamExt::collect::<Vec<_>>(body).await;
    let bytes: Vec<u8> = body
        .into_iter()
        .flat_map(|chunk| chunk.unwrap().to_vec())
        .collect();
    let message = Message {
        headers: head.headers,
        body: String::from_utf8(bytes).unwrap(),
    };
    // The test may have ended.
    let _ended = messages.send(message);
    let told = told
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .pop_front();
    let (status, header) = told.unwrap_or((204, None));
    let mut response = Response::new(String::new());
    *response.status_mut() = status.try_into().unwrap();
    if let Some((name, value)) = header {
        response.headers_mut().insert(name, value.parse().unwrap());
    }
    Ok(response)
}
