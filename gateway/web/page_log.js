// page_log.js — Job: is the log as it was signed: state, witnesses, and one entry proved here.
import { chip, h, part, put, say } from "../../client/web/dom.js";
import { clock, iso, now } from "../../client/web/time.js";
import { save } from "./csv.js";
import { named } from "./lists.js";
import { LogFault } from "./log_check.js";
import { askLog, proveEntry } from "./log_state.js";
import { dayText, table } from "./page_access.js";
import { drawCheckpoint, pair } from "./page_case.js";

export const dateClock = (at) => (at ? `${dayText(at)} ${clock(at, true)}` : "—");

function readBack(state) {
  if (state.broken_size) return say("log_broken", state.broken_size.toLocaleString());
  if (state.verified_size === undefined) return "—";
  return say("log_read_to", state.verified_size.toLocaleString(), dateClock(state.verified_at));
}
function pageSaw({ witness }) {
  if (witness.fault) return `${say("log_bad")}：${witness.fault.text}`;
  return say("log_page_ok", say(witness.kept.signature === "checked" ? "sig_checked"
    : "sig_unchecked"), witness.kept.size.toLocaleString());
}

function drawState(con, root, state) {
  const bad = con.witness.fault || state.broken_size || state.outside === "bad";
  put(root, "state", h("div", { class: "hd" }, h("h2", {}, say("verify")),
    bad ? chip("fail", say("log_bad"), "warn")
      : chip(con.witness.kept.signature === "checked" ? "ok" : "warn", say("log_ok",
        clock(con.witness.at ?? iso(now()))))),
  h("dl", { class: "ck" }, pair(say("log_size"), state.size.toLocaleString()),
    pair(say("log_page"), pageSaw(con)), pair(say("log_read_back"), readBack(state)),
    pair(say("log_outside"), `${named("outside_state", state.outside)}${
      state.outside_size === undefined ? "" : `（${state.outside_size.toLocaleString()}）`}`),
    pair(say("log_key"), con.witness.vkey ?? "—")));
}

function drawWitnesses(con, root, state) {
  const rows = (state.witnesses ?? []).map((one) => h("tr", {},
    h("th", { scope: "row" }, one.name ?? con.names.device(one.device)),
    h("td", {}, named("device_kind", one.kind)),
    h("td", { class: "num" }, one.size.toLocaleString()), h("td", {}, dateClock(one.at)),
    h("td", {}, one.online ? chip("ok", say("on_line")) : chip("off", say("off_line"), "off"))));
  put(root, "witnesses", h("h2", {}, say("witnesses")),
    h("p", { class: "sub" }, say("witness_sub", dateClock(state.watched_since))),
    rows.length === 0 ? h("p", {}, say("no_witness"))
      : h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": say("witnesses") },
          table(say("witnesses"), [say("witness"), say("kind"), [say("seen_size")],
            say("seen_at"), say("state")], rows)));
}

// The newest note goes through the same check as those that came by themselves: so this page goes
// on from what it has seen, and a log that was rewritten in between does not fit.
async function askNewest(con) {
  const { kept } = con.witness;
  const state = await askLog(con, kept.size > 0 ? { old_size: kept.size } : {});
  if (state.checkpoint) await con.witness.take({ note: state.checkpoint,
    old_size: state.old_size ?? 0, proof: state.consistency }, iso(now()));
  con.bar();
  return state;
}

async function load(con, root) {
  const memory = con.memory.log;
  const state = await con.attempt(() => askNewest(con));
  if (!state || con.memory.log !== memory) return;
  memory.state = state;
  if (con.shown === "log") draw(con, root);
}

function draw(con, root) {
  const { state, proof } = con.memory.log;
  drawCheckpoint(con, root, h("button", { class: "b dense quiet", "data-key": "note_save",
    disabled: !con.witness.kept.note, onclick: () => save("checkpoint.txt",
      con.witness.kept.note, "text/plain;charset=utf-8") }, say("proof_save")));
  if (state) {
    drawState(con, root, state);
    drawWitnesses(con, root, state);
  }
  if (proof) drawProof(root, proof);
}

function drawProof(root, proof) {
  if (proof.fault) {
    put(root, "proof", h("p", { class: "note urgent" },
      say("v_bad", proof.entry, proof.fault)));
    return;
  }
  put(root, "proof", h("p", { class: "note ok" },
    say("prove_ok", proof.entry, proof.size.toLocaleString())),
  h("p", { class: "sub" }, say(proof.signature === "checked" ? "v_browser" : "v_browser_part")),
  h("p", { class: "sub" }, say("prove_leaf")),
  h("pre", { class: "mono", tabindex: "0", role: "region", "aria-label": say("prove_leaf") },
    proof.leaf),
  h("button", { class: "b dense quiet", "data-key": "proof_save", onclick: () => save(
    `entry-${proof.entry}.tlog-proof`, proof.proof, "text/plain;charset=utf-8") },
  say("proof_save")));
}

async function prove(con, root, text) {
  const entry = Number(text.trim().replace(/^#/, ""));
  const wrong = part(root, "wrong");
  wrong.hidden = Number.isSafeInteger(entry) && entry > 0;
  wrong.textContent = `${say("error")}：${say("bad_entry")}`;
  if (!wrong.hidden) return;
  const memory = con.memory.log;
  put(root, "proof"); // another entry's is no answer to this question
  memory.proof = await con.attempt(async () => {
    try {
      return await proveEntry(con, entry);
    } catch (error) {
      if (error instanceof LogFault) return { entry, fault: error.message };
      throw error;
    }
  });
  if (memory.proof && con.shown === "log") drawProof(root, memory.proof);
}

export function logPage(con, root) {
  con.memory.log ??= {};
  const form = part(root, "prove");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    prove(con, root, form.elements.entry.value);
  });
  root.querySelector("[data-key=log_again]").onclick = () => load(con, root);
  draw(con, root);
  load(con, root);
}
