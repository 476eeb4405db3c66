//! The history of a run: what clients were told and what the store holds at the end, one line each; and whether the two agree.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::sync::Mutex;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A line of the log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "line", rename_all = "snake_case")]
pub(crate) enum Line {
    /// A client was told 202.
    Accepted {
        /// The job.
        job: String,
    },
    /// A client was told where a job stands.
    Told {
        /// The job.
        job: String,
        /// `succeeded`, say.
        state: String,
    },
    /// A stream told an event.
    Event {
        /// Which stream.
        stream: String,
        /// Its id.
        id: String,
        /// Its name.
        event: String,
        /// About which job.
        job: String,
    },
    /// What the store holds when all is over: the job as the API shows it.
    Held {
        /// The job.
        job: Value,
    },
}

/// The log: lines are only ever added.
pub(crate) struct History(Mutex<File>);

impl History {
    /// A log in this file.
    pub(crate) fn create(path: &Path) -> Self {
        let file = OpenOptions::new().create(true).append(true).open(path);
        Self(Mutex::new(file.unwrap()))
    }

    /// Adds a line.
    pub(crate) fn add(&self, line: &Line) {
        let mut text = serde_json::to_string(line).unwrap();
        text.push('\n');
        self.0.lock().unwrap().write_all(text.as_bytes()).unwrap();
    }
}

