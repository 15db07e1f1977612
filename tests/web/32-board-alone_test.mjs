// 32-board-alone_test.mjs — Job: the ER board with the gateway gone, with all gone, on the wall.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { chain } from "./lib/chain.mjs";
import { axe, noSidewaysScroll, shot } from "./lib/chromium.mjs";
import { Crew, soon } from "./lib/crew.mjs";
import { control, press, seen, sees } from "./lib/hands.mjs";
import { Stage } from "./lib/stage.mjs";

const MARKER = "MARKERQX7";
const LEASE_OVER_MS = 3 * 60000;
let stage;
let crew;
let board;
let wall;
let c;
const step = chain("alone", () => stage);
const gateway = (signal) => stage.g.program.child.kill(signal);

before(async () => {
  stage = await Stage.open({ marker: MARKER, reader: false, clock: true });
  crew = await Crew.on(stage, 23);
  board = await stage.board(stage.boardA, { clock: true });
  wall = await stage.board(stage.boardA, { mark: "#wall" });
});
after(() => {
  gateway("SIGCONT");
  return stage?.end();
});

step("the wall shows who is coming, and names nobody and offers no act", async () => {
  c = await crew.seen("20261124-0500", { spoken_name: "しおみ2・500" });
  await c.ask("crew_record", { name: "潮見 太郎", kana: "シオミ タロウ" });
  await c.inquire([stage.g.orgA], { complaint: "胸が痛い", eta_at: soon(9) });
  await sees(wall, "受入要請");
  await axe(wall, "wall, request");
  await shot(wall, "board-wall-request");
  await press(board, "accept", { case: c.id });
  await c.notice("answered", { hospital: stage.g.orgA });
  await c.destination(stage.g.orgA);
  await c.notice("delivered");
  await stage.signIn(board, stage.tanaka);
  await press(board, "open_case", { case: c.id });
  await press(board, "open_lead");
  await sees(board, MARKER);
  await c.notice("opened", { hospital: stage.g.orgA });
  await sees(wall, "閲覧中");
  for (const word of ["潮見", "シオミ", "試験", MARKER, stage.tanaka.name])
    assert.ok(!(await seen(wall)).includes(word), word);
  assert.deepEqual(await wall.locator("[data-act]:visible").evaluateAll((all) =>
    all.map((one) => one.dataset.act)), ["settings"]);
  await axe(wall, "wall");
  for (const [width, height] of [[1280, 800], [1920, 1080]]) {
    await wall.setViewportSize({ width, height });
    await noSidewaysScroll(wall, `wall ${width}`);
  }
  await shot(wall, "board-wall");
});

step("an opening on its way: nothing is drawn before its keys, unless they take long", async () => {
  const drawn = (act) => board.evaluate(async (name) => {
    const { board: { shell } } = await import("/hospital_client/web/board_desk.js");
    const { drawNow } = shell;
    if (globalThis.drawn === undefined)
      shell.drawNow = () => { globalThis.drawn++; drawNow(); };
    globalThis.drawn ??= 0;
    if (name === "open")
      shell.link.dispatchEvent(new CustomEvent("sent", { detail: { type: "open", id: "x" } }));
    if (name === "keys") await shell.openSections({ body: { view: "x", keys: [] } });
    if (name !== "look") shell.draw();
    return globalThis.drawn;
  }, act);
  await board.clock.pauseAt(Date.now() + 1000);
  const before = await drawn("open");
  await board.clock.runFor(49);
  assert.equal(await drawn("look"), before, "the keys are awaited");
  await board.clock.runFor(1);
  assert.equal(await drawn("look"), before + 1, "not for ever");
  await drawn("open");
  assert.equal(await drawn("keys"), before + 2, "in the turn of the keys");
  await board.clock.runFor(20);
  assert.equal(await drawn("look"), before + 3, "and then as ever");
  await board.clock.resume();
});

