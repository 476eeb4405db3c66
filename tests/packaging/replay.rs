//! The shipped autoscalers played over traces of a queue: the sentences of the specification hold with the shipped numbers.
//!
//! The loop is the documented one (Kubernetes, *Horizontal Pod Autoscaling*): a look every 15 s, a tolerance of 10 %, the highest
//! proposal of the window for going down, policies that bound each minute.

use serde_json::Value;

use super::shipped;

/// Between two looks, in seconds.
const LOOK: u64 = 15;

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

    /// The pods at every look, starting with `pods`, for a depth by second.
    fn play(&self, pods: u32, seconds: u64, depth: impl Fn(u64) -> f64) -> Vec<u32> {
        let spec = &self.scaler["spec"];
        let number = |value: &Value| u32::try_from(value.as_u64().unwrap()).unwrap();
        let (least, most) = (number(&spec["minReplicas"]), number(&spec["maxReplicas"]));
        let down = &spec["behavior"]["scaleDown"];
        let window = down["stabilizationWindowSeconds"].as_u64().unwrap() / LOOK;
        let window = usize::try_from(window).unwrap();
        let mut proposals = Vec::new();
        let mut history = vec![pods];
        for look in 0..seconds / LOOK {
            let now = look * LOOK;
            let past = (0..120).map(|back| depth(now.saturating_sub(back)));
            let mean = past.sum::<f64>() / 120.0;
            let signal = self.signal(mean, 0.0);
            let current = *history.last().unwrap();
            let wanted = if (signal - 1.0).abs() <= 0.1 {
                current
            } else {
                rounded_up(signal * f64::from(current))
            };
            proposals.push(wanted.clamp(least, most));
            let recent = &proposals[proposals.len().saturating_sub(window)..];
            let stable = if wanted < current {
                recent.iter().copied().max().unwrap().min(current)
            } else {
                wanted
            };
            let minute_ago = history[history.len().saturating_sub(4)];
            let up = (minute_ago * 2).max(minute_ago + 4);
            let bounded = stable.clamp(minute_ago.saturating_sub(1).min(current), up);
            history.push(bounded.clamp(least, most));
        }
        history
    }
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
    let history = Shipped::of("convert").play(12, 3_600, |_| 10.0);
    assert!(history.iter().all(|pods| *pods == 12), "{history:?}");
}

#[test]
fn a_depth_a_little_above_the_threshold_brings_pods_within_minutes() {
    for (pool, depth) in [("convert", 16.0), ("export", 21.0)] {
        let shipped = Shipped::of(pool);
        let history = shipped.play(6, 1_200, |_| depth);
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
            20.0
        } else {
            8.0
        }
    };
    let history = Shipped::of("convert").play(6, 1_800, spike);
    assert!(history.iter().all(|pods| *pods == 6), "{history:?}");
}

#[test]
fn pods_go_one_a_minute_after_ten_quiet_minutes_and_never_below_the_least() {
    let drop = |second: u64| if second < 600 { 40.0 } else { 2.0 };
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
