// 40-tablet_test.mjs — Job: the tablet in Chromium: people, patients, card, grounds, text, sizes.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { chain } from "./lib/chain.mjs";
import { axe, axeAsItIs, holdings, nothingOf, noSidewaysScroll, shot, targets, wordsFit }
  from "./lib/chromium.mjs";
import { comes, hostile, keyed, onlyText, seen, sees, tabTo, tap, touch, type }
  from "./lib/hands.mjs";
import { ink, painted } from "./lib/paper.mjs";
import { Stage } from "./lib/stage.mjs";

const MARKER = "MARKERQX7";
const PDF_ONLY = 8;
const PIN = { sato: "2580", kato: "7410" };
const LEAST = 56;
let stage;
let page;
let A;
const step = chain("tablet", () => stage);

before(async () => {
  stage = await Stage.open({ marker: hostile(MARKER) });
  A = stage.g.orgA;
  page = await stage.tablet();
});
after(() => stage?.end());

// A screen as it is to be: readable, reachable, large enough; kept as a picture.
// In the other language, too, further below: every screen of a case.
async function look(name) {
  await axeAsItIs(page, name);
  await noSidewaysScroll(page, name);
  await targets(page, LEAST, name);
  await shot(page, `tablet-${name}`);
}

async function pin(digits) {
  for (const digit of digits) await tap(page, `d${digit}`);
  await tap(page, "pin-ok");
}

const who = (person) => page.locator("button[data-key^=who-]").filter({ hasText: person.name });

step("sign-on, in both languages", async () => {
  await comes(page, "p-login");
  await look("sign-on");
  await tap(page, "l-en");
  await sees(page, "Sign");
  await look("sign-on-en");
  await tap(page, "l-ja");
  await stage.signIn(page, stage.sato);
  await comes(page, "d1");
  await look("pin");
  await pin(PIN.sato);
  await comes(page, "new_incident");
  await look("cases-none");
});

step("locked, and open again with the PIN; a wrong one says how many tries are left", async () => {
  await tap(page, "lock");
  await touch(who(stage.sato));
  await pin("9999");
  await page.locator("[role=alert]").filter({ visible: true }).first().waitFor();
  await look("pin-wrong");
  const began = Date.now();
  await pin(PIN.sato);
  await comes(page, "new_incident");
  console.log(`# unlocked by PIN: ${Date.now() - began} ms, five touches included`);
});

step("another person of the shift: two touches and a PIN", async () => {
  await tap(page, "change_person");
  await stage.signIn(page, stage.kato);
  await pin(PIN.kato);
  await sees(page, stage.kato.name);
  page.taps = 0;
  await tap(page, "lock");
  await touch(who(stage.sato));
  await look("unlock");
  assert.equal(page.taps + 1, 2);
  await pin(PIN.sato);
  await sees(page, stage.sato.name);
});

step("two patients of one incident; a card is asked whose it is", async () => {
  await tap(page, "new_incident");
  await tap(page, "more");
  await type(page, "inc", "20261124-0372");
  await look("new-incident");
  await tap(page, "open_incident");
  await sees(page, "2人中1人目");
  await sees(page, "2人中2人目");
  await stage.insertCard(20);
  await page.locator("button[data-key^=whose-]").first().waitFor();
  await look("whose-card");
  await touch(page.locator("button[data-key^=whose-]").filter({ hasText: "2人中1人目" }));
  await comes(page, "says_yes");
  await look("consent");
  await tap(page, "say-en");
  await look("consent-en-sentence");
});

step("without consent: the danger and what hinders, each by a touch", async () => {
  await tap(page, "no_consent");
  assert.equal(await keyed(page, "record_ground").isDisabled(), true);
  await touch(page.locator("[data-key^=need-]").first());
  assert.equal(await keyed(page, "record_ground").isDisabled(), true);
  await touch(page.locator("[data-key^=obstacle-]").first());
  await look("life");
  await tap(page, "record_ground");
  await comes(page, "matched");
  assert.ok(!(await seen(page)).includes(MARKER));
  await look("identity");
  await stage.removeCard();
  await tap(page, "matched");
  await sees(page, MARKER);
  await onlyText(page, MARKER);
  await look("view");
});

