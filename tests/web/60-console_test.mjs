// 60-console_test.mjs — Job: an administrator's day at the console, in Chromium, all real.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { Case, groundFor } from "../wire/lib/story.mjs";
import { timeText } from "../wire/lib/message.mjs";
import { axe, axeAsItIs, noSidewaysScroll, shot, targets } from "./lib/chromium.mjs";
import { fill, go, hit, idle, narrow, openConsole, rows, signIn, texts }
  from "./lib/console.mjs";
import { touch } from "./lib/hands.mjs";
import { Stage } from "./lib/stage.mjs";

const EVIL = "<img src=x onerror=document.title=1>岸";
const PAGES = ["access", "case", "log", "people", "lines", "alerts", "coverage", "exports"];
let stage;
let g;
let page;
let c; // with consent, opened at hospital A; the time of arrival corrected
let d; // without consent, opened by nobody
let kishi;
const tokens = [];

async function story(card, session, ground, more = async () => {}) {
  const one = new Case(session);
  await one.open();
  await one.fetch(card, { ground: groundFor(null, ground) });
  await one.match();
  await one.inquire([g.boxA.org, g.boxB.org]);
  await one.answer(g.boxB, "declined", "with_patient");
  await one.answer(g.boxA);
  await more(one);
  await one.destination(g.boxA.org, { ground: groundFor(g.boxA.org, ground) });
  one.delivered = await one.deliver(g.boxA);
  return one;
}

before(async () => {
  stage = await Stage.open({ reader: false, cards: 40 });
  ({ g } = stage);
  await Promise.all([g.boxA, g.boxB, g.car2].map((device) => device.connect()));
  kishi = await g.person(g.hq, "kishi", "paramedic", EVIL);
  const [crew, crew2, nurse] = await Promise.all([g.car.signInFully(g.crew),
    g.car2.signInFully(kishi), g.boxA.signInFully(g.nurseA)]);
  const cards = [0, 3].map((n) => g.cards.find((one) => one.patient === n));
  c = await story(cards[0], crew, {}, async (one) => {
    await one.ask("eta", { eta_at: timeText(Date.now() + 600000) });
    await one.ask("eta", { eta_at: timeText(Date.now() + 960000) });
  });
  await nurse.open(c.id, c.delivered.header, ["medications", "visits"]);
  await c.notice("opened", { grant: c.delivered.header.grant });
  d = await story(cards[1], crew2, { basis: "life_body_no_consent", said_by: "nobody",
    need: "unconscious", obstacle: "unconscious" });
  page = await openConsole(stage.browser, stage.watch, g, stage.desk, { listen: watchTokens });
  await page.locator("[data-key=sign_in]:enabled").waitFor();
});
after(() => stage?.end());

// What the gateway tells this page as its session's token.
function watchTokens(where) {
  where.on("websocket", (socket) => socket.on("framereceived", ({ payload }) => {
    const frame = JSON.parse(payload);
    if (frame.body?.token) tokens.push(frame.body.token);
  }));
}

test("a wrong code signs nobody in and is told in words; nothing of the log is there before",
  async () => {
    assert.match(await page.locator("main").innerText(), /再読込みや画面を閉じると終わり/);
    await shot(page, "console-0-start");
    await axe(page, "start");
    await hit(page, "sign_in");
    await page.locator("dialog").waitFor();
    await axe(page, "sign-in");
    await fill(page, { login: stage.honda.login, password: stage.honda.password, code: "000000" });
    await page.locator("dialog input[name=code]").press("Enter");
    await page.locator("dialog [role=alert]:visible").waitFor();
    assert.match(await page.locator("dialog [role=alert]").innerText(), /エラー.*どれかが違います/);
    assert.equal(await page.locator("nav.tabs").isVisible(), false);
    await axe(page, "sign-in, wrong");
    await page.keyboard.press("Escape");
  });

