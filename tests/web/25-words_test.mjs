// 25-words_test.mjs — Job: no word of a program stands twice: the later one would take its place.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

for (const program of ["ambulance_client", "hospital_client", "gateway"])
  test(`${program}: each key of its words once`, () => {
    const folder = new URL(`../../${program}/web/`, import.meta.url);
    const keys = readdirSync(folder).filter((name) => /^words.*\.js$/.test(name))
      .flatMap((name) => [...readFileSync(new URL(name, folder), "utf8")
        .matchAll(/(?:^|[{,\s])([a-z_0-9]+): \["/g)].map(([, key]) => key));
    assert.ok(keys.length > 100);
    assert.deepEqual(keys.filter((key, i) => keys.indexOf(key) !== i), []);
  });
