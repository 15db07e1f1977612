// tablet.js — Job: the tablet's page: who is at it, which patient, where the case is, what is next.
import "../../client/web/elements.js";
import { chip, h, icon, part, say } from "../../client/web/dom.js";
import { morph } from "../../client/web/morph.js";
import { Shell } from "../../client/web/shell.js";
import { bandOf, drawBand, isDrill } from "../../client/web/practice.js";
import { liveView } from "../../client/web/store.js";
import { now } from "../../client/web/time.js";
import { drawBanner, drawSteps, spokenName } from "./banner.js";
import { glassNotes } from "./glass.js";
import { nextOf, factsOf, screenOf } from "./next.js";
import { casesOf, pendingOf } from "./pending.js";
import { drawCases, formIsDrill, openLive } from "./screen_cases.js";
import { drawPeople, lockNow } from "./screen_people.js";
import { caseScreens } from "./screens.js";
import { settle } from "./settle.js";
import { words } from "./words.js";

export const shell = new Shell(words);
const t = { shell, case: null, screen: null, hidden: false, drafts: new Map(),
            reading: null, checked: null, cardUsed: false, mixupRead: new Set(), drawn: "" };

// ---- where we are ----

// Without a screen: the one next thing of the case, whatever that is by then.
t.go = (caseId, screen = null) => {
  t.case = caseId;
  t.screen = screen;
  t.gone = null;
  shell.drawAtOnce();   // a touch is answered in its own turn
  scrollTo(0, 0);
};
t.show = (screen) => t.go(t.case, screen);
t.redraw = () => shell.drawAtOnce();
t.hide = () => { t.hidden = true; t.redraw(); };
t.one = () => casesOf(shell.store).get(t.case) ?? null;
// A mix-up goes before everything until a person has read it.
const mixupKey = (one) => `${one.id}/${one.shown.mixup_at ?? ""}`;
t.mixupUnread = (one) => (one.shown.must_ack && !pendingOf(shell.store, one.id)
  .some((m) => m.type === "mixup_ack")) || Boolean(one.shown.mixup &&
  !t.mixupRead.has(mixupKey(one)));
t.readMixup = (one) => t.mixupRead.add(mixupKey(one));
t.facts = (one) => factsOf(one, { pending: pendingOf(shell.store, one.id), now: now() });

// What is being filled in for a case; lives in this page only.
t.draft = (name, make = () => ({})) => {
  const key = `${t.case}/${name}`;
  if (!t.drafts.has(key)) t.drafts.set(key, make());
  return t.drafts.get(key);
};
t.drop = (name) => t.drafts.delete(`${t.case}/${name}`);

// Sends a message of the case; gives true when the gateway has it, false when it was refused.
t.send = async (type, body = {}, caseId = t.case) => {
  const { done } = shell.link.send(type, caseId, body);
  const answer = await done;
  if (answer.type === "refusal" && answer.body.code === "ERR_IO") {
    shell.mistakes.push(answer.body);
    shell.draw();
  }
  return answer.type === "receipt";
};

// A local request; what was refused is shown.
t.local = async (type, body = {}) => {
  const answer = await shell.link.local(type, body);
  if (!answer.ok) {
    shell.mistakes.push(answer);
    t.redraw();
  }
  return answer;
};

t.mainButton = (key, name, act, more = {}) => h("button", { class: "b go main", type: "button",
  "data-key": key, onclick: act, ...more }, icon(name), say(key));
t.button = (key, name, act, kind = "b first quiet") => h("button", { class: kind, type: "button",
  "data-key": key, onclick: act }, icon(name), h("span", {}, say(key)));

// ---- the frame ----

function bar() {
  const { person, hello, line } = shell.store;
  const shows = person && (shell.seals.plain.size > 0 || t.case) && !t.hidden;
  morph(part(document, "bar"), h("span", { class: "who-is" }, icon("car"),
    h("b", {}, ` ${hello.name ?? hello.org_name ?? ""}`)),
  person ? h("span", {}, icon("person"), ` ${person.name ?? ""}`) : chip("unk", say("nobody"),
                                                                        "person"),
  h("span", { class: "push row" },
    line?.up ? chip("ok", say("line_up"), "line") : chip("warn", say("line_down"), "off"),
    shows ? t.button("cover_short", "hide", () => t.hide(), "b quiet")
      : null, person ? t.button("lock", "lock", () => lockNow(t), "b quiet") : null),
  h("span", { class: "clock" }, h("time", { "data-clock": true })));
}

// What is before us: practice says so on every screen of it, and one touch leads out of it.
function band(one) {
  const { hello, person } = shell.store, drill = one ? isDrill(shell.store, one) : formIsDrill();
  drawBand(bandOf(hello.profile, drill), drill && person
    ? t.button("live_now", "car", () => openLive(t), "b") : "");
}

