// Makes the pages of the console live. Each of them works without it.
import uPlot from "./uplot.js";

const SAMPLES = 300; // what a curve shows: ten minutes
const EVERY = 2000; // ms between two looks

// Times in the reader's own zone.
function localTimes(root) {
  for (const time of root.querySelectorAll("time[datetime]")) {
    const at = new Date(time.dateTime);
    const today = at.toDateString() === new Date().toDateString();
    time.textContent = today ? at.toLocaleTimeString() : at.toLocaleString();
    time.title = time.dateTime;
  }
}

// Asks before what cannot be taken back.
function confirms() {
  document.addEventListener("submit", (event) => {
    const question = event.target.dataset?.confirm;
    if (question && !window.confirm(question)) event.preventDefault();
  });
}

// The first page: looked at again and again, and sooner when something happens.
function overview(live) {
  const curves = new Map();
  const style = getComputedStyle(document.documentElement);
  const colours = ["--accent", "--good", "--bad"].map((name) => style.getPropertyValue(name).trim());
  const soft = style.getPropertyValue("--soft").trim();
  const line = style.getPropertyValue("--line").trim();

  function curve(place, pools) {
    const axis = { stroke: soft, font: "12px system-ui, sans-serif", grid: { stroke: line, width: 1 }, ticks: { stroke: line } };
    const series = pools.map((pool, index) => ({ label: pool, stroke: colours[index % 3], width: 2 }));
    const data = [[], ...pools.map(() => [])];
    // At least half a minute and from nothing up: one sample is no day, and a queue of one is no peak.
    const scales = {
      // From the samples themselves: of a single one uPlot makes a day before it asks.
      x: { range: ({ data: [at] }) => (at?.length ? [Math.min(at[0], at.at(-1) - 30), at.at(-1)] : [0, 1]) },
      y: { range: (_, low, high) => [0, Math.max(4, Math.ceil(high * 1.1))] },
    };
    const size = { width: Math.max(place.clientWidth, 200), height: 160 };
    const plot = new uPlot({ ...size, axes: [{ ...axis, space: 90, values: (_, at) => at.map((each) => new Date(each * 1000).toLocaleTimeString()) }, { ...axis, size: 44 }], scales, legend: { live: false }, padding: [8, 24, 0, 0], series: [{}, ...series], cursor: { y: false } }, data, place);
    new ResizeObserver(() => plot.setSize({ width: Math.max(place.clientWidth, 200), height: 160 })).observe(place);
    return { plot, data };
  }

  function sample() {
    const rows = [...live.querySelectorAll("tr[data-pool]")];
    for (const place of document.querySelectorAll("[data-chart]")) {
      const pools = rows.map((row) => row.dataset.pool);
      if (!pools.length) continue;
      if (!curves.has(place)) curves.set(place, curve(place, pools));
      const { plot, data } = curves.get(place);
      data[0].push(Date.now() / 1000);
      rows.forEach((row, index) => data[index + 1].push(Number(row.dataset[place.dataset.chart])));
      for (const column of data) if (column.length > SAMPLES) column.shift();
      plot.setData(data);
    }
  }

  let looking = false;
  async function look() {
    if (looking || document.hidden) return;
    looking = true;
    try {
      const answer = await fetch(live.dataset.live);
      if (answer.ok && !answer.redirected) {
        live.innerHTML = await answer.text();
        localTimes(live);
        sample();
      }
    } catch {
      // The next look tries again.
    } finally {
      looking = false;
    }
  }

  sample();
  setInterval(look, EVERY);
  const events = new EventSource("/v1/events");
  let soon = 0;
  for (const name of ["job.queued", "job.started", "job.succeeded", "job.failed"]) {
    events.addEventListener(name, () => {
      clearTimeout(soon);
      soon = setTimeout(look, 300);
    });
  }
}

