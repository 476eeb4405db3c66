//! Bytes between the object store and the codec: sources and assets, by their keys.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt, stream};

use super::faults;
use crate::deck::model::asset::AssetId;
use crate::domain::failure::{Failure, FailureCode};
use crate::domain::tenant::TenantId;
use crate::storage::objects::{ObjectKey, ObjectStore};

/// Objects moved at once for one job.
const AT_ONCE: usize = 8;

/// The bytes of an object that a job cannot do without; one that is larger than a job may hold is not fetched at all.
pub async fn bring(objects: &dyn ObjectStore, key: &str, most: u64) -> Result<Bytes, Failure> {
    let parsed = ObjectKey::parse(key).ok_or_else(|| {
        Failure::new(
            FailureCode::BadRequest,
            format!("`{key}` cannot be a stored object"),
        )
    })?;
    let gone = || {
        let message = "the uploaded file is no longer there";
        Failure::new(FailureCode::DocumentGone, message)
    };
    let size = objects.size(&parsed).await;
    let size = size
        .map_err(|error| faults::store(&error))?
        .ok_or_else(gone)?;
    if size > most {
        let message = format!(
            "the file has {size} bytes, and a job may hold {most} at most ([decks] total_bytes)"
        );
        return Err(Failure::new(FailureCode::FileTooLarge, message));
    }
    let found = objects.get(&parsed).await;
    found
        .map_err(|error| faults::store(&error))?
        .ok_or_else(gone)
}

/// The bytes of those assets that are there. One that is not is drawn and written as a missing picture.
pub async fn bring_assets(
    objects: &dyn ObjectStore,
    tenant: &TenantId,
    wanted: &BTreeSet<AssetId>,
) -> Result<BTreeMap<AssetId, Arc<[u8]>>, Failure> {
    let brought = stream::iter(wanted.iter().cloned())
        .map(|id| async move {
            let key = ObjectKey::asset(tenant, &id.0);
            let bytes = objects.get(&key).await;
            bytes
                .map(|bytes| (id, bytes))
                .map_err(|error| faults::store(&error))
        })
        .buffer_unordered(AT_ONCE)
        .try_collect::<Vec<_>>()
        .await?;
    let mut assets = BTreeMap::new();
    for (id, bytes) in brought {
        match bytes {
            Some(bytes) => drop(assets.insert(id, Arc::from(&bytes[..]))),
            None => {
                tracing::warn!(asset = %id.0, "an asset of the deck is not in the object store");
            }
        }
    }
    Ok(assets)
}

/// Stores assets under their hashes; those that are there already are left as they are. Answers the bytes written.
pub async fn keep_assets(
    objects: &dyn ObjectStore,
    tenant: &TenantId,
    assets: BTreeMap<AssetId, Arc<[u8]>>,
) -> Result<usize, Failure> {
    let written = stream::iter(assets)
        .map(|(id, bytes)| async move {
            let key = ObjectKey::asset(tenant, &id.0);
            let there = objects.size(&key).await;
            if there.map_err(|error| faults::store(&error))? == Some(bytes.len() as u64) {
                return Ok(0);
            }
            let length = bytes.len();
            let put = objects.put(&key, Bytes::from_owner(bytes)).await;
            put.map(|()| length).map_err(|error| faults::store(&error))
        })
        .buffer_unordered(AT_ONCE)
        .try_collect::<Vec<usize>>()
        .await?;
    Ok(written.into_iter().sum())
}
