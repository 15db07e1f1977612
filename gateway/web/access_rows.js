// access_rows.js — Job: rows of the access log, as people look for them and read them. Pure.
import { isEnglish, word } from "../../client/web/codes.js";
import { named, reasonText } from "./lists.js";

// What "who accessed what" means: three facts about a view, what ended it, what was refused.
const ACCESS = ["grant_issued", "delivered", "opened", "record_opened", "grant_revoked",
                "view_closed", "view_ended", "break_glass", "break_glass_objected", "mixup",
                "refused", "card_refused"];
// The choices of the filter, in order; null: every kind of event.
export const groups = {
  access: ACCESS, granted: ["grant_issued"], delivered: ["delivered"], opened: ["opened"],
  ended: ["grant_revoked", "view_closed", "view_ended"], ground: ["ground_recorded"],
  refused: ["refused", "card_refused", "sign_in_failed"],
  glass: ["break_glass", "break_glass_objected", "access_reviewed"],
  alerts: ["alert", "alert_acked", "access_reviewed"],
  mixup: ["mixup", "mixup_acked"], people: ["session_opened", "session_ended", "sign_in_failed",
    "person_added", "person_disabled", "person_unlocked", "password_set", "device_added",
    "device_revoked"], looked: ["log_viewed", "log_exported", "alerts_viewed"], all: null,
};

const en = (ja, english) => (isEnglish() ? english : ja);
export const short = (id) => (id ? id.slice(-6) : "");
export const isRefusal = (row) => row.refused === true;
export const noConsent = (row, names) => row.basis === "life_body_no_consent" ||
  row.type === "break_glass" || names?.grants.get(row.grant)?.basis === "life_body_no_consent";

// How an event is shown: [kind of chip, icon].
const looks = { grant_issued: ["", "pen"], delivered: ["info", "hospital"], opened: ["ok", "eye"],
  record_opened: ["ok", "eye"], grant_revoked: ["off", "hide"], view_closed: ["off", "hide"],
  view_ended: ["off", "hide"], break_glass: ["warn", "warn"], mixup: ["warn", "warn"],
  alert: ["warn", "warn"] };
export function lookOf(row) {
  if (isRefusal(row)) return ["", "x"];
  return looks[row.type] ?? ["", "ring"];
}
export function eventText(row) {
  const practice = row.training ? en("（訓練）", " (practice)") : "";
  if (row.type === "opened" && !row.grant) return en("隊が閲覧", "opened by the crew") + practice;
  return named("event", row.type) + practice;
}

// Names that rows have brought along, for rows that carry the id only.
export class Names {
  constructor() {
    this.orgs = new Map();
    this.people = new Map();   // of any organisation, as far as we may know the name
    this.own = new Map();      // people of our own organisation: these the gateway can search for
    this.devices = new Map();
    this.ids = new Set();      // cases and aliases that were on the screen
    this.aliases = new Set();
    this.grants = new Map();   // what a grant was made with: ground and sections
  }

  learn(rows, ownOrg) {
    for (const row of rows) {
      if (row.org && row.org_name) this.orgs.set(row.org, row.org_name);
      if (row.person && row.person_name) this.people.set(row.person, row.person_name);
      if (row.person && row.org === ownOrg)
        this.own.set(row.person, row.person_name ?? this.own.get(row.person) ?? "");
      if (row.type === "grant_issued") this.grants.set(row.grant, row);
      if (row.case) this.ids.add(row.case);
      if (row.alias) this.aliases.add(row.alias);
    }
  }

  org(id) { return id ? this.orgs.get(id) ?? `…${short(id)}` : ""; }
  device(id) { return id ? this.devices.get(id) ?? `…${short(id)}` : ""; }

  // The whole id behind what somebody typed: itself, or the end of one seen here. null: unknown.
  idOf(text) {
    const wanted = text.trim().toUpperCase().replace(/^(傷|事)[-‐]?/u, "").replace(/^…/u, "");
    if (/^[0-9A-HJKMNP-TV-Z]{26}$/.test(wanted)) return wanted;
    const fits = wanted.length < 4 ? []
      : [...this.ids, ...this.aliases].filter((id) => id.endsWith(wanted));
    return fits.length === 1 ? fits[0] : null;
  }
}

export function whoText(row, names) {
  const roles = (row.roles ?? []).map((role) => named("role", role));
  const name = row.person_name ?? (row.person && names.people.get(row.person));
  const job = roles[0] ?? "";
  if (name) return job ? `${job} ${name}` : name;
  if (row.person || job) return `${job || en("人", "person")}${row.person
    ? ` …${short(row.person)}` : en("（氏名は出ません）", " (name not shown)")}`;
  if (row.device) return `${en("端末", "device")} ${names.device(row.device)}`;
  if (row.type === "delivered") return en("病院の箱", "hospital box");
  return row.type === "answered" ? en("ボード（サインインなし）", "board, nobody signed in")
    : en("システム", "system");
}
export const orgText = (row, names) => row.org_name ?? names.org(row.org);

