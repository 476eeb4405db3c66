//! The shipped autoscalers played over traces of a queue: the sentences of the specification hold with the shipped numbers.
//!
//! The loop is the documented one (Kubernetes, *Horizontal Pod Autoscaling*): a look every 15 s, a tolerance of 10 %, the highest
//! proposal of the window for going down, policies that bound each minute.

use std::collections::VecDeque;

use serde_json::Value;

use super::shipped;

/// Between two looks, in seconds.
const LOOK: u64 = 15;
/// What the recorded rules look at, in seconds.
const WINDOW: u64 = 120;
/// Until a pod that was asked for works, in seconds.
const START: u64 = 20;
/// What a conversion takes where each stage takes its budget, in seconds.
const CONVERT: u64 = 8;

/// What is shipped for one kind of job.
struct Shipped {
    depth: f64,
    wait: f64,
    low: f64,
    scaler: Value,
}

/// The number after `text` in the rule of a pool.
fn threshold(rule: &str, after: &str) -> f64 {
    let rest = rule.split(after).nth(1).unwrap();
    rest.split([')', ' ']).next().unwrap().parse().unwrap()
}

impl Shipped {
    fn of(pool: &str) -> Self {
        let rules = shipped("deploy/monitoring/rules/recording.yaml");
        let depth = format!("slidecraft:queue_depth:avg2m{{pool=\"{pool}\"}}");
        let wait = format!("slidecraft:queue_wait_seconds:avg2m{{pool=\"{pool}\"}}");
        let scalers = shipped("deploy/k8s/base/hpa.yaml");
        let scalers = serde_yaml_ng::Deserializer::from_str(&scalers);
        let mut scalers = scalers.map(|it| <Value as serde::Deserialize>::deserialize(it).unwrap());
        let name = format!("slidecraft-{pool}");
        Self {
            depth: threshold(&rules, &format!("{depth} > ")),
            wait: threshold(&rules, &format!("{wait} > ")),
            low: threshold(&rules, &format!("{depth} < ")),
            scaler: scalers.find(|it| it["metadata"]["name"] == name).unwrap(),
        }
    }

    /// The recorded signal.
    fn signal(&self, depth: f64, wait: f64) -> f64 {
        if depth > self.depth || wait > self.wait {
            2.0
        } else if depth < self.low {
            0.5
        } else {
            1.0
        }
    }

    /// The pods at every look, starting with `pods`, for a queue by second.
    fn play(&self, pods: u32, seconds: u64, queue: impl Fn(u64) -> Queue) -> Vec<u32> {
        let mut scaler = Scaler::of(self, pods);
        for look in 0..seconds / LOOK {
            let now = look * LOOK;
            let past = (0..WINDOW).map(|back| queue(now.saturating_sub(back)));
            scaler.look(&past.collect::<Vec<_>>());
        }
        scaler.history
    }
}

/// A queue at a moment.
#[derive(Clone, Copy, Default)]
struct Queue {
    /// Jobs that wait.
    depth: f64,
    /// How long the oldest of them has waited, in seconds.
    wait: f64,
}

/// So many jobs, none of which has waited long.
fn deep(depth: f64) -> Queue {
    Queue { depth, wait: 0.0 }
}

/// The loop of a scaler.
struct Scaler<'s> {
    shipped: &'s Shipped,
    proposals: Vec<u32>,
    history: Vec<u32>,
}

impl<'s> Scaler<'s> {
    fn of(shipped: &'s Shipped, pods: u32) -> Self {
        Self {
            shipped,
            // As the controller does it: what there is counts as the first proposal.
            proposals: vec![pods],
            history: vec![pods],
        }
    }

