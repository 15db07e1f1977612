// page_case.js — Job: one case from the first to the last event, corrections kept; verified here.
import { chip, h, icon, part, put, say } from "../../client/web/dom.js";
import { clock, iso, now } from "../../client/web/time.js";
import { short } from "./access_rows.js";
import { proveAll } from "./log_state.js";
import { dayText } from "./page_access.js";
import { endsOf, storyOf } from "./story.js";

const ROWS_MAX = 500; // a longer story goes on by a press

export const storyPart = async (con, body) =>
  (await con.link.ask("case_story", body, "access_page")).body;

// Reads on until ROWS_MAX more or the end. Gives {rows, after (undefined: complete), until}.
export async function readStory(con, id, after, more = {}) {
  const rows = [];
  let next = after, body;
  do {
    body = await storyPart(con, { case: id, limit: 100, ...(next ? { after: next } : {}),
                                  ...more });
    rows.push(...body.rows ?? []);
    next = body.after ?? rows.at(-1)?.seq;
  } while (!body.complete && rows.length < ROWS_MAX);
  return { rows, after: body.complete ? undefined : next, until: body.complete_until };
}

// What somebody wrote is sealed; reading it is a question of its own, on the log.
const WRITTEN = ["break_glass", "access_reviewed"]; // of a case
function writtenButton(con, row) {
  if (!WRITTEN.includes(row.type) || row.org !== con.org() || !con.isAdmin()) return null;
  const place = h("p", { class: "dsc", role: "status" });
  const button = h("button", { class: "b dense", type: "button", "data-key": `written_${row.seq}`,
    onclick: async () => {
      const frame = await con.attempt(() =>
        con.link.ask("written_query", { entry: row.seq }, "written"));
      if (!frame) return;
      const { content } = frame.body;
      place.textContent = content?.text || content?.reason
        ? say("written_text", content.text ?? content.reason)
        : say(content ? "written_none" : "written_gone");
      button.remove();
    } }, say("written_read"));
  return h("div", {}, button, place);
}

function line(item, more) {
  return h("li", { class: item.kind, "data-seq": item.seq }, h("span", { class: "tm" },
    h("time", { datetime: item.at }, clock(item.at, true))),
  h("span", { class: "dot", "aria-hidden": "true" }, icon(item.icon)),
  h("div", {}, h("p", {}, h("b", {}, item.title), " ",
    h("span", { class: "sub mono" }, `#${item.seq}`)), h("p", { class: "dsc" }, item.text),
  more));
}

// A heading where the day changes: a case may go past midnight.
function lines(con, items, rows) {
  let day = "";
  return items.flatMap((item, i) => {
    const here = dayText(item.at);
    const head = here === day ? [] : [h("li", { class: "day" }, here)];
    day = here;
    return [...head, line(item, writtenButton(con, rows[i]))];
  });
}

function drawStory(con, root, memory) {
  const { rows } = memory;
  const of = (key) => rows.find((row) => row[key])?.[key];
  put(root, "head", h("h1", { title: memory.id }, say("case_title", short(memory.id))),
      h("span", { class: "sub" }, say("case_sub", short(of("incident")) || "—",
        of("alias") ? `傷-${short(of("alias"))}` : "—")),
      of("training") ? chip("drill", say("drill"), "info") : null);
  const ends = endsOf(rows).filter((at) => at > iso(now()));
  const told = lines(con, storyOf(rows, con.names), rows);
  const list = put(root, "story", ...told, ...ends.map((at) => h("li", { class: "next" },
    h("span", { class: "tm" }, h("time", { datetime: at },
      dayText(at) === dayText(iso(now())) ? clock(at) : `${dayText(at)} ${clock(at)}`)),
    h("span", { class: "dot", "aria-hidden": "true" }, icon("ring")),
    h("div", {}, h("p", {}, h("b", {}, say("ends"))),
      h("p", { class: "dsc" }, say("ends_text"))))));
  list.hidden = rows.length === 0;
  put(root, "more", rows.length === 0 ? h("p", {}, say("case_empty")) : null,
      memory.after ? h("button", { class: "b dense", "data-key": "case_more",
        onclick: () => load(con, root) }, say("case_more")) : null);
}

