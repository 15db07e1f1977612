// 21-console-lists_test.mjs — Job: an administrator's people, devices, connections, log, coverage.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Refusal } from "./lib/client.mjs";
import { world } from "./lib/gateway.mjs";
import { newId, timeText } from "./lib/message.mjs";
import { Case, refused } from "./lib/story.mjs";
import { Witness, checkReceipt, openCheckpoint, readKey } from "./lib/witness.mjs";

let g;
const PAGES = ["people_page", "devices_page", "connections_page", "log_state", "coverage_page",
  "access_page"];

async function workstation(org, name, roles) {
  const device = await (await g.device("admin", org, `desk-${name}`)).connect();
  return device.signInFully(await g.person(org, name, roles));
}

async function ask(session, type, body = {}) {
  const { id, entry } = await session.ask(type, body);
  const frame = await session.device.expect((f) =>
    f.re === id && (PAGES.includes(f.type) || f.type === "refusal"), `page for ${type}`);
  if (frame.type === "refusal") throw new Refusal(frame);
  assert.equal(frame.seq, entry, "the answer names the entry of its question");
  return { rows: [], ...frame.body, entry, frame };
}

// Asks again until the index has come as far as entry `seq`.
async function askAt(seq, session, type, body) {
  for (let tries = 0; tries < 200; tries++) {
    const page = await ask(session, type, body);
    if (page.complete_until >= seq) return page;
  }
  throw new Error(`the index does not come to ${seq}`);
}

async function everything(session, type, body = {}) {
  const rows = [];
  for (let page = { after: undefined }; ;) {
    page = await ask(session, type, { ...body, after: page.after });
    rows.push(...page.rows);
    if (page.complete) return rows;
    assert.equal(page.after, page.rows.at(-1).person ?? page.rows.at(-1).device);
  }
}

before(async () => {
  g = await world({ cards: 4, settings: { profile: "trial" } }); // practice would not count
  [g.chief, g.auditor, g.bossA, g.operator] = await Promise.all([
    workstation(g.hq, "chief", "org_admin"), workstation(g.hq, "auditor", "auditor"),
    workstation(g.orgA, "bossA", "org_admin"), workstation(g.hq, "operator", "operator")]);
});
after(() => g.end());

test("people of the own organisation only, with roles, state and last sign-in", async () => {
  const spare = await g.person(g.hq, "spare", "paramedic,dispatcher");
  const rows = await everything(g.chief, "people_query", { limit: 2 });
  assert.equal(new Set(rows.map((row) => row.person)).size, rows.length, "none twice");
  const crew = rows.find((row) => row.person === g.crew.id);
  assert.equal(crew.name, g.crew.name);
  assert.deepEqual([crew.state, crew.signed_in, crew.roles], ["active", true, ["paramedic"]]);
  assert.ok(crew.last_sign_in_at);
  const unused = rows.find((row) => row.person === spare.id);
  assert.deepEqual([unused.state, unused.signed_in, unused.last_sign_in_at],
    ["first_password", false, undefined]);
  assert.ok(!rows.some((row) => row.person === g.nurseA.id));
  await g.act("person", "disable", "--id", spare.id);
  const again = await everything(g.chief, "people_query");
  assert.equal(again.find((row) => row.person === spare.id).state, "disabled");
  assert.deepEqual(again.map((row) => row.person), rows.map((row) => row.person));
  const text = JSON.stringify(again);
  for (const secret of ["argon2", "password\"", "totp", "token"])
    assert.ok(!text.includes(secret), secret);
});

test("an auditor is told ids, no names and no logins", async () => {
  const rows = await everything(g.auditor, "people_query");
  assert.ok(rows.length > 3);
  assert.ok(rows.every((row) => row.name === undefined && row.login === undefined));
  const lines = await everything(g.auditor, "connections_query");
  assert.ok(lines.every((row) => (row.people ?? []).every((one) => one.name === undefined)));
});

test("devices with the end of their certificate, revoked ones too", async () => {
  const lost = await g.device("ambulance", g.hq, "lost-car");
  await g.act("device", "revoke", "--id", lost.id);
  const rows = await everything(g.chief, "devices_query", { limit: 1 });
  const row = rows.find((one) => one.device === lost.id);
  assert.deepEqual([row.revoked, row.online, row.kind, row.name],
    [true, false, "ambulance", "lost-car"]);
  const until = Date.parse(row.certificate_until);
  assert.ok(until > Date.now() + 86400e3 && until < Date.now() + 1200 * 86400e3, `${until}`);
  const car = rows.find((one) => one.device === g.car.id);
  assert.deepEqual([car.revoked, car.online], [false, true]);
  assert.ok(Date.parse(car.online_since) <= Date.now());
  assert.ok(!rows.some((one) => one.device === g.boxA.id));
});

