// 23-console-rows_test.mjs — Job: the console's pure parts: rows, pages, story, months, files.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { countFacts, eventText, fetchPage, groundText, groups, itemsText, Names, noConsent,
         questionOf, whoText } from "../../gateway/web/access_rows.js";
import { linePoints, monthOf, numberOf, rate, readMonths, reasonsOf, shown }
  from "../../gateway/web/coverage_rows.js";
import { csv } from "../../gateway/web/csv.js";
import { Idle, IDLE_MS, WARN_MS } from "../../gateway/web/idle.js";
import { lists, reasonText } from "../../gateway/web/lists.js";
import { endsOf, storyOf } from "../../gateway/web/story.js";
import { words } from "../../gateway/web/words.js";
import { more } from "../../gateway/web/words_more.js";

const AT = "2026-11-24T05:00:00.000Z";
const ID = (end) => `01JDD5S2R0000000000000${end}`;
let seq = 0;
const row = (type, body = {}) => ({ seq: ++seq, type, recorded_at: AT, refused: false, ...body });
const issued = (grant, body = {}) => row("grant_issued", { grant, hospital: "H", org: "Q",
  basis: "patient_oral", sections: ["medications", "visits"], until: "2026-11-25T05:00:00.000Z",
  ...body });

test("the three facts stay three; a grant ended unopened is told only when all is seen", () => {
  const rows = [issued("A"), row("delivered", { grant: "A" }), row("opened", { grant: "A" }),
    row("grant_revoked", { grant: "A" }), issued("B"), row("grant_revoked", { grant: "B" }),
    row("opened", { view: "V" }), row("grant_revoked", { grant: "Z" })];
  assert.deepEqual(countFacts(rows), { granted: 2, delivered: 1, opened: 1, unopened: 1 });
  assert.equal(eventText(row("opened", { view: "V" })), "隊が閲覧", "the crew's own opening");
});

test("without consent is seen on all rows of the grant; why it was urgent is not shown", () => {
  const names = new Names();
  const grant = issued("N", { basis: "life_body_no_consent", without_consent: true, need: "stroke",
                              obstacle: "unconscious" });
  names.learn([grant], "Q");
  const opened = row("opened", { grant: "N", sections: ["visits"], without_consent: true,
                                 basis: "life_body_no_consent" });
  const glass = row("opened", { grant: "G", without_consent: true });
  for (const one of [grant, opened, glass]) assert.ok(noConsent(one));
  assert.ok(!noConsent(issued("M")));
  const said = JSON.stringify([groundText(grant), groundText(opened), groundText(glass)]);
  assert.match(said, /同意なし.*生命.*同意なし.*生命.*同意なし.*緊急閲覧/);
  for (const word of ["脳卒中", "stroke", "意識", "unconscious"]) assert.ok(!said.includes(word));
  const ended = row("grant_revoked", { reason: "handed_over", basis: "patient_oral" });
  assert.match(groundText(ended).text, /^本人が口頭で同意・/, "why it ended, and on which ground it stood");
  assert.equal(itemsText(row("delivered", { grant: "N" }), names), "2項目");
  assert.equal(itemsText(opened, names), "1項目");
});

test("who: by name where told, else by role or device, never an empty cell", () => {
  const names = new Names();
  names.learn([row("opened", { person: ID("PER1"), person_name: "佐伯", org: "Q", device: "D" })],
              "Q");
  assert.equal(whoText(row("opened", { person: ID("PER1"), roles: ["er_viewer"] }), names),
               "救急時閲覧者 佐伯");
  assert.match(whoText(row("opened", { person: ID("PER2"), roles: ["er_viewer"] }), names),
               /救急時閲覧者 ….*PER2/);
  assert.match(whoText(row("grant_issued", { roles: ["paramedic"] }), names), /氏名は出ません/);
  for (const type of Object.keys(lists.event)) assert.notEqual(whoText(row(type), names), "");
});

