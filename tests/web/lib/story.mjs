// story.mjs — Job: the story of one patient on a tablet and two boards, told in one language.
// It is told once in each, and each telling judges its screens in its own.
import assert from "node:assert/strict";
import { axeAsItIs as axe, nothingOf, shot } from "./chromium.mjs";
import { comes, control, keyed, press, seen, sees, tap, tellTouches, touch, type, watchTouches }
  from "./hands.mjs";

const MARKER = "MARKERQX7";
const PATIENT = 20;
const TEXTS = {
  unseen: { ja: "未閲覧", en: "Not opened" },
  crewWarned: { ja: "まだだれも開いていません", en: "Arriving soon and nobody has opened it" },
  wardWarned: { ja: "だれも開いていません", en: "Nobody has opened it" },
  cut: { ja: /オフライン/, en: /Offline/ },
  waits: { ja: /1件/, en: /\b1\b/ },
  about: { ja: /あと (10|9)分/, en: /in (10|9) min/ },
  crewEta: { ja: /あと(10|9)分/, en: /in (10|9) min/ },
  soon: { ja: /あと 5分/, en: /in 5 min/ },
  complaint: { ja: "胸が締めつけられる", en: "crushing chest pain" },
  coming: { ja: "あと五分で着きます", en: "five minutes out" },
  place: { ja: "港町二丁目", en: "Minatomachi 2" },
  wait: { ja: "三番で待っています", en: "waiting at bay three" },
};

export class Story {
  // PREFIX: of the pictures' names.
  constructor(language, prefix) {
    this.language = language;
    this.prefix = prefix;
  }

  get A() { return this.stage.g.orgA; }
  get B() { return this.stage.g.orgB; }
  text(key) { return TEXTS[key][this.language]; }
  shot(page, name) { return shot(page, `${this.prefix}-${name}`); }
  sees(page, key, where) { return sees(page, this.text(key), where); }

  // Both boards and the tablet; the tablet's language is chosen at its sign-on.
  async raise(stage) {
    const mark = this.language === "en" ? "#en" : "";
    this.stage = stage;
    [this.tablet, this.boardA, this.boardB] = await Promise.all([stage.tablet(),
      stage.board(stage.boardA, { mark }), stage.board(stage.boardB, { mark })]);
  }

  async openAt(board, person) {
    await this.stage.signIn(board, person);
    await press(board, "open_case", { case: this.id });
    await press(board, "open_lead");
    await sees(board, MARKER);
  }

  // Everything in its order; `step` is used like `test`.
  tell(step) {
    for (const [title, act] of [
      ["sign-on for the shift, and a PIN for the minutes between", this.signOn],
      ["from nothing to the view in at most six touches", this.view],
      ["one touch covers the screen against onlookers", this.hide],
      ["vitals and what was told", this.told],
      ["two hospitals are asked at once; both boards ring; answers are live", this.ask],
      ["the destination with a ground of its own; four facts, each when it is true", this.fix],
      ["messages and arrival both ways", this.talk],
      ["another destination: the first board covers at once, the second opens", this.change],
      ["the gateway is killed: since when, how many wait; back: sent, and the view is there",
        this.gatewayDies],
      ["the box of the second hospital is killed: its page comes back by itself", this.boxDies],
      ["wrong patient: every screen that showed it covers, until somebody has read it", this.mixup],
      ["the right card in the same case: a new view under a new ground, opened anew",
        this.rightCard],
    ]) step(`${title} (${this.language})`, () => act.call(this));
  }

  async signOn() {
    const { tablet } = this;
    await keyed(tablet, "p-login").waitFor();
    if (this.language === "en") await tap(tablet, "l-en");
    await watchTouches(tablet);
    await this.stage.signIn(tablet, this.stage.sato);
    await comes(tablet, "d1");
    for (const digit of "2580") await tap(tablet, `d${digit}`);
    await tap(tablet, "pin-ok");
    await comes(tablet, "new_incident");
    await this.shot(tablet, "1-cases");
  }

  async view() {
    const { tablet } = this;
    tablet.taps = 0;
    const began = Date.now();
    await tap(tablet, "new_incident");
    await tap(tablet, "open_incident");
    await this.stage.insertCard(PATIENT);
    await comes(tablet, "says_yes");
    await this.shot(tablet, "2-consent");
    await tap(tablet, "says_yes");
    await comes(tablet, "matched");
    assert.ok(!(await seen(tablet)).includes(MARKER), "no clinical word before 「一致」");
    await this.shot(tablet, "3-identity");
    await this.stage.removeCard();
    await tap(tablet, "matched");
    await sees(tablet, MARKER);
    await this.shot(tablet, "4-view");
    console.log(`# open → view: ${tablet.taps} touches, ${((Date.now() - began) / 1000).toFixed(1)
    } s of machines`);
    assert.ok(tablet.taps <= 6);
  }