test("who accessed what: three facts told apart, the ground on each, names as text", async () => {
  await signIn(page, stage.honda);
  await rows(page).first().waitFor();
  const seen = await texts(rows(page));
  const one = (words) => seen.filter((text) => words.every((word) => text.includes(word)));
  const short = c.id.slice(-6);
  for (const event of ["閲覧可にした", "病院に届いた", "開いた"])
    assert.ok(one([event, short, "本人が口頭で同意"]).length >= 1, `${event}\n${seen.join("\n")}`);
  assert.equal(one(["閲覧可にした", d.id.slice(-6), "同意なし", EVIL]).length, 1);
  assert.equal(await page.locator("img").count(), 0);
  const facts = await texts(page.locator("[data-part=facts] b"));
  assert.deepEqual(facts, ["2件", "2件", "1件", "0件"]);
  await shot(page, "console-1-access");
});

test("narrowed: without consent, by ground, by person, by the end of a case's number", async () => {
  await narrow(page, { period: "days30", basis: "none" });
  await page.locator("[data-part=table] tr.hot").first().waitFor();
  assert.ok((await texts(rows(page))).every((text) => text.includes("同意なし")));
  await narrow(page, { period: "today", group: "granted", basis: "patient_oral" });
  assert.equal(await rows(page).count(), 1);
  await narrow(page, { group: "all", basis: "", person: g.crew.id });
  assert.ok((await texts(rows(page))).every((text) => text.includes(g.crew.name)));
  await narrow(page, { group: "access", person: "", org: g.orgA });
  assert.ok(await rows(page).count() >= 3);
  await page.locator("#f-id").fill(d.id.slice(-6));
  await narrow(page, { org: "" });
  assert.ok((await texts(rows(page))).every((text) => text.includes(d.id.slice(-6))));
  await page.locator("#f-id").fill("0372-1");
  await touch(page.locator("[data-key=narrow]"));
  assert.match(await page.locator("[data-part=wrong]").innerText(), /この番号は分かりません/);
  await axe(page, "wrong number");
  await page.locator("#f-id").fill("");
});

test("what was done without consent waits, case by case, until somebody has closed it by name",
  async () => {
    const badge = page.locator("[data-key=queue] .bd");
    assert.equal(await badge.innerText(), "1");
    await touch(page.locator("[data-key=queue]"));
    await idle(page);
    const waits = rows(page).filter({ hasText: d.id.slice(-6) });
    await waits.waitFor();
    assert.equal(await rows(page).count(), 1, "one row a case, and none of a case with consent");
    await axe(page, "queue");
    await shot(page, "console-1-queue");
    await hit(page, "review_");
    await page.locator("dialog").waitFor();
    await axe(page, "verdict");
    await page.locator("dialog select[name=verdict]").selectOption("unjustified");
    await touch(page.locator("dialog [type=submit]"));
    await page.locator("dialog [role=alert]:visible").waitFor();
    await page.locator("dialog input[name=text]").fill("家族が同乗していた");
    await touch(page.locator("dialog [type=submit]"));
    await waits.waitFor({ state: "detached" });
    await badge.waitFor({ state: "detached" });
    await narrow(page, { period: "today", group: "alerts", basis: "" });
    await rows(page).filter({ hasText: /事後確認.*本田 直美.*不当/ }).first().waitFor();
    await touch(page.locator("[data-key=queue]")); // the index has the review: over there, too
    await idle(page);
    await page.locator("[data-part=table]").getByText("あてはまる記録はありません").waitFor();
    await narrow(page, { period: "today", group: "access", basis: "" });
  });

test("a case's whole story, the correction with what it replaced; verified in this browser",
  async () => {
    await narrow(page, { group: "access" });
    await touch(page.locator(`.lk[title="${c.id}"]`).first());
    await page.locator(".tl li.key").first().waitFor();
    assert.equal(new URL(page.url()).hash, "#case", "no number in the address");
    assert.match(await page.locator(".tl li.fix").innerText(),
      /訂正：到着予定 \d\d:\d\d → \d\d:\d\d[^]*も残る/);
    const titles = (await texts(page.locator(".tl b"))).join("\n");
    assert.match(titles, /受入できません[^]*受入できます[^]*閲覧可にした[^]*届いた[^]*開いた/);
    assert.match(await page.locator(".tl li.next").innerText(), /閲覧の終了（予定）/);
    await touch(page.locator("[data-key=verify_now]"));
    await page.getByText(/件すべて、署名されたチェックポイントに含まれています/).waitFor();
    assert.match(await page.locator("[data-part=verify]").innerText(), /SHA-256 と Ed25519/);
    await shot(page, "console-2-case");
  });