test("a number is taken whole, or by the end of one that was seen; else it is said", () => {
  const names = new Names();
  names.learn([row("opened", { case: ID("AAAA"), alias: ID("BBBB") }),
               row("opened", { case: ID("CAAA") })], "Q");
  assert.equal(names.idOf(` ${ID("ZZZZ").toLowerCase()} `), ID("ZZZZ"));
  assert.equal(names.idOf("00AAAA"), ID("AAAA"));
  assert.equal(names.idOf("傷-00BBBB"), ID("BBBB"));
  for (const unknown of ["", "AAA", "0372-1", "ZZZZ", `${ID("AAAA")}x`, "<b>", "I".repeat(26)])
    assert.equal(names.idOf(unknown), null, unknown);
});

test("every choice of the form goes to the gateway; nothing is left out here", () => {
  assert.deepEqual(questionOf({ group: "opened", person: "P", org: "O", basis: "refused",
                                practice: "only", from: AT }),
    { kind: "opened", person: "P", org: "O", basis: "refused", training: true, from: AT });
  assert.deepEqual(questionOf({ group: "access", basis: "none", practice: "without", alias: "A" }),
    { group: "access", without_consent: true, training: false, alias: "A" });
  assert.deepEqual(questionOf({ group: "all" }), {});
  for (const { kind } of Object.values(groups)) if (kind) assert.ok(lists.event[kind], kind);
});

// A log of SIZE entries, newest first, of which every STEP-th is an opening.
function logOf(size, step) {
  const asked = [];
  const ask = async ({ before = size + 1, limit, kind }) => {
    asked.push(before);
    const all = Array.from({ length: before - 1 }, (_, i) => before - 1 - i)
      .map((n) => ({ seq: n, type: n % step === 0 ? "opened" : "vitals_taken" }))
      .filter((one) => !kind || one.type === kind);
    const rows = all.slice(0, limit);
    return { rows, complete: rows.length === all.length, before: rows.at(-1)?.seq,
             complete_until: size };
  };
  return { ask, asked };
}

test("pages follow each other without gap and repetition, whatever is left out", async () => {
  for (const step of [1, 2, 7, 30]) {
    const { ask, asked } = logOf(700, step);
    const seen = [];
    let before, page;
    do {
      page = await fetchPage(ask, { group: "opened" }, before);
      assert.ok(page.rows.length <= 50);
      seen.push(...page.rows.map((one) => one.seq));
      before = page.before;
    } while (!page.complete);
    const wanted = Array.from({ length: 700 }, (_, i) => 700 - i).filter((n) => n % step === 0);
    assert.deepEqual(seen, wanted, `step ${step}`);
    assert.equal(asked.length, Math.ceil(wanted.length / 50), "one question for each page");
  }
});

test("a story: corrections are told as such and what they replace stays", () => {
  const names = new Names();
  const eta = (minute, more_ = {}) => row("eta_told", { until: `2026-11-24T05:${minute}:00.000Z`,
                                                        ...more_ });
  const rows = [row("case_opened"), eta(40), eta(46), row("record_changed"), row("record_changed"),
    issued("A", { person_name: "中野" }), row("refused", { refused: true,
      reason: "ERR_NOT_DESTINATION" }), row("talked", { late: true, made_at: AT })];
  const story = storyOf(rows, names);
  assert.deepEqual(story.map((one) => one.seq), rows.map((one) => one.seq), "nothing is dropped");
  assert.deepEqual(story.map((one) => one.kind), ["", "", "fix", "", "fix", "key", "bad", ""]);
  assert.match(story[2].title, /訂正：到着予定 \d\d:40 → \d\d:46/);
  assert.match(story[2].text, new RegExp(`#${rows[1].seq} も残る`));
  assert.match(story[4].title, /訂正：隊の記録（2回目）/);
  assert.match(story[6].text, /搬送先ではない.*渡っていない/);
  assert.match(story[7].text, /後から届いた/);
});

test("what is still to end is what is live now", () => {
  const [a, b] = [issued("A"), issued("B")];
  assert.deepEqual(endsOf([a, b, row("grant_revoked", { grant: "B" })]), [a.until]);
  const later = "2026-11-24T06:00:00.000Z";
  assert.deepEqual(endsOf([a, row("grant_changed", { grant: "A", until: later })]), [later]);
});

