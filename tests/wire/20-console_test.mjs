// 20-console_test.mjs — Job: an administrator asks who accessed what, and sees the own part of it.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Refusal } from "./lib/client.mjs";
import { readEntries } from "./lib/export.mjs";
import { world } from "./lib/gateway.mjs";
import { newId, timeText } from "./lib/message.mjs";
import { Case, refused } from "./lib/story.mjs";

let g;
let c; // a case with a view at hospital A, opened by its nurse

// A workstation with one person signed in.
async function workstation(org, name, roles) {
  const device = await (await g.device("admin", org, `desk-${name}`)).connect();
  return device.signInFully(await g.person(org, name, roles));
}

async function ask(session, type, body) {
  const { id, entry } = await session.ask(type, body);
  const frame = await session.device.expect((f) =>
    f.re === id && (f.type === "access_page" || f.type === "refusal"), `page for ${type}`);
  if (frame.type === "refusal") throw new Refusal(frame);
  return { rows: [], ...frame.body, entry, frame }; // an empty list is left out
}
const query = (session, body = {}) => ask(session, "access_query", body);
const story = (session, case_, more = {}) => ask(session, "case_story", { case: case_, ...more });

// Asks again until the index has come as far as entry `seq`: it says itself how far it is.
async function queryAt(seq, session, type, body) {
  for (let tries = 0; tries < 200; tries++) {
    const page = await ask(session, type, body);
    if (page.complete_until >= seq) return page;
  }
  throw new Error(`the index does not come to ${seq}`);
}

let exports_ = 0;
async function entries() {
  const folder = join(g.dir, `log${++exports_}`);
  await g.command("audit", "export", "--out", folder);
  return readEntries(folder);
}

before(async () => {
  g = await world({ cards: 40 });
  [g.hqAdmin, g.hqAuditor, g.adminA, g.adminB, g.operator] = await Promise.all([
    workstation(g.hq, "chief", "org_admin"), workstation(g.hq, "auditor", "auditor"),
    workstation(g.orgA, "bossA", "org_admin"), workstation(g.orgB, "bossB", "org_admin"),
    workstation(g.hq, "operator", "operator")]);
  c = new Case(g.onCar);
  const sealed = await c.untilDelivered(g.cards.find((one) => one.patient === 0), g.boxA);
  await g.atA.open(c.id, sealed.header, ["medications"]);
  g.opened = (await c.notice("opened", { grant: sealed.header.grant })).seq;
});
after(() => g.end());

test("the three facts of a grant are three rows, in order, with person, ground and sections",
  async () => {
    const page = await queryAt(g.opened, g.hqAdmin, "case_story", { case: c.id });
    const types = page.rows.map((row) => row.type);
    assert.equal(types[0], "case_opened");
    const [issued, delivered, opened] = ["grant_issued", "delivered", "opened"].map((type) =>
      page.rows.find((row) => row.type === type));
    assert.ok(issued.seq < delivered.seq && delivered.seq < opened.seq);
    assert.equal(issued.grant, opened.grant);
    assert.equal(issued.basis, "patient_oral");
    assert.equal(issued.person_name, g.crew.name);
    assert.deepEqual(opened.sections, ["medications"]);
    assert.equal(opened.person_name, g.nurseA.name, "the counterpart in the case");
    assert.equal(opened.org, g.orgA);
    assert.ok(page.complete);
    assert.deepEqual(page.rows.map((row) => row.seq), page.rows.map((row) => row.seq).sort(
      (a, b) => a - b));
  });

test("nothing clinical, no patient's name and no payload is in a page", async () => {
  const text = JSON.stringify((await story(g.hqAdmin, c.id)).frame);
  for (const word of ["胸が痛い", "content", "payload", "commitment", "nonce", "sentence"])
    assert.ok(!text.includes(word), word);
});

test("a story comes in pages without gap and without repetition", async () => {
  const whole = (await story(g.hqAdmin, c.id)).rows.map((row) => row.seq);
  const parts = [];
  let after_;
  for (;;) {
    const page = await story(g.hqAdmin, c.id, { limit: 3, after: after_ });
    parts.push(...page.rows.map((row) => row.seq));
    if (page.complete) break;
    assert.equal(page.rows.length, 3);
    after_ = page.after;
  }
  assert.deepEqual(parts, whole);
});

