// A deck from upload to export: BASE=http://127.0.0.1:8080 KEY=$(cat data/first-key) npm run story -- talk.pptx
import { readFile, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { ApiError, SlideCraft } from './slidecraft.js';

const path = process.argv[2];
const { BASE = 'http://127.0.0.1:8080', KEY } = process.env;
if (!path || !KEY) {
  console.error('usage: BASE=… KEY=… npm run story -- DECK');
  process.exit(2);
}
const api = new SlideCraft(BASE, KEY);

const accepted = await api.upload(basename(path), new Uint8Array(await readFile(path)));
const document = accepted.document.id;
const converted = await api.ended(accepted.job.id);
if (converted.state !== 'succeeded') throw new Error(converted.failure?.message);
const { deck, etag } = await api.deck(document);
console.log(`converted: ${deck.slides.length} slides`);

await api.edit(document, etag, [{ op: 'replace', path: '/title', value: 'Told by TypeScript' }]);
try {
  await api.edit(document, etag, [{ op: 'replace', path: '/title', value: 'Too late' }]);
} catch (error) {
  if (!(error instanceof ApiError)) throw error;
  console.log(`edited: an older version is refused with ${error.problem.status}`);
}

let answer = '';
for await (const { event, data } of api.ask(document, 'What is this deck about?')) {
  if (event === 'chat.delta') answer += String(data.text);
  if (event === 'job.succeeded' || event === 'job.failed') break;
}
console.log(`answered: ${answer.length > 0}`);

const pdf = await api.export(document, 'pdf');
await writeFile('story.pdf', pdf);
console.log(`exported: ${new TextDecoder().decode(pdf.slice(0, 5))}`);
process.exit(0);
