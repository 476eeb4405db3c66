// A small client: what a frontend needs of the API, with nothing but fetch.

export interface Problem { type: string; title: string; status: number; detail?: string; request_id?: string; errors?: { pointer: string; detail: string }[] }
export interface Job { id: string; kind: 'convert' | 'export' | 'ai'; state: 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled' | 'dead'; document: string; failure?: { code: string; message: string } }
export interface StreamEvent { id?: string; event: string; data: Record<string, unknown> }
export interface Edit { op: 'replace' | 'add' | 'remove' | 'test'; path: string; value?: unknown }
interface Accepted { document: { id: string }; job: Job }

/** An answer that is no success: RFC 9457, with a code in `type` that programs can rely on. */
export class ApiError extends Error {
  constructor(readonly problem: Problem) { super(problem.detail ?? problem.title); }
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

export class SlideCraft {
  constructor(private readonly base: string, private readonly key: string) {}

  /** Sends a request. One that makes something is sent again after 429 and 503, under the same Idempotency-Key, so it is done once. */
  private async call(method: string, path: string, body?: BodyInit, headers: Record<string, string> = {}): Promise<Response> {
    const all = { Authorization: `Bearer ${this.key}`, ...(method === 'POST' ? { 'Idempotency-Key': crypto.randomUUID() } : {}), ...headers };
    for (let turn = 0; ; turn++) {
      const answer = await fetch(this.base + path, { method, headers: all, body, redirect: 'manual' });
      if ((answer.status === 429 || answer.status === 503) && turn < 5) {
        await pause(1000 * Number(answer.headers.get('retry-after') ?? 1));
        continue;
      }
      if (answer.status >= 400) throw new ApiError(await answer.json() as Problem);
      return answer;
    }
  }

  private async json<T>(method: string, path: string, value: unknown): Promise<T> {
    const answer = await this.call(method, path, JSON.stringify(value), { 'Content-Type': 'application/json' });
    return await answer.json() as T;
  }

  async upload(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<Accepted> {
    const form = new FormData();
    form.append('file', new Blob([bytes]), name);
    return await (await this.call('POST', '/v1/documents', form)).json() as Accepted;
  }

  /** Holds until a job has ended. */
  async ended(job: string): Promise<Job> {
    for (;;) {
      const seen = await (await this.call('GET', `/v1/jobs/${job}?wait=20`)).json() as Job;
      if (seen.state !== 'queued' && seen.state !== 'running') return seen;
    }
  }

  /** The deck, and the version that a change has to name. */
  async deck(document: string): Promise<{ deck: { title: string; slides: unknown[] }; etag: string }> {
    const answer = await this.call('GET', `/v1/documents/${document}`);
    return { deck: await answer.json() as { title: string; slides: unknown[] }, etag: answer.headers.get('etag') ?? '' };
  }

  /** Changes a deck, if it is still the version that was read; 412 otherwise. */
  async edit(document: string, etag: string, edits: Edit[]): Promise<void> {
    await this.call('PATCH', `/v1/documents/${document}`, JSON.stringify(edits), { 'Content-Type': 'application/json-patch+json', 'If-Match': etag });
  }

  async export(document: string, format: 'pptx' | 'pdf'): Promise<Uint8Array> {
    const asked = await this.json<{ job?: Job } & Job>('POST', `/v1/documents/${document}/exports`, { format });
    const job = await this.ended((asked.job ?? asked).id);
    if (job.state !== 'succeeded') throw new Error(job.failure?.message ?? job.state);
    const link = (await this.call('GET', `/v1/jobs/${job.id}/result`)).headers.get('location') ?? '';
    // The link is signed: it is the right to the file for ten minutes, and no key goes with it.
    return new Uint8Array(await (await fetch(new URL(link, this.base))).arrayBuffer());
  }

  /** Asks about a deck; pieces of the answer as they come. */
  async *ask(document: string, message: string): AsyncGenerator<StreamEvent> {
    const answer = await this.call('POST', `/v1/documents/${document}/chat`, JSON.stringify({ message }), { 'Content-Type': 'application/json', Accept: 'text/event-stream' });
    yield* frames(answer);
  }

  /** What happens to a document, live. A stream that breaks goes on where it was: send the last id again. */
  async *follow(document: string, lastEventId?: string): AsyncGenerator<StreamEvent> {
    const resume: Record<string, string> = lastEventId ? { 'Last-Event-ID': lastEventId } : {};
    yield* frames(await this.call('GET', `/v1/events?document=${document}`, undefined, { Accept: 'text/event-stream', ...resume }));
  }
}

async function* frames(answer: Response): AsyncGenerator<StreamEvent> {
  const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    text += value;
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const fields = new Map(text.slice(0, end).split('\n').filter((line) => line.includes(': ')).map((line) => [line.slice(0, line.indexOf(': ')), line.slice(line.indexOf(': ') + 2)]));
      text = text.slice(end + 2);
      const event = fields.get('event');
      if (event) yield { id: fields.get('id'), event, data: JSON.parse(fields.get('data') ?? '{}') as Record<string, unknown> };
    }
  }
}