/// The lines of a log.
pub(crate) fn read(path: &Path) -> Vec<Line> {
    let text = std::fs::read_to_string(path).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

const ENDS: [&str; 4] = ["succeeded", "failed", "cancelled", "dead"];

/// Everything in a history that must not be, as sentences. Nothing: the run was sound.
pub(crate) fn violations(lines: &[Line]) -> Vec<String> {
    let mut found = Vec::new();
    let mut held: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
    for line in lines {
        if let Line::Held { job } = line {
            held.entry(job["id"].as_str().unwrap_or(""))
                .or_default()
                .push(job);
        }
    }
    for line in lines {
        match line {
            Line::Accepted { job } => match held.get(job.as_str()).map(Vec::as_slice) {
                None => found.push(format!("{job} was accepted and is lost")),
                Some([job]) => job_faults(job, &mut found),
                Some(_) => found.push(format!("{job} is held more than once")),
            },
            Line::Told { job, state } if ENDS.contains(&state.as_str()) => {
                let ends: Vec<&str> = held
                    .get(job.as_str())
                    .into_iter()
                    .flatten()
                    .filter_map(|it| it["state"].as_str())
                    .collect();
                if ends != [state.as_str()] {
                    found.push(format!("{job} was told {state} and is held as {ends:?}"));
                }
            }
            Line::Told { .. } | Line::Event { .. } | Line::Held { .. } => {}
        }
    }
    event_faults(lines, &mut found);
    found
}

/// A job ended once, with no more attempts than it may have, one after the other, and at most one that succeeded.
fn job_faults(job: &Value, found: &mut Vec<String>) {
    let id = &job["id"];
    let state = job["state"].as_str().unwrap_or("");
    if !ENDS.contains(&state) {
        found.push(format!("{id} never ended: it is {state}"));
    }
    if job["attempts"].as_u64() > job["max_attempts"].as_u64() {
        found.push(format!(
            "{id} took {} attempts of {}",
            job["attempts"], job["max_attempts"]
        ));
    }
    let history = job["history"].as_array().map_or(&[][..], Vec::as_slice);
    // One that was given back by a node that stopped counts as no attempt, and has no failure either.
    let failed = history
        .iter()
        .filter(|attempt| attempt.get("failure").is_some())
        .count();
    let won = job["attempts"]
        .as_u64()
        .unwrap_or(0)
        .saturating_sub(failed as u64);
    let last_won = history
        .last()
        .is_some_and(|last| last.get("failure").is_none());
    if won > 1 || (state == "succeeded" && (won, last_won) != (1, true)) {
        found.push(format!(
            "{id} is {state} and {won} of its attempts succeeded"
        ));
    }
    let starts: Vec<&str> = history
        .iter()
        .filter_map(|it| it["started_at"].as_str())
        .collect();
    if !starts.is_sorted() {
        found.push(format!("the attempts of {id} are not in order: {starts:?}"));
    }
}

/// On each stream ids rise, and a job that ended starts no more.
fn event_faults(lines: &[Line], found: &mut Vec<String>) {
    let mut last: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    let mut ended: BTreeMap<(&str, &str), &str> = BTreeMap::new();
    for line in lines {
        let Line::Event {
            stream,
            id,
            event,
            job,
        } = line
        else {
            continue;
        };
        let number = id
            .split_once('-')
            .and_then(|(millis, sequence)| Some((millis.parse().ok()?, sequence.parse().ok()?)));
        let number = number.unwrap_or_default();
        if last
            .insert(stream, number)
            .is_some_and(|before| before >= number)
        {
            found.push(format!("{stream} told {id} after a later one"));
        }
        let place = (stream.as_str(), job.as_str());
        if let Some(end) = ended.get(&place) {
            found.push(format!("{stream} told {event} of {job} after {end}"));
        }
        let name = event.strip_prefix("job.").unwrap_or("");
        if ENDS.contains(&name) {
            ended.insert(place, event);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn accepted() -> Line {
        Line::Accepted {
            job: "a".to_owned(),
        }
    }

    fn held(state: &str, attempts: u64, history: &Value) -> Line {
        Line::Held {
            job: json!({"id": "a", "state": state, "attempts": attempts, "max_attempts": 2, "history": history}),
        }
    }

    fn event(id: &str, event: &str) -> Line {
        Line::Event {
            stream: "s".to_owned(),
            id: id.to_owned(),
            event: event.to_owned(),
            job: "a".to_owned(),
        }
    }

    #[test]
    fn a_sound_history_has_no_violation() {
        let lines = [
            accepted(),
            event("1-0", "job.started"),
            event("1-1", "job.succeeded"),
            Line::Told {
                job: "a".to_owned(),
                state: "succeeded".to_owned(),
            },
            held(
                "succeeded",
                2,
                &json!([{"started_at": "1", "failure": {}}, {"started_at": "2"}]),
            ),
        ];
        assert_eq!(violations(&lines), Vec::<String>::new());
    }

    #[test]
    fn an_attempt_that_was_given_back_is_none() {
        let history = json!([{"started_at": "1"}, {"started_at": "2"}]);
        assert_eq!(
            violations(&[accepted(), held("succeeded", 1, &history)]),
            Vec::<String>::new()
        );
    }

    #[test]
    fn each_violation_is_found() {
        let success = json!([{"started_at": "1"}]);
        for (lines, expected) in [
            (vec![accepted()], "lost"),
            (
                vec![accepted(), held("running", 1, &json!([]))],
                "never ended",
            ),
            (
                vec![accepted(), held("dead", 3, &json!([]))],
                "3 attempts of 2",
            ),
            (
                vec![
                    accepted(),
                    held(
                        "succeeded",
                        2,
                        &json!([{"started_at": "1"}, {"started_at": "2"}]),
                    ),
                ],
                "2 of its attempts",
            ),
            (
                vec![
                    accepted(),
                    held("succeeded", 1, &success),
                    held("dead", 1, &json!([])),
                ],
                "more than once",
            ),
            (
                vec![
                    held("dead", 1, &json!([])),
                    Line::Told {
                        job: "a".to_owned(),
                        state: "succeeded".to_owned(),
                    },
                ],
                "is held as",
            ),
            (
                vec![event("2-0", "job.started"), event("1-0", "job.stage")],
                "after a later one",
            ),
            (
                vec![event("1-0", "job.succeeded"), event("2-0", "job.started")],
                "after job.succeeded",
            ),
        ] {
            let found = violations(&lines);
            assert!(
                found.iter().any(|it| it.contains(expected)),
                "{expected}: {found:?}"
            );
        }
    }
}
