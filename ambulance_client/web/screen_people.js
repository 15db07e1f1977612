// screen_people.js — Job: sign-on for the shift, PIN, lock and unlock, change of person.
import { h, icon, say } from "../../client/web/dom.js";
import { isEnglish } from "../../client/web/codes.js";

const mine = { pin: "", later: false, unlock: null, error: null, waiting: false };
const DIGITS = ["1", "2", "3", "4", "5", "6", "7", "8", "9"];

const wrong = (answer) => (isEnglish() ? answer.en : answer.ja) +
  (answer.tries !== undefined ? ` ${say("tries_left", answer.tries)}` : "");
const errorNote = () => (mine.error ? h("p", { class: "note urgent", role: "alert" }, icon("warn"),
  h("span", { class: "lv" }, say("error")), h("span", { class: "tx" }, mine.error)) : null);

// One request at a time; what was refused stays beside the form until the next try.
async function request(t, type, body) {
  if (mine.waiting) return { ok: false };
  mine.waiting = true;
  mine.error = null;
  t.redraw();
  const answer = await t.shell.link.local(type, body);
  mine.waiting = false;
  mine.error = answer.ok ? null : wrong(answer);
  t.redraw();
  return answer;
}

function form(t, fields, ok, act) {
  const submit = (event) => {
    event.preventDefault();
    act(Object.fromEntries([...new FormData(event.target)].map(([k, v]) => [k, v.trim()])));
  };
  return h("form", { class: "card col", onsubmit: submit }, errorNote(), fields.map(([name, type,
    max]) => h("div",
    { class: "f" }, h("label", { for: `p-${name}` }, say(name)), h("input", { id: `p-${name}`, name,
      type, maxlength: max, required: true, autocomplete: "off", "data-key": `p-${name}`,
      inputmode: name === "code" ? "numeric" : undefined, autocapitalize: "none" }))),
  h("button", { class: "b go main", type: "submit", disabled: mine.waiting, "data-key": ok },
    icon("go"), say(mine.waiting ? "checking" : ok)));
}

function signOn(t) {
  return form(t, [["login", "text", 64], ["password", "password", 128], ["code", "text", 6]],
    "sign_in", async (values) => {
      const answer = await request(t, "local.sign_in", values);
      if (answer.ok) Object.assign(mine, { later: false, unlock: null, pin: "" });
      t.redraw();
    });
}

function newPassword(t) {
  return { key: "password", main: [
    h("h1", {}, say("must_change")),
    form(t, [["old_password", "password", 128], ["new_password", "password", 128]], "change_it",
      (values) => request(t, "local.new_password", { password: values.old_password,
                                                     new_password: values.new_password }))] };
}

// ---- PIN ----

function pinPad(t, ok, act) {
  const press = (digit) => {
    if (mine.pin.length < 8) mine.pin += digit;
    t.redraw();
  };
  const key = (digit) => h("button", { class: "b quiet", type: "button", "data-key": `d${digit}`,
                                       "data-again": true, onclick: () => press(digit) }, digit);
  const enough = mine.pin.length >= 4 && !mine.waiting;
  return h("div", { class: "col" }, errorNote(),
    h("p", { class: "dots", role: "status", "aria-label": say("pin_count", mine.pin.length) },
      "●".repeat(mine.pin.length) || "—"),
    h("div", { class: "pad10" }, DIGITS.map(key),
      h("button", { class: "b quiet", type: "button", "data-key": "dx", onclick: () => {
        mine.pin = "";
        t.redraw();
      } }, say("clear")), key("0"),
      h("button", { class: "b go", type: "button", disabled: !enough, "data-key": "pin-ok",
                    onclick: () => act(mine.pin) }, say(ok))));
}

async function setPin(t, pin) {
  mine.pin = "";
  const answer = await request(t, "local.pin", { pin });
  if (answer.ok && mine.lockAfter) lockNow(t);
}

