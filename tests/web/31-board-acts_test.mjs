// 31-board-acts_test.mjs — Job: what the ER does besides its main path, in Chromium.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before } from "node:test";
import { timeText } from "../wire/lib/message.mjs";
import { chain } from "./lib/chain.mjs";
import { axe, nothingOf, shot, sizes } from "./lib/chromium.mjs";
import { Crew, soon } from "./lib/crew.mjs";
import { control, hostile, onlyText, press, seen, sees, touch } from "./lib/hands.mjs";
import { Stage } from "./lib/stage.mjs";

const MARKER = "MARKERQX7";
const MINUTE = 60000;
let stage;
let crew;
let board; // the main board of hospital A
let c;
const step = chain("acts", () => stage);
const A = () => stage.g.orgA;
const B = () => stage.g.orgB;

// Every tone that a page sounds ("sine" soft, "square" loud), and what goes onto paper.
function listen() {
  addEventListener("beforeprint", () => {
    globalThis.paper = document.querySelector(".sheet")?.textContent;
  });
  const start = OscillatorNode.prototype.start;
  globalThis.tones = [];
  OscillatorNode.prototype.start = function (...when) {
    globalThis.tones.push(this.type);
    return start.apply(this, when);
  };
}
const tones = (page) => page.evaluate(() => globalThis.tones.splice(0));
const open = (options) => stage.board(stage.boardA, { clock: true, init: listen,
  permissions: ["clipboard-read", "clipboard-write"], ...options });

async function answerForm(page, values) {
  await page.locator("dialog").waitFor();
  await axe(page, "form");
  for (const [name, value] of Object.entries(values)) {
    const field = page.locator(`dialog [name=${name}]`);
    if (await field.evaluate((one) => one.localName) === "select") await field.selectOption(value);
    else await field.fill(value);
  }
  await touch(page.locator("dialog button[type=submit]"));
  await page.locator("dialog").waitFor({ state: "detached" });
}

before(async () => {
  stage = await Stage.open({ marker: MARKER, reader: false, boards: { print: "yes" },
    settings: { break_glass_wait: "15s" } });
  crew = await Crew.on(stage, 23);
  board = await open();
});
after(() => stage?.end());

step("the sound is switched on by a touch, heard by a person, and asked for again tomorrow",
  async () => {
    await press(board, "sound_on");
    await press(board, "sound_heard");
    await sees(board, "通知音 有効");
    assert.ok((await tones(board)).length > 0);
    const tomorrow = await open();
    await press(tomorrow, "sound_on");
    await press(tomorrow, "sound_heard");
    await tomorrow.clock.fastForward(24 * 60 * MINUTE);
    await sees(tomorrow, "今日の音の試験をする");
    await tomorrow.context().close();
  });

step("unanswered for 60 s: louder, and on the second board, which answers", async () => {
  const second = await open({ mark: "#second" });
  await press(second, "sound_on");
  await press(second, "sound_heard");
  c = await crew.asks("20261124-0400", [A()], { spoken_name: "しおみ2・400", eta_at: soon(9) });
  await sees(board, "鳴っています");
  await sees(second, "60秒たつと、ここも鳴ります");
  await Promise.all([board, second].map(tones));
  for (const page of [board, second]) {
    await page.clock.fastForward(MINUTE + 1000);
    await sees(page, "大きな音で鳴っています。2台目も鳴ります");
    await page.waitForFunction(() => globalThis.tones.includes("square"));
  }
  await axe(second, "second board");
  await shot(second, "board-second-loud");
  await press(second, "accept", { case: c.id });
  await c.notice("answered", { hospital: A() });
  await second.context().close();
});

step("what crews are told of this hospital: what it takes, and whether somebody is there",
  async () => {
    const told = (wanted) => crew.toldOf(A(), wanted);
    await press(board, "settings");
    await press(board, "accepting", { value: "no" });
    await told({ accepting: false, people: true });
    await board.locator("#specialties").fill("循環器 <b>可</b>");
    await board.keyboard.press("Enter");
    await told({ specialties: "循環器 <b>可</b>", accepting: false });
    await press(board, "left");
    await told({ people: false, accepting: false });
    await sizes(board, "settings");
    await shot(board, "board-settings");
    await press(board, "accepting", { value: "yes" });
    await told({ accepting: true, people: true });
    await press(board, "to_list");
    await sees(board, "循環器 <b>可</b>");
  });

