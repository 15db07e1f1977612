// page_coverage.js — Job: how much of the work was reached: month, funnel, reasons, trend.
import { h, icon, part, put, say, svg } from "../../client/web/dom.js";
import { isEnglish, word } from "../../client/web/codes.js";
import { iso, now } from "../../client/web/time.js";
import { delayOf, linePoints, minutes, monthColumns, monthOf, numberOf, rate, readMonths,
         reasonsOf, shown } from "./coverage_rows.js";
import { short } from "./access_rows.js";
import { csv, save } from "./csv.js";
import { named } from "./lists.js";
import { dayText, table } from "./page_access.js";

const MONTHS = 6, MONTHS_ALL = 24;
const FUNNEL = [["dispatches", "w"], ["attempts", "w"], ["with_card", "d"], ["viewed", "d"],
                ["granted", "s"], ["opened_before", "s"]];
const DIGITS = /^\d{4}-\d\d$/;

export const monthText = (month) => (isEnglish() ? month
  : `${month.slice(0, 4)}年${Number(month.slice(5))}月`);
// Months are Japan's, wherever the browser is.
const here = (months) => monthOf(iso(now() + 9 * 3600000), months);

export const askCoverage = async (con, from, to, more = {}) =>
  (await con.link.ask("coverage_query", { from, to, ...more }, "coverage_page")).body;

// ---- the four numbers ----

function box(big, title, sub) {
  return h("p", { class: "rate" }, h("b", {}, big), h("span", {}, title,
    h("span", { class: "sub" }, sub)));
}
function rateBox(row, what, whole, title) {
  const [a, b] = [numberOf(row, what), numberOf(row, whole)];
  const percent = rate(a, b);
  return box(percent === null ? "—" : `${percent}%`, title, say("rate_of", shown(a), shown(b)));
}
function delayBox(row, what, title, sub) {
  const delay = delayOf(row, what);
  const median = minutes(delay.median_s);
  return box(median === null ? named("coverage_hidden", delay.hidden) || "—"
    : say("minutes", median.toFixed(1)), title, sub(delay));
}
function drawSum(root, row) {
  put(root, "sum", rateBox(row, "viewed", "attempts", say("rate_viewed")),
    rateBox(row, "opened_before", "granted", say("rate_before")),
    delayBox(row, "gained", say("time_gained"), () => say("median")),
    delayBox(row, "read_opened", say("read_opened"), (one) => (one.p90_s === undefined
      ? say("median") : say("p90_in", minutes(one.p90_s).toFixed(1)))));
}

// ---- the bars ----

function patterns() {
  const make = (id, ...inside) => svg("pattern", { id, width: 8, height: 8,
    patternUnits: "userSpaceOnUse", ...(id === "p-d" ? { patternTransform: "rotate(45)" } : {}) },
  ...inside);
  const field = (fill) => svg("rect", { width: 8, height: 8, fill });
  return svg("defs", {}, make("p-w", field("#fff")), make("p-s", field("#00118f")),
    make("p-d", field("#d9e6ff"), svg("path", { d: "M0 0V8", stroke: "#00118f",
                                                "stroke-width": 3 })));
}

function barRow(row, [what, fill], i, most) {
  const one = numberOf(row, what), y = 4 + 33 * i;
  const width = one.count === undefined ? 0 : Math.max(2, Math.round(300 * one.count / most));
  const percent = what === "dispatches" ? null : rate(one, numberOf(row, "dispatches"));
  const parts = [svg("text", { x: 160, y: y + 19, "text-anchor": "end", "font-size": 14,
                               "font-weight": 700 }, named("coverage_count", what))];
  if (width > 0) parts.push(svg("rect", { class: "bar-r", x: 168, y, width, height: 27,
    fill: `url(#p-${fill})`, stroke: "currentColor", "stroke-width": 2 }));
  parts.push(svg("text", { x: 176 + width, y: y + 19, "font-size": 14 },
    svg("tspan", { "font-weight": 700 }, shown(one)),
    percent === null ? "" : `　${say("of_dispatches", percent)}`));
  return parts;
}

function said(row) {
  if (!row.dispatches_at) return say("no_dispatches");
  return say("said_by", dayText(row.dispatches_at), row.dispatches_by_name ?? say("admin"),
             named("dispatch_source", row.dispatches_source));
}

function drawFunnel(root, row) {
  const most = Math.max(1, ...FUNNEL.map(([what]) => numberOf(row, what).count ?? 0));
  const label = `${monthText(row.month)}：${FUNNEL.map(([what]) =>
    `${named("coverage_count", what)} ${shown(numberOf(row, what))}`).join("、")}`;
  put(root, "funnel", h("h2", {}, say("funnel")), svg("svg", { class: "chart", role: "img",
    viewBox: "0 0 660 202", "aria-label": label }, patterns(),
  ...FUNNEL.flatMap((one, i) => barRow(row, one, i, most))),
  h("p", { class: "sub" }, say("funnel_key"), said(row)));
}

// ---- reasons, trend, months ----

