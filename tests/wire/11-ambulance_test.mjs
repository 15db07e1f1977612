// 11-ambulance_test.mjs — Job: the ambulance's program against the real gateway.
//
// The hospitals are clients written from PROTOCOL.md; the card goes through real pcscd.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { tool, world } from "./lib/gateway.mjs";

const run = promisify(execFile);
const PROGRAM = join(tool(".."), "bin/sakiyomi-ambulance");
const MARKER = "しるしの言葉";
const WAIT_MS = 20000;
const noPcscd = existsSync("/usr/sbin/pcscd") ? false : "pcscd is not installed";

let g;
let reader;
const started = [];

// The tablet: its own folder, key and request; commands go in, JSON lines come out.
class Tablet {
  constructor(name, crew) {
    this.dir = join(g.dir, name);
    Object.assign(this, { name, crew, events: [], taken: new Set(), waiters: new Set() });
  }

  async enrol() {
    mkdirSync(this.dir);
    writeFileSync(join(this.dir, "ca.pem"), g.ca);
    this.config = join(this.dir, "tablet.conf");
    this.writeConfig();
    const csr = join(this.dir, "device.csr");
    await run(PROGRAM, ["request", "--config", this.config, "--out", csr]);
    const key = join(this.dir, "device.key");
    assert.equal(statSync(key).mode & 0o077, 0);
    assert.ok(!readFileSync(csr, "utf8").includes("PRIVATE"));
    this.id = (await g.act("pki", "issue", "--csr", csr, "--kind", "ambulance", "--org", g.hq,
      "--name", this.name, "--out", join(this.dir, "device.pem"))).id;
    return this;
  }

  writeConfig() {
    writeFileSync(this.config, `tablet_name = ${this.name}\ngateway_address = 127.0.0.1\n` +
      `gateway_port = ${g.ports.ambulance}\nserver_name = localhost\ncrew_code = しおみ2\n`);
  }

  start(...options) {
    this.writeConfig();
    this.out = "";
    this.child = spawn(PROGRAM, ["run", "--config", this.config, "--json", "-", "--stdin-secrets",
      ...options], { stdio: ["pipe", "pipe", "pipe"],
      env: { ...process.env, PCSCLITE_CSOCK_NAME: join(g.dir, "reader/pcscd.comm") } });
    started.push(this.child);
    this.child.stderr.on("data", (data) => { this.out += data; });
    this.ended = new Promise((done) => this.child.once("close", (code, signal) =>
      done(code ?? signal)));
    createInterface({ input: this.child.stdout }).on("line", (line) => {
      this.events.push(JSON.parse(line));
      for (const look of [...this.waiters]) look();
    });
    return this;
  }

  type(...lines) {
    this.child.stdin.write(lines.map((line) => `${line}\n`).join(""));
    return this;
  }

  // The next event that fits, each one once.
  event(event, more = {}) {
    const wanted = { event, ...more };
    const fits = (row) => Object.entries(wanted).every(([key, value]) => row[key] === value);
    return new Promise((resolve, reject) => {
      const look = () => {
        const at = this.events.findIndex((row, i) => !this.taken.has(i) && fits(row));
        if (at < 0) return;
        this.taken.add(at);
        clearTimeout(timer);
        this.waiters.delete(look);
        resolve(this.events[at]);
      };
      const timer = setTimeout(() => reject(new Error(`${this.name}: no ${JSON.stringify(wanted)}` +
        `\n${this.events.slice(-12).map((row) => JSON.stringify(row)).join("\n")}\n${this.out}`)),
      WAIT_MS);
      this.waiters.add(look);
      look();
    });
  }

  notice(notice, more = {}) {
    return this.event("notice", { notice, ...more });
  }

  async signIn() {
    const { login, codes } = this.crew;
    this.type("wait online", `sign-in ${login}`, this.crew.password, codes.next());
    const { must_change_password: first } = await this.event("signed_in");
    if (!first) return;
    this.type("password", this.crew.password, "Wolke-Fahrrad-47-xq");
    this.crew.password = "Wolke-Fahrrad-47-xq";
    await this.event("receipt", { kind: "password_change" });
  }

  async openCase(number) {
    this.type(`case open ${number}`);
    this.case = (await this.notice("case_opened")).case;
    return this.case;
  }

  async die() {
    this.child.kill("SIGKILL");
    assert.equal(await this.ended, "SIGKILL");
  }

  async end() {
    this.child.stdin.end();
    return this.ended;
  }

  // Every file that it has written, one behind the other.
  files(dir = join(this.dir, "state")) {
    return Buffer.concat(readdirSync(dir, { withFileTypes: true }).map((entry) => {
      const path = join(dir, entry.name);
      return entry.isDirectory() ? this.files(path) : readFileSync(path);
    }));
  }
}

