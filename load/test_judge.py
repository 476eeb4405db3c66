"""The judge finds what was lost, unfinished or doubled, and measures recovery as it says: python3 -m unittest discover load"""

import unittest

import judge
import probe


def stamp(second):
    return f"2026-11-26T12:00:{second:06.3f}Z"


def attempt(started, ended, code=None):
    told = {"started_at": stamp(started), "ended_at": stamp(ended)}
    return told | {"failure": {"code": code}} if code else told


def job(name, *history, state="succeeded"):
    return {"id": name, "kind": "convert", "state": state, "history": list(history), "stages": []}


class Truth(unittest.TestCase):
    def bars(self, jobs, promised):
        bars = judge.Bars()
        judge.truth(bars, jobs, dict.fromkeys(promised, "convert"), drained=True)
        return {row["name"]: (row["value"], row["passed"]) for row in bars.rows}

    def test_all_well(self):
        told = self.bars([job("a", attempt(0, 1)), job("b", attempt(0, 1, "worker_lost"), attempt(2, 3))], ["a", "b"])
        self.assertTrue(all(passed for _, passed in told.values()), told)

    def test_a_job_that_the_store_does_not_hold_is_lost(self):
        told = self.bars([job("a", attempt(0, 1))], ["a", "b"])
        self.assertEqual(told["accepted jobs that the store does not hold"], (1, False))

    def test_a_job_that_did_not_succeed_is_told(self):
        told = self.bars([job("a", attempt(0, 1, "timed_out"), state="dead")], ["a"])
        self.assertEqual(told["accepted jobs that did not succeed"], (1, False))

    def test_a_job_that_succeeded_twice_is_told(self):
        told = self.bars([job("a", attempt(0, 1), attempt(1, 2))], ["a"])
        self.assertEqual(told["jobs that succeeded twice"], (1, False))


class Reads(unittest.TestCase):
    def test_only_reads_of_documents_count(self):
        metrics = """# TYPE slidecraft_cache_requests_total counter
slidecraft_cache_requests_total{cache="document",result="hit"} 90
slidecraft_cache_requests_total{cache="document",result="miss"} 10
slidecraft_cache_requests_total{cache="job",result="miss"} 1000
"""
        self.assertEqual(judge.document_reads(metrics), {"hit": 90, "miss": 10})


class FirstWords(unittest.TestCase):
    def test_they_count_from_when_the_question_was_accepted(self):
        asked = [job(name) | {"created_at": stamp(second)} for name, second in (("a", 10), ("unheard", 11))]
        heard = {"a": judge.moment(stamp(10.25)), "another": judge.moment(stamp(12))}
        self.assertEqual(judge.first_words(asked, heard), [0.25])

    def test_they_are_heard_once_by_one_stream_in_ten(self):
        heard = probe.Probe("http://127.0.0.1:1", "key", 1)
        frame = 'id: 7\nevent: chat.delta\ndata: {"job": "a", "text": "Hello"}\n\n'
        heard.heard(3, frame, None)
        self.assertEqual(heard.first_words, {})
        self.assertEqual(heard.heard(10, frame, None), "7")
        first = dict(heard.first_words)
        heard.heard(20, frame, None)
        self.assertEqual((list(first), heard.first_words), (["a"], first))


class Recovery(unittest.TestCase):
    def test_interrupted_jobs_count_from_the_fault_to_their_next_attempt(self):
        at = judge.moment(stamp(10))
        harmed = job("a", attempt(8, 12, "lease_expired"), attempt(14.5, 20))
        other = job("b", attempt(8, 12, "storage"), attempt(30, 31))
        self.assertEqual(judge.interrupted([harmed, other], at, at + 60), [4.5])
        self.assertEqual(judge.interrupted([harmed], at + 20, at + 60), [])
        self.assertEqual(judge.interrupted([harmed], at, at + 60, "export"), [])

    def test_workers_are_back_when_every_pool_has_what_it_wants_on_every_node(self):
        def sample(at, convert, export, nodes=2, wanted=16):
            pools = {"convert": {"workers": convert, "wanted": 10}, "export": {"workers": export, "wanted": wanted}}
            return {"at": at, "pools": pools, "nodes": nodes}

        samples = [sample(0, 10, 16), sample(5, 5, 8), sample(6, 10, 8), sample(7, 10, 16)]
        self.assertEqual(judge.workers_back_after(samples, 4, 64), 3)
        self.assertIsNone(judge.workers_back_after(samples[:3], 4, 64))
        self.assertEqual(judge.workers_back_after([sample(0, 1, 1), sample(5, 1, 1)], 4, 64), 0.0)
        # Of the other pool nothing is asked.
        self.assertEqual(judge.workers_back_after(samples, 4, 64, "convert"), 2)
        # It wants fewer than before.
        self.assertEqual(judge.workers_back_after([sample(0, 10, 16), sample(5, 5, 8), sample(6, 10, 12, wanted=12)], 4, 64), 2)
        # A node that is away wants nothing, and is not back.
        self.assertEqual(judge.workers_back_after([sample(0, 10, 16), sample(5, 10, 16, nodes=1), sample(9, 10, 16)], 4, 64), 5)

    def test_the_last_job_that_waits_too_long_ends_the_recovery(self):
        jobs = [{"at": at, "wait": 3 if at < 40 else 1} for at in range(0, 200, 2)]
        self.assertEqual(judge.waited_until(jobs, 10, 200, 2), 31)
        self.assertEqual(judge.waited_until(jobs, 10, 20, 2), 11)
        self.assertEqual(judge.waited_until(jobs, 40, 200, 2), 0)


class Figures(unittest.TestCase):
    def test_quantiles_and_slopes(self):
        self.assertEqual(judge.quantile(list(range(100)), 0.95), 95)
        self.assertIsNone(judge.quantile([], 0.95))
        self.assertAlmostEqual(judge.slope_per_hour([(0, 100), (1800, 105), (3600, 110)]), 10)

    def test_a_pool_that_grew_says_after_how_long(self):
        samples = [{"at": at, "pools": {"convert": {"workers": workers}}} for at, workers in ((0, 5), (300, 5), (320, 5), (341, 8))]
        self.assertEqual(judge.grown_after(samples, 300), {"convert": 41, "export": None, "ai": None})


if __name__ == "__main__":
    unittest.main()
