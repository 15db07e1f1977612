// board_patient.js — Job: one patient at the fixed destination: banner, sections, trend, clock.
import { keysOf, word } from "../../client/web/codes.js";
import { chip, h, icon, put, say, told, urgency } from "../../client/web/dom.js";
import { allergyNodes, sectionNodes, stateChip } from "../../client/web/section_view.js";
import { headerOf, liveGrant, shortId } from "../../client/web/store.js";
import { clock, iso, now } from "../../client/web/time.js";
import { drawCover } from "./board_cover.js";

const KEY = ["medications", "allergies"];
const TOLD = ["conditions", "medicines", "allergies", "infection", "dialysis", "anticoagulant"];
const button = (key, name, act, kind = "b quiet") => h("button",
  { class: kind, "data-key": key, onclick: act }, icon(name), say(key));

function banner(element, board, one, grant) {
  const covered = board.shell.cover || one.shown.mixup;   // the banner goes, too
  const record = (!covered && one.shown.record) || {};
  const person = grant && board.shell.seals.section(grant.view, grant.grant, "person")?.content;
  const who = person ?? (grant || one.shown.destination_here ? record : {});
  element.hidden = false;
  element.show({ ...who, absent: covered ? say("ended_show") : undefined },
               [[say("case_no"), one.shown.opened?.incident_number ?? shortId(one.id)],
                [say("spoken"), one.shown.opened?.spoken_name ?? shortId(one.id)]]);
  if (covered) return;
  const norm = (text) => (text ?? "").normalize("NFKC").replace(/\s/g, "");
  const differs = person && record.name && norm(person.name) !== norm(record.name);
  const fact = (label, value) => h("div", { class: "row" }, h("dt", {}, say(label)),
                                   h("dd", { class: "soft" }, value));
  element.append(h("dl", { class: "kv" }, fact("told_id", record.name ?? word("told", "not_asked")),
    fact("card_id", person?.name ?? say("not_opened")),
    fact("differs", !person || !record.name ? "—" : differs ? chip("warn", say("yes_differs"))
      : chip("none", say("same")))));
}

function opener(board, one, grant, sections) {
  const { shell } = board;
  shell.link.send("open", one.id, { view: grant.view, grant: grant.grant, sections,
                                    ...(shell.store.hello.name
                                      ? { screen: shell.store.hello.name } : {}) });
}

function keyCards(board, one, grant, header) {
  const seen = (name) => board.shell.seals.section(grant?.view, grant?.grant, name);
  const drugs = seen("medications");
  const wanted = KEY.filter((name) => header?.sections?.some((row) => row.section === name) &&
    !header.hidden?.includes(name));
  const open = wanted.length && !drugs ? h("button", { class: "b go wide", "data-key": "open-key",
    onclick: () => opener(board, one, grant, [...wanted, ...(header.sections.some((row) =>
      row.section === "person") ? ["person"] : [])]) }, icon("lock"), say("open_drugs")) : null;
  const hidden = header?.hidden?.includes("medications");
  return [h("section", { class: "card key" }, h("h2", {}, say("allergy")),
    ...(drugs ? allergyNodes(seen("allergies"), one.shown.record?.allergies)
      : allergyNodes({ state: header ? "not_asked" : "not_provided" },
                     one.shown.record?.allergies).slice(-1))),
  h("section", { class: "card key" }, h("div", { class: "hd" }, h("h2", {}, say("drugs")),
    chip("warn", say("recent"))), open,
  ...(hidden ? [stateChip("not_consented")]
    : drugs ? sectionNodes("medications", drugs, false) : []))];
}

function others(board, one, grant, header) {
  if (!header) return null;
  const rows = (header.sections ?? []).filter((row) => !KEY.includes(row.section) &&
    row.section !== "person");   // the banner shows the person
  const hidden = (header.hidden ?? []).filter((name) => !rows.some((row) => row.section === name));
  return h("section", { class: "card" }, h("h2", { class: "f-m" }, icon("pen"),
    ` ${say("logged", board.shell.store.person?.name ?? "")}`),
  ...rows.map((row) => {
    const name = row.section, plain = board.shell.seals.section(grant.view, grant.grant, name);
    if (header.hidden?.includes(name)) return h("p", { class: "shut no" }, word("section", name),
      h("span", { class: "push" }, stateChip("not_consented")));
    if (plain) return h("section", { class: "grp" }, h("h3", {}, word("section", name)),
                        ...sectionNodes(name, plain, false));
    return h("button", { class: "shut", "data-key": `s-${name}`,
                         onclick: () => opener(board, one, grant, [name]) }, icon("lock"),
      word("section", name), h("span", { class: "push" }, say("open")));
  }),
  ...hidden.map((name) => h("p", { class: "shut no" }, icon("hide"), word("section", name),
    h("span", { class: "push" }, stateChip("not_consented")))));
}

