// 40-garbage_test.mjs — Job: nonsense from a registered device: answered with a code or closed with
// a reason; the gateway stays up, everybody else's work goes on, and the log stays whole.
import assert from "node:assert/strict";
import { connect as connectTcp } from "node:net";
import { connect as connectTls } from "node:tls";
import { after, before, test } from "node:test";
import { world } from "../wire/lib/gateway.mjs";
import { newId, requestOf, timeText } from "../wire/lib/message.mjs";
import { Case, refused } from "../wire/lib/story.mjs";
import { WebSocket } from "../wire/lib/ws.mjs";
import { checkedLog } from "./lib/log.mjs";
import { pause, randomOf } from "./lib/sender.mjs";

const SEED = Number(process.env.FAULT_SEED ?? 20261124);
const MUTANTS = 600;
const PER_LINE = 150; // below what a line may send in its window
const HALF_OPEN = 60;
const FRAME_MAX = 65536;
const HEART_MS = 100;

let g;
let rogue; // car2, signed in as crew2
let heart; // what the other devices do meanwhile
let beating = true;
let slowest = 0;

// Another crew and a hospital work on; each beat must be answered within the harness's patience.
async function beat() {
  const main = await new Case(g.onCar).open();
  let beats = 0;
  for (; beating; beats++) {
    const from = performance.now();
    await Promise.all([main.ask("vitals", { at: timeText(), pulse: 70 }), g.boxA.settle()]);
    slowest = Math.max(slowest, performance.now() - from);
    g.car.inbox = [];
    await pause(HEART_MS);
  }
  return beats;
}

before(async () => {
  g = await world({ upstream: false });
  rogue = g.car2;
  heart = beat();
  heart.catch(() => {});
});
after(() => g.end());

async function fresh() {
  if (!rogue.closed) await rogue.close();
  rogue.inbox = [];
  await rogue.connect();
  await rogue.resume(g.onCar2);
}

const vitals = (more = {}) => ({ type: "vitals", id: newId(), session: g.onCar2.id,
  case: newId(), sent_at: timeText(), body: { at: timeText(), pulse: 70 }, ...more });
const deep = (levels) => `${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`;

// ---- frames that are answered ----

const answered = [
  ["half an object", "{", "ERR_JSON"],
  ["not an object", "[1,2]", "ERR_JSON"],
  ["a bare word", "hello", "ERR_JSON"],
  ["something behind it", `${JSON.stringify({ type: "ack", body: { n: 1 } })} x`, "ERR_JSON"],
  ["a byte order mark", `\uFEFF{"type":"ack","body":{"n":1}}`, "ERR_JSON"],
  ["a NUL", '{"type":"ack\\u0000","body":{"n":1}}', "ERR_JSON"],
  ["UTF-16", Buffer.from('{"type":"ack"}', "utf16le"), "ERR_JSON"],
  ["half a surrogate pair", '{"type":"\\ud800","body":{"n":1}}', "ERR_JSON"],
  ["a float", '{"type":"ack","body":{"n":1.5}}', "ERR_JSON"],
  ["minus zero", '{"type":"ack","body":{"n":-0}}', "ERR_JSON"],
  ["an exponent", '{"type":"ack","body":{"n":1e3}}', "ERR_JSON"],
  ["a number beyond 2^53", '{"type":"ack","body":{"n":99999999999999999999}}', "ERR_JSON"],
  ["a raw control character", '{"type":"a\u0007ck","body":{"n":1}}', "ERR_JSON"],
  ["9 levels", deep(9), "ERR_TOO_DEEP"],
  ["10,000 levels", deep(10000), "ERR_TOO_DEEP"],
  ["30,000 open brackets", "[".repeat(30000), "ERR_TOO_DEEP"],
  ["a key twice", '{"type":"ack","type":"ack","body":{"n":1}}', "ERR_DUPLICATE_KEY"],
  ["a key twice, once escaped", '{"type":"ack","body":{"n":1,"\\u006e":2}}', "ERR_DUPLICATE_KEY"],
  ["65 members", `{${[...Array(65).keys()].map((i) => `"k${i}":1`)}}`, "ERR_TOO_LARGE"],
  ["513 items", `{"type":"ack","body":[${Array(513).fill(1)}]}`, "ERR_TOO_LARGE"],
  ["no type", '{"body":{}}', "ERR_MISSING_FIELD"],
  ["an unknown type", '{"type":"give_me_everything","body":{}}', "ERR_UNKNOWN_TYPE"],
  ["a gateway's type", '{"type":"section_keys","body":{}}', "ERR_NOT_ALLOWED"],
  ["a second hello", '{"type":"hello","body":{"client":"x","n":0,"checkpoint_size":0}}',
    "ERR_PROTOCOL"],
];

