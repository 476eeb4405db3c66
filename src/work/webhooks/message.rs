//! What a receiver is told about the end of a job.

use serde_json::{Map, Value, json};

use crate::domain::job::Job;
use crate::domain::job_state::JobState;
use crate::domain::time::Timestamp;
use crate::domain::webhook::Occasion;

/// The body of a message: the occasion, its moment, and as much of the job as decides what to do next.
pub fn body(occasion: Occasion, ended_at: Timestamp, job: &Job) -> String {
    let mut told = Map::new();
    told.insert("id".to_owned(), json!(job.id));
    told.insert("kind".to_owned(), json!(job.spec.kind()));
    told.insert("document".to_owned(), json!(job.document));
    told.insert("state".to_owned(), json!(job.state.name()));
    told.insert("attempts".to_owned(), json!(job.attempts));
    told.insert("created_at".to_owned(), json!(job.created_at));
    told.insert("finished_at".to_owned(), json!(ended_at));
    if let Some(trace) = job.trace {
        told.insert("traceparent".to_owned(), json!(trace));
    }
    if let JobState::Dead { failure, .. } = &job.state {
        let failure = json!({ "code": failure.code.name(), "message": failure.message });
        told.insert("failure".to_owned(), failure);
    }
    let mut links = json!({ "job": format!("/v1/jobs/{}", job.id) });
    if occasion == Occasion::Succeeded {
        links["result"] = json!(format!("/v1/jobs/{}/result", job.id));
    }
    let message = json!({
        "type": occasion.name(),
        "timestamp": ended_at,
        "data": { "job": Value::Object(told), "links": links },
    });
    message.to_string()
}
