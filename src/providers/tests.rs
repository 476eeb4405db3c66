//! The router against fake providers on both vendors' wires: users see no fault that another provider can take.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::future::join_all;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::breaker::BreakerRules;
use super::chat::{
    ChatEvent, ChatMessage, ChatProvider, ChatRequest, ChatStream, ToolCall, ToolSpec,
};
use super::endpoint::Endpoint;
use super::fake::FakeProvider;
use super::fake::knobs::{Fault, Knobs, ScriptedCall};
use super::hedge::Hedging;
use super::route::{Price, Route, RouteSettings, input_tokens};
use super::router::{Router, RouterRules};
use super::watch::Unseen;
use super::wire::Wire;
use crate::domain::failure::{Failure, FailureCode};
use crate::domain::ids::IdSource;
use crate::domain::policy::quota::{Metered, Quota, Quotas};
use crate::domain::policy::rate::Rate;
use crate::domain::tenant::Tier;
use crate::domain::time::{Clock, SystemClock};
use crate::domain::trace::tracer::Tracer;
use crate::storage::limits::in_process::InProcessLimits;
use crate::storage::limits::{Asked, Subject};

/// A hang is a failure, not a wait.
const HANG: Duration = Duration::from_secs(60);

fn fake(knobs: Knobs) -> (FakeProvider, String) {
    let provider = FakeProvider::new(knobs, Arc::new(SystemClock));
    let socket = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}/v1", socket.local_addr().unwrap());
    actix_web::rt::spawn(provider.serve(socket, 1).unwrap());
    (provider, base)
}

fn route(name: &str, wire: Wire, base: &str, in_flight: usize) -> Arc<Route> {
    let price = Price {
        input: 1.0,
        cached: 0.5,
        output: 10.0,
    };
    let settings = RouteSettings {
        name: name.to_owned(),
        fast: Some("small".to_owned()),
        strong: None,
        prices: [("small".to_owned(), price)].into(),
        requests_per_minute: 1_000_000,
        tokens_per_minute: 1_000_000_000,
        in_flight,
    };
    let endpoint = Endpoint::new(
        wire,
        base,
        Some("sk-test".to_owned()),
        reqwest::Client::new(),
    );
    Arc::new(Route::new(
        settings,
        Arc::new(endpoint),
        BreakerRules::default(),
    ))
}

fn daily(amount: u64) -> Rate {
    let window = Duration::from_secs(86_400);
    Rate { amount, window }
}

fn router(routes: Vec<Arc<Route>>) -> Arc<Router> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    Arc::new(Router {
        routes,
        rules: RouterRules {
            queue: Duration::from_secs(5),
            first_token: Duration::from_millis(400),
            between: Duration::from_secs(2),
            in_all: Duration::from_secs(10),
        },
        limits: Arc::new(InProcessLimits::new(Arc::clone(&clock))),
        watch: Arc::new(Unseen),
        tracer: Tracer::new(
            Arc::new(IdSource::seeded([4; 32])),
            Arc::clone(&clock),
            None,
        ),
        clock,
        ids: Arc::new(IdSource::seeded([3; 32])),
        hedging: None,
        budgets: Quotas {
            standard: Quota {
                ai_tokens: Some(daily(1_000_000)),
                ai_money: Some(daily(1_000_000)),
                ..Quota::default()
            },
            ..Quotas::default()
        },
    })
}

fn request(tenant: &str) -> ChatRequest {
    ChatRequest {
        tenant: tenant.parse().unwrap(),
        tier: Tier::Standard,
        model: None,
        system: "work".to_owned(),
        messages: vec![ChatMessage::User {
            text: "hello".to_owned(),
        }],
        tools: Arc::new([ToolSpec {
            name: "slide",
            description: "Reads a slide.",
            parameters: serde_json::json!({"type": "object"}),
        }]),
        max_output_tokens: 100,
        slides: Arc::new([]),
        trace: None,
    }
}

async fn begun(router: &Router, tenant: &str) -> Result<ChatStream, Failure> {
    let asked = router.chat(request(tenant), CancellationToken::new());
    timeout(HANG, asked).await.unwrap()
}

/// All events of an answer.
async fn whole(router: &Router, tenant: &str) -> Result<Vec<ChatEvent>, Failure> {
    let mut stream = begun(router, tenant).await?;
    let mut events = Vec::new();
    while let Some(event) = timeout(HANG, stream.next()).await.unwrap() {
        events.push(event?);
    }
    Ok(events)
}

