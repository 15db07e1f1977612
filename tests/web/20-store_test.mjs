// 20-store_test.mjs — Job: the pages' pure parts: fold of frames, sealed sections, ids, times.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fold, foldSent, headerOf, liveGrant, newStore } from "../../client/web/store.js";
import { Seals } from "../../client/web/seal.js";
import { ulid } from "../../client/web/ulid.js";
import { ageOf, birth, dayClock } from "../../client/web/time.js";
import { codes, setLanguage } from "../../client/web/codes.js";
import { amountOf } from "../../client/web/section_view.js";
import { readFileSync } from "node:fs";

const AT = "2026-11-24T05:00:00.000Z", CASE = "01JDD5S2R000000000000CASE1";
const notice = (event, body = {}) => ({
   type: "notice", case: CASE, body: { event, at: AT, ...body } });
const after = (...frames) => frames.reduce(fold, newStore()).cases.get(CASE)?.shown;

test("a request, its answer and the decision elsewhere", () => {
  const ask = notice("inquiry_asked", { hospital: "H", inquiry: "Q", content: { complaint: "x" } });
  assert.equal(after(ask).asked[0].status, "waiting");
  const yes = notice("answered", { hospital: "H", answer: "accepted" });
  assert.equal(after(ask, yes).asked[0].status,
               "accepted");
  const gone = after(ask, notice("inquiry_ended", { hospital: "H", asked: "elsewhere" })).asked[0];
  assert.equal(gone.status, "elsewhere");
  assert.equal(gone.content, undefined, "the content leaves the hospital");
});

test("a declined request loses its content; a contradicted phone acceptance too", () => {
  const ask = notice("inquiry_asked", { hospital: "H", content: { complaint: "x" } });
  const declined = notice("answered", { hospital: "H", answer: "declined" });
  assert.equal(after(ask, declined).asked[0].content,
               undefined);
  const no = after(notice("phone_accepted", { hospital: "H" }),
                   notice("acceptance_checked", { hospital: "H", confirmed: false })).asked[0];
  assert.equal(no.status, "contradicted");
});

test("granted, delivered, opened stay three facts; revoked is never live", () => {
  const g = { grant: "G", view: "V", hospital: "H", until: "2026-11-24T06:00:00.000Z" };
  const shown = after(notice("grant_issued", g), notice("delivered", g));
  assert.equal(shown.grants[0].delivered_at, AT);
  assert.equal(shown.grants[0].opened_at, undefined);
  assert.ok(liveGrant(shown, Date.parse(AT)));
  assert.equal(liveGrant(shown, Date.parse("2026-11-24T07:00:00.000Z")), null, "expired");
  const over = after(notice("grant_issued", g), 
                     notice("grant_revoked", { grant: "G", revoke: "mixup" }));
  assert.equal(liveGrant(over, Date.parse(AT)), null);
});

test("a right's new end is the end of what is shown under it", () => {
  const store = [{ type: "view_header", case: CASE, body: { view: "V", grant: "G", until: AT,
    sections: [] } }, notice("grant_issued", { grant: "G", view: "V" }),
  notice("grant_changed", { grant: "G", view: "V", until: "2026-11-24T06:00:00.000Z" }),
  ].reduce(fold, newStore());
  assert.equal(headerOf(store, "V", "G").until, "2026-11-24T06:00:00.000Z");
});

test("a snapshot replaces what was known; an unknown event makes no case", () => {
  const store = [notice("case_opened"), { type: "snapshot", body: { n: 1, count: 0 } },
                 { type: "local.end", body: {} }].reduce(fold, newStore());
  assert.equal(store.cases.size, 0);
  assert.equal(after(notice("something_new")), undefined);
  assert.equal(after(notice("constructor")), undefined);
});

test("signing out takes the headers away", () => {
  const store = [{ type: "view_header", case: CASE, body: { view: "V", grant: "G", sections: [] } },
  ].reduce(fold, newStore());
  assert.ok(headerOf(store, "V", "G"));
  fold(store, { type: "local.cover", body: { reason: "signed_out" } });
  assert.equal(headerOf(store, "V", "G"), undefined);
});