function record(one) {
  const r = one.shown.record;
  if (!r) return null;
  const texts = ["complaint", "history", "companion", "notes"].filter((key) => r[key]);
  return h("section", { class: "card" }, h("h2", {}, say("crew_record")),
    h("dl", { class: "kv" }, texts.map((key) => h("div", {}, h("dt", {}, say(key)),
      h("dd", {}, r[key]))),
    TOLD.filter((key) => r[key]).map((key) => h("div", {}, h("dt", {}, say(key === "allergies"
      ? "allergy" : key)), h("dd", {}, told(r[key].state, word("told", r[key].state)),
      ` ${r[key].text ?? ""}`)))));
}

function talks(board, one) {
  const list = one.texts.filter((t) => t.kind === "talk").slice(-6).reverse();
  const input = h("input", { "aria-label": say("message"), "data-key": "talk", maxlength: 1000 });
  input.value = board.draft ?? "";
  input.addEventListener("input", () => { board.draft = input.value; });
  const send = () => {
    if (!input.value.trim()) return;
    board.shell.link.send("talk", one.id, { text: input.value.trim() });
    board.draft = input.value = "";
  };
  return h("section", { class: "card" }, h("h2", {}, say("talk")),
    h("div", { class: "talk" }, input,
    h("button", { class: "b", onclick: send }, say("send"))),
    h("ul", { class: "ms" }, list.map((t) =>
    h("li", {}, h("b", {}, t.person_name ?? ""), ` ${clock(t.at)}`, h("p", {}, t.content.text)))));
}

async function handover(board, one) {
  const got = await board.ask({ title: say("confirm_handover"), ok: say("confirm_handover"),
    fields: [{ name: "physician", label: say("physician") }] });
  if (got) board.shell.link.send("handover_confirm", one.id, { at: iso(now()), ...got });
}
async function mixup(board, one) {
  const got = await board.ask({ title: say("mixup"), ok: say("mixup"), danger: true, fields: [
    { name: "kind", label: say("mixup_which"),
      options: keysOf("mixup").map((code) => [code, word("mixup", code)]) }] });
  if (got) board.shell.link.send("mixup", one.id, got);
}

function foot(element, board, one, grant) {
  const { shell } = board;
  element.hidden = false;
  const soon = grant && Date.parse(grant.until) - now() < 10 * 60000;
  const extend = async () => {
    const got = await board.ask({ title: say("extend"), ok: say("extend"),
                                  fields: [{ name: "reason", label: say("reason"), max: 1000 }] });
    if (got) shell.link.send("extend", one.id, { grant: grant.grant, ...got });
  };
  element.replaceChildren(h("p", {}, grant ? [icon("clock"), h("b", {},
    ` ${say("can_view", clock(grant.until))} `), h("span", { "data-to": grant.until }),
  soon ? chip("warn", say("ends_soon")) : ""] : ""), h("span", { class: "row push" },
    button("back", "back", () => board.go(null)),
    one.shown.confirmed_at ? null : button("confirm_handover", "ok", () => handover(board, one)),
    button("mixup", "warn", () => mixup(board, one)),
    grant && !grant.extended ? button("extend", "clock", extend) : null,
    grant ? button("close_view", "lock", () => {
      shell.seals.forget(grant);
      shell.link.send("close_view", one.id, { view: grant.view, grant: grant.grant });
    }) : null));
}

export function drawPatient(board, bannerElement, footElement) {
  const { shell } = board, one = shell.store.cases.get(board.shown), s = one.shown;
  const grant = liveGrant(s, now());
  banner(bannerElement, board, one, grant);
  if (shell.cover?.case === one.id || s.mixup || (shell.cover && !shell.cover.case))
    return drawCover(board, one);
  const header = grant && headerOf(shell.store, grant.view, grant.grant);
  const trend = document.createElement("vitals-trend");
  trend.show(s.vitals);
  const request = s.asked[0]?.content ?? s.record ?? {};
  put(document, "main", h("div", { class: "g" },
    h("div", { class: "col" }, keyCards(board, one, grant, header),
      grant ? null : h("p", { class: "big" }, say("record_only"))),
    h("div", { class: "col" }, h("section", { class: "card" }, h("div", { class: "row" },
      h("h2", {}, urgency(request.urgency, word("urgency", request.urgency)),
        ` ${request.complaint ?? ""}`), h("span", { class: "push cd", "data-to": s.eta_at },
        s.eta_at ? "" : say("eta_unknown"))), trend),
    others(board, one, grant, header), record(one), talks(board, one))));
  foot(footElement, board, one, grant);
}
