// 09-operator_test.mjs — Job: what the operator stops, revokes and disables, all on the log.
import assert from "node:assert/strict";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Device } from "./lib/client.mjs";
import { readEntries } from "./lib/export.mjs";
import { openssl, world } from "./lib/gateway.mjs";
import { timeText } from "./lib/message.mjs";
import { Case, refused } from "./lib/story.mjs";
import { stepOf } from "./lib/totp.mjs";

let g;

before(async () => {
  g = await world({ cards: 40 });
  g.spare = await g.device("ambulance", g.hq, "spare"); // the door is tried with it
});
after(() => g.end());

let exports_ = 0;
async function entries() {
  const folder = join(g.dir, `log${++exports_}`);
  await g.command("audit", "export", "--out", folder);
  return readEntries(folder);
}
const rows = async (what) => (await g.act(what, "list")).rows;
const failed = async (...args) => {
  const error = await g.command(...args).then(() => null, (e) => e);
  assert.ok(error, `${args.join(" ")} succeeded`);
  return error;
};

test("init made what is secret readable by its owner alone", () => {
  for (const [name, mode] of [["keys", 0o700], ["pki/ca.key", 0o600], ["pki/server.key", 0o600]])
    assert.equal(statSync(join(g.data, name)).mode & 0o777, mode, name);
  assert.equal(statSync(join(g.dir, "crew.secrets")).mode & 0o777, 0o600);
});

test("a second gateway, or a second init, on the same folder is refused", async () => {
  assert.equal((await failed("serve")).code, 1);
  assert.equal((await failed("init", "--names", "localhost")).code, 2);
});

test("the settings are checked: an unknown key, a wrong value, a missing one", async () => {
  assert.match(await g.command("check-config"), /設定に誤りはありません/);
  const { writeFileSync } = await import("node:fs");
  const good = readFileSync(g.config, "utf8");
  for (const [line, wanted] of [["nonsense = 1", /nonsense/], ["lease = 3", /lease/],
    ["profile = holiday", /training/]]) {
    writeFileSync(g.config, `${good.replace(/^profile = .*$/m, line.startsWith("profile")
      ? "" : "$&")}${line}\n`);
    const error = await failed("check-config");
    assert.equal(error.code, 2);
    assert.match(error.stderr, wanted);
  }
  writeFileSync(g.config, good);
});

test("what exists is listed; what exists once is not made twice", async () => {
  assert.deepEqual((await rows("org")).map((row) => row.name).sort(),
    ["試験消防本部", "試験第一病院", "試験第二病院"].sort());
  assert.equal((await rows("device")).length, 5);
  assert.deepEqual(new Set((await rows("person")).map((row) => row.login)),
    new Set(["crew", "crew2", "nurseA", "nurseB"]));
  const error = await failed("person", "add", "--org", g.hq, "--login", "crew", "--name", "x",
    "--roles", "paramedic");
  assert.match(error.stdout, /ERR_CONFLICT/);
});

// ---- who gets through the door ----

test("each listener takes its own kind of certificate only", async () => {
  for (const [device, port] of [[g.car, g.ports.hospital], [g.boxA, g.ports.ambulance],
    [g.car, g.ports.admin]]) {
    const lost = new Device({ ...device, port, name: `${device.name} at the wrong door` });
    await assert.rejects(lost.connect());
  }
});

test("no certificate, a foreign authority's, and a self-made one are refused", async () => {
  const at = (name) => join(g.dir, name);
  await openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
    "-nodes", "-keyout", at("self.key"), "-out", at("self.crt"), "-days", "2", "-subj",
    "/CN=car/OU=ambulance");
  const self = { cert: readFileSync(at("self.crt")), key: readFileSync(at("self.key")) };
  for (const tls of [{ cert: undefined, key: undefined }, self])
    for (const versions of [{}, { maxVersion: "TLSv1.2" }, { servername: "" }]) {
      const stranger = new Device({ ...g.car, ...tls, name: "stranger" });
      await assert.rejects(stranger.open({ tls: versions }));
    }
  for (const versions of [{ maxVersion: "TLSv1.2" }, { minVersion: "TLSv1.3" }]) {
    const own = new Device({ ...g.spare, name: "spare again" });
    await own.open({ tls: versions });
    await own.close();
  }
  await assert.rejects(new Device({ ...g.spare, name: "old" })
    .open({ tls: { maxVersion: "TLSv1.1", minVersion: "TLSv1" } }));
});

test("the door speaks sakiyomi.v1 only", async () => {
  await assert.rejects(new Device({ ...g.spare, name: "car2" }).open({ protocol: "chat" }));
  await assert.rejects(new Device({ ...g.spare, name: "car2" }).open({ protocol: null }));
});

test("a device gets a new certificate before the old one is gone; the one before that is dead",
  async () => {
    const issue = (stem, kind = "ambulance", org = g.hq) => g.command("pki", "issue", "--csr",
      join(g.dir, "spare.csr"), "--kind", kind, "--org", org, "--name", "spare", "--device",
      g.spare.id, "--out", join(g.dir, stem));
    const certs = [g.spare.cert];
    for (const stem of ["second.crt", "third.crt"]) {
      assert.equal(JSON.parse(await issue(stem)).id, g.spare.id);
      certs.push(readFileSync(join(g.dir, stem)));
    }
    const door = async (cert) => {
      const device = new Device({ ...g.spare, cert, name: "spare by another certificate" });
      await device.connect();
      assert.equal(device.welcome.device, g.spare.id);
      await device.close();
    };
    await door(certs[1]);
    await door(certs[2]);
    await assert.rejects(door(certs[0]));
    g.spare.cert = certs[2];
    const conflict = (error) => error.stdout.includes("ERR_CONFLICT");
    await assert.rejects(issue("wrong.crt", "ambulance", g.orgA), conflict);
    await assert.rejects(issue("wrong.crt", "hospital"), conflict);
  });