    /// Looks at the queue of the last [`WINDOW`]; answers how many pods there are to be.
    fn look(&mut self, past: &[Queue]) -> u32 {
        let spec = &self.shipped.scaler["spec"];
        let number = |value: &Value| u32::try_from(value.as_u64().unwrap()).unwrap();
        let (least, most) = (number(&spec["minReplicas"]), number(&spec["maxReplicas"]));
        let down = &spec["behavior"]["scaleDown"];
        let window = down["stabilizationWindowSeconds"].as_u64().unwrap() / LOOK;
        let window = usize::try_from(window).unwrap();
        let mean = |of: fn(&Queue) -> f64| past.iter().map(of).sum::<f64>() / seconds(WINDOW);
        let signal = self.shipped.signal(mean(|it| it.depth), mean(|it| it.wait));
        let history = &mut self.history;
        let current = *history.last().unwrap();
        let wanted = if (signal - 1.0).abs() <= 0.1 {
            current
        } else {
            rounded_up(signal * f64::from(current))
        };
        self.proposals.push(wanted.clamp(least, most));
        let recent = &self.proposals[self.proposals.len().saturating_sub(window)..];
        let stable = if wanted < current {
            recent.iter().copied().max().unwrap().min(current)
        } else {
            wanted
        };
        let minute_ago = history[history.len().saturating_sub(4)];
        let up = (minute_ago * 2).max(minute_ago + 4);
        let bounded = stable.clamp(minute_ago.saturating_sub(1).min(current), up);
        let pods = bounded.clamp(least, most);
        history.push(pods);
        pods
    }
}

/// What became of the jobs of a suite, and of the pods meanwhile.
struct Played {
    /// When each job came, and how long it took from then to its end, in seconds.
    took: Vec<(u64, u64)>,
    /// Pods at every look.
    pods: Vec<u32>,
}

impl Played {
    /// What 95 % of the jobs that came within some seconds did not pass.
    fn p95(&self, came: std::ops::Range<u64>) -> u64 {
        let of = self.took.iter().filter(|(at, _)| came.contains(at));
        let mut took: Vec<u64> = of.map(|(_, took)| *took).collect();
        took.sort_unstable();
        took[(took.len() * 95).div_ceil(100) - 1]
    }
}

/// Plays jobs that come by second and each take `service` through pods that the shipped rules add and take away, until
/// the last is done. A pod that is added works after [`START`].
fn suite(shipped: &Shipped, slots: u32, service: u64, pods: u32, came: &[u32]) -> Played {
    let mut scaler = Scaler::of(shipped, pods);
    let (mut queue, mut running) = (VecDeque::new(), Vec::new());
    let mut past = VecDeque::from(vec![Queue::default(); usize::try_from(WINDOW).unwrap()]);
    let mut started: Vec<u64> = vec![0; usize::try_from(pods).unwrap()];
    let mut took = Vec::new();
    for now in 0.. {
        let coming = came.get(usize::try_from(now).unwrap());
        if coming.is_none() && queue.is_empty() && running.is_empty() {
            break;
        }
        running.retain(|end| *end > now);
        queue.extend((0..*coming.unwrap_or(&0)).map(|_| now));
        let working = started.iter().filter(|from| **from <= now).count();
        let room = (working * usize::try_from(slots).unwrap()).saturating_sub(running.len());
        for at in queue.drain(..room.min(queue.len())) {
            running.push(now + service);
            took.push((at, now + service - at));
        }
        past.pop_front();
        past.push_back(Queue {
            depth: seconds(queue.len().try_into().unwrap()),
            wait: queue.front().map_or(0.0, |at| seconds(now - at)),
        });
        if now % LOOK == 0 {
            let pods = usize::try_from(scaler.look(past.make_contiguous())).unwrap();
            started.resize(pods, now + START);
        }
    }
    Played {
        took,
        pods: scaler.history,
    }
}

/// Jobs by second at so many an hour, evenly.
fn evenly(an_hour: u64, from: u64, until: u64) -> impl Iterator<Item = u32> {
    (from..until).map(move |second| {
        let due = |at: u64| at * an_hour / 3_600;
        u32::try_from(due(second + 1) - due(second)).unwrap()
    })
}

#[expect(clippy::cast_precision_loss, reason = "some hours")]
fn seconds(count: u64) -> f64 {
    count as f64
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a few pods"
)]
fn rounded_up(pods: f64) -> u32 {
    pods.ceil() as u32
}

/// The second at which the number of pods first was another.
fn first_change(history: &[u32], from: usize) -> Option<u64> {
    let start = history[from];
    let place = history[from..].iter().position(|pods| *pods != start)?;
    Some(u64::try_from(place).unwrap() * LOOK)
}

#[test]
fn thresholds_are_those_of_the_specification() {
    let (convert, export) = (Shipped::of("convert"), Shipped::of("export"));
    assert_eq!((convert.depth, convert.wait, convert.low), (15.0, 5.0, 5.0));
    assert_eq!((export.depth, export.wait, export.low), (20.0, 3.0, 5.0));
}

