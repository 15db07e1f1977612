// chromium.mjs — Job: one Chromium; every page of it is watched and can be photographed and judged.
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { tool } from "../../wire/lib/gateway.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"];
const PICTURES = join(tool(".."), "web");
const WAIT_MS = 60000; // what never comes; many of these run on a busy machine
// The names of the pages' servers; any other name has no address here.
const HOSTS = ["board.test", "gateway.test"];
const RULES = [...HOSTS.map((name) => `MAP ${name} 127.0.0.1`), "EXCLUDE localhost",
  "EXCLUDE 127.0.0.1", "MAP * ~NOTFOUND"].join(", ");

// Without a window Debian's Chromium comes as a program of its own, lighter by a tenth or more; its
// engine, network and certificates are the same.
const SHELL = "/usr/bin/chromium-headless-shell", WHOLE = "/usr/bin/chromium";

// HOME: what its browser trusts besides the authorities of the world stands there.
export function launch({ headless = true, home } = {}) {
  return chromium.launch({ headless, env: { ...process.env, HOME: home },
    executablePath: process.env.CHROMIUM || (headless && existsSync(SHELL) ? SHELL : WHOLE),
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking",
      `--host-resolver-rules=${RULES}`] });
}

// What may go wrong on a page and fails the test: errors of scripts and of the console (violations
// of the content policy come there), requests to anybody but the page's own server.
export class Watch {
  constructor() {
    this.faults = [];
    this.allowed = [];
  }

  add(page, name) {
    const own = new URL(page.goal).host;
    page.on("pageerror", (error) => this.fault(name, `error: ${error.stack ?? error}`));
    page.on("console", (message) => {
      const { url } = message.location();
      if (message.type() !== "error" && !/Content Security Policy/.test(message.text())) return;
      if (url.endsWith("/favicon.ico")) return; // asked by the browser, not by a page
      this.fault(name, `console: ${message.text()} (${url})`);
    });
    page.on("request", (request) => {
      const { host, protocol } = new URL(request.url());
      if (host !== own && protocol !== "data:" && protocol !== "blob:")
        this.fault(name, `asks ${request.url()}`);
    });
    page.on("crash", () => this.fault(name, "crashed"));
  }

  fault(name, text) {
    if (!this.allowed.some((pattern) => pattern.test(text))) this.faults.push(`${name}: ${text}`);
  }

  // While `act` runs (a server is killed, say) a message like `pattern` is no fault.
  async during(pattern, act) {
    this.allowed.push(pattern);
    try {
      return await act();
    } finally {
      this.allowed.splice(this.allowed.indexOf(pattern), 1);
    }
  }

  judge() {
    const found = this.faults.splice(0);
    assert.deepEqual(found, [], "pages had faults");
  }
}

// Options besides those of a context: clock (the page's time can be moved), init (a function that
// runs in it before its own scripts).
export async function openPage(browser, watch, { name, url, width, height, clock, init,
  ...options }) {
  // What offers a client certificate goes through the steering library's own TLS, which trusts
  // nobody here: only there a certificate is not looked at.
  const context = await browser.newContext({ viewport: { width, height }, locale: "ja-JP",
    ignoreHTTPSErrors: Boolean(options.clientCertificates), timezoneId: "Asia/Tokyo",
    reducedMotion: "reduce", ...options });
  context.setDefaultTimeout(WAIT_MS);
  if (clock) await context.clock.install();
  if (init) await context.addInitScript(init);
  await context.addInitScript(noteTouches);
  const page = await context.newPage();
  page.goal = url;
  page.name = name;
  watch.add(page, name);
  await page.goto(url);
  return page;
}

// The last touch, and whether anything of the page heard it.
function noteTouches() {
  addEventListener("click", ({ isTrusted, clientX, clientY, timeStamp }) => {
    if (isTrusted) globalThis.lastTouch = { x: clientX, y: clientY, at: timeStamp, heard: false };
  }, true);
  addEventListener("click", () => { if (globalThis.lastTouch) globalThis.lastTouch.heard = true; });
}

export async function shot(page, name, { full = false } = {}) {
  mkdirSync(PICTURES, { recursive: true });
  const path = join(PICTURES, `${name}.png`);
  await page.screenshot({ path, fullPage: full });
  return path;
}

// No violation of WCAG 2.2 A and AA in what the page shows now, in either language.
export async function axe(page, what = "") {
  await axeAsItIs(page, what);
  await inTheOther(page, (language) => judge(page, `${what}, ${language}`));
}

