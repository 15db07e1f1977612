// screen_record.js — Job: 聴取: what was told and seen, each with its source; unknown is not none.
import { keysOf, word } from "../../client/web/codes.js";
import { h, icon, say, urgency } from "../../client/web/dom.js";
import { clock, iso, now } from "../../client/web/time.js";
import { always, back } from "./dock.js";
import { recordOf } from "./pending.js";
import { draftOf, recordBody, setTold, TEXTS, TOLD } from "./record_form.js";

function text(t, draft, key, max = 300) {
  const long = ["complaint", "history", "notes", "mechanism"].includes(key);
  const input = h(long ? "textarea" : "input", { id: `r-${key}`, maxlength: max,
    autocomplete: "off", "data-key": `r-${key}`,
    inputmode: ["age", "phone", "birth_date"].includes(key) ? "numeric" : undefined });
  input.value = String(draft[key] ?? "");
  input.addEventListener("input", () => { draft[key] = input.value; });
  return h("div", { class: "f" }, h("label", { for: `r-${key}` }, say(`f_${key}`)),
    key === "birth_date" ? h("span", { class: "help", id: "r-help" }, say("date_help")) : null,
    input);
}

const radio = (t, draft, name, code, label) => h("label", { class: "pick" }, h("input", {
  type: "radio", name: `r-${name}`, "data-key": `r-${name}-${code}`, checked: draft[name] === code,
  onchange: () => { draft[name] = code; t.redraw(); } }), label);

function sources(t, draft) {
  return h("div", { class: "f" }, h("span", { class: "lab" }, say("name_from")), h("div",
    { class: "picks" }, [["told", "src_told"], ["document", "src_document"], ["seen", "src_seen"]]
    .map(([code, key]) => radio(t, draft, "name_source", code, say(key)))));
}

function told(t, draft, key) {
  const item = draft[key] ?? {};
  const states = keysOf("told").map((state) => h("label", { class: "pick" }, h("input", {
    type: "radio", name: `t-${key}`, "data-key": `t-${key}-${state}`,
    checked: (item.state ?? "not_asked") === state,
    onchange: () => { setTold(draft, key, state, iso(now())); t.redraw(); } }),
  word("told", state)));
  const input = h("input", { id: `x-${key}`, maxlength: 400, autocomplete: "off",
                             "data-key": `x-${key}`, value: item.text ?? "" });
  input.addEventListener("input", () => {
    draft[key].text = input.value.trim() || undefined;
    if (!draft[key].text) delete draft[key].text;
  });
  const by = item.state && item.state !== "not_asked" ? h("div", { class: "picks" },
    keysOf("said_by").map((who) => h("label", { class: "pick" }, h("input", { type: "radio",
      name: `b-${key}`, "data-key": `b-${key}-${who}`, checked: item.said_by === who,
      onchange: () => { draft[key].said_by = who; t.redraw(); } }), say(`by_${who}`)))) : null;
  return h("fieldset", { class: "grp" }, h("legend", {}, say(`f_${key}`)),
    h("div", { class: "picks" }, states), by, item.state === "present" ? h("div", { class: "f" },
      h("label", { for: `x-${key}` }, say("what_exactly")), input) : null);
}

function treatments(t, draft) {
  const list = draft.treatments ?? [];
  const input = h("input", { id: "treat", maxlength: 120, autocomplete: "off",
                             "data-key": "treat" });
  const add = () => {
    const box = document.getElementById("treat");
    if (!box.value.trim()) return;
    draft.treatments = [...list, { act: box.value.trim(), at: iso(now()) }].slice(-32);
    box.value = "";
    t.redraw();
  };
  return h("section", { class: "card" }, h("h2", {}, say("treatments")), h("ul", { class: "rx" },
    list.map((one, i) => h("li", {}, h("b", {}, one.act), h("span", {}, clock(one.at)),
      h("button", { class: "b quiet", type: "button", "data-key": `treat-${i}`, onclick: () => {
        draft.treatments = list.filter((_, n) => n !== i);
        t.redraw();
      } }, icon("x"), say("take_off"))))), h("div", { class: "f" }, h("label", { for: "treat" },
    say("treatment")), input), h("button", { class: "b", type: "button", "data-key": "treat-add",
    onclick: add }, icon("plus"), say("treatment_add")));
}

function onset(t, draft) {
  const set = (minutes) => { draft.onset_at = iso(now() - minutes * 60000); t.redraw(); };
  return h("fieldset", {}, h("legend", {}, `${say("f_onset_at")} `, draft.onset_at
    ? h("b", {}, clock(draft.onset_at)) : h("span", { class: "sub" }, say("not_told"))),
  h("div", { class: "picks" }, [10, 30, 60, 120, 360].map((n) => h("button", { class: "b quiet",
    type: "button", "data-key": `on-${n}`, onclick: () => set(n) }, say("ago_n", n < 60
    ? say("minutes", n) : say("hours", n / 60))))));
}

export function drawRecord(t, one, facts) {
  const draft = t.draft("record", () => draftOf(recordOf(t.shell.store, one).record));
  const state = t.draft("record-state", () => ({ wrong: [] }));
  const save = () => {
    const { body, wrong } = recordBody(draft);
    state.wrong = wrong;
    if (wrong.length) return t.redraw();
    t.send("crew_record", body, one.id);
    t.drop("record");
    t.go(one.id);
  };
  const wrong = state.wrong.length ? h("p", { class: "note urgent", role: "alert" }, icon("warn"),
    h("span", { class: "tx big" }, say("wrong_fields", state.wrong.map((k) => say(`f_${k}`))
      .join("、")))) : null;
  return { main: [h("h1", {}, say("nav_record")), wrong, h("p", { class: "sub" },
    say("three_words")), h("section", { class: "card" }, h("fieldset", {}, h("legend", {},
    say("f_urgency")), h("div", { class: "picks" }, keysOf("urgency").map((code) => radio(t, draft,
    "urgency", code, urgency(code, word("urgency", code)))))), text(t, draft, "complaint"),
  onset(t, draft)), h("section", { class: "card" }, h("h2", {}, say("who_is_it")),
    h("div", { class: "sides" }, text(t, draft, "name", 120), text(t, draft, "kana", 120),
      text(t, draft, "birth_date", 12), text(t, draft, "age", 3)), h("fieldset", {}, h("legend", {},
      say("f_sex")), h("div", { class: "picks" }, keysOf("sex").map((code) => radio(t, draft, "sex",
      code, word("sex", code))))), sources(t, draft)), h("section", { class: "card" },
  h("h2", {}, say("told_items")), TOLD.map((key) => told(t, draft, key))),
  h("section", { class: "card sides" }, TEXTS.filter((key) => key !== "complaint").map((key) =>
    text(t, draft, key, ["history", "mechanism", "notes"].includes(key) ? 1000 : 120))),
  treatments(t, draft)],
  dock: [t.mainButton("save_record", "pen", save), h("div", { class: "row even" }, back(t),
    t.button("forget_record", "x", () => { t.drop("record"); t.go(one.id); })), always(t, facts)] };
}
