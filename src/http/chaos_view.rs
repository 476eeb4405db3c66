//! Faults on purpose as operators ask for them and see them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa::openapi::schema::{AdditionalProperties, ObjectBuilder, OneOfBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use uuid::Uuid;

use super::openapi::one_of;
use crate::domain::fault::{ActiveFault, Fault, Harm};
use crate::domain::job::JobKind;
use crate::domain::pool::name::PoolName;
use crate::domain::stage::Stage;
use crate::domain::time::Timestamp;

/// A fault that is to hold for a time.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChaosRequest {
    /// What breaks.
    #[schema(schema_with = fault_schema)]
    pub(super) fault: Fault,
    /// For how many seconds; one minute where it is left out. A kill strikes once, at the beginning.
    #[serde(default = "a_minute")]
    #[schema(minimum = 1, maximum = 86400, default = 60)]
    pub(super) duration_s: u32,
    /// What its chance comes from: the same seed makes the same choices. Made up where it is left out.
    #[serde(default)]
    #[schema(maximum = 4_294_967_295_u64)]
    pub(super) seed: Option<u32>,
}

fn a_minute() -> u32 {
    60
}

/// A fault that holds.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ActiveFault)]
pub struct FaultView {
    /// Its id.
    id: Uuid,
    /// What breaks.
    #[schema(schema_with = fault_schema)]
    fault: Fault,
    /// What its chance comes from.
    seed: u64,
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    since: Timestamp,
    /// When it ends by itself.
    #[schema(value_type = String, format = DateTime)]
    until: Timestamp,
    /// How often it struck so far: workers, calls, stages, requests or events.
    struck: u64,
}

impl From<ActiveFault> for FaultView {
    fn from(active: ActiveFault) -> Self {
        Self {
            id: active.id,
            fault: active.fault,
            seed: active.seed,
            since: active.since,
            until: active.until,
            struck: active.struck,
        }
    }
}

/// The faults that hold.
#[derive(Debug, Serialize, ToSchema)]
pub struct Faults {
    /// The oldest first.
    pub(super) items: Vec<FaultView>,
}

/// A fault, as `domain::fault::Fault` is read.
fn fault_schema() -> Schema {
    let fault = |name: &str, members: &[(&str, RefOr<Schema>, bool)]| {
        let mut object = ObjectBuilder::new()
            .property("type", one_of([name]))
            .required("type")
            .additional_properties(Some(AdditionalProperties::<Schema>::FreeForm(false)));
        for (member, schema, required) in members {
            object = object.property(*member, schema.clone());
            if *required {
                object = object.required(*member);
            }
        }
        object
    };
    let number = |kind: Type, least: f64, most: f64| -> RefOr<Schema> {
        let number = ObjectBuilder::new().schema_type(kind);
        number.minimum(Some(least)).maximum(Some(most)).into()
    };
    let share = || number(Type::Number, 0.0, 1.0);
    let millis = |least| number(Type::Integer, least, 600_000.0);
    let kinds = || RefOr::T(one_of(JobKind::ALL.map(JobKind::name)));
    let pools = || RefOr::T(one_of(PoolName::ALL.map(PoolName::name)));
    let worked = Stage::ALL.into_iter();
    let worked = worked.filter(|stage| !matches!(stage, Stage::QueueWait | Stage::Persist));
    let stages: Vec<&str> = worked.map(Stage::name).collect();
    OneOfBuilder::new()
        .item(fault(
            "kill_workers",
            &[
                ("pool", pools(), true),
                ("fraction", share(), true),
                ("how", RefOr::T(one_of(Harm::ALL.map(Harm::name))), false),
            ],
        ))
        .item(fault("kill_node", &[]))
        .item(fault(
            "storage_latency",
            &[
                ("share", share(), true),
                ("factor", number(Type::Number, 1.0, 100.0), false),
                ("extra_ms", number(Type::Integer, 0.0, 60_000.0), false),
            ],
        ))
        .item(fault("storage_errors", &[("share", share(), true)]))
        .item(fault(
            "stage_delay",
            &[
                ("kind", kinds(), true),
                ("stage", RefOr::T(one_of(stages)), true),
                ("p50_ms", millis(1.0), true),
                ("p95_ms", millis(1.0), true),
            ],
        ))
        .item(fault("provider_errors", &[("share", share(), true)]))
        .item(fault("drop_events", &[("share", share(), true)]))
        .into()
}
