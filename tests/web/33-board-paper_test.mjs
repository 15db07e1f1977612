// 33-board-paper_test.mjs — Job: a document leaves the board on paper or as a file, logged.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before } from "node:test";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Case } from "../wire/lib/story.mjs";
import { chain } from "./lib/chain.mjs";
import { axe, nothingOf, shot, sizes } from "./lib/chromium.mjs";
import { Crew, soon } from "./lib/crew.mjs";
import { control, press, sees } from "./lib/hands.mjs";
import { inkOfSheet, painted } from "./lib/paper.mjs";
import { Stage } from "./lib/stage.mjs";

const PDF_ONLY = 8;
// Pages that go at a time. Fifty take half a minute to draw: here the page is served with fewer.
const BUNDLE = process.env.EVERY_STATE ? 50 : 6;
const A4_DOTS = [2478, 3508];
let stage;
let crew;
let board;
let c;
const frames = []; // what goes over the board's link: {sent, text}
const step = chain("paper", () => stage);

// The dialog for printing stays open until `closePrinting`.
function listen() {
  globalThis.print = () => { globalThis.printing = true; };
  addEventListener("afterprint", () => { globalThis.printing = false; });
}
const printing = () => board.waitForFunction(() => globalThis.printing);
// So many pages of a bundle are ready, or more, or all.
const comes = (count) => board.waitForFunction((least) => globalThis.printing ||
  Number(/用意しています：(\d+)/.exec(document.body.innerText)?.[1]) >= least, count);
const closePrinting = () => board.evaluate(() => dispatchEvent(new Event("afterprint")));

before(async () => {
  stage = await Stage.open({ reader: false, boards: { print: "yes" } });
  crew = await Crew.on(stage, PDF_ONLY);
  board = await stage.board(stage.boardA, { init: listen });
  board.on("websocket", (socket) => {
    socket.on("framesent", ({ payload }) => frames.push({ sent: true, text: String(payload) }));
    socket.on("framereceived", ({ payload }) => frames.push({ text: String(payload) }));
  });
  const name = "/hospital_client/web/board_paper.js";
  const whole = readFileSync(join(stage.repository, name), "utf8");
  const script = whole.replace("BUNDLE_PAGES = 50;", `BUNDLE_PAGES = ${BUNDLE};`);
  assert.ok(whole !== script || BUNDLE === 50);
  await board.route(`**${name}`, (route) => route.fulfill({ body: script,
    contentType: "text/javascript" }));
  await board.reload();
  await stage.signIn(board, stage.tanaka);
  await stage.g.boxB.connect();
});
after(() => stage?.end());

// A case whose view is PDF only, its document opened at the board, and the screen for taking out.
async function opened(number) {
  const one = await new Case(crew.session).open({ incident_number: number });
  await one.fetch(crew.card);
  await one.match();
  await one.inquire([stage.g.orgA], { eta_at: soon(9) });
  await press(board, "accept", { case: one.id });
  await one.notice("answered", { hospital: stage.g.orgA });
  await one.destination(stage.g.orgA);
  await one.notice("delivered");
  await press(board, "open_case", { case: one.id });
  await press(board, "open_lead");
  await press(board, "open_section", { section: "document" });
  await painted(board, 0);
  await press(board, "take_out");
  return one;
}

async function goesElsewhere(one) {
  await one.inquire([stage.g.orgB]);
  await one.answer(stage.g.boxB);
  await one.destination(stage.g.orgB);
  await sees(board, "搬送先が変更されました", ".cover");
}

const paperFrames = () => frames.filter(({ sent, text }) => !sent &&
  text.includes('"type":"local.pdf_page"') && text.includes('"paper":true'));
// Letters of an image that went to paper: they are in this page's memory, or they are not.
const markOf = ({ text }) => JSON.parse(text).body.bytes.slice(3000, 3060);

step("a document can be printed and saved, not copied; what it is for is said", async () => {
  c = await opened("20261124-0700");
  await axe(board, "taking out, nothing chosen");
  await press(board, "out", { section: "document" });
  await sees(board, "文書（PDF）は画像なので、写しは取れません");
  assert.equal(await control(board, "out_copy").count(), 0);
  await sizes(board, "taking out a document");
  await shot(board, "board-out-document");
  assert.equal(paperFrames().length, 0);
});

