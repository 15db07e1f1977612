// 10-server_test.mjs — Job: the page server of both programs: who may ask, who hears what.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { world } from "../wire/lib/gateway.mjs";
import { newId } from "../wire/lib/message.mjs";
import { Case } from "../wire/lib/story.mjs";
import { openSealed } from "../wire/lib/view.mjs";
import { Browser, request } from "./lib/browser.mjs";
import { ClientProgram, makePages } from "./lib/program.mjs";

let g;
let board;
let tablet;

before(async () => {
  g = await world();
  const pages = makePages(join(g.dir, "pages"));
  board = await new ClientProgram(g, "hospital", "board", g.orgA).enrol(pages);
  tablet = await new ClientProgram(g, "ambulance", "tablet", g.hq).enrol(pages);
  g.second = await g.person(g.orgA, "secondA", "er_board,er_viewer");
  g.third = await g.person(g.orgA, "thirdA", "er_board,er_viewer");
  g.crew3 = await g.person(g.hq, "crew3", "paramedic");
  await Promise.all([board.start(), tablet.start()]);
});
after(async () => {
  await Promise.all([board, tablet].map(async (program) => {
    if (program?.child) assert.equal(await program.stop(), 0, program.out);
  }));
  await g?.end();
});

const both = (name, run) => {
  test(`board: ${name}`, () => run(board));
  test(`tablet: ${name}`, () => run(tablet));
};

both("files and their headers", async (program) => {
  const own = `${program.kind}_client`;
  for (const [path, type, text] of [["/", "text/html; charset=utf-8", `<title>${own}`],
    [`/${own}/web/page.js`, "text/javascript; charset=utf-8", own],
    ["/client/web/page.css", "text/css; charset=utf-8", "margin"]]) {
    const answer = await request(program.at, { path });
    assert.equal(answer.status, 200, path);
    assert.equal(answer.headers["content-type"], type);
    assert.ok(answer.body.toString().includes(text));
    assert.equal(answer.headers["content-security-policy"],
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
      "connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'");
    assert.equal(answer.headers["cache-control"], "no-store");
    assert.equal(answer.headers["x-content-type-options"], "nosniff");
    assert.equal(answer.headers["referrer-policy"], "no-referrer");
    assert.equal(answer.headers["strict-transport-security"] !== undefined,
      program.kind === "hospital");
  }
});

both("nothing but the list", async (program) => {
  const other = program.kind === "hospital" ? "ambulance_client" : "hospital_client";
  for (const path of ["/client/web/../secret.js", "/client/web/..%2fsecret.js", "/client/secret.js",
    "/client/web/.hidden.js", "/client/web/notes.md", "/client/web/", "/client/web/page.js%00",
    "//client/web/page.js/..", "/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/link",
    `/${other}/web/page.js`, "/client\\web\\page.js", `/${"a".repeat(3000)}`]) {
    const { status, body } = await request(program.at, { path });
    assert.ok(status === 404 || status === 403 || status === 400 || status === 0,
      `${path}: ${status}`);
    assert.ok(!body.toString().includes("secret") && !body.toString().includes("root:"), path);
  }
});

both("methods", async (program) => {
  for (const method of ["POST", "PUT", "DELETE", "OPTIONS"]) {
    const { status } = await request(program.at, { method, headers: { "Content-Length": 0 } });
    assert.ok(status === 405 || status === 0, `${method}: ${status}`);
  }
});

both("another Host is misdirected", async (program) => {
  for (const Host of ["evil.test", `evil.test:${program.port}`, `127.0.0.1:${program.port}`,
    `${program.at.name}:1`, `${program.at.name}.evil.test:${program.port}`, `${program.at.name}`]) {
    assert.equal((await request(program.at, { headers: { Host } })).status, 421, Host);
    const headers = new Browser(program.at).upgradeHeaders({ Host, Cookie: "x=y" });
    assert.equal((await request(program.at, { path: "/link", headers })).status, 421, Host);
  }
});

both("the cookie", async (program) => {
  const browser = new Browser(program.at);
  await browser.visit();
  assert.match(browser.setCookie, new RegExp(`^sakiyomi_${program.port}=[0-9a-f]{64}; HttpOnly; ` +
    `SameSite=Strict; Path=/${program.kind === "hospital" ? "; Secure" : ""}$`));
  await browser.visit();
  assert.equal(browser.setCookie, undefined, "known: no new one");
});