step("an acceptance that the crew entered: confirmed or contradicted by one touch", async () => {
  for (const [act, said] of [["phone_yes", true], ["phone_no", false]]) {
    const one = await crew.asks(`20261124-041${said ? 1 : 2}`, [B()]);
    await one.ask("phone_acceptance", { at: timeText(), hospital: A(), name: "医師 甲" });
    await sees(board, "「電話で受入」と隊が入力しました");
    if (said) await shot(board, "board-phone");
    await press(board, act, { case: one.id });
    const told = await one.notice("acceptance_checked", { hospital: A() });
    assert.equal(told.body.confirmed, said);
    await control(board, act, { case: one.id }).waitFor({ state: "detached" });
  }
  await sees(board, "電話での受入を否定しました");
  await axe(board, "contradicted");
  await press(board, "put_away");
  await control(board, "put_away").waitFor({ state: "detached" });
});

step("two persons at one board: each with a PIN, changed in two touches", async () => {
  await stage.signIn(board, stage.tanaka);
  const pin = async (digits) => {
    await press(board, "settings");
    await press(board, "set_pin");
    await answerForm(board, { pin: digits, again: digits });
    await sees(board, "決めました");
    await press(board, "to_list");
  };
  await pin("2580");
  await press(board, "change");
  await sees(board, "だれが使いますか");
  await sizes(board, "change of person");
  await press(board, "sign_in");
  await stage.signIn(board, stage.ito);
  await sees(board, "伊藤 さくら が使用中");
  await pin("1470");
  await press(board, "change");
  await press(board, "unlock", { person: stage.tanaka.id });
  await answerForm(board, { pin: "2580" });
  await sees(board, "田中 一郎 が使用中");
});

step("an acceptance is taken back with a reason", async () => {
  await press(board, "take_back", { case: c.id });
  await answerForm(board, { reason: "満床になりました" });
  const told = await c.notice("acceptance_withdrawn", { hospital: A() });
  assert.equal(told.body.content.reason, "満床になりました");
  await sees(board, "受入を取り消しました");
});

// A case whose view lies sealed at hospital A, accepted there at PAGE.
async function delivered(page, number, more) {
  const one = await crew.seen(number, more);
  await one.inquire([A()], { eta_at: soon(9) });
  await press(page, "accept", { case: one.id });
  await one.notice("answered", { hospital: A() });
  await one.destination(A());
  await one.notice("delivered");
  return one;
}
async function elsewhere(one, hospital = B()) {
  await one.ask("phone_acceptance", { at: timeText(), hospital, name: "医師 乙" });
  await one.destination(hospital);
}

step("what is taken out is in the log first: copy, file, paper; and nothing of it stays",
  async () => {
    c = await delivered(board, "20261124-0420");
    await board.evaluate(() => navigator.clipboard.writeText("before"));
    await press(board, "open_case", { case: c.id });
    await press(board, "open_lead");
    await sees(board, MARKER);
    await board.keyboard.press("Control+A");
    await board.keyboard.press("Control+C");
    await sees(board, "写すときは「カルテへ写す」を使ってください");
    assert.equal(await board.evaluate(() => navigator.clipboard.readText()), "before");
    await press(board, "read_mistake");
    await board.evaluate(() => getSelection().removeAllRanges());
    await press(board, "take_out");
    assert.equal(await control(board, "out_copy").isDisabled(), true);
    await press(board, "out", { section: "medications" });
    await press(board, "out_copy");
    await sees(board, "写しを取りました");
    const copied = await board.evaluate(() => navigator.clipboard.readText());
    for (const word of [MARKER, "先読み：事案 20261124-0420", stage.tanaka.name, "【薬剤】"])
      assert.ok(copied.includes(word), word);
    assert.match(copied, /^【訓練】/); // what leaves the page of a practice case says so first
    const [file] = await Promise.all([board.waitForEvent("download"),
      press(board, "out_export")]);
    assert.ok(readFileSync(await file.path(), "utf8").includes(MARKER));
    assert.match(file.suggestedFilename(), /^practice-/);
    await sees(board, "ファイルにしました");
    await press(board, "out_print");
    await sees(board, "印刷に渡しました");
    assert.ok((await board.evaluate(() => {
      const { paper } = globalThis;
      delete globalThis.paper;
      return paper;
    })).includes(MARKER));
    await sizes(board, "taking out");
    await shot(board, "board-out");
    await elsewhere(c);
    await sees(board, "搬送先が変更されました", ".cover");
    for (const how of ["写し", "ファイル", "印刷"]) await sees(board, `${how} 薬剤`);
    await nothingOf(board, MARKER);
    await axe(board, "cover, taken out");
    await shot(board, "board-cover-taken");
    await press(board, "leave_cover");
  });

let en; // a second screen of hospital A, in English, another person
let glass;

