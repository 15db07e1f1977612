// page_people.js — Job: people, devices and live connections of the own organisation.
import { chip, h, icon, put, say } from "../../client/web/dom.js";
import { iso, now } from "../../client/web/time.js";
import { short } from "./access_rows.js";
import { learnList, listOf } from "./ask_lists.js";
import { named } from "./lists.js";
import { table } from "./page_access.js";
import { dateClock } from "./page_log.js";

const SOON_MS = 30 * 86400000; // a certificate or an account that ends within a month

// ---- what an administrator may do: each with a reason that stays with the entry ----

const reasonField = () => ({ name: "reason", label: say("act_reason"), max: 200 });

function acting(con, root, type, subject, name) {
  return con.ask({ title: say(`act_${type}`, name), text: say(`act_${type}_text`),
    ok: say(`act_${type}_ok`), danger: type !== "person_unlock", fields: [reasonField()],
    act: ({ reason }) => con.link.ask(type, { subject, reason }).then(() => {
      peoplePage(con, root);
      return null;
    }, con.mistake) });
}

// Two steps: what it means, and then the organisation's own name, written by hand.
async function stopping(con) {
  const name = con.link.welcome?.org_name ?? "";
  let why = null;
  await con.ask({ title: say("act_org_stop"), text: say("act_org_stop_text"),
    ok: say("act_go_on"), fields: [reasonField()],
    act: ({ reason }) => { why = reason; return null; } });
  if (why === null) return;
  await con.ask({ title: say("act_org_stop"), text: say("act_org_stop_again", name),
    ok: say("act_org_stop_ok"), danger: true,
    fields: [{ name: "org", label: say("act_org_name"), max: 200 }],
    act: ({ org }) => (org.trim() !== name ? say("act_org_wrong")
      : con.link.ask("org_stop", { org: con.org(), reason: why }).then(() => null,
                                                                       con.mistake)) });
}

function actButton(con, root, type, subject, name) {
  return h("button", { class: "b dense", type: "button", "data-key": `${type}_${subject}`,
    "aria-label": say(`act_${type}`, name),
    onclick: () => acting(con, root, type, subject, name) }, say(`act_${type}_ok`));
}

function personActs(con, root, row, name) {
  if (!con.isAdmin()) return [];
  return [row.state === "locked"
    ? actButton(con, root, "person_unlock", row.person, name) : null,
  row.state !== "disabled" && row.person !== con.link.session?.person
    ? actButton(con, root, "person_disable", row.person, name) : null];
}

function deviceActs(con, root, row, name) {
  const own = row.device === con.link.welcome?.device;
  return con.isAdmin() && !row.revoked && !own
    ? [actButton(con, root, "device_revoke", row.device, name)] : [];
}

const stateKind = { active: "ok", first_password: "info", locked: "warn", expired: "warn",
                    disabled: "off" };
const stateIcon = { off: "x", info: "info" };
function personRow(con, row, root) {
  const kind = stateKind[row.state] ?? "";
  const name = row.name ?? `…${short(row.person)}`;
  return h("tr", {}, h("th", { scope: "row" }, name),
    h("td", {}, row.login ?? "—"),
    h("td", {}, (row.roles ?? []).map((role) => named("role", role)).join("・")),
    h("td", {}, chip(kind, named("account_state", row.state), stateIcon[kind] ?? kind)),
    h("td", {}, row.signed_in ? chip("info", say("signed_in"), "person")
      : dateClock(row.last_sign_in_at)),
    h("td", {}, dateClock(row.password_at)), h("td", {}, until(row.expires_at)),
    h("td", {}, h("span", { class: "row" }, personActs(con, root, row, name))));
}

function until(at) {
  if (!at) return "—";
  const soon = at < iso(now() + SOON_MS);
  return soon ? h("span", {}, `${dateClock(at)} `, chip("warn", say("cert_soon"))) : dateClock(at);
}