function verdict({ rows, proven }) {
  if (!proven) return say("v_open");
  if (proven.fault) return say("v_bad", proven.fault.entry, proven.fault.text);
  return proven.done === rows.length ? say("v_all", rows.length)
    : say("v_some", proven.done, rows.length);
}
export const pair = (term, text) => h("div", {}, h("dt", {}, term), h("dd", {}, text));

function chipOf(memory) {
  if (!memory.proven) return h("span", { class: "c unk" }, icon("unk"), say("v_open"));
  if (memory.proven.fault) return h("span", { class: "c fail" }, icon("warn"), say("error"));
  return memory.proven.done === memory.rows.length
    ? h("span", { class: "c ok" }, icon("ok"), say("v_ok")) : null;
}

function drawVerify(con, root, memory) {
  const { witness } = con;
  put(root, "verify", h("div", { class: "hd" }, h("h2", {}, say("verify")), chipOf(memory)),
    h("dl", { class: "ck" }, pair(say("v_entries"), verdict(memory)),
      pair(say("v_before"), witness.fault ? witness.fault.text
        : say("v_none", witness.kept.size.toLocaleString())),
      pair(say("v_here"), say(witness.kept.signature === "checked" ? "v_browser"
        : "v_browser_part"))),
    h("button", { class: "b dense", "data-key": "verify_now", disabled: memory.rows.length === 0,
                  onclick: () => verify(con, root, memory) }, say("verify_now")));
}

async function verify(con, root, memory) {
  const here = () => con.shown === "case" && con.memory.case === memory;
  memory.proven = { done: 0, fault: null };
  const told = (done) => {
    memory.proven.done = done;
    if (here()) drawVerify(con, root, memory);
  };
  const entries = memory.rows.map((row) => row.seq);
  const proven = await con.attempt(() => proveAll(con, entries, told));
  memory.proven = proven;
  if (here()) drawVerify(con, root, memory);
}

export function drawCheckpoint(con, root, ...acts) {
  const { kept, at } = con.witness;
  put(root, "checkpoint", h("div", { class: "hd" }, h("h2", {}, say("checkpoint")),
    at ? h("time", { datetime: at }, clock(at, true)) : null),
  h("pre", { class: "mono", tabindex: "0", role: "region", "aria-label": say("checkpoint_label") },
    kept.note || say("log_none")), h("div", { class: "row" }, ...acts));
}

async function load(con, root) {
  const memory = con.memory.case;
  const more = await con.attempt(() => readStory(con, memory.id, memory.after));
  if (!more || con.memory.case !== memory) return;
  memory.rows.push(...more.rows);
  memory.after = more.after;
  con.names.learn(more.rows, con.org());
  if (con.shown !== "case") return;
  drawStory(con, root, memory);
  drawVerify(con, root, memory);
}

function choose(con, root) {
  const form = part(root, "choose");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const id = con.names.idOf(form.elements.id.value);
    const wrong = part(root, "wrong");
    wrong.hidden = id !== null;
    wrong.textContent = `${say("error")}：${say("unknown_id")}`;
    if (id) con.showCase(id);
  });
}

export function casePage(con, root) {
  choose(con, root);
  const memory = con.memory.case;
  drawCheckpoint(con, root);
  if (!memory) {
    put(root, "head", h("h1", {}, say("case_none")), h("span", { class: "sub" }, say("case_help")));
    part(root, "verify").hidden = true;
    return;
  }
  memory.rows ??= [];
  put(root, "head", h("h1", {}, say("case_title", short(memory.id))));
  drawVerify(con, root, memory);
  if (memory.rows.length > 0) drawStory(con, root, memory);
  else load(con, root);
}
