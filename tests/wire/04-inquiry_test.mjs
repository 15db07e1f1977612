// 04-inquiry_test.mjs — Job: asking hospitals: who learns what, what is refused, what goes away.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { world } from "./lib/gateway.mjs";
import { newId, timeText } from "./lib/message.mjs";
import { Case, refused } from "./lib/story.mjs";

const PHONE = "022-000-0001";
const MANY = 150; // hospitals: more than two pages

let g;
let c;

before(async () => {
  g = await world({ cards: 40, phone: PHONE });
  g.orgC = await g.org("hospital", "試験第三病院"); // without a board
});
after(() => g.end());

const inquiry = (hospitals, more) => c.ask("inquiry", { inquiry: newId(), hospitals,
  complaint: "胸痛", ...more });
const snapshotOf = async (device, case_) => {
  device.sendFrame("snapshot_ask", {});
  await device.expect({ type: "snapshot" });
  await device.settle();
  return device.cases.get(case_);
};

test("hospitals that can be asked are listed with the state of their boards", async () => {
  g.boxA.sendFrame("board", { people: true, accepting: true, specialties: "循環器" });
  await g.boxA.settle();
  g.car.inbox = [];
  await g.car.resume(g.onCar);
  const { hospitals } = (await g.car.expect({ type: "hospitals" })).body;
  const a = hospitals.find((row) => row.org === g.orgA);
  const b = hospitals.find((row) => row.org === g.orgB);
  assert.deepEqual([a.online, a.people, a.accepting, a.specialties], [true, true, true, "循環器"]);
  assert.deepEqual([b.online, b.people], [false, undefined]);
  assert.equal(b.name, "試験第二病院");
  assert.deepEqual([a.phone, b.phone], [PHONE, undefined]);
});

test("a number that cannot be dialled is refused; added again, an organisation has the new one",
  async () => {
    const again = (phone) => g.actDirectly({ act: "org_add", id: g.orgB, kind: "hospital",
      name: "試験第二病院", code: "1319999999", phone });
    for (const bad of ["tel:022", "22", "0".repeat(25), "022\n0000001"])
      await assert.rejects(again(bad), /ERR_(BAD_FIELD|TOO_LARGE)/, bad);
    await again("(022) 000-0002");
    g.car.inbox = [];
    await g.car.resume(g.onCar);
    const { hospitals } = (await g.car.expect({ type: "hospitals" })).body;
    assert.equal(hospitals.find((row) => row.org === g.orgB).phone, "(022) 000-0002");
  });

test("a list of many hospitals comes in pages, and names each once", async () => {
  const orgs = [];
  for (let i = 0; i < MANY; i++)
    orgs.push((await g.actDirectly({ act: "org_add", kind: "hospital", name: `試験多数${i}病院`,
      code: "1319999999" })).id);
  g.car.inbox = [];
  await g.car.resume(g.onCar);
  const rows = [];
  let page = { page: 0, pages: 1 };
  while (page.page < page.pages) {
    const next = (await g.car.expect({ type: "hospitals" })).body;
    assert.equal(next.page, page.page + 1);
    page = next;
    rows.push(...page.hospitals);
  }
  assert.equal(page.pages, 3);
  assert.equal(rows.length, MANY + 3);
  const listed = new Set(rows.map((row) => row.org));
  assert.equal(listed.size, rows.length);
  for (const org of [g.orgA, g.orgB, g.orgC, ...orgs]) assert.ok(listed.has(org), org);
});

test("a request reaches the boards of those asked, each alone, with nobody's name", async () => {
  c = await new Case(g.onCar).open({ spoken_name: "山田太郎" });
  await c.ask("crew_record", { name: "鈴木 一子", kana: "スズキ　イチコ", name_source: "told",
    phone: "090-1234-5678" });
  await c.fetch(g.cards.find((card) => card.patient === 0));
  await c.inquire([g.orgA, g.orgB], { vitals: { at: timeText(), pulse: 120 }, place: "仮想区",
    dialysis: "present" });
  for (const box of [g.boxA, g.boxB]) {
    const { body } = await box.notice("inquiry_asked", {}, { case: c.id });
    assert.deepEqual(body.content.hospitals, [box.org], "who else was asked is not told");
    assert.equal(body.content.complaint, "胸が痛い");
    assert.equal(body.content.vitals.pulse, 120);
    assert.equal(body.inquiry, c.inquiry);
    assert.equal(body.device, undefined);
    const text = JSON.stringify(body);
    for (const word of ["鈴木", "スズキ", "山田", "試験　"]) assert.ok(!text.includes(word), word);
  }
  const asked = [await c.notice("inquiry_asked"), await c.notice("inquiry_asked")];
  assert.deepEqual(new Set(asked.map((n) => n.body.hospital)), new Set([g.orgA, g.orgB]));
});

