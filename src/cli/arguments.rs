//! What the command line takes.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};

use super::bench::arguments::Bench;
use super::dev::Dev;
use super::support::Support;
use crate::domain::job::ExportFormat;
use crate::domain::role::Role;
use crate::domain::tenant::{TenantId, Tier};
use crate::storage::keys::Scope;

/// Converts presentations to deck JSON and exports them again, as a job platform that scales and heals itself.
///
/// Without a command it serves.
#[derive(Debug, Parser)]
#[command(
    name = "slidecraft",
    version,
    about,
    after_help = "Examples:\n  slidecraft                                   serve on 127.0.0.1:8080, data in ./data\n  slidecraft convert talk.pptx -o talk.json    a presentation to deck JSON\n  slidecraft export talk.md -o talk.pdf        any deck to PDF, PPTX, PNG, SVG or JSON\n  slidecraft simulate --profile b              what the pools would do under load\n\nExit codes: 0 done, 1 failed, 2 wrong use."
)]
pub struct Arguments {
    /// The configuration; `config.toml` here where there is one.
    #[arg(long, global = true, value_name = "FILE", env = "SLIDECRAFT_CONFIG")]
    pub config: Option<PathBuf>,
    /// What to do.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What can be done.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the API and run jobs (the default).
    #[command(
        after_help = "Examples:\n  slidecraft serve                          everything on this machine\n  slidecraft serve --roles convert,export   a worker machine of a cluster\n\nSIGTERM drains: running jobs may finish for [server] drain_grace, the rest goes back to the queue."
    )]
    Serve {
        /// What of the platform this node does, where that is not what the configuration says: api, sse, convert, export, ai.
        #[arg(long, value_name = "ROLE", value_delimiter = ',')]
        roles: Vec<Role>,
    },
    /// Convert a presentation to deck JSON.
    #[command(
        after_help = "Examples:\n  slidecraft convert talk.pptx -o talk.json\n  cat talk.pptx | slidecraft convert - | jq '.slides | length'"
    )]
    Convert(Convert),
    /// Export a deck as PPTX, PDF, PNG or JSON.
    #[command(
        after_help = "Examples:\n  slidecraft export talk.pptx -o talk.pdf\n  slidecraft export talk.md -o talk.pptx\n  slidecraft export talk.json -o cover.png --slide 1 --width 1280\n  slidecraft export talk.pptx -o handout.pdf --notes --pdf-a\n  slidecraft export talk.pptx -o cover.svg --slide 1\n  slidecraft export talk.md --format pdf -o - > talk.pdf"
    )]
    Export(Export),
    /// Run a scenario through the very policies that run live, in virtual time.
    #[command(
        after_help = "Examples:\n  slidecraft simulate --profile a\n  slidecraft simulate --profile flash-crowd --compare\n  slidecraft simulate --profile b --policy predictive --svg b.svg --csv b.csv\n  slidecraft simulate --profile fleet --pools 10000\n  slidecraft simulate --scenario my-day.toml --json | jq '.pools[].wait_seconds'"
    )]
    Simulate(Simulate),
    /// Bring the database up to date, take it back, or tell where it stands.
    #[command(
        after_help = "Examples:\n  slidecraft migrate\n  slidecraft migrate status\n  SLIDECRAFT__DATABASE__URL=postgres://me@db/slidecraft slidecraft migrate up"
    )]
    Migrate {
        /// Up where absent.
        #[command(subcommand)]
        to: Option<Migrate>,
    },
    /// Copy the data folder, as it stands at one moment, while the node goes on.
    #[command(
        after_help = "Examples:\n  slidecraft backup /backups/slidecraft-monday\n  SLIDECRAFT__DATA__FOLDER=/backups/slidecraft-monday slidecraft      start from it\n\nFor PostgreSQL and a bucket see docs/OPERATE.md."
    )]
    Backup {
        /// A folder that is not there yet.
        to: PathBuf,
    },
    /// Gather what whoever helps needs to see into one file: versions, settings without secrets, metrics, pools, failures.
    #[command(
        after_help = "Examples:\n  slidecraft support-bundle\n  slidecraft support-bundle --log node.log -o bundle.zip\n  SLIDECRAFT_KEY=... slidecraft support-bundle --url https://slides.example.com\n\nIt holds no deck, question, name of a file or key. What cannot be reached is told in it."
    )]
    SupportBundle(Support),
    /// Make, list and revoke API keys.
    #[command(subcommand)]
    Keys(Keys),
    /// Tell what is left of each pool, and until when.
    #[command(subcommand)]
    Capacity(Capacity),
    /// Measure this build on this machine, beside peers where they are installed.
    #[command(subcommand)]
    Bench(Bench),
    /// What developers need beside the platform.
    #[command(subcommand)]
    Dev(Dev),
    /// Print a JSON Schema.
    Schema {
        /// Of what.
        of: SchemaOf,
    },
    /// Ask a running node whether it lives: for container health checks.
    Healthcheck {
        /// Where it listens, where that is not what the configuration says.
        #[arg(long, value_name = "HOST:PORT")]
        address: Option<String>,
    },
}

