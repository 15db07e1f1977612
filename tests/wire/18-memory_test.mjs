// 18-memory_test.mjs — Job: live views fill more than half of the memory for views: practice then
// has no view and says so; live fetches go on; what ends makes room for practice again.
import assert from "node:assert/strict";
import { connect } from "node:net";
import { get } from "node:https";
import { json } from "node:stream/consumers";
import { after, before, test } from "node:test";
import { world } from "./lib/gateway.mjs";
import { timeText } from "./lib/message.mjs";
import { Case, groundFor } from "./lib/story.mjs";

const HALF = 256 * 1024 * 1024;
const PATIENCE_MS = 60000;

let g;
let desk;
let card;
const live = [];

const tell = (line) => new Promise((done) => {
  const socket = connect(`${g.dir}/upstream/control`);
  socket.once("data", (data) => { socket.end(); done(data.toString().trim()); });
  socket.write(`${line}\n`);
});
const health = () => new Promise((done, fail) => {
  get({ host: "127.0.0.1", servername: "localhost", port: g.ports.admin, path: "/healthz",
    ca: g.ca, cert: desk.cert, key: desk.key },
  (answer) => json(answer).then(done, fail)).on("error", fail);
});

before(async () => {
  g = await world({ cards: 40, practice: true, settings: { profile: "trial" } });
  card = g.cards.find((one) => one.patient === 8); // PDF only
  desk = await g.device("admin", g.hq, "desk");
  g.car.patience = PATIENCE_MS;
  assert.equal(await tell("oddity big-pdf"), "ok"); // 20 MB each
});
after(() => g.end());

async function fetched(c, from) {
  await c.readCard(from);
  await c.ask("ground", groundFor());
  await c.ask("view_ask", { kind: "emergency_summary" });
  return c;
}
const drill = async () =>
  fetched(await new Case(g.onCar2).open({ training: true }), g.practice.cards[0]);

async function fetchLive() {
  const c = await fetched(await new Case(g.onCar).open(), card);
  await c.notice("view_fetched");
  live.push(c);
}

test("practice has its view while less than half is used", async () => {
  const c = await drill();
  await c.notice("view_fetched");
  await c.ask("case_end", { at: timeText(), reason: "training" });
});

test("behind half it has none, and a live view is still taken", async () => {
  while ((await health()).view_bytes <= HALF) await fetchLive();
  const c = await drill();
  assert.equal((await c.notice("fetch_failed")).body.error, "ERR_FULL");
  await tell("oddity none");
  await fetchLive();
});

test("when live cases have ended, practice has views again", async () => {
  for (const c of live)
    await c.ask("case_end", { at: timeText(), reason: "not_transported", note: "辞退" });
  assert.ok((await health()).view_bytes < HALF);
  const c = await drill();
  await c.notice("view_fetched");
});
