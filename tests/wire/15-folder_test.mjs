// 15-folder_test.mjs — Job: today's folder interface end to end: the simulator's files, then those
// of another writer with the oddities that real files have.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { Clerk, cp932, saying, shiftJis, texts, utf8, utf16 } from "./lib/clerk.mjs";
import { Gateway, world } from "./lib/gateway.mjs";
import { newId } from "./lib/message.mjs";
import { Case, groundFor } from "./lib/story.mjs";

const SUMMARY = ["person", "visits", "medications", "surgery", "treatment", "dialysis", "checkups",
  "allergies", "document"];
const NOBODY_ELSE = "YZKsiquc01res_20261124101112345678901.xml"; // of another program

let g;
let clerk;

before(async () => {
  g = await world({ folder: true, cards: 40, settings: { provider_timeout: "4s" } });
  writeFileSync(join(g.folder.res, NOBODY_ELSE), "<XmlMsg></XmlMsg>");
});
after(async () => {
  clerk?.close();
  await g.end();
});

beforeEach(() => clerk?.plain());

const cardOf = (patient) => g.cards.find((card) => card.patient === patient);

// A fresh case up to opened sections: { name: { state, content, files } }.
async function sectionsOf(card, more) {
  const own = await new Case(g.onCar).open();
  const sealed = await own.fetch(card, more);
  await own.match();
  await g.onCar.open(own.id, { view: own.view }, SUMMARY);
  own.sections = Object.fromEntries(SUMMARY.map((name) => [name, sealed.open(name)]));
  return own;
}

// ---- the simulator's ----

test("both layouts, Shift_JIS and UTF-8: a person, medicines and check-ups, and nothing is left",
  async () => {
    // By the number: odd ones are Shift_JIS, every third (2, 5 …) has the layout of a face reader.
    for (const patient of [0, 18, 1, 3, 17, 23, 20, 26]) {
      const { sections: s } = await sectionsOf(cardOf(patient));
      assert.match(s.person.content.name, patient === 3 ? /^髙﨑/ : /^試験/, `patient ${patient}`);
      assert.equal(s.medications.state, "present", `patient ${patient}`);
      assert.equal(s.checkups.state, "present", `patient ${patient}`);
      assert.equal(s.allergies.state, "not_provided");
    }
    assert.deepEqual(readdirSync(g.folder.req), []);
    assert.deepEqual(readdirSync(g.folder.res), [NOBODY_ELSE]);
  });

test("who asked, for what and on which ground is in the source's own log", async () => {
  const own = await new Case(g.onCar).open();
  await own.fetch(cardOf(3));
  const rows = readFileSync(g.accessLog, "utf8").trim().split("\n").map((line) => JSON.parse(line))
    .filter((row) => row.view === own.view);
  assert.deepEqual(rows.map((row) => row.file).sort(), ["OQSsiquc01", "TKKsiquc01", "YZKsiquc01"]);
  const first = rows.find((row) => row.file === "OQSsiquc01");
  assert.deepEqual([first.via, first.basis, first.card_proof, first.viewer, first.patient],
    ["folder", "patient_oral", "certificate_only", g.crew.id, 3]);
});

test("consent refused in either spelling is not asked for and says so", async () => {
  const { sections: s } = await sectionsOf(cardOf(6)); // PharmaceuticalInfoConsFlg 0
  assert.equal(s.medications.state, "not_consented");
  assert.equal(s.checkups.state, "present");
});

test("PDF only: the document is there, the sections refer to it", async () => {
  const { sections: s } = await sectionsOf(cardOf(8));
  assert.equal(s.document.state, "present");
  const bytes = Buffer.from(s.document.files[0].bytes, "base64");
  assert.match(bytes.subarray(0, 5).toString(), /^%PDF-/);
  assert.equal(createHash("sha256").update(bytes).digest("hex"),
    s.document.content.parts[0].sha256);
  assert.deepEqual(Object.keys(s.medications.content), ["in_document"]);
});

test("a hospital opens the same bytes", async () => {
  const own = new Case(g.onCar);
  const far = await own.untilDelivered(cardOf(3), g.boxA);
  await g.atA.open(own.id, far.header, ["medications", "person"]);
  await g.onCar.open(own.id, { view: own.view }, ["medications"]);
  for (const name of ["medications", "person"])
    assert.deepEqual(far.open(name), own.sealed.open(name));
  await own.ask("case_end", { at: new Date().toISOString(), reason: "death" });
});

// ---- another writer's ----

let wanted; // what plain files give

test("another writer's plain files", async () => {
  await g.simulator.kill();
  clerk = new Clerk(g.folder);
  await g.stop("SIGTERM"); // this writer does not say SIMULATOR: nobody has to allow one
  g.settings.provider_simulator = "no";
  g.writeConfig();
  await g.start();
  await g.car.connect();
  await g.car.resume(g.onCar);
  wanted = (await sectionsOf(cardOf(0))).sections;
  assert.equal(wanted.person.content.name, "試験　花子");
  const [drug] = wanted.medications.content.groups[0].items;
  assert.equal(JSON.stringify(drug).includes("ﾃｽﾄ錠５ｍｇ＆外用"), true, "as delivered");
  assert.ok(JSON.stringify(wanted.medications.content).includes("髙﨑病院①"));
  assert.equal(wanted.checkups.content !== undefined, true);
  assert.ok(clerk.asked.every(({ request }) => request.includes("<XmlMsg>")));
});

