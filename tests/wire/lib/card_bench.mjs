// card_bench.mjs — Job: a private pcscd with one reader, an emulated card for it, and our own
// reader's events, in a folder that goes at the end.
//
// Each copy has its own pcscd in its own folder: any number may run side by side, root or not.
import assert from "node:assert/strict";
import { execFile, execFileSync, spawn } from "node:child_process";
import { X509Certificate, verify } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const here = fileURLToPath(new URL(".", import.meta.url));
const tools = join(resolve(process.env.B ?? join(here, "../../../build")), "tools");
export const tool = (name) => join(tools, name);
export const run = promisify(execFile);
export const CHALLENGE = Buffer.from("card-probe challenge");
export const VPCD = "/usr/lib/pcsc/drivers/serial/libifdvpcd.so";
const WAIT_MS = 15000;

export const missing = (...paths) => {
  const absent = paths.filter((path) => !existsSync(path));
  return absent.length > 0 ? `not installed: ${absent.join(", ")}` : false;
};
export const noPcscd = missing("/usr/sbin/pcscd");

let top;
export let pki; // the folder of the cards
let benches = 0;
const living = new Set();

// Makes the cards; ARGS as make-cards takes them.
export function begin(...args) {
  top = mkdtempSync(join(tmpdir(), "card-"));
  pki = join(top, "pki");
  execFileSync(tool("make-cards"), [pki, ...args]);
}

export async function finish() {
  await Promise.all([...living].map((child) => end(child)));
  rmSync(top, { recursive: true, force: true });
}

function start(name, args, options = {}) {
  const child = spawn(tool(name), args, { stdio: ["pipe", "pipe", "ignore"], ...options });
  living.add(child);
  child.ended = new Promise((done) => child.once("exit", (code) => {
    living.delete(child);
    done(code);
  }));
  return child;
}

export function end(child, signal = "SIGTERM") {
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
export class Bench {
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
export const signedByCard = (bytes, signature) => verify("sha256", bytes, publicKey(), signature);

export async function with_(driver, args, body) {
  const bench = await new Bench(driver, args).open();
  await body(bench);
  await bench.close();
}
export const own = (args, body) => () => with_(tool("ifd-unix.so"), args, body);
