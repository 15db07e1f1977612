// screen_noview.js — Job: 「閲覧しないで進む」: the second of two taps is the reason.
import { keysOf, word } from "../../client/web/codes.js";
import { chip, h, icon, say, told } from "../../client/web/dom.js";
import { always } from "./dock.js";
import { recordOf } from "./pending.js";
import { stopReading } from "./screen_cases.js";

const icons = { no_card: "card", urgent: "clock", refused: "x", id_mismatch: "person",
                not_registered: "card", link_down: "off", system_error: "warn" };

function known(t, one) {
  const { record } = recordOf(t.shell.store, one);
  const row = (label, node) => h("div", {}, h("dt", {}, say(label)), h("dd", {}, node));
  return h("section", { class: "card" }, h("h2", {}, say("known_now")), h("dl", { class: "kv" },
    ["conditions", "medicines", "allergies"].map((key) => row(`f_${key}`, [
      told(record[key]?.state, word("told", record[key]?.state ?? "not_asked")),
      record[key]?.text ? h("span", {}, ` ${record[key].text}`) : null])),
    row("f_companion", record.companion ?? chip("off", word("told", "not_asked")))),
  h("p", { class: "sub" }, say("three_words")));
}

export function drawNoView(t, one, facts) {
  const choose = (reason) => {
    if (t.reading) stopReading(t);
    t.send("no_view", { at: new Date().toISOString(), reason }, one.id);
    t.show("hospitals");
  };
  return { main: [h("section", { class: "card now" }, h("div", { class: "hd" },
    h("h1", {}, say("no_view")), h("span", { class: "big" }, say("second_tap"))),
  h("p", {}, say("no_view_text")), h("div", { class: "rs" }, keysOf("no_view").map((code) =>
    h("button", { class: code === "no_card" ? "b one" : "b", type: "button",
      "data-key": `why-${code}`, onclick: () => choose(code) }, icon(icons[code]),
    h("span", {}, word("no_view", code), h("small", {}, say(`why_${code}`))))))), known(t, one)],
  dock: [h("button", { class: "b main", type: "button", "data-key": "no_view_back",
    onclick: () => t.go(one.id, "card") }, icon("back"), say("no_view_back")), always(t, facts)] };
}