test("the log: state, witnesses, one entry proved here, the proof taken away", async () => {
  await go(page, "log");
  await page.locator("[data-part=state] dd").first().waitFor();
  assert.match(await page.locator("[data-part=state]").innerText(), /署名 確認・前と連続/);
  await page.locator("#p-entry").fill("#3");
  await touch(page.locator("[data-key=prove]"));
  await page.locator("[data-part=wrong]:visible, [data-part=proof] .note").first().waitFor();
  await page.locator("#p-entry").fill("x");
  await touch(page.locator("[data-key=prove]"));
  assert.match(await page.locator("[data-part=wrong]").innerText(), /1以上の整数/);
  await go(page, "case");
  const seq = await page.locator(".tl li.key").first().getAttribute("data-seq");
  await go(page, "log");
  await page.locator("#p-entry").fill(seq);
  await touch(page.locator("[data-key=prove]"));
  await page.locator("[data-part=proof] .note.ok").waitFor();
  assert.match(await page.locator("[data-part=proof] pre").innerText(), /"type":"grant_issued"/);
  const [file] = await Promise.all([page.waitForEvent("download"),
    touch(page.locator("[data-key=proof_save]"))]);
  assert.match(readFileSync(await file.path(), "utf8"), /^c2sp.org\/tlog-proof@v1\nindex \d+\n/);
  await shot(page, "console-3-log");
});

test("people, devices, live connections of the own organisation only", async () => {
  await go(page, "people");
  await page.locator("[data-part=devices] tbody tr").first().waitFor();
  const people = (await texts(page.locator("[data-part=people] tbody tr"))).join("\n");
  assert.match(people, /本田 直美[^\n]*サインイン中/);
  assert.ok(people.includes(EVIL) && !people.includes(g.nurseA.name));
  const devices = (await texts(page.locator("[data-part=devices] tbody tr"))).join("\n");
  assert.match(devices, /desk\s+管理の端末\s+接続中/);
  assert.ok(!devices.includes("boxA"));
  await shot(page, "console-4-people");
  await go(page, "lines");
  await rows(page).first().waitFor();
  assert.match((await texts(rows(page))).join("\n"), /car\s[^\n]*救急隊員 試験 crew/);
});

test("a person and a device are ended, each with a reason; a lock is lifted", async () => {
  const act = async (key, reason) => {
    await hit(page, key);
    await page.locator("dialog").waitFor();
    await axe(page, key);
    await page.locator("dialog input[name=reason]").fill(reason);
    await touch(page.locator("dialog [type=submit]"));
    await page.locator(`[data-key=${key}]`).waitFor({ state: "detached" });
    await idle(page);
  };
  for (let i = 0; i < 5; i++) // as many as lock (failures_max)
    await g.car.ask("sign_in", { login: "kato", password: "wrong", code: "000000" })
      .catch((error) => assert.match(error.message, /ERR_/));
  await go(page, "people");
  const row = (name) => page.locator("[data-part=people] tr").filter({ hasText: name });
  await row("加藤 次郎").getByText("ロック中").waitFor();
  await axeAsItIs(page, "somebody is locked");
  await act(`person_unlock_${stage.kato.id}`, "本人と確かめた");
  await row("加藤 次郎").getByText("ロック中").waitFor({ state: "detached" });
  assert.equal(await page.locator(`[data-key=person_disable_${stage.honda.id}]`).count(), 0);
  await act(`person_disable_${kishi.id}`, EVIL);
  await row(EVIL).getByText("停止").first().waitFor();
  await act(`device_revoke_${g.car2.id}`, "紛失");
  await g.car2.whenClosed();
  await page.locator("[data-part=devices] tr").filter({ hasText: "car2" }).getByText("失効").first()
    .waitFor();
  await shot(page, "console-4-people-acts");
  await go(page, "access");
  await narrow(page, { period: "today", group: "people" });
  const seen = (await texts(rows(page))).join("\n");
  assert.match(seen, /利用者を停止 [^\n]*本田 直美/);
  assert.match(seen, /端末を失効 [^\n]*car2/);
  await narrow(page, { group: "access" });
});