class Reader {
  constructor() {
    this.control = join(g.dir, "card.ctl");
    const socket = join(g.dir, "reader/card.sock");
    this.pcscd = this.start("pcscd-launch", [join(g.dir, "reader"), tool("ifd-unix.so")]);
    this.card = this.start("card-emulator", ["--reader", `unix:${socket}`, "--card",
      this.folder(0), "--removed", "--control", this.control]);
  }

  folder(index) {
    return join(g.dir, "upstream/cards", g.cards[index].folder);
  }

  start(name, args) {
    const child = spawn(tool(name), args, { stdio: ["pipe", "ignore", "ignore"] });
    started.push(child);
    return child;
  }

  async tell(...words) {
    await run(tool("card-emulator"), ["--tell", this.control, ...words]);
  }

  async put(index) {
    await this.tell("card", this.folder(index));
    await this.tell("insert");
  }
}

let tablet;

before(async () => {
  g = await world();
  for (const listener of ["ambulance", "hospital"]) // the same ports after a restart
    g.settings[`${listener}_port`] = g.ports[listener];
  g.writeConfig();
  tablet = await new Tablet("tablet1", await g.person(g.hq, "sato", "paramedic")).enrol();
  if (!noPcscd) reader = new Reader();
});
after(async () => {
  for (const child of started) child.kill("SIGTERM");
  await g.end();
});

async function accepted(box) {
  const heard = await box.notice("inquiry_asked", {}, { case: tablet.case });
  await box.ask("answer", { inquiry: heard.body.inquiry, result: "accepted" },
    { case: tablet.case });
  await tablet.notice("answered", { answer: "accepted", case: tablet.case });
}

async function delivered(box) {
  const { body: { view, grant } } = await box.notice("grant_issued", {}, { case: tablet.case });
  await box.expect({ type: "view_header", body: { grant } });
  const sealed = box.view({ view, grant });
  await box.wait(() => sealed.whole || null, "every sealed piece");
  await box.ask("delivered", { view, grant }, { case: tablet.case });
  await tablet.notice("delivered", { grant });
  return { view, grant, sealed };
}

// Waits until WORDS stand on the tablet's screen, behind what stood there before.
async function says(words, from = 0) {
  const until = Date.now() + WAIT_MS;
  while (!tablet.out.slice(from).includes(words)) {
    assert.ok(Date.now() < until, `the tablet does not say ${words}`);
    await new Promise((go) => tablet.child.stderr.once("data", go));
  }
}

// Typed lines are done one after the other: when this is answered the earlier ones were done.
function done() {
  const from = tablet.out.length;
  tablet.type("witness");
  return says("確認済みの記録", from);
}

test("a card, a view, a hospital: each step from its event", { skip: noPcscd }, async () => {
  tablet.start();
  await tablet.signIn();
  await tablet.openCase("20261124-0372");
  tablet.type("card wait");
  await reader.put(0);
  const card = await tablet.event("card_in");
  assert.equal(card.kind, "jpki");
  assert.ok(card.apdus > 0 && card.elapsed_us > 0);
  await tablet.notice("card_read");
  tablet.type("ground crew oral patient", "view", "wait view", "identity matched", "open all");
  const shown = await tablet.event("view_shown");
  assert.ok(shown.since_card_ms > 0 && shown.shown === false);
  const { entry } = await tablet.event("opened");
  assert.ok(entry > 0);
  tablet.type(`inquiry ${g.orgA} age=76 sex=male urgency=yellow complaint=胸痛`);
  await accepted(g.boxA);
  tablet.type(`destination ${g.orgA} oral patient`);
  const right = await delivered(g.boxA);
  await g.atA.open(tablet.case, right, ["person"]);
  await tablet.notice("opened", { grant: right.grant });
  const said = `${tablet.out}${JSON.stringify(tablet.events)}`;
  const person = right.sealed.open("person").content;
  assert.ok(person.name.length > 0);
  for (const word of [person.name, person.kana, "胸痛", "0372", "sato", tablet.crew.password])
    assert.ok(!said.includes(word), `${word} was told to everybody`);
  tablet.type("handover", `proof ${entry} ${join(tablet.dir, "entry.tlog-proof")}`);
  await tablet.event("proof", { ok: true });
  assert.match(readFileSync(join(tablet.dir, "entry.tlog-proof"), "utf8"),
    /^c2sp\.org\/tlog-proof@v1\n/);
  await tablet.event("view_gone", { case: tablet.case });
});

test("the card of another case is not taken; the PIN signs", { skip: noPcscd }, async () => {
  await tablet.openCase("20261124-0373");
  tablet.type("card wait");
  await says("別の事案で読みました"); // the first patient's card still lies there
  assert.equal(tablet.events.filter((row) => row.kind === "card_read").length, 1);
  await reader.tell("remove");
  await reader.put(1);
  await tablet.notice("card_read", { case: tablet.case });
  tablet.type("card pin", "9999");
  assert.equal((await tablet.event("card_sign_failed")).outcome, "wrong_pin");
  tablet.type("card pin", "1234");
  await tablet.event("card_signed");
  await tablet.notice("card_read", { case: tablet.case });
  await reader.tell("remove");
});

