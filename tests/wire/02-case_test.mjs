// 02-case_test.mjs — Job: opening a case, recording, and every kind of frame that is refused.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { world } from "./lib/gateway.mjs";
import { newId, requestOf, timeText } from "./lib/message.mjs";
import { Case, refused } from "./lib/story.mjs";

let g;
let c;

before(async () => {
  g = await world({ upstream: false });
  c = new Case(g.onCar);
});
after(() => g.end());

const vitals = (more = {}) => ({ at: timeText(), pulse: 88, systolic: 120, spo2: 97, ...more });
const refusal = async (text, code, path) => {
  g.car.sendText(text);
  const frame = await g.car.expect({ type: "refusal" });
  assert.equal(frame.body.code, code);
  if (path !== undefined) assert.equal(frame.body.path, path);
  return frame;
};
const vitalsText = (change = (frame) => frame) => {
  const frame = JSON.parse(requestOf("vitals", vitals(),
    { session: g.onCar.id, case: c.id }).text);
  return JSON.stringify(change(frame));
};

test("a case is opened without a session; its receipt names the entry; the tablet hears of it",
  async () => {
    const receipt = await g.car.ask("case_open",
      { incident: c.incident, incident_number: "2026-123", patients: 2, patient_no: 1 },
      { case: c.id });
    assert.ok(receipt.entry > 0 && Math.abs(Date.parse(receipt.recorded_at) - Date.now()) < 60000);
    const { body, seq, case: case_ } = await g.car.notice("case_opened");
    assert.equal(case_, c.id);
    assert.equal(seq, receipt.entry);
    assert.equal(body.training, true); // the profile says so
    assert.equal(body.content.incident_number, "2026-123");
    assert.equal(body.message, receipt.id);
  });

test("a case's id is used once", () => refused(g.car.ask("case_open", { incident: newId() },
  { case: c.id }), "ERR_ID_REUSED"));

test("record, vitals and ETA are recorded; the tablet hears each in order", async () => {
  await c.ask("crew_record", { name: "試験 花子", name_source: "told", age: 70, sex: "female",
    allergies: { state: "present", said_by: "family", text: "卵" },
    treatments: [{ act: "酸素投与", at: timeText() }] });
  await g.car.settle();
  const before_ = g.car.n;
  await c.ask("vitals", vitals());
  await c.ask("eta", { eta_at: timeText(Date.now() + 600000) });
  await c.notice("record_changed");
  assert.ok((await c.notice("vitals_taken")).n > 0);
  await c.notice("eta_told");
  assert.equal(g.car.n, before_ + 2);
});

test("a snapshot holds what was recorded", async () => {
  g.car.sendFrame("snapshot_ask", {});
  await g.car.expect({ type: "snapshot_case", case: c.id });
  const shown = g.car.cases.get(c.id);
  assert.equal(shown.incident, c.incident);
  assert.equal(shown.record.name, "試験 花子");
  assert.equal(shown.record.allergies.state, "present");
  assert.equal(shown.vitals.at(-1).content.pulse, 88);
  assert.equal(shown.opened.incident_number, "2026-123");
});

test("the same id and bytes get the original receipt, and nothing happens twice", async () => {
  const { id, text } = requestOf("vitals", vitals(), { session: g.onCar.id, case: c.id });
  const first = await g.car.again(id, text);
  await g.car.settle();
  const n = g.car.n;
  const second = await g.car.again(id, text);
  assert.deepEqual([second.entry, second.recorded_at], [first.entry, first.recorded_at]);
  g.car.sendText(text);
  g.car.sendText(text);
  for (let i = 0; i < 2; i++)
    assert.equal((await g.car.expect({ type: "receipt", re: id })).body.entry, first.entry);
  assert.equal(g.car.n, n);
});

test("sent twice before the first is durable, it is still one message", async () => {
  const { id, text } = requestOf("vitals", vitals(), { session: g.onCar.id, case: c.id });
  const n = g.car.n;
  g.car.sendText(text);
  g.car.sendText(text);
  await g.car.expect({ type: "receipt", re: id });
  await g.car.settle();
  assert.equal(g.car.n, n + 1);
});

test("the same id with other bytes is refused; so is another type under it", async () => {
  const { id, text } = requestOf("vitals", vitals(), { session: g.onCar.id, case: c.id });
  await g.car.again(id, text);
  await refused(g.car.again(id, text.replace('"pulse":88', '"pulse":89')), "ERR_ID_REUSED");
  await refused(c.ask("eta", { eta_at: timeText() }, { id }), "ERR_ID_REUSED");
});

test("an id that was used on one device is free on another", async () => {
  const { id } = await c.ask("vitals", vitals());
  const other = new Case(g.onCar2);
  await other.ask("case_open", { incident: newId() }, { id });
});

