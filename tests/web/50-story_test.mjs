// 50-story_test.mjs — Job: the whole story on the real pages: a tablet, two boards, a console.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { chain } from "./lib/chain.mjs";
import { axe, nothingOf, shot } from "./lib/chromium.mjs";
import { openConsole, signIn as signInAtConsole } from "./lib/console.mjs";
import { comes, control, keyed, press, seen, sees, tap, tellTouches, type, watchTouches }
  from "./lib/hands.mjs";
import { Stage } from "./lib/stage.mjs";

const MARKER = "MARKERQX7";
const PATIENT = 20;
let stage;
let tablet;
let boardA;
let boardB;
let id; // of the case

const step = chain("story", () => stage);
const A = () => stage.g.orgA;
const B = () => stage.g.orgB;

before(async () => {
  stage = await Stage.open({ second: true, practice: true });
  [tablet, boardA, boardB] = await Promise.all([stage.tablet(), stage.board(stage.boardA),
    stage.board(stage.boardB)]);
});
after(() => stage?.end());

async function setPin(page, digits = "2580") {
  for (const digit of digits) await tap(page, `d${digit}`);
  await tap(page, "pin-ok");
}

async function openAt(board, person) {
  await stage.signIn(board, person);
  await press(board, "open_case", { case: id });
  await press(board, "open_lead");
  await sees(board, MARKER);
}

step("sign-on for the shift, and a PIN for the minutes between", async () => {
  await keyed(tablet, "p-login").waitFor();
  await watchTouches(tablet);
  await stage.signIn(tablet, stage.sato);
  await comes(tablet, "d1");
  await setPin(tablet);
  await comes(tablet, "new_incident");
  await shot(tablet, "story-1-cases");
});

step("from nothing to the view in at most six touches", async () => {
  tablet.taps = 0;
  const began = Date.now();
  await tap(tablet, "new_incident");
  await tap(tablet, "open_incident");
  await stage.insertCard(PATIENT);
  await comes(tablet, "says_yes");
  await shot(tablet, "story-2-consent");
  await tap(tablet, "says_yes");
  await comes(tablet, "matched");
  assert.ok(!(await seen(tablet)).includes(MARKER), "no clinical word before 「一致」");
  await shot(tablet, "story-3-identity");
  await stage.removeCard();
  await tap(tablet, "matched");
  await sees(tablet, MARKER);
  await shot(tablet, "story-4-view");
  console.log(`# open → view: ${tablet.taps} touches, ${((Date.now() - began) / 1000).toFixed(1)
  } s of machines`);
  assert.ok(tablet.taps <= 6);
});

step("one touch covers the screen against onlookers", async () => {
  await tap(tablet, "hide");
  await comes(tablet, "unhide"); // the next drawing
  assert.ok(!(await seen(tablet)).includes(MARKER));
  await shot(tablet, "story-5-hidden");
  await tap(tablet, "unhide");
  await sees(tablet, MARKER);
});

step("vitals and what was told", async () => {
  await tap(tablet, "nav-vitals");
  for (const key of ["v-pulse2", "v-pulse10", "v-systolic-10", "v-spo2-1", "j-1"])
    await tap(tablet, key);
  await tap(tablet, "v-send");
  await tap(tablet, "nav-record");
  await tap(tablet, "r-urgency-red");
  await type(tablet, "r-complaint", "胸が締めつけられる");
  await type(tablet, "r-name", "シケン");
  await tap(tablet, "save_record");
});

step("two hospitals are asked at once; both boards ring; answers are live", async () => {
  await tap(tablet, "nav-hospitals");
  await comes(tablet, `pick-${A()}`);
  await tap(tablet, `pick-${A()}`);
  await tap(tablet, `pick-${B()}`);
  await shot(tablet, "story-6-hospitals");
  await tap(tablet, "ask");
  const accept = control(boardA, "accept").first();
  await accept.waitFor();
  id = await accept.getAttribute("data-case");
  await sees(boardA, "胸が締めつけられる");
  await shot(boardA, "story-7-request");
  await press(boardA, "accept", { case: id });
  await press(boardB, "accept", { case: id });
  await comes(tablet, `choose-${A()}`);
  await comes(tablet, `choose-${B()}`);
  await shot(tablet, "story-8-answers");
});

