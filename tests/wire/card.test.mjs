// card.test.mjs — Job: the tablet's card reader against real pcscd, with simulated cards.
//
// Needs the tools of tests/card_emulator and pcscd, vsmartcard-vpcd, opensc; B is the build folder:
//   make card-tools && B=build node --test tests/wire/card.test.mjs
// Each copy has its own pcscd in its own folder: any number may run side by side, root or not.
import assert from "node:assert/strict";
import { execFile, execFileSync, spawn } from "node:child_process";
import { X509Certificate, verify } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const here = fileURLToPath(new URL(".", import.meta.url));
const tools = join(resolve(process.env.B ?? join(here, "../../build")), "tools");
const tool = (name) => join(tools, name);
const run = promisify(execFile);
const CHALLENGE = Buffer.from("card-probe challenge");
const VPCD = "/usr/lib/pcsc/drivers/serial/libifdvpcd.so";
const WAIT_MS = 15000;

const missing = (...paths) => {
  const absent = paths.filter((path) => !existsSync(path));
  return absent.length > 0 ? `not installed: ${absent.join(", ")}` : false;
};
const noPcscd = missing("/usr/sbin/pcscd");

let top;
let pki;
let benches = 0;
const living = new Set();

before(() => {
  top = mkdtempSync(join(tmpdir(), "card-"));
  pki = join(top, "pki");
  execFileSync(tool("make-cards"), [
    pki, "--count", "4", "--one-key", "--expired", "2", "--revoked", "3", "--unknown-issuer", "4",
  ]);
});
after(async () => {
  await Promise.all([...living].map((child) => end(child)));
  rmSync(top, { recursive: true, force: true });
});

function start(name, args, options = {}) {
  const child = spawn(tool(name), args, { stdio: ["pipe", "pipe", "ignore"], ...options });
  living.add(child);
  child.ended = new Promise((done) => child.once("exit", (code) => {
    living.delete(child);
    done(code);
  }));
  return child;
}

function end(child, signal = "SIGTERM") {
  child.kill(signal);
  return child.ended;
}

// What the probe prints, line by line, as { event, name: value … }.
class Lines {
  constructor(stream) {
    this.waiting = [];
    this.seen = [];
    createInterface({ input: stream }).on("line", (line) => this.take(line));
  }

  take(line) {
    const [event, ...pairs] = line.split(" ");
    const said = { event };
    for (const pair of pairs) {
      const at = pair.indexOf("=");
      if (at > 0) said[pair.slice(0, at)] = pair.slice(at + 1);
    }
    const waiter = this.waiting.shift();
    if (waiter) waiter(said);
    else this.seen.push(said);
  }

  next() {
    if (this.seen.length > 0) return Promise.resolve(this.seen.shift());
    return new Promise((done, fail) => {
      const timer = setTimeout(() => fail(new Error("no event in time")), WAIT_MS);
      this.waiting.push((said) => {
        clearTimeout(timer);
        done(said);
      });
    });
  }

  async expect(event, fields = {}) {
    const said = await this.next();
    for (const [name, value] of Object.entries({ event, ...fields }))
      assert.equal(said[name], value, `${name} in ${JSON.stringify(said)}`);
    return said;
  }
}

// A private pcscd with one reader, one emulated card (out at first) and one probe.
class Bench {
  constructor(driver, emulatorArgs = []) {
    this.dir = join(top, `b${++benches}`);
    this.driver = driver;
    this.env = { ...process.env, PCSCLITE_CSOCK_NAME: join(this.dir, "pcscd.comm"),
      IFD_UNIX_TIMEOUT_MS: "1000" };
    this.emulatorArgs = emulatorArgs;
    this.control = join(this.dir, "control");
    this.certPath = join(this.dir, "read.der");
  }

  startPcscd() {
    this.pcscd = start("pcscd-launch", [this.dir, this.driver], { env: this.env });
  }

