//! From what is to be measured to measuring it.

use std::io::Write;

use super::arguments::Bench;
use super::{ai, api, events, queue};

/// Measures what was asked. Blocks; makes the runtime it works in.
pub fn run(asked: &Bench, output: &mut dyn Write) -> anyhow::Result<()> {
    actix::System::new().block_on(Box::pin(async {
        match asked {
            Bench::Queue(asked) => queue::run(asked, output).await,
            Bench::Events(asked) => events::run(asked, output).await,
            Bench::Api(asked) => api::run(asked, output).await,
            Bench::Ai(asked) => ai::run(asked, output).await,
        }
    }))
}
