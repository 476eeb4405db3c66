//! The convert job: a file becomes a deck. Fetch, parse, normalize, upload; the runner persists.

use std::sync::Arc;

use async_trait::async_trait;

use super::attempt::{Attempt, Done, Work};
use super::{editing, objects, source};
use crate::deck::package::limits::PackageLimits;
use crate::domain::failure::{Failure, FailureCode};
use crate::domain::job::{JobResult, JobSpec};
use crate::domain::stage::Stage;
use crate::storage::objects::ObjectStore;

/// The work of convert jobs.
pub struct Convert {
    /// Where sources come from and assets go.
    pub objects: Arc<dyn ObjectStore>,
    /// What a presentation may hold.
    pub limits: PackageLimits,
}

#[async_trait]
impl Work for Convert {
    async fn run(&self, attempt: &Attempt) -> Result<Done, Failure> {
        let JobSpec::Convert {
            file_name,
            source_key,
            format,
            sha256,
        } = attempt.job.spec.clone()
        else {
            return Err(Failure::new(
                FailureCode::BadRequest,
                "this is no convert job",
            ));
        };
        let objects = self.objects.as_ref();
        let most = self.limits.total_bytes;
        let bytes = attempt
            .stage(Stage::Fetch, objects::bring(objects, &source_key, most))
            .await?;
        attempt.moved(bytes.len());
        let limits = self.limits.clone();
        let parsed = attempt
            .compute(Stage::Parse, move |_| {
                if let Some(sha256) = sha256 {
                    source::check_hash(&bytes, &sha256)?;
                }
                source::parse(&limits, format, &bytes)
            })
            .await?;
        let (read, version) = attempt
            .compute(Stage::Normalize, move |watch| {
                let read = source::normalize(&parsed, &file_name, watch)?;
                let version = editing::version_of(&read.deck);
                Ok((read, version))
            })
            .await?;
        let warnings = u32::try_from(read.deck.warnings.len()).unwrap_or(u32::MAX);
        let tenant = &attempt.job.tenant;
        let kept = attempt
            .stage(
                Stage::Upload,
                objects::keep_assets(objects, tenant, read.assets),
            )
            .await?;
        attempt.moved(kept);
        Ok(Done {
            result: JobResult::Deck {
                // The store numbers versions.
                version: 0,
                slides: version.slides,
                warnings,
            },
            version: Some(version),
        })
    }
}
