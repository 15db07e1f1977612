// board_settings.js — Job: what the hospital takes, who is there, sound, what this screen is for.
import { chip, h, icon, say, stamp } from "../../client/web/dom.js";
import { clock } from "../../client/web/time.js";
import { board, go, store } from "./board_desk.js";
import { taking } from "./board_list.js";
import { pinNodes } from "./board_people.js";
import { present } from "./board_state.js";
import { soundHeard, soundOn, soundState } from "./sound.js";

const { shell } = board;
export const isPresent = () => present(board.touched, Date.now(), board.left);

function act(name, key, set = {}) {
  const element = stamp("t-act", { text: say(key) }).querySelector("button");
  element.dataset.act = name;
  element.dataset.key = `${name}-${set.value ?? ""}`;
  if (set.value !== undefined) element.dataset.value = set.value;
  if (set.pressed !== undefined) element.setAttribute("aria-pressed", String(set.pressed));
  element.className = "b";
  element.querySelector("use").setAttribute("href", `#i-${set.icon ?? "ok"}`);
  return element;
}

// Said where there is room; the word before it is enough where there is none.
export const wide = (text) => h("span", { class: "wide-only" }, text);

// What the crews are told of this box: one of its screens is enough.
export function presenceChip() {
  const here = store().board?.people ?? isPresent();
  return h("span", { class: `c ${here ? "info" : "warn"}` }, icon("eye"), h("span", {},
    wide(say("seen_by")), say(here ? "seen_here" : "seen_away"),
    wide(say(here ? "seen_here_end" : "seen_away_end"))));
}

export function soundNodes() {
  const state = soundState(new Date());
  if (state.on && state.tested) return [h("span", { class: "c ok" }, icon("sound"), say("sound_ok"),
    wide(say("sound_tested", clock(state.at))))];
  return [act("sound_on", state.on ? "sound_again" : "sound_on", { icon: "sound" }),
          state.on ? act("sound_heard", "sound_heard") : null].filter(Boolean);
}

function modes() {
  return ["main", "second", "wall"].map((mode) => {
    const row = stamp("t-reason", { text: say(`mode_${mode}`) });
    const input = row.querySelector("input");
    Object.assign(input.dataset, { pick: "mode", key: `mode-${mode}`, value: mode });
    input.name = "mode";
    input.toggleAttribute("checked", board.mode === mode);
    return row;
  });
}

export function settingsNodes() {
  const now = store().board ?? {}, sound = soundState(new Date());
  return [stamp("t-settings", {
    taking: [act("accepting", "say_taking", { value: "yes", pressed: now.accepting === true }),
      act("accepting", "say_not_taking", { value: "no", icon: "x",
                                           pressed: now.accepting === false })],
    told_now: [`${say("told_now")} `, ...taking()],
    people_now: presenceChip(),
    people: [act("here", "say_here", { pressed: isPresent() }),
      act("left", "say_left", { icon: "x", pressed: !isPresent() })],
    sound_now: say(sound.on ? sound.tested ? "sound_good" : "sound_untested" : "sound_off"),
    sound: [...soundNodes(), sound.on && sound.tested
      ? act("sound_on", "sound_again", { icon: "sound" }) : null].filter(Boolean),
    modes: modes(), pin: pinNodes(),
    languages: [act("language", "ja", { value: "ja", icon: "talk" }),
      act("language", "en", { value: "en", icon: "talk" })] })];
}

function mark() {
  const marks = [board.mode === "main" ? "" : board.mode, shell.language === "en" ? "en" : ""];
  history.replaceState(null, "", `#${marks.filter(Boolean).join("&")}`);
}

export function tellPeople() {
  const here = isPresent();
  if (here === board.people || !shell.link.open) return;
  board.people = here;
  shell.link.local("local.board", { people: here });
}

// The crews hear it within 15 s; what is not said stays as it was.
async function tell(body) {
  const got = await shell.link.local("local.board", { people: isPresent(), ...body });
  if (got.ok) store().board = { ...store().board, ...body };
  else shell.mistakes.push({ ...got, at: Date.now() });
  shell.draw();
}

export const settingActs = {
  settings: () => go("settings"),
  to_list: () => go("list"),
  accepting: ({ value }) => tell({ accepting: value === "yes",
    ...(store().board?.specialties !== undefined
      ? { specialties: store().board.specialties } : {}) }),
  here: () => { board.left = false; board.touched = Date.now(); tellPeople(); shell.draw(); },
  left: () => { board.left = true; tellPeople(); shell.draw(); },
  sound_on: async () => { await soundOn(); shell.draw(); },
  sound_heard: () => {
    soundHeard(new Date());
    shell.link.local("local.sound_ok");
    shell.draw();
  },
  mode: ({ value }) => {
    board.mode = value;
    mark();
    if (value === "wall") shell.seals.forget();
    go(value === "wall" ? "list" : "settings");
  },
  language: ({ value }) => {
    shell.choose(value);
    mark();
  },
};

export const settingForms = {
  specialties: (form) => tell({ specialties: form.querySelector("input").value.trim(),
    ...(store().board?.accepting !== undefined ? { accepting: store().board.accepting } : {}) }),
};
export { act as settingButton };
