// page_access.js — Job: who accessed what: filter, three facts told apart, table by pages.
import { codes, isEnglish, word } from "../../client/web/codes.js";
import { h, icon, part, put, say } from "../../client/web/dom.js";
import { clock, iso, now } from "../../client/web/time.js";
import { countFacts, eventText, exportColumns, fetchPage, groundText, groups, itemsText, lookOf,
         noConsent, orgText, short, whoText } from "./access_rows.js";
import { csv, save } from "./csv.js";
import { learnList, listOf } from "./ask_lists.js";
import { askVerdict } from "./verdict.js";

const DAY_MS = 86400000;
const PAGE_MOST = 100; // the gateway counts no further
const periods = ["today", "days7", "days30", "any_time"];

function dayStart(days) {
  const d = new Date(now() - days * DAY_MS);
  d.setHours(0, 0, 0, 0);
  return iso(d.getTime());
}
// With the year where it is another one than now.
export function dayText(at) {
  const d = new Date(at), year = d.getFullYear();
  const other = year !== new Date(now()).getFullYear();
  return isEnglish() ? `${d.getDate()} ${d.toLocaleString("en", { month: "short" })}${
    other ? ` ${year}` : ""}` : `${other ? `${year}年` : ""}${d.getMonth() + 1}月${d.getDate()}日`;
}

// The choices of the form as a filter (access_rows.js); `wrong`: the number is not known.
export function filterOf(form, names) {
  const { period, group, person, org, basis, practice, id } = form;
  if (form.waiting) return { waiting: true };
  const filter = { group, person, org, basis, practice };
  if (period === "today") filter.from = dayStart(0);
  if (period === "days7") filter.from = dayStart(6);
  if (period === "days30") filter.from = dayStart(29);
  if (!id?.trim()) return filter;
  const whole = names.idOf(id);
  if (!whole) return { ...filter, wrong: true };
  // Which of the two it is, one sees by what was on the screen; a stranger is taken for a case.
  filter[names.aliases.has(whole) || /^傷/u.test(id.trim()) ? "alias" : "case"] = whole;
  return filter;
}

function option(value, text, chosen) {
  return h("option", { value, selected: value === chosen }, text);
}
function fillChoices(con, form, chosen) {
  const { names } = con;
  const all = option("", say("all"), "");
  const put_ = (name, ...options) => form.elements[name].replaceChildren(...options);
  put_("period", ...periods.map((key) => option(key, say(key, dayText(now())), chosen.period)));
  put_("group", ...Object.keys(groups).map((key) => option(key, say(`g_${key}`), chosen.group)));
  put_("person", all, ...[...names.own].map(([id, name]) =>
    option(id, name || `…${short(id)}`, chosen.person)));
  put_("org", all.cloneNode(true), ...[...names.orgs].filter(([id]) => id !== con.org())
    .map(([id, name]) => option(id, name, chosen.org)));
  put_("basis", all.cloneNode(true), option("none", say("without_consent"), chosen.basis),
       ...Object.keys(codes.basis).map((key) => option(key, word("basis", key), chosen.basis)));
  put_("practice", option("", say("with_practice"), chosen.practice),
       ...["without", "only"].map((key) => option(key, say(`${key}_practice`), chosen.practice)));
  form.elements.id.value = chosen.id ?? "";
}

function fact(kind, sign, key, count, help) {
  return h("p", {}, h("span", { class: `c ${kind}` }, icon(sign), say(key)),
           h("b", {}, say("times", count)), h("span", { class: "sub" }, say(help)));
}
function drawFacts(root, rows, waiting) {
  if (waiting) return put(root, "facts", h("p", {}, say("queue_text")));
  const facts = countFacts(rows);
  const place = put(root, "facts", fact("", "pen", "granted", facts.granted, "f_granted"),
    fact("info", "hospital", "delivered", facts.delivered, "f_delivered"),
    fact("ok", "eye", "opened", facts.opened, "f_opened"),
    fact("warn", "clock", "unopened", facts.unopened, "f_unopened"));
  place.setAttribute("aria-label", say("facts", rows.length));
  return place;
}

export function eventChip(row) {
  const [kind, sign] = lookOf(row);
  return h("span", { class: `c ${kind}` }, icon(sign), eventText(row));
}
export function caseLink(con, id) {
  if (!id) return "—";
  return h("button", { class: "lk mono", type: "button", title: id,
                       onclick: () => con.showCase(id) }, `…${short(id)}`);
}

// Of the queue: somebody else than who recorded the ground closes the case by name.
function judgement(con, root, row) {
  if (!con.isAdmin()) return null;
  if (row.person === con.link.session.person) return h("span", { class: "sub" }, say("al_other"));
  return h("button", { class: "b dense", type: "button", "data-key": `review_${row.seq}`,
    onclick: () => askVerdict(con, say("al_judge_ground"), `${dayText(row.recorded_at)} ${
      clock(row.recorded_at)} …${short(row.case)}。${say("queue_judge")}`, (verdict) =>
      con.link.ask("ground_review", { entry: row.seq, ...verdict })
        .then(() => reviewed(con, root, row))) }, icon("pen"), say("queue_act"));
}

// The index follows in a moment: until then the row is gone here.
function reviewed(con, root, row) {
  const memory = con.memory.access;
  memory.page.rows = memory.page.rows.filter((one) => one !== row);
  memory.page.waiting = Math.max(0, memory.page.waiting - 1);
  if (con.shown === "access") drawTable(con, root, memory);
}

