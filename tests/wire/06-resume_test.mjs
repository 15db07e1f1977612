// 06-resume_test.mjs — Job: cut lines, kill -9, restarts: nothing acknowledged is lost.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, test } from "node:test";
import { Device } from "./lib/client.mjs";
import { world } from "./lib/gateway.mjs";
import { newId, requestOf, timeText } from "./lib/message.mjs";
import { Case, refused } from "./lib/story.mjs";

let g;
let card;
let c;
let sealed;

before(async () => {
  g = await world({ cards: 40, settings: { hand_up_wait: "5s" } });
  card = g.cards.find((one) => one.patient === 1); // a long list: several pieces
});
after(() => g.end());

const vitals = (pulse = 80) => ({ at: timeText(), pulse });
const all = [["car", "onCar"], ["car2", "onCar2"], ["boxA", "atA"], ["boxB", "atB"]];

// Everybody comes back, with what they kept.
async function back() {
  await Promise.all(all.map(async ([device, session]) => {
    await g[device].whenClosed();
    await g[device].connect();
    await g[device].resume(g[session]);
  }));
}

test("what was missed comes in order of n, without a gap, and nothing comes twice", async () => {
  c = new Case(g.onCar);
  sealed = await c.untilDelivered(card, g.boxA);
  await g.car.settle();
  await g.boxA.settle();
  const kept = g.boxA.n;
  await g.boxA.cut();
  g.boxA.inbox = [];
  for (let i = 0; i < 5; i++) await c.ask("vitals", vitals(60 + i));
  await c.ask("talk", { text: "まもなく" });
  await g.boxA.connect();
  await g.boxA.resume(g.atA);
  for (let i = 0; i < 5; i++)
    assert.equal((await g.boxA.notice("vitals_taken")).body.content.pulse, 60 + i);
  await g.boxA.notice("talked");
  await g.boxA.settle();
  assert.equal(g.boxA.n, kept + 6);
  assert.equal(g.boxA.has({ type: "snapshot" }), undefined);
});

test("the sealed view comes again after a reconnect, under the same grant", async () => {
  await g.boxA.expect({ type: "view_header", body: { grant: sealed.header.grant } });
  sealed = g.boxA.view(sealed.header);
  await g.boxA.wait(() => sealed.whole || null, "the pieces");
  await g.atA.open(c.id, sealed.header, ["medications"]);
  assert.equal(sealed.open("medications").state, "present");
});

test("a client that kept nothing gets a snapshot, whose n is for all before", async () => {
  const n = g.boxA.n;
  await g.boxA.cut();
  g.boxA.forget();
  await g.boxA.connect({ n: 0 });
  const snapshot = await g.boxA.expect({ type: "snapshot" });
  assert.deepEqual([snapshot.body.n, snapshot.body.count], [n, 1]);
  await g.boxA.expect({ type: "snapshot_case", case: c.id });
  const shown = g.boxA.cases.get(c.id);
  assert.equal(shown.destination_here, true);
  assert.equal(shown.grants[0].grant, sealed.header.grant);
  assert.ok(shown.grants[0].delivered_at && shown.grants[0].opened_at);
  await g.boxA.resume(g.atA);
});

test("so does one that is more than 256 frames behind, or claims to be ahead", async () => {
  await g.boxA.cut();
  g.car.inbox = [];
  for (let i = 0; i < 260; i++)
    g.car.sendText(requestOf("vitals", vitals(), { session: g.onCar.id, case: c.id }).text);
  for (let i = 0; i < 260; i++) await g.car.expect({ type: "receipt" });
  await g.boxA.connect();
  await g.boxA.expect({ type: "snapshot" });
  await g.boxA.settle();
  assert.equal(g.boxA.has({ body: { event: "vitals_taken" } }), undefined);
  const n = g.boxA.n;
  await g.boxA.cut();
  await g.boxA.connect({ n: n + 5 });
  assert.equal((await g.boxA.expect({ type: "snapshot" })).body.n, n);
  await g.boxA.resume(g.atA);
});

test("a second hello is a fault of the client", async () => {
  g.boxA.sendFrame("hello", { client: "again", n: 0, checkpoint_size: 0 });
  assert.equal((await g.boxA.expect({ type: "refusal" })).body.code, "ERR_PROTOCOL");
});

