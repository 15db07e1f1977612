// card-opensc.test.mjs — Job: OpenSC's tools, written by others, on the simulated card through both
// reader drivers; OpenSSL judges what the card signed.
//
// Needs the tools of tests/card_emulator and pcscd, vsmartcard-vpcd, opensc; B is the build folder:
//   make card-tools && B=build node --test tests/wire/card-opensc.test.mjs
import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { begin, CHALLENGE, finish, missing, pki, run, tool, VPCD, with_ }
  from "./lib/card_bench.mjs";

const SIGN_PIN = "ABC123";
const NEEDED = ["/usr/sbin/pcscd", VPCD, ...["opensc-tool", "opensc-explorer", "pkcs15-tool",
  "pkcs15-crypt", "pkcs11-tool"].map((name) => join("/usr/bin", name))];
const skip = missing(...NEEDED);

// Two keys of its own: a signature of the wrong one does not pass for the right one's.
before(() => begin("--count", "1"));
after(finish);

// OpenSC beside our own reader, on one card.
class OpenSc {
  constructor(bench) {
    this.b = bench;
    this.at = (name) => join(bench.dir, name);
    writeFileSync(this.at("data"), CHALLENGE);
  }

  // { code, out, said } of a tool, whatever it thinks of the card.
  async call(name, ...args) {
    const options = { env: this.b.env, encoding: "latin1" };
    return run(name, args, options).then(({ stdout, stderr }) => ({ code: 0, out: stdout,
      said: stderr }), ({ code, stdout, stderr }) => ({ code, out: stdout, said: stderr }));
  }

  async ask(name, ...args) {
    const { code, out, said } = await this.call(name, ...args);
    assert.equal(code, 0, `${name} ${args.join(" ")}: ${said}`);
    return out;
  }

  async tries() {
    const text = await this.ask("pkcs15-tool", "--list-pins");
    return [...text.matchAll(/Tries left +: (\d+)/g)].map(([, left]) => Number(left));
  }

  pin(pin, id = "01") {
    return this.call("pkcs15-tool", "--verify-pin", "--auth-id", id, "--pin", pin);
  }

  async sign(pin, id = "01") {
    const hash = (await run("openssl", ["dgst", "-sha256", "-binary", this.at("data")],
      { encoding: "buffer" })).stdout;
    writeFileSync(this.at("hash"), hash);
    return this.call("pkcs15-crypt", "--sign", "--key", id, "--sha-256", "--pkcs1", "--pin", pin,
      "--signature-format", "openssl", "--input", this.at("hash"), "--output", this.at("sig"));
  }

  // OpenSSL's word on the signature, against the certificate in FILE of the card's folder.
  async holds(file) {
    const cert = new X509Certificate(readFileSync(join(pki, "card-01", file)));
    writeFileSync(this.at("key.pem"), cert.publicKey.export({ type: "spki", format: "pem" }));
    return run("openssl", ["dgst", "-sha256", "-verify", this.at("key.pem"), "-signature",
      this.at("sig"), this.at("data")]).then(() => true, () => false);
  }
}

async function recognised(c) {
  assert.match(await c.ask("opensc-tool", "--name"), /^jpki$/m);
  assert.match(await c.ask("opensc-tool", "--atr"), /^3b:e0:00:ff:81:31:fe:45:14$/m);
  const dump = await c.ask("pkcs15-tool", "--dump");
  for (const name of ["User Authentication Certificate", "Digital Signature Certificate",
    "User Authentication Key", "Digital Signature PIN"]) assert.ok(dump.includes(name), name);
  const pem = await c.ask("pkcs15-tool", "--read-certificate", "01");
  assert.deepEqual(new X509Certificate(pem).raw, readFileSync(join(pki, "card-01", "auth.der")));
}

// The certificate for signatures holds name and address: only for its PIN.
async function guarded(c) {
  const read = ["pkcs15-tool", "--read-certificate", "02"];
  assert.notEqual((await c.call(...read)).code, 0);
  const pem = await c.ask(...read, "--verify-pin", "--auth-id", "02", "--pin", SIGN_PIN);
  assert.deepEqual(new X509Certificate(pem).raw, readFileSync(join(pki, "card-01", "sign.der")));
}