step("the destination with a ground of its own; four facts, each when it is true", async () => {
  await tap(tablet, `choose-${A()}`);
  assert.equal(await keyed(tablet, "fix").isDisabled(), true, "no ground is preselected");
  await tap(tablet, "d-patient");
  await shot(tablet, "story-9-confirm");
  await tap(tablet, "fix");
  await tablet.locator("delivery-steps li.done").nth(2).waitFor();
  await sees(boardA, "未閲覧");
  await tap(tablet, "change_eta");
  await tap(tablet, "e5");
  await tap(tablet, "e-");
  await tap(tablet, "eta-send");
  await sees(tablet, "まだだれも開いていません"); // less than 5 min: both sides say so
  await sees(boardA, "だれも開いていません");
  assert.ok(!(await seen(boardA)).includes(MARKER));
  await openAt(boardA, stage.tanaka);
  await tablet.locator("delivery-steps li.done").nth(3).waitFor();
  await sees(tablet, stage.tanaka.name);
  await shot(tablet, "story-10-delivered");
  await shot(boardA, "story-11-opened");
});

step("messages and arrival both ways", async () => {
  await tap(tablet, "nav-talk");
  await type(tablet, "talk", "あと五分で着きます");
  await tap(tablet, "talk-send");
  await sees(boardA, "あと五分で着きます");
  await boardA.locator("form[data-form=talk] input").fill("三番で待っています");
  await boardA.keyboard.press("Enter");
  await sees(tablet, "三番で待っています");
  await tap(tablet, "next");
  await tap(tablet, "change_eta");
  await tap(tablet, "e5");
  await type(tablet, "eta-place", "港町二丁目");
  await tap(tablet, "eta-send");
  await sees(boardA, /あと 5分/);
  await sees(boardA, "港町二丁目");
});

step("another destination: the first board covers at once, the second opens", async () => {
  await tap(tablet, "nav-change");
  await tap(tablet, `pick-${B()}`); // it was told 「他院に決定」 and holds nothing of the request
  await tap(tablet, "ask");
  await press(boardB, "accept", { case: id });
  await tap(tablet, `choose-${B()}`);
  await tap(tablet, "d-patient");
  const began = Date.now();
  await tap(tablet, "fix");
  await boardA.locator(".cover").waitFor();
  console.log(`# change → first board covered: ${Date.now() - began} ms, touch included`);
  await nothingOf(boardA, MARKER);
  await shot(boardA, "story-12-covered");
  await openAt(boardB, stage.suzuki);
  await tablet.locator("delivery-steps li.done").nth(3).waitFor();
  await sees(tablet, stage.suzuki.name);
});

step("the gateway is killed: since when, how many wait; back: sent, and the view is there",
  async () => {
    await stage.g.stop("SIGKILL");
    await sees(tablet, /オフライン/, "offline-banner");
    await sees(boardB, /オフライン/, "offline-banner");
    await tap(tablet, "nav-vitals");
    await tap(tablet, "v-pulse2");
    await tap(tablet, "v-send");
    await sees(tablet, /1件/, "offline-banner");
    await shot(tablet, "story-13-offline");
    await shot(boardB, "story-14-offline");
    await stage.g.start();
    for (const page of [tablet, boardB])
      await page.locator("offline-banner").waitFor({ state: "hidden" });
    const section = await control(boardB, "open_section").first().getAttribute("data-section");
    await press(boardB, "open_section", { section });
    await control(boardB, "open_section", { section }).waitFor({ state: "detached" });
  });

step("the box of the second hospital is killed: its page comes back by itself", async () => {
  await stage.watch.during(/WebSocket|ERR_CONNECTION|Failed to fetch|Failed to load/, async () => {
    await stage.boardB.stop("SIGKILL");
    await stage.boardB.start();
    await control(boardB, "sign_in").waitFor();
  });
  assert.ok(!(await seen(boardB)).includes(MARKER));
  await stage.suzuki.codes.due(); // the third code of one person
  await openAt(boardB, stage.suzuki);
});