const prefixed = (text) => text.replace(/<(\/?)(\w+)>/g, "<$1q:$2>")
  .replace("<q:XmlMsg>", '<q:XmlMsg xmlns:q="urn:example">');
const inCdata = (text) => text.replace(/>([^<>]+)</g, "><![CDATA[$1]]><");
const commented = (text) => text.replace(/>([^<>])([^<>]*)</g, "><!-- a --><?b c?>$1<!-- d -->$2<")
  .replace(/<\/(\w+)>/g, "<!-- < & -->$&");
const numbered = (text) => text.replace(/[^\x00-\x7f]/gu, (c) => `&#x${c.codePointAt(0)
  .toString(16)};`);
const same = [
  ["Shift_JIS", shiftJis],
  ["windows-31j in single quotes", (t) =>
    cp932(`<?xml version='1.0' encoding='windows-31j'?>${t}`)],
  ["no declaration", (t) => t],
  ["a byte order mark", (t) => `\ufeff${utf8(t)}`],
  ["a mark and no declaration", (t) => `\ufeff${t}`],
  ["it says Shift_JIS and is UTF-8", (t) => saying("Shift_JIS", t)],
  ["it says Shift_JIS behind a byte order mark", (t) => `\ufeff${saying("Shift_JIS", t)}`],
  ["CRLF and indentation", (t) => utf8(t.replace(/></g, ">\r\n\t  <").replaceAll("\n", "\r\n"))],
  ["Shift_JIS with CRLF", (t) => shiftJis(`${t.replace(/></g, ">\r\n<")}\r\n\r\n`)],
  ["CDATA", (t) => utf8(inCdata(t))],
  ["comments and processing instructions", (t) => utf8(`<!-- top -->${commented(t)}<!-- end -->`)],
  ["prefixes", (t) => utf8(prefixed(t))],
  ["a default namespace, a schema", (t) => utf8(t.replace("<XmlMsg>", '<XmlMsg xmlns="urn:x" ' +
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" ' +
    'xsi:noNamespaceSchemaLocation="a.xsd">'))],
  ["blanks in the tags", (t) => utf8(t.replace(/<(\/?\w+)>/g, "<$1 \n>"))],
  ["characters by number", (t) => utf8(numbered(t))],
  ["empty elements the short way", (t) => utf8(t.replace(/<(\w+)><\/\1>/g, "<$1/>"))],
  ["elements with nothing in them", (t) => utf8(t.replace("<MessageBody>",
    "<MessageBody><NameOfOther/><InsurerName></InsurerName>"))],
];

test("the same, however it is written", async () => {
  for (const [name, way] of same) {
    clerk.way = way;
    const { sections: s } = await sectionsOf(cardOf(0));
    for (const section of ["person", "medications", "checkups"])
      assert.deepEqual(s[section], wanted[section], `${name}: ${section}`);
  }
});

test("kana in half width in one file and in full width in another are one person", async () => {
  clerk.way = (text, kind) => utf8(kind === "person" ? text
    : text.replace("シケン　ハナコ", "ｼｹﾝ ﾊﾅｺ"));
  const { sections: s } = await sectionsOf(cardOf(0));
  assert.deepEqual(s.medications, wanted.medications);
});

test("tags that nobody knows are kept, not dropped", async () => {
  clerk.way = (text) => utf8(text.replace("</DrugInf>", "<NewTag>新しい</NewTag></DrugInf>")
    .replace("</MessageBody>", "<BodyTag>b</BodyTag></MessageBody>"));
  const { sections: s } = await sectionsOf(cardOf(0));
  const all = JSON.stringify([s.medications, s.document.content]);
  assert.ok(all.includes("NewTag") && all.includes("新しい"));
  assert.ok(all.includes("BodyTag"));
});

// ---- how it comes ----

test("a file with its writer's own old date, and leftovers of other requests", async () => {
  const other = { birth: "19480704", name: "別人　太郎", kana: "ベツジン　タロウ" };
  for (const prefix of ["OQS", "YZK", "TKK"])
    clerk.whole(`${prefix}siquc01res_${newId()}.xml`, utf8(texts(newId(), other).person));
  clerk.put = (name, bytes) => clerk.whole(name, bytes, new Date("2001-02-03"));
  const { sections: s } = await sectionsOf(cardOf(0));
  assert.deepEqual(s.person, wanted.person);
  assert.deepEqual(s.medications, wanted.medications);
});

test("a file that grows in the open is waited for", async () => {
  let rest;
  let checkups;
  const begun = new Promise((done) => {
    clerk.put = (name, bytes, kind) => {
      if (kind === "person") return clerk.whole(name, bytes);
      if (kind === "drugs") rest = clerk.begin(name, bytes);
      else checkups = () => { clerk.whole(name, bytes); return clerk.taken(name); };
      if (rest && checkups) done();
      return undefined;
    };
  });
  const fetched = sectionsOf(cardOf(0));
  await begun;
  await checkups(); // looked at in the same round as the half
  rest();
  const { sections: s } = await fetched;
  assert.deepEqual(s.medications, wanted.medications);
});