step("sections below are closed until touched; what is open can be searched", async () => {
  const shut = page.locator("button[data-key^=s-]").first();
  const key = await shut.getAttribute("data-key");
  await tap(page, key);
  await keyed(page, key).waitFor({ state: "detached" });
  await type(page, "find", "錠");
  await look("view-search");
});

step("one touch covers the screen", async () => {
  await tap(page, "hide");
  await comes(page, "unhide");
  assert.ok(!(await seen(page)).includes(MARKER));
  await look("hidden");
  await tap(page, "unhide");
  await sees(page, MARKER);
});

step("vitals by steppers, and a trend", async () => {
  for (const keys of [["v-pulse2", "v-systolic2", "j-1"], ["v-pulse10", "v-systolic-10"]]) {
    await tap(page, "nav-vitals");
    for (const key of keys) await tap(page, key);
    await look(`vitals-${keys.length}`);
    await tap(page, "v-send");
  }
  await page.locator("vitals-trend svg").waitFor();
  await look("vitals-trend");
});

step("what was told: three words that differ, and text that stays text", async () => {
  await tap(page, "nav-record");
  for (const [key, where] of [["complaint", "主訴"], ["name", "氏名"], ["history", "経過"],
    ["companion", "同乗"], ["notes", "メモ"]])
    await type(page, `r-${key}`, hostile(where));
  await tap(page, "r-urgency-red");
  await touch(page.locator("[data-key=t-allergies-present]"));
  await type(page, "x-allergies", hostile("卵"));
  await look("record");
  await onlyText(page, "主訴", "氏名", "経過", "同乗", "メモ", "卵");
  await tap(page, "save_record");
  await tap(page, "step-view");
  await sees(page, "卵<");
  await onlyText(page, "卵", MARKER);
});

step("nobody at the hospital's screen: its number, to be called; the page for a stopped gateway",
  async () => {
    await tap(page, "nav-hospitals");
    assert.equal(await keyed(page, `tel-${A}`).getAttribute("href"), "tel:0220000001");
    const down = await page.context().newPage();
    Object.assign(down, { goal: page.goal, name: "down" });
    stage.watch.add(down, "down");
    await down.goto(new URL("/ambulance_client/web/down.html", page.url()).href);
    await down.locator("a[href='tel:0220000001']").waitFor();
    await axe(down, "down page");
    await noSidewaysScroll(down, "down page");
    await shot(down, "tablet-down", { full: true });
    await down.close();
  });

step("accepted by phone: recorded with who said so; the destination without a board", async () => {
  await look("hospitals");
  await tap(page, `by_phone_short-${A}`);
  await page.locator("dialog input[name=name]").fill(hostile("医師"));
  await look("by-phone");
  await page.keyboard.press("Enter");
  await tap(page, `choose-${A}`);
  assert.equal(await keyed(page, "fix").isDisabled(), true, "no ground is preselected");
  await look("confirm");
  await onlyText(page, "医師");
  await tap(page, "d-family");
  await tap(page, "fix");
  await page.locator("delivery-steps li.done").nth(2).waitFor();
  await look("transport");
});

step("messages of the hospital stay text", async () => {
  const box = await stage.g.boxA.connect();
  const nurse = await box.signInFully(stage.g.nurseA);
  const [id] = box.cases.keys();
  await nurse.ask("talk", { text: hostile("病院から") }, { case: id });
  await sees(page, "病院から");
  await tap(page, "nav-talk");
  await type(page, "talk", hostile("隊から"));
  await tap(page, "talk-send");
  await sees(page, "隊から", "ul.ms");
  await onlyText(page, "病院から", "隊から");
  await look("talk");
});

step("the safety acts are seen: change, mix-up, withdrawal, take-over, ending", async () => {
  await tap(page, "nav-mixup");
  await look("mixup");
  await tap(page, "back");
  for (const name of ["withdraw", "takeover", "end", "unsent"]) {
    await tap(page, "nav-other");
    if (name === "withdraw") await look("other");
    await tap(page, `o_${name}`);
    await look(name);
    await tap(page, "back");
  }
});