step("wrong patient: every screen that showed it covers, until somebody has read it", async () => {
  await tap(tablet, "nav-mixup");
  await tap(tablet, "mix-wrong_patient");
  await tap(tablet, "mixup-send");
  await boardB.locator(".cover").waitFor();
  assert.ok(!(await seen(boardB)).includes(MARKER));
  await shot(boardB, "story-15-mixup");
  await shot(tablet, "story-16-mixup");
  await axe(tablet, "mix-up");
  await axe(boardB, "mix-up");
  await tap(tablet, "right_card"); // read, too
  await keyed(tablet, "mixup_ack").waitFor({ state: "detached" });
});

step("the right card in the same case: a new view under a new ground, opened anew", async () => {
  await tap(tablet, "read_now");
  await stage.insertCard(PATIENT + 1);
  await tap(tablet, "says_yes");
  await tap(tablet, "matched");
  await sees(tablet, MARKER);
  await stage.removeCard();
  await tap(tablet, "next");
  await tap(tablet, "give-patient");
  await press(boardB, "mixup_ack", { case: id });
  await press(boardB, "leave_cover", { case: id }); // the other opener has still to read it
  await press(boardB, "open_case", { case: id });
  await press(boardB, "open_lead");
  await sees(boardB, MARKER);
  await tablet.locator("delivery-steps li.done").nth(3).waitFor();
  await shot(tablet, "story-16b-right-card");
  await tellTouches(tablet);
});

// ---- practice beside live work: the same tablet, the same boards ----

let drill; // the practice case

step("practice begins with two touches, in its own colour; a real card is refused", async () => {
  await tap(tablet, "nav-other");
  await tap(tablet, "to_cases");
  await sees(tablet, "試行運用", ".practice");
  assert.equal(await tablet.locator("body.drill").count(), 0);
  tablet.taps = 0;
  await tap(tablet, "practice_start");
  await tap(tablet, "practice_begin");
  assert.equal(tablet.taps, 2);
  await sees(tablet, "この事案は訓練です", "body.drill .practice");
  await sees(tablet, /訓練・/, "patient-banner");
  await stage.insertCard(PATIENT);
  await sees(tablet, "訓練用のカードだけ");
  await sees(tablet, "訓練用のカードを読む", "h1");
  await shot(tablet, "story-21-practice");
  await axe(tablet, "practice");
  await stage.removeCard();
  await tap(tablet, "read_again");
  await stage.reader.insertPractice(PATIENT);
  await tap(tablet, "says_yes");
  await tap(tablet, "matched");
  await sees(tablet, MARKER);
  await stage.removeCard();
});

step("it rings at the real board as practice; a live request goes before it", async () => {
  await tap(tablet, "nav-hospitals");
  await type(tablet, "q-complaint", "訓練の胸痛");
  await tap(tablet, `pick-${A()}`);
  await tap(tablet, "ask");
  const rings = boardA.locator(".ask.drill"), strip = boardA.locator(".strip.drill");
  await rings.or(strip).filter({ hasText: "訓練の受入要請" }).first().waitFor();
  if (await rings.count() === 0) await press(boardA, "to_list"); // it may stand at a patient
  await sees(boardA, "訓練の胸痛", ".ask.drill");
  drill = await control(boardA, "accept").first().getAttribute("data-case");
  await shot(boardA, "story-22-practice-request");
  await axe(boardA, "practice request");
  await tap(tablet, "live_now"); // one touch out of practice
  await comes(tablet, "no_view");
  assert.equal(await tablet.locator("body.drill").count(), 0);
  await tap(tablet, "no_view");
  await tap(tablet, "why-no_card");
  await type(tablet, "q-complaint", "本物の腹痛");
  await tap(tablet, `pick-${A()}`);
  await tap(tablet, "ask");
  await sees(boardA, "本物の腹痛", ".ask:not(.drill)");
  const asks = await boardA.locator(".ask").evaluateAll((all) =>
    all.map((one) => one.classList.contains("drill")));
  assert.deepEqual(asks, [false, true], "the live request stands first, though it came later");
  await shot(boardA, "story-23-live-before-practice");
  await tap(tablet, "nav-other");
  await tap(tablet, "to_cases");
  await shot(tablet, "story-24-both");
  assert.equal(await tablet.locator("main section.drill").count(), 1);
});

