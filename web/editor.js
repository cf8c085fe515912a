// The SPARQL editor: the query's text field made into an editor. Without scripts the field works as it is.
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching, HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { EditorState, StateField } from "@codemirror/state";
import { Decoration, EditorView, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { sparql } from "codemirror-lang-sparql";

const COLOURS = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword], class: "tok-keyword" },
  { tag: [tags.string, tags.number, tags.bool], class: "tok-literal" },
  { tag: tags.variableName, class: "tok-variable" },
  { tag: tags.comment, class: "tok-comment" },
]);

async function rows(query) {
  const answer = await fetch("/sparql", {
    method: "POST",
    headers: { "Content-Type": "application/sparql-query", Accept: "application/sparql-results+json" },
    body: query,
  });
  return answer.ok ? (await answer.json()).results.bindings : [];
}

// The classes and properties of the project's own ontology, read when the first is asked for.
let terms;
function ontology(namespaces) {
  terms ??= rows(`SELECT ?term ?label (SAMPLE(?text) AS ?definition) (MAX(?class) AS ?is_class) WHERE {
    VALUES (?kind ?class) { (owl:Class 1) (owl:ObjectProperty 0) (owl:DatatypeProperty 0) (owl:AnnotationProperty 0) }
    ?term a ?kind ; rdfs:label ?label . FILTER(LANG(?label) = "en")
    OPTIONAL { ?term skos:definition ?text FILTER(LANG(?text) = "en") }
  } GROUP BY ?term ?label ORDER BY ?term`).then((found) =>
    found.flatMap(({ term, label, definition, is_class }) => {
      const short = shortened(term.value, namespaces);
      const type = is_class.value === "1" ? "class" : "property";
      return short ? [{ label: short, detail: label.value, info: definition?.value, type }] : [];
    }),
  );
  return terms;
}

function shortened(iri, namespaces) {
  for (const [prefix, namespace] of Object.entries(namespaces)) {
    const local = iri.slice(namespace.length);
    if (iri.startsWith(namespace) && /^[\p{L}\p{N}_-]+$/u.test(local)) return `${prefix}:${local}`;
  }
  return null;
}

// Things by the beginning of a name: "Ukr" and "id:ukr" alike.
async function things(prefix, namespaces) {
  const answer = await fetch(`/reconcile/suggest/entity?prefix=${encodeURIComponent(prefix)}`);
  if (!answer.ok) return [];
  const { result } = await answer.json();
  return result.map(({ id, name, description, notable }) => ({
    label: name,
    apply: shortened(namespaces.id + id, namespaces) ?? `<${namespaces.id}${id}>`,
    detail: notable?.map((each) => each.name ?? each).join(", "),
    info: description,
    type: "constant",
  }));
}

function completing(namespaces) {
  return async (context) => {
    const variable = context.matchBefore(/[?$]\w*/);
    if (variable) {
      const names = new Set(context.state.doc.toString().match(/[?$]\w+/g));
      names.delete(variable.text);
      return { from: variable.from, options: [...names].map((label) => ({ label, type: "variable" })), validFor: /^[?$]\w*$/ };
    }
    const word = context.matchBefore(/[\p{L}][\p{L}\p{N}_-]*(:[\p{L}\p{N}_-]*)?/u);
    if (!word || (word.text.length < 2 && !context.explicit)) return null;
    const local = word.text.slice(word.text.indexOf(":") + 1);
    const wanted = local.toLowerCase();
    const [known, named] = await Promise.all([
      ontology(namespaces),
      wanted.length > 1 ? things(local.replaceAll("-", " "), namespaces) : [],
    ]);
    const fitting = known.filter(({ label, detail }) =>
      word.text.includes(":")
        ? label.toLowerCase().startsWith(word.text.toLowerCase())
        : label.toLowerCase().includes(wanted) || detail.toLowerCase().includes(wanted),
    );
    return { from: word.from, options: [...fitting, ...named], filter: false };
  };
}

// Where the page's message says "line 2, column 8", that place is marked.
function fault(doc) {
  const place = document.querySelector("[data-fault]")?.textContent.match(/line (\d+), column (\d+)/);
  if (!place || Number(place[1]) > doc.lines) return Decoration.none;
  const line = doc.line(Number(place[1]));
  const from = Math.max(line.from, Math.min(line.from + Number(place[2]) - 1, line.to - 1));
  return from < line.to ? Decoration.set(Decoration.mark({ class: "fault-here" }).range(from, line.to)) : Decoration.none;
}

const FAULT = StateField.define({
  create: ({ doc }) => fault(doc),
  update: (marked, { changes }) => marked.map(changes),
  provide: (marked) => EditorView.decorations.from(marked),
});

// Chromium writes inline styles, which the page forbids, where one types over coloured text; so that is done here.
function replaced(event, view) {
  if (event.inputType !== "insertText" || !event.data || view.composing || view.state.selection.main.empty) return false;
  view.dispatch(view.state.replaceSelection(event.data), { userEvent: "input.type" });
  event.preventDefault();
  return true;
}

function edit(field) {
  const namespaces = JSON.parse(field.dataset.prefixes);
  const form = field.form;
  const host = document.createElement("div");
  const root = host.attachShadow({ mode: "open" }); // there the editor's own styles need no leave to stand inline
  root.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: "/static/editor.css" }));
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: field.value,
      extensions: [
        lineNumbers(), history(), bracketMatching(), closeBrackets(), sparql(), syntaxHighlighting(COLOURS),
        autocompletion({ icons: false, override: [completing(namespaces)] }), EditorView.lineWrapping,
        EditorView.contentAttributes.of({ "aria-label": field.labels[0].textContent }),
        FAULT,
        EditorView.domEventHandlers({ beforeinput: replaced }),
        keymap.of([
          { key: "Mod-Enter", run: () => (form.requestSubmit(form.querySelector("button:not([formaction])")), true) },
          ...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap, ...completionKeymap,
        ]),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) field.value = update.state.doc.toString();
        }),
      ],
    }),
  });
  field.before(host);
  field.hidden = true;
  field.required = false; // a hidden field cannot be pointed at
  field.labels[0].addEventListener("click", () => view.focus());
}

// Rows in the order of a column: once up, once down.
function sortable(table) {
  const body = table.tBodies[0];
  for (const [place, header] of [...table.tHead.rows[0].cells].entries()) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.append(...header.childNodes);
    header.append(button);
    button.addEventListener("click", () => {
      const down = header.getAttribute("aria-sort") === "ascending";
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      header.setAttribute("aria-sort", down ? "descending" : "ascending");
      const compare = new Intl.Collator(undefined, { numeric: true }).compare;
      const text = (row) => row.cells[place].textContent.trim();
      const sorted = [...body.rows].sort((a, b) => compare(text(a), text(b)));
      body.append(...(down ? sorted.reverse() : sorted));
    });
  }
}

for (const field of document.querySelectorAll("textarea[data-prefixes]")) edit(field);
for (const table of document.querySelectorAll("table[data-sortable]")) sortable(table);