function drawReasons(root, row) {
  const { list, whole } = reasonsOf(row);
  const rows = list.map((one) => h("tr", {},
    h("th", { scope: "row" }, one.reason ? word("no_view", one.reason) : say("no_reason")),
    h("td", { class: "num" }, shown(one)), h("td", { class: "num" },
      rate(one, { count: whole }) === null ? "—" : `${rate(one, { count: whole }).toFixed(1)}%`)));
  put(root, "reasons", h("h2", {}, say("reasons"), " ", h("span", { class: "soft" },
    whole === undefined ? "" : say("times", whole.toLocaleString()))),
  table(say("reasons"), [say("reason_head"), [say("count")], [say("share")]], rows));
}

function trendLine([what, whole, mark, dash], rows) {
  const points = linePoints(rows, what, whole, 340).map(([x, p]) => [50 + x, 124 - p * 1.12]);
  const line = svg("polyline", { points: points.map((point) => point.join(",")).join(" "),
    fill: "none", stroke: "currentColor", "stroke-width": 3, "stroke-dasharray": dash });
  const dots = points.map(([x, y]) => (mark === "■"
    ? svg("rect", { x: x - 5, y: y - 5, width: 10, height: 10, fill: "currentColor" })
    : svg("circle", { cx: x, cy: y, r: 5, fill: "currentColor" })));
  return { points, parts: [line, ...dots] };
}

function drawTrend(root, rows) {
  const lines = [["opened_before", "granted", "■", "", "t_before"],
                 ["viewed", "attempts", "●", "9 5", "t_viewed"]];
  const chart = svg("svg", { class: "chart", viewBox: "0 0 620 150", role: "img" },
    svg("path", { class: "gr", d: "M40 124H390M40 68H390M40 12H390", fill: "none" }),
    ...[[128, "0%"], [72, "50"], [16, "100"]].map(([y, text]) =>
      svg("text", { x: 34, y, "text-anchor": "end", "font-size": 13 }, text)));
  const step = rows.length > 1 ? 340 / (rows.length - 1) : 0;
  rows.forEach((row, i) => chart.append(svg("text", { x: 50 + i * step, y: 146,
    "text-anchor": "middle", "font-size": 13 }, row.month.slice(5))));
  let free = 0; // the words beside the lines never lie over each other
  const words = lines.flatMap((one) => {
    const { points, parts } = trendLine(one, rows);
    chart.append(...parts);
    const last = rate(numberOf(rows.at(-1), one[0]), numberOf(rows.at(-1), one[1]));
    const y = Math.max(free, Math.min(110, points.at(-1)?.[1] ?? 60));
    free = y + 40;
    chart.append(svg("text", { x: 400, y, "font-size": 14, "font-weight": 700 },
      `${one[2]} ${say(one[4])} ${last === null ? "—" : `${last}%`}`));
    return [`${say(one[4])} ${rows.map((row) => `${row.month} ${rate(numberOf(row, one[0]),
      numberOf(row, one[1])) ?? "—"}%`).join("、")}`];
  });
  chart.setAttribute("aria-label", words.join("。"));
  put(root, "trend", h("h2", {}, say("trend", rows.length)), chart);
}

function drawMonths(root, rows) {
  const cells = ["dispatches", "attempts", "viewed", "opened_before"];
  const place = h("div", { class: "scroll", tabindex: "0", role: "region",
                           "aria-label": say("table_months") },
    table(say("table_months"), [say("month"), ...cells.map((what) =>
      [named("coverage_count", what)])], [...rows].reverse().map((row) => h("tr", {},
      h("th", { scope: "row" }, monthText(row.month)),
      ...cells.map((what) => h("td", { class: "num" }, shown(numberOf(row, what))))))));
  put(root, "months", h("h2", {}, say("months_table"), " ",
    h("span", { class: "soft" }, rows[0]?.org_name ?? "")), place);
}

// ---- the ambulances of the month that is shown ----

const ON_CAR = ["attempts", "viewed", "granted", "opened", "opened_before"];
async function readCars(con, month) {
  const rows = [];
  let after, body;
  do {
    body = await askCoverage(con, month, month, { devices: true, ...(after ? { after } : {}) });
    rows.push(...body.rows ?? []);
    after = body.after;
  } while (after);
  return rows;
}

function drawCars(con, root) {
  const { month, cars } = con.memory.coverage;
  const rows = cars?.month === month ? cars.rows : null;
  const ask = h("button", { class: "b dense", type: "button", "data-key": "cars",
    onclick: async () => {
      const read = await con.attempt(() => readCars(con, month));
      if (!read || con.memory.coverage.month !== month || con.shown !== "coverage") return;
      con.memory.coverage.cars = { month, rows: read };
      drawCars(con, root);
    } }, say("cars_show"));
  const name = (row) => row.device_name ?? `…${short(row.device)}`;
  put(root, "cars", h("h2", {}, say("cars")), rows === null ? ask
    : h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": say("cars") },
      table(say("cars"), [say("name"), ...ON_CAR.map((what) => [named("coverage_count", what)])],
            rows.map((row) => h("tr", {}, h("th", { scope: "row" }, name(row)), ...ON_CAR.map(
              (what) => h("td", { class: "num" }, shown(numberOf(row, what)))))))),
  rows?.length === 0 ? h("p", { class: "sub" }, say("coverage_none")) : null);
}