  async open() {
    this.startPcscd();
    await this.appears(join(this.dir, "pcscd.comm"));
    const reader = this.driver === "vpcd"
      ? `tcp:${readFileSync(join(this.dir, "port"), "utf8").trim()}`
      : `unix:${join(this.dir, "card.sock")}`;
    this.emulator = start("card-emulator", ["--card", join(pki, "card-01"), "--reader", reader,
      "--control", this.control, "--removed", ...this.emulatorArgs]);
    this.probe = start("card-probe", ["--ca", join(pki, "auth_ca.der"), "--crl",
      join(pki, "crl.der"), "--cert", this.certPath], { env: this.env });
    this.lines = new Lines(this.probe.stdout);
    for (let i = 0; i < (this.driver === "vpcd" ? 2 : 1); i++) {
      // pcscd may still be starting its reader when the probe asks for the first time
      const first = await this.lines.next();
      if (first.event === "no_reader") i--;
      else assert.equal(first.event, "empty");
    }
    return this;
  }

  async appears(path) {
    const until = Date.now() + WAIT_MS;
    while (!existsSync(path)) {
      assert.ok(Date.now() < until && this.pcscd.exitCode === null, `${path} does not appear`);
      await new Promise((done) => setTimeout(done, 5));
    }
  }

  async tell(...words) {
    return (await run(tool("card-emulator"), ["--tell", this.control, ...words])).stdout.trim();
  }

  sign(pin, last = false) {
    this.probe.stdin.write(`${last ? "sign-last" : "sign"} ${pin}\n`);
  }

  async insert(fields = {}) {
    await this.tell("insert");
    return this.lines.expect("in", fields);
  }

  async remove() {
    await this.tell("remove");
    return this.lines.expect("out");
  }

  sameCertificate(card) {
    assert.deepEqual(readFileSync(this.certPath), readFileSync(join(pki, card, "auth.der")));
  }

  async close() {
    this.probe.stdin.write("quit\n");
    assert.equal(await this.probe.ended, 0);
    await this.tell("quit");
    assert.equal(await this.emulator.ended, 0);
    await end(this.pcscd);
  }
}

const publicKey = () =>
  new X509Certificate(readFileSync(join(pki, "card-01", "auth.der"))).publicKey;
const signedByCard = (bytes, signature) => verify("sha256", bytes, publicKey(), signature);

async function with_(driver, args, body) {
  const bench = await new Bench(driver, args).open();
  await body(bench);
  await bench.close();
}
const own = (args, body) => () => with_(tool("ifd-unix.so"), args, body);

test("a card is read: the certificate is the card's, its issuer trusted, and it is a TEST card",
  { skip: noPcscd }, own([], async (b) => {
    await b.insert({ kind: "jpki", trust: "ERR_OK", revocation: "3", test: "1", tries: "3" });
    b.sameCertificate("card-01");
    assert.match(await b.tell("stat"), /verifies 0 /);
    await b.remove();
  }));

test("the PIN gives a signature that OpenSSL accepts too", { skip: noPcscd },
  own([], async (b) => {
    await b.insert();
    b.sign("1234");
    const said = await b.lines.expect("signed", { signature: "ERR_OK", other: "ERR_CRYPTO" });
    assert.ok(signedByCard(CHALLENGE, Buffer.from(said.bytes, "hex")));
    assert.ok(!signedByCard(Buffer.from("other"), Buffer.from(said.bytes, "hex")));
  }));

test("a T=0 style card signs by GET RESPONSE", { skip: noPcscd },
  own(["--t0", "--atr", "3B65000020631ACB80"], async (b) => {
    await b.insert();
    b.sign("1234");
    await b.lines.expect("signed", { signature: "ERR_OK" });
  }));

for (const blocked of ["6983", "6984"])
  test(`wrong PINs: tries told, the last one kept, then blocked (${blocked})`, { skip: noPcscd },
    own(["--blocked-sw", blocked], async (b) => {
      await b.insert();
      b.sign("0000");
      await b.lines.expect("sign_failed", { outcome: "wrong_pin", tries: "2" });
      b.sign("0000");
      await b.lines.expect("sign_failed", { outcome: "wrong_pin", tries: "1" });
      b.sign("1234");
      await b.lines.expect("sign_failed", { outcome: "last_try", tries: "1" });
      b.sign("0000", true);
      await b.lines.expect("sign_failed", { outcome: "blocked", tries: "0" });
      b.sign("1234", true);
      await b.lines.expect("sign_failed", { outcome: "blocked" });
      await b.remove();
      await b.insert({ trust: "ERR_OK", tries: "0" }); // still readable
    }));

