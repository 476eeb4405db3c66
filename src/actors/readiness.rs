//! Readiness: each thing the node depends on, whether it answers, and how soon.

use bytes::Bytes;

use super::handle::Dependency;
use super::platform::LivePlatform;
use crate::storage::objects::ObjectKey;

impl LivePlatform {
    /// Asks everything the node depends on.
    pub(super) async fn dependencies(&self) -> Vec<Dependency> {
        let database = async { self.ground.jobs.counts().await.map(drop).map_err(told) };
        let mut found = vec![
            self.find("database", true, database).await,
            self.find(self.rules.objects, true, self.probe_objects())
                .await,
        ];
        for (name, optional) in &self.rules.optional {
            let probe = async { optional.probe().await.map_err(told) };
            found.push(self.find(name, false, probe).await);
        }
        for name in self.rules.pools.iter().copied() {
            let pool = async { self.observe(name).await.map(drop).map_err(told) };
            found.push(self.find(name.name(), true, pool).await);
        }
        let trouble = self.book.trouble();
        let events = async {
            match self.book.events() {
                Some(_) => Ok(()),
                None => Err("the job_events actor is being started anew".to_owned()),
            }
        };
        found.push(self.find("job_events", true, events).await);
        for (child, why) in trouble {
            match found.iter_mut().find(|it| it.name == child) {
                Some(it) => it.answer = Err(why),
                None => found.push(self.find(child, true, async { Err(why) }).await),
            }
        }
        found
    }

    async fn find(
        &self,
        name: &'static str,
        needed: bool,
        asked: impl Future<Output = Result<(), String>>,
    ) -> Dependency {
        let started = self.ground.clock.now();
        let answer = asked.await;
        Dependency {
            name,
            answer,
            took: self.ground.clock.now().since(started),
            needed,
        }
    }

    /// Whether the object store takes and gives up a byte: a full disk shows here before it costs a job.
    async fn probe_objects(&self) -> Result<(), String> {
        let key = ObjectKey::parse(&format!("probes/{}", self.ground.node));
        let key = key.ok_or_else(|| "the probe has no key".to_owned())?;
        let put = self.objects.put(&key, Bytes::from_static(b"?")).await;
        put.map_err(told)?;
        self.objects.delete(&key).await.map(drop).map_err(told)
    }
}

fn told(error: impl std::fmt::Display) -> String {
    error.to_string()
}