test("a PDF that says its end twice comes whole", async () => {
  const pdf = Buffer.from(`%PDF-1.4\n%%EOF\n${"x".repeat(300)}\n%%EOF\n`);
  clerk.ending = (kind) => (kind === "person" ? "xml" : "pdf");
  clerk.way = (text, kind) => (kind === "person" ? utf8(text) : pdf);
  clerk.put = (name, bytes, kind) => {
    if (kind === "person") return clerk.whole(name, bytes);
    const first = bytes.indexOf("%%EOF") + 6;
    writeFileSync(clerk.at(name), bytes.subarray(0, first));
    return writeFileSync(clerk.at(name), bytes.subarray(first), { flag: "a" });
  };
  const { sections: s } = await sectionsOf(cardOf(0));
  assert.equal(s.document.files.length, 2);
  for (const file of s.document.files) assert.ok(Buffer.from(file.bytes, "base64").equals(pdf));
});

// ---- what must not be shown ----

const doctype = (t) => `<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE XmlMsg [<!ENTITY e "x">` +
  `]>${t.replace("<MessageBody>", "<MessageBody>&e;")}`;
const bad = [
  ["a document type with entities", doctype],
  ["it says UTF-8 and is Shift_JIS", (t) => cp932(`<?xml version="1.0" encoding="UTF-8"?>${t}`)],
  ["an encoding that is not agreed", (t) => saying("EUC-JP", t)],
  ["8 MB and more", (t) => utf8(t.replace("</MessageBody>",
    `<Long>${"あ".repeat(3 << 20)}</Long></MessageBody>`))],
  ["not well-formed", (t) => utf8(t.replace("</DrugInf>", "").replace("</ItemName>", ""))],
  ["another request's answer", (t, id) => utf8(t.replace(id, newId()))],
  ["a control character", (t) => utf8(t.replace("錠", "\u0007").replace("mmHg", "\u0007"))],
  ["text that runs backwards", (t) => utf8(t.replace("錠", "\u202e錠").replace("mmHg", "\u202e"))],
  ["no person in it", (t) => utf8(t.replace(/<(QuaInf|QualificationsInfo)>.*<\/\1>/, ""))],
];

test("a clinical file of no use is failed, never empty; the person stands", async () => {
  for (const [name, way] of bad) {
    clerk.way = (text, kind, id) => (kind === "person" ? utf8(text) : way(text, id));
    const { sections: s } = await sectionsOf(cardOf(0));
    assert.deepEqual(s.person, wanted.person, name);
    for (const section of ["medications", "checkups"])
      assert.equal(s[section].state, "failed", `${name}: ${section}`);
  }
});

test("files that never become one: nothing in it, UTF-16, nobody answers", async () => {
  clerk.way = (text, kind) => ({ person: utf8(text), drugs: "", checkups: utf16(text) })[kind];
  const { sections: s } = await sectionsOf(cardOf(0));
  assert.deepEqual([s.medications.state, s.checkups.state], ["failed", "failed"]);
});

test("a person's file of no use, or another person's medicines: no view, and why", async () => {
  const other = { name: "別人　太郎", kana: "ベツジン　タロウ", birth: "19480704" };
  for (const [way, error] of [
    [(text, kind) => (kind === "person" ? doctype(text) : utf8(text)), "ERR_UPSTREAM_ANSWER"],
    [(text, kind, id) => utf8(kind === "person" ? text : texts(id, other)[kind]),
      "ERR_WRONG_PATIENT"],
    [(text) => utf8(text.replace(">1</ProcessingResultStatus>", ">2</ProcessingResultStatus>")
      .replace(/<Name>.*<\/NameKana>/, "")), "ERR_NOT_REGISTERED"],
  ]) {
    clerk.way = way;
    const own = await new Case(g.onCar).open();
    await own.readCard(cardOf(0));
    await own.ask("ground", groundFor());
    await own.ask("view_ask", { kind: "emergency_summary" });
    assert.equal((await own.notice("fetch_failed")).body.error, error);
  }
});

test("nothing of ours is left in the folders", async () => {
  await g.stop("SIGTERM");
  assert.deepEqual(readdirSync(g.folder.req), []);
  assert.deepEqual(readdirSync(g.folder.res), [NOBODY_ELSE]);
});

// ---- the profile ----

test("production starts with none of this, and says each reason", async () => {
  const strict = new Gateway({ ...g.settings, profile: "production", provider_simulator: "yes" });
  strict.settings.data_dir = g.data;
  strict.writeConfig();
  const error = await strict.command("serve").then(() => null, (e) => e);
  assert.equal(error?.code, 2, error?.stderr);
  for (const word of ["provider_simulator", "card_test_accepted", "provider", "terms", "linkage",
    "jpki", "forwarding", "impact"])
    assert.match(error.stderr, new RegExp(`\\b${word}\\b`), word);
});
