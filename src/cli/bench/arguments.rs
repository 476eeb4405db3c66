//! What `slidecraft bench` takes.

use clap::{Args, Subcommand};

/// What can be measured.
#[derive(Debug, Subcommand)]
pub enum Bench {
    /// Jobs that do nothing, through the durable queue.
    #[command(
        after_help = "Examples:\n  slidecraft bench queue\n  createdb slidecraft_bench && slidecraft bench queue --database postgres://me@localhost/slidecraft_bench --json"
    )]
    Queue(Queue),
    /// Event streams: connections held, memory each, and how long an event takes to every reader.
    #[command(
        after_help = "Examples:\n  slidecraft bench events --readers 200\n  slidecraft bench events --readers 5000 --rate 5 --seconds 20\n  slidecraft bench events --readers 10000 --rate 0          what a held connection costs\n  slidecraft bench events --peer http://127.0.0.1:18081     the same against nchan's /sub and /pub\n\nWith SLIDECRAFT__REDIS__URL set the events go through Redis."
    )]
    Events(Events),
    /// The API: cached reads beside nginx, reads at a fixed rate, durable job creates at a fixed rate.
    #[command(
        after_help = "Examples:\n  slidecraft bench api\n  slidecraft bench api --seconds 30 --json\n\nwrk and nginx are used where they are installed (Debian: apt-get install wrk nginx-light)."
    )]
    Api(Api),
    /// The AI gateway: what the router adds to a provider's answer, how much it relays, and what the way through a job adds.
    #[command(
        after_help = "Examples:\n  slidecraft bench ai\n  slidecraft bench ai --seconds 20 --json\n  slidecraft dev fake-provider --first-token 0ms --between 0ms --listen 127.0.0.1:9100   an upstream for a peer, then\n  slidecraft bench ai --peer http://127.0.0.1:4000/v1 --peer-key sk-1   a gateway of another make in front of it"
    )]
    Ai(Ai),
}

/// How the AI gateway is measured.
#[derive(Debug, Args)]
pub struct Ai {
    /// How long each part takes.
    #[arg(long, default_value_t = 10)]
    pub seconds: u64,
    /// Requests a second in the part with a fixed rate.
    #[arg(long, default_value_t = 1_000)]
    pub rate: u32,
    /// Answers that are streamed at once.
    #[arg(long, default_value_t = 200)]
    pub streams: usize,
    /// Questions to time through a job.
    #[arg(long, default_value_t = 200)]
    pub questions: usize,
    /// Another gateway, measured instead by the same client: its base address, with the version.
    #[arg(long, value_name = "URL")]
    pub peer: Option<String>,
    /// The key that gateway wants.
    #[arg(long, value_name = "KEY", requires = "peer")]
    pub peer_key: Option<String>,
    /// Write JSON, for programs.
    #[arg(long)]
    pub json: bool,
}

/// How the queue is measured.
#[derive(Debug, Args)]
pub struct Queue {
    /// A PostgreSQL database that holds no jobs; a SQLite file that is deleted after, where absent.
    #[arg(long, value_name = "URL")]
    pub database: Option<String>,
    /// Jobs to enqueue in bulk and to process.
    #[arg(long, default_value_t = 20_000)]
    pub jobs: usize,
    /// Jobs to enqueue one by one.
    #[arg(long, default_value_t = 5_000)]
    pub single: usize,
    /// Jobs to time from enqueue to start, 100 a second.
    #[arg(long, default_value_t = 1_000)]
    pub paced: usize,
    /// Write JSON, for programs.
    #[arg(long)]
    pub json: bool,
}

/// How event streams are measured.
#[derive(Debug, Args)]
pub struct Events {
    /// Connections that read.
    #[arg(long, default_value_t = 200)]
    pub readers: usize,
    /// Events a second; 0 only holds the connections.
    #[arg(long, default_value_t = 5)]
    pub rate: u32,
    /// How long.
    #[arg(long, default_value_t = 10)]
    pub seconds: u64,
    /// Another server to measure instead of a node of our own: readers take /sub, events go to /pub.
    #[arg(long, value_name = "URL")]
    pub peer: Option<String>,
    /// The process whose memory is looked at, with `--peer`.
    #[arg(long, value_name = "PID", requires = "peer")]
    pub pid: Option<u32>,
    /// Write JSON, for programs.
    #[arg(long)]
    pub json: bool,
}

/// How the API is measured.
#[derive(Debug, Args)]
pub struct Api {
    /// How long each part takes.
    #[arg(long, default_value_t = 10)]
    pub seconds: u64,
    /// Reads a second in the part with a fixed rate.
    #[arg(long, default_value_t = 5_000)]
    pub reads: u32,
    /// Job creates a second in the part with a fixed rate.
    #[arg(long, default_value_t = 2_000)]
    pub creates: u32,
    /// Write JSON, for programs.
    #[arg(long)]
    pub json: bool,
}