// ---- stop, revoke, disable ----

test("an organisation is stopped: out at once, its grant opens nothing, nobody asks it; then on",
  async () => {
    const c = new Case(g.onCar);
    const sealed = await c.untilDelivered(g.cards.find((one) => one.patient === 0), g.boxA);
    await g.atA.open(c.id, sealed.header, ["person"]);
    const { entry } = await g.act("org", "stop", "--id", g.orgA);
    assert.deepEqual(await g.boxA.whenClosed(), { code: 1008, reason: "ERR_STOPPED" });
    await assert.rejects(g.boxA.connect());
    const other = await new Case(g.onCar).open();
    await refused(other.inquire([g.orgA]), "ERR_NO_SUCH_HOSPITAL");
    assert.ok((await rows("org")).find((row) => row.id === g.orgA).stopped);
    const log = await entries();
    assert.deepEqual([log[entry - 1].type, log[entry - 1].subject], ["org_stopped", g.orgA]);
    await g.act("org", "resume", "--id", g.orgA);
    await g.boxA.connect();
    await g.boxA.resume(g.atA);
    await g.atA.open(c.id, sealed.header, ["visits"]);
    await c.ask("case_end", { at: timeText(), reason: "death" });
  });

test("a revoked device is out at once; after a reload its certificate does not even shake hands",
  async () => {
    const lost = await (await g.device("ambulance", g.hq, "lost")).connect();
    await g.command("pki", "revoke", "--device", lost.id);
    assert.deepEqual(await lost.whenClosed(), { code: 1008, reason: "ERR_DEVICE_REVOKED" });
    const { stdout } = await openssl("crl", "-in", join(g.data, "pki/crl.pem"), "-noout", "-text");
    const serial = (await openssl("x509", "-in", join(g.dir, "lost.crt"), "-noout", "-serial"))
      .stdout.trim().split("=")[1];
    assert.ok(stdout.includes(serial), "the serial stands in the list");
    await assert.rejects(lost.connect());
    g.program.child.kill("SIGHUP");
    const until = Date.now() + 5000;
    while (!/read again/.test(g.program.log) && Date.now() < until)
      await new Promise((done) => setTimeout(done, 20));
    assert.match(g.program.log, /read again: ERR_OK/);
    await assert.rejects(lost.open(), /alert|ECONNRESET|revoked/i);
    await g.car2.settle(); // the others stay
    await g.spare.connect();
    await g.spare.close();
    const log = await entries();
    assert.ok(log.some((e) => e.type === "device_revoked" && e.subject === lost.id));
  });

test("a password that the operator resets must be changed, and the old one is dead", async () => {
  const person = await g.person(g.hq, "forgetful", "paramedic");
  const session = await g.car.signInFully(person);
  const file = join(g.dir, "reset.secrets");
  await g.act("person", "reset", "--id", person.id, "--secrets", file);
  await refused(session.ask("vitals", { at: timeText() }, { case: g.hq }), "ERR_PASSWORD_CHANGE");
  await refused(g.car.signIn(person), "ERR_BAD_FACTORS");
  person.codes.used = stepOf(); // the failed one used no step up
  person.password = /^password (.*)$/m.exec(readFileSync(file, "utf8"))[1];
  const again = await g.car.signIn(person);
  assert.equal(again.mustChange, true);
});

test("an account that has expired does not sign in", async () => {
  const person = await g.person(g.hq, "expired", "paramedic", "試験", "--expires", "2026-01-01");
  await refused(g.car.signIn(person), "ERR_BAD_FACTORS");
});

test("the kill switch for all is on the log, on and off", async () => {
  await g.act("stop", "all");
  for (const device of [g.car, g.car2, g.boxA, g.boxB])
    assert.equal((await device.whenClosed()).reason, "ERR_STOPPED");
  await g.act("stop", "none");
  const log = (await entries()).filter((e) => e.type === "org_stopped").slice(-2);
  assert.equal(log.length, 2);
  assert.notEqual(log[0].count, log[1].count);
  assert.equal(log[0].subject, "0".repeat(25) + "1");
  await g.car.connect();
  await g.car.resume(g.onCar);
});

test("every act of the operator is an entry; refusals are counted on the log, without content",
  async () => {
    const types = new Set((await entries()).map((entry) => entry.type));
    for (const type of ["log_begun", "org_added", "device_added", "person_added", "org_stopped",
      "device_revoked", "password_set", "session_opened", "sign_in_failed"])
      assert.ok(types.has(type), type);
    const text = (await entries()).map((entry) => entry.bytes.toString()).join("\n");
    for (const word of ["試験", "forgetful", "Wolke"]) assert.ok(!text.includes(word), word);
  });

test("the same acts work while the gateway is down", async () => {
  await g.stop("SIGTERM");
  await g.act("org", "stop", "--id", g.orgB);
  await g.start();
  await assert.rejects(g.boxB.connect());
  assert.ok((await rows("org")).find((row) => row.id === g.orgB).stopped);
});
