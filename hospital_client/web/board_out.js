// board_out.js — Job: take opened sections out of the page: an act of its own, in the log first.
import { word } from "../../client/web/codes.js";
import { chip, h, say, stamp } from "../../client/web/dom.js";
import { pdfParts } from "../../client/web/pdf.js";
import { sectionNodes } from "../../client/web/section_view.js";
import { liveGrant } from "../../client/web/store.js";
import { clock, iso, now } from "../../client/web/time.js";
import { board, caseShown, go, person, send, store } from "./board_desk.js";
import { button } from "./board_list.js";
import { bundle, paperDone, stopPaper } from "./board_paper.js";
import { fileOf, ready, sheetOf } from "./board_sheet.js";
import { spokenName } from "./board_state.js";

const DOCUMENT = "document";
const keyOf = (grant) => `${grant.view}/${grant.grant}`;
const sectionOf = (grant, name) => board.shell.seals.section(grant.view, grant.grant, name);
const partsOf = (grant) => pdfParts(sectionOf(grant, DOCUMENT) ?? {}).map((one) => one.part);
// A document without a page has nothing to give.
const openedOf = (grant) => [...(board.shell.seals.plain.get(keyOf(grant))?.keys() ?? [])]
  .filter((name) => name !== DOCUMENT || partsOf(grant).length > 0);

// ---- what leaves the page, as text: where it is from stands on top of it ----

function lines(nodes) {
  const place = h("div", {}, ...nodes);
  return [...place.querySelectorAll("h3, li, dl > div, p, .c")]
    .filter((node) => !node.parentElement.closest("li, dl > div, p, h3"))
    .map((node) => [...node.childNodes].map((child) => child.textContent.trim()).filter(Boolean)
      .join("　"));
}
function headOf(one, grant) {
  const who = sectionOf(grant, "person")?.content ?? one.shown.record ?? {};
  return [...(one.shown.training ? [say("out_practice")] : []),
    say("out_from", one.shown.opened?.incident_number ?? spokenName(one)),
    `${who.name ?? say("name_unknown")}　${who.birth_date ?? ""}`];
}
const end = () => say("out_end", clock(iso(now()), true), person()?.name ?? "");
// The document's own words; its pages follow as images.
const documentLines = ({ content = {} }) => [say("out_images"),
  ...(content.other ?? []).map((one) => `${one.path}: ${one.text}`)];
function textOf(one, grant, sections) {
  return [...headOf(one, grant), ...sections.flatMap((name) => [`【${word("section", name)}】`,
    ...(name === DOCUMENT ? documentLines(sectionOf(grant, name))
      : lines(sectionNodes(name, sectionOf(grant, name), false))).map((line) => `　${line}`)]),
  end()].join("\n");
}

// ---- the screen ----

function waysNodes(one) {
  const way = (act, icon) => {
    const element = button(act, act, one, { kind: "b first", icon });
    element.disabled = board.chosen.size === 0 || paperDone() !== null;
    return element;
  };
  const note = (key) => h("p", { class: "sub" }, say(key));
  return [board.chosen.has(DOCUMENT) ? note("out_no_copy") : way("out_copy", "pen"),
    way("out_export", "go"), store().hello.print ? way("out_print", "print") : note("print_off"),
    button("back_to_patient", "back_to_patient", one, { kind: "b quiet", icon: "back" })];
}

// How far it is, or what came of it.
function resultNodes(one) {
  const done = paperDone(), result = board.result;
  if (done !== null) return [h("p", { class: "big", role: "status" }, say("out_coming", done)),
    button("out_stop", "stop", one, { kind: "b quiet", icon: "x" })];
  if (!result) return null;
  if (result.stopped) return [h("p", { class: "big", role: "status" }, say("out_stopped"))];
  const { how, first, last, missing, next } = result;
  return [h("p", { class: "big", role: "status" }, say(`done_${how}`)),
    last ? h("p", { class: "f-m" }, say("out_pages", first, last)) : null,
    missing ? chip("warn", say("out_missing", missing)) : null,
    next ? chip("warn", say("out_rest")) : null,
    next ? button("out_more", "out_more", one, { kind: "b first", icon: "go" }) : null];
}

