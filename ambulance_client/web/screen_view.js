// screen_view.js — Job: the view: allergies, medicines by source, search, closed sections, covers.
import { word } from "../../client/web/codes.js";
import { chip, h, icon, say } from "../../client/web/dom.js";
import { documentNodes } from "../../client/web/pdf.js";
import { allergyNodes, sectionNodes, stateChip } from "../../client/web/section_view.js";
import { headerOf } from "../../client/web/store.js";
import { clockAgo } from "../../client/web/time.js";
import { always, nextButton } from "./dock.js";
import { search } from "./find.js";
import { firstSections } from "./screen_identity.js";
import { recordOf } from "./pending.js";

const KEY = ["medications", "allergies", "person"];

function head(t, one, facts, header) {
  const { ground } = facts;
  return h("div", { class: "row" }, h("h1", { class: "sr" }, say("step_view")), h("div", {},
    h("p", {}, h("b", {}, say(`source_${header.source}`)),
      `（${clockAgo(header.fetched_at)} ${say(header.refetched ? "refetched" : "fetched")}）`),
    h("p", { class: "sub" }, ground ? `${say("ground_is")} ${word("basis", ground.basis)} ` +
      `${clockAgo(ground.at)}${ground.person_name ? `・${ground.person_name}` : ""}` : "")),
  t.button("hide", "hide", () => t.hide(), "b go push"));
}

// Said to the gateway; what was open leaves this page in the same touch.
function closeView(t, one, facts) {
  const { view } = facts.view;
  t.shell.seals.forget({ view });
  t.send("close_view", { view }, one.id);
  t.redraw();
}

function allergies(t, one, seen, header) {
  const { record } = recordOf(t.shell.store, one);
  const there = header.sections?.some((row) => row.section === "allergies");
  const hidden = header.hidden?.includes("allergies");
  const state = hidden ? { state: "not_consented" } : seen("allergies") ??
    (there ? { state: "not_asked" } : { state: "not_provided" });
  const nodes = !hidden && there && !seen("allergies") ? [h("p", {}, say("not_opened")),
    allergyNodes(state, record.allergies).at(-1)] : allergyNodes(state, record.allergies);
  return h("section", { class: "card key", "aria-labelledby": "al" }, h("div", { class: "hd" },
    h("h2", { id: "al" }, say("f_allergies")), h("button", { class: "b", type: "button",
      "data-key": "to-record", onclick: () => t.show("record") }, icon("pen"), say("record_it"))),
  ...nodes);
}

function medicines(t, one, seen, header) {
  const hidden = header.hidden?.includes("medications"), drugs = seen("medications");
  const open = !drugs && !hidden ? h("button", { class: "b go wide", type: "button",
    "data-key": "open-key", onclick: () => t.openSections(one, firstSections(header)) },
  icon("lock"), say("open_drugs")) : null;
  return h("section", { class: "card key", "aria-labelledby": "rx" }, h("div", { class: "hd" },
    h("h2", { id: "rx" }, say("f_medications")), chip("warn", say("recent"))),
  open ? [open, h("p", { class: "sub" }, say("open_logged", t.shell.store.person?.name ?? ""))]
    : null, hidden ? stateChip("not_consented") : drugs ? sectionNodes("medications", drugs, false)
    : null, onlyInDocument(drugs) && !hidden ? inDocument(t, one, seen, header) : null);
}

// The medicines came as a PDF only: it is one touch away, and then stands in their place.
const onlyInDocument = (drugs) => Boolean(drugs?.content?.in_document);
function inDocument(t, one, seen, header) {
  const plain = seen("document");
  const there = header.sections?.some((row) => row.section === "document");
  if (!there || header.hidden?.includes("document")) return null;
  return plain ? openedNodes(t, one, "document", plain) : h("button", { class: "b go wide",
    type: "button", "data-key": "s-document", onclick: () => t.openSections(one, ["document"]) },
  icon("lock"), `${word("section", "document")} ${say("open")}`);
}

function openedNodes(t, one, name, plain) {
  if (name !== "document" || plain.state !== "present") return sectionNodes(name, plain, false);
  return documentNodes(t.shell.pdf, { view: t.facts(one).view.view }, plain,
                       () => t.openSections(one, ["document"]));
}

