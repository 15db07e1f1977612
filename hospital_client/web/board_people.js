// board_people.js — Job: who is at this screen: sign-in, the next person in two touches, the PIN.
import { ask, newPassword, signIn } from "../../client/web/ask.js";
import { chip, h, say, stamp } from "../../client/web/dom.js";
import { board, go, store } from "./board_desk.js";

const { shell } = board;
const people = () => store().people ?? [];

async function enter() {
  await signIn(shell);
  if (store().person?.must_change_password) await newPassword(shell);
  if (store().person && !people().some((one) => one.person === store().person.person && one.pin))
    board.offerPin = true;
}

function act(name, key, set = {}) {
  const element = stamp("t-act", { text: set.text ?? say(key) }).querySelector("button");
  element.dataset.act = name;
  element.dataset.key = `${name}-${set.person ?? ""}`;
  if (set.person) element.dataset.person = set.person;
  element.className = set.kind ?? "b first";
  element.querySelector("use").setAttribute("href", `#i-${set.icon ?? "person"}`);
  return element;
}

// The black field between two people: names of the shift, one touch, then the PIN.
export function handNodes() {
  const me = store().person;
  return [stamp("t-hand", { why: say(me ? "covered_by_hand" : "covered_locked"), people: [
    me ? act("uncover_hand", "uncover", { kind: "b go main", icon: "eye" }) : null,
    ...people().filter((one) => one.person !== me?.person && one.locked).map((one) =>
      act("unlock", "", { text: say("unlock_as", one.name), person: one.person })),
    act("sign_in", "sign_in_other", { kind: "b first quiet" }),
    me ? act("sign_out", "sign_out", { kind: "b first quiet", icon: "lock" }) : null,
    me ? null : act("to_list", "back", { kind: "b first quiet", icon: "back" })] })];
}

export const canUnlock = () => !store().person && people().some((one) => one.locked);

export function pinNodes() {
  if (!store().person) return [h("h2", {}, say("pin_head")), h("p", {}, say("sign_in_first"))];
  return [h("h2", {}, say("pin_head")), h("p", { class: "f-m" }, say("pin_text")),
    board.pinSet === store().person.person ? chip("ok", say("pin_set")) : null,
    act("set_pin", "pin_button", { kind: "b", icon: "lock" })].filter(Boolean);
}

const digits = (name, label) => ({ name, label, type: "password", inputmode: "numeric", max: 8 });
const refusal = (answer) => (answer.ok ? null : `${shell.mistakeText(answer)}${
  answer.tries !== undefined ? `　${say("tries", answer.tries)}` : ""}`);

async function setPin() {
  const got = await ask({ title: say("pin_head"), text: say("pin_text"), ok: say("pin_button"),
    fields: [digits("pin", say("pin_new")), digits("again", say("pin_again"))],
    act: async (values) => (values.pin !== values.again ? say("pin_differs")
      : refusal(await shell.link.local("local.pin", { pin: values.pin }))) });
  if (got) board.pinSet = store().person?.person;
  shell.draw();
}

export const peopleActs = {
  sign_in: async () => {
    shell.seals.forget();
    await enter();
    board.hidden = false;
    go("list");
  },
  sign_out: () => {
    board.hidden = false;
    shell.link.local("local.sign_out");
    go("list");
  },
  // First touch of a change: the screen is black at once, and this browser has nobody.
  change: async () => {
    shell.seals.forget();
    board.hidden = true;
    shell.drawAtOnce();
    const got = await shell.link.local("local.lock");
    if (!got.ok && got.code !== "ERR_NOT_PROVIDED" && got.code !== "ERR_NOT_ALLOWED")
      board.lockSaid = shell.mistakeText(got);   // no PIN yet: the field stays black all the same
    shell.draw();
  },
  unlock: async ({ person }) => {
    const who = people().find((one) => one.person === person);
    await ask({ title: say("unlock_as", who?.name ?? ""), ok: say("unlock"),
      fields: [digits("pin", say("pin"))],
      act: async ({ pin }) => refusal(await shell.link.local("local.unlock", { person, pin })) });
    board.hidden = !store().person;
    shell.draw();
  },
  set_pin: setPin,
  cover: () => {
    shell.seals.forget();
    board.hidden = true;
    shell.drawAtOnce();
  },
  uncover_hand: () => {
    board.hidden = false;
    shell.draw();
  },
};