step("in an emergency: asked for with a reason, told to the crew, who may object", async () => {
  en = await open({ mark: "#en", width: 1280, height: 800 });
  await stage.signIn(en, stage.hara);
  const ask = async (number) => {
    const one = await crew.seen(number, { spoken_name: `glass ${number.slice(-3)}` });
    await one.inquire([A()]);
    await press(en, "accept", { case: one.id });
    await one.notice("answered", { hospital: A() });
    await elsewhere(one);
    await sees(en, "Decided elsewhere");
    await press(en, "break_glass", { case: one.id });
    await answerForm(en, { reason: hostile("came") });
    const told = await one.notice("break_glass", { hospital: A() });
    assert.deepEqual([told.body.content.reason, told.body.person_name],
      [hostile("came"), stage.hara.name]);
    await control(en, "open_case", { case: one.id }).waitFor();
    return { one, grant: told.body.grant };
  };
  glass = (await ask("20261124-0430")).one;
  await sees(en, "Emergency opening: waiting");
  await axe(en, "emergency, waiting");
  const { one, grant } = await ask("20261124-0431");
  await one.ask("break_glass_object", { grant });
  await sees(en, "The crew objected");
  await sizes(en, "emergency, objected");
  await shot(en, "board-glass-en");
  await press(en, "open_case", { case: one.id });
  await sees(en, "Not on the patient's ground");
  await onlyText(en, "came");
  assert.equal(await control(en, "open_lead").count(), 0);
  await axe(en, "emergency, objected patient");
  await press(en, "to_list");
});

step("hand-over confirmed, the right extended once, its clock warns, and it ends", async () => {
  c = await delivered(en, "20261124-0440");
  await press(en, "open_case", { case: c.id });
  await press(en, "handover", { case: c.id });
  await answerForm(en, { physician: "Dr <i>Otani</i>" });
  const told = await c.notice("handover_confirmed", { hospital: A() });
  assert.equal(told.body.content.physician, "Dr <i>Otani</i>");
  const first = Date.parse((await c.notice("grant_changed")).body.until);
  await press(en, "extend", { case: c.id });
  await answerForm(en, { reason: "in surgery" });
  const until = Date.parse((await c.notice("grant_changed")).body.until);
  assert.equal(until - first, 60 * MINUTE);
  await control(en, "extend").waitFor({ state: "detached" });
  await press(en, "open_lead");
  await sees(en, MARKER);
  await sizes(en, "opened in English");
  await shot(en, "board-patient-en");
  await press(en, "close_view");
  assert.equal((await c.notice("view_closed")).body.view, c.view);
  await control(en, "open_lead").waitFor();
  assert.ok(!(await seen(en)).includes(MARKER));
  for (const [minutes, text] of [[111, "Viewing ends in 9 min"], [8, "Closes very soon: 1 min"]]) {
    await en.clock.fastForward(minutes * MINUTE);
    await sees(en, text);
    await axe(en, text);
  }
  await press(en, "open_lead");
  await sees(en, MARKER);
  await en.clock.fastForward(2 * MINUTE);
  await sees(en, "To go on, use your own emergency viewing");
  assert.ok(!(await seen(en)).includes(MARKER));
  await axe(en, "the right has ended");
  await shot(en, "board-until-en");
  await en.reload(); // the page's time is the gateway's again
  await control(en, "open_case", { case: c.id }).waitFor();
});

step("nobody objected: after the waiting time it opens, as what it is", async () => {
  await press(en, "open_case", { case: glass.id });
  await press(en, "open_lead");
  await sees(en, MARKER);
  const told = await glass.notice("opened", { hospital: A() });
  assert.equal(told.body.person_name, stage.hara.name);
  await axe(en, "emergency, opened");
  await shot(en, "board-glass-opened-en");
  await en.context().close();
});

step("the box is killed: what was said is there again, and the hand-over waits", async () => {
  const one = await crew.asks("20261124-0450", [A()], { complaint: "腰が痛い" });
  await press(board, "accept", { case: one.id });
  await one.notice("answered", { hospital: A() });
  await one.destination(A(), { ground: false });
  await one.ask("talk", { text: "裏口から入ります" });
  await press(board, "open_case", { case: one.id });
  await board.locator("#talk").fill("三番で待っています");
  await board.keyboard.press("Enter");
  await one.notice("talked", { person: stage.tanaka.id });
  await one.ask("handover", { at: timeText() });
  await stage.watch.during(/WebSocket|ERR_CONNECTION|Failed to fetch|Failed to load/, async () => {
    await stage.boardA.stop("SIGKILL");
    await stage.boardA.start();
    await control(board, "sign_in").waitFor();
  });
  await sees(board, "引継ぎの確認待ち");
  await stage.signIn(board, stage.tanaka);
  await sizes(board, "hand-over waits");
  await shot(board, "board-handover-waits");
  await press(board, "open_case", { case: one.id });
  for (const text of ["裏口から入ります", "三番で待っています", stage.g.crew.name])
    await sees(board, text, ".ms");
  await press(board, "handover", { case: one.id });
  await answerForm(board, { physician: "医師 丁" });
  assert.equal((await one.notice("case_ended")).body.end, "handed_over");
});