both("the link needs Origin, cookie, subprotocol and its address", async (program) => {
  const browser = new Browser(program.at);
  await browser.visit();
  const upgrade = async (more, path = "/link") =>
    (await request(program.at, { path, headers: browser.upgradeHeaders(more) })).status;
  assert.equal(await upgrade({}), 101);
  const scheme = program.kind === "hospital" ? "http" : "https";
  for (const Origin of [null, "null", "https://evil.test", `${scheme}://${program.at.name}:` +
    `${program.port}`, `${browser.origin}.evil.test`, `${browser.origin}/`])
    assert.equal(await upgrade({ Origin }), 403, String(Origin));
  const name = `sakiyomi_${program.port}`;
  for (const Cookie of [null, `${name}=${"0".repeat(64)}`, `${name}=`,
    `${browser.cookie}; ${browser.cookie}`, `other=1; x${browser.cookie}`])
    assert.equal(await upgrade({ Cookie }), 403, String(Cookie));
  assert.equal(await upgrade({ Cookie: `a=b; ${browser.cookie}; c=d` }), 101);
  for (const path of ["/", "/links", "/client/web/page.js"])
    assert.equal(await upgrade({}, path), 404, path);
  for (const protocol of [null, "sakiyomi.v1", "http"])
    assert.notEqual(await upgrade({ "Sec-WebSocket-Protocol": protocol }), 101, String(protocol));
  assert.notEqual(await upgrade({ Upgrade: "h2c" }), 101);
});

both("hello, nobody, snapshot; what is too large or no JSON ends the link", async (program) => {
  const browser = new Browser(program.at);
  const page = await browser.open();
  await page.expect("local.end");
  assert.deepEqual(page.frames.slice(0, 2).map((f) => f.type), ["local.hello", "local.person"]);
  const { body } = page.frames[0];
  assert.equal(body.program, program.kind);
  assert.equal(body.profile, "training");
  assert.equal(body.name, program.name);
  assert.equal(body.device, program.device.id);
  assert.equal(body.line.up, true);
  assert.deepEqual(page.frames[1].body, {});
  assert.ok(page.has("snapshot"));
  page.send("[1]");
  assert.equal((await page.gone()).code, 1002);
  const second = await browser.open();
  second.send(`{"type":"${"x".repeat(65100)}"}`);
  assert.equal((await second.gone()).code, 1009);
  const third = await browser.open();
  third.raw(2, Buffer.from("binary"));
  assert.equal((await third.gone()).code, 1003);
  const fourth = await browser.open();
  fourth.raw(1, Buffer.from([0x22, 0xff, 0x22]));
  assert.equal((await fourth.gone()).code, 1007);
});

both("too many frames end the link", async (program) => {
  const page = await new Browser(program.at).open();
  for (let i = 0; i < 500; i++) page.send({ type: "local.sound_ok" });
  assert.equal((await page.gone()).code, 4001);
});

both("so many links and no more", async (program) => {
  const browser = new Browser(program.at);
  const pages = [];
  const opened = async () => browser.open().then((page) => pages.push(page), () => null);
  while (await opened()) assert.ok(pages.length <= 48, "PAGES_SOCKETS_MAX");
  assert.ok(pages.length > 20, String(pages.length));
  assert.equal((await pages[0].local("local.sound_ok")).ok, true);
  for (const page of pages) page.close();
  // A place is free again: wait for it.
  for (let page = null; page === null;) page = await browser.open().catch(() => null);
});

test("tablet: a page that does not read is let go, the others live", async () => {
  const browser = new Browser(tablet.at);
  const fine = await browser.open();
  for (let i = 0; i < 60; i++)
    fine.send({ type: "case_open", id: newId(), case: newId(), body: { incident: newId(),
      incident_number: "救".repeat(120), spoken_name: "急".repeat(120) } });
  await fine.wait(() => fine.frames.filter((f) => f.type === "receipt").length === 60, "receipts");
  const deaf = await browser.open();
  deaf.socket.pause();
  for (let i = 0; i < 390; i++) deaf.send({ type: "local.snapshot" });
  assert.equal((await fine.local("local.sound_ok")).ok, true);
  await fine.local("local.snapshot");
  deaf.socket.resume();
  assert.equal((await deaf.gone()).code, 4000);
  fine.close();
});

test("wrong factors, messages that are not a page's, nobody signed in", async () => {
  const page = await new Browser(board.at).open();
  const wrong = await page.local("local.sign_in",
    { login: "secondA", password: "falsch-falsch-1", code: "000000" });
  assert.equal(wrong.ok, false);
  assert.equal(wrong.code, "ERR_BAD_FACTORS");
  assert.ok(wrong.ja && wrong.en);
  assert.equal((await page.local("local.sign_in", { login: "x" })).code, "ERR_MISSING_FIELD");
  assert.equal((await page.local("local.unlock", { pin: "1" })).code, "ERR_BAD_FIELD");
  assert.equal((await page.local("local.nothing")).code, "ERR_UNKNOWN_TYPE");
  for (const [type, body] of [["hello", { client: "x", n: 0, checkpoint_size: 0 }],
    ["sign_out", {}], ["session_resume", { token: "A".repeat(44) }], ["board", { people: true }]])
    assert.equal((await page.ask(type, body)).body.code, "ERR_NOT_ALLOWED", type);
  assert.equal((await page.ask("record_read", {}, { case: newId() })).body.code, "ERR_NO_SESSION");
  assert.equal((await page.ask("record_read", {}, { case: newId(), session: newId() })).body.code,
    "ERR_UNKNOWN_FIELD");
  assert.equal((await page.ask("nothing_at_all", {})).body.code, "ERR_UNKNOWN_TYPE");
  assert.equal((await page.ask("answer", { result: 7 }, { case: newId() })).type, "refusal");
  page.close();
});

