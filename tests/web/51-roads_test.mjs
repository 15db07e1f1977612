// 51-roads_test.mjs — Job: what is not the happy path, each by hand on the real pages.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { chain } from "./lib/chain.mjs";
import { axe, nothingOf, shot } from "./lib/chromium.mjs";
import { comes, control, keyed, press, seen, sees, tap, touch, type } from "./lib/hands.mjs";
import { Stage } from "./lib/stage.mjs";

const MARKER = "MARKERQX7";
const WRONG = 21;
const RIGHT = 22;
let stage;
let tablet;
let second;
let boardA;
let boardB;
let one;   // case ids of the two patients
let two;
const step = chain("roads", () => stage);
const A = () => stage.g.orgA;
const B = () => stage.g.orgB;
const CARD_B = ".hp[aria-label=\"港南救命センター\"]"; // of the second hospital

before(async () => {
  stage = await Stage.open({ second: true, cable: true });
  [tablet, second, boardA, boardB] = await Promise.all([stage.tablet(),
    stage.tablet({ program: stage.tablet2Program, name: "second", width: 1280, height: 800 }),
    stage.board(stage.boardA), stage.board(stage.boardB)]);
  for (const [page, person] of [[tablet, stage.sato], [second, stage.kato]]) {
    await stage.signIn(page, person);
    await tap(page, "pin_later");
  }
  await Promise.all([stage.signIn(boardA, stage.tanaka), stage.signIn(boardB, stage.suzuki)]);
  await press(boardB, "settings");
  await press(boardB, "accepting", { value: "yes" });
  await press(boardB, "to_list");
});
after(() => stage?.end());

const goTo = async (page, id) => {
  if (await keyed(page, "nav-other").count() > 0) {
    await tap(page, "nav-other");
    await tap(page, "to_cases");
  }
  await tap(page, `case-${id}`);
};
const other = async (page, key) => {
  await tap(page, "nav-other");
  await tap(page, key);
};
async function ask(page, ...hospitals) {
  await tap(page, "step-inquiry");
  await comes(page, `pick-${hospitals[0]}`);
  if (await keyed(page, "q-complaint").count() > 0) await type(page, "q-complaint", "胸痛");
  for (const hospital of hospitals) await tap(page, `pick-${hospital}`);
  await tap(page, "ask");
}
async function rings(board, id) {
  await control(board, "accept", { case: id }).or(control(board, "to_list")).first().waitFor();
  if (await control(board, "accept", { case: id }).count() === 0) await press(board, "to_list");
  await control(board, "accept", { case: id }).first().waitFor();
}
async function accepts(board, id) {
  await rings(board, id);
  await press(board, "accept", { case: id });
}
async function form(page, values) {
  await page.locator("dialog").waitFor();
  await axe(page, "form");
  for (const [name, value] of Object.entries(values))
    await page.locator(`dialog input[name=${name}]`).fill(value);
  await touch(page.locator("dialog button[type=submit]"));
}
const formGoes = (page) => page.locator("dialog").waitFor({ state: "detached" });

step("two patients, their cards swapped: the face tells, and the right card follows", async () => {
  await tap(tablet, "new_incident");
  await tap(tablet, "more");
  await tap(tablet, "open_incident");
  await sees(tablet, "2人中2人目");
  [one, two] = (await tablet.locator("button[data-key^=case-]").evaluateAll((all) =>
    all.map((button) => button.dataset.key.slice(5))));
  await tap(tablet, `case-${one}`);
  await tap(tablet, "read_now");
  await stage.insertCard(WRONG);
  await tap(tablet, "says_yes");
  await tap(tablet, "not_matched");
  await sees(tablet, "受入要請");
  assert.ok(!(await seen(tablet)).includes(MARKER), "nothing of another person was shown");
  await stage.removeCard();
  await tap(tablet, "step-card");
  await tap(tablet, "read_now");
  await stage.insertCard(RIGHT);
  await tap(tablet, "says_yes"); // what was said for the other card counts no more
  await tap(tablet, "matched");
  await sees(tablet, MARKER);
  await stage.removeCard();
  await goTo(tablet, two);
  await tap(tablet, "read_now");
  await stage.insertCard(WRONG);
  await tap(tablet, "says_yes");
  await tap(tablet, "matched");
  await sees(tablet, MARKER);
});

