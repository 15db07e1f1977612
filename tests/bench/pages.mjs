// pages.mjs — Job: how long a touch takes on the real pages; rows for the table, one a line.
//
//   TMPDIR=DIR node tests/bench/pages.mjs [rounds]
// A round is from a new incident to the opened view. DIR is on the journal's disk; without it the
// journal is in memory, and a commit costs nothing.
// Everything is real and on this one machine: gateway, simulator, tablet's and board's programs,
// Chromium. A touch is timed in the page, from the event to the paint of what it changed. An
// opening is timed twice: until the content stands in the document (commit, keys, decryption,
// drawing), and until it is painted. Beside each stands its floor, what Chromium and the hand that
// touches take on this machine without us.
// While the board opens, the tablet's page is frozen: in life it has a machine of its own. Nothing
// is asserted.
import { setTimeout as sleep } from "node:timers/promises";
import { comes, control, keyed, press, sees, tap, touch, type, watchTouches }
  from "../web/lib/hands.mjs";
import { Stage } from "../web/lib/stage.mjs";

const ROUNDS = Number(process.argv[2] ?? 20);
const MARKER = "MARKERQX7";

// Notes in the board's page how long it takes from a touch that opens to the content in the
// document, and to its paint: an observer of what is seen is told behind the frame that shows it.
const watchOpenings = (page) => page.evaluate((marker) => {
  globalThis.openings = [];
  addEventListener("click", ({ target, timeStamp }) => {
    const { act, section } = target.closest("[data-act]")?.dataset ?? {};
    if (!["open_lead", "open_section"].includes(act)) return;
    const there = () => (act === "open_lead" ? document.body.textContent.includes(marker)
      : document.querySelector(`[data-key="o-${section}"]`));
    globalThis.opening = new Promise((resolve) => {
      const change = new MutationObserver(() => {
        if (!there()) return;
        const stands = performance.now() - timeStamp;
        change.disconnect();
        const paint = new IntersectionObserver(() => {
          paint.disconnect();
          resolve(openings.push({ act, stands, painted: performance.now() - timeStamp }));
        });
        paint.observe(document.querySelector("main"));
      });
      change.observe(document.body, { subtree: true, childList: true, characterData: true });
    });
  }, true);
}, MARKER);

// What Chromium takes for nothing: COUNT touches that ask the program something empty, until its
// answer is here, and COUNT that change a word, until it is painted. The same hand touches them.
async function floors(page, count) {
  await page.evaluate(async () => {
    const { board } = await import("/hospital_client/web/board_desk.js");
    const place = (id) => {
      const button = document.createElement("button");
      Object.assign(button, { id, textContent: id });
      button.dataset.again = ""; // touched again at once
      document.body.append(button);
      return button;
    };
    globalThis.floor = { asked: [], painted: [] };
    place("asks").onclick = ({ timeStamp }) => {
      globalThis.opening = board.shell.link.local("local.sound_ok").then(() =>
        globalThis.floor.asked.push(performance.now() - timeStamp));
    };
    const word = document.createElement("p");
    document.body.append(word);
    place("paints").onclick = ({ timeStamp }) => {
      word.textContent += "・";
      globalThis.opening = new Promise((done) => {
        const paint = new IntersectionObserver(() => {
          paint.disconnect();
          done(globalThis.floor.painted.push(performance.now() - timeStamp));
        });
        paint.observe(word);
      });
    };
  });
  for (const id of ["asks", "paints"])
    for (let i = 0; i < count; i++) {
      await touch(page.locator(`#${id}`));
      await page.evaluate(() => globalThis.opening);
    }
  return page.evaluate(() => globalThis.floor);
}

// p50, p99 and worst of milliseconds, nearest rank.
function spread(all) {
  const sorted = [...all].sort((a, b) => a - b);
  const at = (part) => sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)];
  return { count: sorted.length, p50: at(0.5), p99: at(0.99), worst: sorted.at(-1) };
}

const ms = (value) => Number(value.toFixed(1));
function floor(what, all) {
  const { p50, p99 } = spread(all);
  return `${what}: p50 ${ms(p50)} ms, p99 ${ms(p99)} ms`;
}

function row(id, what, all, bar, limit, beside = "–") {
  const { count, p50, p99, worst } = spread(all);
  console.log(JSON.stringify({ what, floor: beside,
    ours: `p50 ${ms(p50)} ms, p99 ${ms(p99)} ms, worst ${ms(worst)} ms (${count})`, bar,
    met: limit === null ? "–" : p99 <= limit ? "yes" : "no",
    id, p50_ms: ms(p50), p99_ms: ms(p99), worst_ms: ms(worst) }));
}