// Upload by drag and drop, with how far it is.
function drop(form) {
  const input = form.querySelector("input[type=file]");
  const bar = form.querySelector("progress");
  const send = (file) => {
    const body = new FormData();
    body.append("file", file);
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    bar.hidden = false;
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) bar.value = (event.loaded / event.total) * 100;
    };
    request.onload = () => {
      if (request.status < 400) window.location.assign(request.responseURL);
      else document.open(), document.write(request.responseText), document.close();
    };
    request.onerror = () => form.submit();
    request.send(body);
  };
  form.addEventListener("dragover", (event) => {
    event.preventDefault();
    form.classList.add("over");
  });
  form.addEventListener("dragleave", () => form.classList.remove("over"));
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    form.classList.remove("over");
    if (event.dataTransfer.files[0]) send(event.dataTransfer.files[0]);
  });
  form.addEventListener("submit", (event) => {
    if (input.files[0]) {
      event.preventDefault();
      send(input.files[0]);
    }
  });
}

// A question: the answer is shown as it is made; the page is read again when it is whole.
function chat(form) {
  const place = form.parentElement.querySelector("[data-answer]");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const message = form.elements.message.value;
    const button = form.querySelector("button");
    button.disabled = true;
    place.hidden = false;
    place.textContent = "…";
    let said = "";
    try {
      const answer = await fetch(form.dataset.chat, {
        method: "POST",
        headers: { "content-type": "application/json", accept: "text/event-stream" },
        body: JSON.stringify({ message }),
      });
      if (!answer.ok) throw new Error((await answer.json()).detail);
      for await (const { name, data } of frames(answer.body)) {
        if (name === "chat.delta") said += data.text;
        if (name === "chat.tool") said += `\n[${data.tool}: ${data.outcome}]\n`;
        if (name === "job.failed") said += `\n${data.message}`;
        place.textContent = said || "…";
      }
      window.location.reload();
    } catch (error) {
      place.textContent = error.message;
      button.disabled = false;
    }
  });
}

// The events of a stream (WHATWG HTML, 9.2).
async function* frames(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    text += value;
    const whole = text.split("\n\n");
    text = whole.pop();
    for (const frame of whole) {
      const field = (name) => frame.split("\n").filter((l) => l.startsWith(`${name}: `)).map((l) => l.slice(name.length + 2)).join("\n");
      const data = field("data");
      if (data) yield { name: field("event"), data: JSON.parse(data) };
    }
  }
}

// A job that has not ended: looked at again when it has.
function follow() {
  const open = document.querySelector(".facts .chip.queued, .facts .chip.running");
  if (!open) return;
  const id = window.location.pathname.split("/").pop();
  fetch(`/v1/jobs/${id}?wait=25`).then(() => window.location.reload(), () => {});
}

// What was told of a job so far, and what is told from now on.
function events(section) {
  const list = section.querySelector("ol");
  const source = new EventSource(section.dataset.events);
  const add = (name, data) => {
    const { event, document: _, job, kind, at, ...rest } = data;
    const item = list.appendChild(document.createElement("li"));
    if (at) item.appendChild(Object.assign(document.createElement("time"), { dateTime: at }));
    const said = Object.entries(rest).map(([key, value]) => `${key.replaceAll("_", " ")} ${typeof value === "number" ? Math.round(value * 100) / 100 : value}`);
    item.append(" ", Object.assign(document.createElement("strong"), { textContent: name }), " ", Object.assign(document.createElement("small"), { textContent: said.join(", ") }));
    localTimes(item);
    section.hidden = false;
  };
  for (const what of ["queued", "started", "stage", "retrying", "succeeded", "failed", "cancelled"]) {
    source.addEventListener(`job.${what}`, (event) => add(what, JSON.parse(event.data)));
  }
  source.addEventListener("gap", () => add("what came before is no longer kept", {}));
}

localTimes(document);
confirms();
const live = document.querySelector("[data-live]");
if (live) overview(live);
document.querySelectorAll("[data-drop]").forEach(drop);
document.querySelectorAll("[data-chat]").forEach(chat);
document.querySelectorAll("[data-events]").forEach(events);
follow();
