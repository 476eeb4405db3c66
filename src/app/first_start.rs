//! The first start: an installation without keys gets one, printed once and kept beside the data.

use std::path::PathBuf;

use super::secrets;
use super::stores::Stores;
use crate::domain::tenant::Tier;
use crate::storage::keys::Scope;
use crate::storage::keys::minting::{Wanted, mint};

/// The first key of an installation.
pub struct FirstKey {
    /// Its text.
    pub text: String,
    /// The file that holds it.
    pub file: PathBuf,
    /// Whether it was made just now.
    pub new: bool,
}

/// The first key: made if there is no key at all, else as it was kept. `None` where it was taken away.
pub async fn first_key(stores: &Stores) -> anyhow::Result<Option<FirstKey>> {
    let file = stores.folder.join("first-key");
    if !stores.keys.list().await?.is_empty() {
        let kept = std::fs::read_to_string(&file).ok();
        return Ok(kept.map(|text| FirstKey {
            text: text.trim().to_owned(),
            file,
            new: false,
        }));
    }
    let wanted = Wanted {
        name: "first key".to_owned(),
        tenant: "default".parse()?,
        tier: Tier::Standard,
        scopes: Scope::ALL.to_vec(),
    };
    let (text, key) = mint(wanted, &stores.ids, stores.clock.now());
    // First the file, then the store: a key nobody can read would lock everybody out.
    secrets::write_private(&file, format!("{text}\n").as_bytes())?;
    stores.keys.add(key).await?;
    Ok(Some(FirstKey {
        text,
        file,
        new: true,
    }))
}
