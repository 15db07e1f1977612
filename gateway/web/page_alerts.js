// page_alerts.js — Job: what somebody has to look at; who has seen it, who judged an emergency.
import { chip, h, icon, part, put, say } from "../../client/web/dom.js";
import { short } from "./access_rows.js";
import { named } from "./lists.js";
import { caseLink } from "./page_access.js";
import { dateClock } from "./page_log.js";
import { askVerdict } from "./verdict.js";

const askAlerts = async (con, after) =>
  (await con.link.ask("alerts", after ? { after } : {}, "alert_list")).body;

function told(con, body) {
  con.alerts = body.open;
  con.late = body.late;
}

// On every page, until somebody has acknowledged it by name; read out once when the number changes.
export function drawLate(con, ready) {
  const place = part(document, "late");
  const count = ready ? con.late : 0;
  if (place.dataset.count === `${count} ${say("al_late", count)}`) return;
  place.dataset.count = `${count} ${say("al_late", count)}`;
  put(document, "late", count === 0 ? null : h("section", { class: "note urgent flat" },
    icon("warn"), h("span", { class: "tx" }, say("al_late", count)),
    h("button", { class: "b dense", "data-key": "late_show", onclick: () => con.go("alerts") },
      say("al_late_show"))));
}

// How many are open, beside the name of the page. Asked at sign-in and when one is raised.
export async function countAlerts(con) {
  try {
    told(con, await askAlerts(con));
  } catch {
    con.alerts = null; // not told: no number is shown rather than a wrong one
  }
  con.bar();
}

function facts(con, row) {
  const who = row.person_name ?? (row.person ? `…${short(row.person)}` : "");
  const reason = row.content?.reason ?? row.content?.text;
  const pair = (term, text) => (text ? h("div", {}, h("dt", {}, say(term)), h("dd", {}, text))
    : null);
  return h("dl", { class: "kv" }, pair("at", h("time", { datetime: row.at }, dateClock(row.at))),
    pair("al_by", who), pair("org", row.org_name),
    row.case ? pair("case", caseLink(con, row.case)) : null,
    pair("al_reason", reason), pair("al_seen", row.acked_by ? say("al_seen_by",
      row.acked_by_name ?? `…${short(row.acked_by)}`, dateClock(row.acked_at)) : ""));
}

function states(row) {
  const again = row.level > 0 && !row.acked_by
    ? chip("fail", say("al_again", row.level), "warn") : null;
  return [again, again && !row.review ? null : state(row)];
}
function state(row) {
  if (row.review) return chip("warn", say(row.acked_by ? "al_review_open" : "al_review"), "warn");
  return row.acked_by ? chip("ok", say("al_seen")) : chip("warn", say("al_open"), "warn");
}

function acts(con, root, row) {
  const list = [];
  if (!row.acked_by && con.isAdmin()) list.push(h("button", { class: "b dense",
    "data-key": `ack_${row.alert}`,
      onclick: () => tell(con, root, "alert_ack", { alert: row.alert }) }, icon("ok"),
  say("al_ack")));
  if (row.review && row.may_review) list.push(h("button", { class: "b dense",
    "data-key": `review_${row.alert}`, onclick: () => review(con, root, row) },
  icon("pen"), say(row.kind === "break_glass" ? "al_judge" : "al_judge_ground")));
  if (row.review && !row.may_review) list.push(h("span", { class: "sub" }, say("al_other")));
  return h("div", { class: "row" }, list);
}

function item(con, root, row) {
  return h("li", { class: row.review ? "card key" : "card", "data-alert": row.alert },
    h("div", { class: "hd" }, h("h2", {}, named("alert", row.kind)),
      row.training ? chip("drill", say("drill"), "info") : null, states(row)),
    facts(con, row), acts(con, root, row));
}

async function tell(con, root, type, body) {
  const done = await con.attempt(() => con.link.ask(type, body));
  if (done) fresh(con, root);
}

// Somebody else than the one who opened it, by the gateway's rule.
const review = (con, root, row) => askVerdict(con,
  say(row.kind === "break_glass" ? "al_judge" : "al_judge_ground"),
  `${named("alert", row.kind)} ${dateClock(row.at)}。${say("al_judge_text")}`,
  (verdict) => con.link.ask("review", { alert: row.alert, ...verdict })
    .then(() => fresh(con, root)));

async function load(con, root) {
  const memory = con.memory.alerts;
  const body = await con.attempt(() => askAlerts(con, memory.after));
  if (!body || con.memory.alerts !== memory) return;
  memory.rows.push(...body.rows ?? []);
  memory.after = body.after;
  told(con, body);
  con.bar();
  if (con.shown !== "alerts") return;
  put(root, "list", ...memory.rows.map((row) => item(con, root, row)),
      memory.rows.length === 0 ? h("li", { class: "card" }, h("p", {}, say("al_none"))) : null);
  put(root, "more", memory.after ? h("button", { class: "b dense", "data-key": "more_alerts",
    onclick: () => load(con, root) }, say("more_rows")) : null,
  body.lost > 0 ? h("p", { class: "note warn" }, say("al_lost", body.lost)) : null);
}

function fresh(con, root) {
  con.memory.alerts = { rows: [], after: null };
  return load(con, root);
}

// Something about alerts was told to this workstation.
export function alertsChanged(con, root) {
  if (con.shown === "alerts" && !document.querySelector("dialog")) fresh(con, root);
  else countAlerts(con);
}

export function alertsPage(con, root) {
  part(root, "list").setAttribute("aria-label", say("alerts_title"));
  fresh(con, root);
}