async function signOn(stage, tablet) {
  await keyed(tablet, "p-login").waitFor();
  await watchTouches(tablet);
  await stage.signIn(tablet, stage.sato);
  await comes(tablet, "d1");
  for (const digit of "2580") await tap(tablet, `d${digit}`);
  await tap(tablet, "pin-ok");
  await comes(tablet, "new_incident");
}

async function toTheView(stage, tablet, patient) {
  await tap(tablet, "new_incident");
  await tap(tablet, "open_incident");
  await stage.insertCard(patient);
  await tap(tablet, "says_yes");
  await comes(tablet, "matched");
  await stage.removeCard();
  await tap(tablet, "matched");
  await sees(tablet, MARKER);
  await tap(tablet, "hide");
  await tap(tablet, "unhide");
  await tap(tablet, "nav-vitals");
  for (const key of ["v-pulse2", "v-pulse10", "v-systolic-10", "j-1"]) await tap(tablet, key);
  await tap(tablet, "v-send");
  await tap(tablet, "nav-record");
  await tap(tablet, "r-urgency-red");
  await type(tablet, "r-complaint", "胸が締めつけられる");
  await tap(tablet, "save_record");
}

async function toTheHospital(stage, tablet, board) {
  const hospital = stage.g.orgA;
  await tap(tablet, "nav-hospitals");
  await tap(tablet, `pick-${hospital}`);
  await tap(tablet, "ask");
  const accept = control(board, "accept").first();
  await accept.waitFor();
  const id = await accept.getAttribute("data-case");
  await press(board, "accept", { case: id });
  await tap(tablet, `choose-${hospital}`);
  await tap(tablet, "d-patient");
  await tap(tablet, "fix");
  await tablet.locator("delivery-steps li.done").nth(2).waitFor();
  return id;
}

// One touch, and its content painted; PAGE waits by its own events, nobody looks again and again,
// nor whether it was heard: the touch before it was 0.3 s ago.
async function opens(board, act) {
  await sleep(300);
  await control(board, act).first().click();
  await board.evaluate(() => globalThis.opening);
}

async function opening(stage, tablet, board, number, id) {
  const machine = await tablet.context().newCDPSession(tablet);
  if (number === 0) await stage.signIn(board, stage.tanaka);
  await press(board, "open_case", { case: id });
  if (number === 0) await watchOpenings(board);
  await control(board, "open_lead").waitFor();
  await machine.send("Page.setWebLifecycleState", { state: "frozen" });
  await opens(board, "open_lead");
  if (await control(board, "open_section").count() > 0) await opens(board, "open_section");
  await machine.send("Page.setWebLifecycleState", { state: "active" });
  await machine.detach();
}

async function round(stage, tablet, board, number) {
  await toTheView(stage, tablet, 20 + number % 20); // the ordinary ones: all have medicines
  const id = await toTheHospital(stage, tablet, board);
  await opening(stage, tablet, board, number, id);
  await tablet.locator("delivery-steps li.done").nth(3).waitFor();
  await press(board, "to_list");
  await tap(tablet, "nav-other");
  await tap(tablet, "to_cases");
}

function openingRows(openings, { asked, painted }) {
  const of = (act, what) => openings.filter((one) => one.act === act).map((one) => one[what]);
  const link = floor("a touch that asks the program nothing and hears it", asked);
  const frame = floor("a touch that changes a word, painted", painted);
  row("content", "pages: opened → content in the board's document (commit, key, decrypt, draw)",
      of("open_lead", "stands"), "p99 ≤ 20 ms", 20, link);
  row("content_painted", "the same → painted", of("open_lead", "painted"), "–", null, frame);
  if (openings.every((one) => one.act === "open_lead")) return;
  row("section", "pages: one more section opened → in the document", of("open_section", "stands"),
      "p99 ≤ 20 ms", 20, link);
  row("section_painted", "the same → painted", of("open_section", "painted"), "–", null, frame);
}

const stage = await Stage.open({ cards: 40 });
try {
  const [tablet, board] = await Promise.all([stage.tablet(), stage.board(stage.boardA)]);
  await signOn(stage, tablet);
  for (let number = 0; number < ROUNDS; number++) await round(stage, tablet, board, number);
  row("touch", "pages: a touch on the tablet → its change painted (Chromium, all on one machine)",
      await tablet.evaluate(() => globalThis.touches), "< 100 ms", 100);
  openingRows(await board.evaluate(() => globalThis.openings), await floors(board, 60));
} finally {
  await stage.end();
}
