// screen_ground.js — Job: the consent sentence, full screen; the ground by a tap, none preselected.
import { keysOf, word } from "../../client/web/codes.js";
import { h, icon, part, say } from "../../client/web/dom.js";
import { clockAgo } from "../../client/web/time.js";
import { hospitalName } from "./asked.js";
import { always, nextButton } from "./dock.js";
import { groundBody, groundReady, LANGUAGES, SENTENCE } from "./phrase.js";

const HIDEABLE = ["medications", "visits", "surgery", "treatment", "dialysis", "checkups",
                  "allergies"];

// The sentence as it was reviewed; a hospital's name goes in as text.
function sentence(id, lang, hospital) {
  const copy = document.getElementById(`${id}-${lang}`).content.cloneNode(true);
  const to = part(copy, "to");
  if (to) to.textContent = hospital;
  return copy;
}

export function saying(t, draft, id, hospital) {
  return h("section", { class: hospital ? "saying small" : "saying",
    "aria-label": say("sentence") },
    sentence(id, draft.lang, hospital));
}

export const languages = (t, draft) => h("div", { class: "row" }, LANGUAGES.map(([code, name]) =>
  h("button", { class: "b quiet", type: "button", lang: code, "data-key": `say-${code}`,
    "aria-pressed": String(draft.lang === code),
    onclick: () => { draft.lang = code; t.redraw(); } }, name)),
h("span", { class: "sub push" }, say("sentence_version", SENTENCE)));

export const newGround = () => ({ answer: null, need: null, obstacle: null, hidden: [],
  lang: document.documentElement.lang === "en" ? "en" : "ja" });

const radios = (t, draft, list, name) => h("fieldset", {}, h("legend", {}, say(`${name}_title`)),
  h("div", { class: "picks wide" }, keysOf(list).map((code) => h("label", { class: "pick" },
    h("input", { type: "radio", name, "data-key": `${name}-${code}`, checked: draft[name] === code,
                 onchange: () => { draft[name] = code; t.redraw(); } }), word(list, code)))));

// Danger and what hinders consent: both, each by a tap; being in a hurry is neither.
export const lifeChoices = (t, draft) => [radios(t, draft, "need", "need"),
                                          radios(t, draft, "obstacle", "obstacle")];

function hiding(t, draft) {
  const toggle = (name) => {
    draft.hidden = draft.hidden.includes(name) ? draft.hidden.filter((one) => one !== name)
      : [...draft.hidden, name];
    t.redraw();
  };
  return h("section", { class: "card" }, h("h2", { class: "f-m" }, say("hide_title")),
    h("p", { class: "sub" }, say("hide_text")), h("div", { class: "picks" }, HIDEABLE.map((name) =>
      h("button", { class: "b quiet", type: "button", "data-key": `hide-${name}`,
        "aria-pressed": String(draft.hidden.includes(name)), onclick: () => toggle(name) },
      icon(draft.hidden.includes(name) ? "hide" : "eye"), h("span", {}, word("section", name))))));
}

// The answer is recorded; a card that is there is asked about at once.
async function record(t, one, draft) {
  const body = groundBody(draft, new Date().toISOString());
  const asks = t.facts(one).cardGood && !t.facts(one).view && body.basis !== "refused";
  const saved = t.send("ground", body, one.id);
  t.drop("ground");
  t.go(one.id);
  if (asks && await saved) t.send("view_ask", { kind: "emergency_summary" }, one.id);
}

function recorded(t, one, facts) {
  const g = facts.ground;
  return h("section", { class: g.basis === "refused" ? "note" : "note ok" }, icon("ok"),
    h("span", { class: "lv" }, say("recorded")), h("span", { class: "tx" }, h("b", {},
      g.withdrawn ? say("withdrawn") : word("basis", g.basis)), ` ${clockAgo(g.at)}`));
}

// The card has done its part: it goes back to its holder.
export const giveBack = (t) => (t.shell.store.card?.good ? h("section", { class: "note ok",
  role: "status" }, icon("card"), h("span", { class: "tx" }, h("b", {}, say("card_read")), " ",
say("card_back"))) : null);