export function outNodes() {
  const one = caseShown(), grant = liveGrant(one.shown, now());
  const names = openedOf(grant);
  return [stamp("t-out", { hint: board.chosen.size === 0 ? say("out_choose") : null,
    sections: names.map((name) => {
      const row = stamp("t-check", { text: word("section", name) }, { section: name });
      row.querySelector("input").toggleAttribute("checked", board.chosen.has(name));
      row.querySelector("input").disabled = paperDone() !== null;
      return row;
    }),
    ways: waysNodes(one), result: resultNodes(one) })];
}

// ---- the act ----

// Judged and in the log first; only then the page gives it away. AT: the place in a long document
// where the bundle before ended; each bundle is an act of its own.
async function take(how, at = null) {
  const one = caseShown(), grant = liveGrant(one.shown, now());
  const sections = at ? [DOCUMENT] : [...board.chosen];
  const here = () => caseShown() === one && board.screen === "out" &&
    sections.every((name) => sectionOf(grant, name));
  const answer = await send("taken_out", one, { view: grant.view, grant: grant.grant, sections,
                                                how }).done;
  if (answer.type !== "receipt" || !here()) return;
  board.result = null;
  const got = sections.includes(DOCUMENT) ? await bundle({ view: grant.view, grant: grant.grant },
    partsOf(grant), at ?? { file: 0, page: 0 }) : { pages: [], next: null };
  if (!here()) return;
  if (got?.failed) board.shell.mistakes.push({ ...got.failed, at: now() });
  const given = at?.given ?? 0, last = given + (got?.pages?.length ?? 0);
  const good = got?.pages && await giving[how]({ one, grant, sections, pages: got.pages,
                                                 part: got.next || at ? [given + 1, last] : null });
  if (caseShown() !== one || board.screen !== "out") return;
  board.result = good ? { how, first: given + 1, last: last > given ? last : 0,
    missing: got.pages.filter((page) => page.failed).length,
    next: got.next && { ...got.next, given: last } } : { stopped: true };
  board.shell.draw();
}

async function copy({ one, grant, sections }) {
  try {
    await navigator.clipboard.writeText(textOf(one, grant, sections));
  } catch {
    board.shell.mistakes.push({ code: "ERR_IO", ja: "ブラウザが写すことを許していません",
                                en: "the browser does not allow copying", at: now() });
  }
  return true;
}

const sheetFor = ({ one, grant, sections, pages }) => sheetOf(textOf(one, grant, sections),
  { head: headOf(one, grant).join("　"), end: end() }, pages, partsOf(grant).length);

function save(what) {
  const { one, grant, sections, pages, part } = what;
  const blob = pages.length ? fileOf(sheetFor(what), headOf(one, grant)[0])
    : new Blob([textOf(one, grant, sections)], { type: "text/plain" });
  const name = `${one.shown.training ? "practice-" : ""}${one.id}${part ? `-p${part.join("-")}`
    : ""}.${pages.length ? "html" : "txt"}`;
  const link = h("a", { href: URL.createObjectURL(blob), download: name });
  link.click();
  URL.revokeObjectURL(link.href);
  return true;
}
// The paper holds this and nothing else of the screen; it leaves the page with the dialog.
async function paper(what) {
  if (!await ready(sheetFor(what))) return false;
  addEventListener("afterprint", stopPaper, { once: true });
  print();
  return true;
}
const giving = { copy, export: save, print: paper };

export const outActs = {
  take_out: ({ case: id }) => {
    board.result = null;
    go("out", id);
  },
  back_to_patient: ({ case: id }) => go("patient", id),
  out: ({ section }) => {
    board.result = null;
    if (!board.chosen.delete(section)) board.chosen.add(section);
    board.shell.draw();
  },
  out_copy: () => take("copy"),
  out_export: () => take("export"),
  out_print: () => take("print"),
  out_more: () => take(board.result.how, board.result.next),
  out_stop: () => {
    stopPaper();
    board.shell.draw();
  },
};