test("a refusal uses no id up", async () => {
  const id = newId();
  const later = new Case(g.onCar);
  await refused(later.ask("vitals", vitals(), { id }), "ERR_NO_SUCH_CASE");
  await later.open();
  await later.ask("vitals", vitals(), { id });
});

test("order: what was sent first is judged first", async () => {
  const texts = Array.from({ length: 20 }, (_, i) => requestOf("vitals", vitals({ pulse: 60 + i }),
    { session: g.onCar.id, case: c.id }));
  for (const { text } of texts) g.car.sendText(text);
  const entries = [];
  for (const { id } of texts)
    entries.push((await g.car.expect({ type: "receipt", re: id })).body.entry);
  assert.deepEqual(entries, [...entries].sort((a, b) => a - b));
});

// ---- frames that are not as they should be ----

test("an unknown field is refused, in the envelope and in the body, without telling its name",
  async () => {
    await refusal(vitalsText((f) => ({ ...f, extra: 1 })), "ERR_UNKNOWN_FIELD", "?");
    await refusal(vitalsText((f) => ({ ...f, body: { ...f.body, extra: 1 } })),
      "ERR_UNKNOWN_FIELD", "body.?");
    await refusal(vitalsText((f) => ({ ...f, seq: 1 })), "ERR_UNKNOWN_FIELD");
  });

test("a missing field is named", async () => {
  for (const name of ["id", "sent_at", "case", "body", "type"])
    await refusal(vitalsText((f) => ({ ...f, [name]: undefined })), "ERR_MISSING_FIELD", name);
  await refusal(vitalsText((f) => ({ ...f, body: {} })), "ERR_MISSING_FIELD", "body.at");
});

test("a wrong value is named", async () => {
  for (const [name, value] of [["pulse", 301], ["pulse", -1], ["pulse", "88"], ["pulse", true],
    ["at", "2026-11-24 05:00:00"], ["at", "2026-02-30T05:00:00.000Z"],
    ["at", "2026-11-24T05:00:00Z"],
    ["ecg", ""], ["ecg", "x".repeat(121)], ["ecg", "a\u202eb"], ["ecg", "a\u0007b"], ["ecg", null],
    ["light_left", "yes"]])
    await refusal(vitalsText((f) => ({ ...f, body: { ...f.body, [name]: value } })),
      "ERR_BAD_FIELD", `body.${name}`);
  for (const id of ["0".repeat(26), newId().toLowerCase(), "I".repeat(26), "8".repeat(26), "short"])
    await refusal(vitalsText((f) => ({ ...f, case: id })), "ERR_BAD_FIELD", "case");
  await c.ask("vitals", vitals({ ecg: "外字\ue000\u{20bb7}\n二行" })); // and these are allowed
});

test("an unknown type is refused, and one that only the gateway sends", async () => {
  await refusal(vitalsText((f) => ({ ...f, type: "nonsense" })), "ERR_UNKNOWN_TYPE");
  await refusal(vitalsText((f) => ({ ...f, type: "receipt" })), "ERR_NOT_ALLOWED");
});

test("a message of the hospital from an ambulance is refused", () =>
  refused(c.ask("record_read", {}), "ERR_NOT_ALLOWED"));

test("JSON is read strictly", async () => {
  const good = vitalsText();
  const cases = [
    [good.replace('"pulse":88', '"pulse":88,"pulse":88'), "ERR_DUPLICATE_KEY"],
    [good.replace('"pulse":88', '"pulse":88,"p\\u0075lse":88'), "ERR_DUPLICATE_KEY"],
    [good.replace('"type"', '"id":"x","type"'), "ERR_DUPLICATE_KEY"],
    [good.replace('"pulse":88', '"pulse":88.0'), "ERR_JSON"],
    [good.replace('"pulse":88', '"pulse":8e1'), "ERR_JSON"],
    [good.replace('"pulse":88', '"pulse":-0'), "ERR_JSON"],
    [good.replace('"pulse":88', '"pulse":088'), "ERR_JSON"],
    [good.replace('"pulse":88', '"pulse":9007199254740993'), "ERR_JSON"],
    [good.replace('"pulse":88', '"ecg":"\\u0000"'), "ERR_JSON"],
    [good.replace('"pulse":88', '"ecg":"\\ud800"'), "ERR_JSON"],
    [good.replace('"pulse":88', '"ecg":"a\tb"'), "ERR_JSON"],
    [`\ufeff${good}`, "ERR_JSON"],
    [`${good} {}`, "ERR_JSON"],
    [`${good},`, "ERR_JSON"],
    [good.slice(0, -1), "ERR_JSON"],
    [" ", "ERR_JSON"],
    ["[]", "ERR_JSON"],
    ["null", "ERR_JSON"],
    [`{"type":"vitals","body":${"{\"a\":".repeat(9)}1${"}".repeat(9)}}`, "ERR_TOO_DEEP"],
    ["[".repeat(50000), "ERR_TOO_DEEP"],
    [`{${Array.from({ length: 65 }, (_, i) => `"k${i}":1`).join(",")}}`, "ERR_TOO_LARGE"],
    [`{"type":[${Array(513).fill(1).join(",")}]}`, "ERR_TOO_LARGE"],
  ];
  for (const [text, code] of cases) await refusal(text, code);
});