test("kill -9 in a burst: what was acknowledged is there once, the rest comes again", async () => {
  const own = await new Case(g.onCar2).open();
  await g.car2.settle();
  const first = g.car2.n;
  const texts = Array.from({ length: 120 }, (_, i) =>
    requestOf("vitals", vitals(40 + i), { session: g.onCar2.id, case: own.id }));
  const acknowledged = new Map();
  for (const { text } of texts) g.car2.sendText(text);
  const note = (frame) => acknowledged.set(frame.re, frame.body.entry);
  for (let i = 0; i < 30; i++) note(await g.car2.expect({ type: "receipt" }));
  await g.stop("SIGKILL");
  await g.car2.whenClosed();
  for (const frame of g.car2.inbox.filter((f) => f.type === "receipt")) note(frame);
  g.car2.inbox = [];
  await g.start();
  await back();
  const entries = new Map();
  for (const { id, text } of texts) g.car2.sendText(text); // the same bytes, all of them
  for (const { id } of texts) {
    const frame = await g.car2.expect((f) => f.re === id);
    assert.equal(frame.type, "receipt", frame.body.code);
    entries.set(id, frame.body.entry);
  }
  for (const [id, entry] of acknowledged) assert.equal(entries.get(id), entry, "another entry");
  assert.equal(new Set(entries.values()).size, texts.length);
  await g.car2.settle();
  assert.equal(g.car2.n, first + texts.length, "each once, and each numbered");
});

test("sessions outlive the restart; a case's journal goes on", async () => {
  await c.ask("vitals", vitals());
  await g.boxA.notice("vitals_taken");
});

test("after a restart views are gone; the tablet hands its own up, and is checked", async () => {
  g.car.sendFrame("snapshot_ask", {});
  await g.car.expect({ type: "snapshot_case", case: c.id });
  assert.equal(g.car.cases.get(c.id).views[0].held, false);
  await refused(g.atA.open(c.id, sealed.header, ["visits"]), "ERR_VIEW_LOST");
  const own = c.sealed;
  const piecesOf = (section) => own.pieces.get(section).map((bytes, piece) => ({ view: c.view,
    section, piece, pieces: own.row(section).pieces, bytes: bytes.toString("base64") }));
  const handUp = (body) => g.car.sendFrame("view_hand_up", body, { case: c.id, id: newId() });
  const sections = [...own.pieces.keys()];
  g.boxA.inbox = [];
  // Once with a byte changed: nothing of it is taken.
  for (const section of sections)
    for (const body of piecesOf(section)) {
      const bytes = Buffer.from(body.bytes, "base64");
      if (section === "visits") bytes[20] ^= 1;
      handUp({ ...body, bytes: bytes.toString("base64") });
    }
  assert.equal((await g.car.expect({ type: "refusal" })).body.code, "ERR_CRYPTO");
  for (const section of sections) for (const body of piecesOf(section)) handUp(body);
  const header = await g.boxA.expect({ type: "view_header",
    body: { grant: sealed.header.grant } });
  assert.deepEqual(header.body.sections, sealed.header.sections, "the same sealed bytes");
  sealed = g.boxA.view(sealed.header);
  await g.boxA.wait(() => sealed.whole || null, "the pieces");
  await g.atA.open(c.id, sealed.header, ["medications"]);
  assert.equal(sealed.open("medications").state, "present");
  const hash = createHash("sha256").update(own.sealed("visits")).digest("base64");
  assert.equal(hash, own.row("visits").hash);
});

test("a view that nobody hands up in time is lost; grants of it are revoked", async () => {
  await g.stop("SIGKILL");
  await g.start();
  await back();
  const ended = await c.notice("view_ended");
  assert.equal(ended.body.revoke, "view_lost");
  assert.equal((await g.boxA.notice("grant_revoked", {}, { case: c.id })).body.revoke, "view_lost");
  await refused(g.atA.open(c.id, sealed.header, ["visits"]), "ERR_VIEW_LOST");
});

test("a lost view is fetched anew, as another view that says so", async () => {
  await c.ask("view_ask", { kind: "emergency_summary" });
  const asked = await c.notice("fetch_asked");
  assert.notEqual(asked.body.view, c.view);
  c.view = asked.body.view;
  const header = await g.car.expect({ type: "view_header", body: { view: c.view } });
  assert.equal(header.body.refetched, true);
  await c.match();
  await c.destination(g.orgA);
  const again = await c.deliver(g.boxA);
  assert.equal(again.header.refetched, true);
});

test("who has not said hello yet is told nothing, and then everything", async () => {
  const own = await new Case(g.onCar).open();
  await own.fetch(card);
  await own.match();
  await g.boxB.close();
  g.boxB.inbox = [];
  await g.boxB.open();
  await own.ask("phone_acceptance", { at: timeText(), hospital: g.orgB, name: "医師 乙" });
  await own.destination(g.orgB);
  const { grant } = (await own.notice("grant_issued")).body;
  await g.car.settle();
  g.boxB.sendHello();
  assert.equal((await g.boxB.expect(() => true, "the first frame")).type, "welcome");
  await own.received(g.boxB, { view: own.view, grant });
  await g.boxB.resume(g.atB);
});

test("a card check and a fetch that a kill interrupted are finished after the start", async () => {
  const own = await new Case(g.onCar).open();
  await own.readCard(card);
  await own.ask("ground", { at: timeText(), basis: "patient_oral", said_by: "patient",
    right: "crew_view" });
  await own.ask("view_ask", { kind: "emergency_summary" });
  await g.stop("SIGKILL"); // before or after the answer: both must end well
  await g.start();
  await back();
  const end = await g.car.expect((f) => f.case === own.id &&
    ["view_fetched", "fetch_failed", "view_ended"].includes(f.body?.event));
  assert.equal(end.body.event, "view_fetched");
});