const base64 = (bytes) => Buffer.from(bytes).toString("base64");
async function sealed(view, section, text) {
  const secret = crypto.getRandomValues(new Uint8Array(32));
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const key = await crypto.subtle.importKey("raw", secret, "AES-GCM", false, ["encrypt"]);
  const additionalData = new TextEncoder().encode(`sakiyomi.v1/section/${view}/${section}`);
  const cipher = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData },
    key, new TextEncoder().encode(text)));
  const bytes = new Uint8Array([...iv, ...cipher]);
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return { bytes, secret: base64(secret),
           row: { section, bytes: bytes.length, pieces: 2, hash: base64(hash) } };
}
function feed(seals, view, section, bytes) {
  const pieces = [bytes.slice(0, 20), bytes.slice(20)];
  pieces.forEach((piece, i) => seals.piece({ view, grant: "G", section, piece: i, pieces: 2,
                                             bytes: base64(piece) }));
}

test("a sealed section opens, and a changed byte or another name does not", async () => {
  const one = await sealed("V", "medications", '{"content":{"groups":[]},"state":"present"}');
  const keys = { view: "V", grant: "G", keys: [{ section: "medications", key: one.secret }] };
  const good = new Seals();
  feed(good, "V", "medications", one.bytes);
  await good.keys(keys, { sections: [one.row] });
  assert.equal(good.section("V", "G", "medications").state, "present");
  const bad = new Seals();
  feed(bad, "V", "medications", one.bytes.map((byte, i) => (i === 30 ? byte ^ 1 : byte)));
  await assert.rejects(bad.keys(keys, { sections: [one.row] }), /not what the header says/);
  const two = await sealed("V", "person", '{"content":{},"state":"present"}');
  feed(bad, "V", "person", two.bytes);
  feed(bad, "V", "medications", one.bytes.map((byte, i) => (i === 30 ? byte ^ 1 : byte)));
  await assert.rejects(bad.keys({ ...keys, keys: [keys.keys[0], { section: "person",
    key: two.secret }] }, { sections: [one.row, two.row] }), /not what the header says/);
  assert.equal(bad.section("V", "G", "person").state, "present", "the other one is open");
  assert.equal(bad.section("V", "G", "medications"), null);
  const other = new Seals();
  feed(other, "V", "surgery", one.bytes);
  await assert.rejects(other.keys({ ...keys, keys: [{ section: "surgery", key: one.secret }] },
                                  { sections: [{ ...one.row, section: "surgery" }] }));
});

test("a cover during the decryption leaves nothing behind", async () => {
  const one = await sealed("V", "person", '{"content":{},"state":"present"}');
  const seals = new Seals();
  feed(seals, "V", "person", one.bytes);
  const going = seals.keys({ view: "V", grant: "G",
                              keys: [{ section: "person", key: one.secret }] },
                           { sections: [one.row] });
  seals.forget();
  await going;
  assert.equal(seals.has("V", "G"), false);
});

test("sealed pieces serve every opening, until the program says that they are gone", async () => {
  const one = await sealed("V", "person", '{"content":{},"state":"present"}');
  const seals = new Seals(), header = { sections: [one.row] };
  const open = () => seals.keys({ view: "V", grant: "G",
                                  keys: [{ section: "person", key: one.secret }] }, header);
  feed(seals, "V", "person", one.bytes);
  assert.equal(seals.has("V", "G"), false, "without a key there is nothing");
  for (const shut of [() => seals.forget({ view: "V", grant: "G" }), () => seals.forget()]) {
    await open();
    assert.equal(seals.section("V", "G", "person").state, "present");
    shut();
    assert.equal(seals.has("V", "G"), false);
  }
  for (const gone of [{ view: "V", grant: "G", gone: true }, { reason: "signed_out" }]) {
    feed(seals, "V", "person", one.bytes);
    await open();
    seals.forget(gone);
    await assert.rejects(open(), /pieces are missing/);
    assert.equal(seals.pieces.size, 0);
  }
});

