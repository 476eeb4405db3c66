//! One trace from a client through the queue to a provider, as a collector sees it.

use reqwest::Method;
use serde_json::{Value, json};
use tempfile::tempdir;

use super::chat::{Fake, converted};
use super::collector::{Collector, Part};
use super::node::{Node, block_on, talk, text};

/// The trace of a client, and its own part of it.
const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const CLIENT: &str = "b7ad6b7169203331";

fn trace_parent(flags: &str) -> String {
    format!("00-{TRACE}-{CLIENT}-{flags}")
}

/// The part of that name, of which there is one.
fn one<'p>(parts: &'p [Part], name: &str) -> &'p Part {
    let mut found = parts.iter().filter(|part| part.name == name);
    let part = found.next();
    let part = part.unwrap_or_else(|| panic!("no `{name}` in {parts:?}"));
    assert!(found.next().is_none(), "{name} is there twice");
    part
}

/// Uploads as a client that has a trace; the id of the job.
async fn convert(node: &Node, flags: &str) -> String {
    let part = reqwest::multipart::Part::bytes(talk(3).into_bytes()).file_name("talk.md");
    let asked = node
        .ask(Method::POST, "/v1/documents")
        .header("traceparent", trace_parent(flags))
        .multipart(reqwest::multipart::Form::new().part("file", part));
    let answer: Value = asked.send().await.unwrap().json().await.unwrap();
    text(&answer["job"]["id"])
}

/// Asks about a document as a client that has a trace, until it is answered.
async fn asked(node: &Node, document: &str) {
    let asked = node
        .ask(Method::POST, &format!("{document}/chat"))
        .header("traceparent", trace_parent("01"))
        .json(&json!({"message": "What is it about?"}));
    let job: Value = asked.send().await.unwrap().json().await.unwrap();
    assert_eq!(node.ended(&text(&job["id"])).await["state"], "succeeded");
}

#[test]
fn a_job_belongs_to_the_trace_of_its_client_from_the_request_to_its_last_stage() {
    block_on(async {
        let (collector, folder) = (Collector::start(), tempdir().unwrap());
        let settings = [
            (
                "SLIDECRAFT__TELEMETRY__OTLP__ENDPOINT",
                collector.base.as_str(),
            ),
            (
                "SLIDECRAFT__TELEMETRY__OTLP__HEADERS",
                "authorization=Basic eD15",
            ),
            // What begins here is not wanted.
            ("SLIDECRAFT__TELEMETRY__OTLP__SHARE", "0"),
        ];
        let node = Node::start_with(folder.path(), &settings);
        let job = convert(&node, "01").await;
        let ended = node.ended(&job).await;
        assert_eq!(
            (&ended["state"], &ended["trace_id"]),
            (&json!("succeeded"), &json!(TRACE))
        );
        let whole = ["POST /v1/documents", "run convert"];
        let parts = collector.trace(TRACE, whole).await;
        assert!(parts.iter().all(|part| !part.failed), "{parts:?}");

        let request = one(&parts, "POST /v1/documents");
        assert_eq!(request.parent, CLIENT);
        assert_eq!(request.says["http.response.status_code"], "202");
        assert_eq!(request.process["service.name"], "slidecraft");
        let enqueue = one(&parts, "enqueue convert");
        assert_eq!(
            (&enqueue.parent, &enqueue.says["job.id"]),
            (&request.id, &job)
        );
        assert_eq!(one(&parts, "queue_wait").parent, enqueue.id);
        let run = one(&parts, "run convert");
        assert_eq!((&run.parent, &run.says["job.id"]), (&enqueue.id, &job));
        assert_eq!(run.says["job.outcome"], "succeeded");
        let mut of_stages = 0;
        for stage in ["fetch", "parse", "normalize", "upload", "persist"] {
            let stage = one(&parts, stage);
            assert_eq!(stage.parent, run.id, "{stage:?}");
            of_stages += stage.took;
        }
        assert!(of_stages <= run.took, "{parts:?}");
        assert!(collector.parts().iter().all(|part| part.trace == TRACE));
        let from = collector.authorizations();
        assert!(!from.is_empty() && from.iter().all(|it| it == "Basic eD15"));
    });
}