test("a field that names somebody does not exist in a request", async () => {
  for (const [field, value] of [["name", "鈴木"], ["birth_date", "1950-01-01"], ["address", "x"],
    ["kana", "スズキ"], ["phone", "090"]])
    await refused(inquiry([g.orgC], { [field]: value }), "ERR_UNKNOWN_FIELD", "body.?");
});

test("free text with a name, kana or number of the case is refused, with the field marked",
  async () => {
    const own = c.sealed.open("person").content;
    const family = own.name.split("　")[0];
    for (const [field, text] of [
      ["complaint", "鈴木一子さん、胸痛"], ["note", "鈴木 一子"], ["note", "患者は鈴木です"],
      ["mechanism", "スズキさんが転倒"], ["place", "山田太郎宅"], ["note", "ｽｽﾞｷさん"],
      ["note", "すずきさん"], ["note", "電話 090-1234-5678"], ["note", "09012345678"],
      ["note", own.name], ["note", `${family}さん`], ["note", own.kana],
      ["note", own.insured_number], ["note", own.birth_date],
      ["note", own.birth_date.replaceAll("-", "")],
    ]) {
      const asked = inquiry([g.orgC], { [field]: text });
      await refused(asked, "ERR_IDENTITY_IN_TEXT", `body.${field}`).catch((error) => {
        throw new Error(`${field}: ${text}: ${error.message}`);
      });
    }
    await inquiry([g.orgC], { note: "家族が同乗、鈴の音で反応" });
  });

test("a request that is under way is not made twice; nor to what is no hospital", async () => {
  await refused(inquiry([g.orgA]), "ERR_PROTOCOL");
  await refused(inquiry([g.hq]), "ERR_NO_SUCH_HOSPITAL");
  await refused(inquiry([newId()]), "ERR_NO_SUCH_HOSPITAL");
  await refused(inquiry([]), "ERR_BAD_FIELD");
});

test("before the destination a hospital sees no record, no talk, no view", async () => {
  await refused(g.atA.ask("record_read", {}, { case: c.id }), "ERR_NOT_DESTINATION");
  await refused(g.atA.ask("talk", { text: "何歳ですか" }, { case: c.id }), "ERR_NOT_DESTINATION");
  await refused(c.ask("talk", { text: "もうすぐです" }), "ERR_NOT_DESTINATION");
  const shown = await snapshotOf(g.boxA, c.id);
  assert.equal(shown.asked.length, 1);
  assert.equal(shown.asked[0].content.complaint, "胸が痛い");
  assert.equal(shown.record, undefined);
  assert.equal(shown.vitals, undefined);
  assert.equal(shown.device, undefined);
  assert.equal(shown.opened, undefined);
});

test("an answer needs no person; declining needs a reason; the content goes", async () => {
  const ask = (body) => g.boxA.ask("answer", { inquiry: c.inquiry, ...body }, { case: c.id });
  await refused(ask({ result: "declined" }), "ERR_MISSING_FIELD");
  await refused(ask({ result: "accepted", reason: "no_bed" }), "ERR_BAD_FIELD");
  await refused(ask({ inquiry: newId(), result: "accepted" }), "ERR_NOT_ASKED");
  await ask({ result: "declined", reason: "no_bed", note: "満床" });
  const heard = await c.notice("answered");
  assert.deepEqual([heard.body.answer, heard.body.decline, heard.body.hospital],
    ["declined", "no_bed", g.orgA]);
  const shown = await snapshotOf(g.boxA, c.id);
  assert.equal(shown.asked[0].status, "declined");
  assert.equal(shown.asked[0].content, undefined);
});

