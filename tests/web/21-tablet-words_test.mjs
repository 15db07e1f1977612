// 21-tablet-words_test.mjs — Job: every word the tablet says is there, in both languages.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { codes } from "../../client/web/codes.js";
import { caseNames } from "../../ambulance_client/web/names.js";
import { STEPS } from "../../ambulance_client/web/next.js";
import { VITALS } from "../../ambulance_client/web/steps.js";
import { TEXTS, TOLD } from "../../ambulance_client/web/record_form.js";
import { words } from "../../ambulance_client/web/words.js";

const folder = new URL("../../ambulance_client/web/", import.meta.url);
const sources = readdirSync(folder).filter((name) => name.endsWith(".js") &&
  !name.startsWith("words"));
const text = sources.map((name) => readFileSync(new URL(name, folder), "utf8")).join("\n");
const page = readFileSync(new URL("index.html", folder), "utf8");

test("both languages, and the same blanks in both", () => {
  for (const [key, row] of Object.entries(words)) {
    assert.equal(row.length, 2, key);
    for (const one of row) assert.ok(one.trim().length > 0, key);
    const blanks = (one) => [...new Set(one.match(/\{\d\}/g) ?? [])].sort().join();
    assert.equal(blanks(row[0]), blanks(row[1]), key);
    assert.ok(!/[ぁ-んァ-ヶ一-龠]/.test(row[1]), `${key}: Japanese in the English`);
  }
});

test("every key that is said exists", () => {
  const said = [...text.matchAll(/(?:say|utton)\(\s*(?:t, )?"([a-z][a-z_0-9A-Z]*)"/g)]
    .map((m) => m[1]);
  assert.ok(said.length > 150);
  for (const key of said) assert.ok(Object.hasOwn(words, key), key);
  for (const [, key] of page.matchAll(/data-w="([a-z_]+)"/g)) assert.ok(words[key], key);
});

test("every key that is put together exists", () => {
  const has = (key) => assert.ok(Object.hasOwn(words, key), key);
  const nexts = ["card", "card_checking", "ground", "ask", "fetching", "identity", "inquiry",
                 "answers", "destination", "grant", "arrive", "handover", "confirm_wait",
                 "finished"];
  for (const one of nexts) { has(`next_${one}`); has(`now_${one}`); }
  for (const one of STEPS) has(`step_${one}`);
  for (const one of Object.keys(VITALS)) { has(`f_${one}`); has(`u_${one}`); }
  for (const one of [...TEXTS, ...TOLD]) has(`f_${one}`);
  for (const one of Object.keys(codes.no_view)) has(`why_${one}`);
  for (const one of Object.keys(codes.said_by)) has(`by_${one}`);
  for (const one of Object.keys(codes.mixup)) has(`${one}_more`);
  for (const one of ["patient", "family", "life", "refused", "none"]) { has(`d_${one}`);
                                                                     has(`d_${one}_more`); }
  for (const one of ["withdraw", "mixup", "takeover", "end", "unsent"]) {
    has(`o_${one}`);
    assert.ok(caseNames.includes(one), one);
  }
  for (const one of ["emergency_summary", "normal_view", "eligibility_only"]) has(`source_${one}`);
  const protocol = readFileSync(new URL("../../proto/PROTOCOL.md", import.meta.url), "utf8");
  const crew = [...protocol.matchAll(/#### `(\w+)`\n\n[^\n]*From: ambulance[^\n]*Journalled/g)]
    .map((m) => m[1]).filter((type) => !["sign_in", "sign_out", "password_change"].includes(type));
  assert.ok(crew.length > 20);
  for (const type of crew) has(`m_${type}`);
});

test("nothing of a page is kept by the browser, and no mark-up is made of text", () => {
  for (const bad of [/localStorage/, /sessionStorage/, /indexedDB/, /document\.cookie/,
    /innerHTML/, /insertAdjacentHTML/, /outerHTML/, /\beval\(/, /style=/])
    assert.ok(!bad.test(text), String(bad));
});
