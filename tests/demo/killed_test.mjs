// killed_test.mjs — Job: a demo that loses a program fails and claims nothing; it leaves nothing
// running and no word of the view in its folder, however it ends.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { findInFiles, spellings } from "../fault/lib/marker.mjs";
import { pause } from "../fault/lib/sender.mjs";

const SCRIPT = fileURLToPath(new URL("run.sh", import.meta.url));
const MARKER = "目印 \"薬\" <第7号> & '錠' $(id)";
const WAIT_MS = 120000;
const build = process.env.B ?? fileURLToPath(new URL("../../build", import.meta.url));

const number = (file) => Number(readFileSync(file, "utf8"));

class Demo {
  constructor() {
    const env = { ...process.env, B: build, DEMO_ONCE: "1", DEMO_SEED: "種 words",
      DEMO_MARKER: MARKER };
    this.child = spawn("sh", [SCRIPT], { env, stdio: ["ignore", "pipe", "pipe"] });
    this.said = "";
    for (const name of ["stdout", "stderr"])
      this.child[name].on("data", (text) => { this.said += text; });
    this.ended = new Promise((done) => this.child.once("close", (code) => done(code)));
    this.folder = new Promise((found) => createInterface({ input: this.child.stdout })
      .on("line", (line) => {
        const [, dir] = /^== folder of this run: (.*)$/.exec(line) ?? [];
        if (dir) found(dir);
      }));
  }

  // As soon as FILE of the run's folder has PATTERN.
  async until(file, pattern) {
    const path = join(await this.folder, file);
    for (const end = Date.now() + WAIT_MS; Date.now() < end; await pause(20)) {
      if (existsSync(path) && pattern.test(readFileSync(path, "utf8"))) return;
      assert.equal(this.child.exitCode, null, this.said);
    }
    assert.fail(`no ${pattern} in ${file}\n${this.said}`);
  }

  async kill(name) {
    process.kill(number(join(await this.folder, `${name}.pid`)), "SIGKILL");
  }

  // Everything that it began: none is there any more.
  async left() {
    const dir = await this.folder;
    const pids = readdirSync(dir).filter((name) => name.endsWith(".pid"));
    assert.ok(pids.length >= 4, pids.join(" "));
    return pids.filter((name) => existsSync(`/proc/${number(join(dir, name))}`));
  }
}

async function failed(demo, words) {
  assert.notEqual(await demo.ended, 0, demo.said);
  assert.match(demo.said, words);
  assert.doesNotMatch(demo.said, /^ok /m);
  assert.equal(existsSync(join(build, "demo/timeline.json")), false);
  assert.deepEqual(await demo.left(), []);
}

test("hospital A killed when it is asked: the demo fails", async () => {
  const demo = new Demo();
  await demo.until("hospital-a.jsonl", /"event":"ring"/);
  await demo.kill("hospital-a");
  await failed(demo, /not ok demo: hospital-a has ended/);
});

test("hospital B killed when it has opened: the demo fails; the view is in no file", async () => {
  const demo = new Demo();
  await demo.until("hospital-b.jsonl", /"event":"opened"/);
  await demo.kill("hospital-b");
  await failed(demo, /not ok demo: hospital-b has ended/);
  assert.deepEqual(findInFiles(await demo.folder, spellings(MARKER)), []);
});

test("told to end: it ends all that it began", async () => {
  const demo = new Demo();
  await demo.until("ambulance.jsonl", /"event":"ready"/);
  demo.child.kill("SIGTERM");
  assert.equal(await demo.ended, 130);
  assert.deepEqual(await demo.left(), []);
});