/// All that was said.
fn said(events: &[ChatEvent]) -> String {
    let text = |event: &ChatEvent| {
        if let ChatEvent::Text(text) = event {
            return text.clone();
        }
        String::new()
    };
    events.iter().map(text).collect()
}

fn called(event: &ChatEvent) -> Option<&ToolCall> {
    if let ChatEvent::Call(call) = event {
        return Some(call);
    }
    None
}

#[actix_web::test]
async fn every_wire_answers_in_text_and_in_calls() {
    for wire in [Wire::OpenAiChat, Wire::OpenAiResponses, Wire::Anthropic] {
        let (provider, base) = fake(Knobs {
            split: 3,
            ..Knobs::default()
        });
        let router = router(vec![route("a", wire, &base, 50)]);
        let events = whole(&router, "acme").await.unwrap();
        let text = said(&events);
        assert!(
            text.starts_with("wörd 0 wörd 1") && text.ends_with("wörd 7 "),
            "{wire:?}: {text}"
        );
        let Some(ChatEvent::Done { usage, .. }) = events.last() else {
            panic!("{events:?}");
        };
        assert!(
            usage.input > 0 && usage.cached > 0 && usage.output == 8,
            "{usage:?}"
        );
        assert!(usage.micro_dollars >= usage.input, "{usage:?}");
        provider.turn(Knobs {
            call: Some(ScriptedCall {
                tool: "slide".to_owned(),
                arguments: "{\"slide\": 1}".to_owned(),
            }),
            usage: false,
            ..Knobs::default()
        });
        let events = whole(&router, "acme").await.unwrap();
        let call = events.iter().find_map(called);
        assert_eq!(call.unwrap().arguments, "{\"slide\": 1}", "{wire:?}");
        let estimated = matches!(events.last(), Some(ChatEvent::Done { usage, .. }) if usage.estimated || wire == Wire::Anthropic);
        assert!(estimated, "{wire:?} {events:?}");
    }
}

#[actix_web::test]
async fn of_a_thousand_faults_users_see_none_while_one_provider_is_well() {
    let faults = [
        Fault::RateLimited(Some(Duration::from_millis(5))),
        Fault::RateLimitedHint,
        Fault::Overloaded,
        Fault::Server,
        Fault::ErrorAfter(0),
        Fault::ResetAfter(0),
        Fault::Billing,
    ];
    let (ill, ill_base) = fake(Knobs {
        faults: faults.into_iter().map(Some).collect(),
        ..Knobs::default()
    });
    let (well, well_base) = fake(Knobs::default());
    // Nothing holds the router back from the one that is ill: each request is to meet a fault.
    let mut injected = 0;
    while injected < 1_000 {
        let routes = vec![
            route("ill", Wire::OpenAiChat, &ill_base, 50),
            route("well", Wire::Anthropic, &well_base, 50),
        ];
        let router = router(routes);
        let answers = join_all((0..20).map(|_| whole(&router, "acme"))).await;
        for answer in answers {
            let events = answer.unwrap();
            assert!(matches!(events.last(), Some(ChatEvent::Done { .. })));
        }
        injected = ill.record().requests;
    }
    assert!(well.record().finished >= 1_000);
}

#[actix_web::test]
async fn a_provider_that_stands_still_before_its_first_word_is_left_for_another() {
    let (_, still) = fake(Knobs {
        faults: vec![Some(Fault::StallAfter(0))],
        ..Knobs::default()
    });
    let (_, well) = fake(Knobs::default());
    let router = router(vec![
        route("still", Wire::Anthropic, &still, 50),
        route("well", Wire::OpenAiChat, &well, 50),
    ]);
    let events = whole(&router, "acme").await.unwrap();
    let routed = ChatEvent::Routed {
        provider: "well".to_owned(),
        model: "small".to_owned(),
    };
    assert_eq!(events.first(), Some(&routed));
}