function tableRow(con, root, row, form) {
  const withDay = form.period !== "today";
  const ground = groundText(row);
  const time = withDay ? `${dayText(row.recorded_at)} ${clock(row.recorded_at, true)}`
    : clock(row.recorded_at, true);
  return h("tr", { class: noConsent(row) ? "hot" : null, "data-seq": row.seq },
    h("td", {}, h("time", { datetime: row.recorded_at }, time)), h("td", {}, eventChip(row)),
    h("th", { scope: "row" }, whoText(row, con.names)), h("td", {}, orgText(row, con.names)),
    h("td", {}, caseLink(con, row.case)),
    h("td", { class: "mono", title: row.alias }, row.alias ? `傷-${short(row.alias)}` : "—"),
    h("td", {}, itemsText(row, con.names) || "—"),
    h("td", {}, ground.strong ? h("b", {}, ground.strong) : null, ground.text || "—",
      form.waiting ? h("div", {}, judgement(con, root, row)) : null));
}

// A head in brackets is that of a column of numbers.
export function table(label, heads, rows) {
  return h("table", {}, h("caption", { class: "sr" }, label), h("thead", {}, h("tr", {},
    heads.map((head) => h("th", { scope: "col", class: Array.isArray(head) ? "num" : null },
                          String(head))))), h("tbody", {}, rows));
}

function drawTable(con, root, memory) {
  const { page, form } = memory;
  const place = put(root, "table", page.rows.length === 0 ? h("p", { class: "sub" }, say("nothing"))
    : table(say("table_access"), ["at", "event", "who", "where", "case", "alias", "items", "reason"]
      .map((key) => say(key)), page.rows.map((row) =>
      tableRow(con, root, row, form))));
  place.setAttribute("aria-label", say("table_access"));
  const order = say("order", page.until);
  put(root, "order", order);
  root.querySelector("[data-key=newer]").disabled = memory.begins.length < 2;
  root.querySelector("[data-key=older]").disabled = page.complete;
  drawFacts(root, page.rows, form.waiting);
  quick(con, root, page.waiting);
}

export const accessRows = async (con, body) =>
  (await con.link.ask("access_query", body, "access_page")).body;

// memory: {form, filter, begins: where each page so far began, page}
async function load(con, root) {
  const memory = con.memory.access;
  const page = await con.attempt(() => fetchPage((body) => accessRows(con, body), memory.filter,
                                                 memory.begins.at(-1)));
  if (!page || con.memory.access !== memory) return;
  memory.page = page;
  con.names.learn(page.rows, con.org());
  if (con.shown !== "access") return;
  fillChoices(con, part(root, "filter"), memory.form);
  drawTable(con, root, memory);
}

function search(con, root, form) {
  const filter = filterOf(form, con.names);
  const wrong = part(root, "wrong");
  wrong.hidden = !filter.wrong;
  if (filter.wrong) {
    wrong.textContent = `${say("error")}：${say("unknown_id")}`;
    root.querySelector("#f-id").focus();
    return;
  }
  con.memory.access = { form, filter, begins: [undefined], page: null };
  load(con, root);
}

function quick(con, root, waiting = 0) {
  const button = (key, name, form, count) => h("button", { class: "b dense", type: "button",
    "data-key": key, onclick: () => search(con, root, form) }, icon(name), say(key), count
    ? h("span", { class: "bd" }, count >= PAGE_MOST ? `${PAGE_MOST}+` : String(count)) : null);
  put(root, "quick",
    button("queue", "warn", { period: "any_time", group: "ground", basis: "none",
                                waiting: true }, waiting),
    button("refused", "x", { period: "days30", group: "refused" }),
    h("button", { class: "b dense quiet", type: "button", "data-key": "to_csv",
      onclick: () => exportShown(con) }, icon("save"), say("to_csv")));
}

// What is on the screen, asked once more as an export: so it is in the log as one.
async function exportShown(con) {
  const memory = con.memory.access;
  const page = await con.attempt(() => fetchPage((body) =>
    accessRows(con, { ...body, export: true }), memory.filter, memory.begins.at(-1)));
  if (page) save("access.csv", csv(exportColumns, page.rows), "text/csv;charset=utf-8");
}

export function accessPage(con, root) {
  const form = part(root, "filter");
  const turn = (step) => {
    const memory = con.memory.access;
    if (step > 0) memory.begins.push(memory.page.before);
    else memory.begins.pop();
    load(con, root);
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    search(con, root, Object.fromEntries(new FormData(form)));
  });
  root.querySelector("[data-key=newer]").onclick = () => turn(-1);
  root.querySelector("[data-key=older]").onclick = () => turn(1);
  quick(con, root);
  const memory = con.memory.access;
  fillChoices(con, form, memory?.form ?? { period: "today", group: "access" });
  if (memory?.page) drawTable(con, root, memory);
  else askPeople(con).then(() => search(con, root, { period: "today", group: "access" }));
}

// Whom one can look for: the people of the own organisation, asked once.
const PEOPLE_MAX = 1000;
async function askPeople(con) {
  let after, body;
  do {
    body = await con.attempt(() => listOf(con, "people", after));
    learnList(con, "people", body?.rows ?? []);
    after = body?.after;
  } while (body && !body.complete && con.names.own.size < PEOPLE_MAX);
}
