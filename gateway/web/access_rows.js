// access_rows.js — Job: rows of the access log, as people look for them and read them. Pure.
import { isEnglish, word } from "../../client/web/codes.js";
import { named, reasonText } from "./lists.js";

// The choices of the filter, in order, as the gateway knows them (core/access.c): a word for
// several kinds of events, one kind, or nothing for every kind.
export const groups = {
  access: { group: "access" }, granted: { kind: "grant_issued" }, delivered: { kind: "delivered" },
  opened: { kind: "opened" }, ended: { group: "ended" }, ground: { kind: "ground_recorded" },
  refused: { group: "refused" }, glass: { group: "glass" }, alerts: { group: "alerts" },
  mixup: { group: "mixup" }, people: { group: "people" }, looked: { group: "looked" }, all: {},
};

const en = (ja, english) => (isEnglish() ? english : ja);
export const short = (id) => (id ? id.slice(-6) : "");
export const isRefusal = (row) => row.refused === true;
export const noConsent = (row) => row.without_consent === true;

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

const ON_SUBJECT = ["person_added", "person_disabled", "person_unlocked", "password_set",
                    "device_added", "device_revoked"];
export function itemsText(row, names) {
  if (ON_SUBJECT.includes(row.type) && row.subject && names)
    return names.own.get(row.subject) || names.people.get(row.subject) || names.device(row.subject);
  const sections = row.sections ?? grantOf(row, names)?.sections;
  if (!sections?.length) return "";
  return en(`${sections.length}項目`, `${sections.length} sections`);
}

// The ground, told apart: with consent, or without. Why it was urgent is not shown here.
export function groundText(row) {
  const reason = reasonText(row);
  const and = (text) => [text, text.includes(reason) ? "" : reason].filter(Boolean)
    .join(en("・", ", "));
  if (row.basis === "life_body_no_consent")
    return { strong: en("同意なし", "no consent"), text: and(en("：生命・身体", ": life and body")) };
  if (row.without_consent) return { strong: en("同意なし", "no consent"),
                                    text: and(en("：緊急閲覧", ": emergency opening")) };
  return { text: and(row.basis ? word("basis", row.basis) : "") };
}

// FILTER: {group, person, org, basis ("none": without consent), practice ("only", "without"),
// case or alias, from, until}. All of it is narrowed by the gateway: a page is what was found.
// WAITING: the queue of grounds without consent; nothing narrows it.
export function questionOf(filter) {
  if (filter.waiting) return { waiting: true };
  const body = { ...groups[filter.group] };
  for (const key of ["person", "org", "case", "alias", "from", "until"])
    if (filter[key]) body[key] = filter[key];
  if (filter.basis === "none") body.without_consent = true;
  else if (filter.basis) body.basis = filter.basis;
  if (filter.practice) body.training = filter.practice === "only";
  return body;
}

const PAGE_ROWS = 50;
// One page of the table. ASK: body -> answer's body. Gives
// {rows, before, complete, until, waiting}: `before` is where the next page begins; a page may be
// short where names are long.
export async function fetchPage(ask, filter, before) {
  const body = await ask({ ...questionOf(filter), limit: PAGE_ROWS,
                           ...(before ? { before } : {}) });
  const rows = body.rows ?? [];
  return { rows, before: body.complete ? null : body.before ?? rows.at(-1)?.seq ?? before,
           complete: body.complete, until: body.complete_until, waiting: body.waiting ?? 0 };
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
  ["basis", (r) => r.basis], ["without_consent", (r) => r.without_consent],
  ["reason", (r) => r.reason], ["late", (r) => r.late],
  ["training", (r) => r.training]];