test("connections: who is on the line, since when, what waits", async () => {
  const rows = await everything(g.chief, "connections_query");
  const car = rows.find((row) => row.device === g.car.id);
  assert.ok(car.people.some((one) => one.person === g.crew.id && one.name === g.crew.name));
  assert.deepEqual([car.control_frames, car.bulk_bytes], [0, 0]);
  assert.ok(rows.every((row) => row.since && row.heard_at));
  const own = await everything(g.bossA, "connections_query");
  assert.ok(own.some((row) => row.device === g.boxA.id));
  assert.ok(!own.some((row) => row.device === g.car.id));
});

test("the log's state: signed, read back from disk, the same outside; witnesses by name",
  async () => {
    await g.boxA.close();
    await g.boxA.connect({ n: 0, checkpoint_size: 1 });
    await g.boxA.resume(g.atA);
    const key = readKey(g.logKey);
    let state;
    for (let tries = 0; tries < 200; tries++) {
      state = await ask(g.bossA, "log_query");
      if (state.verified_size > 1 && state.outside === "same") break;
    }
    const newest = openCheckpoint(state.checkpoint, key);
    assert.ok(state.size >= newest.size && newest.size > 1);
    assert.equal(state.outside, "same");
    assert.ok(state.verified_size <= state.size && state.verified_at);
    assert.equal(state.broken_size, undefined);
    assert.ok(state.witnesses.some((row) => row.device === g.boxA.id && row.online));
    assert.ok(state.witnesses.every((row) => row.device !== g.car.id), "the own organisation's");
  });

test("receipt and consistency can be checked without the gateway", async () => {
  const key = readKey(g.logKey);
  const entry = (await g.chief.ask("people_query", {})).entry;
  await g.chief.ask("people_query", {}); // what was signed covers the entry now
  const witness = new Witness();
  witness.trust(g.logKey);
  const first = await ask(g.chief, "log_query");
  witness.take({ note: first.checkpoint }); // kept from another day
  await g.chief.ask("people_query", {});
  const state = await ask(g.chief, "log_query", { entry, old_size: witness.kept.size });
  const leaf = Buffer.from(state.leaf, "base64");
  checkReceipt(leaf, state.proof, g.logKey);
  assert.equal(JSON.parse(leaf).type, "log_viewed");
  assert.ok(state.new_size > state.old_size);
  assert.equal(state.new_size, openCheckpoint(state.checkpoint, key).size);
  witness.take({ note: state.checkpoint, old_size: state.old_size, proof: state.consistency });
  await refused(ask(g.chief, "log_query", { entry: 9e9 }), "ERR_NOT_FOUND");
  await refused(ask(g.bossA, "log_query", { entry }), "ERR_NOT_FOUND"); // another's question
  await refused(ask(g.chief, "log_query", { old_size: 1, new_size: 9e9 }), "ERR_BAD_FIELD");
  await refused(ask(g.chief, "log_query", { new_size: 2 }), "ERR_MISSING_FIELD", "body.old_size");
  await refused(ask(g.chief, "log_query", { old_size: 3, new_size: 2 }), "ERR_BAD_FIELD",
    "body.new_size");
});

const month = (offset = 0) => {
  const there = new Date(Date.now() + 9 * 3600e3);
  return new Date(Date.UTC(there.getUTCFullYear(), there.getUTCMonth() + offset, 1))
    .toISOString().slice(0, 7);
};
const number = (row, what) => row.numbers.find((one) => one.what === what);

test("dispatches are told by the headquarters' administrator; the newest number counts",
  async () => {
    const at = month(-1);
    await g.chief.ask("dispatches_set", { month: at, count: 1400, source: "imported" });
    const { entry } = await g.chief.ask("dispatches_set", { month: at, count: 1486,
      source: "entered" });
    const page = await askAt(entry, g.chief, "coverage_query", { from: at, to: at });
    assert.equal(page.rows.length, 1);
    const [row] = page.rows;
    assert.deepEqual([row.month, row.org, row.dispatches_source, row.dispatches_by_name],
      [at, g.hq, "entered", g.chief.person.name]);
    assert.deepEqual(number(row, "dispatches"), { what: "dispatches", count: 1486 });
    assert.deepEqual(number(row, "attempts"), { what: "attempts", hidden: "few" });
    const story = await askAt(entry, g.chief, "access_query", { kind: "dispatches_set" });
    assert.deepEqual(story.rows.map((one) => [one.count, one.reason]),
      [[1486, "entered"], [1400, "imported"]]);
    for (const session of [g.auditor, g.bossA, g.operator])
      await refused(session.ask("dispatches_set", { month: at, count: 1, source: "entered" }),
        "ERR_NOT_ALLOWED");
    for (const bad of ["2026-13", "1970-01", month(1), "20261-1"])
      await refused(g.chief.ask("dispatches_set", { month: bad, count: 1, source: "entered" }),
        "ERR_BAD_FIELD", "body.month");
  });

