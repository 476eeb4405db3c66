// Draws /openapi.json as a page to read, and lets each operation be tried with fetch.
"use strict";

const METHODS = ["get", "post", "put", "patch", "delete"];

/** An element with attributes and children; text is always text, never markup. */
function make(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (value !== undefined && value !== false) element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== undefined && child !== null));
  return element;
}

/** Text with `code` in it. */
function words(text) {
  const parts = (text || "").split("`");
  return parts.map((part, index) => (index % 2 ? make("code", {}, part) : part));
}

const byReference = (api, value) =>
  value && value.$ref ? value.$ref.slice(2).split("/").reduce((at, part) => at[part], api) : value;

/** A schema in one line, such as `string (uuid)` or `Job`. */
function typeName(schema) {
  if (!schema) return "anything";
  if (schema.$ref) return schema.$ref.split("/").pop();
  if (schema.enum) return schema.enum.map((it) => JSON.stringify(it)).join(" | ");
  const choices = schema.oneOf || schema.anyOf;
  if (choices) return choices.map(typeName).filter((it) => it !== "null").join(" or ");
  const type = Array.isArray(schema.type) ? schema.type.filter((it) => it !== "null").join(" or ") : schema.type;
  if (type === "array") return `list of ${typeName(schema.items)}`;
  return (type || "anything") + (schema.format ? ` (${schema.format})` : "");
}

/** An example value of a schema. */
function example(api, schema, depth = 0) {
  if (!schema || depth > 6) return null;
  if (schema.example !== undefined) return schema.example;
  if (schema.examples && schema.examples.length) return schema.examples[0];
  if (schema.$ref) return example(api, byReference(api, schema), depth + 1);
  if (schema.enum) return schema.enum[0];
  const parts = schema.oneOf || schema.anyOf;
  if (parts) return example(api, parts.find((it) => it.type !== "null"), depth + 1);
  if (schema.allOf) return Object.assign({}, ...schema.allOf.map((it) => example(api, it, depth + 1)));
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  if (type === "array") return [example(api, schema.items, depth + 1)];
  if (type === "object" || schema.properties) {
    const entries = Object.entries(schema.properties || {});
    return Object.fromEntries(entries.map(([name, it]) => [name, example(api, it, depth + 1)]));
  }
  if (type === "integer" || type === "number") return schema.minimum || 0;
  if (type === "boolean") return false;
  return schema.format === "date-time" ? "2026-11-24T09:30:00.000Z" : "…";
}

function parametersTable(parameters, fields) {
  const rows = parameters.map((it) => {
    const field = make("input", {
      class: "field", "aria-label": it.name, placeholder: it.required ? "needed" : "",
      value: it.schema && it.schema.example !== undefined && it.required ? it.schema.example : "",
    });
    fields.push({ parameter: it, field });
    return make("tr", {},
      make("td", {}, make("code", {}, it.name), make("div", { class: "quiet" }, `${it.in}, ${typeName(it.schema)}`)),
      make("td", {}, ...words(it.description)),
      make("td", {}, field));
  });
  return make("table", {}, make("tbody", {}, ...rows));
}

function responsesTable(api, responses) {
  const rows = Object.entries(responses).map(([status, response]) => {
    const contents = Object.entries(response.content || {});
    const bodies = contents.map(([type, content]) =>
      make("div", { class: "quiet" }, `${type}: ${typeName(content.schema)}`));
    const headers = Object.keys(response.headers || {}).map((it) => make("div", { class: "quiet" }, `header ${it}`));
    const shown = contents.find(([type]) => type === "application/json");
    const sample = shown && make("details", {}, make("summary", { class: "quiet" }, "example"),
      make("pre", {}, JSON.stringify(example(api, shown[1].schema), null, 2)));
    return make("tr", {},
      make("td", { class: "status " + (status < 400 ? "good" : "bad") }, status),
      make("td", {}, ...words(response.description), ...bodies, ...headers, sample));
  });
  return make("table", {}, make("tbody", {}, ...rows));
}

/** Where the body of a request is written: a file, or text by media type. */
function bodyEditor(api, requestBody) {
  if (!requestBody) return null;
  const types = Object.keys(requestBody.content);
  const select = make("select", { "aria-label": "media type" }, ...types.map((it) => make("option", {}, it)));
  const text = make("textarea", { "aria-label": "body", spellcheck: "false" });
  const file = make("input", { type: "file", "aria-label": "file" });
  const show = () => {
    const content = requestBody.content[select.value];
    const isForm = select.value === "multipart/form-data";
    file.hidden = !isForm;
    text.hidden = isForm;
    const sample = content.example !== undefined ? content.example : example(api, content.schema);
    if (!isForm) text.value = JSON.stringify(sample, null, 2);
  };
  select.addEventListener("change", show);
  show();
  return {
    element: make("div", {}, make("h4", {}, "Body"), select, " ", file, text),
    read() {
      if (select.value !== "multipart/form-data") return { body: text.value, type: select.value };
      const form = new FormData();
      if (file.files[0]) form.append("file", file.files[0]);
      // The browser adds the boundary to the media type.
      return { body: form };
    },
  };
}

