// screen_takeover.js — Job: a case goes to another tablet, or comes from one that is silent.
import { ask } from "../../client/web/ask.js";
import { chip, h, icon, say } from "../../client/web/dom.js";
import { clockAgo } from "../../client/web/time.js";
import { shortId } from "../../client/web/store.js";
import { always, back } from "./dock.js";

// 01JD DS2R 0000 …: read out on the phone, typed in groups.
export const grouped = (id) => (id ?? "").match(/.{1,4}/g)?.join(" ") ?? "";
const ID = /^[0-9A-HJKMNP-TV-Z]{26}$/;
const plainId = (text) => text.toUpperCase().replace(/[^0-9A-Z]/g, "");

// The list is asked for page by page; each question is on record.
export async function askTablets(t, after) {
  const sent = await t.send("tablets_query", after ? { after } : {}, null);
  const { complete, after: next } = t.shell.store.tablets;
  if (sent && !complete && next && next !== after) await askTablets(t, next);
  t.redraw();
}

export function openTakeover(t) {
  askTablets(t);
  t.show("takeover");
}

const others = (t) => t.shell.store.tablets.rows
  .filter((row) => row.device !== t.shell.store.hello.device)
  .sort((a, b) => b.online - a.online || (a.name ?? "").localeCompare(b.name ?? "", "ja"));
const people = (row) => (row.people ?? []).map((one) => one.name).filter(Boolean).join("、") ||
  say("nobody");

// Gives the error in words, or null.
async function said(t, type, caseId, body) {
  const answer = await t.shell.link.send(type, caseId, body).done;
  return answer.type === "receipt" ? null : t.shell.mistakeText(answer.body);
}

// ---- away from here ----

function offerTo(t, one, row) {
  return ask({ title: say("offer_to", row.name ?? grouped(row.device)), text: say("takeover_text"),
    ok: say("offer_ok"), act: () => said(t, "takeover_offer", one.id, { device: row.device }) });
}

// Another headquarters' tablet stands in no list of ours: its crew reads its number out.
const offerTyped = (t, one) => ask({ title: say("offer"), text: say("offer_text"),
  ok: say("offer_ok"), fields: [{ name: "device", label: say("tablet_id"), max: 40 }],
  act: ({ device }) => (ID.test(plainId(device))
    ? said(t, "takeover_offer", one.id, { device: plainId(device) }) : say("tablet_id_form")) });

const tablet = (t, row, act) => h("button", { class: "b quiet wide mate", type: "button",
  "data-key": `to-${row.device}`, onclick: act }, icon("car"), h("span", { class: "grow" },
h("b", {}, row.name ?? shortId(row.device)), h("small", {}, row.online ? people(row) : "")),
row.online ? chip("ok", say("line_up"), "line") : chip("off", say("line_down"), "off"));

const listState = (t) => (t.shell.store.tablets.complete ? null : h("p", { role: "status" },
  say(t.shell.store.line?.up ? "tablets_coming" : "tablets_need_line")));

export function drawTakeover(t, one, facts) {
  const rows = others(t);
  return { key: String(rows.length), main: [h("section", { class: "card now" },
    h("h1", {}, say("o_takeover")), h("p", { class: "big" }, say("takeover_text")),
    facts.offered ? h("p", { class: "note" }, icon("clock"), h("span", { class: "tx big" },
      say("offered_waits", clockAgo(facts.offered)))) : null),
  h("section", { class: "card" }, h("h2", {}, say("offer_whom")), listState(t),
    rows.map((row) => tablet(t, row, () => offerTo(t, one, row))),
    t.shell.store.tablets.complete && rows.length === 0 ? h("p", {}, say("no_tablets")) : null,
    t.button("offer", "pen", () => offerTyped(t, one), "b quiet wide")),
  h("section", { class: "card" }, h("p", {}, say("takeover_dead")), h("p", { class: "sub" },
    say("case_id_is")), h("p", { class: "idno" }, grouped(one.id)))],
  dock: [back(t), always(t, facts)] };
}

// ---- from a silent tablet ----

const reason = () => ({ name: "reason", label: say("reason"), max: 200 });

async function claimOf(t, id, name) {
  const got = await ask({ title: say("claim_case", name), text: say("claim_text"), ok: say("claim"),
    danger: true, fields: [reason()],
    act: ({ reason: why }) => said(t, "takeover_claim", id, { reason: why }) });
  if (got) t.claims = false;
  t.redraw();
}

const claimTyped = (t) => ask({ title: say("claim"), text: say("claim_text"), ok: say("claim"),
  fields: [{ name: "case", label: say("case_id"), max: 40 }, reason()],
  act: ({ case: id, reason: why }) => (ID.test(plainId(id))
    ? said(t, "takeover_claim", plainId(id), { reason: why }) : say("case_id_form")) })
  .then((got) => {
    if (got) t.claims = false;
    t.redraw();
  });

function silent(t, row) {
  const name = (one) => one.spoken_name ?? shortId(one.case);
  return h("section", { class: "card", "aria-label": row.name ?? "" }, h("div", { class: "hd" },
    h("h2", {}, row.name ?? shortId(row.device)), chip("off", say("line_down"), "off")),
  row.cases.map((one) => h("button", { class: "b wide mate", type: "button",
    "data-key": `claim-${one.case}`, onclick: () => claimOf(t, one.case, name(one)) }, icon("car"),
  h("span", {}, h("b", {}, name(one)), h("small", {}, [say("opened_case", clockAgo(one.opened_at)),
    one.patients > 1 && say("nth", one.patients, one.patient_no ?? 1), one.incident_number]
    .filter(Boolean).join("・"))))));
}

export function openClaims(t) {
  t.claims = true;
  askTablets(t);
  t.redraw();
}

export function drawClaims(t) {
  const rows = others(t).filter((row) => !row.online && row.cases?.length > 0);
  return { key: `claims/${rows.length}`, main: [h("h1", {}, say("claim")),
    h("p", { class: "big" }, say("claim_text")), listState(t), rows.map((row) => silent(t, row)),
    t.shell.store.tablets.complete && rows.length === 0 ? h("p", { class: "big" },
      say("no_silent")) : null,
    t.button("claim_typed", "pen", () => claimTyped(t), "b quiet wide")],
  dock: [t.button("back", "back", () => { t.claims = false; t.redraw(); })] };
}