step("a drawing takes over handlers and choices, and leaves what is counted or typed", async () => {
  const got = await board.evaluate(async () => {
    const { h } = await import("/client/web/dom.js");
    const { morph } = await import("/client/web/morph.js");
    const place = document.createElement("div"), heard = [];
    const draw = (number) => morph(place, h("section", {},
      h("p", {}, "same"), h("button", { onclick: () => heard.push(number) }, "go"),
      h("input", { type: "radio", checked: number === 1 }), h("input", { "data-key": "text" }),
      h("b", { "data-from": "x" }), h("i", { class: number === 3 ? "other" : "one" })));
    draw(1);
    const [p, button, radio, text, from, i] = place.firstChild.children;
    Object.assign(text, { value: "typed" });
    from.textContent = "7 s";
    draw(2);
    button.click();
    const second = [heard.join(), radio.checked, text.value, from.textContent];
    radio.checked = true;
    draw(2);
    const third = radio.checked;
    draw(3);
    return [...second, third, i.className, p === place.firstChild.firstChild];
  });
  assert.deepEqual(got, ["2", false, "typed", "7 s", false, "other", true]);
});

step("a page that comes anew: nobody has touched it, and that is what crews are told", async () => {
  await press(board, "to_list");
  await press(board, "settings");
  await press(board, "left");
  await crew.toldOf(stage.g.orgA, { people: false });
  stage.boardA.type("board people"); // the box says so, while no page has anything to add
  await crew.toldOf(stage.g.orgA, { people: true });
  await board.reload();
  await crew.toldOf(stage.g.orgA, { people: false });
  await sees(board, "人がいません");
  await press(board, "open_case", { case: c.id });
  await press(board, "open_lead");
  await sees(board, MARKER);
  await crew.toldOf(stage.g.orgA, { people: true });
});

step("no word from the gateway for longer than the lease: covered; one named touch shows it again",
  async () => {
    gateway("SIGSTOP");
    await wall.reload(); // whatever the gateway said before has been heard by then
    await sees(wall, "これから来る傷病者");
    const again = new Promise((done) => board.once("websocket", (socket) =>
      socket.on("framereceived", ({ payload }) => payload.includes("local.end") && done())));
    stage.later(LEASE_OVER_MS); // for the box every line was silent, also that of its page
    await stage.boardA.event("covered");
    await again;
    await board.clock.fastForward(LEASE_OVER_MS);
    await control(board, "uncover").waitFor();
    assert.ok(!(await seen(board)).includes(MARKER));
    await sees(board, "田中 一郎 の名前で、もう一度見られます", ".cover");
    await axe(board, "lease cover");
    await shot(board, "board-lease");
    await press(board, "uncover");
    await sees(board, MARKER);
    gateway("SIGCONT");
    const told = await c.notice("opened", { hospital: stage.g.orgA });
    assert.equal(told.body.person_name, stage.tanaka.name);
    await board.locator("offline-banner").waitFor({ state: "hidden" });
  });

step("with gateway and box gone: the list stays without content; what to do can be printed",
  async () => {
    const faults = /WebSocket|ERR_CONNECTION|Failed to fetch|Failed to load/;
    await stage.watch.during(faults, async () => {
      await stage.g.stop("SIGKILL");
      await stage.boardA.stop("SIGKILL");
      await sees(board, /オフライン/, "offline-banner");
      await board.clock.fastForward(LEASE_OVER_MS);
      await sees(wall, /オフライン/, "offline-banner");
      if (await control(board, "leave_cover").count() > 0) await press(board, "leave_cover");
      await sees(board, "回線が切れているため、内容は出しません");
      assert.ok(!(await seen(board)).includes(MARKER));
      await axe(board, "all gone");
      await shot(board, "board-all-gone");
      await press(board, "down");
      await sees(board, "受入の用紙");
      await axe(board, "down page");
      await noSidewaysScroll(board, "down page");
      await shot(board, "board-down", { full: true });
      await board.emulateMedia({ media: "print" });
      for (const other of [".bar", "offline-banner", "[data-act=print_down]"])
        assert.equal(await board.locator(other).isVisible(), false, other);
      await shot(board, "board-down-paper", { full: true });
      await board.emulateMedia({ media: "screen" });
      await press(board, "to_list");
      await stage.g.start();
      await stage.boardA.start();
    });
  });