step("held sideways, enlarged to 200 %, forced colours, night and sun", async () => {
  await tap(page, "step-view");
  await sees(page, MARKER);
  for (const [name, width, height] of [["wide", 1280, 800], ["zoom", 400, 640]]) {
    await page.setViewportSize({ width, height });
    await axe(page, name);
    await noSidewaysScroll(page, name);
    await shot(page, `tablet-view-${name}`);
  }
  await page.setViewportSize({ width: 800, height: 1280 });
  await page.emulateMedia({ forcedColors: "active" });
  await look("view-forced");
  await page.emulateMedia({ forcedColors: "none" });
  for (const theme of ["night", "sun", "day"]) {
    await tap(page, "nav-other");
    await tap(page, `theme_${theme}`);
    await tap(page, "step-view");
    await look(`view-${theme}`);
  }
});

// What leads to each screen of a case that has everything.
const SCREENS = [["step-card"], ["step-ground"], ["step-view"], ["nav-vitals", "v-more"],
  ["nav-record"], ["nav-change"], ["step-handover"], ["step-handover", "change_eta"], ["nav-talk"],
  ["nav-mixup"], ["nav-other"], ["nav-other", "o_withdraw"], ["nav-other", "o_takeover"],
  ["nav-other", "o_end"], ["nav-other", "o_unsent"]];
const SIZES = { sideways: [1280, 800], enlarged: [400, 640], upright: [800, 1280] };

for (const [language, judged] of [["ja", "sideways"], ["en", "enlarged"]])
  step(`every screen of a case, upright, sideways and at 200 %: ${language}`, async () => {
    await tap(page, "nav-other");
    await tap(page, `l-${language}`);
    for (const touches of SCREENS) {
      for (const key of touches) await tap(page, key);
      for (const [size, [width, height]] of Object.entries(SIZES)) {
        const name = `${touches.at(-1)}-${language}-${size}`;
        await page.setViewportSize({ width, height });
        await noSidewaysScroll(page, name);
        await wordsFit(page, name);
        await targets(page, 48, name);
        if (size !== judged) continue;
        await axeAsItIs(page, name);
        await shot(page, `tablet-all-${name}`);
      }
      if (await keyed(page, "nav-other").count() === 0) await tap(page, "back");
    }
  });

step("without a view in two touches, by keyboard alone, in English", async () => {
  await tap(page, "nav-other");
  await tap(page, "to_cases");
  await look("cases-en");
  await tabTo(page, "[data-key^=case-]:nth-of-type(2)");
  await page.keyboard.press("Enter");
  await comes(page, "no_view");
  await look("card-en");
  await tabTo(page, "[data-key=no_view]");
  await page.keyboard.press("Enter");
  await look("noview-en");
  await tabTo(page, "[data-key=why-no_card]");
  await page.keyboard.press("Enter");
  await sees(page, "Request");
  await look("hospitals-en");
});

step("a view that is PDF only: its pages are images, and a touch covers them", async () => {
  await tap(page, "nav-other");
  await tap(page, "to_cases");
  await tap(page, "new_incident");
  await tap(page, "open_incident");
  await stage.insertCard(PDF_ONLY);
  await tap(page, "says_yes");
  await comes(page, "matched");
  await stage.removeCard();
  await tap(page, "matched");
  await comes(page, "s-document");
  assert.equal(await ink(page), null, "nothing of it before it is opened");
  await tap(page, "s-document");
  await painted(page, 0);
  await sees(page, "PDF page 1 of 2");
  await look("view-pdf");
  const first = await ink(page);
  await page.locator("[data-key^=pdf-on-]").tap();
  await painted(page, 1);
  assert.notEqual(await ink(page), first);
  await page.locator("[data-key^=pdf-more-]").tap();
  await look("view-pdf-larger");
  await tap(page, "hide");
  await comes(page, "unhide");
  assert.equal(await page.locator("canvas").count(), 0);
  await tap(page, "unhide");
  await painted(page, 1);
  await tap(page, "close_view");
  await page.locator("canvas").waitFor({ state: "detached" });
});

// What the crew wrote itself is still in the page's memory then, and is not looked for here.
step("signed out: neither document nor script memory holds a word of the view", async () => {
  assert.ok((await holdings(page)).heap.includes(MARKER), "it can be found");
  await tap(page, "nav-other");
  await tap(page, "to_cases");
  await tap(page, "sign_out");
  await comes(page, "p-login");
  await nothingOf(page, MARKER);
});