// Since when, how many wait, and one touch to see what they are.
function offline() {
  const { line, waiting, person } = shell.store;
  const banner = document.querySelector("offline-banner");
  banner.show(line ?? {}, waiting ?? 0);
  if (!banner.hidden && waiting > 0 && person && t.case)
    banner.append(h("button", { class: "b quiet", type: "button", "data-key": "see-unsent",
      onclick: () => t.show("unsent") }, say("see_unsent", waiting)));
}

function mistakes() {
  const field = (path) => {
    const key = path?.startsWith("body.") ? path.slice(5) : "";
    return key && words[`f_${key}`] ? `（${say(`f_${key}`)}）` : path ? `（${path}）` : "";
  };
  morph(part(document, "mistakes"), shell.mistakes.map((one, i) => h("section",
    { class: "note urgent mistake" }, icon("warn"), h("span", { class: "lv" }, say("error")),
    h("span", { class: "tx" }, `${shell.mistakeText(one)}${field(one.path)}`),
    h("button", { class: "b quiet", "data-key": `read-${i}`, onclick: () => {
      shell.mistakes.splice(i, 1);
      shell.draw();
    } }, say("put_away")))));
}

// Another screen is made anew; the same one keeps its nodes: a touch or a text in between stays.
function fill(key, screen) {
  const main = part(document, "main"), dock = part(document, "dock");
  if (key !== t.drawn) main.replaceChildren();
  morph(main, [screen.main].flat(Infinity));
  dock.hidden = !screen.dock;
  dock.className = screen.firm ? "dock firm" : "dock";
  morph(dock, [screen.dock].flat(Infinity));
  t.drawn = key;
}

function coveredByHand() {
  return { main: h("section", { class: "cover" }, h("h1", {}, icon("hide"), ` ${say("hidden")}`),
    h("p", { class: "f-l" }, say("hidden_text")),
    t.mainButton("unhide", "eye", () => { t.hidden = false; t.redraw(); })) };
}

// The card that was asked for is there, or refused: nobody waits for one any more.
function endReading() {
  if (!shell.store.card?.good) t.cardUsed = false;
  const one = t.reading && casesOf(shell.store).get(t.reading.case);
  const s = one?.shown;
  if (!t.reading || (s && !s.card_good && !s.card_checking && !s.card_error)) return;
  if (s?.card_error && t.reading.error === s.card_error && !s.card_checking) return;
  t.cardUsed = true;
  t.checked = t.reading.case;
  t.reading = null;
}

// Read again after a mix-up, or late: the question for the ground follows by itself.
function afterCard() {
  const one = t.checked && casesOf(shell.store).get(t.checked);
  if (!one || one.shown.card_checking) return;
  if (one.shown.card_good && t.case === one.id && t.screen === "card" && !t.facts(one).grounded)
    t.screen = "ground";
  t.checked = null;
}

function drawCase(banner, one) {
  t.name = spokenName(one);
  const facts = t.facts(one);
  drawBanner(t, banner, one);
  drawSteps(t, part(document, "steps"), one, facts);
  if (t.hidden) return fill("hidden", coveredByHand());
  const name = t.mixupUnread(one) ? "mixup" : t.screen ?? screenOf(nextOf(facts));
  const screen = caseScreens[name](t, one, facts);
  screen.main = [glassNotes(t, one, now()), screen.main];
  fill(`${one.id}/${name}/${screen.key ?? ""}/${shell.cover?.at ?? ""}`, screen);
}

// Nobody is here: what was being written goes, too; it stays while the person is only locked.
function forgetWords() {
  const { person, people } = shell.store;
  if (person) return;
  for (const key of t.drafts.keys()) if (key.endsWith("/find")) t.drafts.delete(key);
  if (!people?.some((one) => one.locked)) t.drafts.clear();
}

function draw() {
  const { store } = shell;
  endReading();
  afterCard();
  const banner = document.querySelector("patient-banner");
  const steps = part(document, "steps");
  offline();
  bar();
  mistakes();
  banner.hidden = steps.hidden = true;
  forgetWords();
  const people = drawPeople(t);
  band(people ? null : t.one());
  if (people) return fill(`people/${people.key}`, people);
  settle(t, casesOf(shell.store));
  const one = t.case && t.one();
  if (!one) {
    if (t.hidden) return fill("hidden", coveredByHand());
    const list = drawCases(t);
    return fill(`cases/${list.key ?? ""}`, list);
  }
  drawCase(banner, one);
}

// ---- sections ----

t.openSections = (one, sections) => {
  const view = liveView(one.shown);
  const screen = shell.store.hello.name;
  return t.send("open", { view: view.view, sections, ...(screen ? { screen } : {}) }, one.id);
};

t.setLanguage = (language) => shell.choose(language);
t.setTheme = (theme) => {
  if (theme === "day") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  t.redraw();
};

// Another person: this one's session stays, locked; a name and a PIN away.
t.changePerson = () => lockNow(t);

// A wait that goes on is looked at again: the card may be another patient's.
shell.onTick = () => { if (t.reading || t.one()?.shown.grants.some((g) => g.break_glass &&
  !g.revoke)) shell.draw(); };

shell.start(draw);
