// 03-view_test.mjs — Job: card, ground, fetch, identity, opening; and every way to have no view.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { world } from "./lib/gateway.mjs";
import { newId, timeText } from "./lib/message.mjs";
import { Case, groundFor, refused } from "./lib/story.mjs";

const MARKER = "目印ワイヤ錠";
const SUMMARY = ["person", "visits", "medications", "surgery", "treatment", "dialysis", "checkups",
  "allergies", "document"];
const TRAIT = { plain: 0, longList: 1, nothing: 5, noConsent: 6, notRegistered: 7, pdfOnly: 8,
  refused: 14, dialysis: 11 };

let g;
let c;

before(async () => {
  g = await world({ cardArgs: ["--expired", "78", "--revoked", "79", "--unknown-issuer", "80"],
    simulatorArgs: ["--marker", MARKER] });
});
after(() => g.end());

const cardOf = (trait) => g.cards.find((card) => card.patient === trait && card.odd.length === 0);
const accessLog = () => readFileSync(g.accessLog, "utf8").trim().split("\n").filter(Boolean)
  .map((line) => JSON.parse(line));

test("no view without a card, no view without a ground, no second read for either", async () => {
  c = await new Case(g.onCar).open();
  await refused(c.ask("view_ask", { kind: "emergency_summary" }), "ERR_NO_CARD");
  await c.sendCard(cardOf(TRAIT.plain));
  await c.notice("card_check_asked");
  await c.notice("card_read");
  await refused(c.ask("view_ask", { kind: "emergency_summary" }), "ERR_NO_GROUND");
  assert.equal(existsSync(g.accessLog) ? accessLog().length : 0, 0);
});

test("the view is asked for once, on record before it is fetched", async () => {
  await c.ask("ground", groundFor());
  await c.notice("ground_recorded");
  await refused(c.ask("view_ask", { kind: "normal_view" }), "ERR_MISSING_FIELD");
  const receipt = await c.ask("view_ask", { kind: "emergency_summary" });
  const asked = await c.notice("fetch_asked");
  assert.equal(asked.seq, receipt.entry);
  c.view = asked.body.view;
  const fetched = await c.notice("view_fetched", { view: c.view });
  assert.ok(fetched.seq > asked.seq);
  await g.car.expect({ type: "view_header", body: { view: c.view } });
  await g.car.wait(() => c.sealed.whole || null, "the view");
  const log = accessLog();
  assert.equal(log.length, 1);
  assert.equal(log[0].view, c.view);
  assert.equal(log[0].case, c.id);
  assert.equal(log[0].basis, "patient_oral");
  assert.equal(log[0].viewer, g.crew.id);
  await refused(c.ask("view_ask", { kind: "emergency_summary" }), "ERR_PROTOCOL");
});

test("before identity is confirmed the person is readable and no clinical word is", async () => {
  const { header } = c.sealed;
  assert.deepEqual(header.sections.map((row) => row.section), SUMMARY);
  assert.equal(header.simulator, true);
  assert.equal(header.source, "emergency_summary");
  assert.equal(header.grant, undefined);
  const keys = await g.car.expect({ type: "section_keys", body: { view: c.view } });
  assert.equal(keys.session, g.onCar.id);
  assert.deepEqual(keys.body.keys.map((row) => row.section), ["person"]);
  const person = c.sealed.open("person");
  assert.equal(person.state, "present");
  assert.match(person.content.name, /^試験/);
  assert.match(person.content.birth_date, /^\d{4}-\d\d-\d\d$/);
  assert.ok(["male", "female"].includes(person.content.sex));
  await refused(g.onCar.open(c.id, { view: c.view }, ["medications"]), "ERR_NOT_MATCHED");
});

