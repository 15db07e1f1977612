// pages.mjs — Job: how long a touch takes on the real pages; rows for the table, one a line.
//
//   node tests/bench/pages.mjs [rounds]     a round: from a new incident to the opened view
// Everything is real and on this one machine: gateway, simulator, tablet's and board's programs,
// Chromium. A touch is timed in the page, from the event to the paint of what it changed; an
// opening from the touch to the paint of the content. Nothing is asserted.
import { comes, control, keyed, press, sees, tap, type, watchTouches }
  from "../web/lib/hands.mjs";
import { Stage } from "../web/lib/stage.mjs";

const ROUNDS = Number(process.argv[2] ?? 20);
const MARKER = "MARKERQX7";

// Notes in the board's page how long it takes from the touch that opens to the painted content.
const watchOpenings = (page) => page.evaluate((marker) => {
  globalThis.openings = [];
  addEventListener("click", ({ target, timeStamp }) => {
    if (!target.closest("[data-act=open_lead]")) return;
    const there = new MutationObserver(() => {
      if (!document.body.textContent.includes(marker)) return;
      there.disconnect();
      requestAnimationFrame(() => setTimeout(() =>
        globalThis.openings.push(performance.now() - timeStamp)));
    });
    there.observe(document.body, { subtree: true, childList: true, characterData: true });
  }, true);
}, MARKER);

// p50, p99 and worst of milliseconds, nearest rank.
function spread(all) {
  const sorted = [...all].sort((a, b) => a - b);
  const at = (part) => sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)];
  return { count: sorted.length, p50: at(0.5), p99: at(0.99), worst: sorted.at(-1) };
}

function row(id, what, all, bar, limit) {
  const { count, p50, p99, worst } = spread(all);
  const ms = (value) => Number(value.toFixed(1));
  console.log(JSON.stringify({ what, floor: "–",
    ours: `p50 ${ms(p50)} ms, p99 ${ms(p99)} ms, worst ${ms(worst)} ms (${count})`, bar,
    met: p99 <= limit ? "yes" : "no", id, p50_ms: ms(p50), p99_ms: ms(p99), worst_ms: ms(worst) }));
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

async function round(stage, tablet, board, number) {
  await toTheView(stage, tablet, 20 + number % 20); // the ordinary ones: all have medicines
  const id = await toTheHospital(stage, tablet, board);
  if (number === 0) await stage.signIn(board, stage.tanaka);
  await press(board, "open_case", { case: id });
  if (number === 0) await watchOpenings(board);
  await press(board, "open_lead");
  await tablet.locator("delivery-steps li.done").nth(3).waitFor();
  await sees(board, MARKER);
  await press(board, "to_list");
  await tap(tablet, "nav-other");
  await tap(tablet, "to_cases");
}

const stage = await Stage.open({});
try {
  const [tablet, board] = await Promise.all([stage.tablet(), stage.board(stage.boardA)]);
  await signOn(stage, tablet);
  for (let number = 0; number < ROUNDS; number++) await round(stage, tablet, board, number);
  row("touch", "pages: a touch on the tablet → its change painted (Chromium, all on one machine)",
      await tablet.evaluate(() => globalThis.touches), "< 100 ms", 100);
  row("content", "pages: opened → content painted on the board",
      await board.evaluate(() => globalThis.openings), "p99 ≤ 20 ms", 20);
} finally {
  await stage.end();
}