// What stands in the grant holds for what was done under it.
const grantOf = (row, names) => (["delivered", "opened"].includes(row.type)
  ? names?.grants.get(row.grant) : undefined);

export function itemsText(row, names) {
  const sections = row.sections ?? grantOf(row, names)?.sections;
  if (!sections?.length) return "";
  return en(`${sections.length}項目`, `${sections.length} sections`);
}

// The ground, told apart: with consent, or without. Why it was urgent is not shown here.
export function groundText(row, names) {
  const grant = grantOf(row, names);
  if (grant && !row.basis) return groundText(grant);
  if (row.basis === "life_body_no_consent")
    return { strong: en("同意なし", "no consent"), text: en("：生命・身体", ": life and body") };
  if (row.type === "break_glass")
    return { strong: en("同意なし", "no consent"), text: en("：緊急閲覧", ": emergency opening") };
  if (row.basis) return { text: word("basis", row.basis) };
  return { text: reasonText(row) };
}

// FILTER: {group, person, org, basis, id: {case} or {alias}, from, until}. What the gateway can
// narrow goes to it; the rest is looked at here.
export function questionOf(filter) {
  const kinds = groups[filter.group];
  const body = { limit: 100 };
  if (kinds?.length === 1) body.kind = kinds[0];
  for (const key of ["person", "case", "alias", "from", "until"])
    if (filter[key]) body[key] = filter[key];
  return body;
}
export function fits(row, filter) {
  const kinds = groups[filter.group];
  if (kinds && !kinds.includes(row.type)) return false;
  if (filter.org && row.org !== filter.org && row.hospital !== filter.org) return false;
  if (filter.basis === "none") return noConsent(row);
  return !filter.basis || row.basis === filter.basis;
}

const PAGE_ROWS = 50, QUESTIONS_MAX = 5;
// One page of the table. ASK: body -> answer's body. Gives {rows, before, complete, until, asked}:
// `before` is where the next page begins; a page may be short when few rows fit.
export async function fetchPage(ask, filter, before) {
  const rows = [];
  let next = before, complete = false, until = 0;
  for (let i = 0; i < QUESTIONS_MAX && !complete && rows.length < PAGE_ROWS; i++) {
    const body = await ask({ ...questionOf(filter), ...(next ? { before: next } : {}) });
    for (const row of body.rows ?? []) {
      next = row.seq;
      if (fits(row, filter)) rows.push(row);
      if (rows.length === PAGE_ROWS) break;
    }
    const last = body.rows?.at(-1)?.seq;
    complete = body.complete && (last === undefined || last === next);
    until = body.complete_until;
  }
  return { rows, before: complete ? null : next, complete, until };
}

// The three facts among these rows, and grants whose whole life is among them and that nobody
// opened.
export function countFacts(rows) {
  const of = (type) => rows.filter((row) => row.type === type);
  const opened = new Set(of("opened").map((row) => row.grant));
  const over = new Set(of("grant_revoked").map((row) => row.grant));
  const issued = of("grant_issued");
  const delivered = new Set(of("delivered").map((row) => row.grant)); // a hospital has many boxes
  return { granted: issued.length, delivered: delivered.size,
           opened: of("opened").filter((row) => row.grant).length,
           unopened: issued.filter((row) => over.has(row.grant) && !opened.has(row.grant)).length };
}

// The columns of an export: as on the screen, with whole ids and times. Nothing clinical.
export const exportColumns = [["seq", (r) => r.seq], ["recorded_at", (r) => r.recorded_at],
  ["made_at", (r) => r.made_at], ["type", (r) => r.type], ["refused", (r) => r.refused],
  ["person", (r) => r.person], ["person_name", (r) => r.person_name],
  ["roles", (r) => (r.roles ?? []).join(" ")], ["org", (r) => r.org],
  ["org_name", (r) => r.org_name], ["hospital", (r) => r.hospital], ["device", (r) => r.device],
  ["case", (r) => r.case], ["alias", (r) => r.alias], ["view", (r) => r.view],
  ["grant", (r) => r.grant], ["sections", (r) => (r.sections ?? []).length || ""],
  ["basis", (r) => r.basis], ["reason", (r) => r.reason], ["late", (r) => r.late],
  ["training", (r) => r.training]];
