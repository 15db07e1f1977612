// screen_vitals.js — Job: vital signs with big steppers, and the trend.
import { chip, h, icon, say } from "../../client/web/dom.js";
import { vitalsLine } from "../../client/web/elements.js";
import { clockAgo, iso, now } from "../../client/web/time.js";
import { always, back } from "./dock.js";
import { vitalsOf } from "./pending.js";
import { JCS, shownValue, stepped, VITALS, vitalsBody } from "./steps.js";

function line(t, draft, key, last) {
  const row = VITALS[key], unit = say(`u_${key}`);
  const set = (delta) => { draft[key] = stepped(key, draft[key], delta, last?.[key]); t.redraw(); };
  const step = (delta) => {
    const amount = row.tenth ? (Math.abs(delta) / 10).toFixed(1) : Math.abs(delta);
    return h("button", { class: "b quiet", type: "button", "data-key": `v-${key}${delta}`,
      "data-again": true,
      "aria-label": `${say(`f_${key}`)} ${delta < 0 ? "−" : "+"}${amount}`,
      onclick: () => set(delta) }, `${delta < 0 ? "−" : "+"}${amount}`);
  };
  const value = shownValue(key, draft[key]);
  return h("div", { class: "line", role: "group", "aria-label": say(`f_${key}`) },
    h("span", { class: "nm" }, say(`f_${key}`), h("span", { class: "sub" }, ` ${unit}`)),
    step(-row.big), step(-row.small), h("output", { class: value === null ? "no" : "",
      "aria-live": "polite" }, value ?? say("not_taken")), step(row.small), step(row.big));
}

function jcs(t, draft) {
  const set = (value) => { draft.jcs = draft.jcs === value ? undefined : value; t.redraw(); };
  return h("fieldset", {}, h("legend", {}, say("f_jcs"), draft.jcs === undefined ? h("span",
    { class: "sub" }, ` ${say("not_taken")}`) : null), h("div", { class: "jcs" }, JCS.map((value) =>
    h("button", { class: "b quiet", type: "button", "data-key": `j-${value}`, "aria-label":
      `JCS ${value}`, "aria-pressed": String(draft.jcs === value), onclick: () => set(value) },
    String(value)))));
}

// What is not measured on every patient: touched again, it is off.
function more(t, draft) {
  const shown = (value) => (typeof value === "boolean" ? say(value ? "light_yes" : "light_no")
    : String(value));
  const pick = (key, list) => h("fieldset", {}, h("legend", {}, say(`f_${key}`)),
    h("div", { class: "jcs" }, list.map((value) => h("button", { class: "b quiet", type: "button",
      "data-key": `m-${key}${value}`, "aria-pressed": String(draft[key] === value),
      "aria-label": `${say(`f_${key}`)} ${shown(value)}`, onclick: () => {
        draft[key] = draft[key] === value ? undefined : value;
        t.redraw();
      } }, shown(value)))));
  const range = (from, to) => Array.from({ length: to - from + 1 }, (_, i) => from + i);
  const ecg = h("input", { id: "ecg", maxlength: 120, "data-key": "ecg", autocomplete: "off",
                           value: draft.ecg ?? "" });
  ecg.addEventListener("input", () => { draft.ecg = ecg.value.trim() || undefined; });
  return [pick("gcs_e", range(1, 4)), pick("gcs_v", range(1, 5)), pick("gcs_m", range(1, 6)),
    pick("pupil_left", range(1, 8)), pick("pupil_right", range(1, 8)),
    pick("light_left", [true, false]), pick("light_right", [true, false]),
    h("div", { class: "f" }, h("label", { for: "ecg" }, say("f_ecg")), ecg)];
}

export function drawVitals(t, one, facts) {
  const draft = t.draft("vitals"), open = t.draft("vitals-more", () => ({ on: false }));
  const list = vitalsOf(t.shell.store, one), last = list.at(-1);
  const trend = document.createElement("vitals-trend");
  trend.show(list);
  const body = vitalsBody(draft, iso(now()));
  const send = () => {
    t.send("vitals", vitalsBody(draft, iso(now())), one.id);
    t.drop("vitals");
    t.redraw();
    scrollTo(0, 0);
  };
  return { key: String(open.on), main: [h("h1", {}, say("nav_vitals")), h("section",
    { class: "card" }, h("div", { class: "hd" }, h("h2", {}, say("trend")), last?.unsent
      ? chip("warn", say("unsent"), "off") : null), last ? trend : h("p", {},
        say("no_vitals_yet"))),
  h("section", { class: "card" }, h("h2", {}, say("take_now")),
    h("p", { class: "sub" }, say("step_hint")), jcs(t, draft), h("div", { class: "vt" },
      Object.keys(VITALS).map((key) => line(t, draft, key, last?.content))),
    h("button", { class: "b quiet wide", type: "button", "data-key": "v-more",
      "aria-expanded": String(open.on), onclick: () => { open.on = !open.on; t.redraw(); } },
    icon("more"), say("vitals_more")), open.on ? more(t, draft) : null),
  list.length > 1 ? h("section", { class: "card" }, h("h2", {}, say("earlier")), h("ul",
    { class: "rx" }, list.slice(0, -1).reverse().map((v) => h("li", {}, h("b", {},
    clockAgo(v.content.at)), h("span", {}, vitalsLine(v.content)))))) : null],
  dock: [h("button", { class: "b go main", type: "button", disabled: !body, "data-key": "v-send",
    onclick: send }, icon("pulse"), say("send_vitals")), body ? h("p", { class: "sub" },
    vitalsLine(body)) : h("p", { class: "sub" }, say("nothing_taken")), back(t), always(t,
      facts)] };
}
