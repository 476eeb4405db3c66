//! Requests at a fixed rate: each has its moment, and its time counts from that moment whether or not the connection was free,
//! so that a server that stalls is not asked less.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;

use super::connection::Connection;
use super::figures::{Quantiles, Times};
use crate::domain::time::{Clock, SystemClock, Timestamp};

/// What is asked, and how.
#[derive(Clone)]
pub struct Paced {
    /// Host and port.
    pub host: String,
    /// The request numbered so.
    pub request: Arc<dyn Fn(u64) -> Vec<u8> + Send + Sync>,
    /// Requests a second.
    pub rate: u32,
    /// For how long.
    pub seconds: u64,
    /// Over how many connections.
    pub connections: u32,
}

/// What came of it.
#[derive(Clone, Copy, Debug, serde::Serialize)]
pub struct Outcome {
    /// How long each took from its moment.
    pub times: Quantiles,
    /// Requests that were answered with success, a second.
    pub per_second: f64,
    /// Requests that were not.
    pub failed: u64,
}

impl Paced {
    /// Asks.
    pub async fn run(&self) -> anyhow::Result<Outcome> {
        let start = SystemClock.now().plus(Duration::from_millis(100));
        let mut lanes = JoinSet::new();
        for lane in 0..self.connections {
            let connection = Connection::open(&self.host).await?;
            lanes.spawn(self.clone().lane(lane, connection, start));
        }
        let (mut times, mut failed) = (Times::default(), 0);
        while let Some(lane) = lanes.join_next().await {
            let (of_lane, failed_there) = lane??;
            times.extend(of_lane);
            failed += failed_there;
        }
        let took = SystemClock.now().since(start).as_secs_f64();
        let times = times.quantiles();
        #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
        let per_second = times.count as f64 / took;
        Ok(Outcome {
            times,
            per_second,
            failed,
        })
    }

    /// Every so-manieth request, over one connection.
    async fn lane(
        self,
        lane: u32,
        mut connection: Connection,
        start: Timestamp,
    ) -> anyhow::Result<(Times, u64)> {
        let (mut times, mut failed) = (Times::default(), 0);
        let total = u64::from(self.rate) * self.seconds;
        let mut number = u64::from(lane);
        while number < total {
            let moment = start.plus(Duration::from_secs(number) / self.rate);
            tokio::time::sleep(moment.since(SystemClock.now())).await;
            let answer = connection.ask(&(self.request)(number)).await;
            let late = SystemClock.now().since(moment);
            if answer
                .as_ref()
                .is_ok_and(|answer| (200..300).contains(&answer.status))
            {
                times.add(late);
            } else {
                failed += 1;
            }
            if answer.is_err() {
                connection = Connection::open(&self.host).await?;
            }
            number += u64::from(self.connections);
        }
        Ok((times, failed))
    }
}
