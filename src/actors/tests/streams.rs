//! Event streams: whatever happens to one, its client misses nothing without being told, and the others go on.

use tokio::sync::mpsc::Receiver;

use super::world::{World, in_virtual_time};
use crate::actors::handle::{SseFrame, Subscription};
use crate::actors::job_events::{CountSessions, Open, PanicHub, PanicOne};
use crate::actors::sse_session::Beginning;
use crate::domain::ids::DocumentId;
use crate::domain::job_event::{Fact, JobEvent};
use crate::storage::events::EventId;

/// All events of the tenant whose jobs these are.
fn everything() -> Subscription {
    Subscription {
        tenant: "acme".parse().unwrap(),
        document: None,
        job: None,
        last_event_id: None,
    }
}

async fn from_now(world: &World) -> Beginning {
    let newest = world.ground.events.newest(&everything().tenant).await;
    Beginning::Now(newest.unwrap())
}

async fn open(world: &World, beginning: Beginning) -> Receiver<SseFrame> {
    let events = world.book.events().unwrap();
    events.send(Open(everything(), beginning)).await.unwrap().0
}

async fn tell(world: &World, version: u64) {
    let event = JobEvent {
        tenant: None,
        document: Some(DocumentId(uuid::Uuid::nil())),
        job: None,
        kind: None,
        at: world.ground.clock.now(),
        fact: Fact::DocumentUpdated { version },
    };
    world.ground.tell(&everything().tenant, event).await;
}

/// Everything on a stream so far: names and ids.
fn heard(stream: &mut Receiver<SseFrame>) -> Vec<(&'static str, Option<EventId>)> {
    let mut frames = Vec::new();
    while let Ok(frame) = stream.try_recv() {
        let event = frame.event;
        let text = String::from_utf8(frame.into_bytes().to_vec()).unwrap();
        let id = text.lines().find_map(|line| line.strip_prefix("id: "));
        frames.push((event, id.map(|id| id.parse().unwrap())));
    }
    frames
}

#[test]
fn a_burst_reaches_a_stream_whole_and_in_order() {
    in_virtual_time(|| async {
        let world = World::start();
        world.pass(1).await;
        let mut stream = open(&world, from_now(&world).await).await;
        world.pass(1).await;
        // More than a mailbox holds, without a breath in between.
        for version in 1..=200 {
            tell(&world, version).await;
        }
        world.pass(1).await;
        let frames = heard(&mut stream);
        assert_eq!(frames.len(), 201, "{frames:?}");
        assert_eq!(frames[0].0, "hello");
        assert!(
            frames.is_sorted_by(|one, next| one.1 < next.1),
            "{frames:?}"
        );
    });
}

#[test]
fn a_stream_that_was_cut_before_its_first_event_misses_nothing() {
    in_virtual_time(|| async {
        let world = World::start();
        world.pass(1).await;
        let mut stream = open(&world, from_now(&world).await).await;
        world.pass(1).await;
        let [(_, Some(hello))] = heard(&mut stream)[..] else {
            panic!("no hello");
        };
        drop(stream);
        world.pass(1).await;
        tell(&world, 1).await;
        let mut again = open(&world, Beginning::After(hello)).await;
        world.pass(1).await;
        tell(&world, 2).await;
        world.pass(1).await;
        let names: Vec<_> = heard(&mut again).iter().map(|frame| frame.0).collect();
        assert_eq!(names, ["document.updated", "document.updated"]);
    });
}

#[test]
fn an_id_from_the_future_is_a_gap_and_the_stream_goes_on_from_now() {
    in_virtual_time(|| async {
        let world = World::start();
        world.pass(1).await;
        tell(&world, 1).await;
        let future = EventId {
            millis: u64::MAX,
            sequence: 0,
        };
        let mut stream = open(&world, Beginning::After(future)).await;
        world.pass(1).await;
        tell(&world, 2).await;
        world.pass(1).await;
        let frames = heard(&mut stream);
        let names: Vec<_> = frames.iter().map(|frame| frame.0).collect();
        assert_eq!(names, ["gap", "document.updated"]);
        // Coming back with the id of the gap is no gap again.
        let mut again = open(&world, Beginning::After(frames[0].1.unwrap())).await;
        world.pass(1).await;
        let names: Vec<_> = heard(&mut again).iter().map(|frame| frame.0).collect();
        assert_eq!(names, ["document.updated"]);
    });
}

#[test]
fn a_job_event_actor_that_panics_ends_its_streams_and_they_resume_at_the_next() {
    in_virtual_time(|| async {
        let world = World::start();
        world.pass(1).await;
        let mut stream = open(&world, from_now(&world).await).await;
        world.pass(1).await;
        let [(_, Some(hello))] = heard(&mut stream)[..] else {
            panic!("no hello");
        };
        drop(world.book.events().unwrap().try_send(PanicHub));
        world.pass(2).await;
        assert_eq!(stream.recv().await, None, "a stream of nobody stays open");
        tell(&world, 1).await;
        let mut again = open(&world, Beginning::After(hello)).await;
        world.pass(1).await;
        let names: Vec<_> = heard(&mut again).iter().map(|frame| frame.0).collect();
        assert_eq!(names, ["document.updated"]);
    });
}

#[test]
fn a_panic_in_a_session_ends_that_stream_only() {
    in_virtual_time(|| async {
        let world = World::start();
        world.pass(1).await;
        let events = world.book.events().unwrap();
        let mut streams = Vec::new();
        for _ in 0..3 {
            streams.push(
                events
                    .send(Open(everything(), from_now(&world).await))
                    .await
                    .unwrap()
                    .0,
            );
        }
        events.send(PanicOne).await.unwrap();
        world.pass(1).await;
        assert_eq!(events.send(CountSessions).await.unwrap(), 2);
        world.submit(1).await;
        world.pass(2).await;
        let mut heard = Vec::new();
        for stream in &mut streams {
            let mut names = Vec::new();
            while let Ok(frame) = stream.try_recv() {
                names.push(frame.event);
            }
            heard.push(names.last().copied());
        }
        heard.sort_unstable();
        let all = Some("job.succeeded");
        assert_eq!(heard, [Some("hello"), all, all]);
    });
}

#[test]
fn a_client_that_does_not_read_is_cut_and_the_others_go_on() {
    in_virtual_time(|| async {
        let world = World::start();
        world.pass(1).await;
        let events = world.book.events().unwrap();
        let _stuck = events
            .send(Open(everything(), from_now(&world).await))
            .await
            .unwrap();
        let mut reading = events
            .send(Open(everything(), from_now(&world).await))
            .await
            .unwrap()
            .0;
        let mut heard = 0;
        for _ in 0..4 {
            for _ in 0..50 {
                world.submit(1).await;
            }
            world.pass(20).await;
            while let Ok(frame) = reading.try_recv() {
                heard += usize::from(frame.event == "job.succeeded");
            }
        }
        assert_eq!(heard, 200);
        assert_eq!(events.send(CountSessions).await.unwrap(), 1);
        drop(reading);
        world.pass(1).await;
        assert_eq!(events.send(CountSessions).await.unwrap(), 0);
    });
}
