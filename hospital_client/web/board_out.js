// board_out.js — Job: take opened sections out of the page: an act of its own, in the log first.
import { word } from "../../client/web/codes.js";
import { h, say, stamp } from "../../client/web/dom.js";
import { sectionNodes } from "../../client/web/section_view.js";
import { liveGrant } from "../../client/web/store.js";
import { clock, iso, now } from "../../client/web/time.js";
import { board, caseShown, go, person, send, store } from "./board_desk.js";
import { button } from "./board_list.js";
import { spokenName } from "./board_state.js";

const keyOf = (grant) => `${grant.view}/${grant.grant}`;
const openedOf = (grant) => [...(board.shell.seals.plain.get(keyOf(grant))?.keys() ?? [])]
  .filter((name) => name !== "document");

// What leaves the page, as text: where it is from stands on top of it.
function lines(nodes) {
  const place = h("div", {}, ...nodes);
  return [...place.querySelectorAll("h3, li, dl > div, p, .c")]
    .filter((node) => !node.parentElement.closest("li, dl > div, p, h3"))
    .map((node) => [...node.childNodes].map((child) => child.textContent.trim()).filter(Boolean)
      .join("　"));
}
export function textOf(one, sections) {
  const grant = liveGrant(one.shown, now());
  const section = (name) => board.shell.seals.section(grant.view, grant.grant, name);
  const who = section("person")?.content ?? one.shown.record ?? {};
  return [...(one.shown.training ? [say("out_practice")] : []),
    say("out_from", one.shown.opened?.incident_number ?? spokenName(one)),
    `${who.name ?? say("name_unknown")}　${who.birth_date ?? ""}`,
    ...sections.flatMap((name) => [`【${word("section", name)}】`,
      ...lines(sectionNodes(name, section(name), false)).map((line) => `　${line}`)]),
    say("out_end", clock(iso(now()), true), person()?.name ?? "")].join("\n");
}

export function outNodes() {
  const one = caseShown(), grant = liveGrant(one.shown, now());
  const names = openedOf(grant), none = board.chosen.size === 0;
  const way = (act, icon) => {
    const element = button(act, act, one, { kind: "b first", icon });
    element.disabled = none;
    return element;
  };
  return [stamp("t-out", { hint: none ? say("out_choose") : null,
    sections: names.map((name) => {
      const row = stamp("t-check", { text: word("section", name) }, { section: name });
      row.querySelector("input").toggleAttribute("checked", board.chosen.has(name));
      return row;
    }),
    ways: [board.shell.seals.section(grant.view, grant.grant, "document")
      ? h("p", { class: "sub" }, say("out_no_document")) : null,
      way("out_copy", "pen"), way("out_export", "go"),
      store().hello.print ? way("out_print", "print") : h("p", { class: "sub" }, say("print_off")),
      button("back_to_patient", "back_to_patient", one, { kind: "b quiet", icon: "back" })]
      .filter(Boolean),
    result: board.result ? board.result : null })];
}

// Judged and in the log first; only then the page gives it away.
async function take(how, act) {
  const one = caseShown(), grant = liveGrant(one.shown, now()), sections = [...board.chosen];
  const answer = await send("taken_out", one, { view: grant.view, grant: grant.grant, sections,
                                                how }).done;
  if (answer.type !== "receipt" || caseShown() !== one) return;
  await act(textOf(one, sections), one);
  board.result = h("p", { class: "big" }, say(`done_${how}`));
  board.shell.draw();
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    board.shell.mistakes.push({ code: "ERR_IO", ja: "ブラウザが写すことを許していません",
                                en: "the browser does not allow copying", at: now() });
  }
}
function save(text, one) {
  const link = h("a", { href: URL.createObjectURL(new Blob([text], { type: "text/plain" })),
                        download: `${one.shown.training ? "practice-" : ""}${one.id}.txt` });
  link.click();
  URL.revokeObjectURL(link.href);
}
// The paper holds this text and nothing else of the screen; it leaves the page with the dialog.
function paper(text) {
  document.body.append(h("pre", { class: "sheet" }, text));
  addEventListener("afterprint", noPaper, { once: true });
  print();
}
export function noPaper() {
  for (const sheet of document.querySelectorAll(".sheet")) sheet.remove();
}

export const outActs = {
  take_out: ({ case: id }) => {
    board.result = null;
    go("out", id);
  },
  back_to_patient: ({ case: id }) => go("patient", id),
  out: ({ section }) => {
    if (!board.chosen.delete(section)) board.chosen.add(section);
    board.shell.draw();
  },
  out_copy: () => take("copy", copy),
  out_export: () => take("export", save),
  out_print: () => take("print", paper),
};