function pinScreen(t) {
  return { key: "pin", main: h("section", { class: "card" },
    h("h1", {}, say("pin_title")), h("p", {}, say("pin_text")), pinPad(t, "pin_set",
      (pin) => setPin(t, pin)),
    t.button("pin_later", "go", () => { Object.assign(mine, { later: true, lockAfter: false });
                                        t.redraw(); })) };
}

// Covers and locks; without a PIN there is nothing to unlock with: one is asked for.
export async function lockNow(t) {
  mine.lockAfter = false;
  const answer = await t.shell.link.local("local.lock");
  Object.assign(mine, { unlock: null, error: null, pin: "" });
  if (!answer.ok) Object.assign(mine, { later: false, lockAfter: true, error: wrong(answer) });
  t.redraw();
}

async function unlock(t, pin) {
  const { person } = mine.unlock;
  mine.pin = "";
  const answer = await request(t, "local.unlock", { person, pin });
  if (answer.ok) Object.assign(mine, { unlock: null });
  t.redraw();
}

// ---- nobody ----

function locked(t, people) {
  return h("section", { class: "card" }, h("h2", {}, say("unlock_title")),
    h("div", { class: "rs" }, people.map((p) => h("button", { class: "b", type: "button",
      "data-key": `who-${p.person}`, onclick: () => {
        Object.assign(mine, { unlock: p, pin: "", error: null });
        t.redraw();
      } }, icon("lock"), h("span", {}, p.name ?? "")))));
}

const choice = (t, key, on, act) => h("button", { class: "b quiet", type: "button",
  "data-key": key, "aria-pressed": String(on), onclick: act }, say(key));

export function lookChoices(t) {
  const theme = document.documentElement.dataset.theme ?? "day";
  const lang = document.documentElement.lang;
  return h("section", { class: "card" }, h("h2", {}, say("look")), h("div", { class: "row" },
    h("button", { class: "b quiet", type: "button", "data-key": "l-ja", lang: "ja",
      "aria-pressed": String(lang === "ja"), onclick: () => t.setLanguage("ja") }, "日本語"),
    h("button", { class: "b quiet", type: "button", "data-key": "l-en", lang: "en",
      "aria-pressed": String(lang === "en"), onclick: () => t.setLanguage("en") }, "English")),
  h("div", { class: "row" }, ["day", "night", "sun"].map((name) => choice(t, `theme_${name}`,
    theme === name, () => t.setTheme(name)))), h("p", { class: "sub" }, say("look_text")));
}

export const downLink = () => h("a", { class: "b quiet wide", target: "_blank", rel: "noopener",
  href: "/ambulance_client/web/down.html", "data-key": "down" }, icon("phone"), say("down_page"));

function nobody(t) {
  const people = (t.shell.store.people ?? []).filter((p) => p.locked);
  const over = t.shell.store.signedOut;
  if (mine.unlock && people.some((p) => p.person === mine.unlock.person))
    return { key: "unlock", main: h("section",
      { class: "card" }, h("h1", {}, say("unlock_of", mine.unlock.name ?? "")),
    pinPad(t, "unlock", (pin) => unlock(t, pin)),
    t.button("back", "back", () => { mine.unlock = null; t.redraw(); })) };
  return { key: "nobody", main: [
    h("h1", {}, say("sign_on_title")),
    over ? h("p", { class: "note" }, icon("info"), h("span", { class: "tx" },
      isEnglish() ? over.en : over.ja)) : null,
    people.length ? locked(t, people) : null,
    h("p", {}, say("sign_on_text")), signOn(t), lookChoices(t), downLink()] };
}

// What has to be done about people before anything else; null: nothing.
export function drawPeople(t) {
  const { store, ready } = t.shell;
  if (!ready) return { key: "wait", main: h("p", { class: "big" }, say("connecting")) };
  if (!store.person) return nobody(t);
  if (store.person.must_change_password) return newPassword(t);
  const me = (store.people ?? []).find((p) => p.person === store.person.person);
  if (!me?.pin && !mine.later) return pinScreen(t);
  return null;
}