test("pieces out of order are none, and a first piece begins anew", async () => {
  const one = await sealed("V", "person", '{"content":{},"state":"present"}');
  const seals = new Seals();
  const piece = (index, bytes) => seals.piece({ view: "V", grant: "G", section: "person",
    piece: index, pieces: 2, bytes: base64(bytes) });
  const open = () => seals.keys({ view: "V", grant: "G",
    keys: [{ section: "person", key: one.secret }] }, { sections: [one.row] });
  piece(1, one.bytes.slice(20));
  await assert.rejects(open(), /pieces are missing/);
  piece(0, one.bytes.slice(0, 20));
  await assert.rejects(open(), /pieces are missing/);
  feed(seals, "V", "person", one.bytes);
  await open();
  assert.equal(seals.section("V", "G", "person").state, "present");
});

test("ids are ULIDs, in order of time", () => {
  assert.match(ulid(), /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/);
  assert.ok(ulid(1000) < ulid(2000));
  assert.equal(ulid(0, new Uint8Array(10)), "0".repeat(26));
  assert.equal(ulid(0, new Uint8Array(10).fill(255)), "0".repeat(10) + "Z".repeat(16));
});

test("birth dates in both eras, age on the birthday", () => {
  assert.equal(birth("1948-03-05"), "1948年3月5日（昭和23年）");
  assert.equal(birth("2019-05-01"), "2019年5月1日（令和元年）");
  assert.equal(ageOf("1948-03-05", new Date(2026, 2, 4)), 77);
  assert.equal(ageOf("1948-03-05", new Date(2026, 2, 5)), 78);
});

test("every code of the pages is a code of the protocol", () => {
  const text = readFileSync(new URL("../../proto/PROTOCOL.md", import.meta.url), "utf8");
  for (const [list, rows] of Object.entries(codes)) {
    if (["cover", "source"].includes(list)) continue;
    const table = text.split(`#### \`${list}\`\n`).at(-1).split("\n#### ")[0].split("\n### ")[0];
    const wanted = [...table.matchAll(/^\| `(\w+)` \|/gm)].map((m) => m[1]);
    assert.deepEqual(Object.keys(rows).sort(), wanted.sort(), list);
  }
});

test("with nobody there no text of a message stays", () => {
  const person = { type: "local.person", body: { person: "P", name: "x" } };
  const store = [person].reduce(fold, newStore());
  foldSent(store, { id: "M", type: "crew_record", case: CASE, body: { name: "x" } });
  fold(store, { type: "receipt", re: "M", body: { recorded_at: AT } });
  fold(store, { type: "snapshot", body: {} });
  assert.equal(store.sent.size, 1);
  fold(store, { type: "local.person", body: {} });
  fold(store, { type: "snapshot", body: {} });
  assert.equal(store.sent.size, 0);
});

test("a lease cover hides what is open until a named touch; a real cover forgets it", async () => {
  const one = await sealed("V", "person", '{"content":{},"state":"present"}');
  const seals = new Seals();
  feed(seals, "V", "person", one.bytes);
  await seals.keys({ view: "V", grant: "G", keys: [{ section: "person", key: one.secret }] },
                   { sections: [one.row] });
  seals.veil();
  assert.equal(seals.section("V", "G", "person"), null);
  assert.equal(seals.unveil({ view: "V", grant: "G" }), true);
  assert.equal(seals.section("V", "G", "person").state, "present");
  seals.veil();
  seals.forget({ view: "V" });
  assert.equal(seals.unveil({ view: "V", grant: "G" }), false);
});

test("after a wrong patient the right card may be read, and a new view ends the warning", () => {
  const ground = (right, basis, hospital) => notice("ground_recorded",
    { content: { right, basis, ...(hospital ? { hospital } : {}) } });
  const given = [notice("case_opened"), notice("card_read"), ground("crew_view", "refused"),
    ground("crew_view", "patient_oral"), ground("disclose_to", "refused", "H"),
    notice("grant_issued", { grant: "G", view: "V", hospital: "A" }),
    notice("opened", { grant: "G", view: "V" })];
  const kept = after(...given, notice("mixup", { mixup: "wrong_hospital" }));
  assert.deepEqual([kept.card_good, kept.grounds.length], [true, 3]);
  const wrong = after(...given, notice("mixup", { mixup: "wrong_patient" }));
  assert.deepEqual([wrong.card_good, wrong.card_at, wrong.mixup, wrong.mixup_at],
                   [false, undefined, "wrong_patient", AT]);
  assert.deepEqual(wrong.grounds.map((g) => g.hospital), ["H"], "the refusal that still stands");
  const again = after(...given, notice("mixup", { mixup: "wrong_patient" }), notice("card_read"),
    notice("view_fetched", { view: "W" }));
  assert.deepEqual([again.mixup, again.must_ack, again.card_good], [undefined, true, true]);
  const board = { type: "local.hello", body: { program: "hospital" } };
  const read = (confirmed) => after(board, ...given, notice("mixup", { mixup: "wrong_patient" }),
    notice("mixup_acked", { confirmed })).must_ack;
  assert.deepEqual([read(false), read(true)], [true, false], "each opener here has to read it");
  const face = after(...given, notice("identity_checked", { view: "V", match: "not_matched" }));
  assert.equal(face.card_good, false);
});

