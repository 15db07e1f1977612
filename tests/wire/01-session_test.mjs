// 01-session_test.mjs — Job: people on devices: two factors, locks, tokens, second connections.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Device } from "./lib/client.mjs";
import { world } from "./lib/gateway.mjs";
import { newId, requestOf, timeText } from "./lib/message.mjs";
import { refused } from "./lib/story.mjs";
import { codeOf, stepOf } from "./lib/totp.mjs";

let g;
let crewSession;
let clone;
let alarm;
const people = {};

before(async () => {
  g = await world({ upstream: false, signedIn: false });
  await Promise.all(["locked", "policy", "gone", "signer", "again", "clone"].map(async (login) => {
    people[login] = await g.person(g.hq, login, "paramedic");
  }));
});
after(() => g.end());

// A second key holder: the same device, another connection.
function twin(device) {
  const other = new Device({ ...device, name: `${device.name}'` });
  g.devices.push(other);
  other.kind = device.kind;
  return other;
}

test("the welcome names device, organisation, profile and the log's key", () => {
  const { welcome } = g.car;
  assert.equal(welcome.device, g.car.id);
  assert.equal(welcome.org, g.hq);
  assert.equal(welcome.profile, "training");
  assert.equal(welcome.log_key, g.logKey);
  assert.equal(Buffer.from(welcome.spool_key, "base64").length, 32);
  assert.ok(Math.abs(Date.parse(welcome.now) - Date.now()) < 60000);
});

test("a clone without a live token is noticed (the alarm comes ten seconds later)", async () => {
  const session = await g.car2.signInFully(people.clone);
  clone = await twin(g.car2).connect();
  assert.equal((await g.car2.whenClosed()).code, 4003);
  clone.patience = 20000;
  alarm = clone.notice("alert");
  alarm.catch(() => {});
  clone.session = session;
});

test("before hello nothing is answered but with a refusal", async () => {
  const early = await twin(g.boxB).open();
  early.sendText(requestOf("sign_in", { login: "crew2", password: "x", code: "123456" }).text);
  assert.equal((await early.expect({ type: "refusal" })).body.code, "ERR_PROTOCOL");
  await early.close();
  await g.boxB.connect();
});

test("without a session, messages of a person are refused", async () => {
  await refused(g.car.ask("sign_out", {}), "ERR_NO_SESSION");
  await refused(g.car.ask("sign_out", {}, { session: newId() }), "ERR_NO_SESSION");
});

test("wrong password, code or login: the same words, and exactly one answer", async () => {
  const { login, password, codes } = people.policy;
  const wrong = String((Number(codeOf(codes.secret, stepOf())) + 1) % 1000000).padStart(6, "0");
  const tries = [{ login, password: "not this one 9X", code: codes.next() },
    { login, password, code: wrong },
    { login: "nobody", password, code: wrong }];
  const said = [];
  for (const body of tries) {
    const { id, text } = requestOf("sign_in", body);
    const error = await refused(g.car.again(id, text, ["session", "receipt"]), "ERR_BAD_FACTORS");
    said.push({ ja: error.ja, en: error.en, path: error.path, final: error.final });
    assert.equal(g.car.has({ re: id }), undefined, "a second answer");
    // Sent again, a known and an unknown login look the same.
    said.at(-1).again = (await g.car.again(id, text).catch((e) => e)).code ?? "receipt";
  }
  assert.deepEqual(said[0], said[1]);
  assert.deepEqual(said[0], said[2]);
});

test("the first password must be changed before anything else", async () => {
  const session = await g.car.signIn(people.policy);
  assert.equal(session.mustChange, true);
  assert.deepEqual(session.roles, ["paramedic"]);
  await refused(session.ask("case_open", { incident: newId() }, { case: newId() })
    .then(() => session.ask("vitals", { at: timeText() }, { case: newId() })),
  "ERR_PASSWORD_CHANGE");
  for (const bad of ["short1A", "policy-policy-policy", people.policy.password]) {
    await refused(session.ask("password_change",
      { password: people.policy.password, new_password: bad }), "ERR_PASSWORD_POLICY");
  }
  await refused(session.ask("password_change",
    { password: "not the old one", new_password: "Wolke-Fahrrad-47-xq" }), "ERR_BAD_FACTORS");
  await session.changePassword("Wolke-Fahrrad-47-xq");
  await refused(session.ask("vitals", { at: timeText() }, { case: newId() }), "ERR_NO_SUCH_CASE");
});

test("a code is used once, by whoever has it", async () => {
  const person = people.again;
  const code = person.codes.next();
  const session = await g.car.signIn(person, { code });
  await session.changePassword("Wolke-Fahrrad-47-xq");
  await refused(g.car.signIn(person, { code }), "ERR_BAD_FACTORS");
  await g.car.signIn(person);
});