test("only matched goes on; then sections open after their event, and are what was delivered",
  async () => {
    await c.match("not_possible");
    await refused(g.onCar.open(c.id, { view: c.view }, ["medications"]), "ERR_NOT_MATCHED");
    await c.match();
    const { frame, entry } = await c.ask("open", { view: c.view, sections: SUMMARY });
    const keys = await g.car.expect({ type: "section_keys", re: frame.re });
    assert.equal(keys.seq, entry);
    const opened = await c.notice("opened");
    assert.deepEqual(opened.body.sections, SUMMARY);
    assert.equal(opened.body.person_name, g.crew.name);
    const drugs = c.sealed.open("medications");
    assert.equal(drugs.state, "present");
    assert.ok(JSON.stringify(drugs.content).includes(MARKER), "the simulator's marker");
    assert.ok(drugs.content.groups[0].items.length > 0);
    assert.equal(c.sealed.open("allergies").state, "not_provided");
    assert.equal(c.sealed.open("allergies").content, undefined);
    assert.equal(c.sealed.open("dialysis").state, "empty");
  });

test("a key opens its own section of its own view only", async () => {
  const key = c.sealed.keys.get("person");
  c.sealed.keys.set("person", c.sealed.keys.get("visits"));
  assert.throws(() => c.sealed.open("person"));
  c.sealed.keys.set("person", key);
  c.sealed.open("person");
});

test("no marker in the log of the gateway, nor in any file of its folder", async () => {
  assert.ok(!g.program.log.includes(MARKER));
  for (const name of ["journal.db", "journal.db-wal", "checkpoint"]) {
    const path = `${g.data}/${name}`;
    if (existsSync(path)) assert.ok(!readFileSync(path).includes(Buffer.from(MARKER)), name);
  }
});

test("what the patient hides is not asked for, and stays hidden", async () => {
  const own = await new Case(g.onCar).open();
  await own.fetch(cardOf(TRAIT.longList), { ground: groundFor(null, { hidden: ["medications"] }) });
  assert.ok(!own.sealed.header.sections.some((row) => row.section === "medications"));
  await own.match();
  await refused(g.onCar.open(own.id, { view: own.view }, ["medications"]), "ERR_OUT_OF_SCOPE");
  assert.ok(!accessLog().at(-1).sections.includes("medications"));
  assert.deepEqual(own.sealed.header.hidden, ["medications"]);
});

test("a long list of medicines comes in pieces and is whole", async () => {
  const own = await new Case(g.onCar).open();
  const sealed = await own.fetch(cardOf(TRAIT.longList));
  assert.ok(sealed.row("medications").pieces > 1);
  await own.match();
  await g.onCar.open(own.id, { view: own.view }, ["medications"]);
  const items = sealed.open("medications").content.groups.flatMap((group) => group.items);
  assert.ok(items.length >= 200, `${items.length} medicines`);
});

test("a view that is PDF only: the document is there, no section says none", async () => {
  const own = await new Case(g.onCar).open();
  const sealed = await own.fetch(cardOf(TRAIT.pdfOnly));
  await own.match();
  await g.onCar.open(own.id, { view: own.view }, SUMMARY);
  const { state, content, files } = sealed.open("document");
  assert.equal(state, "present");
  const bytes = Buffer.from(files[0].bytes, "base64");
  assert.equal(bytes.subarray(0, 5).toString("latin1"), "%PDF-");
  const hash = createHash("sha256").update(bytes).digest("hex");
  assert.equal(content.parts[0].sha256, hash);
  for (const section of SUMMARY.filter((s) => !["person", "document", "allergies"].includes(s)))
    assert.notEqual(sealed.open(section).state, "empty", section);
});

test("a section without consent at the source says so", async () => {
  const own = await new Case(g.onCar).open();
  const sealed = await own.fetch(cardOf(TRAIT.noConsent));
  await own.match();
  await g.onCar.open(own.id, { view: own.view }, ["medications"]);
  assert.equal(sealed.open("medications").state, "not_consented");
});

for (const [what, trait, error] of [
  ["not registered", TRAIT.notRegistered, "ERR_NOT_REGISTERED"],
  ["refused at the source", TRAIT.refused, "ERR_REFUSED_BY_PATIENT"],
]) test(`no view: ${what}; the case goes on`, async () => {
  const own = await new Case(g.onCar).open();
  await own.readCard(cardOf(trait));
  await own.ask("ground", groundFor());
  await own.ask("view_ask", { kind: "emergency_summary" });
  assert.equal((await own.notice("fetch_failed")).body.error, error);
  await own.ask("no_view", { at: timeText(), reason: "not_registered" });
  assert.equal((await own.notice("no_view")).body.no_view, "not_registered");
  await own.ask("vitals", { at: timeText(), pulse: 80 });
});