test("after a restart of the gateway the view goes back up, and the hospital opens it", {
  skip: noPcscd,
}, async () => {
  await tablet.openCase("20261124-0374");
  tablet.type("card wait");
  await reader.put(2);
  await tablet.notice("card_read", { case: tablet.case });
  tablet.type("ground crew oral patient", "view", "wait view", "identity matched",
    `inquiry ${g.orgB} complaint=腹痛`);
  await accepted(g.boxB);
  tablet.type(`destination ${g.orgB} oral patient`);
  const right = await delivered(g.boxB);
  await g.stop("SIGKILL");
  await g.start();
  await tablet.event("handed_up", { view: right.view });
  g.boxB.forget();
  await g.boxB.connect({ n: 0 });
  await g.boxB.resume(g.atB);
  await g.boxB.expect({ type: "view_header", body: { grant: right.grant } });
  const sealed = g.boxB.view(right);
  await g.boxB.wait(() => sealed.whole || null, "every sealed piece, from the tablet");
  await g.atB.open(tablet.case, right, ["person"]);
  assert.equal(sealed.open("person").state, "present");
});

test("a case is offered to another tablet, and back: its view goes with it", {
  skip: noPcscd,
}, async () => {
  const other = await new Tablet("tablet2", await g.person(g.hq, "mori", "paramedic")).enrol();
  other.start();
  await other.signIn();
  for (const [from, to] of [[tablet, other], [other, tablet]]) {
    to.events = [];
    to.taken = new Set();
    from.type(`takeover offer ${to.id}`);
    await to.notice("takeover_offered", { case: tablet.case });
    to.type(`takeover accept ${tablet.case}`);
    await from.event("view_gone", { case: tablet.case });
    await to.event("view_complete", { case: tablet.case });
    to.type("open all");
    assert.ok((await to.event("opened", { case: tablet.case })).sections.length > 1);
    from.type("open all");
    await from.event("command_failed", { command: "open" });
  }
  assert.equal(await other.end(), 0);
});

test("what was recorded off line outlives the tablet's death, and nobody reads it there", {
  skip: noPcscd,
}, async () => {
  await g.stop();
  await tablet.event("offline");
  tablet.type(`record complaint=${MARKER} allergies=present:卵`, "vitals pulse=88", "eta 5");
  await done();
  await tablet.die();
  const files = tablet.files();
  assert.ok(files.length > 0 && !files.includes(MARKER) && !files.includes("complaint"));
  await g.start();
  tablet.events = [];
  tablet.taken = new Set();
  tablet.start();
  assert.equal((await tablet.event("spool")).earlier, 3);
  await tablet.event("kept_sent");
  await tablet.event("kept_sent");
  // What would act, not record, is not done hours later: it is put aside and told.
  assert.equal((await tablet.event("kept_refused")).err, "ERR_LATE");
  g.boxB.forget();
  await g.boxB.connect({ n: 0 });
  await g.boxB.resume(g.atB);
  await g.atB.ask("record_read", {}, { case: tablet.case });
  const { body: { record } } = await g.boxB.expect({ type: "record" });
  assert.equal(record.complaint, MARKER);
  assert.equal(record.allergies.text, "卵");
});

test("another tablet takes the case of a dead one", { skip: noPcscd }, async () => {
  const lost = tablet.case;
  await tablet.die();
  tablet = await new Tablet("tablet3", await g.person(g.hq, "kudo", "paramedic")).enrol();
  tablet.start();
  await tablet.signIn();
  tablet.type(`takeover claim ${lost} 端末が故障`);
  await tablet.notice("taken_over", { case: lost });
  tablet.type("vitals pulse=90");
  await tablet.event("receipt", { kind: "vitals", case: lost });
  assert.equal(await tablet.end(), 0);
});

test("scripts end with the status that they deserve", async () => {
  const script = async (lines, ...options) => {
    const one = await new Tablet(`script${started.length}`, null).enrol();
    one.start(...options).type(...lines);
    const status = await one.end();
    if (process.env.SHOW) console.error(one.events, one.out);
    return status;
  };
  assert.equal(await script(["wait online", "case open 1", "wait case_opened"]), 0);
  assert.equal(await script(["wait online", "vitals pulse=80"]), 0);
  assert.equal(await script(["wait online", "vitals pulse=80", "wait online 60"], "--strict"), 1);
  assert.equal(await script(["wait online", "case open 1", "wait answered 1", "wait online"]), 1);
  // Off line it ends at once; the next life brings it.
  const one = await new Tablet("script-late", null).enrol();
  one.start().type("wait online", "quit");
  assert.equal(await one.ended, 0);
  await g.stop();
  one.start().type("case open 2");
  assert.equal(await one.end(), 0);
  await g.start();
  one.events = [];
  one.taken = new Set();
  one.start();
  await one.event("kept_sent");
  await one.notice("case_opened");
  assert.equal(await one.end(), 0);
});