/// What a conversion takes.
#[derive(Debug, Args)]
pub struct Convert {
    /// A presentation (.pptx, .pptm, .ppsx, .potx, .odp), a PDF or Markdown; `-` is standard input.
    pub input: PathBuf,
    /// Where the deck JSON goes; standard output where absent or `-`. Beside a file, pictures go to `NAME.assets/`.
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Where pictures and the original file go, by their hashes.
    #[arg(long, value_name = "FOLDER")]
    pub assets: Option<PathBuf>,
    /// Write the JSON on one line.
    #[arg(long)]
    pub compact: bool,
}

/// What an export takes.
#[derive(Debug, Args)]
pub struct Export {
    /// A presentation (.pptx, .odp), a PDF, Markdown, or deck JSON; `-` is standard input.
    pub input: PathBuf,
    /// Where it goes; its ending says the format. `-` is standard output.
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// The format, where the ending does not say it.
    #[arg(long)]
    pub format: Option<OutputFormat>,
    /// Where the assets of deck JSON are; `NAME.assets/` beside it where absent.
    #[arg(long, value_name = "FOLDER")]
    pub assets: Option<PathBuf>,
    /// Hidden slides too.
    #[arg(long, visible_alias = "hidden")]
    pub hidden_slides: bool,
    /// A page of notes after each slide that has some (PDF).
    #[arg(long)]
    pub notes: bool,
    /// Conform to PDF/A-2b, for archives (PDF).
    #[arg(long)]
    pub pdf_a: bool,
    /// Only this slide, from 1 (PNG, SVG).
    #[arg(long, value_name = "N")]
    pub slide: Option<usize>,
    /// Width of pictures in pixels (PNG).
    #[arg(long, default_value_t = 1920, value_parser = clap::value_parser!(u32).range(16..=4096))]
    pub width: u32,
}

/// What there is to tell of capacity.
#[derive(Debug, Subcommand)]
pub enum Capacity {
    /// Report what was asked of each pool, what stood ready, what is left, and when the most there may be is reached.
    #[command(
        after_help = "Examples:\n  slidecraft capacity report\n  slidecraft capacity report --since 6w -o capacity.html\n  slidecraft capacity report --format json | jq '.pools[] | {pool, verdict}'\n\nWith less than two weeks of data nothing is foreseen. A running platform makes such a report every Monday:\nGET /v1/admin/capacity/reports."
    )]
    Report(CapacityReporting),
}

/// Of which time a report is, and as what.
#[derive(Debug, Args)]
pub struct CapacityReporting {
    /// How far back it looks; as far as anything is known, but no further than this.
    #[arg(long, value_name = "TIME", default_value = "52w", value_parser = humantime::parse_duration)]
    pub since: Duration,
    /// The format, where the ending of the file does not say it; Markdown where nothing does.
    #[arg(long)]
    pub format: Option<ReportFormat>,
    /// Where it goes; its ending says the format. Standard output where absent or `-`.
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

impl CapacityReporting {
    /// What it is written as.
    pub fn format(&self) -> ReportFormat {
        let ending = self.output.as_deref().and_then(std::path::Path::extension);
        let named = match ending.and_then(std::ffi::OsStr::to_str) {
            Some("html" | "htm") => ReportFormat::Html,
            Some("json") => ReportFormat::Json,
            Some(_) | None => ReportFormat::Markdown,
        };
        self.format.unwrap_or(named)
    }
}

/// What a capacity report is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    /// Markdown.
    Markdown,
    /// JSON.
    Json,
    /// A page of its own, with pictures.
    Html,
}

/// Formats the command line writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum OutputFormat {
    /// PowerPoint.
    Pptx,
    /// PDF.
    Pdf,
    /// A picture for each slide.
    Png,
    /// A vector picture for each slide.
    Svg,
    /// Deck JSON.
    Json,
}

impl OutputFormat {
    /// The format of an export job, where it is one.
    pub fn as_export(self) -> Option<ExportFormat> {
        match self {
            Self::Pptx => Some(ExportFormat::Pptx),
            Self::Pdf => Some(ExportFormat::Pdf),
            Self::Png => Some(ExportFormat::Png),
            Self::Svg => Some(ExportFormat::Svg),
            Self::Json => None,
        }
    }
}

