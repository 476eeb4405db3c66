"""Holds event streams open and listens: k6 keeps a stream back until it ends.

A stream that ends is opened again with Last-Event-ID, as a browser does. What is told: how many were held, events, gaps, cuts,
how long an event took from the moment it names to here, and when the first words of each answer were heard.
"""

import asyncio
import json
import time
from datetime import datetime
from urllib.parse import urlsplit


class Probe:
    def __init__(self, base, key, connections):
        self.host, self.port = urlsplit(base).hostname, urlsplit(base).port
        self.key, self.connections = key, connections
        self.held = self.most = self.events = self.gaps = self.cuts = self.refused = 0
        self.lags = []
        self.ends = {}
        self.first_words = {}
        self.stopped = False

    async def run(self):
        tasks = [asyncio.create_task(self.follow(number)) for number in range(self.connections)]
        while not self.stopped:
            await asyncio.sleep(0.2)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def follow(self, number):
        last = None
        await asyncio.sleep(number * 0.01)
        while not self.stopped:
            try:
                last = await self.stream(number, last)
            except (OSError, asyncio.IncompleteReadError):
                pass
            self.cuts += not self.stopped
            await asyncio.sleep(1)

    async def stream(self, number, last):
        reader, writer = await asyncio.open_connection(self.host, self.port, limit=1 << 20)
        resume = f"Last-Event-ID: {last}\r\n" if last else ""
        writer.write(
            f"GET /v1/events HTTP/1.1\r\nHost: {self.host}\r\nAccept: text/event-stream\r\n"
            f"Authorization: Bearer {self.key}\r\n{resume}\r\n".encode()
        )
        head = await reader.readuntil(b"\r\n\r\n")
        if b" 200 " not in head.split(b"\r\n")[0]:
            self.refused += 1
            writer.close()
            return last
        self.held += 1
        self.most = max(self.most, self.held)
        try:
            while True:
                size = int((await reader.readline()).strip() or b"0", 16)
                if size == 0:
                    return last
                chunk = await reader.readexactly(size + 2)
                last = self.heard(number, chunk.decode(errors="replace"), last)
        finally:
            self.held -= 1
            writer.close()

    def heard(self, number, text, last):
        now = time.time()
        for frame in text.split("\n\n"):
            fields = dict(line.split(": ", 1) for line in frame.splitlines() if ": " in line)
            name = fields.get("event")
            if name is None:
                continue
            last = fields.get("id", last)
            self.gaps += name == "gap"
            if name in ("gap", "hello", "drain"):
                continue
            self.events += 1
            if number % 10:
                continue
            if name == "chat.delta":
                self.first_words.setdefault(json.loads(fields["data"])["job"], now)
            elif name.startswith("job."):
                told = json.loads(fields["data"])
                moment = datetime.fromisoformat(told["at"].replace("Z", "+00:00")).timestamp()
                self.lags.append(now - moment)
                if name in ("job.succeeded", "job.failed", "job.cancelled"):
                    ends = self.ends.setdefault(told["job"], {})
                    ends[number] = ends.get(number, 0) + 1
        return last

    def report(self):
        lags = sorted(self.lags)
        at = lambda share: round(lags[min(len(lags) - 1, int(share * len(lags)))] * 1000, 1) if lags else None
        repeated = sum(count > 1 for ends in self.ends.values() for count in ends.values())
        return {
            "connections": self.connections, "most_at_once": self.most, "events": self.events, "gaps": self.gaps,
            "cuts": self.cuts, "refused": self.refused, "ends_told_twice": repeated,
            "first_words": self.first_words, "lag_ms": {"p50": at(0.5), "p95": at(0.95), "p99": at(0.99)},
        }
