//! `slidecraft healthcheck`: one request to a running node, so that a container needs no curl.

use std::io::{Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::Duration;

use anyhow::{Context, bail};

/// How long connecting, asking and hearing may take, each.
const PATIENCE: Duration = Duration::from_secs(3);

/// Asks `GET /healthz`.
pub fn run(address: &str, output: &mut dyn Write) -> anyhow::Result<()> {
    let socket = address
        .to_socket_addrs()
        .with_context(|| format!("`{address}` is no address"))?
        .next()
        .with_context(|| format!("`{address}` leads nowhere"))?;
    let mut stream = TcpStream::connect_timeout(&socket, PATIENCE)
        .with_context(|| format!("nothing listens on {address}"))?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    write!(
        stream,
        "GET /healthz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
    )?;
    let mut answer = [0; 12];
    stream
        .read_exact(&mut answer)
        .context("the node does not answer")?;
    if !answer.ends_with(b" 200") {
        bail!("the node is not well: {}", String::from_utf8_lossy(&answer));
    }
    writeln!(output, "ok")?;
    Ok(())
}