#[test]
fn a_question_takes_its_trace_to_the_provider_and_the_failed_call_with_it() {
    block_on(async {
        let (collector, folder) = (Collector::start(), tempdir().unwrap());
        let (ill, well) = (Fake::start(&["--fault", "503"]), Fake::start(&[]));
        let settings = [
            (
                "SLIDECRAFT__TELEMETRY__OTLP__ENDPOINT",
                collector.base.as_str(),
            ),
            ("SLIDECRAFT__AI__OPENAI__KEY", "sk-test"),
            ("SLIDECRAFT__AI__OPENAI__URL", ill.base.as_str()),
            ("SLIDECRAFT__AI__COMPATIBLE__URL", well.base.as_str()),
            ("SLIDECRAFT__AI__COMPATIBLE__FAST", "local"),
        ];
        let node = Node::start_with(folder.path(), &settings);
        let document = converted(&node).await;
        asked(&node, &document).await;
        let whole = ["POST /v1/documents/{id}/chat", "run ai"];
        let parts = collector.trace(TRACE, whole).await;

        let run = one(&parts, "run ai");
        assert_eq!(run.parent, one(&parts, "enqueue ai").id);
        let answer = one(&parts, "answer");
        assert_eq!(answer.parent, run.id);
        let failed = one(&parts, "chat gpt-5-mini");
        assert!(failed.failed);
        assert_eq!(
            (&failed.parent, failed.says["error.type"].as_str()),
            (&answer.id, "overloaded")
        );
        let call = one(&parts, "chat local");
        assert_eq!((&call.parent, call.failed), (&answer.id, false));
        assert_eq!(call.says["gen_ai.provider.name"], "compatible");
        assert!(
            call.says["gen_ai.usage.output_tokens"]
                .parse::<u64>()
                .unwrap()
                > 0
        );

        let seen = well.seen().await;
        assert_eq!(
            seen["traces"],
            json!([format!("00-{TRACE}-{}-01", call.id)])
        );
    });
}

#[test]
fn who_does_not_want_a_trace_has_none_recorded_and_what_waits_is_sent_before_the_end() {
    block_on(async {
        let (collector, folder) = (Collector::start(), tempdir().unwrap());
        let endpoint = (
            "SLIDECRAFT__TELEMETRY__OTLP__ENDPOINT",
            collector.base.as_str(),
        );
        let node = Node::start_with(folder.path(), &[endpoint]);
        let unwanted = convert(&node, "00").await;
        assert_eq!(node.ended(&unwanted).await["state"], "succeeded");
        let probe = node.ask(Method::GET, "/healthz").send().await.unwrap();
        assert!(probe.status().is_success());
        let last = node.ask(Method::GET, "/v1/models").send().await.unwrap();
        assert!(last.status().is_success());
        assert!(node.terminate().success());
        let parts = collector.parts();
        assert_eq!(one(&parts, "GET /v1/models").parent, "");
        assert!(
            parts
                .iter()
                .all(|part| part.trace != TRACE && part.name != "GET /healthz"),
            "{parts:?}"
        );
    });
}

#[test]
fn jobs_are_done_though_no_collector_is_there_and_what_is_lost_is_counted() {
    block_on(async {
        let folder = tempdir().unwrap();
        // Bound and never answered.
        let nobody = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let endpoint = format!("http://{}", nobody.local_addr().unwrap());
        let settings = [
            ("SLIDECRAFT__TELEMETRY__OTLP__ENDPOINT", endpoint.as_str()),
            ("SLIDECRAFT__TELEMETRY__OTLP__TIMEOUT", "100ms"),
        ];
        let node = Node::start_with(folder.path(), &settings);
        let document = converted(&node).await;
        let pdf = node
            .export(&document.replace("/v1/documents/", ""), "pdf")
            .await;
        assert_eq!(node.ended(&pdf).await["state"], "succeeded");
        let mut metrics = String::new();
        for _ in 0..1_200 {
            let answer = node.ask(Method::GET, "/metrics").send().await.unwrap();
            metrics = answer.text().await.unwrap();
            if metrics.contains("slidecraft_trace_spans_total{outcome=\"failed\"}") {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        assert!(
            metrics.contains("slidecraft_trace_spans_total{outcome=\"failed\"}"),
            "{metrics}"
        );
        assert!(
            !metrics.contains("slidecraft_trace_spans_total{outcome=\"sent\"}"),
            "{metrics}"
        );
        assert!(node.terminate().success());
    });
}

#[test]
fn without_a_collector_nothing_is_sent_and_the_trace_goes_on_all_the_same() {
    block_on(async {
        let (collector, folder, fake) = (Collector::start(), tempdir().unwrap(), Fake::start(&[]));
        let settings = [
            // Variables that libraries listen to do not turn it on.
            ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.base.as_str()),
            ("SLIDECRAFT__AI__COMPATIBLE__URL", fake.base.as_str()),
            ("SLIDECRAFT__AI__COMPATIBLE__FAST", "local"),
        ];
        let node = Node::start_with(folder.path(), &settings);
        let document = converted(&node).await;
        asked(&node, &document).await;
        let seen = fake.seen().await;
        let trace = text(&seen["traces"][0]);
        assert!(
            trace.starts_with(&format!("00-{TRACE}-")) && !trace.contains(CLIENT),
            "{trace}"
        );
        assert!(node.terminate().success());
        assert!(collector.parts().is_empty());
    });
}
