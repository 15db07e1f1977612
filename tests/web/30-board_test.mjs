// 30-board_test.mjs — Job: the ER board in Chromium; the crew is a client of the wire.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import { after, before } from "node:test";
import { join } from "node:path";
import { timeText } from "../wire/lib/message.mjs";
import { Case } from "../wire/lib/story.mjs";
import { Authority } from "./lib/authority.mjs";
import { chain } from "./lib/chain.mjs";
import { axe, holdings, nothingOf, noSidewaysScroll, shot, sizes } from "./lib/chromium.mjs";
import { control, hostile, onlyText, press, seen, sees, tabTo, touch } from "./lib/hands.mjs";
import { ink, painted } from "./lib/paper.mjs";
import { Stage } from "./lib/stage.mjs";

const MARKER = "MARKERQX7";
const PATIENT = 23;
const PDF_ONLY = 8;
let stage;
let crew;
let board; // of hospital A
let c;     // the case that most tests go on with
let card;
const step = chain("board", () => stage);
const soon = (minutes) => timeText(new Date(Date.now() + minutes * 60000));

before(async () => {
  stage = await Stage.open({ marker: hostile(MARKER), reader: false });
  crew = await stage.g.car.signInFully(stage.g.crew);
  card = stage.g.cards.find((one) => one.patient === PATIENT);
  board = await stage.board();
});
after(() => stage?.end());

const inquiry = { age: 76, sex: "male", complaint: hostile("主訴"), mechanism: hostile("機序"),
  note: hostile("備考"), place: hostile("場所"), urgency: "red", dialysis: "none",
  anticoagulant: "present", infection: "unknown",
  vitals: { at: timeText(), pulse: 112, systolic: 88, diastolic: 52, spo2: 91, jcs: 10,
    ecg: hostile("心電図") } };

// A case with its view on the crew's tablet.
async function seenCase(number, more = {}) {
  const one = await new Case(crew).open({ incident_number: number, ...more });
  await one.fetch(card);
  await one.match();
  return one;
}

step("a request rings with nobody signed in, and says no identity", async () => {
  await shot(board, "board-empty");
  await axe(board, "empty");
  c = await seenCase("20261124-0372", { spoken_name: hostile("しおみ2・372") });
  await c.inquire([stage.g.orgA, stage.g.orgB], { ...inquiry, eta_at: soon(9) });
  await control(board, "accept", { case: c.id }).waitFor();
  const text = await seen(board);
  for (const word of [c.sealed.header.alias ?? MARKER, MARKER, stage.g.crew.name])
    assert.ok(!text.includes(word), word);
  await onlyText(board, "主訴", "機序", "備考", "場所", "心電図");
  await sizes(board, "request");
  await shot(board, "board-request");
});

step("the browser believes the board's certificate, and no other one", async () => {
  const at = (name, port) => stage.open("stranger", `https://${name}:${port}/`, 800, 600);
  await assert.rejects(at("gateway.test", stage.boardA.port), /ERR_CERT_COMMON_NAME_INVALID/);
  const stem = join(stage.dir, "stranger");
  await (await Authority.make(stem)).issue("board.test", stem);
  const server = createServer({ key: readFileSync(`${stem}.key`),
    cert: readFileSync(`${stem}.pem`) }, (_, answer) => answer.end("board"));
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  try {
    await assert.rejects(at("board.test", server.address().port), /ERR_CERT_AUTHORITY_INVALID/);
  } finally {
    server.close();
    server.closeAllConnections();
  }
});

step("declining takes a reason first; accepting one touch, and the crew hears it", async () => {
  const other = await stage.board(stage.boardB, { mark: "#en" });
  await control(other, "decline", { case: c.id }).waitFor();
  assert.equal(await control(other, "decline", { case: c.id }).isDisabled(), true);
  await axe(other, "request in English");
  await shot(other, "board-request-en");
  await other.locator(`input[data-case="${c.id}"][data-reason="no_bed"]`).check();
  await press(other, "decline", { case: c.id });
  const no = await c.notice("answered", { hospital: stage.g.orgB });
  assert.deepEqual([no.body.content.result, no.body.content.reason], ["declined", "no_bed"]);
  await other.context().close();
  await press(board, "accept", { case: c.id });
  const yes = await c.notice("answered", { hospital: stage.g.orgA });
  assert.equal(yes.body.content.result, "accepted");
});