test("what could be read of an id stands in the refusal", async () => {
  const id = newId();
  const frame = await refusal(vitalsText((f) => ({ ...f, id, body: { pulse: "x" } })),
    "ERR_BAD_FIELD");
  assert.equal(frame.re, id);
});

test("a frame in two pieces is one frame; a byte order mark or bad UTF-8 is an error", async () => {
  const { id, text } = requestOf("vitals", vitals(), { session: g.onCar.id, case: c.id });
  g.car.ws.send(text.slice(0, 50), 1, false);
  g.car.ws.send(text.slice(50), 0, true);
  await g.car.expect({ type: "receipt", re: id });
});

for (const [what, act, code] of [
  ["bytes that are not UTF-8", (d) => d.ws.send(Buffer.from([0x22, 0xc3, 0x28, 0x22])), 1007],
  ["a binary frame", (d) => d.ws.send(Buffer.from("{}"), 2), 1003],
  ["an empty message", (d) => d.ws.send(""), 1002],
  ["a message of more than 65,536 bytes", (d) => d.ws.send("x".repeat(65537)), 1009],
]) test(`${what}: the line is closed with ${code}`, async () => {
  act(g.car2);
  assert.equal((await g.car2.whenClosed()).code, code);
  await g.car2.connect();
  await g.car2.resume(g.onCar2);
});

test("exactly 65,536 bytes are taken", async () => {
  const text = vitalsText();
  await g.car.again(JSON.parse(text).id, text.padEnd(65536, " "));
});

test("more than 400 messages in ten seconds close the line with 4001", async () => {
  for (let i = 0; i < 450; i++) g.car2.sendFrame("ack", { n: 0 });
  assert.equal((await g.car2.whenClosed()).code, 4001);
  await g.car2.connect();
  await g.car2.resume(g.onCar2);
});

// ---- whose case it is ----

test("another ambulance and a hospital that was not asked do not see the case", async () => {
  await refused(g.onCar2.ask("vitals", vitals(), { case: c.id }), "ERR_NO_SUCH_CASE");
  await refused(g.onCar2.ask("vitals", vitals(), { case: newId() }), "ERR_NO_SUCH_CASE");
  await refused(g.atA.ask("record_read", {}, { case: c.id }), "ERR_NO_SUCH_CASE");
  await refused(g.boxA.ask("answer", { inquiry: newId(), result: "accepted" }, { case: c.id }),
    "ERR_NO_SUCH_CASE");
  g.boxA.sendFrame("snapshot_ask", {});
  assert.equal((await g.boxA.expect({ type: "snapshot" })).body.n, g.boxA.n);
});

test("late: made while the session lived, recorded after it; but it opens nothing", async () => {
  const person = await g.person(g.hq, "late", "paramedic");
  const session = await g.car.signInFully(person);
  const own = new Case(session);
  await own.open();
  const begun = Date.now();
  const made = timeText(begun - 100); // the gateway's clock may be some milliseconds behind ours
  await session.ask("sign_out", {});
  await own.ask("vitals", vitals(), { sentAt: made });
  // Nor what says it was made before there was a session; clocks may be a minute apart.
  await own.ask("vitals", vitals(), { sentAt: timeText(begun - 50000) });
  await refused(own.ask("vitals", vitals(), { sentAt: timeText(begun - 90000) }),
    "ERR_SESSION_ENDED");
  await refused(own.ask("vitals", vitals(), { sentAt: timeText(Date.now() + 1000) }),
    "ERR_SESSION_ENDED");
  await refused(own.ask("eta", { eta_at: timeText() }, { sentAt: made }), "ERR_LATE");
  await refused(g.car.ask("case_open", { incident: newId() },
    { case: newId(), sentAt: timeText(Date.now() - 13 * 3600000) }), "ERR_LATE");
});

test("a case ends with its reason, and takes nothing afterwards", async () => {
  await refused(c.ask("case_end", { at: timeText(), reason: "handed_over" }), "ERR_BAD_FIELD");
  await c.ask("case_end", { at: timeText(), reason: "not_transported", note: "辞退" });
  assert.equal((await c.notice("case_ended")).body.end, "not_transported");
  await refused(c.ask("vitals", vitals()), "ERR_CASE_ENDED");
  g.car.cases.clear();
  g.car.sendFrame("snapshot_ask", {});
  await g.car.expect({ type: "snapshot" });
  await g.car.settle();
  assert.equal(g.car.cases.get(c.id), undefined);
});
