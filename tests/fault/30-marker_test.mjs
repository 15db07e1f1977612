// 30-marker_test.mjs — Job: a planted text goes through a whole case; afterwards it is in no file,
// no log and no memory, in no spelling.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { tool, world } from "../wire/lib/gateway.mjs";
import { timeText } from "../wire/lib/message.mjs";
import { Case } from "../wire/lib/story.mjs";
import { findIn, findInFiles, findInMemory, spellings } from "./lib/marker.mjs";
import { pause } from "./lib/sender.mjs";

const MARKER = "目印薬ﾏｰｶｰ第七号Zq7X";
const GRANT_ENDS_MS = 60000; // after the hand-over: the shortest that the settings allow
const marks = spellings(MARKER);
let g;
let main;
let box; // a real box of hospital A
let inMemory; // what was in the gateway's memory while the case was open

// ---- a real box, beside the test's own device ----

class Box {
  constructor(dir) {
    this.dir = dir;
    this.events = join(dir, "events.jsonl");
    const [out, err] = ["out", "err"].map((name) => openSync(join(dir, name), "w"));
    writeFileSync(this.events, "");
    this.child = spawn(join(dirname(dirname(tool("x"))), "bin/sakiyomi-hospital"), ["run",
      "--config", join(dir, "client.conf"), "--json", this.events, "--stdin-secrets"],
    { stdio: ["pipe", out, err] });
    [out, err].forEach(closeSync);
    this.ended = new Promise((done) => this.child.once("exit", (code) => done(code)));
  }

  static async make(g, org) {
    const name = "realbox";
    await g.device("hospital", org, name);
    g.devices.pop(); // its line is the program's, not the test's
    const dir = join(g.dir, "box");
    mkdirSync(dir);
    writeFileSync(join(dir, "client.conf"), ["box_name = realbox", "gateway_address = 127.0.0.1",
      `gateway_port = ${g.ports.hospital}`, "server_name = localhost",
      `certificate = ${join(g.dir, name)}.crt`, `key = ${join(g.dir, name)}.key`,
      `ca = ${join(g.data, "pki/ca.crt")}`, `state_dir = ${join(dir, "state")}`, ""].join("\n"));
    return new Box(dir);
  }

  say(...lines) {
    this.child.stdin.write(`${lines.join("\n")}\n`);
  }

  async until(pattern) {
    for (const end = Date.now() + 20000; Date.now() < end; await pause(20))
      if (pattern.test(readFileSync(this.events, "utf8"))) return;
    throw new Error(`the box did not say ${pattern}\n${readFileSync(this.events, "utf8")}`);
  }
}

before(async () => {
  g = await world({ cards: 80, simulatorArgs: ["--marker", MARKER],
    settings: { grant_after_handover: "1min", log_level: "debug" } });
  box = await Box.make(g, g.orgA);
  await box.until(/"event":"ready"/);
  const nurse = await g.person(g.orgA, "nurseReal", "er_board,er_viewer");
  box.say("sign-in nurseReal", nurse.password, nurse.codes.next());
  await box.until(/"event":"signed_in"/);
  box.say("change-password", nurse.password, "Wolke-Fahrrad-48-xq");
  await box.until(/"kind":"password_change"/);
});
after(async () => {
  box?.child.kill("SIGTERM");
  await box?.ended;
  await g?.end();
});

test("the search finds each spelling, wherever it stands", () => {
  assert.ok(marks.length > 30);
  for (const [name, mark] of marks)
    assert.ok(findIn(Buffer.concat([Buffer.from("xyz"), mark, Buffer.from("z")]), marks)
      .includes(name));
  for (const before of ["", "x", "xy", "xyz"]) {
    const text = Buffer.from(`${before}${MARKER}yz`).toString("base64");
    assert.ok(findIn(Buffer.from(text), marks).some((name) => name.startsWith("UTF-8 in base64")));
  }
});

test("fetched, opened by the crew, delivered, opened at the hospital: the marker is there",
  async (t) => {
    main = new Case(g.onCar);
    await main.open();
    const plain = g.cards.find(({ patient, odd }) => patient === 0 && odd.length === 0) ??
      g.cards[0];
    const sealed = await main.fetch(plain);
    await main.match();
    const sections = sealed.header.sections.map(({ section }) => section);
    await g.onCar.open(main.id, { view: main.view }, sections);
    const content = JSON.stringify(sections.map((section) => sealed.open(section)));
    assert.ok(content.includes(MARKER), "the planted text is in the view");
    await main.inquire([g.orgA]);
    await main.answer(g.boxA);
    await main.destination(g.orgA);
    await main.deliver(g.boxA);
    await box.until(/"event":"delivered_complete"/);
    box.say(`open ${main.id} all`);
    await box.until(/"event":"opened"/);
    inMemory = findInMemory(g.program.child.pid, marks);
    if (inMemory !== null) assert.ok(inMemory.length > 0, "the gateway holds the view in memory");
    t.diagnostic(`in the gateway's memory as ${inMemory}`);
    t.diagnostic(`in the box's memory as ${findInMemory(box.child.pid, marks)}`);
  });

test("a change of destination: the marker goes to another hospital", async () => {
  await main.inquire([g.orgB]);
  await main.answer(g.boxB);
  await main.destination(g.orgB);
  const { header } = await main.deliver(g.boxB);
  await g.atB.open(main.id, header, header.sections.map(({ section }) => section));
});

test("after hand-over and the end of the grant the gateway and the box hold nothing", async (t) => {
  await main.ask("handover", { at: timeText() });
  await g.atB.ask("handover_confirm", { at: timeText(), physician: "試験医師" },
    { case: main.id });
  g.car.patience = GRANT_ENDS_MS + 30000;
  await main.notice("case_ended");
  await g.car.settle();
  if (inMemory === null) return t.skip("another program's memory may not be read here");
  assert.deepEqual(findInMemory(g.program.child.pid, marks), []);
  assert.deepEqual(findInMemory(box.child.pid, marks), []);
});

test("not in any file: data, logs, the box's folder, exports", async () => {
  await g.command("audit", "verify");
  await g.command("audit", "export", "--out", join(g.dir, "export"));
  const said = Buffer.from(`${g.program.log}\n${g.program.lines.join("\n")}`);
  assert.ok(said.includes("listening"), "the gateway's words are here");
  assert.deepEqual(findIn(said, marks), []);
  assert.deepEqual(findInFiles(g.dir, marks), []);
  assert.deepEqual(findIn(execFileSync("ps", ["-ww", "-o", "args", "-p",
    `${g.program.child.pid},${box.child.pid}`]), marks), []);
});

test("nor after everything has ended", async () => {
  box.child.kill("SIGTERM");
  await box.ended;
  for (const device of g.devices) await device.close();
  assert.equal(await g.stop(), 0);
  assert.deepEqual(findInFiles(g.dir, marks), []);
});