step("the card's own PIN: wrong, with the tries that are left; right; blocked", async () => {
  await other(tablet, "card_pin");
  await form(tablet, { pin: "0000" });
  await sees(tablet, /あと2回/, "dialog");
  await axe(tablet, "wrong PIN");
  await shot(tablet, "roads-1-wrong-pin");
  await form(tablet, { pin: "1234" });
  await formGoes(tablet);
  await other(tablet, "card_pin");
  for (const words of [/あと2回/, /あと1回間違える/, /最後の1回を使います/]) {
    await form(tablet, { pin: "0000" });
    await sees(tablet, words, "dialog");
  }
  await form(tablet, { pin: "0000" });
  await sees(tablet, /ロックされています/, "dialog");
  await shot(tablet, "roads-2-blocked");
  await tablet.keyboard.press("Escape");
  await formGoes(tablet);
  await stage.removeCard();
});

step("not shown to the destination: its emergency opening is said on every screen, and objected to",
  async () => {
    await ask(tablet, A());
    await accepts(boardA, two);
    await tap(tablet, `choose-${A()}`);
    await tap(tablet, "d-none");
    await tap(tablet, "fix");
    await press(boardA, "open_case", { case: two });
    await press(boardA, "break_glass", { case: two });
    await form(boardA, { reason: "意識がない" });
    await tablet.locator("button[data-key^=object-]").waitFor();
    await axe(tablet, "break-glass");
    await shot(tablet, "roads-3-break-glass");
    await tap(tablet, "nav-vitals");
    await touch(tablet.locator("button[data-key^=object-]"));
    await tablet.locator("button[data-key^=object-]").waitFor({ state: "detached" });
    await sees(boardA, "異議");
    assert.ok(!(await seen(boardA)).includes(MARKER));
  });

step("declined; accepted by phone; contradicted; asked again; changed to", async () => {
  await tap(tablet, "nav-change");
  await sees(tablet, "受入できる", CARD_B);
  await tap(tablet, `pick-${B()}`);
  await tap(tablet, "ask");
  await rings(boardB, two);
  await press(boardB, "reason", { case: two });
  await press(boardB, "decline", { case: two });
  await sees(tablet, "受入できません", CARD_B);
  assert.ok(!(await tablet.locator(CARD_B).innerText()).includes("受入できる"),
    "its word in general would stand against it");
  await tap(tablet, `by_phone_short-${B()}`);
  await form(tablet, { name: "当直医" });
  await sees(tablet, "病院の確認待ち");
  await press(boardB, "phone_no");
  await sees(tablet, "病院が受入を否定");
  await shot(tablet, "roads-4-contradicted");
  await tap(tablet, `pick-${B()}`);
  await tap(tablet, "ask");
  await accepts(boardB, two);
  await tap(tablet, `choose-${B()}`);
  await tap(tablet, "d-refused");
  await tap(tablet, "fix");
  await sees(tablet, "本人が断った");
  assert.ok(!(await seen(boardB)).includes(MARKER));
  await sees(boardA, /他院に決定|搬送先が変更/);
});

step("arrived, handed over, and once more time for who still needs it", async () => {
  await goTo(tablet, one);
  await ask(tablet, A());
  await accepts(boardA, one);
  await tap(tablet, `choose-${A()}`);
  await tap(tablet, "d-none");
  await tap(tablet, "fix");
  await tap(tablet, "show_too");
  await tap(tablet, "give-family");
  await press(boardA, "open_case", { case: one });
  await press(boardA, "open_lead");
  await sees(boardA, MARKER);
  await tap(tablet, "arrived");
  await sees(tablet, /到着 \d\d:\d\d/);
  await sees(boardA, /到着 \d\d:\d\d/);
  await shot(tablet, "roads-5-arrived");
  await tap(tablet, "handed");
  await form(tablet, { physician: "医師 甲" });
  await sees(tablet, "病院が閲覧できるのは");
  const until = /病院が閲覧できるのは (.+?) まで/;
  const before_ = until.exec(await seen(tablet))[1];
  await press(boardA, "extend", { case: one });
  await form(boardA, { reason: "処置中" });
  await formGoes(boardA);
  await tablet.waitForFunction((old) => !document.body.innerText.includes(old), before_);
  await shot(tablet, "roads-6-extended");
});

