//! What every audit log must do.

use serde_json::json;
use uuid::Uuid;

use super::sql::SqlAuditLog;
use super::{AuditEntry, AuditLog};
use crate::domain::ids::AuditId;
use crate::domain::time::Timestamp;
use crate::storage::database::fixtures;

fn entry(number: u8) -> AuditEntry {
    AuditEntry {
        id: AuditId(Uuid::from_u128(number.into())),
        at: Timestamp(i64::from(number)),
        who: "key:sk_abc".to_owned(),
        from: number.is_multiple_of(2).then(|| "10.0.0.1".to_owned()),
        request: Some(format!("request-{number}")),
        action: "pool.change".to_owned(),
        target: "convert".to_owned(),
        before: Some(json!({"max": 20, "note": "ü"})),
        after: None,
    }
}

pub(crate) async fn entries_come_back_as_they_were_newest_first_in_pages(log: &dyn AuditLog) {
    for number in 1..=5 {
        log.append(entry(number)).await.unwrap();
    }
    assert!(
        log.append(entry(5)).await.is_err(),
        "an entry is never replaced"
    );
    let first = log.entries(None, 2).await.unwrap();
    assert_eq!(first, [entry(5), entry(4)]);
    let rest = log.entries(Some(first[1].id), 10).await.unwrap();
    assert_eq!(rest, [entry(3), entry(2), entry(1)]);
    assert_eq!(log.entries(Some(rest[2].id), 10).await.unwrap(), []);
}

#[tokio::test]
async fn sqlite_keeps_what_operators_did() {
    let (database, _kept) = fixtures::sqlite().await.unwrap();
    let log = SqlAuditLog::new(database);
    entries_come_back_as_they_were_newest_first_in_pages(&log).await;
}

#[tokio::test]
async fn postgres_keeps_what_operators_did() {
    let Some((database, _kept)) = fixtures::postgres().await else {
        return;
    };
    let log = SqlAuditLog::new(database);
    entries_come_back_as_they_were_newest_first_in_pages(&log).await;
}
