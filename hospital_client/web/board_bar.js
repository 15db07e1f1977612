// board_bar.js — Job: the bar: whose board, who is at it, sound, what crews are told, line, clock.
import { chip, h, icon, say } from "../../client/web/dom.js";
import { board, person, store } from "./board_desk.js";
import { isPresent, presenceChip, soundNodes, wide } from "./board_settings.js";

const button = (act, name, kind, key = act) => h("button", { class: kind, "data-act": act,
  "data-key": `bar-${act}` }, icon(name), h("span", {}, say(key)));

function who() {
  if (board.mode === "wall") return chip("info", say("mode_wall_short"), "eye");
  const me = person();
  return me ? chip("info", say("using", me.name), "person")
    : chip("unk", say("nobody"), "person");
}

function acts() {
  if (board.mode === "wall") return [button("settings", "set", "b quiet")];
  if (!person()) return [button("sign_in", "person", "b")];
  return [button("change", "person", "b quiet"), button("cover", "hide", "b go t56")];
}

// On a patient's screen the bar is short: what is wrong stays in it, what is well does not.
export function barNodes() {
  const { hello, line } = store(), patient = ["patient", "out"].includes(board.screen);
  const screens = store().board?.screens ?? 1;
  const lineChip = line?.up ? h("span", { class: "c ok" }, icon("line"),
    h("span", {}, say("line_up"), wide(say("screens", screens))))
    : chip("warn", say("line_down"), "off");
  const second = board.mode === "second" ? chip("info", say("mode_second_short"), "bell") : null;
  return [h("span", { class: "who" }, icon("hospital"), ` ${hello.org_name ?? ""} ${say("er")}`),
    who(), second, h("span", { class: "push row" }, board.mode === "wall" ? null : soundNodes(),
      (patient && isPresent()) || !line?.up ? null : presenceChip(),
      patient && line?.up ? null : lineChip, acts(),
      h("span", { class: "clock" }, h("time", { "data-clock": true })))];
}