function deviceRow(con, row, root) {
  const name = row.name ?? `…${short(row.device)}`;
  const state = row.revoked ? chip("off", say("revoked"), "x")
    : row.online ? chip("ok", say("on_line")) : chip("off", say("off_line"), "off");
  return h("tr", {}, h("th", { scope: "row" }, name),
    h("td", {}, named("device_kind", row.kind)), h("td", {}, state),
    h("td", {}, row.online ? dateClock(row.online_since) : "—"),
    h("td", {}, dateClock(row.added_at)), h("td", {}, until(row.certificate_until)),
    h("td", {}, h("span", { class: "row" }, deviceActs(con, root, row, name))));
}

const heads = {
  people: ["name", "login", "roles", "state", "last_in", "pw_at", "expires", "acts"],
  devices: ["name", "kind", "state", "since", "added", "cert_until", "acts"],
};
const rowOf = { people: personRow, devices: deviceRow };

function draw(con, root, what) {
  const { rows, after } = con.memory[what];
  const label = say(`table_${what}`);
  const place = put(root, what, table(label, heads[what].map((key) => say(key)),
                                      rows.map((row) => rowOf[what](con, row, root))));
  place.setAttribute("aria-label", label);
  put(root, `${what}-more`, after ? h("button", { class: "b dense", "data-key": `more_${what}`,
    onclick: () => load(con, root, what) }, say("more_rows")) : null);
}

async function load(con, root, what) {
  const memory = con.memory[what];
  const body = await con.attempt(() => listOf(con, what, memory.after));
  if (!body || con.memory[what] !== memory) return;
  memory.rows.push(...body.rows ?? []);
  memory.after = body.complete ? null : body.after;
  learnList(con, what, body.rows ?? []);
  if (con.shown === "people") draw(con, root, what);
}

export async function peoplePage(con, root) {
  put(root, "stop", con.isAdmin() ? h("button", { class: "b dense", type: "button",
    "data-key": "org_stop", onclick: () => stopping(con) }, icon("warn"), say("act_org_stop"))
    : null);
  for (const what of ["people", "devices"]) {
    con.memory[what] = { rows: [], after: null };
    await load(con, root, what);
  }
}

// ---- live connections ----

function lineRow(con, row) {
  const people = (row.people ?? []).map((one) => `${(one.roles ?? []).map((role) =>
    named("role", role))[0] ?? ""} ${one.name ?? `…${short(one.person)}`}`.trim());
  return h("tr", {}, h("th", { scope: "row" }, row.name ?? `…${short(row.device)}`),
    h("td", {}, named("device_kind", row.kind)), h("td", {}, dateClock(row.since)),
    h("td", {}, dateClock(row.heard_at)), h("td", {}, people.join("、") || say("nobody")),
    h("td", { class: "num" }, say("waiting_text", row.control_frames,
                                  Math.ceil(row.bulk_bytes / 1024))));
}

async function loadLines(con, root) {
  const memory = con.memory.lines;
  const body = await con.attempt(() => listOf(con, "connections", memory.after, { limit: 40 }));
  if (!body || con.memory.lines !== memory || con.shown !== "lines") return;
  memory.rows.push(...body.rows ?? []);
  memory.after = body.complete ? null : body.after;
  learnList(con, "lines", body.rows ?? []);
  put(root, "sub", say("lines_sub", dateClock(iso(now()))));
  const place = put(root, "table", memory.rows.length === 0 ? h("p", {}, say("no_lines"))
    : table(say("table_lines"), [...["name", "kind", "since", "heard", "on_it"]
      .map((key) => say(key)), [say("waiting")]], memory.rows.map((row) => lineRow(con, row))));
  place.setAttribute("aria-label", say("table_lines"));
  put(root, "more", memory.after ? h("button", { class: "b dense", "data-key": "more_lines",
    onclick: () => loadLines(con, root) }, say("more_rows")) : null);
}

export function linesPage(con, root) {
  const fresh = () => {
    con.memory.lines = { rows: [], after: null };
    loadLines(con, root);
  };
  root.querySelector("[data-key=reload]").onclick = fresh;
  fresh();
}
