// 61-console-guard_test.mjs — Job: the limits of the console: auditor, other houses, idle, windows.
import assert from "node:assert/strict";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { after, before, test } from "node:test";
import { Case, groundFor } from "../wire/lib/story.mjs";
import { world } from "../wire/lib/gateway.mjs";
import { axe, holdings, launch, shot, Watch } from "./lib/chromium.mjs";
import { go, narrow, openConsole, rows, signIn, texts } from "./lib/console.mjs";
import { touch } from "./lib/hands.mjs";

const REPOSITORY = resolve(fileURLToPath(new URL(".", import.meta.url)), "../..");
let g;
let browser;
let c; // at hospital A, opened by its nurse
const watch = new Watch();
const desks = {};

before(async () => {
  const launched = launch();
  launched.catch(() => {});
  g = await world({ cards: 40, settings: { console: REPOSITORY } });
  browser = await launched;
  c = new Case(g.onCar);
  const sealed = await c.untilDelivered(g.cards.find((one) => one.patient === 0), g.boxA);
  await g.atA.open(c.id, sealed.header, ["medications"]);
  await c.notice("opened", { grant: sealed.header.grant });
  for (const [key, org] of [["hq", g.hq], ["hq2", g.hq], ["hq3", g.hq], ["a", g.orgA],
    ["b", g.orgB]])
    desks[key] = await g.device("admin", org, `desk-${key}`);
});
after(async () => {
  await browser?.close();
  await g?.end();
  watch.judge();
});

const open = (key, options) => openConsole(browser, watch, g, desks[key], options);
const body = (page) => page.locator("body").innerText();

test("an auditor sees the same rows without any name, and enters nothing", async () => {
  const page = await open("hq");
  await signIn(page, await g.person(g.hq, "kansa", "auditor", "監査 太郎"));
  await rows(page).first().waitFor();
  const seen = (await texts(rows(page))).join("\n");
  assert.match(seen, /救急隊員 …\w{6}/);
  for (const person of [g.crew, g.nurseA]) assert.ok(!(await body(page)).includes(person.name));
  await go(page, "people");
  assert.ok(!(await body(page)).includes(g.crew.name));
  await go(page, "coverage");
  assert.equal(await page.locator("[data-key=enter]").count(), 0);
  await axe(page, "auditor");
  await page.context().close();
});

test("a hospital's administrator sees what concerns it; the other hospital's, nothing of it",
  async () => {
    const page = await open("a");
    await signIn(page, await g.person(g.orgA, "bossA", "org_admin", "院長 甲"));
    await rows(page).first().waitFor();
    const seen = (await texts(rows(page))).join("\n");
    assert.ok(seen.includes(c.id.slice(-6)) && seen.includes(g.nurseA.name));
    assert.ok(!seen.includes(g.crew.name), "who granted is no counterpart by name");
    await page.context().close();
    const other = await open("b");
    await signIn(other, await g.person(g.orgB, "bossB", "org_admin", "院長 乙"));
    await narrow(other, { period: "any_time", group: "all" });
    assert.ok(!(await body(other)).includes(c.id.slice(-6)));
    await go(other, "case");
    await other.locator("#c-id").fill(c.id);
    await touch(other.locator("[data-key=show_case]"));
    await other.getByText("この組織にはありません").waitFor();
    await shot(other, "console-case-empty");
    await other.context().close();
  });

test("somebody without the role signs in and sees nothing but that", async () => {
  const page = await open("b");
  await touch(page.locator("[data-key=sign_in]:enabled"));
  const operator = await g.person(g.hq, "operator", "operator", "運用 花子");
  for (const [name, value] of [["login", operator.login], ["password", operator.password],
    ["code", operator.codes.next()]]) await page.locator(`dialog input[name=${name}]`).fill(value);
  await page.locator("dialog input[name=code]").press("Enter");
  await page.locator("dialog [role=alert]:visible, dialog input[name=new_password]").first()
    .waitFor();
  assert.equal(await page.locator("nav.tabs").isVisible(), false);
  await page.context().close();
});

test("nobody touches it: said before, then signed out, and nothing of it stays", async () => {
  const page = await open("hq2", { listen: (one) => one.clock.install() });
  await page.locator("[data-key=sign_in]:enabled").waitFor();
  await signIn(page, await g.person(g.hq, "idler", "org_admin", "離席 次郎"));
  await rows(page).first().waitFor();
  const heap = async () => (await holdings(page)).heap;
  assert.ok((await body(page)).includes(g.crew.name));
  await page.clock.fastForward(9 * 60000 + 5000);
  await page.locator("[data-key=stay]").waitFor();
  await axe(page, "warned");
  await shot(page, "console-idle-warning");
  await touch(page.locator("[data-key=stay]"));
  await page.locator("[data-key=stay]").waitFor({ state: "detached" });
  await page.clock.fastForward(10 * 60000 + 2000);
  await page.getByText("10分触れられなかったため").waitFor();
  assert.ok(!(await body(page)).includes(g.crew.name));
  assert.ok(!(await heap()).includes(g.crew.name), "nothing in the page's memory");
  await page.context().close();
});

test("one window at a time: a second one says so and leaves the first alone", async () => {
  const page = await open("hq3");
  await signIn(page, await g.person(g.hq, "windows", "org_admin", "二窓 三郎"));
  const second = await page.context().newPage();
  await second.goto(page.url());
  await second.getByText("別の窓で開いています").waitFor();
  await axe(Object.assign(second, { name: "second" }), "second window");
  await second.close();
  await go(page, "people");
  assert.ok((await body(page)).includes("二窓 三郎"));
  await touch(page.locator("[data-key=sign_out]"));
  await page.getByText("サインアウトしました").waitFor();
  assert.ok(!(await body(page)).includes("二窓 三郎"));
  await page.context().close();
});

test("a workstation that is revoked is told so, and its screen is empty", async () => {
  const desk = desks.gone = await g.device("admin", g.hq, "desk-gone");
  const page = await open("gone");
  await signIn(page, await g.person(g.hq, "leaver", "org_admin", "失効 四郎"));
  await watch.during(/WebSocket|ERR_/, async () => {
    await g.act("device", "revoke", "--id", desk.id);
    await page.locator("header").getByText(/この端末は使えません/).waitFor();
    assert.ok(!(await body(page)).includes(g.crew.name));
    await shot(page, "console-revoked");
    await page.context().close();
  });
});

test("without consent on the list of those to be looked at, with nothing of the illness",
  async () => {
    const d = new Case(g.onCar2);
    const ground = { basis: "life_body_no_consent", said_by: "nobody", need: "stroke",
      obstacle: "unconscious" };
    await d.open();
    await d.fetch(g.cards.find((one) => one.patient === 3), { ground: groundFor(null, ground) });
    await d.match();
    const page = await open("hq");
    await signIn(page, await g.person(g.hq, "chief", "org_admin", "本部長 五郎"));
    await narrow(page, { period: "today", group: "ground", basis: "none" });
    await rows(page).first().waitFor();
    const seen = (await texts(rows(page))).join("\n");
    assert.match(seen, /根拠を記録.*同意なし：生命・身体/);
    for (const word of ["脳卒中", "stroke", "意識", "unconscious"])
      assert.ok(!(await body(page)).includes(word), word);
    await page.context().close();
  });
