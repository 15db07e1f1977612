// card.test.mjs — Job: the tablet's card reader against real pcscd, with simulated cards.
//
// Needs the tools of tests/card_emulator and pcscd, vsmartcard-vpcd; B is the build folder:
//   make card-tools && B=build node --test tests/wire/card.test.mjs
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { begin, CHALLENGE, end, finish, missing, noPcscd, own, pki, signedByCard, VPCD, with_ }
  from "./lib/card_bench.mjs";

before(() => begin("--count", "4", "--one-key", "--expired", "2", "--revoked", "3",
  "--unknown-issuer", "4"));
after(finish);

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