test("an orderly stop says 1001, and the gateway ends with 0", async () => {
  const code = await g.stop("SIGTERM");
  assert.equal(code, 0, g.program.log);
  assert.equal((await g.car.whenClosed()).code, 1001);
  await g.start();
  await back();
});

test("what a touch showed again without a line is in the log, whatever has ended since",
  async () => {
    const own = new Case(g.onCar);
    const { header: { view, grant, ...header } } = await own.untilDelivered(card, g.boxA);
    await g.atA.open(own.id, { view, grant, ...header }, ["medications"]);
    await own.notice("opened");
    await g.stop("SIGKILL"); // and the view is in no memory any more
    await g.start();
    await back();
    const shown = (sections) => g.atA.ask("open", { view, grant, sections, shown_at: timeText() },
      { case: own.id });
    await shown(["medications"]);
    const { sections, person_name: name } = (await own.notice("opened")).body;
    assert.deepEqual([sections, name], [["medications"], g.nurseA.name]);
    await refused(shown(["visits"]), "ERR_NOT_ALLOWED");
    await g.boxA.settle();
    assert.equal(g.boxA.has({ type: "section_keys" }), undefined);
  });

// Every program is started anew and has kept nothing; the gateway, too, comes from its disk.
async function fromNothing() {
  await g.stop("SIGKILL");
  await g.start();
  await Promise.all(all.map(async ([device, session]) => {
    await g[device].whenClosed();
    g[device].forget();
    await g[device].connect({ n: 0 });
    await g[device].expect({ type: "snapshot" });
    await g[device].resume(g[session]);
    await g[device].settle();
  }));
}
const saidTo = (device, id) => (g[device].cases.get(id)?.said ?? [])
  .map(({ kind, content, person_name: name }) => [kind, content.text ?? content.result ??
    content.physician, name]);

test("who kept nothing gets back what was said to it, and no more", async () => {
  const own = await new Case(g.onCar).open();
  await own.inquire([g.orgA]);
  await own.answer(g.boxA);
  await own.destination(g.orgA, { ground: false });
  await own.ask("talk", { text: "甲へ" });
  await g.atA.ask("talk", { text: "甲から" }, { case: own.id });
  await own.inquire([g.orgB]);
  await own.answer(g.boxB);
  await own.destination(g.orgB, { ground: false });
  await own.ask("talk", { text: "乙へ" });
  await fromNothing();
  const [crew, nurse] = [g.crew.name, g.nurseA.name];
  const answer = ["answer", "accepted", undefined]; // by the box: nobody was signed in
  assert.deepEqual(saidTo("boxA", own.id), [answer, ["talk", "甲へ", crew],
    ["talk", "甲から", nurse]]);
  assert.deepEqual(saidTo("boxB", own.id), [answer, ["talk", "乙へ", crew]]);
  assert.deepEqual(saidTo("car", own.id), [answer, ["talk", "甲へ", crew],
    ["talk", "甲から", nurse], answer, ["talk", "乙へ", crew]]);
  assert.deepEqual(saidTo("car2", own.id), []);
  c = own;
});

test("a handed-over case without a view stays until the hospital has confirmed it", async () => {
  await c.ask("handover", { at: timeText() });
  await g.car.settle();
  await fromNothing();
  for (const device of ["boxB", "car"]) {
    const shown = g[device].cases.get(c.id);
    assert.deepEqual([Boolean(shown.handed_at), shown.confirmed_at, shown.ended_at],
      [true, undefined, undefined]);
  }
  await g.atB.ask("handover_confirm", { at: timeText(), physician: "医師 丁" }, { case: c.id });
  assert.equal((await c.notice("case_ended")).body.end, "handed_over");
  await fromNothing();
  for (const device of ["boxB", "car"]) assert.equal(g[device].cases.has(c.id), false);
});

test("an ended case stays with whoever has still to read that it was a mix-up", async () => {
  const own = new Case(g.onCar);
  const view = await own.untilDelivered(card, g.boxA);
  await g.atA.open(own.id, view.header, ["medications"]);
  await own.ask("mixup", { kind: "wrong_patient" });
  await own.ask("case_end", { at: timeText(), reason: "opened_by_mistake" });
  await fromNothing();
  const shown = g.boxA.cases.get(own.id);
  assert.deepEqual([shown.must_ack, shown.end], [true, "opened_by_mistake"]);
  assert.equal(g.boxB.cases.has(own.id), false);
  await g.atA.ask("mixup_ack", {}, { case: own.id });
  await fromNothing();
  assert.equal(g.boxA.cases.has(own.id), false);
});

test("a device that knows only its certificate starts from nothing", async () => {
  const other = new Device({ ...g.car, name: "car new" });
  g.devices.push(other);
  other.kind = "ambulance";
  await other.connect({ n: 0 });
  await other.expect({ type: "snapshot" });
  await other.close();
});