function answers(t, one, draft) {
  const one2 = (answer, name, key) => h("button", { class: "b", type: "button", "data-key": key,
    onclick: () => { Object.assign(draft, { answer }); record(t, one, draft); } }, icon(name),
  h("span", {}, say(key), h("small", {}, say(`${key}_more`))));
  const opens = (answer, name, key) => h("button", { class: "b", type: "button", "data-key": key,
    "aria-pressed": String(draft.answer === answer),
    onclick: () => { draft.answer = draft.answer === answer ? null : answer; t.redraw(); } },
  icon(name), h("span", {}, say(key), h("small", {}, say(`${key}_more`))));
  return h("div", { class: "rs" }, one2("patient", "ok", "says_yes"),
    one2("family", "person", "family_yes"), opens("life", "warn", "no_consent"),
    opens("refused", "x", "says_no"));
}

export function drawGround(t, one, facts) {
  const draft = t.draft("ground", newGround);
  const life = draft.answer === "life", refused = draft.answer === "refused";
  const [ready, missing] = groundReady(draft);
  const confirm = life || refused ? [h("button", { class: "b go main", type: "button",
    disabled: !ready, "data-key": "record_ground", onclick: () => record(t, one, draft) },
  icon("ok"), say(refused ? "record_refusal" : "record_life")),
  ready ? null : h("p", {}, say(missing))] : null;
  return { key: `${draft.answer}/${draft.lang}`, main: [h("h1", { class: "sr" },
    say("step_ground")),
    facts.ground ? recorded(t, one, facts) : null, giveBack(t),
    life ? h("section", { class: "card now" }, h("h2", {}, say("no_consent")),
             h("p", {}, say("life_text")), lifeChoices(t, draft))
      : saying(t, draft, "sentence"), languages(t, draft), hiding(t, draft)],
  dock: [h("h2", {}, say("answer_title")), answers(t, one, draft), confirm,
         facts.ground ? nextButton(t, facts) : null,
         h("div", { class: "row even" }, t.button("no_view", "go", () => t.show("noview"))),
         always(t, facts)] };
}

// A view that came after the destination is offered to it with one tap.
export function drawGrant(t, one, facts) {
  const draft = t.draft("grant", newGround), name = hospitalName(t.shell.store, one,
                                                                 facts.destination);
  const give = (answer) => {
    const body = groundBody({ ...draft, answer, hospital: facts.destination },
      new Date().toISOString());
    t.send("destination", { hospital: facts.destination, ground: body }, one.id);
    t.drop("grant");
    t.show("transport");
  };
  const life = draft.answer === "life", [ready, missing] = groundReady(draft);
  return { key: `${draft.answer}/${draft.lang}`, main: [h("section", { class: "card now" },
    h("h1", {}, say("grant_title", name)), h("p", {}, say("grant_text"))),
  saying(t, draft, "give", name), languages(t, draft), life ? lifeChoices(t, draft) : null,
  hiding(t, draft)],
  firm: true, dock: [h("div", { class: "rs" },
    ["patient", "family"].map((who) => h("button", { class: "b small", type: "button",
      "data-key": `give-${who}`, onclick: () => give(who) }, icon("ok"),
    say(who === "patient" ? "says_yes" : "family_yes"))),
    h("button", { class: "b small", type: "button", "data-key": "give-life",
      "aria-pressed": String(life), onclick: () => { draft.answer = life ? null : "life";
                                                     t.redraw(); } }, icon("warn"),
    say("no_consent")),
    h("button", { class: "b small", type: "button", "data-key": "give-no",
      onclick: () => give("refused") }, icon("x"), say("says_no"))),
  life ? h("button", { class: "b go main", type: "button", disabled: !ready, "data-key":
    "give-ok", onclick: () => give("life") }, icon("ok"), say("record_life")) : null,
  life && !ready ? h("p", {}, say(missing)) : null,
  t.button("not_now", "back", () => t.show("transport"))] };
}