test("an unknown event or reason is shown as it is", () => {
  assert.equal(eventText(row("new_kind")), "new_kind");
  assert.equal(reasonText(row("new_kind", { reason: "why" })), "why");
  assert.equal(storyOf([row("new_kind")], new Names())[0].title, "new_kind");
});

test("a number that is hidden stays hidden: no rate, no bar, no sum brings it back", () => {
  const month = { month: "2026-10", numbers: [{ what: "attempts", count: 120 },
    { what: "viewed", hidden: "few" }, { what: "granted", hidden: "derived" }],
  reasons: [{ reason: "no_card", count: 80 }, { reason: "urgent", hidden: "few" }] };
  assert.equal(shown(numberOf(month, "viewed")), "10未満");
  assert.equal(shown(numberOf(month, "granted")), "隠した");
  assert.equal(shown(numberOf(month, "dispatches")), "—");
  assert.equal(rate(numberOf(month, "viewed"), numberOf(month, "attempts")), null);
  assert.equal(reasonsOf(month).whole, undefined, "120 less what is hidden would tell it");
  assert.deepEqual(linePoints([month], "viewed", "attempts", 340), []);
  assert.equal(rate({ count: 241 }, { count: 1120 }), 21.5);
  assert.equal(rate({ count: 0 }, { count: 0 }), null);
});

test("months are typed or imported by one rule", () => {
  assert.deepEqual(readMonths("month,dispatches\r\n2026-09,1400\r\n2026-10;1486\n\n").rows,
    [{ month: "2026-09", count: 1400 }, { month: "2026-10", count: 1486 }]);
  for (const [bad, at] of [["2026-13,1", 1], ["2026-1,1", 1], ["2026-01,1\n2026-02,x", 2],
    ["2026-01,-4", 1], ["2026-01,1,2", 1], ["2026-01", 1], ["2026-01,99999999", 1]])
    assert.equal(readMonths(bad).bad, at, bad);
  assert.equal(monthOf("2026-01-15", -1), "2025-12");
  assert.equal(monthOf("2026-11", 2), "2027-01");
});

test("a cell is never a formula, and never leaves its place", () => {
  const text = csv([["=a", (r) => r.a], ["b", (r) => r.b]],
                   [{ a: "=HYPERLINK(1)", b: 'x"y' }, { a: "-5", b: "a,b" }, { a: "@x", b: "l\nm" },
                    { a: undefined, b: "\t+1" }]);
  assert.equal(text, "\uFEFF\"'=a\",b\r\n\"'=HYPERLINK(1)\",\"x\"\"y\"\r\n-5,\"a,b\"\r\n" +
    "\"'@x\",\"l\nm\"\r\n,\"'\t+1\"\r\n");
});

test("nobody touches it: warned, then out; a touch begins anew", () => {
  let now = 0;
  const idle = new Idle(() => now);
  now = IDLE_MS - WARN_MS - 1;
  assert.equal(idle.state(), "here");
  now += 1;
  assert.equal(idle.state(), "warn");
  idle.touch();
  assert.equal(idle.state(), "here");
  now += IDLE_MS;
  assert.equal(idle.state(), "over");
  assert.equal(idle.left(), 0);
});

test("every word that a page names is there, in both languages", () => {
  const table = { ...words, ...more };
  const folder = new URL("../../gateway/web/", import.meta.url);
  const used = new Set();
  for (const name of readdirSync(folder)) {
    const text = readFileSync(new URL(name, folder), "utf8");
    for (const [, key] of text.matchAll(/(?:say\(|data-w=)"([a-z0-9_]+)"/g)) used.add(key);
  }
  assert.ok(used.size > 100);
  for (const key of used) assert.ok(table[key]?.[0] && table[key]?.[1], key);
  for (const list of Object.values(lists))
    for (const [code, both] of Object.entries(list)) assert.ok(both[0] && both[1], code);
});
