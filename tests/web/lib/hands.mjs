// hands.mjs — Job: what people do at a page, found as they find it: by what a control does.
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { leaves } from "./chromium.mjs";

const attributes = (data) => Object.entries(data).map(([key, value]) =>
  `[data-${key}="${value}"]`).join("");

// The control for ACT (a page's data-act or data-pick), for this case, section, hospital …
export const control = (page, act, data = {}) => page.locator(
  `:is([data-act="${act}"], [data-pick="${act}"])${attributes(data)}`).filter({ visible: true });

// One touch as a person makes it. What has just come to where the last touch was hears none for a
// moment (client/web/touch.js): who sees that nothing came of it touches again.
export async function touch(place) {
  const page = place.page();
  for (let tries = 1; ; tries++) {
    await place.click();
    if (await page.evaluate(() => globalThis.lastTouch?.heard !== false)) return;
    assert.ok(tries < 5, `${page.name}: nothing hears a touch of ${place}`);
    await sleep(300);
  }
}

// Touches it; also when a drawing of the page just replaced it.
export async function press(page, act, data) {
  await control(page, act, data).first().waitFor();
  await leaves(page);
  page.touch = () => touch(control(page, act, data).first());
  await page.touch();
}

// The words on the page, as somebody sees them.
export const seen = (page) => page.locator("body").innerText();

export async function sees(page, text, where = "body") {
  await page.locator(where).filter({ hasText: text }).first().waitFor();
}

// Tab by Tab until the control has the focus; the focus is visible.
export async function tabTo(page, act, data = {}, most = 120) {
  const wanted = typeof act === "string" && /^[a-z_]+$/.test(act)
    ? `:is([data-act="${act}"], [data-pick="${act}"])${attributes(data)}` : act;
  for (let i = 0; i < most; i++) {
    await page.keyboard.press("Tab");
    const at = await page.evaluate((selector) => {
      const element = document.activeElement;
      if (!element?.matches(selector)) return null;
      const style = getComputedStyle(element);
      return { line: style.outlineStyle, width: parseFloat(style.outlineWidth) };
    }, wanted);
    if (!at) continue;
    assert.ok(at.line !== "none" && at.width >= 2, `${wanted}: focus not seen`);
    return;
  }
  assert.fail(`${page.name}: no way to ${wanted} by keyboard`);
}

// A text that would run if a page took it for markup; it says where it was put. No space in it: the
// gateway looks for each word of a name in the texts of a request.
export const hostile = (where) =>
  `${where}<img/src=x/onerror="globalThis.hit=1"><script>globalThis.hit=1</script>`;

// It is text wherever it is: nothing ran, nothing was made of it.
export async function onlyText(page, ...places) {
  const text = await page.evaluate(() => [document.body.innerText,
    ...[...document.querySelectorAll("input, textarea")].map((field) => field.value)].join("\n"));
  for (const place of places)
    assert.ok(text.includes(`${place}<img/src=x`), `${place} is not shown`);
  const made = await page.evaluate(() => ({ hit: globalThis.hit ?? null,
    images: document.querySelectorAll("img[src=x]").length,
    scripts: [...document.querySelectorAll("script")].filter((one) => !one.src).length }));
  assert.deepEqual(made, { hit: null, images: 0, scripts: 0 });
}

// ---- a page whose controls have names of their own (data-key) ----

export const keyed = (page, key) => page.locator(`[data-key="${key}"]`).filter({ visible: true });

// One touch of a finger; counted.
export async function tap(page, key) {
  page.taps = (page.taps ?? 0) + 1;
  await comes(page, key);
  await leaves(page);
  page.touch = () => touch(keyed(page, key).first());
  await page.touch();
}

// Writes into the field with this data-key or id.
export async function type(page, key, text) {
  await page.locator(`:is([data-key="${key}"], [id="${key}"])`).filter({ visible: true }).first()
    .fill(text);
}

export const comes = (page, key) => keyed(page, key).first().waitFor();

// From now on the page notes how long a touch takes until something has changed and is painted. A
// touch that changed nothing before the next one counts for nothing.
export const watchTouches = (page) => page.evaluate(() => {
  let seen;
  globalThis.touches = [];
  addEventListener("click", ({ timeStamp }) => {
    seen?.disconnect();
    seen = new MutationObserver(() => {
      seen.disconnect();
      requestAnimationFrame(() => setTimeout(() =>
        globalThis.touches.push(performance.now() - timeStamp)));
    });
    seen.observe(document.body, { subtree: true, childList: true, attributes: true,
      characterData: true });
  }, true);
});

// Says what was seen; a number of a test's machine is no promise, so nothing is asserted.
export async function tellTouches(page) {
  const all = (await page.evaluate(() => globalThis.touches)).sort((a, b) => a - b);
  const at = (part) => all[Math.min(all.length - 1, Math.floor(all.length * part))]?.toFixed(0);
  console.log(`# ${page.name}: touch → change on the screen, ${all.length} touches: median ${
    at(0.5)} ms, worst of ten ${at(0.9)} ms, worst ${at(1)} ms`);
}
