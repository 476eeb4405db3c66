//! `slidecraft dev`: what developers need beside the platform.

use std::io::Write;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use clap::{Args, Subcommand};

use crate::domain::time::SystemClock;
use crate::providers::fake::FakeProvider;
use crate::providers::fake::knobs::{Fault, Knobs, ScriptedCall};

/// What developers can ask for.
#[derive(Debug, Subcommand)]
pub enum Dev {
    /// Serve a provider of models that costs nothing, on the wires of OpenAI and Anthropic, with faults on demand.
    #[command(
        after_help = "Examples:\n  slidecraft dev fake-provider\n  slidecraft dev fake-provider --fault 503 --fault 429=250 --every 10 --split 3\n  slidecraft dev fake-provider --call 'set_notes={\"slide\":1,\"text\":\"Smile.\"}'\n  SLIDECRAFT__AI__COMPATIBLE__URL=http://127.0.0.1:9100/v1 SLIDECRAFT__AI__COMPATIBLE__FAST=fake slidecraft\n\nGET /record tells how many requests came, ended and were left by their clients."
    )]
    FakeProvider(FakeArguments),
}

/// What the fake provider does.
#[derive(Debug, Args)]
pub struct FakeArguments {
    /// Where it listens.
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:9100")]
    listen: SocketAddr,
    /// How long the first piece of an answer takes.
    #[arg(long, value_name = "TIME", default_value = "50ms", value_parser = humantime::parse_duration)]
    first_token: Duration,
    /// How long passes between pieces.
    #[arg(long, value_name = "TIME", default_value = "5ms", value_parser = humantime::parse_duration)]
    between: Duration,
    /// Pieces of an answer.
    #[arg(long, value_name = "N", default_value_t = 50)]
    pieces: usize,
    /// Send so many bytes at once, which splits letters; 0 sends whole events.
    #[arg(long, value_name = "BYTES", default_value_t = 0)]
    split: usize,
    /// Let each piece say when it was sent: `@` and microseconds since 1970.
    #[arg(long, conflicts_with = "split")]
    stamps: bool,
    /// Tell no usage.
    #[arg(long)]
    no_usage: bool,
    /// Requests until 429 is answered once, counted down in the headers.
    #[arg(long, value_name = "N")]
    limit: Option<u64>,
    /// A fault: 429[=MS], 429-hint, billing, 529, 503, 500, 401, error=N, stall=N, reset=N (after N pieces). May be given again.
    #[arg(long, value_name = "FAULT")]
    fault: Vec<Fault>,
    /// Which requests have faults: every Nth.
    #[arg(long, value_name = "N", default_value_t = 1)]
    every: usize,
    /// A tool that is called where tools are offered, with its arguments as JSON.
    #[arg(long, value_name = "TOOL=JSON")]
    call: Option<String>,
}

impl FakeArguments {
    fn knobs(&self) -> anyhow::Result<Knobs> {
        let call = self.call.as_deref().map(|call| {
            let (tool, arguments) = call
                .split_once('=')
                .context("--call is TOOL=JSON, such as slide={\"slide\":1}")?;
            anyhow::Ok(ScriptedCall {
                tool: tool.to_owned(),
                arguments: arguments.to_owned(),
            })
        });
        let well = self.every.saturating_sub(1);
        let faults = self
            .fault
            .iter()
            .flat_map(|fault| std::iter::repeat_n(None, well).chain([Some(*fault)]));
        Ok(Knobs {
            first_token: self.first_token,
            between: self.between,
            pieces: self.pieces,
            split: self.split,
            usage: !self.no_usage,
            stamps: self.stamps,
            limit: self.limit,
            faults: faults.collect(),
            call: call.transpose()?,
        })
    }
}

/// Serves until it is stopped.
pub fn run(asked: &Dev, output: &mut dyn Write) -> anyhow::Result<()> {
    let Dev::FakeProvider(asked) = asked;
    let knobs = asked.knobs()?;
    let socket = TcpListener::bind(asked.listen).with_context(|| {
        format!(
            "{} cannot be listened on; choose another --listen",
            asked.listen
        )
    })?;
    let address = socket.local_addr()?;
    writeln!(output, "A fake provider serves on http://{address}/v1")?;
    output.flush()?;
    let provider = FakeProvider::new(knobs, Arc::new(SystemClock));
    actix::System::new().block_on(async move { provider.serve(socket, 2)?.await })?;
    Ok(())
}
