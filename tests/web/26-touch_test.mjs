// 26-touch_test.mjs — Job: a touch reaches what it was meant for, whatever is drawn meanwhile.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { launch } from "./lib/chromium.mjs";
import { REPOSITORY } from "./lib/stage.mjs";

const SOURCE = readFileSync(join(REPOSITORY, "client/web/touch.js"), "utf8");
const PAGE = `<!doctype html><meta charset="utf-8"><style>body { margin: 0 }
  button, label { display: block; width: 200px; height: 100px }</style>
  <div id="place"><button data-key="a">A</button><button data-key="b">B</button></div>
  <label>C<input type="checkbox"></label>
  <script type="module">
    import { keepTouches } from "/touch.js";
    keepTouches();
    globalThis.heard = [];
    addEventListener("click", ({ target }) => target.matches("button, input") &&
      heard.push(target.dataset.key ?? target.localName));
    globalThis.ready = true;
  </script>`;
const A = [100, 50], B = [100, 150], C = [20, 250];
let browser, page;

before(async () => { browser = await launch(); });
after(() => browser?.close());
beforeEach(async () => {
  await page?.close();
  page = await browser.newPage();
  await shown(page);
});

async function shown(page) {
  await page.route("**/*", (route) => (route.request().url().endsWith("/touch.js")
    ? route.fulfill({ contentType: "text/javascript", body: SOURCE })
    : route.fulfill({ contentType: "text/html", body: PAGE })));
  await page.goto("http://touch.test/");
  await page.waitForFunction(() => globalThis.ready);
}

const heard = () => page.evaluate(() => globalThis.heard);
const rest = () => page.evaluate(() => new Promise((done) => { setTimeout(done, 350); }));
// The finger comes down at one place, ACT draws, it goes up at the other.
async function around(from, act, to = from) {
  await page.mouse.move(...from);
  await page.mouse.down();
  await page.evaluate(act);
  await page.mouse.move(...to);
  await page.mouse.up();
}
const place = (run) => `(${run})(document.querySelector("#place"))`;

test("a touch is heard once, by what was touched", async () => {
  await page.mouse.click(...A);
  await page.mouse.click(...B);
  assert.deepEqual(await heard(), ["a", "b"]);
});

test("a control that moves under the finger hears it all the same", async () => {
  await around(A, place((all) => all.prepend(Object.assign(document.createElement("div"),
    { style: "height: 100px" }))));
  assert.deepEqual(await heard(), ["a"]);
});

test("what comes to stand under the finger does not hear what was for another", async () => {
  await around(A, place((all) => all.prepend(Object.assign(document.createElement("button"),
    { textContent: "N" }))));
  assert.deepEqual(await heard(), ["a"]);
});

test("what is gone or switched off hears nothing, and nobody hears it instead", async () => {
  await around(A, place((all) => all.firstElementChild.remove()));
  await rest();
  await around(A, place((all) => {
    const { firstElementChild: b } = all;
    b.disabled = true;
    b.before(document.createElement("button"));
  }));
  assert.deepEqual(await heard(), []);
});

test("nothing was there when the finger came down: what appears is not touched", async () => {
  await around([400, 50], place((all) => {
    all.firstElementChild.style.width = "600px";
  }));
  assert.deepEqual(await heard(), []);
});

test("a finger that is drawn off a control takes its touch back", async () => {
  await around(A, "0", [400, 50]);
  assert.ok(!(await heard()).includes("a"));
});

test("a second touch of a glove does not reach what the first one brought there", async () => {
  await page.evaluate(place((all) => all.firstElementChild.addEventListener("click", () => {
    all.firstElementChild.remove(); // now B stands there
  })));
  await page.mouse.click(...A);
  await page.mouse.click(...A);
  assert.deepEqual(await heard(), ["a"]);
  await page.mouse.click(100, 80); // near enough to be the same
  assert.deepEqual(await heard(), ["a"]);
  await rest();
  await page.mouse.click(...A);
  assert.deepEqual(await heard(), ["a", "b"]);
});

test("the same node with another word is another control", async () => {
  await page.evaluate(place(({ firstElementChild: a }) => {
    a.dataset.again = "";
    a.addEventListener("click", () => { a.textContent = "really"; }, { once: true });
  }));
  await page.mouse.click(...A);
  await page.mouse.click(...A);
  assert.deepEqual(await heard(), ["a"]);
});

test("the same button says nothing twice, unless it is there for that", async () => {
  for (let i = 0; i < 3; i++) await page.mouse.click(...A);
  assert.deepEqual(await heard(), ["a"]);
  await rest();
  await page.mouse.click(...A);
  assert.deepEqual(await heard(), ["a", "a"]);
});

test("a stepper may be touched as fast as somebody can", async () => {
  await page.evaluate(place((all) => all.firstElementChild.setAttribute("data-again", "")));
  for (let i = 0; i < 5; i++) await page.mouse.click(...A);
  assert.deepEqual(await heard(), ["a", "a", "a", "a", "a"]);
});

test("a finger on glass is heard once, and its second touch not at what came there", async () => {
  await page.close();
  page = await browser.newPage({ hasTouch: true });
  await shown(page);
  for (const at of [A, B, C]) await page.touchscreen.tap(...at);
  assert.deepEqual(await heard(), ["a", "b", "input"]);
  await rest();
  await page.evaluate(place((all) => all.firstElementChild.addEventListener("click", () =>
    all.firstElementChild.remove())));
  await page.touchscreen.tap(...A);
  await page.touchscreen.tap(...A);
  assert.deepEqual((await heard()).slice(3), ["a"]);
});

test("labels and keys work as ever", async () => {
  await page.mouse.click(...C);
  assert.equal(await page.locator("input").isChecked(), true);
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("Space");
  assert.deepEqual((await heard()).slice(-2), ["b", "a"]);
});
