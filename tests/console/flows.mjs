// Drives the console in Chromium against a running node: `node flows.mjs BASE KEY DECK [PICTURES]`.
// Every page is checked by axe (WCAG 2.2 A and AA) in light and dark and at 390 px; no page may write to the browser's console.
import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const [base, key, deck, pictures] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";

const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
const flaws = [];
let done = 0;

async function open(options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 860 }, ...options });
  const page = await context.newPage();
  page.on("console", (message) => {
    // A form that is refused is answered with an error status, which Chromium tells.
    if (message.type() === "error" && !page.mayFail) flaws.push(`${page.url()}: ${message.text()}`);
  });
  page.on("pageerror", (error) => flaws.push(`${page.url()}: ${error}`));
  page.on("dialog", (dialog) => dialog.accept());
  return page;
}

async function flow(name, run) {
  try {
    await run();
    done += 1;
    console.log(`ok   ${name}`);
  } catch (error) {
    flaws.push(`${name}: ${error}`);
    console.log(`FAIL ${name}: ${error}`);
  }
}

async function check(page, name) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"] }));
  for (const { id, nodes } of violations) flaws.push(`${name}: ${id}: ${nodes[0].html} ${nodes[0].failureSummary}`);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  if (wide > 0) flaws.push(`${name}: ${wide} px wider than the window`);
  const out = await page.evaluate(() => {
    const edge = (place) => place.getBoundingClientRect().right - parseFloat(getComputedStyle(place).paddingRight) + 1;
    const tables = [...document.querySelectorAll("main table")].filter((table) => !table.closest(".scroll, .chart"));
    return tables.filter((table) => table.getBoundingClientRect().right > edge(document.querySelector("main"))).map((table) => table.innerText.slice(0, 40));
  });
  for (const table of out) flaws.push(`${name}: a table passes the margin: ${table}`);
}

async function picture(page, name) {
  if (pictures) await page.screenshot({ path: `${pictures}/${name}.png`, fullPage: true });
}

async function signIn(page, next = "/") {
  await page.goto(base + next);
  await page.getByLabel("API key").fill(key);
  await page.getByRole("button", { name: "Sign in" }).click();
}

const page = await open();
let document = "";