step("a hospital that is not on the gateway: by phone, without any right", async () => {
  await other(tablet, "add_patient");
  await comes(tablet, "no_view");
  for (const reason of ["urgent", "refused", "id_mismatch", "not_registered", "link_down",
    "system_error", "no_card"]) {
    await tap(tablet, "step-card");
    tablet.taps = 0;
    await tap(tablet, "no_view");
    await tap(tablet, `why-${reason}`);
    assert.equal(tablet.taps, 2);
  }
  await tap(tablet, "not_connected");
  await form(tablet, { name: "町の診療所" });
  await sees(tablet, "町の診療所へ");
  await axe(tablet, "not connected");
  await shot(tablet, "roads-7-not-connected");
  await tap(tablet, "handed");
  await form(tablet, {});
  await sees(tablet, /引継ぎを記録しました|事案は終わりました/);
});

step("the patient withdraws: every screen covers, the transport goes on", async () => {
  await goTo(tablet, two);
  await tap(tablet, "step-view");
  await sees(tablet, MARKER);
  await other(tablet, "o_withdraw");
  await tap(tablet, "withdraw_send");
  await comes(tablet, "nav-vitals");
  assert.ok(!(await seen(tablet)).includes(MARKER));
  await tap(tablet, "step-view");
  await sees(tablet, "本人が同意を取り消しました");
  await axe(tablet, "withdrawn");
  await nothingOf(tablet, MARKER);
});

step("the cable is pulled: entered meanwhile, and sent in order when it is plugged", async () => {
  await stage.cable.pull();
  await sees(tablet, /オフライン/, "offline-banner");
  await tap(tablet, "nav-vitals");
  await tap(tablet, "v-pulse2");
  await tap(tablet, "v-send");
  await tap(tablet, "nav-record");
  await type(tablet, "r-complaint", "胸痛つづく");
  await tap(tablet, "save_record");
  await sees(tablet, /2件/, "offline-banner");
  await tap(tablet, "see-unsent");
  await shot(tablet, "roads-8-unsent");
  await axe(tablet, "unsent");
  await stage.cable.plug();
  await tablet.locator("offline-banner").waitFor({ state: "hidden" });
  await sees(tablet, "すべて届いています");
});

step("the program dies with the cable out: what was entered outlives it, and is sent", async () => {
  await stage.cable.pull();
  await sees(tablet, /オフライン/, "offline-banner");
  await tap(tablet, "nav-vitals");
  await tap(tablet, "v-pulse10"); // puts the last value there
  await tap(tablet, "v-pulse10");
  await tap(tablet, "v-send");
  await sees(tablet, /1件/, "offline-banner");
  await stage.watch.during(/WebSocket|ERR_CONNECTION|Failed to fetch|Failed to load/, async () => {
    await stage.tabletProgram.stop("SIGKILL");
    await stage.tabletProgram.start({ line: false });
    await comes(tablet, "p-login");
    await sees(tablet, /1件/, "offline-banner"); // it cannot be read here any more, but counted
    await stage.cable.plug();
    await tablet.locator("offline-banner").waitFor({ state: "hidden" });
  });
  await stage.signIn(tablet, stage.sato);
  await tap(tablet, "pin_later");
  await sees(tablet, /脈拍 90/, "vitals-trend"); // where one was
});

step("a tablet that is dead: another one of its headquarters claims the case", async () => {
  await stage.cable.pull();
  await tap(second, "claim");
  await axe(second, "claim");
  await shot(second, "roads-9-claim");
  await tap(second, `claim-${two}`);
  await form(second, { reason: "端末が動かない" });
  await tap(second, `case-${two}`);
  await sees(second, /人中2人目/);
  await tap(second, "nav-vitals");
  await sees(second, /脈拍 90/, "vitals-trend");
  await shot(second, "roads-10-claimed");
  await stage.cable.plug();
  await sees(tablet, "この端末から離れました");
  await tap(tablet, "left");
});
