// 22-board-words_test.mjs — Job: the board's words: every key that is used, in both languages.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { words } from "../../hospital_client/web/words.js";

const folder = new URL("../../hospital_client/web/", import.meta.url);
const shared = new URL("../../client/web/", import.meta.url);
const files = (place) => readdirSync(place).filter((name) => /\.(js|html)$/.test(name))
  .map((name) => [name, readFileSync(new URL(name, place), "utf8")]);
const own = files(folder).filter(([name]) => !["words.js", "down.html"].includes(name));

test("every key that pages and templates name is in the table", () => {
  const used = new Set();
  for (const [, text] of [...own, ...files(shared)])
    for (const found of text.matchAll(/data-w(?:-label)?="(\w+)"|say\("(\w+)"/g))
      used.add(found[1] ?? found[2]);
  assert.ok(used.size > 100);
  assert.deepEqual([...used].filter((key) => !Object.hasOwn(words, key)), []);
});

test("no key is there twice, both columns are full, and English has no Japanese", () => {
  const text = readFileSync(new URL("words.js", folder), "utf8");
  const keys = [...text.matchAll(/[{,\n]\s*(\w+): \[/g)].map((m) => m[1]);
  assert.deepEqual(keys.filter((key, i) => keys.indexOf(key) !== i), []);
  for (const [key, row] of Object.entries(words)) {
    assert.equal(row.length, 2, key);
    assert.ok(row[0].length > 0 && row[1].length > 0, key);
    if (!["ja", "language_head"].includes(key))
      assert.doesNotMatch(row[1], /[ぁ-ヿ一-鿿]/, key);
    const places = (one) => [...one.matchAll(/\{\d\}/g)].map((m) => m[0]).sort();
    assert.deepEqual(places(row[0]), places(row[1]), `${key}: the same places`);
  }
});

test("a template's Japanese is the table's", () => {
  const html = readFileSync(new URL("index.html", folder), "utf8");
  for (const [, key, text] of html.matchAll(/data-w="(\w+)"[^>]*>([^<]*)</g))
    assert.equal(text.trim(), words[key][0].trim(), key);
});

test("nothing is built from text, kept in the browser or asked from outside", () => {
  for (const [name, text] of [...own, ...files(shared)]) {
    assert.doesNotMatch(text, /innerHTML|outerHTML|insertAdjacentHTML|document\.write/, name);
    assert.doesNotMatch(text, /localStorage|sessionStorage|indexedDB|document\.cookie/, name);
    assert.doesNotMatch(text, /\bon[a-z]+="|style="|<script>|<style/, name);
    assert.doesNotMatch(text.replaceAll("http://www.w3.org/2000/svg", ""), /https?:\/\/\w/, name);
  }
});
