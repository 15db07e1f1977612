// screen_identity.js — Job: 「この方ですか」: told beside card, three honest answers; no clinical word.
import { word } from "../../client/web/codes.js";
import { chip, h, icon, say } from "../../client/web/dom.js";
import { headerOf } from "../../client/web/store.js";
import { ageOf, birth, clockAgo } from "../../client/web/time.js";
import { always, nextButton } from "./dock.js";
import { identityRows } from "./find.js";
import { errorText } from "./phrase.js";
import { recordOf } from "./pending.js";

const KEY = ["medications", "allergies"];

// What the first opening holds: never what the patient does not want shown.
export function firstSections(header) {
  const there = (header?.sections ?? []).map((row) => row.section);
  return ["person", ...KEY].filter((name) => there.includes(name) &&
    !header.hidden?.includes(name) && (!header.openable || header.openable.includes(name)));
}

function fetching() {
  return h("section", { class: "card now" }, h("h1", {}, say("fetching")),
    h("p", {}, say("fetching_text")));
}

function told(t, one, card) {
  const { record } = recordOf(t.shell.store, one);
  const rows = identityRows(record, card);
  if (!rows.some((row) => row.told)) return h("p", {}, say("nothing_told"));
  const text = (key, value) => (!value ? say("not_told") : key === "sex" ? word("sex", value)
    : key === "birth_date" ? birth(value) : value);
  return h("table", { class: "told2" }, h("thead", {}, h("tr", {}, ["f_what", "told_id", "card_id",
    "differs"].map((key) => h("th", { scope: "col" }, say(key))))), h("tbody", {}, rows.map((row) =>
    h("tr", { class: row.differs ? "hot" : undefined }, h("th", { scope: "row" },
      say(`f_${row.key}`)), h("td", {}, text(row.key, row.told)), h("td", {},
      text(row.key, row.card)), h("td", {}, row.differs ? chip("warn", say("yes_differs"))
      : row.told && row.card ? chip("none", say("same")) : "—")))));
}

function question(t, one, facts, person) {
  const age = ageOf(person.birth_date);
  const fact = (key, value) => h("div", {}, h("dt", {}, say(`f_${key}`)),
    h("dd", { class: "big" }, value ?? say("not_known")));
  return h("section", { class: "card now", "aria-labelledby": "q" },
    h("h1", { class: "f-xxl", id: "q" }, say("this_person")), h("p", {}, say("say_aloud")),
    h("div", { class: "who" }, h("p", { class: "sub" }, person.kana ?? ""),
      h("p", { class: "nm" }, person.name ?? say("not_known")), h("dl", { class: "kv" },
        fact("birth_date", person.birth_date && birth(person.birth_date)),
        fact("age", age === null ? null : say("years", age)),
        fact("sex", person.sex && word("sex", person.sex)))),
    told(t, one, person), h("p", { class: "sub" }, say("only_matched")));
}

// Three honest answers, always under the thumb.
function answers(t, one, facts) {
  const answer = async (result) => {
    const header = headerOf(t.shell.store, facts.view.view);
    const saved = t.send("identity_check", { view: facts.view.view, result }, one.id);
    t.go(one.id, result === "matched" ? "view" : "hospitals");
    if (result === "matched" && await saved) t.openSections(one, firstSections(header));
  };
  return [h("h2", {}, say("compare_face")),
    h("button", { class: "b go main yes", type: "button", "data-key": "matched",
      onclick: () => answer("matched") }, icon("ok"), h("span", {}, say("is_person"),
      h("small", {}, say("is_person_more")))),
    h("div", { class: "row even" }, [["not_matched", "x"], ["not_possible", "unk"]].map(([code,
      name]) => h("button", { class: "b first", type: "button", "data-key": code,
      onclick: () => answer(code) }, icon(name), h("span", {}, word("match", code),
      h("small", {}, say(`${code}_more`))))))];
}

// The page was made anew: the name is shown again by name of who looks (the gateway logs it).
function again(t, one, facts) {
  return h("section", { class: "card now" }, h("h1", {}, say("this_person")),
    h("p", { class: "big" }, say("identity_again")),
    t.button("show_name", "eye", () => t.openSections(one, ["person"]), "b go main"));
}

export function drawIdentity(t, one, facts) {
  const { view } = facts;
  if (facts.asking && !view) return { key: "fetching", main: fetching(), dock: [h("div",
    { class: "row even" }, t.button("no_view", "go", () => t.show("noview"))), always(t, facts)] };
  if (!view) return { main: h("section", { class: "card" }, h("h1", {}, say("no_view_yet")),
    facts.failed ? h("p", { class: "note warn" }, icon("warn"), h("span", { class: "tx big" },
      errorText(facts.failed))) : null),
  dock: [nextButton(t, facts), always(t, facts)] };
  if (facts.matched) return { main: h("section", { class: "note ok" }, icon("ok"), h("span",
    { class: "tx big" }, `${say("matched_at")} ${clockAgo(view.match_at ?? view.fetched_at)}`)),
  dock: [t.mainButton("to_view", "go", () => t.show("view")), always(t, facts)] };
  const person = t.shell.seals.section(view.view, undefined, "person")?.content;
  const note = view.match === "not_possible" ? h("p", { class: "note" }, icon("info"), h("span",
    { class: "tx" }, say("was_not_possible"))) : null;
  return { key: `${Boolean(person)}`, main: [note, person ? question(t, one, facts, person)
    : again(t, one, facts)], dock: [person ? answers(t, one, facts) : null, h("div",
      { class: "row even" },
    t.button("no_view", "go", () => t.show("noview"))), always(t, facts)] };
}
