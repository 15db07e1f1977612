// 13-practice_test.mjs — Job: practice beside live work: the same devices, nothing in common else.
import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { readEntries } from "./lib/export.mjs";
import { world } from "./lib/gateway.mjs";
import { newId, timeText } from "./lib/message.mjs";
import { Case, groundFor, refused } from "./lib/story.mjs";

let g, practice, live;

const card = (cards, nth = 0) => cards[nth];
const asked = (path) => (existsSync(path) ? readFileSync(path, "utf8").trim().split("\n")
  .filter(Boolean).map((line) => JSON.parse(line)) : []);
const drill = (session, body = {}) => new Case(session).open({ training: true, ...body });

before(async () => {
  g = await world({ cards: 4, practice: true, settings: { profile: "trial" } });
});
after(() => g.end());

test("a practice case plays its story at a real hospital; each frame says so", async () => {
  practice = await drill(g.onCar);
  await practice.fetch(card(g.practice.cards));
  assert.equal(practice.sealed.header.simulator, true);
  await practice.match();
  await practice.inquire([g.orgA]);
  const heard = await practice.answer(g.boxA);
  assert.equal(heard.training, true);
  assert.equal(heard.body.training, true);
  await practice.destination(g.orgA);
  const sealed = await practice.deliver(g.boxA);
  const keys = await g.atA.open(practice.id, sealed.header, ["medications"]);
  assert.equal(keys.training, true);
  const { id } = await g.atA.ask("record_read", {}, { case: practice.id });
  const record = await g.boxA.expect({ type: "record", re: id });
  assert.equal(record.training, true);
});

test("a live case beside it bears no mark, and its view comes from the live source", async () => {
  live = await new Case(g.onCar).open();
  await live.fetch(card(g.cards));
  await live.match();
  await live.inquire([g.orgA]);
  await live.answer(g.boxA);
  await live.destination(g.orgA);
  await live.deliver(g.boxA);
});

test("a practice fetch never reaches the live source, nor a live one that of practice", () => {
  const cases = (path) => [...new Set(asked(path).map((line) => line.case))];
  assert.deepEqual(cases(g.accessLog), [live.id]);
  assert.deepEqual(cases(g.practice.accessLog), [practice.id]);
});

test("a practice source that hangs keeps no live fetch waiting", async () => {
  const drills = await Promise.all(Array.from({ length: 9 }, (_, nth) => drill(nth % 2 ? g.onCar
    : g.onCar2)));
  await Promise.all(drills.map((one, nth) => one.readCard(card(g.practice.cards, nth % 4))));
  g.practice.program.child.kill("SIGSTOP");
  try {
    for (const one of drills) {
      await one.ask("ground", groundFor());
      await one.ask("view_ask", { kind: "emergency_summary" });
    }
    const urgent = await new Case(g.onCar).open();
    await urgent.fetch(card(g.cards, 2));
    for (const one of drills)
      assert.equal(one.car.has({ type: "notice", case: one.id, body: { event: "view_fetched" } }),
                   undefined);
  } finally {
    g.practice.program.child.kill("SIGCONT");
  }
  for (const one of drills) await one.notice("view_fetched");
});

test("a real card is refused in practice, a practice card in a live case", async () => {
  const before = [asked(g.accessLog).length, asked(g.practice.accessLog).length];
  const wrong = await drill(g.onCar);
  await wrong.sendCard(card(g.cards, 1));
  assert.equal((await wrong.notice("card_refused")).body.error, "ERR_PRACTICE_CARD");
  await wrong.ask("ground", groundFor());
  await refused(wrong.ask("view_ask", { kind: "emergency_summary" }), "ERR_PRACTICE_CARD");
  const other = await new Case(g.onCar).open();
  await other.sendCard(card(g.practice.cards, 1));
  assert.equal((await other.notice("card_refused")).body.error, "ERR_CARD_ISSUER");
  assert.deepEqual([asked(g.accessLog).length, asked(g.practice.accessLog).length], before);
});

test("nothing joins the two: no incident, no case before, no id of the other", async () => {
  const join = (body) => refused(new Case(g.onCar).open(body), "ERR_PRACTICE_MIXED");
  await join({ incident: live.incident, training: true });
  await join({ incident: practice.incident });
  await join({ previous_case: live.id, training: true });
  await join({ previous_case: practice.id });
  const second = await drill(g.onCar, { incident: practice.incident });
  await refused(second.ask("open", { view: live.view, sections: ["person"] }), "ERR_NO_VIEW");
  await refused(g.atA.ask("open", { view: live.view, grant: newId(), sections: ["person"] },
    { case: practice.id }), "ERR_NO_VIEW");
});

test("who takes a practice case over has a practice case", async () => {
  const moved = await drill(g.onCar);
  await moved.ask("takeover_offer", { device: g.car2.id });
  await g.car2.notice("takeover_offered", {}, { case: moved.id, training: true });
  await g.onCar2.ask("takeover_accept", {}, { case: moved.id });
  await g.car2.notice("taken_over", {}, { case: moved.id, training: true });
  g.car2.sendFrame("snapshot_ask", {});
  const shown = await g.car2.expect({ type: "snapshot_case", case: moved.id });
  assert.equal(shown.training, true);
  assert.equal(shown.body.training, true);
});