step("the view arrives sealed; the list names nobody until somebody signs in", async () => {
  await c.ask("crew_record", { name: hostile("氏名"), kana: "シオミ タロウ", sex: "male",
    age: 76, complaint: hostile("主訴"), history: hostile("経過"), notes: hostile("メモ"),
    companion: hostile("同乗"), allergies: { state: "present", text: hostile("卵") } });
  await c.ask("vitals", { at: timeText(), pulse: 108, systolic: 92, diastolic: 60, spo2: 93 });
  await c.ask("vitals", { at: timeText(), pulse: 96, systolic: 104, diastolic: 62, spo2: 95 });
  await c.destination(stage.g.orgA);
  await c.ask("eta", { eta_at: soon(4) });
  await c.notice("delivered");
  await sees(board, "未閲覧");
  assert.ok(!(await seen(board)).includes("氏名<"), "no name with nobody signed in");
  await axe(board, "coming");
  await stage.signIn(board, stage.tanaka);
  await control(board, "open_case", { case: c.id }).waitFor();
  await sizes(board, "list");
  await shot(board, "board-list");
});

step("a patient: closed until touched, opened by name, told to the crew", async () => {
  await press(board, "open_case", { case: c.id });
  await control(board, "open_lead").waitFor();
  assert.ok(!(await seen(board)).includes(MARKER));
  await axe(board, "patient, closed");
  await shot(board, "board-patient-closed");
  await press(board, "open_lead");
  await sees(board, MARKER);
  const opened = await c.notice("opened", { hospital: stage.g.orgA });
  assert.equal(opened.body.person_name, stage.tanaka.name);
  await axe(board, "patient, opened");
  await onlyText(board, MARKER, "経過", "メモ", "同乗", "卵");
  await shot(board, "board-patient");
});

step("another section is a new entry of its own", async () => {
  const section = await control(board, "open_section").first().getAttribute("data-section");
  await press(board, "open_section", { section });
  const opened = await c.notice("opened", { hospital: stage.g.orgA });
  assert.deepEqual(opened.body.sections, [section]);
  await control(board, "open_section", { section }).waitFor({ state: "detached" });
});

step("messages go both ways and stay text", async () => {
  await c.ask("talk", { text: hostile("隊から") });
  await sees(board, "隊から");
  await board.locator("form[data-form=talk] input, input[data-key=talk]").first()
    .fill(hostile("病院から"));
  await board.keyboard.press("Enter");
  for (const [text, name] of [["隊から", stage.g.crew.name], ["病院から", stage.tanaka.name]]) {
    const { content, person_name: by } = (await c.notice("talked")).body;
    assert.deepEqual([content.text, by], [hostile(text), name]);
  }
  await sees(board, "病院から");
  await onlyText(board, "隊から", "病院から");
});

step("small, at 200 % zoom and in forced colours", async () => {
  await sizes(board, "patient");
  await shot(board, "board-patient-zoom", { full: true });
});

step("after revocation neither the document nor the script memory holds a word of the view",
  async () => {
    const with_ = await holdings(board);
    assert.ok(with_.dom.includes(MARKER) && with_.heap.includes(MARKER), "it can be found");
    await stage.g.boxB.connect();
    await c.inquire([stage.g.orgB]);
    await c.answer(stage.g.boxB);
    await c.destination(stage.g.orgB);
    await sees(board, "搬送先", ".cover");
    await nothingOf(board, MARKER, "シオミ タロウ");
    await sizes(board, "cover");
    await shot(board, "board-cover");
  });

