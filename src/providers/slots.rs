//! Requests in flight at one provider: bounded, and given to tenants in turn, so that one that asks a lot does not stand before
//! one that asks once.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use crate::domain::tenant::TenantId;

/// The slots of a provider.
#[derive(Debug)]
pub struct Slots {
    most: usize,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    used: usize,
    waiting: BTreeMap<TenantId, VecDeque<oneshot::Sender<Held>>>,
    turns: VecDeque<TenantId>,
}

/// A slot, held until it is dropped.
#[derive(Debug)]
pub struct Held(Option<Arc<Slots>>);

impl Drop for Held {
    fn drop(&mut self) {
        if let Some(slots) = self.0.take() {
            slots.give_on();
        }
    }
}

impl Slots {
    /// So many slots.
    pub fn new(most: usize) -> Arc<Self> {
        Arc::new(Self {
            most,
            state: Mutex::default(),
        })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A slot, if one is free and nobody waits for it.
    pub fn now(self: &Arc<Self>) -> Option<Held> {
        let mut state = self.lock();
        if state.used >= self.most || !state.turns.is_empty() {
            return None;
        }
        state.used += 1;
        Some(Held(Some(Arc::clone(self))))
    }

    /// A slot when it is this tenant's turn. Dropping the future gives the place in the queue up.
    pub async fn wait(self: &Arc<Self>, tenant: &TenantId) -> Held {
        loop {
            if let Some(held) = self.now() {
                return held;
            }
            let turn = {
                let mut state = self.lock();
                // A slot may have become free in between.
                if state.used < self.most && state.turns.is_empty() {
                    continue;
                }
                let (sender, turn) = oneshot::channel();
                let queue = state.waiting.entry(tenant.clone()).or_default();
                let is_new = queue.is_empty();
                queue.push_back(sender);
                if is_new {
                    state.turns.push_back(tenant.clone());
                }
                turn
            };
            if let Ok(held) = turn.await {
                return held;
            }
        }
    }

    /// How many are in use, and how many requests wait.
    pub fn load(&self) -> (usize, usize) {
        let state = self.lock();
        (state.used, state.waiting.values().map(VecDeque::len).sum())
    }

    /// How many there are.
    pub fn most(&self) -> usize {
        self.most
    }

    /// A slot is free: the next tenant's oldest request that still waits gets it.
    fn give_on(self: &Arc<Self>) {
        loop {
            let next = {
                let mut state = self.lock();
                let Some(tenant) = state.turns.pop_front() else {
                    state.used -= 1;
                    return;
                };
                let Some(mut queue) = state.waiting.remove(&tenant) else {
                    continue;
                };
                let next = queue.pop_front();
                if !queue.is_empty() {
                    state.waiting.insert(tenant.clone(), queue);
                    state.turns.push_back(tenant);
                }
                next
            };
            let Some(next) = next else { continue };
            match next.send(Held(Some(Arc::clone(self)))) {
                Ok(()) => return,
                // Whoever waited has left: the slot goes on to the next, without another round through `Drop`.
                Err(mut held) => held.0 = None,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tenant(name: &str) -> TenantId {
        name.parse().unwrap()
    }

    #[tokio::test]
    async fn tenants_take_turns_and_the_bound_holds() {
        let slots = Slots::new(1);
        let first = slots.now().unwrap();
        assert!(slots.now().is_none());
        let order = Arc::new(Mutex::new(Vec::new()));
        let mut tasks = Vec::new();
        for name in ["loud", "loud", "loud", "quiet"] {
            let (slots, order) = (Arc::clone(&slots), Arc::clone(&order));
            tasks.push(tokio::spawn(async move {
                let _held = slots.wait(&tenant(name)).await;
                order.lock().unwrap().push(name);
                tokio::task::yield_now().await;
            }));
            tokio::task::yield_now().await;
        }
        assert_eq!(slots.load(), (1, 4));
        drop(first);
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(*order.lock().unwrap(), ["loud", "quiet", "loud", "loud"]);
        assert_eq!(slots.load(), (0, 0));
    }

    #[tokio::test]
    async fn who_stops_waiting_takes_nothing_with_him() {
        let slots = Slots::new(1);
        let held = slots.now().unwrap();
        let asking = tenant("a");
        let mut gone = Box::pin(slots.wait(&asking));
        assert!(futures_util::poll!(&mut gone).is_pending());
        drop(gone);
        drop(held);
        assert_eq!(slots.load().0, 0);
        assert!(slots.now().is_some());
    }
}