test("the hospital sees what concerns it, and no other hospital anything", async () => {
  const at = await queryAt(g.opened, g.adminA, "case_story", { case: c.id });
  const types = new Set(at.rows.map((row) => row.type));
  assert.ok(types.has("grant_issued") && types.has("opened"));
  assert.ok(!types.has("card_read") && !types.has("fetch_asked"), "the crew's own acts");
  for (const row of at.rows) assert.ok(row.org === g.orgA || row.hospital === g.orgA, row.type);
  const crew = at.rows.find((row) => row.type === "grant_issued");
  assert.equal(crew.person_name, undefined, "who granted is no counterpart by name");
  assert.deepEqual(crew.roles, ["paramedic"]);
  const elsewhere = await queryAt(g.opened, g.adminB, "case_story", { case: c.id });
  assert.deepEqual(elsewhere.rows, []);
  const nowhere = await story(g.adminB, newId());
  assert.deepEqual([nowhere.rows, nowhere.complete], [elsewhere.rows, elsewhere.complete]);
  for (const row of (await query(g.adminB)).rows)
    assert.ok(row.org === g.orgB || row.hospital === g.orgB, row.type);
});

test("another organisation's person is no filter, and does not exist", async () => {
  await refused(query(g.adminB, { person: g.nurseA.id }), "ERR_NOT_FOUND", "body.person");
  await refused(query(g.adminB, { person: newId() }), "ERR_NOT_FOUND", "body.person");
  const own = await queryAt(g.opened, g.adminA, "access_query", { person: g.nurseA.id,
    kind: "opened" });
  assert.deepEqual(own.rows.map((row) => [row.seq, row.person]), [[g.opened, g.nurseA.id]]);
});

test("an auditor sees the same rows without any name", async () => {
  const admin = await story(g.hqAdmin, c.id);
  const auditor = await story(g.hqAuditor, c.id);
  assert.deepEqual(auditor.rows.map((row) => row.seq), admin.rows.map((row) => row.seq));
  assert.ok(admin.rows.some((row) => row.person_name));
  assert.ok(auditor.rows.every((row) => row.person_name === undefined));
  for (const person of [g.crew, g.nurseA])
    assert.ok(!JSON.stringify(auditor.frame).includes(person.name));
});

test("nobody without a session, no operator, and no device of another kind may ask", async () => {
  await refused(g.operator.ask("access_query", {}), "ERR_NOT_ALLOWED");
  await refused(g.operator.ask("case_story", { case: c.id }), "ERR_NOT_ALLOWED");
  await refused(g.hqAdmin.device.ask("access_query", {}), "ERR_NO_SESSION");
  await refused(g.hqAdmin.device.ask("access_query", {}, { session: g.hqAuditor.id }),
    "ERR_NO_SESSION");
  await refused(g.onCar.ask("access_query", {}), "ERR_NOT_ALLOWED", "type");
  await refused(g.atA.ask("access_query", {}), "ERR_NOT_ALLOWED", "type");
});

test("without the second factor nobody is signed in, and nothing is answered", async () => {
  const desk = await (await g.device("admin", g.orgB, "desk-second")).connect();
  const person = await g.person(g.orgB, "second", "org_admin");
  await refused(desk.signIn(person, { code: "000000" }), "ERR_BAD_FACTORS");
  await refused(desk.ask("access_query", {}), "ERR_NO_SESSION");
  await refused(desk.signIn(g.nurseB), "ERR_BAD_FACTORS"); // no role for a workstation
});

test("a workstation may say nothing clinical, and hears of no case", async () => {
  for (const [type, body, more] of [["case_open", { incident: newId() }, { case: newId() }],
    ["open", { view: c.view, sections: ["person"], screen: "x" }, { case: c.id }],
    ["record_read", {}, { case: c.id }], ["snapshot_ask", {}, {}]])
    await refused(g.adminA.ask(type, body, more), "ERR_NOT_ALLOWED", "type");
  const other = await new Case(g.onCar).open();
  await other.inquire([g.orgA]);
  await g.boxA.notice("inquiry_asked", {}, { case: other.id });
  await g.adminA.device.close();
  await g.adminA.device.connect({ n: 0 });
  await g.adminA.device.resume(g.adminA);
  await query(g.adminA); // whatever had to come before is here
  const heard = g.adminA.device.inbox.map((frame) => frame.type);
  for (const type of ["snapshot_case", "view_header", "view_piece", "section_keys"])
    assert.ok(!heard.includes(type), type);
  assert.ok(g.adminA.device.inbox.every((frame) => frame.case === undefined));
  await other.ask("case_end", { at: timeText(), reason: "death" });
});

