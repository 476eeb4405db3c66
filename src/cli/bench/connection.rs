//! A bare HTTP/1.1 connection: thousands of them must cost the measurer less than the measured.

use anyhow::{Context, bail};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// The largest answer that is read whole.
const LARGEST: usize = 4 << 20;

/// A connection.
#[derive(Debug)]
pub struct Connection {
    stream: TcpStream,
    unread: Vec<u8>,
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    /// Its status.
    pub status: u16,
    /// Its body.
    pub body: Vec<u8>,
}

/// A request to `host` as it goes over the wire.
pub fn request(method: &str, host: &str, path: &str, headers: &str, body: &str) -> Vec<u8> {
    let length = match body.len() {
        0 if method == "GET" => String::new(),
        length => format!("content-length: {length}\r\n"),
    };
    format!("{method} {path} HTTP/1.1\r\nhost: {host}\r\n{headers}{length}\r\n{body}").into_bytes()
}

impl Connection {
    /// Connects.
    pub async fn open(host: &str) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(host).await;
        let stream = stream.with_context(|| format!("nothing answers on {host}"))?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            unread: Vec::new(),
        })
    }

    /// Sends a request and reads its answer whole; the answer has a length.
    pub async fn ask(&mut self, request: &[u8]) -> anyhow::Result<Answer> {
        self.stream.write_all(request).await?;
        let (status, length) = self.head().await?;
        let length = length.context("the answer has no length")?;
        if length > LARGEST {
            bail!("the answer is too large");
        }
        while self.unread.len() < length {
            self.more().await?;
        }
        let rest = self.unread.split_off(length);
        let body = std::mem::replace(&mut self.unread, rest);
        Ok(Answer { status, body })
    }

    /// Sends a request and reads the head of an answer without end.
    pub async fn follow(&mut self, request: &[u8]) -> anyhow::Result<()> {
        self.stream.write_all(request).await?;
        match self.head().await? {
            (200, _) => Ok(()),
            (status, _) => bail!("the stream was refused with {status}"),
        }
    }

    /// The next part of an answer without end; empty where it ended.
    pub async fn next(&mut self) -> anyhow::Result<Vec<u8>> {
        if self.unread.is_empty() {
            self.unread.reserve(4_096);
            self.stream.read_buf(&mut self.unread).await?;
        }
        Ok(std::mem::take(&mut self.unread))
    }

    async fn more(&mut self) -> anyhow::Result<()> {
        self.unread.reserve(4_096);
        if self.stream.read_buf(&mut self.unread).await? == 0 {
            bail!("the connection was closed in the middle of an answer");
        }
        Ok(())
    }

    async fn head(&mut self) -> anyhow::Result<(u16, Option<usize>)> {
        let end = loop {
            let found = self.unread.windows(4).position(|four| four == b"\r\n\r\n");
            if let Some(end) = found {
                break end + 4;
            }
            self.more().await?;
        };
        let rest = self.unread.split_off(end);
        let head = std::mem::replace(&mut self.unread, rest);
        read_head(&String::from_utf8_lossy(&head)).context("the answer is no HTTP")
    }
}

fn read_head(head: &str) -> Option<(u16, Option<usize>)> {
    let mut lines = head.lines();
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let length = lines.find_map(|line| {
        let (name, value) = line.split_once(':')?;
        let is_length = name.eq_ignore_ascii_case("content-length");
        is_length.then(|| value.trim().parse().ok())?
    });
    Some((status, length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_says_status_and_length() {
        let head = "HTTP/1.1 202 Accepted\r\nContent-Length: 12\r\nx: y\r\n\r\n";
        assert_eq!(read_head(head), Some((202, Some(12))));
        assert_eq!(read_head("HTTP/1.1 200 OK\r\n\r\n"), Some((200, None)));
        assert_eq!(read_head("what"), None);
    }
}