step("printed: in the log first; each page under the patient's name, sized for A4", async () => {
  await press(board, "out_print");
  await printing();
  const at = (what) => frames.findIndex(({ text }) => what.every((word) => text.includes(word)));
  const { id } = JSON.parse(frames[at(['"type":"taken_out"', '"sections":["document"]',
    '"how":"print"'])].text);
  const order = [at([id]), at(['"type":"receipt"', `"re":"${id}"`]),
    at(['"type":"local.pdf_page"', '"paper":true']), frames.indexOf(paperFrames()[0])];
  assert.deepEqual(order, order.toSorted((a, b) => a - b), "said, in the log, asked for, here");
  const dots = await inkOfSheet(board);
  assert.equal(dots.length, 2);
  assert.ok(dots.every((ink) => ink > 5000), String(dots));
  assert.deepEqual(await board.locator(".sheet img").evaluateAll((images) => images.map((one) =>
    [one.naturalWidth, one.naturalHeight])), [A4_DOTS, A4_DOTS]);
  const heads = await board.locator(".sheet pre, .sheet figcaption").allTextContents();
  assert.equal(heads.length, 3);
  for (const head of heads)
    for (const word of ["【訓練】", "事案 20261124-0700", "試験　太郎", "写した時刻",
      stage.tanaka.name]) assert.ok(head.includes(word), head);
  assert.match(heads[1], /文書（PDF）1／2 ページ/);
  const pdf = (await board.pdf({ preferCSSPageSize: true })).toString("latin1");
  assert.equal(pdf.match(/\/Type \/Page\b/g).length, 3, "the lines, and each page on its own");
  for (const [, w, h] of pdf.matchAll(/\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/g))
    assert.deepEqual([w, h].map(Number).map(Math.round), [595, 842]);
  assert.equal(await board.locator(".sheet").count(), 0, "it went with the dialog");
  await sees(board, "文書の 1〜2 ページ目");
  await axe(board, "printed");
});

step("as a file: one that any browser opens, with nothing from outside in it", async () => {
  const [file] = await Promise.all([board.waitForEvent("download"), press(board, "out_export")]);
  assert.match(file.suggestedFilename(), /^practice-.*\.html$/);
  const path = join(stage.dir, "document.html");
  await file.saveAs(path);
  const text = readFileSync(path, "utf8");
  for (const word of ["【訓練】", "事案 20261124-0700", stage.tanaka.name, "default-src 'none'"])
    assert.ok(text.includes(word), word);
  assert.doesNotMatch(text, /<script|JVBERi0/);
  const page = await stage.browser.newPage();
  await page.goto(pathToFileURL(path).href);
  assert.deepEqual(await page.locator("img").evaluateAll((images) => images.map((one) =>
    [one.naturalWidth, one.naturalHeight])), [A4_DOTS, A4_DOTS]);
  await axe(page, "the file");
  await page.close();
  await sees(board, "ファイルにしました");
});

step("a cover takes the sheet away from under the dialog, and from the memory", async () => {
  const mark = markOf(paperFrames()[0]);
  await press(board, "out_print");
  await printing();
  assert.ok((await board.content()).includes(mark), "it can be found");
  await goesElsewhere(c);
  assert.equal(await board.locator(".sheet").count(), 0);
  await nothingOf(board, mark);
  for (const how of ["印刷", "ファイル"]) await sees(board, `${how} 文書（PDF）`);
  await closePrinting();
  await press(board, "leave_cover");
});

step("200 pages: in bundles that are told, with the page alive meanwhile, and stopped by a touch",
  async () => {
    assert.equal(await crew.oddity("long-pdf"), "ok");
    c = await opened("20261124-0701");
    await press(board, "out", { section: "document" });
    await board.evaluate(() => {
      let at = performance.now();
      globalThis.longest = 0;
      setInterval(() => {
        globalThis.longest = Math.max(globalThis.longest, performance.now() - at);
        at = performance.now();
      }, 20);
    });
    const began = Date.now();
    await press(board, "out_print");
    await comes(2);
    await axe(board, "on the way");
    await shot(board, "board-out-coming");
    for (let count = 5; count <= BUNDLE; count += 5) await comes(count); // each in its own time
    await printing();
    console.log(`# ${BUNDLE} pages: ${Date.now() - began} ms; the page stood still for at most ${
      Math.round(await board.evaluate(() => globalThis.longest))} ms`);
    assert.equal(await board.locator(".sheet img").count(), BUNDLE);
    const dots = await inkOfSheet(board);
    assert.ok(dots.every((ink) => ink > 5000), String(dots));
    await closePrinting();
    await sees(board, `文書の 1〜${BUNDLE} ページ目`);
    await sees(board, "文書にはまだ続きがあります");
    await axe(board, "a bundle printed");
    await shot(board, "board-out-rest");
    await press(board, "out_more");
    await comes(1);
    await press(board, "out_stop");
    await sees(board, "途中で止まりました");
    await axe(board, "stopped");
    assert.equal(await board.locator(".sheet").count(), 0);
  });

step("a cover while pages are on the way: none comes any more, none is left", async () => {
  await press(board, "out_print");
  await comes(3);
  const mark = markOf(paperFrames().at(-1));
  await goesElsewhere(c);
  const count = paperFrames().length;
  await nothingOf(board, mark);
  assert.equal(await board.evaluate(() => globalThis.printing), false);
  assert.equal(paperFrames().length, count);
});