test("over 300 events come page by page, newest first, none missing and none twice", async () => {
  const long = await new Case(g.onCar).open();
  const spoken = [];
  for (let i = 0; i < 320; i++)
    spoken.push((await long.ask("vitals", { at: timeText(), pulse: 60 + i % 60 })).entry);
  let page = await queryAt(spoken.at(-1), g.hqAdmin, "access_query", { case: long.id, limit: 100 });
  const seqs = [];
  const sizes = [];
  for (;;) {
    seqs.push(...page.rows.map((row) => row.seq));
    sizes.push(page.rows.length);
    if (page.complete) break;
    assert.equal(page.before, seqs.at(-1));
    await long.ask("vitals", { at: timeText(), pulse: 70 }); // newer ones do not disturb
    page = await query(g.hqAdmin, { case: long.id, limit: 100, before: page.before });
  }
  assert.ok(sizes.length >= 4, `${sizes}`);
  assert.deepEqual(seqs, [...seqs].sort((a, b) => b - a));
  const wanted = (await entries()).filter((entry) => entry.case === long.id &&
    entry.seq <= spoken.at(-1)).map((entry) => entry.seq).reverse();
  assert.ok(wanted.length > 300);
  assert.deepEqual(seqs, wanted);
  await long.ask("case_end", { at: timeText(), reason: "death" });
});

test("narrowed by kind and time; what is no kind is refused", async () => {
  const before_ = (await query(g.hqAdmin, { kind: "opened", case: c.id })).rows;
  assert.deepEqual(before_.map((row) => row.type), ["opened"]);
  const at = before_[0].recorded_at;
  const sameTime = await query(g.hqAdmin, { case: c.id, from: at, until: at });
  assert.ok(sameTime.rows.some((row) => row.seq === g.opened));
  assert.ok(sameTime.rows.every((row) => row.recorded_at === at));
  const card = (await query(g.hqAdmin, { kind: "card_read" })).rows.at(-1);
  assert.ok((await query(g.hqAdmin, { alias: card.alias })).rows.every((row) =>
    row.alias === card.alias));
  await refused(query(g.hqAdmin, { kind: "everything" }), "ERR_BAD_FIELD", "body.kind");
  await refused(query(g.hqAdmin, { limit: 101 }), "ERR_BAD_FIELD", "body.limit");
});

test("narrowed by group, other organisation, ground and practice, alone and together", async () => {
  const facts = ["grant_issued", "delivered", "opened"];
  const found = async (body, session = g.hqAdmin) =>
    (await query(session, { case: c.id, ...body })).rows.map((row) => row.type);
  const access = await found({ group: "access" });
  assert.ok(facts.every((type) => access.includes(type)) && !access.includes("vitals_taken"));
  const there = await found({ group: "access", org: g.orgA });
  assert.ok(facts.every((type) => there.includes(type)));
  assert.deepEqual(await found({ group: "access", org: g.orgB }), []);
  assert.ok((await found({ org: g.hq }, g.adminA)).includes("opened"), "of whose case it is");
  assert.deepEqual(await found({ org: g.hq }), await found({}), "all of it is one's own");
  const asked = { case: c.id, basis: "patient_oral", group: "access" };
  const told = (await query(g.hqAdmin, asked)).rows;
  assert.ok(facts.every((type) => told.some((row) => row.type === type)));
  assert.ok(told.every((row) => row.basis === "patient_oral" && !row.without_consent));
  assert.deepEqual(await found({ basis: "refused" }), []);
  assert.deepEqual(await found({ without_consent: true }), []);
  const all = await found({});
  assert.deepEqual([...await found({ training: true }), ...await found({ training: false })].sort(),
    all.sort());
  await refused(query(g.hqAdmin, { group: "everything" }), "ERR_BAD_FIELD", "body.group");
  await refused(query(g.hqAdmin, { group: "access", kind: "opened" }), "ERR_BAD_FIELD",
    "body.kind");
});

test("each question is an entry of the log before its answer, sealed but for who asked",
  async () => {
    const page = await story(g.hqAuditor, c.id);
    assert.equal(page.frame.seq, page.entry, "the answer names the entry of its question");
    const entry = (await entries())[page.entry - 1];
    assert.equal(entry.type, "log_viewed");
    assert.equal(entry.person, g.hqAuditor.person.id);
    assert.equal(entry.subject, c.id);
    assert.ok(entry.commitment);
    const seen = await queryAt(page.entry, g.hqAdmin, "access_query", { kind: "log_viewed" });
    const row = seen.rows.find((one) => one.seq === page.entry);
    assert.equal(row.person_name, g.hqAuditor.person.name);
  });

test("an organisation that is stopped is out at its workstation, too", async () => {
  await g.act("org", "stop", "--id", g.orgB);
  assert.deepEqual(await g.adminB.device.whenClosed(), { code: 1008, reason: "ERR_STOPPED" });
  await g.act("org", "resume", "--id", g.orgB);
});
