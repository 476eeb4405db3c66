//! The export job: a deck becomes a file. Fetch, render, package, upload.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;

use super::attempt::{Attempt, Done, Work};
use super::{artifact, editing, faults, objects};
use crate::deck::layout::fonts::FontBook;
use crate::deck::model::asset::AssetId;
use crate::deck::model::deck::Deck;
use crate::domain::failure::{Failure, FailureCode};
use crate::domain::job::{ExportFormat, JobResult, JobSpec};
use crate::domain::stage::Stage;
use crate::storage::documents::DocumentStore;
use crate::storage::objects::{ObjectKey, ObjectStore};

/// The work of export jobs.
pub struct Export {
    /// Where decks come from.
    pub documents: Arc<dyn DocumentStore>,
    /// Where assets come from and artifacts go.
    pub objects: Arc<dyn ObjectStore>,
    /// The faces that text is set in.
    pub fonts: Arc<FontBook>,
}

type Assets = BTreeMap<AssetId, Arc<[u8]>>;

#[async_trait]
impl Work for Export {
    async fn run(&self, attempt: &Attempt) -> Result<Done, Failure> {
        let JobSpec::Export {
            format,
            version,
            options,
        } = attempt.job.spec
        else {
            return Err(Failure::new(
                FailureCode::BadRequest,
                "this is no export job",
            ));
        };
        let (deck, assets) = attempt
            .stage(Stage::Fetch, self.fetch(attempt, format, version))
            .await?;
        let file_name = artifact::file_name(&deck.title, format);
        let fonts = Arc::clone(&self.fonts);
        let rendered = attempt
            .compute(Stage::Render, move |watch| {
                artifact::render((deck, assets), &fonts, (format, options), watch)
                    .map_err(|error| faults::write(&error))
            })
            .await?;
        let told = rendered.fonts.clone();
        let fonts = Arc::clone(&self.fonts);
        let bytes = attempt
            .compute(Stage::Package, move |_| {
                artifact::package(&rendered, &fonts).map_err(|error| faults::write(&error))
            })
            .await?;
        let key = ObjectKey::artifact(&attempt.job.tenant, attempt.job.lease, format.extension());
        let length = bytes.len();
        attempt.moved(length);
        attempt
            .stage(Stage::Upload, async {
                let stored = self.objects.put(&key, Bytes::from(bytes)).await;
                stored.map_err(|error| faults::store(&error))
            })
            .await?;
        Ok(Done {
            result: JobResult::Artifact {
                key: key.as_str().to_owned(),
                content_type: format.content_type().to_owned(),
                file_name,
                bytes: length as u64,
                fonts: told,
            },
            version: None,
        })
    }
}

impl Export {
    async fn fetch(
        &self,
        attempt: &Attempt,
        format: ExportFormat,
        version: u64,
    ) -> Result<(Deck, Assets), Failure> {
        let job = &attempt.job;
        let stored = self
            .documents
            .deck(&job.tenant, job.document, Some(version))
            .await
            .map_err(|error| faults::store(&error))?
            .ok_or_else(|| {
                Failure::new(
                    FailureCode::DocumentGone,
                    "the document was deleted before it could be exported",
                )
            })?;
        attempt.moved(stored.deck.len());
        let deck = tokio::task::spawn_blocking(move || editing::stored_deck(&stored.deck))
            .await
            .map_err(|gone| Failure::new(FailureCode::Panicked, gone.to_string()))??;
        let wanted = wanted(&deck, format);
        let assets = objects::bring_assets(self.objects.as_ref(), &job.tenant, &wanted).await?;
        attempt.moved(assets.values().map(|bytes| bytes.len()).sum());
        Ok((deck, assets))
    }
}

/// What a format needs: the source package is of use for PPTX only.
fn wanted(deck: &Deck, format: ExportFormat) -> BTreeSet<AssetId> {
    let source = deck.source.as_ref().map(|source| &source.asset);
    deck.assets
        .keys()
        .filter(|id| match format {
            ExportFormat::Pptx => true,
            ExportFormat::Pdf | ExportFormat::Png | ExportFormat::Svg => Some(*id) != source,
        })
        .cloned()
        .collect()
}