// The same in the language that it is in, for whoever goes through both.
export const axeAsItIs = judge;

// A world beside the page's own, over the same document: nothing of the judge is in the page's
// memory, and a page whose time stands still does not hold it up. It goes with the document.
const worlds = new WeakMap();
async function worldOf(page) {
  if (worlds.has(page)) return worlds.get(page);
  const cdp = await page.context().newCDPSession(page);
  const { frameTree } = await cdp.send("Page.getFrameTree");
  const { executionContextId } = await cdp.send("Page.createIsolatedWorld",
    { frameId: frameTree.frame.id, worldName: "judge" });
  const world = { cdp, executionContextId };
  worlds.set(page, world);
  page.once("domcontentloaded", () => worlds.delete(page)); // another document
  await inWorld(world, `() => { ${AXE} }`);
  return world;
}

async function inWorld({ cdp, executionContextId }, run, ...values) {
  const { result, exceptionDetails: wrong } = await cdp.send("Runtime.callFunctionOn",
    { executionContextId, functionDeclaration: String(run), returnByValue: true,
      awaitPromise: true, arguments: values.map((value) => ({ value })) });
  if (wrong) throw new Error(wrong.exception?.description ?? wrong.text);
  return result.value;
}

const times = { ja: 0, en: 0 };
process.on("exit", () => times.ja + times.en > 0 &&
  console.log(`# judged by axe: ${times.ja} times in Japanese, ${times.en} in English`));
const judged = new Set(); // states, by what stands where and in which width

// With EVERY_STATE in the environment: every state that a hand leaves is judged, each once. It
// takes three times as long, so it is a run of its own (`make check-web-states`).
export async function leaves(page) {
  if (!process.env.EVERY_STATE) return;
  const state = await page.evaluate(() => [innerWidth, location.pathname,
    ...[...document.querySelectorAll("body *")].filter((one) => one.checkVisibility())
      .map((one) => `${one.localName}.${one.className?.baseVal ?? one.className}`)].join());
  if (judged.has(state)) return;
  judged.add(state);
  await axe(page, "a state that was left");
}

// ACT with the page in the language that it is not in; everything else stays as it is. A form that
// is open keeps the language in which it was asked: it is put away and asked again, as the last
// touch did it, unless something stands in it already.
async function inTheOther(page, act) {
  const [shown, other] = (await page.locator("html").getAttribute("lang")) === "en"
    ? ["en", "ja"] : ["ja", "en"];
  const turn = async (language) => {
    const turned = await page.evaluate(async (to) => {
      const entry = document.querySelector("script[type=module]")?.getAttribute("src");
      if (!/\/(tablet|board|console)\.js$/.test(entry)) return false;
      const { shell, speak } = await import(entry);
      if (shell && !shell.store.hello.program) return false;
      (speak ?? shell.choose.bind(shell))(to);
      return true;
    }, language);
    await page.locator("main:not([aria-busy])").waitFor();
    return turned;
  };
  const form = page.locator("dialog");
  const asked = await form.count() > 0;
  if (asked && (!page.touch || await form.evaluate((one) => Boolean(
    one.querySelector("[role=alert]:not([hidden])") ||
    [...one.querySelectorAll("input, textarea")].some((field) => field.value))))) return;
  const away = async () => {
    if (!asked) return;
    await page.keyboard.press("Escape");
    await form.waitFor({ state: "detached" });
  };
  const again = async () => {
    if (!asked) return;
    await page.touch();
    await form.waitFor();
  };
  await away();
  const turned = await turn(other);
  await again();
  if (!turned) return;
  await act(other);
  await away();
  await turn(shown);
  await again();
}

async function judge(page, what = "") {
  const said = await inWorld(await worldOf(page), async (values) => {
    const { axe: judgement } = globalThis;
    const { violations } = await judgement.run(document,
      { runOnly: { type: "tag", values }, resultTypes: ["violations"] });
    const found = violations.flatMap(({ id, nodes }) => nodes.map((node) => ({ id, node })));
    const at = scrollY;
    // Half below a foot that stays is no size: judged again where a finger would meet it.
    const stays = async ({ id, node }) => {
      if (id !== "target-size") return true;
      document.querySelector(node.target[0])?.scrollIntoView({ block: "center" });
      const again = await judgement.run(node.target[0],
        { runOnly: { type: "rule", values: [id] }, resultTypes: ["violations"] });
      return again.violations.length > 0;
    };
    const left = [];
    for (const one of found) if (await stays(one)) left.push(one);
    if (found.length > 0) scrollTo(0, at);
    return left.map(({ id, node }) => `${id}: ${node.target.join(" ")}: ${node.failureSummary}`);
  }, TAGS);
  assert.deepEqual(said, [], `${page.name} ${what}`);
  times[await page.locator("html").getAttribute("lang")]++;
}