test("two browsers, two persons: answer, delivery, opening; each hears its own", async () => {
  const one = await new Browser(board.at).open();
  const two = await new Browser(board.at).open();
  const nobody = await new Browser(board.at).open();
  assert.deepEqual(await one.signIn(g.second), { ok: true });
  assert.deepEqual(await two.signIn(g.third), { ok: true });
  const c = new Case(g.onCar);
  await c.open();
  await c.fetch(g.cards[0]);
  await c.match();
  await c.inquire([g.orgA]);
  const heard = await nobody.notice("inquiry_asked", (b, f) => f.case === c.id);
  assert.equal(heard.body.content.complaint, "胸が痛い", "a request rings with nobody signed in");
  const said = await nobody.ask("answer",
    { inquiry: heard.body.inquiry, result: "accepted" }, { case: c.id });
  assert.equal(said.type, "receipt");
  await c.notice("answered", { hospital: g.orgA });
  await c.destination(g.orgA);
  const { body: { view, grant } } = await one.notice("grant_issued", (b, f) => f.case === c.id);
  const header = await one.expect("view_header", (b) => b.grant === grant);
  await board.event("delivered_complete", (e) => e.grant === grant);
  await c.notice("delivered", { grant });
  assert.ok(!nobody.has("view_header"), "a header is for persons");
  const asked = newId();
  one.send({ type: "open", id: asked, case: c.id,
    body: { view, grant, sections: header.body.openable, screen: "board" } });
  const keys = await one.expect("section_keys", (b) => b.grant === grant);
  assert.equal(keys.re ?? asked, asked);
  for (const { section, key } of keys.body.keys) {
    const pieces = one.frames.filter((f) => f.type === "view_piece" && f.body.grant === grant &&
      f.body.section === section);
    assert.ok(pieces.length > 0, `${section}: pieces come before the keys`);
    assert.ok(one.frames.indexOf(pieces.at(-1)) < one.frames.indexOf(keys));
    const sealed = Buffer.concat(pieces.map((f) => Buffer.from(f.body.bytes, "base64")));
    const plain = openSealed(sealed, Buffer.from(key, "base64"), view, section);
    assert.ok(plain, section);
  }
  const record = await two.ask("record_read", {}, { case: c.id });
  assert.equal(record.type, "receipt");
  await two.expect("record");
  for (const page of [two, nobody]) {
    assert.ok(!page.has("section_keys"), "keys are one person's");
    assert.ok(!page.has("view_piece"));
  }
  assert.ok(!one.has("record") && !nobody.has("record"));
  const wire = JSON.stringify([...one.frames, ...two.frames, ...nobody.frames]);
  assert.ok(!wire.includes("token"), "no session token leaves the program");
  await c.ask("talk", { text: "もうすぐ着きます" });
  assert.equal((await two.notice("talked", (b, f) => f.case === c.id)).body.content.text,
    "もうすぐ着きます");
  const blind = await nobody.notice("talked", (b, f) => f.case === c.id);
  assert.equal(blind.body.content, undefined);
  assert.equal(blind.body.person_name, undefined);
  // The same browser again: the person is still there, the other one knows nothing of it.
  await c.ask("consent_withdraw");
  await one.expect("local.cover", (b) => b.grant === grant && b.gone === true);
  await one.local("local.sign_out");
  assert.deepEqual(one.frames.findLast((f) => f.type === "local.person").body, {});
  assert.ok(one.has("local.cover", (b) => b.reason === "signed_out" && !b.view));
  for (const page of [one, two, nobody]) page.close();
});

test("a reload keeps the person; the gateway killed and back keeps the session", async () => {
  const browser = new Browser(board.at);
  const page = await browser.open();
  g.fourth = await g.person(g.orgA, "fourthA", "er_board,er_viewer");
  assert.deepEqual(await page.signIn(g.fourth), { ok: true });
  page.close();
  const again = await browser.open();
  const person = await again.expect("local.person");
  assert.equal(person.body.person, g.fourth.id);
  assert.deepEqual(person.body.roles, ["er_board", "er_viewer"]);
  await g.stop("SIGKILL");
  assert.equal((await again.expect("local.line", (b) => !b.up)).body.up, false);
  for (const kind of ["ambulance", "hospital"]) g.settings[`${kind}_port`] = g.ports[kind];
  g.writeConfig(); // the same ports again
  await g.start();
  await again.expect("local.line", (b) => b.up);
  const c = newId();
  assert.equal((await again.ask("record_read", {}, { case: c })).body.code, "ERR_NO_SUCH_CASE");
  again.close();
});

test("the end of the program is said", async () => {
  for (const program of [board, tablet]) {
    const page = await new Browser(program.at).open();
    await page.expect("local.end");
    assert.equal(await program.stop(), 0, program.out);
    assert.equal((await page.gone()).code, 1001);
    program.child = null;
  }
});