// ---- acts ----

async function tell(con, root, months, source) {
  let entry = 0;
  for (const { month, count } of months)
    ({ entry } = (await con.link.ask("dispatches_set", { month, count, source })).body);
  await load(con, root, entry);
  const done = part(root, "done");
  if (!done) return;
  done.hidden = false;
  done.textContent = say("import_done", months.length);
}

function enter(con, root) {
  return con.ask({ title: say("enter_dispatches"), text: say("enter_text"), ok: say("enter_ok"),
    fields: [{ name: "month", label: say("month"), value: con.memory.coverage.month, max: 7 },
             { name: "count", label: say("dispatch_count"), inputmode: "numeric", max: 7 }],
    act: async ({ month, count }) => {
      const { rows, bad } = readMonths(`${month},${count}`);
      if (bad || rows.length !== 1 || !DIGITS.test(month)) return say("import_bad", 1);
      return tell(con, root, rows, "entered").then(() => null, con.mistake);
    } });
}

// Out of a table program, by the clipboard: nothing is kept but the numbers.
function paste(con, root) {
  return con.ask({ title: say("paste_dispatches"), text: say("paste_text"), ok: say("enter_ok"),
    fields: [{ name: "lines", label: say("paste_lines"), lines: 8, max: 4000 }],
    act: async ({ lines }) => {
      const { rows, bad } = readMonths(lines);
      if (bad || rows.length === 0) return say("import_bad", bad ?? 1);
      return tell(con, root, rows, "imported").then(() => null, con.mistake);
    } });
}

function importMonths(con, root) {
  const picked = h("input", { type: "file", accept: ".csv,.txt,text/csv", hidden: true });
  picked.addEventListener("change", async () => {
    const { rows, bad } = readMonths(await picked.files[0].text());
    picked.remove();
    if (bad) con.say({ ja: say("import_bad", bad), en: say("import_bad", bad) });
    else await con.attempt(() => tell(con, root, rows, "imported"));
  });
  document.body.append(picked);
  picked.click();
}

async function exportMonths(con) {
  const body = await con.attempt(() => askCoverage(con, here(-MONTHS_ALL + 1), here(0),
                                                   { export: true }));
  if (body) save("coverage.csv", csv(monthColumns, body.rows ?? []), "text/csv;charset=utf-8");
}

function draw(con, root) {
  const { rows, month } = con.memory.coverage;
  const at = rows.findIndex((row) => row.month === month);
  const row = rows[at] ?? { month };
  const upTo = at < 0 ? [] : rows.slice(Math.max(0, at - MONTHS + 1), at + 1);
  drawSum(root, row);
  drawFunnel(root, row);
  drawReasons(root, row);
  drawMonths(root, rows.slice(-MONTHS));
  drawCars(con, root);
  if (upTo.length > 0) drawTrend(root, upTo);
  else put(root, "trend", h("p", {}, say("coverage_none")));
}

const ASK_MS = 300, ASKS_MAX = 20;
// What this page has just told counts when the counting has come to its ENTRY.
async function load(con, root, entry = 0) {
  const memory = con.memory.coverage;
  const ask = () => con.attempt(() => askCoverage(con, here(-MONTHS_ALL + 1), here(0)));
  let body = await ask();
  for (let i = 0; i < ASKS_MAX && body && body.complete_until < entry; i++) {
    await new Promise((later) => { setTimeout(later, ASK_MS); });
    body = await ask();
  }
  if (!body || con.memory.coverage !== memory || con.shown !== "coverage") return;
  memory.rows = [...body.rows ?? []].sort((a, b) => (a.month < b.month ? -1 : 1));
  draw(con, root);
}

export function coveragePage(con, root) {
  const memory = con.memory.coverage ??= { rows: [], month: here(0) };
  const choice = root.querySelector("#cov-month");
  choice.append(...Array.from({ length: MONTHS_ALL }, (_, i) => here(-i)).map((month) =>
    h("option", { value: month, selected: month === memory.month }, monthText(month))));
  choice.addEventListener("change", () => { memory.month = choice.value; draw(con, root); });
  put(root, "acts", con.isAdmin() ? [
    h("button", { class: "b dense", "data-key": "enter", onclick: () => enter(con, root) },
      icon("pen"), say("enter_dispatches")),
    h("button", { class: "b dense", "data-key": "import", onclick: () => importMonths(con, root) },
      say("import_dispatches")),
    h("button", { class: "b dense", "data-key": "paste", onclick: () => paste(con, root) },
      say("paste_dispatches"))] : null,
  h("button", { class: "b dense quiet", "data-key": "to_csv", onclick: () => exportMonths(con) },
    icon("save"), say("to_csv")));
  load(con, root);
}