test("no view: every reason is taken at any moment", async () => {
  const own = await new Case(g.onCar).open();
  for (const reason of ["no_card", "not_registered", "refused", "id_mismatch", "urgent",
    "link_down", "system_error"]) {
    await own.ask("no_view", { at: timeText(), reason });
    await own.notice("no_view", { no_view: reason });
  }
});

test("cards that are expired, revoked or of an unknown issuer are refused, each in its words",
  async () => {
    for (const [odd, error] of [["expired", "ERR_CARD_EXPIRED"], ["revoked", "ERR_CARD_REVOKED"],
      ["unknown-issuer", "ERR_CARD_ISSUER"]]) {
      const own = await new Case(g.onCar).open();
      await own.sendCard(g.cards.find((card) => card.odd.includes(odd)));
      assert.equal((await own.notice("card_refused")).body.error, error);
      await own.ask("ground", groundFor());
      await refused(own.ask("view_ask", { kind: "emergency_summary" }), error);
    }
  });

test("other cards and ways of identification are not provided", async () => {
  const own = await new Case(g.onCar).open();
  const card = cardOf(TRAIT.plain);
  await refused(own.sendCard(card, { kind: "juki_old" }), "ERR_CARD_KIND");
  await refused(own.sendCard(card, { kind: "android" }), "ERR_NOT_PROVIDED");
  await refused(own.sendCard(card, { identified_by: "four_items" }), "ERR_NOT_PROVIDED");
  await refused(own.sendCard(card, { proof: "pin_signature" }), "ERR_MISSING_FIELD");
  await own.sendCard({ der: Buffer.from("no certificate").toString("base64") });
  assert.ok((await own.notice("card_refused")).body.error.startsWith("ERR_"));
});

test("a signature with PIN is bound to this message of this case", async () => {
  const own = await new Case(g.onCar).open();
  const card = cardOf(TRAIT.plain);
  const challenge = (id) => createHash("sha256")
    .update(`sakiyomi.v1/card/${own.id}/${id}`).digest();
  const { sign } = await import("node:crypto");
  const key = readFileSync(`${g.dir}/upstream/cards/${card.folder}/auth.key`);
  const proof = (id) => ({ proof: "pin_signature", challenge: challenge(id).toString("base64"),
    signature: sign("sha256", challenge(id), key).toString("base64") });
  await refused(own.sendCard(card, proof(newId())), "ERR_BAD_FIELD");
  const id = newId();
  await own.ask("card_read", { at: timeText(), kind: "jpki", identified_by: "card_pin",
    certificate: card.der, ...proof(id) }, { id });
  await own.notice("card_read");
});

test("a longer look-back needs reason and months, and is asked for as it was said", async () => {
  const own = await new Case(g.onCar).open();
  await own.readCard(cardOf(TRAIT.plain));
  await own.ask("ground", groundFor());
  const ask = { kind: "normal_view", reason: "抗凝固薬の確認" };
  for (const months of [{ from: "2026-01" }, { from: "2026-13", to: "2026-12" },
    { from: "2026-05", to: "2026-04" }, { from: "2026/01", to: "2026-04" }])
    await refused(own.ask("view_ask", { ...ask, ...months }), "ERR_BAD_FIELD", "body.from");
  await refused(own.ask("view_ask", { kind: "emergency_summary", from: "2022-01", to: "2026-04" }),
    "ERR_BAD_FIELD");
  await own.ask("view_ask", { ...ask, from: "2022-01", to: "2026-04" });
  await own.notice("view_fetched");
  const said = accessLog().at(-1);
  assert.deepEqual([said.kind, said.from, said.to], ["normal_view", "2022-01", "2026-04"]);
});

test("another card within one case is another patient", async () => {
  const own = await new Case(g.onCar).open();
  await own.readCard(cardOf(TRAIT.plain));
  await own.sendCard(cardOf(TRAIT.dialysis));
  assert.equal((await own.notice("card_refused")).body.error, "ERR_WRONG_PATIENT");
});

