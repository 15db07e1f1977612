// 22-alerts_test.mjs — Job: an emergency opening is told, acknowledged by name, reviewed.
import assert from "node:assert/strict";
import { get } from "node:https";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { after, before, test } from "node:test";
import { Refusal } from "./lib/client.mjs";
import { readEntries } from "./lib/export.mjs";
import { world } from "./lib/gateway.mjs";
import { newId, timeText } from "./lib/message.mjs";
import { Case, refused } from "./lib/story.mjs";

const REASON = "到着、意識なし、家族不在";
const MANY = 14; // alerts: more than one page

let g;
let card;
let c; // the case whose glass was broken
let alert;

// A workstation with one person signed in.
async function workstation(org, name, roles, person) {
  const device = await (await g.device("admin", org, `desk-${name}`)).connect();
  return device.signInFully(person ?? await g.person(org, name, roles));
}

async function alerts(session, body = {}) {
  const { id, entry } = await session.ask("alerts", body);
  const frame = await session.device.expect((f) => f.re === id && f.type !== "receipt", "alerts");
  if (frame.type === "refusal") throw new Refusal(frame);
  return { rows: [], ...frame.body, entry, frame };
}

// What the operator's own watching reads.
const health = ({ cert, key } = g.adminA.device) => new Promise((done, fail) => {
  get({ host: "127.0.0.1", servername: "localhost", port: g.ports.admin, path: "/healthz",
    ca: g.ca, cert, key }, (answer) => json(answer).then(done, fail)).on("error", fail);
});

async function breakGlass(at = g.atA) {
  const own = await new Case(g.onCar).open();
  await own.fetch(card);
  await own.match();
  await own.inquire([at.device.org]);
  await at.device.notice("inquiry_asked", {}, { case: own.id });
  await at.ask("break_glass", { reason: REASON }, { case: own.id });
  return own;
}

// What was written with an entry.
async function answerOf(session, body) {
  const { id } = await session.ask("written_query", body);
  const frame = await session.device.expect((f) => f.re === id && f.type !== "receipt", "written");
  if (frame.type === "refusal") throw new Refusal(frame);
  return frame;
}

const hasName = (frame, person) => JSON.stringify(frame).includes(person.name);

before(async () => {
  g = await world({ cards: 40, settings: { break_glass_wait: "0s",
                                         alert_escalate: "2s" } });
  card = g.cards.find((one) => one.patient === 0);
  g.both = await g.person(g.orgA, "both", "org_admin,er_viewer"); // sees patients, administers
  [g.adminA, g.auditorA, g.adminB, g.adminHQ] = await Promise.all([
    workstation(g.orgA, "bossA", "org_admin"), workstation(g.orgA, "auditA", "auditor"),
    workstation(g.orgB, "bossB", "org_admin"), workstation(g.hq, "bossHQ", "org_admin")]);
});
after(() => g.end());

test("the workstations of the own organisation hear of it at once, and no others", async () => {
  c = await breakGlass();
  const heard = await g.adminA.device.notice("alert", { alert: "break_glass" }, { case: c.id });
  await g.auditorA.device.notice("alert", { alert: "break_glass" });
  assert.equal(heard.body.content, undefined);
  assert.equal(heard.body.person_name, undefined);
  await alerts(g.adminB);
  assert.equal(g.adminB.device.has({ type: "notice" }), undefined);
});

test("the headquarters whose case it is sees it too: whose act, no reason, nothing to review",
  async () => {
    await g.adminHQ.device.notice("alert", { alert: "break_glass" }, { case: c.id });
    const { rows } = await alerts(g.adminHQ);
    assert.equal(rows.length, 1);
    const [row] = rows;
    assert.deepEqual([row.kind, row.case, row.org, row.person, row.review],
      ["break_glass", c.id, g.orgA, g.nurseA.id, undefined]);
    assert.ok(row.org_name && row.person_name === g.nurseA.name, "a counterpart in the case");
    assert.equal(row.content, undefined);
    await refused(g.adminHQ.ask("review", { alert: row.alert, verdict: "justified" }),
      "ERR_PROTOCOL", "body.alert");
    await g.adminHQ.ask("alert_ack", { alert: row.alert });
    assert.deepEqual((await alerts(g.adminHQ)).rows, []);
  });

