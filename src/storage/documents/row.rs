//! Documents as rows: what the document store and the queue do to them in one transaction.

use sea_orm::ConnectionTrait;

use crate::domain::document::{Document, NewVersion};
use crate::domain::ids::DocumentId;
use crate::domain::tenant::TenantId;
use crate::domain::time::Timestamp;
use crate::storage::error::StoreError;
use crate::storage::rows::Rows;
use crate::storage::sql::to_json;
use crate::storage::sql::{Row, Sql, integer, whole};

/// The columns that [`document`] reads.
pub(in crate::storage) const COLUMNS: &str =
    "id, tenant, title, source, version, slides, created_at, updated_at";

/// Reads a row.
pub(in crate::storage) fn document(row: &Row) -> Result<Document, StoreError> {
    Ok(Document {
        id: DocumentId(row.get("id")?),
        tenant: row.parse("tenant")?,
        title: row.get("title")?,
        source: row.json("source")?,
        version: row.number("version")?,
        slides: u32::try_from(row.get::<i32>("slides")?).unwrap_or_default(),
        created_at: row.moment("created_at")?,
        updated_at: row.moment("updated_at")?,
    })
}

/// Stores new documents; one that is there already stays as it is, so that accepting can be repeated.
pub(in crate::storage) async fn insert_all<C: ConnectionTrait>(
    sql: &Sql<'_, C>,
    documents: &[&Document],
) -> Result<(), StoreError> {
    if documents.is_empty() {
        return Ok(());
    }
    let all = || documents.iter();
    let sources: Vec<String> = all()
        .map(|document| to_json("document", &document.source))
        .collect::<Result<_, _>>()?;
    let sent = Rows::default()
        .uuids("id", all().map(|document| document.id.0))
        .texts(
            "tenant",
            all().map(|document| document.tenant.as_str().to_owned()),
        )
        .texts("title", all().map(|document| document.title.clone()))
        .texts("source", sources.into_iter())
        .integers("version", all().map(|document| whole(document.version)))
        .integers("slides", all().map(|document| whole(document.slides)))
        .integers("created_at", all().map(|document| document.created_at.0))
        .integers("updated_at", all().map(|document| document.updated_at.0));
    let (sent, values) = sent.source(sql.backend());
    sql.run(
        &format!(
            "WITH sent AS ({sent}) INSERT INTO documents ({COLUMNS}) SELECT {COLUMNS} FROM sent \
             WHERE TRUE ON CONFLICT (id) DO NOTHING"
        ),
        values,
    )
    .await?;
    Ok(())
}

/// Stores the next version of a document's deck: after `expected` only, where that is given. `None` when there is no such
/// document at that version.
pub(in crate::storage) async fn append<C: ConnectionTrait>(
    sql: &Sql<'_, C>,
    (tenant, id): (&TenantId, DocumentId),
    expected: Option<u64>,
    version: NewVersion,
    now: Timestamp,
) -> Result<Option<u64>, StoreError> {
    let row = sql
        .one(
            "UPDATE documents SET version = version + 1, title = $1, slides = $2, updated_at = $3 \
             WHERE id = $4 AND tenant = $5 AND version = COALESCE($6, version) RETURNING version",
            vec![
                version.title.into(),
                integer(version.slides),
                now.0.into(),
                id.0.into(),
                tenant.as_str().into(),
                expected
                    .map(|version| i64::try_from(version).unwrap_or(i64::MAX))
                    .into(),
            ],
        )
        .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    let number: u64 = row.number("version")?;
    sql.run(
        "INSERT INTO document_versions (document, version, created_at, deck) VALUES ($1, $2, $3, $4)",
        vec![
            id.0.into(),
            integer(number),
            now.0.into(),
            version.deck.into(),
        ],
    )
    .await?;
    Ok(Some(number))
}