  async hide() {
    const { tablet } = this;
    await tap(tablet, "hide");
    await comes(tablet, "unhide"); // the next drawing
    assert.ok(!(await seen(tablet)).includes(MARKER));
    await this.shot(tablet, "5-hidden");
    await tap(tablet, "unhide");
    await sees(tablet, MARKER);
  }

  async told() {
    const { tablet } = this;
    await tap(tablet, "nav-vitals");
    for (const key of ["v-pulse2", "v-pulse10", "v-systolic-10", "v-spo2-1", "j-1"])
      await tap(tablet, key);
    await tap(tablet, "v-send");
    await tap(tablet, "nav-record");
    await tap(tablet, "r-urgency-red");
    await type(tablet, "r-complaint", this.text("complaint"));
    await type(tablet, "r-name", "シケン");
    await tap(tablet, "save_record");
  }

  async ask() {
    const { tablet, boardA, boardB } = this;
    await tap(tablet, "nav-hospitals");
    await comes(tablet, `pick-${this.A}`);
    await tap(tablet, `pick-${this.A}`);
    await tap(tablet, `pick-${this.B}`);
    await tap(tablet, "q-eta-10");
    const spoken = (await tablet.locator("patient-banner").innerText()).match(/\S+・\w{4}\b/)[0];
    await this.shot(tablet, "6-hospitals");
    await tap(tablet, "ask");
    const accept = control(boardA, "accept").first();
    await accept.waitFor();
    this.id = await accept.getAttribute("data-case");
    await this.sees(boardA, "complaint");
    await sees(boardA, spoken, ".ask"); // both ends say the same on the phone
    await this.sees(boardA, "about", ".ask");
    await this.shot(boardA, "7-request");
    await press(boardA, "accept", { case: this.id });
    await press(boardB, "accept", { case: this.id });
    await comes(tablet, `choose-${this.A}`);
    await comes(tablet, `choose-${this.B}`);
    await this.shot(tablet, "8-answers");
  }

  async fix() {
    const { tablet, boardA, stage } = this;
    await tap(tablet, `choose-${this.A}`);
    assert.equal(await keyed(tablet, "fix").isDisabled(), true, "no ground is preselected");
    await tap(tablet, "d-patient");
    await this.shot(tablet, "9-confirm");
    await tap(tablet, "fix");
    await tablet.locator("delivery-steps li.done").nth(2).waitFor();
    await this.sees(tablet, "crewEta"); // what was told with the request is the case's now
    await this.sees(boardA, "unseen");
    await tap(tablet, "change_eta");
    await tap(tablet, "e5");
    await tap(tablet, "e-");
    await tap(tablet, "eta-send");
    await this.sees(tablet, "crewWarned"); // less than 5 min: both sides say so
    await this.sees(boardA, "wardWarned");
    assert.ok(!(await seen(boardA)).includes(MARKER));
    await axe(tablet, "not opened, late");
    await axe(boardA, "not opened, late");
    await this.openAt(boardA, stage.tanaka);
    await tablet.locator("delivery-steps li.done").nth(3).waitFor();
    await sees(tablet, stage.tanaka.name);
    await this.shot(tablet, "10-delivered");
    await this.shot(boardA, "11-opened");
  }

  async talk() {
    const { tablet, boardA } = this;
    await tap(tablet, "nav-talk");
    await type(tablet, "talk", this.text("coming"));
    await tap(tablet, "talk-send");
    await this.sees(boardA, "coming");
    await boardA.locator("form[data-form=talk] input").fill(this.text("wait"));
    await boardA.keyboard.press("Enter");
    await this.sees(tablet, "wait");
    await tap(tablet, "next");
    await tap(tablet, "change_eta");
    await tap(tablet, "e5");
    await type(tablet, "eta-place", this.text("place"));
    await tap(tablet, "eta-send");
    await this.sees(boardA, "soon");
    await this.sees(boardA, "place");
  }

  async change() {
    const { tablet, boardA, boardB, stage } = this;
    await tap(tablet, "nav-change");
    await tap(tablet, `pick-${this.B}`); // 「他院に決定」: it holds nothing of the request
    await tap(tablet, "ask");
    await press(boardB, "accept", { case: this.id });
    await tap(tablet, `choose-${this.B}`);
    await tap(tablet, "d-patient");
    const began = Date.now();
    await tap(tablet, "fix");
    await boardA.locator(".cover").waitFor();
    console.log(`# change → first board covered: ${Date.now() - began} ms, touch included`);
    await nothingOf(boardA, MARKER);
    await this.shot(boardA, "12-covered");
    await this.openAt(boardB, stage.suzuki);
    await tablet.locator("delivery-steps li.done").nth(3).waitFor();
    await sees(tablet, stage.suzuki.name);
  }