test("hospitals come in pages; an incomplete list replaces nothing", () => {
  const page = (no, of, ...names) => ({ type: "hospitals", body: { page: no, pages: of,
    hospitals: names.map((name) => ({ org: name, name })) } });
  const names = (...frames) => frames.reduce(fold, newStore()).hospitals.map((h) => h.name);
  const whole = [page(1, 2, "a", "b"), page(2, 2, "c")];
  assert.deepEqual(names(...whole), ["a", "b", "c"]);
  assert.deepEqual(names(page(1, 2, "a", "b")), []);
  assert.deepEqual(names(...whole, page(1, 2, "d")), ["a", "b", "c"]);
  assert.deepEqual(names(...whole, page(2, 2, "d")), ["a", "b", "c"], "its beginning was lost");
  assert.deepEqual(names(...whole, page(1, 3, "d"), page(3, 3, "f")), ["a", "b", "c"]);
  assert.deepEqual(names(...whole, page(1, 1, "d")), ["d"], "the list became shorter");
  assert.deepEqual(names(page(1, 1)), []);
});

test("tablets come in pages, too, and are asked anew", () => {
  const store = newStore();
  const page = (rows, more) => ({ type: "tablets_page", body: { rows, complete: !more,
                                                              ...(more ? { after: more } : {}) } });
  foldSent(store, { id: "1", type: "tablets_query", body: {} });
  fold(store, page([{ device: "A" }], "A"));
  assert.deepEqual([store.tablets.complete, store.tablets.after], [false, "A"]);
  foldSent(store, { id: "2", type: "tablets_query", body: { after: "A" } });
  fold(store, page([{ device: "B" }]));
  assert.deepEqual(store.tablets.rows.map((row) => row.device), ["A", "B"]);
  assert.equal(store.tablets.complete, true);
  foldSent(store, { id: "3", type: "tablets_query", body: {} });
  assert.deepEqual(store.tablets.rows, []);
});

test("a time that is not today's says its day", () => {
  const at = (day, hour) => new Date(2026, 10, day, hour, 18);
  assert.equal(dayClock(at(30, 7), at(30, 22)), "07:18");
  assert.equal(dayClock(at(31, 7), at(30, 22)), "明日 07:18", "over the end of a month");
  assert.equal(dayClock(at(32, 7), at(30, 22)), "12月2日 07:18");
  assert.equal(dayClock(at(29, 7), at(30, 0)), "11月29日 07:18", "yesterday is no today");
  setLanguage("en");
  assert.equal(dayClock(at(31, 7), at(30, 22)), "07:18 tomorrow");
  setLanguage("ja");
});

test("a quantity has its heading and the unit that was delivered, never another", () => {
  assert.equal(amountOf({ quantity: "2", unit: "錠" }), "数量 2錠");
  assert.equal(amountOf({ quantity: "2" }), "数量 2（単位の記載なし）");
  assert.equal(amountOf({ unit: "錠" }), "");
});

test("a hospital that is not connected has the name that the crew gave it", () => {
  const set = after(notice("case_opened"), notice("destination_set",
    { content: { not_connected: "町の診療所" } }));
  assert.deepEqual([set.not_connected, set.destination_name], [true, "町の診療所"]);
  const again = after({ type: "snapshot", body: {} }, { type: "snapshot_case", case: CASE,
    body: { not_connected: true, destined: { not_connected: "町の診療所" } } });
  assert.equal(again.destination_name, "町の診療所");
});
