// story.mjs — Job: the steps of a case that the transcripts have in common.
import assert from "node:assert/strict";
import { newId, timeText } from "./message.mjs";
import { practiceCases, Refusal } from "./client.mjs";

// The act is refused with this code (and marks this field); gives the refusal.
export async function refused(promise, code, path) {
  const error = await promise.then(() => null, (e) => e);
  if (error !== null && !(error instanceof Refusal)) throw error;
  assert.equal(error?.code, code);
  if (path !== undefined) assert.equal(error.path, path);
  assert.ok(error.ja.length > 0 && error.en.length > 0, "texts for people");
  return error;
}

export const groundFor = (hospital, more = {}) => ({
  at: timeText(), basis: "patient_oral", said_by: "patient", sentence: "v1", language: "ja",
  right: hospital ? "disclose_to" : "crew_view", hospital: hospital ?? undefined, ...more,
});

// One case of one ambulance, as its crew lives it.
export class Case {
  constructor(session) {
    this.session = session;
    this.car = session.device;
    this.id = newId();
    this.incident = newId();
  }

  ask(type, body = {}, more = {}) {
    return this.session.ask(type, body, { case: this.id, ...more });
  }

  async open(body = {}) {
    if (body.training) practiceCases.add(this.id);
    await this.ask("case_open", { incident: this.incident, ...body });
    return this;
  }

  notice(event, more = {}) {
    return this.car.notice(event, more, { case: this.id });
  }

  sendCard(card, more = {}) {
    return this.ask("card_read", { at: timeText(), kind: "jpki", proof: "certificate_only",
      identified_by: "card_visual", certificate: card.der, ...more });
  }

  async readCard(card) {
    await this.sendCard(card);
    return this.notice("card_read");
  }

  // Card, ground, fetch: the view is on the tablet, its person's key too.
  async fetch(card, { ground = groundFor(), ask = { kind: "emergency_summary" } } = {}) {
    await this.readCard(card);
    await this.ask("ground", ground);
    await this.ask("view_ask", ask);
    this.view = (await this.notice("fetch_asked")).body.view;
    await this.notice("view_fetched", { view: this.view });
    await this.car.expect({ type: "section_keys", body: { view: this.view } });
    await this.car.wait(() => this.sealed.whole || null, "the whole view");
    return this.sealed;
  }

  get sealed() {
    return this.car.view({ view: this.view });
  }

  match(result = "matched") {
    return this.ask("identity_check", { view: this.view, result });
  }

  async inquire(hospitals, more = {}) {
    this.inquiry = newId();
    await this.ask("inquiry", { inquiry: this.inquiry, hospitals, age: 70, sex: "female",
      complaint: "胸が痛い", urgency: "red", ...more });
    return this.inquiry;
  }

  // A hospital's box hears of the request and answers for itself, nobody signed in.
  async answer(box, result = "accepted", reason) {
    const heard = await box.notice("inquiry_asked", {}, { case: this.id });
    await box.ask("answer", { inquiry: heard.body.inquiry, result, reason }, { case: this.id });
    await this.notice("answered", { hospital: box.org });
    return heard;
  }

  destination(hospital, { ground = true, ...more } = {}) {
    return this.ask("destination", { hospital,
      ground: ground === true ? groundFor(hospital) : ground || undefined, ...more });
  }

  // The hospital has every sealed piece and says so; gives the view under its grant.
  async deliver(box) {
    const issued = await box.notice("grant_issued", {}, { case: this.id });
    return this.received(box, issued.body);
  }

  async received(box, { view, grant }) {
    await box.expect({ type: "view_header", body: { grant } });
    const sealed = box.view({ view, grant });
    await box.wait(() => sealed.whole || null, "every sealed piece");
    await box.ask("delivered", { view, grant }, { case: this.id });
    await this.notice("delivered", { grant });
    return sealed;
  }

  // From nothing to a sealed view at `box`, opened by nobody yet.
  async untilDelivered(card, box) {
    await this.open();
    await this.fetch(card);
    await this.match();
    await this.inquire([box.org]);
    await this.answer(box);
    await this.destination(box.org);
    return this.deliver(box);
  }
}