test("what nobody acknowledges is told again, the second time to the operator, too", async () => {
  await g.adminA.device.notice("alert_escalated", { alert: "break_glass" }, { case: c.id });
  const [row] = (await alerts(g.adminA)).rows;
  assert.ok(row.level >= 1 && !row.acked_at);
  await g.auditorA.device.notice("alert_escalated", { alert: "break_glass" });
  await g.adminA.device.notice("alert_escalated", { alert: "break_glass" }, { case: c.id });
  const list = await alerts(g.adminA);
  assert.deepEqual([list.rows[0].level, list.late], [2, 1]);
  assert.match(g.program.log, new RegExp(`warn engine .*${g.orgA} has acknowledged.*break_glass`));
  assert.equal((await health()).alerts_unseen, 1);
  assert.equal((await alerts(g.adminHQ)).late, 0, "what was acknowledged is quiet");
});

test("the list says who did what in which case, and why; the question is on the log", async () => {
  const list = await alerts(g.adminA);
  assert.deepEqual([list.rows.length, list.open, list.lost, list.after], [1, 1, 0, undefined]);
  const [row] = list.rows;
  alert = row.alert;
  assert.deepEqual([row.kind, row.case, row.person, row.person_name, row.review, row.may_review],
    ["break_glass", c.id, g.nurseA.id, g.nurseA.name, true, true]);
  assert.deepEqual(row.content, { reason: REASON });
  assert.equal(row.acked_at, undefined);
  assert.equal(list.frame.seq, list.entry);
});

test("an auditor sees that there is one, no name and no reason; others nothing", async () => {
  const list = await alerts(g.auditorA);
  assert.deepEqual(list.rows.map((row) => row.alert), [alert]);
  assert.equal(list.rows[0].may_review, false);
  assert.ok(!hasName(list.frame, g.nurseA) && !JSON.stringify(list.frame).includes(REASON));
  await refused(g.auditorA.ask("alert_ack", { alert }), "ERR_NOT_ALLOWED");
  await refused(g.auditorA.ask("review", { alert, verdict: "justified" }), "ERR_NOT_ALLOWED");
  assert.deepEqual((await alerts(g.adminB)).rows, []);
  await refused(g.adminB.ask("alert_ack", { alert }), "ERR_NOT_FOUND", "body.alert");
  await refused(g.adminB.ask("review", { alert, verdict: "justified" }), "ERR_NOT_FOUND",
    "body.alert");
  await refused(g.adminB.ask("alerts", { after: alert }), "ERR_NOT_FOUND", "body.after");
  await refused(g.atA.ask("alerts", {}), "ERR_NOT_ALLOWED", "type");
  await refused(g.atA.ask("review", { alert, verdict: "justified" }), "ERR_NOT_ALLOWED", "type");
  await refused(g.adminA.device.ask("alert_ack", { alert }), "ERR_NO_SESSION");
});

test("acknowledged by name, once; it stays until it is reviewed", async () => {
  await g.adminA.ask("alert_ack", { alert });
  await g.auditorA.device.notice("alert_acked", { alert: "break_glass" });
  assert.equal((await health()).alerts_unseen, 0);
  await refused(g.adminA.ask("alert_ack", { alert }), "ERR_PROTOCOL");
  const [row] = (await alerts(g.adminA)).rows;
  assert.deepEqual([row.acked_by, row.acked_by_name],
    [g.adminA.person.id, g.adminA.person.name]);
  assert.ok(Date.parse(row.acked_at) >= Date.parse(row.at));
});

test("nothing is lost by kill -9, nor by the end of the case", async () => {
  await c.ask("case_end", { at: timeText(), reason: "death" });
  await g.stop("SIGKILL");
  await g.start();
  for (const session of [g.onCar, g.atA, g.atB, g.adminA, g.auditorA, g.adminB, g.adminHQ]) {
    await session.device.whenClosed();
    await session.device.connect();
    await session.device.resume(session);
  }
  const [row] = (await alerts(g.adminA)).rows;
  assert.deepEqual([row.alert, row.acked_by], [alert, g.adminA.person.id]);
  assert.deepEqual(row.content, { reason: REASON });
});

