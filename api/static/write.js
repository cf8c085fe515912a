// A document, written beside its text: claims from forms, checked by the server, kept in this browser.
"use strict";
const at = (id) => document.getElementById(id);
const [text, words, yaml, found] = ["text", "words", "yaml", "found"].map(at);
const BEGUN = "document: my-document\ntype: news article\nlabel: my document\ntitle: My document\nlanguage: en\n\nthings: {}\n\nclaims:\n";
const KEPT = ["text", "yaml"];
let classes = [];

const make = (name, options = {}, ...children) => {
  const made = Object.assign(document.createElement(name), options);
  made.append(...children);
  return made;
};
const plain = (value) => (/^[\p{L}\p{N}][\p{L}\p{N} .'’()–-]*$/u.test(value) && !/^(true|false|yes|no|null|on|off)$/i.test(value) ? value : JSON.stringify(value));
const map = (pairs) => `{${pairs.map(([key, value]) => `${key}: ${value}`).join(", ")}}`;

function keep() {
  for (const id of KEPT) localStorage.setItem(`write ${id}`, at(id).value);
  showDrafts();
}

// Claims

at("take").addEventListener("click", () => {
  const marked = text.value.slice(text.selectionStart, text.selectionEnd).trim();
  if (marked) words.value = marked;
  at("taken").textContent = marked ? `${marked.length} characters` : "Mark words in the text first, with the mouse or Shift and the arrow keys.";
});

at("class").addEventListener("change", () => {
  const kind = classes.find((each) => each.name === at("class").value);
  at("about").textContent = kind ? `${kind.definition} “${kind.example}”` : "";
  at("roles").replaceChildren(...(kind ? kind.roles : []).map((role, place) => {
    const hint = make("span", { className: "quiet" }, role.values.length ? ` (${role.values.join(" or ")}${role.least ? "" : ", may be empty"})` : "");
    const label = make("label", { htmlFor: `role-${place}`, title: role.definition }, role.name, hint);
    const field = make("input", { id: `role-${place}`, type: "text", required: role.least > 0, autocomplete: "off" });
    field.dataset.role = role.name;
    field.setAttribute("list", "names");
    return make("div", {}, label, field);
  }));
});

at("claim").addEventListener("submit", (event) => {
  event.preventDefault();
  const given = (selector, name) => [...document.querySelectorAll(selector)].filter((each) => each.value.trim()).map((each) => [each.dataset[name], plain(each.value.trim())]);
  const said = given("[data-said]", "said"), speaker = at("speaker").value.trim();
  const lines = [`- words: ${JSON.stringify(words.value)}`];
  if (speaker) lines.push("  through:", `  - ${map([["speaker", plain(speaker)], ...said])}`);
  else lines.push(...said.map(([name, value]) => `  ${name}: ${value}`));
  lines.push(`  ${at("class").value}: ${map(given("[data-role]", "role"))}`);
  yaml.value = `${yaml.value.trimEnd()}\n${lines.join("\n")}\n`;
  for (const field of document.querySelectorAll("[data-role]")) field.value = "";
  words.value = "";
  keep();
  yaml.scrollTop = yaml.scrollHeight;
  words.focus();
});

at("thing").addEventListener("submit", (event) => {
  event.preventDefault();
  const line = `  ${plain(at("new-thing").value.trim())}: ${at("thing-class").value}`;
  yaml.value = yaml.value.replace(/^things:( \{\})?$/m, () => `things:\n${line}`);
  at("names").append(make("option", { value: at("new-thing").value.trim() }));
  at("new-thing").value = "";
  keep();
});

// Drafts

function blocks() {
  const lines = yaml.value.split("\n"), start = lines.findIndex((line) => line.startsWith("claims:")) + 1;
  const begins = lines.flatMap((line, place) => (start && place >= start && line.startsWith("- ") ? [place] : []));
  return begins.map((begin, number) => ({ begin, end: begins[number + 1] ?? lines.length, lines }));
}

function showDrafts() {
  const drafts = blocks().filter(({ begin, end, lines }) => lines.slice(begin, end).some((line) => /^\s+draft: true\s*$/.test(line)));
  const changed = ({ begin, end, lines }, kept) => () => {
    const inner = kept ? lines.slice(begin, end).filter((line) => !/^\s+draft: true\s*$/.test(line)) : [];
    yaml.value = [...lines.slice(0, begin), ...inner, ...lines.slice(end)].join("\n");
    keep();
  };
  at("drafts").replaceChildren(...(drafts.length ? [make("h3", {}, `${drafts.length} drafts, which nobody has confirmed`)] : []), ...drafts.map((draft) => make("div", { className: "draft" },
    make("pre", { tabIndex: 0 }, draft.lines.slice(draft.begin, draft.end).join("\n").trimEnd()),
    make("button", { type: "button", onclick: changed(draft, true) }, "Confirm"), " ",
    make("button", { type: "button", onclick: changed(draft, false) }, "Strike"))));
}

// Checking and loading: the text comes last, so that the lines of faults are those of the field

const whole = () => `${yaml.value.trimEnd()}\ntext: ${JSON.stringify(text.value)}\n`;

function toLine(line) {
  const lines = yaml.value.split("\n"), start = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
  yaml.focus();
  yaml.setSelectionRange(start, start + (lines[line - 1] ?? "").length);
}

const list = (heading, items) => (items.length ? [make("h3", {}, heading), make("ul", {}, ...items)] : []);
const faultItem = (fault) => make("li", {}, `${fault.what} ${fault.why} `, ...(fault.line ? [make("button", { type: "button", onclick: () => toLine(fault.line) }, `Line ${fault.line}`)] : []));
const named = (cell) => cell.label ?? cell.value;
const conclusion = (each) => make("li", {}, `${named(each.subject)} – ${named(each.predicate)} – ${named(each.object)}`);

function claimItem(claim) {
  const chain = claim.chain.map((link) => `${link.speakers.map(named).join(" and ")} ${link.act ? named(link.act) : ""}`).join(": ");
  const how = [claim.polarity, claim.certainty].filter(Boolean).map(named).join(", ");
  const quotes = claim.evidence.map((each) => (each.quote === null ? each.paraphrase : `“${each.quote}”${each.start === null ? "" : ` (characters ${each.start}–${each.end})`}`));
  return make("li", {}, `${chain}: ${claim.situation.label} (${how}). ${quotes.join(" ")}`, ...(claim.contested ? [make("strong", {}, " Another claim contradicts it.")] : []));
}

async function send(address, headers) {
  found.replaceChildren(make("p", {}, "One moment …"));
  try {
    const answer = await fetch(address, { method: "POST", headers: { "Content-Type": "application/yaml", ...headers }, body: whole() });
    return [answer.ok, await answer.json()];
  } catch {
    return [false, { detail: "The server does not answer." }];
  }
}

function refuse(said) {
  const faults = said.faults ?? [];
  found.replaceChildren(make("p", { className: "fault" }, faults.length ? "It cannot be loaded so." : said.detail), ...list("Faults", faults.map(faultItem)));
}

at("check").addEventListener("click", async () => {
  const [done, said] = await send("/api/v1/examine?name=the-document", {});
  if (!done) return refuse(said);
  found.replaceChildren(
    make("p", {}, `No faults. ${said.claims.length} claims.`),
    ...list("Likely slips", said.warnings.map(faultItem)),
    ...list("It will be read as", said.claims.map(claimItem)),
    ...list("What would follow", said.follows.map(conclusion)),
    ...list("What would no more follow", said.falls.map(conclusion)),
  );
});

at("load").addEventListener("click", async () => {
  const [done, said] = await send("/api/v1/documents", { Authorization: `Bearer ${at("token").value}` });
  if (!done) return refuse(said);
  found.replaceChildren(make("p", {}, `Loaded: ${said.added} statements, ${said.derived} that follow.`));
});

at("save").addEventListener("click", () => {
  const name = /^document: *(\S+)/m.exec(yaml.value)?.[1] ?? "document";
  const files = [[`${name}.yaml`, `${yaml.value.trimEnd()}\ntext file: ${name}.txt\n`], [`${name}.txt`, text.value]];
  for (const [file, content] of files) {
    const address = URL.createObjectURL(new Blob([content], { type: "text/plain" }));
    make("a", { href: address, download: file }).click();
    URL.revokeObjectURL(address);
  }
});

for (const id of KEPT) {
  at(id).value = localStorage.getItem(`write ${id}`) ?? (id === "yaml" ? BEGUN : "");
  at(id).addEventListener("input", keep);
}
showDrafts();
fetch("/api/v1/classes").then((answer) => answer.json()).then(({ situations }) => {
  classes = situations;
  at("class").dispatchEvent(new Event("change"));
});
