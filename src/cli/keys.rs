//! `slidecraft keys`: make, list and revoke API keys.

use std::io::Write;

use anyhow::bail;
use serde_json::{Value, json};

use super::arguments::Keys;
use crate::app::stores::Stores;
use crate::domain::ids::{AuditId, KeyId};
use crate::storage::audit::AuditEntry;
use crate::storage::keys::minting::{Wanted, mint};
use crate::storage::keys::{ApiKey, Scope};

/// Does what was asked with the keys in the store.
pub async fn run(asked: &Keys, stores: &Stores, output: &mut dyn Write) -> anyhow::Result<()> {
    let now = stores.clock.now();
    match asked {
        Keys::Create {
            tenant,
            tier,
            scopes,
            name,
            json,
        } => {
            let scopes = if scopes.is_empty() {
                vec![Scope::Read, Scope::Write]
            } else {
                scopes.clone()
            };
            let wanted = Wanted {
                name: name.clone(),
                tenant: tenant.clone(),
                tier: *tier,
                scopes,
            };
            let (text, key) = mint(wanted, &stores.ids, now);
            stores.keys.add(key.clone()).await?;
            let after = json!({
                "tenant": key.tenant, "tier": key.tier, "scopes": key.scopes, "name": key.name,
            });
            write_down(stores, "key.create", key.id, Some(after)).await?;
            if *json {
                writeln!(output, "{}", json!({ "key": text, "id": key.id }))?;
            } else {
                writeln!(
                    output,
                    "{text}\nIts id is {}. It is not shown again.",
                    key.id
                )?;
            }
        }
        Keys::List { json } => {
            let keys = stores.keys.list().await?;
            if *json {
                serde_json::to_writer_pretty(&mut *output, &keys)?;
                writeln!(output)?;
            } else {
                table(&keys, output)?;
            }
        }
        Keys::Revoke { id } => {
            if !stores.keys.revoke(*id, now).await? {
                bail!(
                    "there is no key {id} that could be revoked; `slidecraft keys list` shows all"
                );
            }
            write_down(stores, "key.revoke", *id, None).await?;
            writeln!(output, "revoked")?;
        }
    }
    Ok(())
}

async fn write_down(
    stores: &Stores,
    action: &str,
    key: KeyId,
    after: Option<Value>,
) -> anyhow::Result<()> {
    let now = stores.clock.now();
    let entry = AuditEntry {
        id: AuditId(stores.ids.uuid(now)),
        at: now,
        who: "command line".to_owned(),
        from: None,
        request: None,
        action: action.to_owned(),
        target: key.to_string(),
        before: None,
        after,
    };
    Ok(stores.audit.append(entry).await?)
}

fn table(keys: &[ApiKey], output: &mut dyn Write) -> anyhow::Result<()> {
    writeln!(
        output,
        "{:36}  {:12}  {:12}  {:10}  {:24}  name",
        "id", "key", "tenant", "tier", "scopes"
    )?;
    for key in keys {
        let scopes: Vec<&str> = key.scopes.iter().map(|scope| scope.name()).collect();
        let revoked = if key.revoked_at.is_some() {
            " (revoked)"
        } else {
            ""
        };
        writeln!(
            output,
            "{:36}  {:12}  {:12}  {:10}  {:24}  {}{revoked}",
            key.id.to_string(),
            format!("{}…", key.prefix),
            key.tenant.as_str(),
            key.tier.name(),
            scopes.join(","),
            key.name
        )?;
    }
    Ok(())
}
