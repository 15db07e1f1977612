// page_exports.js — Job: what may be taken away as a file; every such reading is logged as one.
import { h, icon, put, say } from "../../client/web/dom.js";
import { clock, iso, now } from "../../client/web/time.js";
import { listOf } from "./ask_lists.js";
import { exportColumns, questionOf, short } from "./access_rows.js";
import { monthColumns, monthOf } from "./coverage_rows.js";
import { csv, save } from "./csv.js";
import { askLog } from "./log_state.js";
import { accessRows, filterOf } from "./page_access.js";
import { askCoverage } from "./page_coverage.js";
import { readStory } from "./page_case.js";

const ROWS_MAX = 20000; // more is an export of the gateway's own command
const EXPORT = { export: true };

const personColumns = ["person", "name", "login", "state", "signed_in", "last_sign_in_at",
  "password_at", "expires_at"].map((key) => [key, (row) => row[key]]);
const deviceColumns = ["device", "name", "kind", "online", "online_since", "added_at",
  "certificate_until", "revoked"].map((key) => [key, (row) => row[key]]);
const witnessColumns = ["device", "name", "kind", "size", "at", "online"]
  .map((key) => [key, (row) => row[key]]);

// ---- the readings: each gives {files: [[name, columns, rows]], text: other files, cut} ----

async function readAccess(con, told) {
  const filter = con.memory.access?.filter ?? filterOf({ period: "days30", group: "access" },
                                                       con.names);
  const rows = [];
  let before, body;
  do {
    body = await accessRows(con, { ...questionOf(filter), ...EXPORT,
                                   ...(before ? { before } : {}) });
    rows.push(...body.rows ?? []);
    before = body.before ?? body.rows?.at(-1)?.seq;
    told(rows.length);
  } while (!body.complete && rows.length < ROWS_MAX);
  return { files: [["access", exportColumns, rows]], cut: !body.complete };
}

async function readCase(con, told) {
  const { id } = con.memory.case;
  const rows = [];
  let after;
  do {
    const more = await readStory(con, id, after, EXPORT);
    rows.push(...more.rows);
    after = more.after;
    told(rows.length);
  } while (after && rows.length < ROWS_MAX);
  return { files: [[`case-${short(id)}`, exportColumns, rows]], cut: Boolean(after) };
}

async function readList(con, what, told) {
  const rows = [];
  let after, body;
  do {
    body = await listOf(con, what, after, EXPORT);
    rows.push(...body.rows ?? []);
    after = body.after;
    told(rows.length);
  } while (!body.complete && rows.length < ROWS_MAX);
  return rows;
}
async function readPeople(con, told) {
  return { files: [["people", personColumns, await readList(con, "people", told)],
                   ["devices", deviceColumns, await readList(con, "devices", told)]] };
}

async function readCoverage(con) {
  const month = monthOf(iso(now() + 9 * 3600000));
  const body = await askCoverage(con, monthOf(month, -23), month, EXPORT);
  return { files: [["coverage", monthColumns, body.rows ?? []]] };
}

async function readLog(con) {
  const state = await askLog(con, EXPORT);
  return { files: [["witnesses", witnessColumns, state.witnesses ?? []]],
           texts: [["checkpoint.txt", state.checkpoint ?? ""],
                   ["log-key.txt", `${con.witness.vkey ?? ""}\n`]] };
}

// ---- the page ----

const kinds = [["access", readAccess], ["case", readCase], ["people", readPeople],
               ["coverage", readCoverage], ["log", readLog]];

function saveAll({ files, texts = [] }, how) {
  for (const [name, columns, rows] of files) {
    if (how === "csv") save(`${name}.csv`, csv(columns, rows), "text/csv;charset=utf-8");
    else save(`${name}.json`, `${JSON.stringify(rows, null, 1)}\n`, "application/json");
  }
  for (const [name, text] of texts) save(name, text, "text/plain;charset=utf-8");
}

async function run(con, root, key, read, how) {
  const done = root.querySelector("[data-part=done]");
  const tell = (text) => {
    done.hidden = false;
    done.textContent = text;
  };
  const result = await con.attempt(() => read(con, (count) => tell(say("ex_running", count))));
  if (!result) {
    done.hidden = true;
    return;
  }
  saveAll(result, how);
  const count = result.files.reduce((sum, [, , rows]) => sum + rows.length, 0);
  const text = say("ex_done", clock(now(), true), say(`ex_${key}`), count);
  tell(result.cut ? `${text} ${say("ex_cut", count)}` : text);
}

function help(con, key) {
  if (key === "case") return con.memory.case ? say("ex_case_text", `…${short(con.memory.case.id)}`)
    : say("ex_case_none");
  return say(`ex_${key}_text`, ROWS_MAX.toLocaleString());
}

export function exportsPage(con, root) {
  put(root, "list", ...kinds.map(([key, read]) => {
    const off = key === "case" && !con.memory.case;
    const button = (how) => h("button", { class: "b dense", type: "button", disabled: off,
      "data-key": `${key}_${how}`, "aria-label": `${say(`ex_${key}`)} ${say(`to_${how}`)}`,
      onclick: () => run(con, root, key, read, how) }, icon("save"), say(`to_${how}`));
    return h("li", { class: "card" }, h("div", { class: "row" }, h("div", {},
      h("h2", {}, say(`ex_${key}`)), h("p", { class: "sub" }, help(con, key))),
    h("span", { class: "push row" }, button("csv"), button("json"))));
  }));
}
