// 10-large_test.mjs — Job: what is larger than a lane or a frame: a PDF of 20 MB.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { connect } from "node:net";
import { after, before, test } from "node:test";
import { world } from "./lib/gateway.mjs";
import { Case } from "./lib/story.mjs";

const MIB = 1024 * 1024;
const PATIENCE_MS = 60000;

let g;
let card;
let story; // the case whose large document lies at hospital A

const tell = (line) => new Promise((done) => {
  const socket = connect(`${g.dir}/upstream/control`);
  socket.once("data", (data) => { socket.end(); done(data.toString().trim()); });
  socket.write(`${line}\n`);
});

before(async () => {
  g = await world({ cards: 40 });
  card = g.cards.find((one) => one.patient === 8); // PDF only
  for (const device of [g.car, g.boxA, g.boxB]) device.patience = PATIENCE_MS;
  assert.equal(await tell("oddity big-pdf"), "ok");
});
after(() => g.end());

// The document goes to another hospital, without a second fetch: nobody has read it there yet.
async function turnTo(box) {
  await story.inquire([box.org]);
  await story.answer(box);
  await story.destination(box.org);
  return (await box.notice("grant_issued", {}, { case: story.id })).body.grant;
}

// Stops reading once a piece of the document of this right is here; gives back how to go on.
async function stopReadingAt(box, grant) {
  const found = await box.expect((frame) => frame.type === "view_piece" &&
    frame.body.grant === grant && frame.body.section === "document");
  box.ws.tls.pause();
  return { found, goOn: () => box.ws.tls.resume() };
}

const digest = (bytes) => createHash("sha256").update(bytes).digest("hex");

test("a PDF of 20 MB is at the hospital, whole and the same", async () => {
  story = new Case(g.onCar);
  const atA = await story.untilDelivered(card, g.boxA);
  assert.ok(atA.row("document").bytes > 20 * MIB, `${atA.row("document").bytes} bytes`);
  for (const { section, hash } of atA.header.sections)
    assert.equal(story.sealed.row(section).hash, hash, section);
  await g.atA.open(story.id, atA.header, ["document"]);
  const { content, files } = atA.open("document");
  const bytes = Buffer.from(files[0].bytes, "base64");
  assert.ok(bytes.length > 20 * MIB - 4096, `${bytes.length} bytes`);
  assert.equal(bytes.subarray(0, 5).toString("latin1"), "%PDF-");
  assert.equal(digest(bytes), content.parts[0].sha256);
});

test("the small sections of another view do not wait behind the large document", async () => {
  await tell("oddity none");
  const other = await new Case(g.onCar).open();
  await other.fetch(g.cards.find((one) => one.patient === 0));
  await other.match();
  await other.inquire([g.orgB]);
  await other.answer(g.boxB);
  const grant = await turnTo(g.boxB);
  const { goOn } = await stopReadingAt(g.boxB, grant);
  await other.destination(g.orgB);
  goOn();
  await other.deliver(g.boxB);
  const rest = g.boxB.view({ view: story.view, grant });
  assert.equal(rest.whole, false, "the small view was there first");
  await g.boxB.wait(() => rest.whole || null, "the large one, too");
});

test("a revocation in the middle overtakes, and the other pieces do not leave", async () => {
  const grant = await turnTo(g.boxA);
  const { goOn } = await stopReadingAt(g.boxA, grant);
  const sealed = g.boxA.view({ view: story.view, grant });
  const pieces = sealed.row("document").pieces;
  await story.ask("consent_withdraw");
  goOn();
  const revoked = await g.boxA.notice("grant_revoked", { grant });
  assert.equal(revoked.body.revoke, "consent_withdrawn");
  await g.boxA.settle();
  assert.ok(sealed.gone, "not whole when it ended");
  const left = g.boxA.inbox.filter((f) => f.type === "view_piece" && f.body.grant === grant &&
    f.body.section === "document").length;
  assert.ok(left < pieces / 2, `${left} of ${pieces} pieces came`);
  assert.equal(g.boxA.closed, null);
});