test("frames that cannot be taken are refused with their code; the line lives", async () => {
  for (const [name, text, code] of answered) {
    rogue.inbox = [];
    rogue.sendText(text);
    const { body } = await rogue.expect({ type: "refusal" }, `a refusal of ${name}`);
    assert.equal(body.code, code, name);
    await rogue.settle();
  }
});

test("well-formed frames with wrong members are refused, the field named", async () => {
  const cases = [
    [vitals({ extra: 1 }), "ERR_UNKNOWN_FIELD"],
    [vitals({ body: { at: timeText(), pulse: 70, puls: 1 } }), "ERR_UNKNOWN_FIELD"],
    [vitals({ body: { pulse: 70 } }), "ERR_MISSING_FIELD", "body.at"],
    [vitals({ body: { at: timeText(), pulse: 301 } }), "ERR_BAD_FIELD", "body.pulse"],
    [vitals({ body: { at: timeText(), pulse: "70" } }), "ERR_BAD_FIELD", "body.pulse"],
    [vitals({ body: { at: timeText(), pulse: null } }), "ERR_BAD_FIELD", "body.pulse"],
    [vitals({ body: { at: "2026-02-30T00:00:00.000Z" } }), "ERR_BAD_FIELD", "body.at"],
    [vitals({ body: [] }), "ERR_BAD_FIELD"],
    [vitals({ id: "../../etc/passwd" }), "ERR_BAD_FIELD", "id"],
    [vitals({ id: "0".repeat(26) }), "ERR_BAD_FIELD", "id"],
    [vitals({ id: undefined }), "ERR_MISSING_FIELD", "id"],
    [vitals({ sent_at: undefined }), "ERR_MISSING_FIELD", "sent_at"],
    [vitals({ seq: 5 }), "ERR_UNKNOWN_FIELD"],
    [vitals(), "ERR_NO_SUCH_CASE"],
  ];
  for (const [frame, code, path] of cases) {
    rogue.inbox = [];
    rogue.sendText(JSON.stringify(frame));
    const { body } = await rogue.expect({ type: "refusal" }, JSON.stringify(frame));
    assert.equal(body.code, code, JSON.stringify(frame));
    if (path) assert.equal(body.path, path);
  }
});

// ---- order, repetition, other people's words ----

test("replayed, reordered, ids used again", async () => {
  const id = newId();
  const open = requestOf("case_open", { incident: newId() },
    { session: g.onCar2.id, case: id });
  const later = requestOf("vitals", { at: timeText(), pulse: 70 },
    { session: g.onCar2.id, case: id });
  await refused(rogue.again(later.id, later.text), "ERR_NO_SUCH_CASE");
  const first = await rogue.again(open.id, open.text);
  for (let i = 0; i < 20; i++)
    assert.equal((await rogue.again(open.id, open.text)).entry, first.entry);
  const taken = await rogue.again(later.id, later.text); // what was refused has used no id up
  await refused(rogue.again(later.id, later.text.replace('"pulse":70', '"pulse":71')),
    "ERR_ID_REUSED");
  await refused(rogue.again(open.id, open.text.replace(id, newId())), "ERR_ID_REUSED");
  assert.equal((await rogue.again(later.id, later.text)).entry, taken.entry);
  // Ids are a device's own: somebody else's message with the same id is another message.
  const other = await new Case(g.onCar2).open();
  assert.ok(other.id !== id);
  rogue.sendFrame("ack", { n: 2 ** 53 - 1 });
  rogue.sendFrame("ack", { n: 0 });
  await rogue.settle();
});