step("the whole story can be played; it ends as practice", async () => {
  await tap(tablet, `case-${drill}`);
  await press(boardA, "accept", { case: drill });
  await tap(tablet, `choose-${A()}`);
  await tap(tablet, "d-patient");
  await tap(tablet, "fix");
  await press(boardA, "open_case", { case: drill });
  await sees(boardA, "この事案は訓練です", "body.drill .practice");
  await press(boardA, "open_lead");
  await sees(boardA, MARKER);
  await sees(boardA, /訓練・/, "patient-banner");
  await shot(boardA, "story-25-practice-patient");
  await axe(boardA, "practice patient");
  await tap(tablet, "nav-other");
  await tap(tablet, "practice_over");
  await tap(tablet, "end-send");
  await boardA.locator(".cover").waitFor();
  await nothingOf(boardA, MARKER);
  await press(boardA, "leave_cover");
  await boardA.locator(".ask:not(.drill)").waitFor(); // the live one still rings
  assert.equal(await boardA.locator("body.drill").count(), 0);
  await press(boardA, "accept");
});

step("without a card, in English: no view in two touches, the request all the same", async () => {
  await tap(tablet, "l-en");
  await tap(tablet, "new_incident");
  await tap(tablet, "open_incident");
  await comes(tablet, "no_view");
  tablet.taps = 0;
  await tap(tablet, "no_view");
  await tap(tablet, "why-no_card");
  assert.equal(tablet.taps, 2);
  await type(tablet, "q-complaint", "fell from a ladder");
  await tap(tablet, `pick-${A()}`);
  await tap(tablet, "ask");
  const accept = control(boardA, "accept").first();
  const ring = control(boardA, "to_list").first(); // the board may stand at the covered patient
  await accept.or(ring).first().waitFor();
  if (await accept.count() === 0) await ring.click();
  id = await accept.getAttribute("data-case");
  await accept.click();
  await tap(tablet, `choose-${A()}`);
  await tap(tablet, "fix");
  await comes(tablet, "arrived");
  await shot(tablet, "story-17-no-view-en");
});

step("another tablet takes the case over, and hands the patient over; the hospital confirms",
  async () => {
    const second = await stage.tablet({ program: stage.tablet2Program });
    await stage.signIn(second, stage.kato);
    await tap(second, "pin_later");
    await tap(tablet, "nav-other");
    await tap(tablet, "o_takeover");
    await tap(tablet, `to-${stage.tablet2Program.device.id}`);
    await tablet.locator("dialog button[type=submit]").click();
    await tap(second, `take-${id}`);
    await tap(second, `case-${id}`);
    await tap(second, "arrived");
    await tap(second, "handed");
    await second.locator("dialog").waitFor();
    await second.keyboard.press("Enter");
    await press(boardA, "open_case", { case: id });
    await press(boardA, "handover", { case: id });
    await boardA.locator("dialog input[name=physician]").fill("医師 乙");
    await boardA.keyboard.press("Enter");
    await sees(second, "医師 乙");
    await shot(second, "story-18-handed-over");
    await shot(boardA, "story-19-handed-over");
  });

step("the console has each opening with its person, apart from made viewable and delivered",
  async () => {
    const page = await openConsole(stage.browser, stage.watch, stage.g, stage.desk);
    await signInAtConsole(page, stage.honda);
    await sees(page, stage.tanaka.name, "table");
    await sees(page, stage.suzuki.name, "table");
    await sees(page, "（訓練）", "table"); // practice is there, and says so
    await axe(page, "access");
    await shot(page, "story-20-console");
  });