test("other kinds are told apart and give no certificate", { skip: noPcscd },
  own([], async (b) => {
    for (const [kind, name, outcome] of [["android", "android", "phone"],
      ["juki", "juki_old", "old_card"], ["none", "other", "not_my_number"]]) {
      await b.tell("kind", kind);
      await b.insert({ kind: name, outcome, cert: "0" });
      await b.remove();
    }
  }));

test("expired, revoked and unknown cards each say so", { skip: noPcscd },
  own([], async (b) => {
    for (const [card, trust] of [["card-02", "ERR_CARD_EXPIRED"], ["card-03", "ERR_CARD_REVOKED"],
      ["card-04", "ERR_CARD_ISSUER"]]) {
      await b.tell("card", join(pki, card));
      await b.insert({ trust });
      b.sameCertificate(card);
      await b.remove();
    }
  }));

test("a card pulled while it is read is told as removed", { skip: noPcscd },
  own([], async (b) => {
    await b.tell("drop", "b0");
    await b.tell("insert");
    await b.lines.expect("read_failed", { outcome: "removed" });
    await b.lines.expect("out");
    await b.insert({ trust: "ERR_OK" });
  }));

test("a card pulled while it signs is told as removed", { skip: noPcscd },
  own([], async (b) => {
    await b.insert();
    await b.tell("sigdelay", "60000");
    b.sign("1234");
    while (!(await b.tell("stat")).includes("signatures 1")); // it has begun
    await b.tell("remove");
    await b.lines.expect("sign_failed", { outcome: "removed" });
    await b.lines.expect("out");
  }));

test("a card in trouble is read at the second try; a mute one does not hold the reader for ever",
  { skip: noPcscd }, own([], async (b) => {
    await b.tell("sw", "b0", "6f00");
    await b.insert({ trust: "ERR_OK" });
    await b.remove();
    await b.tell("hang", "b0");
    await b.tell("insert");
    let said = await b.lines.next();
    while (said.event !== "in") said = await b.lines.next();
    assert.equal(said.trust, "ERR_OK");
  }));

test("a slow card is read, slowly", { skip: noPcscd },
  own(["--delay", "20"], async (b) => {
    const said = await b.insert({ trust: "ERR_OK" });
    assert.ok(Number(said.us) >= 20000 * Number(said.apdus));
  }));

test("pcscd dies and comes back", { skip: noPcscd }, own([], async (b) => {
  await b.insert();
  await end(b.pcscd, "SIGKILL");
  await b.lines.expect("out");
  await b.lines.expect("service_missing");
  b.startPcscd();
  let said = await b.lines.next();
  while (said.event === "no_reader" || said.event === "empty") said = await b.lines.next();
  assert.equal(said.event, "in");
}));

test("vsmartcard's driver: read, sign, out", { skip: missing("/usr/sbin/pcscd", VPCD) },
  () => with_("vpcd", [], async (b) => {
    await b.insert({ trust: "ERR_OK" });
    b.sameCertificate("card-01");
    b.sign("1234");
    await b.lines.expect("signed", { signature: "ERR_OK" });
    await b.remove();
  }));

test("OpenSC takes the simulated card for a JPKI card, beside our own reader",
  { skip: missing("/usr/sbin/pcscd", "/usr/bin/opensc-tool", "/usr/bin/pkcs15-tool",
    "/usr/bin/pkcs11-tool") }, own([], async (b) => {
    const opensc = async (name, ...args) => (await run(name, args, { env: b.env })).stdout;
    await b.insert();
    assert.match(await opensc("opensc-tool", "-n"), /^jpki$/m);
    const pem = await opensc("pkcs15-tool", "--read-certificate", "01");
    assert.deepEqual(new X509Certificate(pem).raw,
      readFileSync(join(pki, "card-01", "auth.der")));
    await assert.rejects(opensc("pkcs15-tool", "--read-certificate", "02"));
    const file = join(b.dir, "signature");
    execFileSync("pkcs11-tool", ["--login", "--pin", "1234", "--sign", "--id", "01",
      "--mechanism", "SHA256-RSA-PKCS", "--output-file", file],
    { env: b.env, input: CHALLENGE, stdio: ["pipe", "ignore", "ignore"] });
    assert.ok(signedByCard(CHALLENGE, readFileSync(file)));
    b.sign("1234"); // and our own reader goes on
    await b.lines.expect("signed", { signature: "ERR_OK" });
  }));