test("five wrong entries lock, until the operator unlocks", async () => {
  const person = people.locked;
  const wrong = { password: "not this one 9X", code: "000000" };
  for (let i = 0; i < 4; i++) await refused(g.car.signIn(person, wrong), "ERR_BAD_FACTORS");
  await refused(g.car.signIn(person, wrong), "ERR_LOCKED");
  await refused(g.car.signIn(person), "ERR_LOCKED");
  person.codes.used = 0;
  await g.act("person", "unlock", "--id", person.id);
  await g.car.signInFully(person);
});

test("a hospital's person does not sign in on an ambulance, nor the other way", async () => {
  await refused(g.car.signIn(g.nurseA), "ERR_BAD_FACTORS");
  await refused(g.boxA.signIn(g.crew), "ERR_BAD_FACTORS");
  g.nurseA.codes.used = g.crew.codes.used = 0;
});

test("a session outlives its connection: its token opens it on the next", async () => {
  crewSession = await g.car.signInFully(g.crew);
  assert.equal(Buffer.from(crewSession.token, "base64").length, 32);
  await g.car.cut();
  await g.car.connect();
  await refused(crewSession.ask("sign_out", {}), "ERR_NO_SESSION");
  const again = await g.car.resume(crewSession);
  assert.equal(again.session, crewSession.id);
  assert.equal(again.token, undefined);
  assert.equal(again.person, g.crew.id);
  await refused(crewSession.ask("vitals", { at: timeText() }, { case: newId() }),
    "ERR_NO_SUCH_CASE");
});

test("a wrong token opens nothing, nor the right one on another device", async () => {
  const token = Buffer.alloc(32, 7).toString("base64");
  await refused(g.car.resume({ id: crewSession.id, token }), "ERR_NO_SESSION");
  await refused(clone.resume(crewSession), "ERR_NO_SESSION");
});

test("a second connection of the device replaces the first, which is told so", async () => {
  const other = await twin(g.car).connect();
  const end = await g.car.whenClosed();
  assert.equal(end.code, 4003);
  await other.resume(crewSession);
  await other.close();
  await g.car.connect();
  await g.car.resume(crewSession);
});

test("signing out ends the session for every connection", async () => {
  const session = await clone.signInFully(people.signer);
  const lived = timeText(Date.now() - 100); // the gateway's clock may be some ms behind ours
  await session.ask("sign_out", {});
  await refused(session.ask("vitals", { at: timeText() }, { case: newId(),
    sentAt: timeText(Date.now() + 1000) }), "ERR_SESSION_ENDED");
  await refused(session.ask("vitals", { at: timeText() }, { case: newId(),
    sentAt: lived }), "ERR_NO_SUCH_CASE");
  await refused(clone.resume(session), "ERR_SESSION_ENDED");
});

test("a disabled person's session ends at once, and the screen is told", async () => {
  const session = await clone.signInFully(people.gone);
  await g.act("person", "disable", "--id", people.gone.id);
  await clone.notice("person_disabled", { person: people.gone.id });
  const error = await session.ask("vitals", { at: timeText() }, { case: newId() }).catch((e) => e);
  assert.ok(["ERR_NO_SESSION", "ERR_SESSION_ENDED"].includes(error.code), error.code);
  await refused(clone.resume(session), "ERR_SESSION_ENDED");
  people.gone.codes.used = 0;
  await refused(clone.signIn(people.gone), "ERR_BAD_FACTORS");
});

test("a revoked device is thrown out with the reason, and does not come back", async () => {
  await g.act("device", "revoke", "--id", g.boxB.id);
  const end = await g.boxB.whenClosed();
  assert.deepEqual(end, { code: 1008, reason: "ERR_DEVICE_REVOKED" });
  await assert.rejects(g.boxB.connect());
});

test("the clone's alarm is in the log and on the device", async () => {
  assert.equal((await alarm).body.device, g.car2.id);
});

test("the kill switch for all: every device out, none in, until it is lifted", async () => {
  await g.act("stop", "all");
  assert.deepEqual(await g.car.whenClosed(), { code: 1008, reason: "ERR_STOPPED" });
  assert.deepEqual(await g.boxA.whenClosed(), { code: 1008, reason: "ERR_STOPPED" });
  await assert.rejects(g.car.connect());
  await g.stop("SIGKILL");
  await g.start();
  await assert.rejects(g.car.connect(), "a restart does not lift it");
  await g.act("stop", "none");
  await g.car.connect();
  await g.car.resume(crewSession);
});