test("grounds: what is incomplete is refused", async () => {
  const own = await new Case(g.onCar).open();
  const life = { basis: "life_body_no_consent", said_by: "nobody" };
  await refused(own.ask("ground", groundFor(null, life)), "ERR_MISSING_FIELD");
  await refused(own.ask("ground", groundFor(null, { ...life, need: "shock" })),
    "ERR_MISSING_FIELD");
  await refused(own.ask("ground", groundFor(null, { said_by: "nobody" })), "ERR_BAD_FIELD");
  await refused(own.ask("ground", groundFor(null, { right: "disclose_to" })), "ERR_MISSING_FIELD");
  await refused(own.ask("ground", groundFor(newId())), "ERR_NO_SUCH_HOSPITAL");
  await own.ask("ground", groundFor(null, { ...life, need: "shock", obstacle: "unconscious" }));
});

test("a refusal ends the view; life and body override it only with a new obstacle", async () => {
  const own = await new Case(g.onCar).open();
  await own.fetch(cardOf(TRAIT.plain));
  await own.match();
  await own.ask("ground", groundFor(null, { basis: "refused" }));
  await own.notice("view_ended");
  assert.ok(own.sealed.gone);
  await refused(g.onCar.open(own.id, { view: own.view }, ["person"]), "ERR_GRANT_ENDED");
  await refused(own.ask("view_ask", { kind: "emergency_summary" }), "ERR_REFUSED_BY_PATIENT");
  const life = { basis: "life_body_no_consent", said_by: "nobody", need: "cardiac_arrest" };
  await refused(own.ask("ground", groundFor(null, { ...life, obstacle: "language" })),
    "ERR_REFUSED_BY_PATIENT");
  await own.ask("ground", groundFor(null, { ...life, obstacle: "unconscious" }));
  await own.ask("view_ask", { kind: "emergency_summary" });
  await own.notice("view_fetched");
});

test("a withdrawal ends the view at once and costs the patient nothing", async () => {
  const own = await new Case(g.onCar).open();
  await own.fetch(cardOf(TRAIT.plain));
  await own.match();
  await own.ask("consent_withdraw");
  assert.equal((await own.notice("view_ended")).body.revoke, "consent_withdrawn");
  await refused(own.ask("view_ask", { kind: "emergency_summary" }), "ERR_REFUSED_BY_PATIENT");
  await own.ask("vitals", { at: timeText(), pulse: 80 });
  await own.inquire([g.orgA]);
});

test("not matched ends the view, with the reason", async () => {
  const own = await new Case(g.onCar).open();
  await own.fetch(cardOf(TRAIT.plain));
  await own.match("not_matched");
  await own.notice("view_ended");
  assert.equal((await own.notice("no_view")).body.no_view, "id_mismatch");
  await refused(g.onCar.open(own.id, { view: own.view }, ["person"]), "ERR_VOID");
});

test("a source that breaks down is told as such, and may be asked again", async () => {
  const { connect } = await import("node:net");
  const tell = (line) => new Promise((done) => {
    const socket = connect(`${g.dir}/upstream/control`);
    socket.once("data", (data) => { socket.end(); done(data.toString().trim()); });
    socket.write(`${line}\n`);
  });
  const own = await new Case(g.onCar).open();
  await own.readCard(cardOf(TRAIT.plain));
  await own.ask("ground", groundFor());
  for (const [oddity, error] of [["nonsense", "ERR_UPSTREAM_ANSWER"], ["half", "ERR_UPSTREAM"],
    ["wrong-patient", "ERR_WRONG_PATIENT"]]) {
    assert.equal(await tell(`oddity ${oddity}`), "ok");
    await own.ask("view_ask", { kind: "emergency_summary" });
    assert.equal((await own.notice("fetch_failed")).body.error, error, oddity);
  }
  assert.equal(await tell("oddity none"), "ok");
  await own.ask("view_ask", { kind: "emergency_summary" });
  await own.notice("view_fetched");
});