#[test]
fn a_depth_between_the_thresholds_changes_nothing() {
    let history = Shipped::of("convert").play(12, 3_600, |_| deep(10.0));
    assert!(history.iter().all(|pods| *pods == 12), "{history:?}");
}

#[test]
fn a_depth_a_little_above_the_threshold_brings_pods_within_minutes() {
    for (pool, depth) in [("convert", 16.0), ("export", 21.0)] {
        let shipped = Shipped::of(pool);
        let history = shipped.play(6, 1_200, |_| deep(depth));
        assert!(
            first_change(&history, 0) <= Some(120),
            "{pool}: {history:?}"
        );
        assert!(history.last() > Some(&12), "{pool}: {history:?}");
    }
}

#[test]
fn a_spike_of_a_minute_changes_nothing() {
    let spike = |second: u64| {
        if (600..660).contains(&second) {
            deep(20.0)
        } else {
            deep(8.0)
        }
    };
    let history = Shipped::of("convert").play(6, 1_800, spike);
    assert!(history.iter().all(|pods| *pods == 6), "{history:?}");
}

#[test]
fn pods_go_one_a_minute_after_ten_quiet_minutes_and_never_below_the_least() {
    let drop = |second: u64| deep(if second < 600 { 40.0 } else { 2.0 });
    let history = Shipped::of("convert").play(3, 3_600, drop);
    assert_eq!(history.iter().max(), Some(&20), "no more than the most");
    let at_drop = usize::try_from(600 / LOOK).unwrap();
    let down = first_change(&history, at_drop + 9).unwrap();
    assert!((480..=780).contains(&down), "{down}: {history:?}");
    for minute in history.windows(5) {
        assert!(
            minute[4] + 1 >= minute[0] || minute[4] >= minute[0],
            "{minute:?}"
        );
    }
    assert_eq!(history.last(), Some(&3));
}

#[test]
fn a_wait_above_the_threshold_brings_pods_however_few_jobs_wait() {
    for (pool, wait) in [("convert", 5.5), ("export", 3.3)] {
        let shipped = Shipped::of(pool);
        let queue = |wait| move |_| Queue { depth: 6.0, wait };
        let history = shipped.play(6, 1_200, queue(wait));
        assert!(
            first_change(&history, 0) <= Some(120),
            "{pool}: {history:?}"
        );
        let history = shipped.play(6, 1_200, queue(wait - 1.0));
        assert!(history.iter().all(|pods| *pods == 6), "{pool}: {history:?}");
    }
}

#[test]
fn suite_1_stays_at_the_least_and_nobody_waits() {
    let came: Vec<u32> = evenly(200, 0, 2_400).collect();
    let played = suite(&Shipped::of("convert"), 3, CONVERT, 3, &came);
    assert!(
        played.pods.iter().all(|pods| *pods == 3),
        "{:?}",
        played.pods
    );
    assert!(played.p95(0..2_400) <= CONVERT + 1);
}

#[test]
fn suite_2_keeps_its_latency_through_the_surge() {
    let came = evenly(200, 0, 600)
        .chain(evenly(300, 600, 720))
        .chain(evenly(400, 720, 2_520));
    let played = suite(
        &Shipped::of("convert"),
        3,
        CONVERT,
        3,
        &came.collect::<Vec<_>>(),
    );
    let (before, during) = (played.p95(0..600), played.p95(600..1_020));
    assert!(
        during * 10 <= before * 12,
        "target +20 %: {during} after {before}"
    );
    assert!(
        played.p95(1_020..2_520) <= before,
        "back within five minutes"
    );
}

#[test]
fn suite_3_is_done_in_three_times_the_baseline_by_the_pods_of_the_baseline() {
    let came = evenly(6_000, 0, 60).collect::<Vec<_>>();
    let longest = |pods| {
        let played = suite(&Shipped::of("convert"), 3, CONVERT, pods, &came);
        assert_eq!(played.took.len(), 100, "none is refused, none is lost");
        let took = played.took.iter().map(|(_, took)| *took);
        (took.max().unwrap(), played.pods)
    };
    let (took, _) = longest(5);
    assert!(took <= 3 * CONVERT, "{took}");
    // From the least of three pods the rules come too late for a burst of a minute, as they look at two: deploy/k8s/README.md.
    let (took, pods) = longest(3);
    assert!((3 * CONVERT..5 * CONVERT).contains(&took), "{took}");
    assert!(pods.iter().any(|pods| *pods > 3), "{pods:?}");
}
