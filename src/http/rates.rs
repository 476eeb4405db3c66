//! Rates of a tenant over all nodes: requests, new jobs, uploaded bytes; and what the headers say of them.

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::json;

use super::identity::Caller;
use super::problem::{Code, Problem};
use super::state::ApiState;
use crate::domain::policy::quota::Metered;
use crate::domain::policy::rate::{Rate, Standing};
use crate::storage::limits::{Asked, Limits, Taken};

/// What there is (draft-ietf-httpapi-ratelimit-headers-10).
pub const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
/// What is left of it (the same draft).
pub const LIMIT: HeaderName = HeaderName::from_static("ratelimit");

/// How the rate of requests stands, for the headers of the answer.
#[derive(Clone, Copy, Debug)]
pub(super) struct SeenRate(Rate, Standing);

/// Takes one request of the caller's rate.
pub(super) async fn request(
    state: &ApiState,
    caller: &Caller,
) -> Result<Option<SeenRate>, Problem> {
    let Some(rate) = state.settings.quotas.of(caller.tier).requests else {
        return Ok(None);
    };
    let standing = take(state, caller, Metered::Requests, rate, 1).await?;
    Ok(Some(SeenRate(rate, standing)))
}

/// Takes new jobs, uploaded bytes or tokens of the caller's rate, where there is one.
pub async fn meter(
    state: &ApiState,
    caller: &Caller,
    metered: Metered,
    cost: u64,
) -> Result<(), Problem> {
    let Some(rate) = state.settings.quotas.of(caller.tier).of(metered) else {
        return Ok(());
    };
    take(state, caller, metered, rate, cost).await.map(drop)
}

/// Refuses a caller who has used up a rate that is charged once it is known what something cost.
pub async fn refuse_debtor(
    state: &ApiState,
    caller: &Caller,
    metered: Metered,
) -> Result<(), Problem> {
    let Some(rate) = state.settings.quotas.of(caller.tier).of(metered) else {
        return Ok(());
    };
    let looked = Asked {
        name: metered.name(),
        rate,
        cost: 0,
    };
    match state.limits.take(caller.subject(), &[looked]).await {
        Taken::Granted(_) => Ok(()),
        Taken::Refused { wait, .. } => {
            state.telemetry.over_quota(metered.name());
            let wait = wait.unwrap_or(rate.window);
            Err(refusal(metered, rate, wait.as_millis().div_ceil(1_000)))
        }
    }
}

/// How much a caller may still spend of a rate, and the rate; nothing where there is none.
pub(super) async fn left(
    state: &ApiState,
    caller: &Caller,
    metered: Metered,
) -> Option<(Rate, u64)> {
    let rate = state.settings.quotas.of(caller.tier).of(metered)?;
    let looked = Asked {
        name: metered.name(),
        rate,
        cost: 0,
    };
    let taken = state.limits.take(caller.subject(), &[looked]).await;
    let left = match taken {
        Taken::Granted(standings) => standings.first().map_or(0, |standing| standing.left),
        Taken::Refused { .. } => 0,
    };
    Some((rate, left))
}

/// Gives back what was taken for something that was not done.
pub async fn give_back(state: &ApiState, caller: &Caller, metered: Metered, cost: u64) {
    if let Some(rate) = state.settings.quotas.of(caller.tier).of(metered) {
        let back = i64::try_from(cost).unwrap_or(i64::MAX);
        let subject = caller.subject();
        state
            .limits
            .charge(subject, metered.name(), rate, -back)
            .await;
    }
}

async fn take(
    state: &ApiState,
    caller: &Caller,
    metered: Metered,
    rate: Rate,
    cost: u64,
) -> Result<Standing, Problem> {
    let asked = Asked {
        name: metered.name(),
        rate,
        cost,
    };
    let limits: &dyn Limits = state.limits.as_ref();
    let prepaid = &state.prepaid;
    let taken = prepaid.take(limits, caller.subject(), asked, state.now());
    match taken.await {
        Taken::Granted(standings) => Ok(standings
            .first()
            .copied()
            .unwrap_or(rate.standing(rate.window))),
        Taken::Refused { wait, .. } => {
            state.telemetry.over_quota(metered.name());
            let wait = wait.unwrap_or(rate.window);
            Err(refusal(metered, rate, wait.as_millis().div_ceil(1_000)))
        }
    }
}

fn refusal(metered: Metered, rate: Rate, wait: u128) -> Problem {
    let (name, words) = (metered.name(), metered.words());
    let (amount, window) = (rate.amount, rate.window.as_secs());
    let detail = format!("At most {amount} {words} in {window} s; ask again in {wait} s.");
    Problem::new(Code::QuotaExceeded, detail)
        .with("violated-policies", json!([name]))
        .with_header(actix_web::http::header::RETRY_AFTER, wait)
        .with_header(POLICY, format!("\"{name}\";q={amount};w={window}"))
        .with_header(LIMIT, format!("\"{name}\";r=0;t={wait}"))
}

impl SeenRate {
    /// Says how it stands, beside what is said already.
    pub(super) fn tell(self, headers: &mut HeaderMap) {
        let Self(rate, standing) = self;
        let name = Metered::Requests.name();
        let window = rate.window.as_secs();
        add(
            headers,
            POLICY,
            format!("\"{name}\";q={};w={window}", rate.amount),
        );
        let full_in = standing.full_in.as_millis().div_ceil(1_000);
        add(
            headers,
            LIMIT,
            format!("\"{name}\";r={};t={full_in}", standing.left),
        );
    }
}

/// Adds an item to a list (RFC 9651, 3.1).
fn add(headers: &mut HeaderMap, name: HeaderName, item: String) {
    let before = headers.get(&name).and_then(|said| said.to_str().ok());
    let all = match before {
        // A refusal says what it refuses by; what is said twice would be read as the first.
        Some(said) if said.starts_with("\"requests\"") => return,
        Some(said) => format!("{said}, {item}"),
        None => item,
    };
    if let Ok(value) = HeaderValue::from_str(&all) {
        headers.insert(name, value);
    }
}