  async gatewayDies() {
    const { tablet, boardB, stage } = this;
    await stage.g.stop("SIGKILL");
    await this.sees(tablet, "cut", "offline-banner");
    await this.sees(boardB, "cut", "offline-banner");
    await tap(tablet, "nav-vitals");
    await tap(tablet, "v-pulse2");
    await tap(tablet, "v-send");
    await this.sees(tablet, "waits", "offline-banner");
    await this.shot(tablet, "13-offline");
    await this.shot(boardB, "14-offline");
    await axe(tablet, "offline");
    await axe(boardB, "offline");
    await stage.g.start();
    for (const page of [tablet, boardB])
      await page.locator("offline-banner").waitFor({ state: "hidden" });
    const section = await control(boardB, "open_section").first().getAttribute("data-section");
    await press(boardB, "open_section", { section });
    await control(boardB, "open_section", { section }).waitFor({ state: "detached" });
  }

  async boxDies() {
    const { boardB, stage } = this;
    await stage.watch.during(/WebSocket|ERR_CONNECTION|Failed to fetch|Failed to load/,
      async () => {
        await stage.boardB.stop("SIGKILL");
        await stage.boardB.start();
        await control(boardB, "sign_in").waitFor();
      });
    assert.ok(!(await seen(boardB)).includes(MARKER));
    await this.openAt(boardB, stage.mori);
  }

  async mixup() {
    const { tablet, boardB } = this;
    await tap(tablet, "nav-mixup");
    await tap(tablet, "mix-wrong_patient");
    await tap(tablet, "mixup-send");
    await boardB.locator(".cover").waitFor();
    assert.ok(!(await seen(boardB)).includes(MARKER));
    await this.shot(boardB, "15-mixup");
    await this.shot(tablet, "16-mixup");
    await axe(tablet, "mix-up");
    await axe(boardB, "mix-up");
    await tap(tablet, "right_card"); // read, too
    await keyed(tablet, "mixup_ack").waitFor({ state: "detached" });
  }

  async rightCard() {
    const { tablet, boardB, stage, id } = this;
    await tap(tablet, "read_now");
    await stage.insertCard(PATIENT + 1);
    await tap(tablet, "says_yes");
    await tap(tablet, "matched");
    await sees(tablet, MARKER);
    await stage.removeCard();
    await tap(tablet, "next");
    await axe(tablet, "ground for the new view");
    await tap(tablet, "give-patient");
    await press(boardB, "mixup_ack", { case: id });
    await press(boardB, "leave_cover", { case: id }); // the other opener has still to read it
    await press(boardB, "open_case", { case: id });
    await press(boardB, "open_lead");
    await sees(boardB, MARKER);
    await tablet.locator("delivery-steps li.done").nth(3).waitFor();
    await this.shot(tablet, "16b-right-card");
    await tellTouches(tablet);
  }

  // The case that the tablet stands at, on its way to the first hospital or the second (BOARD).
  async takeOver(board, physician) {
    const { tablet, stage, id } = this;
    const second = await stage.tablet({ program: stage.tablet2Program, name: "second tablet" });
    this.second = second;
    await comes(second, "p-login");
    if (this.language === "en") await tap(second, "l-en");
    await stage.signIn(second, stage.kato);
    await tap(second, "pin_later");
    await tap(tablet, "nav-other");
    await tap(tablet, "o_takeover");
    await tap(tablet, `to-${stage.tablet2Program.device.id}`);
    await touch(tablet.locator("dialog button[type=submit]"));
    await comes(second, `take-${id}`);
    await axe(second, "offered");
    await tap(second, `take-${id}`);
    await tap(second, `case-${id}`);
    await tap(second, "arrived");
    await tap(second, "handed");
    await second.locator("dialog").waitFor();
    await axe(second, "hand-over, asked");
    await second.keyboard.press("Enter");
    const confirm = control(board, "handover", { case: id }); // the board may stand there already
    await confirm.or(control(board, "open_case", { case: id })).first().waitFor();
    if (await confirm.count() === 0) await press(board, "open_case", { case: id });
    const foot = await board.locator("[data-part=foot]").boundingBox();
    assert.equal(Math.round(foot.y + foot.height), board.viewportSize().height,
      "what comes later moves no control under a finger");
    await touch(confirm);
    await board.locator("dialog input[name=physician]").fill(physician);
    await axe(board, "hand-over, asked");
    await board.keyboard.press("Enter");
    await sees(second, physician);
    await axe(second, "handed over");
    await axe(board, "handed over");
    await this.shot(second, "18-handed-over");
    await this.shot(board, "19-handed-over");
  }
}
