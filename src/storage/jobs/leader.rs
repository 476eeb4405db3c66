//! Who of several nodes ends lapsed attempts and counts: a lease with a term number, which every such write names.

use sea_orm::ConnectionTrait;

use super::{Term, ended};
use crate::domain::ids::NodeId;
use crate::domain::time::Timestamp;
use crate::storage::error::StoreError;
use crate::storage::sql::{Sql, integer};

/// The role in the table of leaders.
const ROLE: &str = "keeper";

/// Takes or keeps the lead until a moment; `None` while another node has it. A new term begins when it changes hands.
pub(super) async fn lead<C: ConnectionTrait>(
    sql: &Sql<'_, C>,
    node: NodeId,
    now: Timestamp,
    until: Timestamp,
) -> Result<Option<Term>, StoreError> {
    let row = sql
        .one(
            "INSERT INTO leadership (role, node, term, lapses_at) VALUES ($1, $2, 1, $4) \
             ON CONFLICT (role) DO UPDATE SET term = CASE WHEN leadership.node = excluded.node \
             AND leadership.lapses_at > $3 THEN leadership.term ELSE leadership.term + 1 END, \
             node = excluded.node, lapses_at = excluded.lapses_at \
             WHERE leadership.node = excluded.node OR leadership.lapses_at <= $3 RETURNING term",
            vec![ROLE.into(), node.0.into(), now.0.into(), until.0.into()],
        )
        .await?;
    row.map(|row| row.number("term").map(Term)).transpose()
}

/// Gives the lead up, if the node has it, so that the next need not wait for it to lapse.
pub(super) async fn resign<C: ConnectionTrait>(
    sql: &Sql<'_, C>,
    node: NodeId,
) -> Result<(), StoreError> {
    sql.run(
        "UPDATE leadership SET lapses_at = 0 WHERE role = $1 AND node = $2",
        vec![ROLE.into(), node.0.into()],
    )
    .await?;
    Ok(())
}

/// Whether a term is still the newest. It stays so until the transaction ends.
pub(super) async fn holds<C: ConnectionTrait>(
    sql: &Sql<'_, C>,
    term: Term,
) -> Result<bool, StoreError> {
    let lock = if sql.is_shared() { "FOR SHARE" } else { "" };
    let newest = format!("SELECT term FROM leadership WHERE role = $1 AND term = $2 {lock}");
    let row = sql.one(&newest, vec![ROLE.into(), integer(term.0)]).await?;
    Ok(row.is_some())
}

/// Counts what ended up to a moment, if the term is still the newest.
pub(super) async fn count_ended<C: ConnectionTrait>(
    sql: &Sql<'_, C>,
    term: Term,
    up_to: Timestamp,
) -> Result<(), StoreError> {
    if holds(sql, term).await? {
        ended::count_ended(sql, up_to).await?;
    }
    Ok(())
}