function request(method, path, fields, editor) {
  const headers = new Headers();
  const key = document.getElementById("key").value.trim();
  if (key) headers.set("Authorization", `Bearer ${key}`);
  const query = new URLSearchParams();
  for (const { parameter, field } of fields) {
    const value = field.value.trim();
    if (!value) continue;
    if (parameter.in === "path") path = path.replace(`{${parameter.name}}`, encodeURIComponent(value));
    else if (parameter.in === "query") query.set(parameter.name, value);
    else headers.set(parameter.name, value);
  }
  const sent = editor ? editor.read() : {};
  if (sent.type) headers.set("Content-Type", sent.type);
  const address = query.size ? `${path}?${query}` : path;
  return { address, options: { method: method.toUpperCase(), headers, body: sent.body } };
}

async function showAnswer(response, place) {
  const status = make("p", {}, make("span", { class: "status " + (response.ok ? "good" : "bad") },
    `${response.status} ${response.statusText}`), response.redirected ? ` after leading to ${new URL(response.url).pathname}` : "");
  const headers = make("pre", {}, [...response.headers].map(([name, value]) => `${name}: ${value}`).join("\n"));
  place.replaceChildren(status, headers);
  const type = response.headers.get("content-type") || "";
  if (type.startsWith("image/")) {
    place.append(make("img", { class: "answer", alt: "the answer", src: URL.createObjectURL(await response.blob()) }));
  } else if (type.startsWith("text/event-stream")) {
    await followStream(response, place);
  } else if (type.includes("json") || type.startsWith("text/")) {
    const text = await response.text();
    let shown = text;
    try { shown = JSON.stringify(JSON.parse(text), null, 2); } catch { /* Not JSON: shown as it came. */ }
    place.append(make("pre", {}, shown));
  } else {
    const blob = await response.blob();
    place.append(make("p", {}, `${blob.size} bytes `, make("a", { href: URL.createObjectURL(blob), download: "answer" }, "save")));
  }
}

async function followStream(response, place) {
  const shown = make("pre", {});
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  place.append(make("button", { type: "button", onclick: () => reader.cancel() }, "Stop"), shown);
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    shown.append(value);
    shown.scrollTop = shown.scrollHeight;
  }
}

function operationCard(api, path, method, operation) {
  const fields = [];
  const editor = bodyEditor(api, byReference(api, operation.requestBody));
  const answer = make("div", { "aria-live": "polite" });
  const send = make("button", { type: "button", onclick: async () => {
    const { address, options } = request(method, path, fields, editor);
    answer.replaceChildren(make("p", { class: "quiet" }, `${options.method} ${address} …`));
    try {
      await showAnswer(await fetch(address, options), answer);
    } catch (error) {
      answer.replaceChildren(make("p", { class: "status bad" }, String(error)));
    }
  } }, "Try it");
  const parameters = (operation.parameters || []).map((it) => byReference(api, it));
  return make("details", { class: "operation", id: `${method}-${path}` },
    make("summary", {}, make("span", { class: `method ${method}` }, method.toUpperCase()), make("code", {}, path), " ",
      make("span", { class: "quiet" }, operation.summary || "")),
    make("div", {},
      make("p", {}, ...words(operation.description)),
      parameters.length ? make("h4", {}, "Parameters") : null,
      parameters.length ? parametersTable(parameters, fields) : null,
      editor && editor.element, send, answer,
      make("h4", {}, "Answers"), responsesTable(api, operation.responses)));
}

function draw(api) {
  document.getElementById("version").textContent = api.info.version;
  document.getElementById("about").textContent = api.info.description;
  const sections = [];
  const contents = [];
  for (const tag of api.tags) {
    const cards = [];
    contents.push(make("strong", {}, tag.name));
    for (const [path, item] of Object.entries(api.paths)) {
      for (const method of METHODS.filter((it) => item[it] && (item[it].tags || []).includes(tag.name))) {
        cards.push(operationCard(api, path, method, item[method]));
        contents.push(make("a", { href: `#${method}-${path}` }, make("span", { class: `method ${method}` }, method.toUpperCase()), path));
      }
    }
    sections.push(make("section", {}, make("h2", {}, tag.name), make("p", {}, ...words(tag.description)), ...cards));
  }
  document.getElementById("contents").replaceChildren(...contents);
  document.getElementById("main").replaceChildren(...sections);
  openNamed();
}

/** Opens the operation that the address names. */
function openNamed() {
  const named = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (named && named.tagName === "DETAILS") {
    named.open = true;
    named.scrollIntoView();
  }
}

addEventListener("hashchange", openNamed);
document.getElementById("key-form").addEventListener("submit", (event) => event.preventDefault());
fetch("/openapi.json")
  .then((response) => response.json())
  .then(draw)
  .catch((error) => document.getElementById("main").replaceChildren(make("p", { class: "status bad" }, String(error))));