// Nothing needs scrolling sideways.
export async function noSidewaysScroll(page, what = "") {
  const { wide, room } = await page.evaluate(() => ({
    wide: document.documentElement.scrollWidth, room: document.documentElement.clientWidth }));
  assert.ok(wide <= room, `${page.name} ${what}: ${wide} px in ${room}`);
}

// Judged small, at 200 % zoom of 1920×1080 and in forced colours: no violation, nothing beyond the
// edge, nothing too small to hit. Leaves the page as it was.
export async function sizes(page, what, least = 44) {
  const before = page.viewportSize();
  await axe(page, what);
  for (const [width, height] of [[1280, 800], [960, 540]]) {
    await page.setViewportSize({ width, height });
    await axeAsItIs(page, `${what}, ${width}×${height}`);
    await noSidewaysScroll(page, `${what}, ${width}`);
    await targets(page, least, `${what}, ${width}`);
  }
  await page.emulateMedia({ forcedColors: "active" });
  await axeAsItIs(page, `${what}, forced colours`);
  await page.emulateMedia({ forcedColors: "none" });
  await page.setViewportSize(before);
}

// Everything that the page holds: its document, and its script memory after a collection.
export async function holdings(page) {
  // V8 keeps the text that an expression was last tried on: here it was our own search of the page.
  await page.locator("body").filter({ hasText: /./ }).count();
  const cdp = await page.context().newCDPSession(page);
  const parts = [];
  cdp.on("HeapProfiler.addHeapSnapshotChunk", ({ chunk }) => parts.push(chunk));
  await cdp.send("HeapProfiler.enable");
  await cdp.send("HeapProfiler.collectGarbage");
  await cdp.send("HeapProfiler.takeHeapSnapshot", { reportProgress: false });
  await cdp.detach();
  const all = parts.join(""); // the strings stand last; who points at whom does not matter here
  const { strings } = JSON.parse(`{${all.slice(all.lastIndexOf('"strings":['))}`);
  return { dom: await page.content(), heap: strings.join("\n") };
}

// None of these words is in the document or in the script memory; says where one was found.
export async function nothingOf(page, ...words) {
  const { dom, heap } = await holdings(page);
  const found = words.flatMap((word) => [["document", dom], ["script memory", heap]]
    .flatMap(([where, text]) => {
      const at = text.indexOf(word);
      return at < 0 ? [] : [`${where}: ${text.slice(Math.max(0, at - 60), at + 80)}`];
    }));
  assert.deepEqual(found, [], page.name);
}

// What a gloved finger has to hit is large enough: LEAST px high and wide, by the label where the
// label is what is touched.
export async function targets(page, least, what = "") {
  const small = await page.evaluate((px) => [...document.querySelectorAll(
    "button, a, select, input:not([type=radio]):not([type=checkbox]), label.pick")]
    .filter((one) => one.checkVisibility() && !one.closest("p, li > a"))
    .map((one) => ({ one, box: one.getBoundingClientRect() }))
    .filter(({ box }) => box.width > 0 && box.right > 0 && (box.height < px || box.width < px))
    .map(({ one, box }) => `${one.textContent.trim().slice(0, 20)} ${Math.round(box.width)}×${
      Math.round(box.height)}`), least - 0.5);
  assert.deepEqual(small, [], `${page.name} ${what}: smaller than ${least} px`);
}

// No word of a control is cut off or runs out of it.
export async function wordsFit(page, what = "") {
  const cut = await page.evaluate(() => [...document.querySelectorAll(
    "button, a.b, label.pick, .c, h1, h2, dd")]
    .filter((one) => one.checkVisibility() && !one.closest(".sr") && one.clientWidth > 0 &&
      (one.scrollWidth > one.clientWidth + 1 ||
       (one.matches("button") && one.scrollHeight > one.clientHeight + 1)))
    .map((one) => `${one.textContent.trim().slice(0, 30)} ${one.scrollWidth}×${one.scrollHeight
    } in ${one.clientWidth}×${one.clientHeight}`));
  assert.deepEqual(cut, [], `${page.name} ${what}: words are cut`);
}