test("coverage follows the cases, hides small counts, and leaves practice out", async () => {
  const at = month();
  let last;
  for (let i = 0; i < 22; i++) {
    const one = await new Case(g.onCar).open(i === 21 ? { training: true } : {});
    last = await one.ask("no_view", { at: timeText(), reason: i < 10 || i > 19 ? "no_card"
      : "urgent" });
    await one.ask("case_end", { at: timeText(), reason: i === 20 ? "opened_by_mistake"
      : "not_transported" });
  }
  const wrong = await g.chief.ask("people_query", {});
  assert.ok(wrong.entry > last.entry);
  const page = await askAt(wrong.entry, g.chief, "coverage_query", { from: at, to: at });
  const [row] = page.rows;
  assert.deepEqual(number(row, "attempts"), { what: "attempts", count: 20 });
  assert.deepEqual(number(row, "with_card"), { what: "with_card", hidden: "few" });
  const reasons = Object.fromEntries(row.reasons.map((one) => [one.reason ?? "not_said", one]));
  assert.deepEqual([reasons.no_card.hidden, reasons.urgent.hidden].sort(), ["derived", undefined],
    "the hidden ones' sum would tell that there is none");
  assert.equal(reasons.refused.hidden, "few");
  const cars = await ask(g.chief, "coverage_query", { from: at, to: at, devices: true });
  assert.deepEqual(cars.rows.map((one) => [one.device, one.device_name, one.org]),
    [[g.car.id, "car", g.hq]]);
  assert.deepEqual(number(cars.rows[0], "attempts"), { what: "attempts", count: 20 });
  assert.deepEqual(number(cars.rows[0], "viewed"), { what: "viewed", hidden: "few" });
  assert.equal(cars.rows[0].reasons, undefined);
  assert.equal(cars.after, undefined);
  assert.deepEqual((await ask(g.bossA, "coverage_query", { from: at, to: at,
    devices: true })).rows, [], "a hospital has no ambulance");
  await refused(g.chief.ask("coverage_query", { from: month(-1), to: at, devices: true }),
    "ERR_BAD_FIELD", "body.to");
  const other = await ask(g.bossA, "coverage_query", { from: at, to: at });
  assert.deepEqual(other.rows, [], "no other organisation's");
  await refused(g.chief.ask("coverage_query", { from: at, to: month(-1) }), "ERR_BAD_FIELD",
    "body.to");
});

test("a case from the card to the opening is in the month's counts", async () => {
  const c = new Case(g.onCar);
  const sealed = await c.untilDelivered(g.cards[0], g.boxA);
  await g.atA.open(c.id, sealed.header, ["medications"]);
  const opened = (await c.notice("opened", { grant: sealed.header.grant })).seq;
  const at = month();
  const before_ = await askAt(opened, g.chief, "coverage_query", { from: at, to: at });
  assert.deepEqual(number(before_.rows[0], "attempts"), { what: "attempts", count: 21 });
  assert.equal(before_.rows[0].delays.find((one) => one.what === "read_opened").hidden, "few");
});

test("each question is an entry that says about what; an export says that it is one", async () => {
  const kinds = [["people_query", {}, "people"], ["devices_query", {}, "devices"],
    ["connections_query", {}, "connections"], ["log_query", {}, "log"],
    ["coverage_query", { from: month(), to: month() }, "coverage"], ["access_query", {}, "access"],
    ["case_story", { case: newId() }, "case"]];
  for (const [type, body, reason] of kinds) {
    const seen = await ask(g.chief, type, body);
    const taken = await ask(g.chief, type, { ...body, export: true });
    const log = await askAt(taken.entry, g.chief, "access_query", { person: g.chief.person.id });
    const row = (seq) => log.rows.find((one) => one.seq === seq);
    assert.deepEqual([row(seen.entry).type, row(seen.entry).reason], ["log_viewed", reason]);
    assert.deepEqual([row(taken.entry).type, row(taken.entry).reason], ["log_exported", reason]);
  }
});

test("nobody else may ask: no operator, no crew, no nurse, nobody without a session", async () => {
  for (const type of ["people_query", "devices_query", "connections_query", "log_query"]) {
    await refused(g.operator.ask(type, {}), "ERR_NOT_ALLOWED");
    await refused(g.chief.device.ask(type, {}), "ERR_NO_SESSION");
    await refused(g.onCar.ask(type, {}), "ERR_NOT_ALLOWED", "type");
    await refused(g.atA.ask(type, {}), "ERR_NOT_ALLOWED", "type");
  }
});

test("after a restart people, devices and coverage are what they were", async () => {
  const rows = async () => (await everything(g.chief, "people_query")).map((row) => row.person);
  const was = await rows();
  const asked = await ask(g.chief, "coverage_query", { from: month(), to: month() });
  await g.stop("SIGKILL");
  await g.start();
  await g.chief.device.connect({ n: 0 });
  await g.chief.device.resume(g.chief);
  assert.deepEqual(await rows(), was);
  const now = await ask(g.chief, "coverage_query", { from: month(), to: month() });
  assert.deepEqual(now.rows, asked.rows);
});