test("a verdict needs its words unless all was well; then the alert is closed", async () => {
  await refused(g.adminA.ask("review", { alert, verdict: "fine" }), "ERR_BAD_FIELD",
    "body.verdict");
  await refused(g.adminA.ask("review", { alert, verdict: "unjustified" }), "ERR_MISSING_FIELD",
    "body.text");
  const text = "家族は廊下にいた";
  const { entry } = await g.adminA.ask("review", { alert, verdict: "unjustified", text });
  await g.auditorA.device.notice("access_reviewed", {}, { case: c.id });
  assert.deepEqual((await alerts(g.adminA)).rows, []);
  await refused(g.adminA.ask("review", { alert, verdict: "justified" }), "ERR_NOT_FOUND");
  const { body, seq } = await answerOf(g.adminA, { entry });
  assert.deepEqual([body.entry, body.content.text, body.content.verdict],
    [entry, text, "unjustified"]);
  assert.ok(seq > entry, "the question is on the log before its answer");
  await refused(g.auditorA.ask("written_query", { entry }), "ERR_NOT_ALLOWED");
  for (const [session, wrong] of [[g.adminHQ, entry], [g.adminB, entry], [g.adminA, 1],
                                  [g.adminA, 999999]])
    await assert.rejects(answerOf(session, { entry: wrong }), /ERR_NOT_FOUND/);
  const folder = join(g.dir, "log");
  await g.command("audit", "export", "--out", folder);
  const leaf = readEntries(folder)[entry - 1];
  assert.deepEqual([leaf.type, leaf.code, leaf.person, leaf.subject, leaf.case],
    ["access_reviewed", "unjustified", g.adminA.person.id, alert, c.id]);
  assert.ok(leaf.commitment && !JSON.stringify(leaf).includes(text));
});

test("who broke the glass does not review it, not even as administrator", async () => {
  const atA = await g.boxA.signInFully(g.both);
  await breakGlass(atA);
  const own = await workstation(g.orgA, "both", "", g.both);
  const [row] = (await alerts(own)).rows;
  assert.deepEqual([row.person, row.may_review], [g.both.id, false]);
  await refused(own.ask("review", { alert: row.alert, verdict: "justified" }), "ERR_NOT_ALLOWED");
  await own.ask("alert_ack", { alert: row.alert }); // seen it may be
  await g.adminA.ask("review", { alert: row.alert, verdict: "justified" });
});

test("many come in pages, the oldest first; what needs no review goes with its acknowledgement",
  async () => {
    const cases = [];
    for (let i = 0; i < MANY; i++) {
      const own = await new Case(g.onCar).open();
      await own.ask("phone_acceptance", { at: timeText(), hospital: g.orgB, name: "医師 乙" });
      await g.boxB.notice("phone_accepted", {}, { case: own.id });
      await g.atB.ask("acceptance_check", { confirmed: false, name: "医師 丙" },
        { case: own.id });
      cases.push(own.id);
    }
    const first = await alerts(g.adminB);
    assert.equal(first.open, MANY);
    const second = await alerts(g.adminB, { after: first.after });
    assert.equal(second.after, undefined);
    const rows = [...first.rows, ...second.rows];
    assert.deepEqual(rows.map((row) => row.case), cases);
    assert.ok(rows.every((row) => row.kind === "acceptance_contradicted" && !row.review));
    await refused(g.adminB.ask("review", { alert: rows[0].alert, verdict: "justified" }),
      "ERR_PROTOCOL", "body.alert");
    await g.adminB.ask("alert_ack", { alert: rows[0].alert });
    assert.equal((await alerts(g.adminB)).rows[0].alert, rows[1].alert);
    await refused(g.adminB.ask("alert_ack", { alert: newId() }), "ERR_NOT_FOUND", "body.alert");
  });