test("dispatches are entered and imported; small counts stay hidden; months are in a file",
  async () => {
    await go(page, "coverage");
    await hit(page, "enter");
    await page.locator("dialog").waitFor();
    await axe(page, "enter");
    await fill(page, { count: "1486" });
    await page.locator("dialog input[name=count]").press("Enter");
    await page.getByText("出動件数は").filter({ hasText: "入力" }).waitFor();
    await page.locator("[data-part=funnel]").getByText("1,486").waitFor();
    assert.ok((await texts(page.locator("[data-part=months] td"))).includes("10未満"));
    const [chooser] = await Promise.all([page.waitForEvent("filechooser"),
      touch(page.locator("[data-key=import]"))]);
    await chooser.setFiles({ name: "d.csv", mimeType: "text/csv",
      buffer: Buffer.from("月,件数\r\n2026-08,1400\r\n2026-09,1402\r\n") });
    await page.getByText("2か月ぶんを記録しました").waitFor();
    await page.locator("[data-part=months]").getByText("1,402").waitFor();
    await hit(page, "paste");
    await page.locator("dialog").waitFor();
    await axe(page, "paste, empty");
    await page.locator("dialog textarea").fill("2026-07\t1390\n2026-06\tx");
    await touch(page.locator("dialog [type=submit]"));
    await page.locator("dialog [role=alert]:visible").waitFor();
    await axe(page, "paste");
    await page.locator("dialog textarea").fill("2026-07\t1390\n2026-06\t1380");
    await touch(page.locator("dialog [type=submit]"));
    await page.locator("[data-part=months]").getByText("1,390").waitFor();
    const [again] = await Promise.all([page.waitForEvent("filechooser"),
      touch(page.locator("[data-key=import]"))]);
    await again.setFiles({ name: "d.csv", mimeType: "text/csv",
      buffer: Buffer.from("2026-08,1400\n2026-99,1\n") });
    await page.getByText("2行目が読めません").waitFor();
    await touch(page.locator("[data-key=cars]"));
    await page.locator("[data-part=cars] .sub").waitFor(); // practice counts for no ambulance
    await shot(page, "console-5-coverage");
  });

test("an export is a file that holds what the screen shows, and an entry of the log", async () => {
  await go(page, "exports");
  const [file] = await Promise.all([page.waitForEvent("download"),
    touch(page.locator("[data-key=access_csv]"))]);
  const text = readFileSync(await file.path(), "utf8");
  assert.match(text, /^\uFEFFseq,recorded_at,/);
  assert.ok(text.includes(c.id) && text.includes("grant_issued"));
  assert.ok(!text.includes(stage.marker) && !/unconscious|胸が痛い/.test(text), "nothing clinical");
  const [json] = await Promise.all([page.waitForEvent("download"),
    touch(page.locator("[data-key=case_json]"))]);
  assert.ok(JSON.parse(readFileSync(await json.path(), "utf8")).length > 10);
  await go(page, "access");
  await narrow(page, { period: "today", group: "looked" });
  const looked = (await texts(rows(page))).join("\n");
  assert.match(looked, /記録を書き出した[^\n]*本田 直美/);
  assert.match(looked, /記録を見た[^\n]*本田 直美/);
});

// On a large screen, and in the colours that somebody has chosen for everything.
async function wideAndForced(key) {
  await page.setViewportSize({ width: 1920, height: 1080 });
  await noSidewaysScroll(page, `${key} 1920`);
  await shot(page, `console-wide-${key}`);
  await page.emulateMedia({ forcedColors: "active" });
  await axeAsItIs(page, `${key} forced colours`);
  await shot(page, `console-forced-${key}`);
  await page.emulateMedia({ forcedColors: "none" });
}

