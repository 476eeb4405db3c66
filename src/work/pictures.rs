//! Pictures of single slides, drawn when asked for. Decks that were just asked for are kept a while, read and with assets.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use moka::future::Cache;
use tokio::sync::Semaphore;

use super::{editing, faults, objects};
use crate::deck::layout::fonts::FontBook;
use crate::deck::layout::slide::lay_out_slide;
use crate::deck::model::asset::AssetId;
use crate::deck::model::deck::Deck;
use crate::deck::raster::png::draw_png;
use crate::domain::failure::{Failure, FailureCode};
use crate::domain::ids::DocumentId;
use crate::domain::tenant::TenantId;
use crate::storage::documents::DocumentStore;
use crate::storage::objects::ObjectStore;

/// Bytes of decks and assets that are kept at most.
const KEPT_BYTES: u64 = 128 << 20;

/// How long a deck is kept after it was last asked for.
const KEPT_FOR: Duration = Duration::from_secs(120);

/// A deck that is ready to be drawn.
struct Ready {
    deck: Deck,
    assets: BTreeMap<AssetId, Arc<[u8]>>,
    bytes: u32,
}

/// Draws slides.
pub struct Pictures {
    documents: Arc<dyn DocumentStore>,
    objects: Arc<dyn ObjectStore>,
    fonts: Arc<FontBook>,
    cores: Arc<Semaphore>,
    ready: Cache<(TenantId, DocumentId, u64), Arc<Ready>>,
}

impl Pictures {
    /// A drawer that runs on `cores` at once, shared with the jobs.
    pub fn new(
        documents: Arc<dyn DocumentStore>,
        objects: Arc<dyn ObjectStore>,
        fonts: Arc<FontBook>,
        cores: Arc<Semaphore>,
    ) -> Self {
        let ready = Cache::builder()
            .weigher(|_, ready: &Arc<Ready>| ready.bytes)
            .max_capacity(KEPT_BYTES)
            .time_to_idle(KEPT_FOR)
            .build();
        Self {
            documents,
            objects,
            fonts,
            cores,
            ready,
        }
    }

    /// A slide of the newest version as PNG, `number` from 1, `width` in pixels. `None`: no such document or slide.
    pub async fn slide(
        &self,
        tenant: &TenantId,
        document: DocumentId,
        number: u32,
        width: u32,
    ) -> Result<Option<Bytes>, Failure> {
        let stored = self.documents.deck(tenant, document, None).await;
        let Some(stored) = stored.map_err(|error| faults::store(&error))? else {
            return Ok(None);
        };
        let key = (tenant.clone(), document, stored.version);
        let ready = self
            .ready
            .try_get_with(key, self.make_ready(tenant, stored.deck))
            .await
            .map_err(|failure| failure.as_ref().clone())?;
        self.draw(ready, number, width).await
    }

    /// A slide of a deck that is not stored, with the assets of a tenant. `None`: no such slide.
    pub async fn of_deck(
        &self,
        tenant: &TenantId,
        deck: Bytes,
        number: u32,
        width: u32,
    ) -> Result<Option<Bytes>, Failure> {
        let ready = self.make_ready(tenant, deck).await?;
        self.draw(ready, number, width).await
    }

    async fn draw(
        &self,
        ready: Arc<Ready>,
        number: u32,
        width: u32,
    ) -> Result<Option<Bytes>, Failure> {
        let index = usize::try_from(number)
            .unwrap_or(usize::MAX)
            .wrapping_sub(1);
        if index >= ready.deck.slides.len() {
            return Ok(None);
        }
        // The semaphore is closed never; a permit that cannot be had is the same as one core fewer.
        let permit = Arc::clone(&self.cores).acquire_owned().await.ok();
        let fonts = Arc::clone(&self.fonts);
        let drawn = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            let page = lay_out_slide(&ready.deck, index, &ready.assets, &fonts)?;
            draw_png(&page, &ready.assets, &fonts, width)
        });
        match drawn.await {
            Ok(Ok(png)) => Ok(Some(Bytes::from(png))),
            Ok(Err(error)) => Err(faults::write(&error)),
            Err(panicked) => Err(Failure::new(FailureCode::Panicked, panicked.to_string())),
        }
    }

    async fn make_ready(&self, tenant: &TenantId, stored: Bytes) -> Result<Arc<Ready>, Failure> {
        let length = stored.len();
        let deck = tokio::task::spawn_blocking(move || editing::stored_deck(&stored))
            .await
            .map_err(|gone| Failure::new(FailureCode::Panicked, gone.to_string()))??;
        let source = deck.source.as_ref().map(|source| &source.asset);
        let wanted: BTreeSet<AssetId> = deck
            .assets
            .keys()
            .filter(|id| Some(*id) != source)
            .cloned()
            .collect();
        let assets = objects::bring_assets(self.objects.as_ref(), tenant, &wanted).await?;
        let bytes = length + assets.values().map(|bytes| bytes.len()).sum::<usize>();
        Ok(Arc::new(Ready {
            deck,
            assets,
            bytes: u32::try_from(bytes).unwrap_or(u32::MAX),
        }))
    }
}