async function signs(c) {
  assert.equal((await c.sign("1234")).code, 0);
  assert.ok(await c.holds("auth.der"));
  assert.ok(!await c.holds("sign.der"));
  assert.equal((await c.sign(SIGN_PIN, "02")).code, 0);
  assert.ok(await c.holds("sign.der"));
  writeFileSync(c.at("data"), "other");
  assert.ok(!await c.holds("sign.der"));
  writeFileSync(c.at("data"), CHALLENGE);
  await c.ask("pkcs11-tool", "--login", "--pin", "1234", "--sign", "--id", "01", "--mechanism",
    "SHA256-RSA-PKCS", "--input-file", c.at("data"), "--output-file", c.at("sig"));
  assert.ok(await c.holds("auth.der"));
}

async function explored(c) {
  writeFileSync(c.at("script"), ["apdu 00A4040C0AD392F000260100000001", "apdu 00A4020C02000A",
    "apdu 00B0000004", "apdu 00A4020C020018", "apdu 00200080", "apdu 00A4040C07A0000001510000",
    "quit", ""].join("\n"));
  const { out, said } = await c.call("opensc-explorer", c.at("script"));
  const words = [...`${out}${said}`.matchAll(/SW1=0x(..), SW2=0x(..)/g)].map((m) => m[1] + m[2]);
  assert.deepEqual(words, ["9000", "9000", "9000", "9000", "63C3", "6A82"]);
  assert.match(out, /^30 82 /m);
}

// Each wrong PIN costs one; a right one gives all back; the third wrong one in a row blocks.
async function counted(c) {
  assert.deepEqual(await c.tries(), [3, 5]);
  assert.notEqual((await c.sign("0000")).code, 0);
  assert.deepEqual(await c.tries(), [2, 5]);
  assert.equal((await c.pin("1234")).code, 0);
  assert.deepEqual(await c.tries(), [3, 5]);
  for (const left of [2, 1, 0]) {
    assert.match((await c.pin("9999")).said, /PIN code or key incorrect/);
    assert.deepEqual(await c.tries(), [left, 5]);
  }
  assert.notEqual((await c.pin("1234")).code, 0);
  assert.notEqual((await c.sign("1234")).code, 0);
  assert.deepEqual(await c.tries(), [0, 5]);
  assert.equal((await c.pin(SIGN_PIN, "02")).code, 0); // the other PIN has its own count
  await c.ask("pkcs15-tool", "--read-certificate", "01"); // still readable
}

// Out while it computes, and out between two commands: the tool ends, the card comes back whole.
async function pulled(c) {
  const { b } = c;
  await b.tell("tries", "3");
  await b.tell("sigdelay", "60000");
  const before_ = Number(/signatures (\d+)/.exec(await b.tell("stat"))[1]);
  const signing = c.sign("1234");
  while (!(await b.tell("stat")).includes(`signatures ${before_ + 1}`)); // it has begun
  await b.remove();
  assert.notEqual((await signing).code, 0);
  await b.tell("sigdelay", "0");
  await b.insert({ trust: "ERR_OK" });
  await b.tell("drop", "20"); // gone at the PIN
  assert.notEqual((await c.sign("1234")).code, 0);
  await b.lines.expect("out");
  await b.insert({ trust: "ERR_OK", tries: "3" });
  assert.equal((await c.sign("1234")).code, 0);
  assert.ok(await c.holds("auth.der"));
}

for (const driver of ["ifd-unix.so", "vpcd"])
  test(`OpenSC takes the simulated card for a JPKI card, beside our own reader (${driver})`,
    { skip }, (t) => with_(driver === "vpcd" ? driver : tool(driver), [], async (b) => {
      await b.insert();
      const c = new OpenSc(b);
      for (const step of [recognised, guarded, signs, explored, counted, pulled])
        await t.test(step.name, () => step(c));
      b.sign("1234"); // and our own reader goes on
      await b.lines.expect("signed", { signature: "ERR_OK" });
    }));