await flow("who has not signed in is asked to", async () => {
  await page.goto(`${base}/console/jobs`);
  assert.match(page.url(), /sign-in\?next=\/console\/jobs/);
  await check(page, "sign in");
  await picture(page, "sign-in");
});
await flow("a wrong key is told", async () => {
  page.mayFail = true;
  await page.getByLabel("API key").fill("sk_wrong");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("alert").waitFor();
  page.mayFail = false;
});
await flow("who signs in comes to where they wanted to go", async () => {
  await page.getByLabel("API key").fill(key);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL(`${base}/console/jobs`);
});
await flow("a deck is uploaded and converted", async () => {
  await page.goto(`${base}/console/documents`);
  await page.getByLabel(/Drop it here/).setInputFiles(deck);
  await page.getByRole("button", { name: "Upload" }).click();
  await page.waitForURL(/console\/jobs\//);
  await page.getByText(/^Version 1 with/).waitFor();
  await check(page, "a job");
});
await flow("its slides are pictures", async () => {
  await page.locator("dl a").click();
  await page.waitForURL(/console\/documents\//);
  document = page.url();
  const slide = page.getByAltText("Slide 1");
  await slide.waitFor();
  await page.waitForFunction(() => [...globalThis.document.images].slice(0, 1).every((image) => image.complete && image.naturalWidth > 0));
});
await flow("its title is changed", async () => {
  await page.getByLabel("Title").fill("A title from the console");
  await page.getByRole("button", { name: "Rename" }).click();
  await page.getByRole("heading", { level: 1, name: "A title from the console" }).waitFor();
  assert.match(await page.locator("main").innerText(), /version 2/);
});
await flow("a stale change is refused in words", async () => {
  page.mayFail = true;
  await page.locator("input[name=version]").evaluate((input) => (input.value = "1"));
  await page.getByRole("button", { name: "Rename" }).click();
  await page.getByText("Somebody changed the deck since").waitFor();
  page.mayFail = false;
});
await flow("a question is answered as it comes", async () => {
  await page.goto(document);
  await page.getByLabel(/Question/).fill("What is it about?");
  await page.getByRole("button", { name: "Ask" }).click();
  await page.locator("blockquote").first().waitFor();
  await check(page, "a document");
  await picture(page, "document");
});
await flow("a proposed edit is seen before and after, applied, and taken back", async () => {
  const proposal = page.getByRole("region", { name: "Proposed edit" });
  await proposal.getByAltText("Slide 2 as it would be").scrollIntoViewIfNeeded();
  await page.waitForFunction(() => [...globalThis.document.querySelectorAll(".sides img")].every((image) => image.complete && image.naturalWidth > 0));
  const pixels = await page.evaluate(async () => {
    const images = [...globalThis.document.querySelectorAll(".sides img")];
    return Promise.all(images.map(async ({ src }) => [...new Uint8Array(await (await fetch(src)).arrayBuffer())].join()));
  });
  assert.equal(pixels.length, 2);
  assert.notEqual(pixels[0], pixels[1]);
  await picture(page, "proposal");
  await proposal.getByRole("button", { name: "Apply" }).click();
  await proposal.locator(".chip.applied").waitFor();
  assert.match(await page.locator("main").innerText(), /version 3/);
  await proposal.getByRole("button", { name: "Undo" }).click();
  await proposal.locator(".chip.undone").waitFor();
  assert.match(await page.locator("main").innerText(), /version 4/);
  await check(page, "a proposal");
});
await flow("a deck is uploaded by dropping it", async () => {
  await page.goto(`${base}/console/documents`);
  const file = await page.evaluateHandle((text) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([text], "dropped.md", { type: "text/markdown" }));
    return transfer;
  }, readFileSync(deck, "utf8"));
  await page.dispatchEvent("form.drop", "dragover", { dataTransfer: file });
  assert.equal(await page.locator("form.drop.over").count(), 1);
  await page.dispatchEvent("form.drop", "drop", { dataTransfer: file });
  await page.waitForURL(/console\/jobs\//);
  await page.getByText(/^Version 1 with/).waitFor();
  assert.match(await page.locator(".facts").innerText(), /dropped\.md/);
});
await flow("a job tells what happened to it", async () => {
  const told = page.locator("[data-events] li");
  await told.filter({ hasText: "succeeded" }).waitFor();
  const names = await told.locator("strong").allInnerTexts();
  assert.deepEqual([names[0], names.at(-1)], ["queued", "succeeded"]);
  assert.equal(names.includes("stage"), true);
  await check(page, "a job with its events");
  await picture(page, "job");
  await page.goto(document);
});
await flow("it is exported and downloaded", async () => {
  await page.getByLabel("Export as").selectOption("pdf");
  await page.getByRole("button", { name: "Export", exact: true }).click();
  await page.waitForURL(/console\/jobs\//);
  const link = page.getByRole("link", { name: /Download/ });
  await link.waitFor();
  const [download] = await Promise.all([page.waitForEvent("download"), link.click()]);
  const bytes = readFileSync(await download.path());
  assert.equal(bytes.subarray(0, 5).toString(), "%PDF-");
});
await flow("the overview shows pools and moves", async () => {
  await page.goto(base);
  await page.locator("tr[data-pool=convert]").waitFor();
  const before = await page.locator(".asof time").getAttribute("datetime");
  await page.waitForFunction((then) => globalThis.document.querySelector(".asof time").dateTime !== then, before);
  await page.locator(".chart canvas").first().waitFor();
  const kept = await page.locator("tr[data-slo=convert] td").allInnerTexts();
  assert.deepEqual([kept[0], kept[3], kept.at(-1).trim()], ["100.00 %", "0", "100 %"]);
  assert.equal(await page.locator("tr[data-slo=api] td").nth(3).innerText(), "0");
  await page.getByText("A day without any job:").waitFor();
  await page.waitForTimeout(4500);
  await check(page, "overview");
  await picture(page, "overview");
});
await flow("jobs are found by state and kind, in an address to share", async () => {
  await page.goto(`${base}/console/jobs`);
  await page.getByLabel("Kind").selectOption("export");
  await page.getByLabel("State").selectOption("succeeded");
  await page.getByRole("button", { name: "Find" }).click();
  await page.waitForURL(/kind=export/);
  assert.equal(await page.getByRole("rowheader").first().innerText(), "export");
  await check(page, "jobs");
  await picture(page, "jobs");
});
await flow("a job is found by words of a person, and by its id", async () => {
  const text = page.getByRole("searchbox", { name: "Text" });
  await page.goto(`${base}/console/jobs`);
  await text.fill("WHAT is it about");
  await page.getByRole("button", { name: "Find" }).click();
  await page.waitForURL(/text=WHAT/);
  const rows = page.locator("tbody tr");
  assert.deepEqual([await rows.count(), await rows.first().locator("th").innerText()], [1, "ai"]);
  await page.getByText("newest jobs that fit the rest").waitFor();
  await check(page, "jobs by text");
  await picture(page, "jobs-by-text");
  const job = (await rows.first().getByRole("link").getAttribute("href")).split("/").at(-1);
  await text.fill(job);
  await page.getByRole("button", { name: "Find" }).click();
  await page.waitForURL(`${base}/console/jobs/${job}`);
});
await flow("a pool is paused and goes on", async () => {
  await page.goto(`${base}/console/pools`);
  const pool = page.locator("section.pool").filter({ hasText: "export" }).first();
  await pool.getByRole("button", { name: "Pause" }).click();
  await pool.getByRole("button", { name: "Go on" }).click();
  await pool.getByRole("button", { name: "Pause" }).waitFor();
  await check(page, "pools");
  await picture(page, "pools");
});
await flow("a pool is given other bounds", async () => {
  const pool = page.locator("section.pool").filter({ hasText: "export" }).first();
  await pool.getByLabel("Most").fill("30");
  await pool.getByRole("button", { name: "Change" }).click();
  await page.waitForURL(`${base}/console/pools`);
  assert.equal(await page.locator("#export-max").inputValue(), "30");
});
await flow("bounds that make no sense are refused in words", async () => {
  page.mayFail = true;
  await page.locator("#export-min").fill("20");
  await page.locator("section.pool").filter({ hasText: "export" }).first().getByRole("button", { name: "Change" }).click();
  await page.getByRole("alert").waitFor();
  page.mayFail = false;
});
await flow("models are listed", async () => {
  await page.goto(`${base}/console/models`);
  await page.getByRole("heading", { name: "Models" }).waitFor();
  await page.getByRole("rowheader", { name: "anthropic", exact: true }).waitFor();
  await page.getByRole("heading", { name: /^Budget of/ }).waitFor();
  await check(page, "models");
  await picture(page, "models");
});
await flow("what is left of each pool is told", async () => {
  await page.getByRole("link", { name: "Capacity" }).click();
  await page.getByRole("heading", { name: /^convert: / }).waitFor();
  await page.getByRole("heading", { name: "Costs of the last 30 days" }).waitFor();
  await check(page, "capacity");
  await picture(page, "capacity");
});
await flow("something is broken on purpose, and mended", async () => {
  await page.goto(`${base}/console/chaos`);
  await check(page, "chaos");
  await page.locator("form").filter({ hasText: "Make stores slow" }).getByRole("button").click();
  await page.getByRole("rowheader", { name: "storage latency" }).waitFor();
  await picture(page, "chaos");
  await page.getByRole("button", { name: "End", exact: true }).click();
  await page.getByText("Nothing is broken on purpose.").waitFor();
});
await flow("a job that waits is cancelled", async () => {
  await page.goto(`${base}/console/pools`);
  await page.locator("section.pool").filter({ hasText: "export" }).first().getByRole("button", { name: "Pause" }).click();
  await page.goto(document);
  await page.getByRole("button", { name: "Export", exact: true }).click();
  await page.waitForURL(/console\/jobs\//);
  await page.getByRole("button", { name: "Cancel" }).click();
  await page.locator(".facts .chip.cancelled").waitFor();
  await page.goto(`${base}/console/pools`);
  await page.locator("section.pool").filter({ hasText: "export" }).first().getByRole("button", { name: "Go on" }).click();
});
await flow("all jobs that match are cancelled", async () => {
  await page.goto(`${base}/console/pools`);
  await page.locator("section.pool").filter({ hasText: "export" }).first().getByRole("button", { name: "Pause" }).click();
  for (let times = 0; times < 3; times += 1) {
    await page.goto(document);
    await page.getByRole("button", { name: "Export", exact: true }).click();
    await page.waitForURL(/console\/jobs\//);
  }
  await page.goto(`${base}/console/jobs?state=queued&kind=export`);
  await check(page, "jobs that match");
  await page.getByRole("button", { name: "Cancel all that match" }).click();
  await page.getByRole("status").filter({ hasText: "3 jobs were changed." }).waitFor();
  await page.getByText("There is no such job.").waitFor();
  await page.goto(`${base}/console/pools`);
  await page.locator("section.pool").filter({ hasText: "export" }).first().getByRole("button", { name: "Go on" }).click();
});
await flow("an address to share survives the sign-in", async () => {
  const colleague = await open();
  await signIn(colleague, "/console/jobs?state=cancelled&kind=export");
  await colleague.waitForURL(`${base}/console/jobs?state=cancelled&kind=export`);
  assert.equal(await colleague.getByLabel("State").inputValue(), "cancelled");
  await colleague.context().close();
});
await flow("all pages are read by keyboard alone", async () => {
  await page.goto(`${base}/console/jobs`);
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => globalThis.document.activeElement.className), "skip");
  for (let tabs = 0; tabs < 4; tabs += 1) await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.waitForURL(/console|\/$/);
});
for (const [name, options] of [
  ["dark", { colorScheme: "dark" }],
  ["at 390 px", { viewport: { width: 390, height: 844 } }],
]) {
  await flow(`pages are readable ${name}`, async () => {
    const other = await open(options);
    await signIn(other);
    for (const path of ["/", "/console/documents", new URL(document).pathname, "/console/jobs", "/console/pools", "/console/models", "/console/capacity", "/console/chaos"]) {
      await other.goto(base + path);
      await check(other, `${path} ${name}`);
      await picture(other, `${path.split("/").at(2) ?? "overview"}-${path.split("/").length > 3 ? "one-" : ""}${name.replaceAll(" ", "-")}`);
    }
    await other.context().close();
  });
}
await flow("everything is there without a script", async () => {
  const plain = await open({ javaScriptEnabled: false });
  await signIn(plain, "/console/documents");
  await plain.getByLabel(/Drop it here/).setInputFiles(deck);
  await plain.getByRole("button", { name: "Upload" }).click();
  await plain.waitForURL(/console\/jobs\//);
  await plain.goto(document);
  await plain.getByLabel(/Question/).fill("Summarize it.");
  await plain.getByRole("button", { name: "Ask" }).click();
  await plain.locator(".asked").nth(1).waitFor();
  await plain.context().close();
});
await flow("another site cannot use the session", async () => {
  const cookies = await page.context().cookies();
  const session = cookies.find(({ name }) => name === "slidecraft_key");
  assert.equal(session.httpOnly && session.sameSite === "Strict", true);
  const answer = await fetch(`${base}/console/pools/export`, { method: "POST", redirect: "manual", headers: { cookie: `slidecraft_key=${session.value}`, origin: "http://elsewhere.example", "content-type": "application/x-www-form-urlencoded" }, body: "paused=true" });
  assert.equal(answer.headers.get("location")?.includes("sign-in"), true);
});
await flow("who signs out is out", async () => {
  await page.goto(base);
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.goto(`${base}/console/pools`);
  assert.match(page.url(), /sign-in/);
});

await browser.close();
for (const flaw of flaws) console.error(flaw);
console.log(`${done} flows, ${flaws.length} flaws`);
process.exit(flaws.length ? 1 : 0);