// What reached a page over its link since it was made: texts of frames.
async function watched(page) {
  const frames = [];
  page.on("websocket", (socket) => socket.on("framereceived",
    ({ payload }) => frames.push(String(payload))));
  await page.reload();
  return frames;
}
step("a view that is PDF only: pages as images once it is opened, none behind the cover",
  async () => {
    const frames = await watched(board);
    const one = await new Case(crew).open({ incident_number: "20261124-0380" });
    await one.fetch(stage.g.cards.find((found) => found.patient === PDF_ONLY));
    await one.match();
    await one.inquire([stage.g.orgA], { ...inquiry, eta_at: soon(9) });
    await press(board, "accept", { case: one.id });
    await one.notice("answered", { hospital: stage.g.orgA });
    await one.destination(stage.g.orgA);
    await one.notice("delivered");
    await press(board, "open_case", { case: one.id });
    await press(board, "open_lead");
    await sees(board, "PDF だけで届いています");
    await one.notice("opened");
    assert.equal(await ink(board), null, "nothing of it before it is opened");
    await press(board, "open_section", { section: "document" });
    const opened = await one.notice("opened");
    assert.deepEqual(opened.body.sections, ["document"]);
    await painted(board, 0);
    const first = await ink(board);
    await sees(board, "PDF 1／2 ページ");
    assert.equal(await board.locator(".mistake").count(), 0);
    await axe(board, "a PDF's page");
    await shot(board, "board-pdf");
    await board.locator('[data-key^="pdf-on-"]').focus();
    await board.keyboard.press("Enter");
    await painted(board, 1);
    assert.ok(await board.evaluate(() =>
      document.activeElement.matches('[data-key^="pdf-on-"][aria-disabled="true"]')), "the place");
    await board.keyboard.press("Enter"); // there is no page behind the last one
    await sees(board, "PDF 2／2 ページ");
    assert.notEqual(await ink(board), first, "the other page");
    await touch(board.locator('[data-key^="pdf-more-"]'));
    await noSidewaysScroll(board, "an enlarged PDF");
    await shot(board, "board-pdf-larger");
    assert.ok(frames.some((text) => text.includes('"type":"local.pdf_page"')));
    await press(board, "take_out");
    await press(board, "out", { section: "document" });
    await sees(board, "写しは取れません");
    await sees(board, "印刷は、この病院の設定で止めています");
    assert.equal(await control(board, "out_copy").count() + await control(board, "out_print")
      .count(), 0, "a file is what is left");
    assert.equal(await ink(board), null);
    await press(board, "back_to_patient");
    await painted(board, 1);
    assert.deepEqual(frames.filter((text) => text.includes("JVBERi0") || // base64 of %PDF-
      (/"type":"(view_piece|section_keys)"/.test(text) && text.includes('"section":"document"')))
      .map((text) => text.slice(0, 120)), [], "neither the file nor a key to it");
    await one.inquire([stage.g.orgB]);
    await one.answer(stage.g.boxB);
    await one.destination(stage.g.orgB);
    await sees(board, "搬送先", ".cover");
    assert.equal(await board.locator("canvas").count(), 0);
  });

step("by keyboard alone: answer, sign in, open; what is sealed is there before", async () => {
  const page = await stage.board(), frames = await watched(page);
  const count = (type) => frames.filter((text) => text.includes(`"type":"${type}"`)).length;
  const one = await seenCase("20261124-0373");
  await one.inquire([stage.g.orgA], { ...inquiry, complaint: "胸が痛い", eta_at: soon(12) });
  await control(page, "accept", { case: one.id }).waitFor();
  await tabTo(page, "accept", { case: one.id });
  await page.keyboard.press("Enter");
  await one.notice("answered", { hospital: stage.g.orgA });
  await one.destination(stage.g.orgA);
  await one.notice("delivered");
  await tabTo(page, "sign_in");
  await page.keyboard.press("Enter");
  await page.locator("input[name=login]").waitFor();
  await axe(page, "sign-in");
  await shot(page, "board-sign-in");
  for (const [name, value] of [["login", stage.ito.login], ["password", stage.ito.password],
    ["code", stage.ito.codes.next()]]) {
    if (!await page.locator(`input[name=${name}]`).evaluate((e) => e === document.activeElement))
      await tabTo(page, `input[name=${name}]`);
    await page.keyboard.type(value);
  }
  await page.keyboard.press("Enter");
  await control(page, "open_case", { case: one.id }).waitFor();
  await tabTo(page, "open_case", { case: one.id });
  await page.keyboard.press("Enter");
  await control(page, "open_lead").waitFor();
  await tabTo(page, "open_lead");
  await page.waitForFunction(async () => {
    const { board: desk } = await import("/hospital_client/web/board_desk.js");
    return [...desk.shell.seals.pieces.values()].some((sections) => sections.has("medications"));
  });
  await nothingOf(page, MARKER);
  const pieces = count("view_piece");
  assert.deepEqual([pieces > 0, count("section_keys")], [true, 0]);
  await page.keyboard.press("Enter");
  await one.notice("opened", { person_name: stage.ito.name });
  await sees(page, MARKER);
  assert.deepEqual([count("view_piece"), count("section_keys")], [pieces, 1]);
});
