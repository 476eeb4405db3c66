//! What is a context and what is none, and what a tracer tells its recorder.

use std::sync::Arc;
use std::time::Duration;

use proptest::prelude::*;

use super::context::{SpanId, TraceContext, TraceId};
use super::kept::Kept;
use super::span::SpanKind;
use super::tracer::{Place, Recorder, Tracer};
use crate::domain::ids::IdSource;
use crate::domain::time::{ManualClock, Timestamp};

const GIVEN: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

fn given() -> TraceContext {
    GIVEN.parse().unwrap()
}

#[test]
fn a_context_is_read_and_written_back() {
    let context = given();
    assert!(context.sampled());
    assert_eq!(
        context.trace.to_string(),
        "0af7651916cd43dd8448eb211c80319c"
    );
    assert_eq!(context.span.to_string(), "b7ad6b7169203331");
    assert_eq!(context.to_string(), GIVEN);
    let json = serde_json::to_string(&context).unwrap();
    assert_eq!(
        serde_json::from_str::<TraceContext>(&json).unwrap(),
        context
    );
}

#[test]
fn a_context_that_breaks_the_rules_is_none() {
    for broken in [
        "",
        "00",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-what",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-010",
        "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-B7AD6B7169203331-01",
        "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
        "00-0af7651916cd43dd8448eb211c80319-cb7ad6b7169203331-01",
        "00_0af7651916cd43dd8448eb211c80319c_b7ad6b7169203331_01",
        "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "0-00af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319g-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0x",
        "00-+af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        " 0-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01.what",
        "00-0af7651916cd43dd8448eb211c80319ü-b7ad6b7169203331-01",
    ] {
        assert!(broken.parse::<TraceContext>().is_err(), "{broken}");
    }
}

#[test]
fn a_later_version_is_read_as_far_as_it_is_known() {
    for later in [
        "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-what-comes",
    ] {
        assert_eq!(later.parse(), Ok(given()), "{later}");
    }
}

#[test]
fn flags_that_nobody_knows_are_not_passed_on() {
    let flagged = |flags: &str| {
        let text = GIVEN.replace("-01", flags);
        text.parse::<TraceContext>().unwrap()
    };
    assert!(!flagged("-00").sampled());
    assert!(!flagged("-fe").sampled());
    // The second one says that the trace id is random (level 2).
    assert!(flagged("-ff").to_string().ends_with("-03"));
    assert!(flagged("-fc").to_string().ends_with("-00"));
}

proptest! {
    #[test]
    fn what_is_written_reads_back(trace in 1_u128.., span in 1_u64.., sampled: bool) {
        let (trace, span) = (TraceId::of(trace.to_be_bytes()).unwrap(), SpanId::of(span.to_be_bytes()).unwrap());
        let context = TraceContext::root(trace, span, sampled);
        let text = context.to_string();
        prop_assert_eq!(text.len(), 55);
        prop_assert_eq!(text.parse(), Ok(context));
        prop_assert!((0.0..1.0).contains(&trace.fraction()));
    }

    #[test]
    fn what_is_read_of_any_text_is_written_the_same(text in "[0-9a-f]{2}-[0-9a-fA]{32}-[0-9a-f]{16}-0[0-3](-[a-z]{0,3})?|\\PC{0,60}") {
        if let Ok(context) = text.parse::<TraceContext>() {
            // All but the version, and what a later one adds.
            prop_assert_eq!(&context.to_string()[2..], &text[2..55]);
        }
    }
}

/// A tracer that records a share of what begins here, its clock and its recorder.
fn tracer(share: f64) -> (Tracer, Arc<ManualClock>, Arc<Kept>) {
    let (clock, kept) = (Arc::new(ManualClock::default()), Arc::<Kept>::default());
    let recorder = Recorder {
        sink: kept.clone(),
        share,
    };
    let ids = Arc::new(IdSource::seeded([7; 32]));
    let tracer = Tracer::new(ids, clock.clone(), Some(recorder));
    (tracer, clock, kept)
}

#[test]
fn a_part_is_told_when_it_is_over_with_all_that_was_said_of_it() {
    let (tracer, clock, kept) = tracer(1.0);
    let mut request = tracer.begin("GET", SpanKind::Server, Place::Remote(given()));
    clock.advance(Duration::from_micros(5));
    let mut part = tracer.begin("part", SpanKind::Internal, Place::Below(request.context()));
    part.fail("broken");
    clock.advance(Duration::from_micros(2));
    drop(part);
    request.say(|| vec![("http.response.status_code", 200_u16.into())]);
    request.end_at(Timestamp(9));
    let spans = kept.spans();
    let [part, request] = spans.as_slice() else {
        panic!("{spans:?}");
    };
    assert_eq!(request.context.trace, given().trace);
    assert_eq!((request.parent, request.remote), (Some(given().span), true));
    assert_eq!(
        (request.started, request.ended),
        (Timestamp(0), Timestamp(9))
    );
    assert_eq!(
        request.attributes,
        [("http.response.status_code", 200_u16.into())]
    );
    assert_eq!(part.context.trace, given().trace);
    assert_eq!(
        (part.parent, part.remote),
        (Some(request.context.span), false)
    );
    assert_eq!((part.started, part.ended), (Timestamp(5), Timestamp(7)));
    assert_eq!(part.failed.as_deref(), Some("broken"));
}

#[test]
fn who_began_a_trace_decides_whether_it_is_recorded() {
    let (all, _, kept) = tracer(1.0);
    let unwanted: TraceContext = GIVEN.replace("-01", "-00").parse().unwrap();
    let passed_on = all.begin("x", SpanKind::Server, Place::Remote(unwanted));
    assert_eq!(passed_on.context().trace, unwanted.trace);
    assert_ne!(passed_on.context().span, unwanted.span);
    drop(passed_on);
    assert_eq!(kept.spans().len(), 0);
    let (none, _, kept) = tracer(0.0);
    drop(none.begin("x", SpanKind::Server, Place::Root));
    assert_eq!(kept.spans().len(), 0);
    drop(none.begin("x", SpanKind::Server, Place::Remote(given())));
    assert_eq!(kept.spans().len(), 1);
}

#[test]
fn the_share_of_new_traces_is_recorded_whole() {
    let (some, _, kept) = tracer(0.25);
    for _ in 0..4_000 {
        let root = some.begin("root", SpanKind::Server, Place::Root);
        drop(some.begin("part", SpanKind::Internal, Place::Below(root.context())));
    }
    let spans = kept.spans();
    let roots = spans.iter().filter(|span| span.parent.is_none()).count();
    assert!((900..1_100).contains(&roots), "{roots}");
    assert_eq!(spans.len(), 2 * roots);
}

#[test]
fn what_is_forgotten_is_not_told() {
    let (tracer, _, kept) = tracer(1.0);
    tracer.begin("x", SpanKind::Producer, Place::Root).forget();
    assert_eq!(kept.spans().len(), 0);
}

#[test]
fn without_a_recorder_parts_have_names_all_the_same() {
    let ids = Arc::new(IdSource::seeded([7; 32]));
    let tracer = Tracer::new(ids, Arc::new(ManualClock::default()), None);
    let first = tracer.begin("x", SpanKind::Server, Place::Root).context();
    let other = tracer.begin("x", SpanKind::Server, Place::Root).context();
    assert_ne!(first.trace, other.trace);
    assert!(!first.sampled());
}
