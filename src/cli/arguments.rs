//! What the command line takes.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Converts presentations to deck JSON and exports them again, as a job platform that scales and heals itself.
#[derive(Debug, Parser)]
#[command(name = "slidecraft", version, about, arg_required_else_help = true)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What can be done.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run a scenario through the very policies that run live, in virtual time.
    #[command(
        after_help = "Examples:\n  slidecraft simulate --profile a\n  slidecraft simulate --scenario my-day.toml --json | jq '.pools[].wait_seconds'"
    )]
    Simulate(Simulate),
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
    /// A load profile of the specification.
    #[arg(long)]
    pub profile: Option<Profile>,
    /// Another seed than the scenario's.
    #[arg(long)]
    pub seed: Option<u64>,
    /// Write JSON, for programs.
    #[arg(long)]
    pub json: bool,
}

/// The load profiles of the specification.
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
}