#[actix_web::test]
async fn a_slow_question_is_asked_twice_and_the_quicker_answers() {
    let (first, first_base) = fake(Knobs::default());
    let (second, second_base) = fake(Knobs::default());
    let mut hedging = Arc::into_inner(router(vec![
        route("first", Wire::Anthropic, &first_base, 50),
        route("second", Wire::OpenAiChat, &second_base, 50),
    ]))
    .unwrap();
    hedging.hedging = Some(Hedging::default());
    hedging.rules.first_token = Duration::from_secs(5);
    let by = |events: &[ChatEvent]| match events.first() {
        Some(ChatEvent::Routed { provider, .. }) => provider.clone(),
        other => panic!("{other:?}"),
    };
    let mut elsewhere = 0;
    for _ in 0..120 {
        if by(&whole(&hedging, "acme").await.unwrap()) != "first" {
            elsewhere += 1;
        }
    }
    // On a busy machine a question is slow now and then; the budget bounds how many are asked twice.
    let usual = second.record().requests;
    assert!(
        usual <= 3 && elsewhere <= usual,
        "{usual} of 120 were asked twice, {elsewhere} answered by the second"
    );
    // Far slower than usual, and well within what a provider is given.
    first.turn(Knobs {
        first_token: Duration::from_secs(3),
        between: Duration::from_millis(50),
        ..Knobs::default()
    });
    for _ in 0..60 {
        hedging.hedging.as_ref().unwrap().asked();
    }
    assert_eq!(by(&whole(&hedging, "acme").await.unwrap()), "second");
    let left = async {
        while first.record().left_at.is_empty() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    timeout(HANG, left).await.unwrap();
    assert_eq!(hedging.routes[0].slots.load(), (0, 0));
}

#[actix_web::test]
async fn what_an_answer_used_is_charged_to_who_asked_also_when_it_was_left() {
    let (_, base) = fake(Knobs::default());
    let router = router(vec![route("a", Wire::OpenAiChat, &base, 50)]);
    let events = whole(&router, "acme").await.unwrap();
    let Some(ChatEvent::Done { usage, .. }) = events.last() else {
        panic!("{events:?}");
    };
    // What is charged is charged a moment after; a refill of a few units may have come since.
    let charged = async |metered: Metered, expected: u64| {
        let subject = Subject::tenant(&"acme".parse().unwrap());
        let rate = daily(1_000_000);
        let asked = Asked {
            name: metered.name(),
            rate,
            cost: 0,
        };
        let seen = async {
            loop {
                let taken = router.limits.take(&subject, &[asked]).await;
                let spent = rate.amount - taken.standings()[0].left;
                if spent + 20 >= expected {
                    return spent;
                }
                tokio::task::yield_now().await;
            }
        };
        let spent = timeout(HANG, seen).await.unwrap();
        assert!(
            spent <= expected + 20,
            "{metered:?}: {spent}, not {expected}"
        );
    };
    charged(Metered::AiTokens, usage.total()).await;
    charged(Metered::AiMoney, usage.micro_dollars).await;
    let mut stream = begun(&router, "acme").await.unwrap();
    stream.next().await.unwrap().unwrap();
    drop(stream);
    let input = input_tokens(&request("acme"));
    charged(Metered::AiTokens, usage.total() + input).await;
}

#[actix_web::test]
async fn where_nobody_answers_it_is_told_in_time_and_why() {
    let (one, one_base) = fake(Knobs {
        faults: vec![Some(Fault::Server)],
        ..Knobs::default()
    });
    let (_, other_base) = fake(Knobs {
        faults: vec![Some(Fault::Overloaded)],
        ..Knobs::default()
    });
    let router = router(vec![
        route("one", Wire::OpenAiChat, &one_base, 50),
        route("other", Wire::Anthropic, &other_base, 50),
        route("gone", Wire::OpenAiChat, "http://127.0.0.1:9/v1", 50),
    ]);
    let failure = whole(&router, "acme").await.unwrap_err();
    assert_eq!(failure.code, FailureCode::ProviderUnavailable);
    for name in ["one: 500", "other: 529", "gone:"] {
        assert!(failure.message.contains(name), "{}", failure.message);
    }
    assert!(
        one.record().requests > 1,
        "it was tried again while there was time"
    );
}

#[actix_web::test]
async fn an_account_that_is_used_up_and_a_wrong_key_are_asked_once() {
    for fault in [Fault::Billing, Fault::Auth] {
        let (provider, base) = fake(Knobs {
            faults: vec![Some(fault)],
            ..Knobs::default()
        });
        let router = router(vec![route("a", Wire::Anthropic, &base, 50)]);
        let failure = whole(&router, "acme").await.unwrap_err();
        assert_eq!(failure.code, FailureCode::ProviderRefused);
        assert_eq!(provider.record().requests, 1, "{fault:?}");
    }
}

#[actix_web::test]
async fn a_provider_that_names_a_wait_is_asked_after_it() {
    let wait = Duration::from_millis(300);
    let (provider, base) = fake(Knobs {
        faults: vec![Some(Fault::RateLimited(Some(wait))), None],
        ..Knobs::default()
    });
    let router = router(vec![route("a", Wire::OpenAiChat, &base, 50)]);
    let started = SystemClock.now();
    whole(&router, "acme").await.unwrap();
    assert!(SystemClock.now().since(started) >= wait);
    assert_eq!(provider.record().requests, 2);
}

#[actix_web::test]
async fn limits_that_count_down_are_seen_before_they_bite() {
    let (provider, base) = fake(Knobs {
        limit: Some(3),
        ..Knobs::default()
    });
    let router = router(vec![route("a", Wire::OpenAiChat, &base, 1)]);
    for _ in 0..9 {
        whole(&router, "acme").await.unwrap();
    }
    assert!(provider.record().requests <= 12, "{:?}", provider.record());
}

#[actix_web::test]
async fn five_hundred_clients_never_have_more_than_fifty_in_flight() {
    let (provider, base) = fake(Knobs {
        first_token: Duration::from_millis(20),
        pieces: 2,
        ..Knobs::default()
    });
    let router = router(vec![route("a", Wire::OpenAiChat, &base, 50)]);
    let tenants: Vec<String> = (0..500)
        .map(|number| format!("tenant-{}", number % 7))
        .collect();
    let answers = join_all(tenants.iter().map(|tenant| whole(&router, tenant))).await;
    for answer in answers {
        answer.unwrap();
    }
    let record = provider.record();
    assert_eq!(record.finished, 500);
    assert!(record.most_in_flight <= 50, "{record:?}");
    assert!(record.most_in_flight > 25, "{record:?}");
}

#[actix_web::test]
async fn who_leaves_closes_the_connection_upstream_and_gives_the_slot_back() {
    let (provider, base) = fake(Knobs {
        between: Duration::from_millis(50),
        pieces: 1_000,
        ..Knobs::default()
    });
    for by_token in [false, true] {
        let router = router(vec![route("a", Wire::Anthropic, &base, 1)]);
        let stop = CancellationToken::new();
        let mut stream = router.chat(request("acme"), stop.clone()).await.unwrap();
        stream.next().await.unwrap().unwrap();
        let seen = provider.record().left_at.len();
        if by_token {
            stop.cancel();
            while stream.next().await.is_some() {}
        }
        drop(stream);
        let left = async {
            while provider.record().left_at.len() == seen {
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        };
        timeout(HANG, left).await.unwrap();
        assert_eq!(router.routes[0].slots.load(), (0, 0));
    }
}

#[actix_web::test]
async fn what_stands_still_or_breaks_midway_is_a_failure_that_may_be_tried_again() {
    for fault in [
        Fault::StallAfter(2),
        Fault::ErrorAfter(2),
        Fault::ResetAfter(2),
    ] {
        let (_, base) = fake(Knobs {
            faults: vec![Some(fault)],
            ..Knobs::default()
        });
        let router = router(vec![route("a", Wire::OpenAiChat, &base, 50)]);
        let failure = whole(&router, "acme").await.unwrap_err();
        assert_eq!(failure.code, FailureCode::ProviderUnavailable, "{fault:?}");
    }
}

#[actix_web::test]
async fn models_are_asked_by_class_by_name_and_with_their_provider() {
    let (_, base) = fake(Knobs::default());
    let router = router(vec![route("a", Wire::OpenAiChat, &base, 50)]);
    let ask = |model: &str| {
        let request = ChatRequest {
            model: Some(model.to_owned()),
            ..request("acme")
        };
        router.chat(request, CancellationToken::new())
    };
    for model in ["fast", "strong", "small", "a/small"] {
        assert!(ask(model).await.is_ok(), "{model}");
    }
    let failure = ask("large").await.err().unwrap();
    assert_eq!(failure.code, FailureCode::BadRequest);
    assert!(failure.message.contains("a/small"), "{}", failure.message);
    assert_eq!(router.models()[0].class, Some("fast"));
}