function others(t, one, seen, header) {
  const rows = (header.sections ?? []).map((row) => row.section)
    .filter((name) => !KEY.includes(name) && !(name === "document" &&
      onlyInDocument(seen("medications"))));
  const hidden = (header.hidden ?? []).filter((name) => !KEY.includes(name));
  const closed = rows.filter((name) => !seen(name) && !hidden.includes(name));
  const opened = rows.filter((name) => seen(name));
  return h("section", { class: "col", "aria-label": say("others") },
    h("p", { class: "sub" }, icon("pen"), " ",
      say("open_logged", t.shell.store.person?.name ?? "")),
    h("div", { class: "shuts" }, opened.map((name) => h("section", { class: "card wide" },
      h("h2", { class: "f-m" }, word("section", name)), ...openedNodes(t, one, name, seen(name)))),
    closed.map((name) => h("button", { class: "shut", type: "button", "data-key": `s-${name}`,
      "aria-expanded": "false", onclick: () => t.openSections(one, [name]) },
    word("section", name), h("span", { class: "push" }, icon("lock"), say("open")))),
    hidden.map((name) => h("p", { class: "shut no" }, word("section", name),
      h("span", { class: "push" }, stateChip("not_consented"))))));
}

// Looks through what is open here; the list below the field changes while one types.
function finder(t, header, seen) {
  const put = t.draft("find", () => ({ text: "" }));
  const opened = (header.sections ?? []).map((row) => [row.section, seen(row.section)])
    .filter(([, plain]) => plain);
  if (opened.length === 0) return null;
  const found = h("ul", { class: "rx", id: "found", "aria-live": "polite" });
  const fill = (found) => {
    const list = search(opened, put.text);
    found.replaceChildren(...list.map((line) => h("li", {}, h("b", {}, line.title), h("span", {},
      line.more.join("・")), h("span", { class: "sub" }, [word("section", line.section),
      line.source && word("source", line.source)].filter(Boolean).join("・")))));
    if (put.text.trim() && list.length === 0)
      found.append(h("li", {}, say("not_found", put.text.trim())));
  };
  const input = h("input", { id: "find", type: "search", maxlength: 60, autocomplete: "off",
                             "data-key": "find", value: put.text, oninput: (event) => {
    put.text = event.target.value;
    fill(document.getElementById("found"));
  } });
  fill(found);
  return h("section", { class: "card" }, h("div", { class: "f" }, h("label", { for: "find" },
    icon("find"), ` ${say("find")}`), input), found);
}

// ---- covered ----

function uncover(t, one, facts) {
  const { view } = facts.view;
  if (t.shell.store.line?.up) {
    t.shell.cover = null;
    return t.openSections(one, firstSections(headerOf(t.shell.store, view)));
  }
  return t.local("local.uncover", { view }).then((answer) => {
    if (answer.ok) t.shell.uncover(view);
  });
}

function covered(t, one, facts, cover) {
  const again = ["lease", "replaced", "closed"].includes(cover.reason) && facts.view;
  return { key: `cover/${cover.at}`, main: h("section", { class: "cover", role: "alert" },
    h("p", { class: "f-l" }, icon("hide"), ` ${say("covered")}`),
    h("h1", {}, t.shell.coverTitle()), h("p", { class: "f-l" }, clockAgo(cover.at)),
    again ? [h("p", {}, say("uncover_logged", t.shell.store.person?.name ?? "")),
             t.mainButton("uncover", "eye", () => uncover(t, one, facts))]
      : t.mainButton("understood", "ok", () => { t.shell.cover = null; t.go(one.id); })),
  dock: [nextButton(t, facts), always(t, facts)] };
}

export function drawView(t, one, facts) {
  const { cover } = t.shell;
  const former = cover?.view && facts.view && facts.view.view !== cover.view; // void or over: gone
  if (cover && !former && (!cover.view || cover.case === one.id))
    return covered(t, one, facts, cover);
  const { view } = facts;
  const header = view && headerOf(t.shell.store, view.view);
  if (!view || !facts.matched || !header) {
    const text = facts.refused ? "refused_text" : facts.noView ? "no_view_now" : facts.handed
      ? "over_text" : view && !facts.matched ? "identity_first" : view ? "coming_text"
      : "no_view_yet";
    return { key: text, main: h("section", { class: "card" }, h("h1", {}, say("step_view")),
      h("p", { class: "big" }, say(text)), facts.noView ? h("p", {}, word("no_view", facts.noView))
        : null), dock: [view && !facts.matched && !facts.handed
      ? t.mainButton("to_identity", "person", () => t.show("identity")) : nextButton(t, facts),
    always(t, facts)] };
  }
  const seen = (name) => t.shell.seals.section(view.view, undefined, name);
  return { key: view.view, main: [head(t, one, facts, header), allergies(t, one, seen, header),
    medicines(t, one, seen, header), finder(t, header, seen), others(t, one, seen, header),
    t.button("close_view", "lock", () => closeView(t, one, facts), "b quiet wide")],
  dock: [nextButton(t, facts), always(t, facts)] };
}
