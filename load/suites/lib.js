// What all suites share: decks, requests that are sent until they are taken, and rates that time scales.
import http from 'k6/http';
import exec from 'k6/execution';
import { sleep } from 'k6';
import { Counter } from 'k6/metrics';

const BASE = __ENV.BASE;
const KEY = __ENV.KEY;
/** How many times faster than the specification everything goes: times are divided by it, rates multiplied. */
export const SCALE = Number(__ENV.TIME_SCALE || 1);

const PPTX = 'application/vnd.openxmlformats-officedocument.presentationml.presentation';
// Opened once for each virtual user, as k6 wants it.
const decks = __ENV.DECKS.split(',').map((path) => ({ name: path.split('/').pop(), bytes: open(path, 'b') }));

const accepted = new Counter('jobs_accepted');
const lost = new Counter('requests_never_taken');
const unavailable = new Counter('answers_503');
const failed = new Counter('answers_5xx');

const headers = { Authorization: `Bearer ${KEY}` };
const json = Object.assign({ 'Content-Type': 'application/json' }, headers);

/** Sends a request that makes a job until it is taken, under one Idempotency-Key, as a client should. */
function until_taken(kind, send) {
  const key = `${__ENV.RUN}-${exec.scenario.name}-${exec.scenario.iterationInTest}`;
  for (let turn = 0; turn < 8; turn++) {
    const answer = send({ 'Idempotency-Key': key });
    if (answer.status === 202) {
      const body = answer.json();
      const job = body.job || body;
      accepted.add(1, { kind });
      // Read by load/drive.py: what clients were promised.
      console.log(JSON.stringify({ kind, job: job.id, scenario: exec.scenario.name, started: exec.scenario.startTime }));
      return body;
    }
    if (answer.status === 503) unavailable.add(1);
    if (answer.status >= 500) failed.add(1);
    sleep(Math.min(4, 0.2 * 2 ** turn));
  }
  lost.add(1, { kind });
  return null;
}

/** Uploads a deck of the mix. */
export function convert() {
  const deck = decks[exec.scenario.iterationInTest % decks.length];
  return until_taken('convert', (key) =>
    http.post(`${BASE}/v1/documents`, { file: http.file(deck.bytes, deck.name, PPTX) }, {
      headers: Object.assign({}, headers, key), tags: { name: 'POST /v1/documents', kind: 'convert' },
    }));
}

/** Exports one of the documents: six in ten as PPTX, four as PDF. */
export function exportDeck(data) {
  const number = exec.scenario.iterationInTest;
  const document = data.documents[number % data.documents.length];
  const format = number % 10 < 6 ? 'pptx' : 'pdf';
  until_taken('export', (key) =>
    http.post(`${BASE}/v1/documents/${document}/exports`, JSON.stringify({ format }), {
      headers: Object.assign({}, json, key), tags: { name: 'POST /v1/documents/{id}/exports', kind: 'export' },
    }));
}

/** Asks something about one of the documents. */
export function ask(data) {
  const number = exec.scenario.iterationInTest;
  const document = data.documents[number % data.documents.length];
  const message = `What does slide ${1 + (number % 6)} say?`;
  until_taken('ai', (key) =>
    http.post(`${BASE}/v1/documents/${document}/chat`, JSON.stringify({ message }), {
      headers: Object.assign({}, json, key), tags: { name: 'POST /v1/documents/{id}/chat', kind: 'ai' },
    }));
}

/** What a frontend reads meanwhile. */
export function look(data) {
  const number = exec.scenario.iterationInTest;
  const document = data.documents[number % data.documents.length];
  const reads = number % 2
    ? http.get(`${BASE}/v1/jobs?limit=20`, { headers, tags: { name: 'GET /v1/jobs' } })
    : http.get(`${BASE}/v1/documents/${document}`, { headers, tags: { name: 'GET /v1/documents/{id}' } });
  if (reads.status >= 500) failed.add(1);
}

/** Documents that exports and questions are about; made before the clock starts. */
export function setup() {
  const documents = [];
  for (const deck of decks) {
    const answer = http.post(`${BASE}/v1/documents`, { file: http.file(deck.bytes, deck.name, PPTX) }, { headers });
    if (answer.status !== 202) throw new Error(`the node takes no decks: ${answer.status} ${answer.body}`);
    const made = answer.json();
    for (let turn = 0; turn < 20; turn++) {
      const job = http.get(`${BASE}/v1/jobs/${made.job.id}?wait=20`, { headers, timeout: '40s' }).json();
      if (job.state === 'succeeded') break;
      if (['failed', 'dead', 'cancelled'].includes(job.state)) throw new Error(`${deck.name}: ${JSON.stringify(job.failure)}`);
    }
    documents.push(made.document.id);
  }
  return { documents };
}

const seconds = (time) => `${Math.max(1, Math.round(time / SCALE))}s`;

/** An open model: so many an hour whatever the answers take. `steps` are [rate an hour, seconds until it is reached]. */
function arrivals(run, from, steps, startTime = 0) {
  return {
    executor: 'ramping-arrival-rate', exec: run, timeUnit: '1h', startRate: Math.round(from * SCALE),
    startTime: startTime ? seconds(startTime) : '0s', preAllocatedVUs: 30, maxVUs: 400,
    stages: steps.map(([rate, time]) => ({ target: Math.round(rate * SCALE), duration: seconds(time) })),
  };
}

export const A = { convert: 200, export: 300, ai: 600 };
export const B = { convert: 400, export: 500, ai: 1000 };
export const NONE = { convert: 0, export: 0, ai: 0 };

/** Scenarios of convert, export, ai and reads along the same steps of profiles. */
export function along(from, steps) {
  const of = (kind) => steps.map(([profile, time]) => [profile[kind], time]);
  const reads = steps.map(([profile, time]) => [profile === NONE ? 0 : 3600, time]);
  return {
    convert: arrivals('convert', from.convert, of('convert')),
    export: arrivals('exportDeck', from.export, of('export')),
    ai: arrivals('ask', from.ai, of('ai')),
    reads: arrivals('look', from === NONE ? 0 : 3600, reads),
  };
}

/** So many jobs, converts where nothing is said, within a time, evenly. */
export function burst(jobs, time, startTime, run = 'convert') {
  return {
    executor: 'constant-arrival-rate', exec: run, rate: jobs, timeUnit: seconds(time), duration: seconds(time),
    startTime: seconds(startTime), preAllocatedVUs: 100, maxVUs: 400,
  };
}

/** P95 of answers: 200 ms at full length. A scaled run shares its machine with many times the load, and only has to stay alive. */
function quick() {
  const names = ['POST /v1/documents', 'POST /v1/documents/{id}/exports', 'POST /v1/documents/{id}/chat', 'GET /v1/jobs', 'GET /v1/documents/{id}'];
  return Object.fromEntries(names.map((name) => [`http_req_duration{name:${name}}`, [SCALE === 1 ? 'p(95)<200' : 'p(95)<5000']]));
}

export function options(scenarios, more = {}) {
  return {
    scenarios,
    setupTimeout: '10m',
    summaryTrendStats: ['min', 'med', 'avg', 'p(95)', 'p(99)', 'max', 'count'],
    thresholds: Object.assign({
      // Else the generator was the limit, and nothing is said of the platform.
      dropped_iterations: ['count==0'],
      requests_never_taken: ['count==0'],
      answers_503: ['count==0'],
      http_req_failed: ['rate<0.005'],
    }, quick(), more),
  };
}
