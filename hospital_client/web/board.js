// board.js — Job: the ER board: what is on the screen now, and who is at it.
import "../../client/web/elements.js";
import { ask, newPassword, signIn } from "../../client/web/ask.js";
import { chip, h, icon, part, put, say } from "../../client/web/dom.js";
import { Shell } from "../../client/web/shell.js";
import { clock } from "../../client/web/time.js";
import { drawList, ringing } from "./board_list.js";
import { drawPatient } from "./board_patient.js";
import { ring, soundHeard, soundState, testSound } from "./sound.js";
import { words } from "./words.js";

const AWAY_MS = 15 * 60000;   // nobody has touched the board: the crews are told
const board = { shell: new Shell(words), shown: null, picked: new Map(), hidden: false,
                people: false, touched: 0 };
const { shell } = board;

board.go = (id) => { board.shown = id; shell.draw(); };
board.ask = ask;

async function change() {
  shell.seals.forget();
  board.shown = null;
  await signIn(shell);
  if (shell.store.person?.must_change_password) await newPassword(shell);
}

function soundChip() {
  const state = soundState(new Date());
  if (state.on && state.tested) return chip("ok", say("sound_ok", clock(state.at)), "sound");
  const heard = h("button", { class: "b", "data-key": "heard", hidden: !state.on, onclick: () => {
    soundHeard(new Date());
    shell.link.local("local.sound_ok");
    shell.draw();
  } }, icon("ok"), say("sound_heard"));
  return [h("button", { class: "b", "data-key": "sound", onclick: async () => {
    await testSound();
    shell.draw();
  } }, icon("sound"), say(state.on ? "sound_again" : "sound_on")), heard];
}

function bar() {
  const { person, hello, line } = shell.store;
  const quiet = (key, name, act) => h("button", { class: "b quiet", "data-key": key, onclick: act },
                                      icon(name), say(key));
  put(document, "bar", h("span", { class: "who" }, icon("hospital"),
    ` ${hello.org_name ?? ""} ${say("er")}`),
  person ? chip("info", say("using", person.name), "person") : chip("unk", say("nobody"), "person"),
  h("span", { class: "push row" }, soundChip(),
    line?.up ? chip("ok", say("line_up"), "line") : chip("warn", say("line_down"), "off"),
    person ? quiet("sign_out", "lock", () => shell.link.local("local.sign_out")) : null,
    person ? quiet("change", "person", change)
      : h("button", { class: "b", "data-key": "sign_in", onclick: change }, icon("person"),
          say("sign_in")),
    person ? h("button", { class: "b go t56", "data-key": "cover", onclick: () => {
      shell.seals.forget();
      board.hidden = true;
      shell.draw();
    } }, icon("hide"), say("cover")) : null),
  h("span", { class: "clock" }, h("time", { "data-clock": true })));
}

function mistakes() {
  put(document, "mistakes", ...shell.mistakes.map((one, i) => h("section",
    { class: "note urgent mistake" }, icon("warn"), h("span", { class: "lv" }, say("error")),
    h("span", { class: "tx" }, `${shell.mistakeText(one)}${one.path ? `（${one.path}）` : ""}`),
    h("button", { class: "b quiet", onclick: () => { shell.mistakes.splice(i, 1); shell.draw(); } },
      say("put_away")))));
}

function coveredByHand() {
  put(document, "main", h("div", { class: "pad2" }, h("section", { class: "cover" },
    h("h1", {}, icon("hide"), say("covered")), h("button", { class: "b go main", onclick: () => {
      board.hidden = false;
      shell.draw();
    } }, say("uncover")))));
}

function draw() {
  const { store } = shell;
  bar();
  mistakes();
  document.querySelector("offline-banner").show(store.line ?? {}, store.waiting ?? 0);
  const banner = document.querySelector("patient-banner");
  const foot = part(document, "foot");
  banner.hidden = foot.hidden = true;
  if (!board.shown) shell.cover = null;   // nobody looks at a patient
  if (board.shown && (!store.person || !store.cases.has(board.shown))) board.shown = null;
  if (board.hidden && store.person) return coveredByHand();
  if (board.shown) drawPatient(board, banner, foot);
  else drawList(board);
}

shell.onTick = () => {
  ring(ringing(shell.store));
  if (board.people && Date.now() - board.touched > AWAY_MS) tellPeople(false);
};

function tellPeople(people) {
  board.people = people;
  shell.link.local("local.board", { people });
}
document.addEventListener("pointerdown", () => {
  board.touched = Date.now();
  if (!board.people && shell.link.open) tellPeople(true);
});

shell.start(draw);