test("the kind survives a restart; production allows practice, and no simulator for a live case",
  async () => {
    const ended = [await new Case(g.onCar).open(), await drill(g.onCar)];
    for (const one of ended)
      await one.ask("case_end", { at: timeText(), reason: "opened_by_mistake" });
    await g.stop("SIGKILL");
    Object.assign(g.settings, { profile: "production", provider_simulator: "no",
      card_test_accepted: "no", approval: ["terms", "linkage", "jpki", "forwarding", "impact"]
        .map((kind) => `${kind}; 第12号; 2026-04-01; 院長 山`) });
    g.writeConfig();
    await g.start();
    await Promise.all([g.car, g.car2, g.boxA, g.boxB].map((device) => device.connect({ n: 0 })));
    const shown = await g.boxA.expect({ type: "snapshot_case", case: practice.id });
    assert.equal(shown.training, true);
    assert.notEqual((await g.boxA.expect({ type: "snapshot_case", case: live.id })).training, true);
    assert.equal(g.car.welcome.profile, "production");
    await g.car.resume(g.onCar);
    for (const body of [{ previous_case: ended[0].id, training: true },
      { previous_case: ended[1].id }]) // ended before the restart: only their rows tell
      await refused(new Case(g.onCar).open(body), "ERR_PRACTICE_MIXED");
    await new Case(g.onCar).open({ previous_case: ended[0].id });
    await drill(g.onCar, { previous_case: ended[1].id });
    await new Case(g.onCar).open({ previous_case: newId() }); // of another gateway, perhaps
    const fresh = await drill(g.onCar);
    await fresh.fetch(card(g.practice.cards, 3)); // a certificate alone: there is nobody to protect
    const real = await new Case(g.onCar).open();
    await real.sendCard(card(g.cards, 3)); // a test card
    assert.equal((await real.notice("card_refused")).body.error, "ERR_CARD_ISSUER");
  });

test("alerts of practice are marked at the administrators', and in the log", async () => {
  const desk = await (await g.device("admin", g.orgA, "desk")).connect();
  const boss = await desk.signInFully(await g.person(g.orgA, "boss", "org_admin"));
  await g.boxA.resume(g.atA);
  await g.atA.ask("mixup", { kind: "wrong_patient" }, { case: practice.id });
  await g.atA.ask("mixup", { kind: "wrong_patient" }, { case: live.id });
  const { id } = await boss.ask("alerts", {});
  const { rows } = (await desk.expect({ type: "alert_list", re: id })).body;
  assert.deepEqual(rows.map((row) => [row.case, row.training === true]),
    [[practice.id, true], [live.id, false]]);
  for (const { alert } of rows) await boss.ask("alert_ack", { alert }); // also an event of the case
  const folder = join(g.dir, "log");
  await g.command("audit", "export", "--out", folder);
  const of = (one) => readEntries(folder).filter((leaf) => leaf.case === one.id);
  assert.ok(of(practice).length > 10 && of(practice).every((leaf) => leaf.training === true));
  assert.ok(of(live).length > 10 && of(live).every((leaf) => leaf.training === undefined));
});

// What cannot be opened is said at the start; what is in a file of the source, at the fetch.
test("files of practice that cannot be used: live work starts and goes on without them",
  async () => {
    const good = { ...g.settings, profile: "trial", provider_simulator: "yes",
      card_test_accepted: "yes" };
    const junk = join(g.dir, "junk.pem");
    writeFileSync(junk, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    const missing = join(g.dir, "missing");
    const cards = /error practice .*practice cards of that authority are refused/;
    const source = /error practice .*there is no source for practice/;
    const { provider_key: foreign } = good;
    for (const [broken, said, error] of [
      [{ practice_card_ca: missing }, cards, "ERR_PRACTICE_CARD"],
      [{ practice_card_ca: junk }, cards, "ERR_PRACTICE_CARD"],
      [{ practice_provider_ca: missing }, source, "ERR_PRACTICE_SOURCE"],
      [{ practice_provider_cert: missing }, source, "ERR_PRACTICE_SOURCE"],
      [{ practice_provider_key: missing }, source, "ERR_PRACTICE_SOURCE"],
      [{ practice_provider_ca: junk }, /^/, "ERR_UPSTREAM"],
      [{ practice_provider_cert: junk }, /^/, "ERR_UPSTREAM"],
      [{ practice_provider_key: foreign }, /^/, "ERR_UPSTREAM"]]) {
      assert.equal(await g.stop(), 0);
      g.settings = { ...good, ...broken };
      g.writeConfig();
      await g.start();
      const what = JSON.stringify(broken);
      assert.match(g.program.log, said, what);
      await g.car.connect({ n: 0 });
      await g.car.resume(g.onCar);
      await (await new Case(g.onCar).open()).fetch(card(g.cards, 1));
      const fresh = await drill(g.onCar);
      await fresh.sendCard(card(g.practice.cards));
      if (said === cards) {
        assert.equal((await fresh.notice("card_refused")).body.error, error, what);
        continue;
      }
      await fresh.notice("card_read");
      await fresh.ask("ground", groundFor());
      await fresh.ask("view_ask", { kind: "emergency_summary" });
      assert.equal((await fresh.notice("fetch_failed")).body.error, error, what);
    }
  });