test("every page: no violation, no sideways scroll at 200 %, English complete, targets of 44 px",
  async () => {
    for (const language of ["ja", "en"]) {
      if (language === "en") await touch(page.locator("[data-key=language]"));
      for (const key of PAGES) {
        await page.setViewportSize({ width: 1280, height: 800 });
        await go(page, key);
        await idle(page);
        await axeAsItIs(page, `${key} ${language}`);
        await targets(page, 44, `${key} ${language}`);
        await page.setViewportSize({ width: 640, height: 400 });
        await noSidewaysScroll(page, `${key} ${language} 200 %`);
        if (language === "ja") await wideAndForced(key);
        const japanese = /[\u3041-\u30ff\u4e00-\u9faf]/u;
        if (language === "ja") continue;
        const said = await page.locator("main h1, main h2, main th[scope=col], main label, " +
          "main button, nav a").allInnerTexts();
        for (const text of said)
          assert.doesNotMatch(text.replace("汐見消防本部", ""), japanese, key);
      }
    }
    await page.setViewportSize({ width: 1280, height: 800 });
    await touch(page.locator("[data-key=language]"));
  });

test("by keys alone: to another page, into the table, on to a case", async () => {
  await go(page, "access");
  await narrow(page, { period: "today", group: "access" });
  await page.locator("[data-key=tab_access]").focus();
  await page.keyboard.press("Shift+Tab");
  for (let i = 0; i < 40; i++) {
    await page.keyboard.press("Tab");
    if (await page.evaluate(() => document.activeElement.matches(".lk"))) break;
  }
  await page.keyboard.press("Enter");
  await page.locator(".tl li").first().waitFor();
  assert.equal(new URL(page.url()).hash, "#case");
});

test("the token is nowhere but in the page's own object; nothing is kept", async () => {
  assert.ok(tokens.length > 0);
  const kept = await page.evaluate(async () => ({ local: localStorage.length,
    session: sessionStorage.length, cookie: document.cookie, url: location.href,
    bases: (await indexedDB.databases()).length, html: document.documentElement.outerHTML,
    state: JSON.stringify(history.state) }));
  assert.deepEqual([kept.local, kept.session, kept.cookie, kept.bases, kept.state],
    [0, 0, "", 0, "null"]);
  for (const token of tokens) assert.ok(!kept.html.includes(token) && !kept.url.includes(token));
  assert.equal((await page.context().cookies()).length, 0);
});

test("the gateway dies and comes back: the line is said to be down, then the session goes on",
  async () => {
    await go(page, "log");
    await stage.watch.during(/WebSocket|ERR_CONNECTION|ERR_/, async () => {
      await g.stop("SIGKILL");
      await page.locator("header").getByText("オフライン").waitFor();
      await shot(page, "console-7-offline");
      await g.start();
      await page.locator("header").getByText("オフライン").waitFor({ state: "detached" });
    });
    await touch(page.locator("[data-key=log_again]"));
    await idle(page);
    assert.equal(await page.locator("[data-part=wrong]").isVisible(), false);
    assert.match(await page.locator("[data-part=state]").innerText(), /前と連続/);
  });

test("a reload ends the session, here and at the gateway", async () => {
  await page.reload();
  await page.locator("[data-key=sign_in]:enabled").waitFor();
  assert.equal(await page.locator("nav.tabs").isVisible(), false);
  assert.equal(await page.getByText("本田").count(), 0);
  await page.context().close();
  await stage.desk.connect({ n: 0 });
  const session = await stage.desk.signIn(stage.kansa);
  await session.ask("access_query", { kind: "session_ended" });
  const page_ = await stage.desk.expect((f) => f.type === "access_page" && f.body.rows?.length > 0);
  assert.ok(page_.body.rows.some((row) => row.person === stage.honda.id));
  await stage.desk.close();
});