test("the other hospital hears nothing of that answer", async () => {
  await g.boxB.settle();
  assert.equal(g.boxB.has({ body: { event: "answered" } }), undefined);
  const shown = await snapshotOf(g.boxB, c.id);
  assert.deepEqual(shown.asked.map((row) => row.hospital), [g.orgB]);
});

test("a hospital that declined may change its mind", async () => {
  await g.boxA.ask("answer", { inquiry: c.inquiry, result: "accepted", name: "医師 甲" },
    { case: c.id });
  assert.equal((await c.notice("answered", { answer: "accepted" })).body.content.name, "医師 甲");
});

test("a cancelled request leaves the hospital, and cannot be answered", async () => {
  await c.ask("inquiry_cancel", { hospital: g.orgB });
  const ended = await g.boxB.notice("inquiry_ended");
  assert.equal(ended.body.asked, "cancelled");
  await refused(g.boxB.ask("answer", { inquiry: c.inquiry, result: "accepted" }, { case: c.id }),
    "ERR_NOT_ASKED");
  await refused(c.ask("inquiry_cancel", { hospital: g.orgB }), "ERR_NOT_ASKED");
  assert.equal((await snapshotOf(g.boxB, c.id)).asked[0].content, undefined);
});

test("a cancelled hospital can be asked anew", async () => {
  await c.inquire([g.orgB], { complaint: "二度目" });
  assert.equal((await g.boxB.notice("inquiry_asked")).body.content.complaint, "二度目");
});

test("when the destination is fixed, the others hear elsewhere and lose the content", async () => {
  await c.destination(g.orgA, { ground: false });
  const ended = await g.boxB.notice("inquiry_ended");
  assert.equal(ended.body.asked, "elsewhere");
  assert.equal(ended.body.hospital_name, "試験第二病院", "its own name at most");
  const shown = await snapshotOf(g.boxB, c.id);
  assert.deepEqual([shown.asked[0].status, shown.asked[0].content], ["elsewhere", undefined]);
  assert.equal(shown.destination, undefined);
  const text = JSON.stringify(shown);
  assert.ok(!text.includes(g.orgA));
});

test("at the fixed destination: talk both ways, the record to a person by name", async () => {
  await c.ask("talk", { text: "5分で着きます" });
  assert.equal((await g.boxA.notice("talked")).body.content.text, "5分で着きます");
  await g.atA.ask("talk", { text: "正面へ" }, { case: c.id });
  const heard = await c.notice("talked", { person_name: g.nurseA.name });
  assert.equal(heard.body.content.text, "正面へ");
  const { id } = await g.atA.ask("record_read", {}, { case: c.id });
  const record = await g.boxA.expect({ type: "record", re: id });
  assert.equal(record.session, g.atA.id);
  assert.equal(record.body.record.name, "鈴木 一子");
  assert.equal((await c.notice("record_opened")).body.person_name, g.nurseA.name);
  await refused(g.atB.ask("record_read", {}, { case: c.id }), "ERR_NOT_DESTINATION");
  await refused(g.boxA.ask("record_read", {}, { case: c.id }), "ERR_NO_SESSION");
});

test("vitals reach the destination only", async () => {
  await c.ask("vitals", { at: timeText(), pulse: 77 });
  assert.equal((await g.boxA.notice("vitals_taken")).body.content.pulse, 77);
  await g.boxB.settle();
  assert.equal(g.boxB.has({ body: { event: "vitals_taken" } }), undefined);
});

test("where the crew is and when it arrives reach the destination only, each time", async () => {
  for (const [place, minutes] of [["港町2丁目交差点", 9], ["中央大橋", 4]]) {
    const told = { eta_at: timeText(Date.now() + minutes * 60000), place };
    await c.ask("eta", told);
    const { body } = await g.boxA.notice("eta_told", {}, { case: c.id });
    assert.deepEqual(body.content, told);
    await c.notice("eta_told", { content: told });
  }
  await g.boxB.settle();
  assert.ok(!g.boxB.has({ body: { event: "eta_told" } }));
  g.boxA.inbox = []; // a box that starts anew knows the newest
  g.boxA.sendFrame("snapshot_ask", {});
  const shown = await g.boxA.expect({ type: "snapshot_case", case: c.id });
  assert.equal(shown.body.eta.place, "中央大橋");
  assert.equal(shown.body.eta.eta_at, shown.body.eta_at);
});
