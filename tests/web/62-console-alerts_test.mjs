// 62-console-alerts_test.mjs — Job: an emergency opening: told, seen by name, judged by another.
import assert from "node:assert/strict";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { after, before, test } from "node:test";
import { Case } from "../wire/lib/story.mjs";
import { world } from "../wire/lib/gateway.mjs";
import { axe, launch, shot, Watch } from "./lib/chromium.mjs";
import { go, hit, idle, narrow, openConsole, rows, signIn, texts } from "./lib/console.mjs";
import { touch } from "./lib/hands.mjs";

const REPOSITORY = resolve(fileURLToPath(new URL(".", import.meta.url)), "../..");
const REASON = "到着、意識なし、<b>家族</b>不在";
let g;
let browser;
let page; // of hospital A's administrator
let c;
const watch = new Watch();

before(async () => {
  const launched = launch();
  launched.catch(() => {});
  g = await world({ cards: 40, settings: { console: REPOSITORY, break_glass_wait: "0s",
                                         alert_escalate: "3s" } });
  browser = await launched;
  g.desk = await g.device("admin", g.orgA, "desk-a");
  g.desk2 = await g.device("admin", g.orgA, "desk-a2");
  g.both = await g.person(g.orgA, "both", "org_admin,er_viewer", "兼務 花子");
});
after(async () => {
  await browser?.close();
  await g?.end();
  watch.judge();
});

const item = (where) => where.locator("[data-part=list] li[data-alert]");
const badge = (where) => where.locator("[data-key=tab_alerts] .bd");

test("raised while somebody looks at another page: the number appears by itself", async () => {
  page = await openConsole(browser, watch, g, g.desk);
  await signIn(page, await g.person(g.orgA, "bossA", "org_admin", "院長 甲"));
  assert.equal(await badge(page).count(), 0);
  const opener = await g.boxA.signInFully(g.both);
  c = new Case(g.onCar);
  await c.open();
  await c.fetch(g.cards.find((one) => one.patient === 0));
  await c.match();
  await c.inquire([g.boxA.org]);
  await g.boxA.notice("inquiry_asked", {}, { case: c.id });
  await opener.ask("break_glass", { reason: REASON }, { case: c.id });
  await badge(page).filter({ hasText: "1" }).waitFor();
});

test("nobody acknowledges it: every page says so, until somebody does", async () => {
  await page.locator("[data-part=late] .note").waitFor();
  assert.match(await page.locator("[data-part=late]").innerText(), /1件の警報を、まだだれも確認/);
  await axe(page, "late");
  await shot(page, "console-8-late");
  await touch(page.locator("[data-key=late_show]"));
  await item(page).getByText("知らせ直し").first().waitFor();
});

test("who opened what and why, as text; seen by name, still to be judged", async () => {
  await go(page, "alerts");
  await item(page).first().waitFor();
  const said = await item(page).innerText();
  for (const word of ["緊急閲覧", "兼務 花子", REASON, c.id.slice(-6), "事後確認が必要"])
    assert.ok(said.includes(word), `${word}\n${said}`);
  await axe(page, "alerts");
  await shot(page, "console-8-alerts");
  await touch(page.locator("[data-key^=ack_]"));
  await item(page).filter({ hasText: "確認済み・事後確認が必要" }).waitFor();
  assert.match(await item(page).innerText(), /院長 甲/);
});

test("the one who opened it cannot judge it, and is told why", async () => {
  const own = await openConsole(browser, watch, g, g.desk2);
  await signIn(own, g.both);
  await go(own, "alerts");
  await item(own).first().waitFor();
  assert.match(await item(own).innerText(), /ほかの管理者が事後確認します/);
  assert.equal(await own.locator("[data-key^=review_]").count(), 0);
  await own.context().close();
});

test("somebody else judges it: an explanation is needed unless it was justified", async () => {
  await hit(page, "review_");
  await page.locator("dialog").waitFor();
  await axe(page, "review, empty");
  await page.locator("dialog select[name=verdict]").selectOption("unjustified");
  await touch(page.locator("dialog [type=submit]"));
  await page.locator("dialog [role=alert]:visible").waitFor();
  await axe(page, "review");
  await shot(page, "console-9-review");
  await page.locator("dialog input[name=text]").fill("搬送先ではなく、急ぐ理由もなかった");
  await touch(page.locator("dialog [type=submit]"));
  await page.getByText("確認を待つ警報はありません").waitFor();
  assert.equal(await badge(page).count(), 0);
});

test("opening, seeing and judging stand in the log, each under its name", async () => {
  await go(page, "access");
  await narrow(page, { period: "today", group: "alerts" });
  const seen = (await texts(rows(page))).join("\n");
  assert.match(seen, /事後確認.*院長 甲.*不当/);
  assert.match(seen, /警報を確認.*院長 甲/);
  await narrow(page, { group: "glass" });
  assert.match((await texts(rows(page))).join("\n"), /緊急閲覧.*兼務 花子.*同意なし/);
  await idle(page);
});

test("the words of the review are read back in the case, each by a logged question", async () => {
  assert.equal(await page.locator("[data-part=late] .note").count(), 0);
  await touch(page.locator(`.lk[title="${c.id}"]`).first());
  await page.locator("[data-key^=written_]").first().waitFor();
  const buttons = page.locator("[data-key^=written_]");
  while (await buttons.count() > 0) {
    const count = await buttons.count();
    await touch(buttons.first());
    await buttons.nth(count - 1).waitFor({ state: "detached" });
  }
  const said = await page.locator(".tl").innerText();
  assert.ok(said.includes("搬送先ではなく、急ぐ理由もなかった") && said.includes(REASON));
  await axe(page, "case with what was written");
  await shot(page, "console-9-written");
});

test("an auditor sees the same case without what was written, and no way to it", async () => {
  const other = await openConsole(browser, watch, g, await g.device("admin", g.orgA, "desk-a3"));
  await signIn(other, await g.person(g.orgA, "kansa", "auditor", "監査 太郎"));
  await rows(other).first().waitFor();
  await touch(other.locator(`.lk[title="${c.id}"]`).first());
  await other.locator(".tl").getByText("事後確認").first().waitFor();
  assert.equal(await other.locator("[data-key^=written_]").count(), 0);
  assert.ok(!(await other.locator(".tl").innerText()).includes(REASON));
  await other.context().close();
});

test("the whole organisation is stopped in two steps; this page, too", async () => {
  await go(page, "people");
  const step = async (field, value) => {
    await page.locator(`dialog input[name=${field}]`).fill(value);
    await touch(page.locator("dialog [type=submit]"));
  };
  await hit(page, "org_stop");
  await page.locator("dialog").waitFor();
  await axe(page, "stop, first step");
  await step("reason", "鍵の盗難");
  await step("org", "別の病院");
  await page.locator("dialog [role=alert]:visible").waitFor();
  await shot(page, "console-10-stop");
  await step("org", "試験第一病院");
  await page.locator("[data-key=sign_in]").waitFor();
  assert.equal(await page.locator("nav.tabs").isVisible(), false);
  await g.boxA.whenClosed();
  await g.act("org", "resume", "--id", g.orgA);
});