test("a twin sent at once on two lines is one entry, and answered on the living line", async () => {
  const twin = requestOf("case_open", { incident: newId() }, { session: g.onCar2.id,
    case: newId() });
  rogue.sendText(twin.text);
  rogue.ws.cut();
  await fresh();
  const { entry } = await rogue.again(twin.id, twin.text);
  assert.equal((await rogue.again(twin.id, twin.text)).entry, entry);
});

test("another's session, case and token: as if they were not", async () => {
  await refused(rogue.ask("sign_out", {}, { session: g.onCar.id }), "ERR_NO_SESSION");
  await refused(rogue.ask("talk", { text: "x" }, { session: g.onCar2.id, case: newId() }),
    "ERR_NO_SUCH_CASE");
  const id = newId();
  rogue.sendText(JSON.stringify({ type: "session_resume", id, session: g.onCar.id,
    body: { token: g.onCar.token } }));
  assert.equal((await rogue.expect({ type: "refusal", re: id })).body.code, "ERR_NO_SESSION");
});

// ---- what breaks the line ----

const frame = (...parts) => Buffer.concat(parts.map((part) => Buffer.from(part)));
const masked = (first, size) => size < 126 ? [first, 0x80 | size, 0, 0, 0, 0]
  : [first, 0xff, 0, 0, 0, 0, 0, size >>> 16, size >>> 8 & 255, size & 255, 0, 0, 0, 0];
const breaking = [
  ["a binary message", () => rogue.ws.send("{}", 2), [1003]],
  ["CP932", () => rogue.ws.send(Buffer.from([0x7b, 0x88, 0xc0, 0x7d])), [1007]],
  ["an overlong NUL", () => rogue.ws.send(Buffer.from([0xc0, 0x80])), [1007]],
  ["an empty message", () => rogue.ws.send(""), [1002]],
  ["one byte too many", () => rogue.ws.send("x".repeat(FRAME_MAX + 1)), [1009]],
  ["too much in pieces", () => {
    for (let i = 0; i < 5; i++) rogue.ws.send("x".repeat(16000), i === 0 ? 1 : 0, false);
  }, [1009]],
  ["a length of 2^63", () => rogue.ws.tls.write(frame([0x81, 0xff], Buffer.alloc(8, 0xff),
    Buffer.alloc(4))), [1002, 1009, 1006]],
  ["a gigabyte announced", () => rogue.ws.tls.write(frame([0x81, 0xff, 0, 0, 0, 0, 0x40, 0, 0, 0],
    Buffer.alloc(4), "x".repeat(1000))), [1009, 1006]],
  ["a reserved bit", () => rogue.ws.tls.write(frame(masked(0xc1, 2), "{}")), [1002, 1006]],
  ["an opcode that is not", () => rogue.ws.tls.write(frame(masked(0x83, 2), "{}")), [1002, 1006]],
  ["a ping of 200 bytes", () => rogue.ws.tls.write(frame(masked(0x89, 200), Buffer.alloc(200))),
    [1002, 1006]],
  ["a piece of nothing begun", () => rogue.ws.send("x", 0), [1002, 1006]],
  ["401 messages at once", () => {
    for (let i = 0; i < 420; i++) rogue.ws.send("{}");
  }, [4000, 4001]], // too many of them, or too many refusals that wait
];

test("what breaks the protocol closes this one line, with its code", async () => {
  for (const [name, act, codes] of breaking) {
    await fresh();
    act();
    const { code } = await rogue.whenClosed().catch(() => ({ code: "the line lives" }));
    assert.ok(codes.includes(code), `${name}: ${code}`);
  }
  await fresh();
});

// ---- before there is a line ----

