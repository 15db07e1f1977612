// console.js — Job: the administrator's console: who is signed in, which page is shown.
//
// Nothing personal is in the address: the part behind # names the page and no more. What was looked
// up lives in this object and goes when the person goes.
import { ask, newPassword, signIn } from "../../client/web/ask.js";
import { isEnglish, setLanguage } from "../../client/web/codes.js";
import { chip, fromTemplate, h, icon, put, say, translate, useWords }
  from "../../client/web/dom.js";
import { addIcons } from "../../client/web/icons.js";
import { bandOf, drawBand } from "../../client/web/practice.js";
import { clock, heardNow, now } from "../../client/web/time.js";
import { keepTouches } from "../../client/web/touch.js";
import { Names } from "./access_rows.js";
import { GatewayLink } from "./gateway_link.js";
import { Idle } from "./idle.js";
import { PageWitness } from "./log_check.js";
import { accessPage } from "./page_access.js";
import { alertsChanged, alertsPage, countAlerts, drawLate } from "./page_alerts.js";
import { casePage } from "./page_case.js";
import { coveragePage } from "./page_coverage.js";
import { exportsPage } from "./page_exports.js";
import { linesPage, peoplePage } from "./page_people.js";
import { logPage } from "./page_log.js";
import { more } from "./words_more.js";
import { words } from "./words.js";

const pages = { access: accessPage, case: casePage, log: logPage, people: peoplePage,
                lines: linesPage, alerts: alertsPage, coverage: coveragePage,
                exports: exportsPage };
const witness = new PageWitness();
const link = new GatewayLink(witness);
const idle = new Idle();
const main = document.getElementById("main");
const con = { link, witness, idle, why: null, other: false, shown: null };

// What a person looked up: gone with the person.
function forget() {
  con.names = new Names();
  con.memory = {};     // of each page
  con.alerts = null;   // how many wait; null: not asked yet
  con.late = 0;        // of these, told again because nobody has seen them
}
forget();

con.org = () => link.welcome?.org;
con.mistake = (error) => (error.ja ? (isEnglish() ? error.en : error.ja) : String(error.message));
con.may = () => link.session?.roles?.some((role) => ["org_admin", "auditor"].includes(role));
con.isAdmin = () => link.session?.roles?.includes("org_admin") === true;
con.go = (page) => {
  if (location.hash === `#${page}`) show();
  else location.hash = page;
};
con.showCase = (id) => {
  con.memory.case = { id };
  con.go("case");
};
// Shows the error of ACT in the page's own place; the page stays as it was.
con.attempt = async (act) => {
  const wrong = main.querySelector("[data-part=wrong]");
  if (wrong) wrong.hidden = true;
  main.setAttribute("aria-busy", "true");
  try {
    return await act();
  } catch (error) {
    if (!error.code && !error.known) throw error;
    con.say(error);
    return null;
  } finally {
    main.removeAttribute("aria-busy");
  }
};
con.say = (error) => {
  const wrong = main.querySelector("[data-part=wrong]");
  if (!wrong || !link.session) return;
  wrong.hidden = false;
  wrong.textContent = `${say("error")}：${con.mistake(error)}`;
  const done = main.querySelector("[data-part=done]");
  if (done) done.hidden = true;
};
con.bar = bar;

// ---- frame ----

function logChip() {
  if (witness.fault) return chip("fail", say("log_bad"), "warn");
  if (!witness.at) return chip("unk", say("log_none"));
  return witness.kept.signature === "checked"
    ? chip("ok", say("log_ok", clock(witness.at)))
    : chip("warn", say("log_unsigned", clock(witness.at)), "warn");
}

function lineChip() {
  if (link.open) return null;
  if (link.closed?.code === 1008)
    return chip("fail", say("line_refused", link.closed.reason), "off");
  return chip("warn", link.since ? say("line_down", clock(link.since)) : say("connecting"), "off");
}

function bar() {
  const { session, welcome } = link;
  put(document, "bar", h("span", { class: "who" }, icon("shield"),
    ` ${welcome?.org_name ?? ""} ${say("admin")}`),
  session ? h("span", {}, session.name ?? "") : null,
  h("span", { class: "push row" }, lineChip(), logChip(),
    h("button", { class: "b dense quiet", "data-key": "language", lang: isEnglish() ? "ja" : "en",
      onclick: () => speak(isEnglish() ? "ja" : "en") }, say("language")),
    session ? h("button", { class: "b dense quiet", "data-key": "sign_out",
      onclick: () => link.signOut() }, icon("lock"), say("sign_out")) : null),
  h("span", { class: "clock" }, h("time", { "data-clock": true }, clock(now()))));
  tabs();
  drawLate(con, !nav().hidden);
}

const nav = () => document.querySelector("[data-part=tabs]");
function tabs() {
  put(document, "tabs", h("ul", {}, Object.keys(pages).map((key) => h("li", {},
    h("a", { class: key === con.shown ? "tab on" : "tab", href: `#${key}`, "data-key": `tab_${key}`,
             "aria-current": key === con.shown ? "page" : null }, say(key),
      key === "alerts" && con.alerts ? h("span", { class: "bd" }, String(con.alerts)) : null)))));
  nav().hidden = !link.session || !con.may();
  nav().setAttribute("aria-label", say("pages"));
}

