//! Group commit: operations that arrive while the last group is being written share the next transaction.
//!
//! There is no timer. A lone operation is written at once; under load a group grows to what arrived during one commit.

use std::sync::Arc;

use backon::Retryable;
use futures_util::future::BoxFuture;
use tokio::sync::{Mutex, mpsc, oneshot};

use super::error::StoreError;
use super::sql::retries;

/// How many operations may wait before callers wait to hand theirs over.
const WAITING: usize = 4_096;

type Waiting<Op, Answer> = (Op, oneshot::Sender<Result<Answer, StoreError>>);

/// Writes a group: which try it is, from 1, and the operations. Answers for each, in their order. All or nothing.
type Flush<Op, Answer> = Arc<
    dyn Fn(usize, Vec<Op>) -> BoxFuture<'static, Result<Vec<Answer>, StoreError>> + Send + Sync,
>;

/// How large groups are, and how many are written at once.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shape {
    /// The most operations in a group: what is lost time when one of them is refused.
    pub(super) group: usize,
    /// Groups that may be under way at the same time.
    pub(super) lanes: usize,
}

/// Operations of one kind, written in groups. Clones share it.
#[derive(Debug)]
pub(super) struct Batches<Op, Answer> {
    what: &'static str,
    operations: mpsc::Sender<Waiting<Op, Answer>>,
}

impl<Op, Answer> Clone for Batches<Op, Answer> {
    fn clone(&self) -> Self {
        Self {
            what: self.what,
            operations: self.operations.clone(),
        }
    }
}

impl<Op, Answer> Batches<Op, Answer>
where
    Op: Clone + Send + Sync + 'static,
    Answer: Send + 'static,
{
    /// Starts to write on the current runtime; ends when nobody can ask any more.
    pub(super) fn start<F>(what: &'static str, shape: Shape, flush: F) -> Self
    where
        F: Fn(usize, Vec<Op>) -> BoxFuture<'static, Result<Vec<Answer>, StoreError>>
            + Send
            + Sync
            + 'static,
    {
        let flush: Flush<Op, Answer> = Arc::new(flush);
        let (operations, waiting) = mpsc::channel(WAITING);
        let waiting = Arc::new(Mutex::new(waiting));
        for _ in 0..shape.lanes {
            let lane = Lane {
                what,
                group: shape.group,
                waiting: Arc::clone(&waiting),
                flush: Arc::clone(&flush),
            };
            tokio::spawn(lane.run());
        }
        Self { what, operations }
    }

    /// Hands an operation over; answers when it is on disk.
    pub(super) async fn put(&self, operation: Op) -> Result<Answer, StoreError> {
        let stopped = || StoreError::unavailable(self.what, "the writer has stopped");
        let (sender, answer) = oneshot::channel();
        let sent = self.operations.send((operation, sender)).await;
        sent.map_err(|_| stopped())?;
        answer.await.map_err(|_| stopped())?
    }
}

struct Lane<Op, Answer> {
    what: &'static str,
    group: usize,
    waiting: Arc<Mutex<mpsc::Receiver<Waiting<Op, Answer>>>>,
    flush: Flush<Op, Answer>,
}

impl<Op: Clone + Send + Sync, Answer: Send> Lane<Op, Answer> {
    async fn run(self) {
        let mut group = Vec::with_capacity(self.group);
        loop {
            // Only the taking is under the lock: while this group is written, another lane takes the next.
            if self
                .waiting
                .lock()
                .await
                .recv_many(&mut group, self.group)
                .await
                == 0
            {
                return;
            }
            let (operations, callers): (Vec<_>, Vec<_>) = group.drain(..).unzip();
            let answers = self.write(operations).await;
            for (caller, answer) in callers.into_iter().zip(answers) {
                // A caller that went away wants no answer.
                let _gone = caller.send(answer);
            }
        }
    }

    async fn write(&self, operations: Vec<Op>) -> Vec<Result<Answer, StoreError>> {
        let told = match self.patiently(&operations).await {
            Ok(answers) => return answers.into_iter().map(Ok).collect(),
            Err(error) => error,
        };
        if operations.len() == 1 {
            return vec![Err(told)];
        }
        if told.passes() {
            let reason: Arc<str> = told.to_string().into();
            let each = operations.iter();
            return each
                .map(|_| Err(StoreError::unavailable(self.what, reason.as_ref())))
                .collect();
        }
        // One of them is refused for good: alone it fails alone.
        let mut answers = Vec::with_capacity(operations.len());
        for operation in operations {
            let alone = self.patiently(&[operation]).await;
            let first = |answers: Vec<Answer>| {
                answers
                    .into_iter()
                    .next()
                    .ok_or_else(|| StoreError::unavailable(self.what, "nothing was done"))
            };
            answers.push(alone.and_then(first));
        }
        answers
    }

    /// Writes a group, again where the connection broke: then it is unknown whether it was committed, and whoever writes
    /// has to look.
    async fn patiently(&self, operations: &[Op]) -> Result<Vec<Answer>, StoreError> {
        let mut tries = 0;
        let write = || {
            tries += 1;
            (self.flush)(tries, operations.to_vec())
        };
        write.retry(retries()).when(StoreError::broken).await
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex as Cell;

    use futures_util::FutureExt;
    use futures_util::future::{join_all, ready};
    use sea_orm::DbErr;

    use super::*;

    const SHAPE: Shape = Shape { group: 8, lanes: 1 };

    type Numbers = Result<Vec<usize>, StoreError>;

    fn without_three(group: &[usize]) -> Numbers {
        if group.contains(&3) {
            return Err(StoreError::unavailable("test", "three is refused"));
        }
        Ok(group.to_vec())
    }

    fn at_the_third_try(tries: usize, group: &[usize]) -> Numbers {
        if tries < 3 {
            let closed = sea_orm::ConnAcquireErr::ConnectionClosed;
            return Err(StoreError::of("test", DbErr::ConnectionAcquire(closed)));
        }
        Ok(vec![tries; group.len()])
    }

    #[tokio::test]
    async fn what_arrives_together_is_written_together() {
        let sizes = Arc::new(Cell::new(Vec::new()));
        let seen = Arc::clone(&sizes);
        let batches = Batches::start("test", SHAPE, move |_, group: Vec<usize>| {
            seen.lock().unwrap().push(group.len());
            let doubled = group.iter().map(|number| number * 2).collect();
            ready(Ok(doubled)).boxed()
        });
        let answers = join_all((0..20).map(|number| batches.put(number))).await;
        let doubled: Vec<usize> = answers.into_iter().map(Result::unwrap).collect();
        assert_eq!(
            doubled,
            (0..20).map(|number| number * 2).collect::<Vec<_>>()
        );
        assert_eq!(*sizes.lock().unwrap(), [8, 8, 4]);
    }

    #[tokio::test]
    async fn one_that_is_refused_is_refused_alone() {
        let flush = |_, group: Vec<usize>| ready(without_three(&group)).boxed();
        let batches = Batches::start("test", SHAPE, flush);
        let answers = join_all((0..8).map(|number| batches.put(number))).await;
        let refused: Vec<usize> = (0..8).filter(|place| answers[*place].is_err()).collect();
        assert_eq!(refused, [3]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_group_whose_connection_broke_is_written_again_as_a_later_try() {
        let flush = |tries, group: Vec<usize>| ready(at_the_third_try(tries, &group)).boxed();
        let batches = Batches::start("test", SHAPE, flush);
        assert_eq!(batches.put(1).await.unwrap(), 3);
    }
}
