//! How many workers a pool should have: what is seen of it, the policies that decide, and the reasons they give.

pub mod ceiling;
pub mod decision;
pub mod observation;
pub mod peers;
pub mod policy;
pub mod predictive;
pub mod rules;
pub mod windows;

pub use ceiling::{Binding, Ceiling, CeilingCause};
pub use decision::{Direction, ScaleDecision, ScaleReason};
pub use observation::{Bounds, Observation};
pub use policy::{Autoscaler, PolicyName, ScalePolicies};
pub use rules::AutoscaleRules;