/// Where the schema of the database goes.
#[derive(Clone, Debug, Subcommand)]
pub enum Migrate {
    /// Take all steps that are missing. A node does the same when it starts.
    Up,
    /// Take the newest steps back; what they hold is deleted.
    Down {
        /// How many.
        #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
        steps: u32,
        /// Yes, delete it.
        #[arg(long)]
        yes: bool,
    },
    /// List the steps, oldest first, and which of them this database has.
    Status {
        /// Write JSON, for programs.
        #[arg(long)]
        json: bool,
    },
}

/// What can be done with keys.
#[derive(Debug, Subcommand)]
pub enum Keys {
    /// Make a key; its text is shown once.
    #[command(
        after_help = "Example:\n  slidecraft keys create --tenant acme --scope read --scope write --name 'CI of acme'"
    )]
    Create {
        /// Whose it is.
        #[arg(long, default_value = "default", value_parser = TenantId::of_customer)]
        tenant: TenantId,
        /// The class that tenant is in: enterprise, standard or free.
        #[arg(long, default_value = "standard")]
        tier: Tier,
        /// What it allows: read, write, admin, chaos. Once for each; read and write where absent.
        #[arg(long = "scope", value_name = "SCOPE")]
        scopes: Vec<Scope>,
        /// What its owner calls it.
        #[arg(long, default_value = "unnamed")]
        name: String,
        /// Write JSON, for programs.
        #[arg(long)]
        json: bool,
    },
    /// List keys, newest first.
    List {
        /// Write JSON, for programs.
        #[arg(long)]
        json: bool,
    },
    /// Revoke a key; a running node forgets it within ten seconds.
    Revoke {
        /// Its id.
        id: crate::domain::ids::KeyId,
    },
}

/// Schemas that can be printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SchemaOf {
    /// Deck JSON.
    Deck,
    /// The configuration.
    Config,
}

/// What a simulation takes.
#[derive(Debug, Args)]
pub struct Simulate {
    /// A scenario file (TOML); `-` is standard input.
    #[arg(
        long,
        value_name = "FILE",
        required_unless_present = "profile",
        conflicts_with = "profile"
    )]
    pub scenario: Option<PathBuf>,
    /// A scenario that comes with the program.
    #[arg(long)]
    pub profile: Option<Profile>,
    /// Let this policy decide how many workers there are.
    #[arg(long, value_enum)]
    pub policy: Option<Policy>,
    /// Run it under every policy and write a table of what each missed and cost.
    #[arg(long, conflicts_with_all = ["policy", "json", "svg", "csv"])]
    pub compare: bool,
    /// Write a picture of depth, wait and workers over time.
    #[arg(long, value_name = "FILE")]
    pub svg: Option<PathBuf>,
    /// Write depth, wait, slots and workers at every tick.
    #[arg(long, value_name = "FILE")]
    pub csv: Option<PathBuf>,
    /// Run it so many times, each with the next seed, and write the sum: many pools of one kind.
    #[arg(long, value_name = "N", conflicts_with_all = ["compare", "svg", "csv"], value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    pub pools: Option<u64>,
    /// Another seed than the scenario's.
    #[arg(long)]
    pub seed: Option<u64>,
    /// Write JSON, for programs.
    #[arg(long)]
    pub json: bool,
}

/// The scenarios that come with the program: the load profiles of the specification, and harder days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Profile {
    /// A normal day: 4 h of 200 convert, 300 export and 600 AI jobs an hour.
    A,
    /// A campaign: from A to 400 convert and 500 export jobs an hour within two minutes.
    B,
    /// A hundred convert jobs within a minute, beside a quiet neighbour.
    C,
    /// Half of the export workers are lost, twice, under a heavy load.
    Chaos,
    /// Twelve hours around a launch: ten times the ordinary load within half an hour, then slowly less.
    LaunchDay,
    /// Ninety seconds of three hundred times the ordinary load, out of nowhere.
    FlashCrowd,
    /// Five minutes of work, ten minutes of none, again and again.
    OnOff,
    /// One tenant sends ten thousand jobs; another sends one a minute.
    NoisyTenant,
    /// An AI provider fails for ten minutes.
    ProviderOutage,
    /// Days on which work begins and ends at once: what a forecast is worth.
    OfficeHours,
    /// A day of one pool, to be run many times with --pools.
    Fleet,
    /// A year of days and nights, weekends and growth.
    Year,
}

/// The scaling policies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Policy {
    /// The specification's rules.
    Rules,
    /// Little's law on what arrives, bursts, and what waits.
    Predictive,
    /// What Kubernetes' horizontal pod autoscaler does.
    Hpa,
    /// What Knative does.
    Knative,
    /// What Ray Serve does.
    Ray,
}