export function speak(language) {
  setLanguage(language);
  document.documentElement.lang = language;
  translate(document);
  show();
}

// ---- the person ----

async function askSignIn() {
  idle.touch();
  const shell = { link: { local: async (type, values) => {
    try {
      await (type === "local.sign_in" ? link.signIn(values) : link.newPassword(values));
      return { ok: true };
    } catch (error) {
      return error;
    }
  } }, mistakeText: con.mistake };
  if (!link.session) await signIn(shell);
  if (link.session?.must_change_password) await newPassword(shell);
  show();
}

function start() {
  const copy = fromTemplate("t-start");
  const why = { idle: "why_idle", ended: "why_ended", asked: "why_asked",
                stopped: "why_stopped" }[con.why];
  if (why) put(copy, "why", h("p", { class: "note" }, icon("info"), say(why)));
  if (link.session?.must_change_password)
    put(copy, "why", h("p", { class: "note warn" }, icon("warn"), say("must_change")));
  else if (link.session)
    put(copy, "why", h("p", { class: "note warn" }, icon("warn"), say("not_admin")));
  put(copy, "act", h("button", { class: "b go", "data-key": "sign_in", disabled: !link.open,
                                 onclick: askSignIn }, icon("person"), say("sign_in")));
  main.replaceChildren(copy);
}

function otherWindow() {
  main.replaceChildren(h("section", { class: "card start" }, h("h1", {}, say("other_window")),
                         h("p", {}, say("other_window_text"))));
}

// Focus stays on the control with the same data-key.
function show() {
  const wanted = location.hash.slice(1);
  const key = document.activeElement?.dataset?.key;
  con.shown = Object.hasOwn(pages, wanted) ? wanted : "access";
  const ready = link.session && con.may() && !link.session.must_change_password;
  drawBand(bandOf(link.welcome?.profile, false));
  if (con.other) otherWindow();
  else if (!ready) start();
  else {
    main.replaceChildren(fromTemplate(`t-${con.shown}`));
    pages[con.shown](con, main);
  }
  document.title = ready ? `${say(con.shown)}｜${say("start_title")}` : say("start_title");
  bar();
  if (key) document.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus();
}

function personChanged({ detail }) {
  con.why = link.session ? null : detail;
  if (link.session) {
    idle.touch();
    if (con.may() && !link.session.must_change_password) countAlerts(con);
  } else {
    for (const dialog of document.querySelectorAll("dialog")) dialog.remove();
    forget();
  }
  if (!document.querySelector("dialog")) show();
}

// ---- time ----

function tick() {
  for (const place of document.querySelectorAll("[data-clock]")) place.textContent = clock(now());
  if (!link.session) return put(document, "notes");
  const state = idle.state();
  if (state === "over") return link.signOut("idle");
  const warned = document.querySelector("[data-key=stay]");
  if (state === "here") return warned && put(document, "notes");
  const text = say("idle_warn", Math.ceil(idle.left() / 1000));
  if (warned) warned.previousElementSibling.textContent = text;
  else put(document, "notes", h("section", { class: "note warn flat" }, icon("warn"),
    h("span", { class: "tx" }, text), h("button", { class: "b dense", "data-key": "stay" },
      say("stay"))));
  return null;
}

// ---- the beginning ----

function watch() {
  link.addEventListener("now", (event) => heardNow(event.detail));
  link.addEventListener("welcome", (event) => {
    if (event.detail.log_key) witness.trust(event.detail.log_key);
    if (!link.session && !document.querySelector("dialog")) show();
    else bar();
  });
  link.addEventListener("line", () => {
    con.other ||= link.closed?.code === 4003;
    if (!link.session || con.other) show();
    else bar();
  });
  link.addEventListener("checkpoint", async (event) => {
    await witness.take(event.detail, new Date(now()).toISOString());
    bar();
  });
  link.addEventListener("notice", (event) => {
    const heard = ["alert", "alert_acked", "alert_escalated", "access_reviewed"]
      .includes(event.detail.event);
    if (heard && link.session && con.may()) alertsChanged(con, main);
  });
  link.addEventListener("person", personChanged);
  addEventListener("hashchange", () => { show(); main.focus(); });
  for (const what of ["pointerdown", "keydown"]) document.addEventListener(what,
    () => { idle.touch(); tick(); });
  addEventListener("pagehide", () => link.signOut());
  setInterval(tick, 1000);
}

// One window at a time: a second connection would replace the first, and look like a copied key.
function begin() {
  addIcons();
  keepTouches();
  useWords({ ...words, ...more });
  watch();
  navigator.locks.request("sakiyomi-console", { ifAvailable: true }, (lock) => {
    con.other = lock === null;
    if (lock) link.connect();
    show();
    return lock ? new Promise(() => {}) : null;
  });
}
begin();
con.ask = ask;