test("half handshakes and random bytes before the upgrade", async () => {
  const random = randomOf(SEED);
  const noise = (size) => Buffer.from(Array.from({ length: size }, () => random() * 256));
  const { port } = rogue;
  const tcp = () => connectTcp({ host: "127.0.0.1", port }).on("error", () => {});
  const tls = (then) => {
    const { ca, cert, key } = rogue;
    return connectTls({ host: "127.0.0.1", port, ca, cert, key, servername: "localhost" },
      function said() { then(this); }).on("error", () => {});
  };
  const head = "GET / HTTP/1.1\r\nHost: localhost\r\n";
  const tries = [
    () => tcp(), // and says nothing
    () => tcp().end(noise(300)),
    () => tcp().end(Buffer.concat([Buffer.from([22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3]), noise(200)])),
    () => tcp().end(head),
    () => tls(() => {}), // TLS, then nothing
    () => tls((s) => s.write(head)), // half a request
    () => tls((s) => s.end(noise(2000))),
    () => tls((s) => s.write(`${head}X: ${"y".repeat(100000)}`)),
    () => tls((s) => s.write(`POST / HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n${noise(999)}`)),
    () => tls((s) => s.write(`${head}Upgrade: websocket\r\nConnection: Upgrade\r\n\r\n`)),
  ];
  const sockets = Array.from({ length: HALF_OPEN }, (_, i) => tries[i % tries.length]());
  await rogue.settle();
  for (const options of [{ protocol: null }, { protocol: "mqtt" }, { path: "/nowhere" }]) {
    const { port: at, ca, cert, key } = rogue;
    const ends = await WebSocket.open({ port: at, ca, cert, key, ...options },
      { text() {}, closed() {} }).then((ws) => { ws.cut(); return "opened"; }, () => "refused");
    assert.equal(ends, "refused", JSON.stringify(options));
  }
  for (const socket of sockets) socket.destroy();
  await rogue.settle();
});

test(`${MUTANTS} frames changed at random (FAULT_SEED=${SEED}): a code or a reason`, async (t) => {
  const random = randomOf(SEED);
  const pick = (n) => Math.floor(random() * n);
  const ends = {};
  const note = (what) => { ends[what] = (ends[what] ?? 0) + 1; };
  const seeds = [() => vitals(), () => ({ type: "case_open", id: newId(), session: g.onCar2.id,
    case: newId(), sent_at: timeText(), body: { incident: newId() } }),
  () => ({ type: "spooled", id: newId(), body: { bytes: Buffer.alloc(200).toString("base64") } }),
  () => ({ type: "view_hand_up", id: newId(), case: newId(), body: { view: newId(), piece: 0,
    pieces: 16384, section: "person", bytes: "AAAA" } }),
  () => ({ type: "snapshot_ask", id: newId() })];
  for (let i = 0; i < MUTANTS; i++) {
    if (rogue.closed || i % PER_LINE === 0) await fresh();
    const bytes = Buffer.from(JSON.stringify(seeds[i % seeds.length]()));
    for (let j = 1 + pick(3); j > 0; j--) {
      const at = pick(bytes.length);
      if (pick(2)) bytes[at] = pick(256);
      else bytes.copy(bytes, at, pick(bytes.length));
    }
    rogue.inbox = [];
    rogue.ws.send(bytes.subarray(0, bytes.length - (pick(4) === 0 ? pick(30) : 0)));
    await rogue.settle().catch((error) => { if (!rogue.closed) throw error; });
    const refusal = rogue.has({ type: "refusal" });
    note(rogue.closed ? `closed ${rogue.closed.code}` : refusal?.body.code ?? "taken");
    if (rogue.closed) assert.ok([1002, 1003, 1007].includes(rogue.closed.code), "a reason");
  }
  t.diagnostic(JSON.stringify(ends));
});

test("meanwhile everybody else went on, and the log is whole", async (t) => {
  beating = false;
  const beats = await heart;
  assert.ok(beats > 10);
  t.diagnostic(`${beats} beats of the others, the slowest ${Math.round(slowest)} ms`);
  for (const device of g.devices) await device.close();
  assert.equal(await g.stop(), 0);
  const events = await checkedLog(g);
  const told = events.filter((e) => e.type === "refused" && e.device === rogue.id);
  assert.ok(told.length > 0, "refusals are in the log, folded");
  assert.ok(told.length < 200);
});
