// 50-story_test.mjs — Job: the whole story on the real pages: a tablet, two boards, a console.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { chain } from "./lib/chain.mjs";
import { axe, nothingOf, shot } from "./lib/chromium.mjs";
import { openConsole, signIn as signInAtConsole } from "./lib/console.mjs";
import { comes, control, press, sees, tap, touch, type } from "./lib/hands.mjs";
import { Stage } from "./lib/stage.mjs";
import { Story } from "./lib/story.mjs";

const MARKER = "MARKERQX7";
const PATIENT = 20;
const story = new Story("ja", "story");
let stage;
let tablet;
let boardA;

const step = chain("story", () => stage);
const A = () => stage.g.orgA;

before(async () => {
  stage = await Stage.open({ second: true, practice: true });
  await story.raise(stage);
  ({ tablet, boardA } = story);
});
after(() => stage?.end());

story.tell(step);

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
  if (await accept.count() === 0) await touch(ring);
  story.id = await accept.getAttribute("data-case");
  await touch(accept);
  await tap(tablet, `choose-${A()}`);
  await tap(tablet, "fix");
  await comes(tablet, "arrived");
  await shot(tablet, "story-17-no-view-en");
});

step("another tablet takes the case over, and hands the patient over; the hospital confirms",
  () => story.takeOver(boardA, "医師 乙"));

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
