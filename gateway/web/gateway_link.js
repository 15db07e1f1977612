// gateway_link.js — Job: the one connection between this page and the gateway (PROTOCOL.md).
//
// Hello, questions and their answers, one person's session. The session's token is a private member
// of this object: it is nowhere else, and gone with the page.
import { ulid } from "../../client/web/ulid.js";

const FIRST_WAIT_MS = 500, LONGEST_WAIT_MS = 30000, TRIES = 4, ANSWER_MS = 20000;
const CLOSE_REPLACED = 4003, CLOSE_POLICY = 1008;
const CUT = { code: "ERR_IO", ja: "ゲートウェイにつながりません。つながってからもう一度押してください",
              en: "the gateway cannot be reached; press again when it is", final: false };
const SLOW = { code: "ERR_BUSY", ja: "ゲートウェイが答えません。もう一度押してください",
               en: "the gateway does not answer; press again", final: false };

export class Refused extends Error {
  constructor(body) {
    super(`${body.code}${body.path ? ` ${body.path}` : ""}`);
    Object.assign(this, body);
  }
}

export class GatewayLink extends EventTarget {
  #token = null;

  // WITNESS: what is kept of the log (PageWitness). MAKE: opens a WebSocket.
  constructor(witness, make = () => new WebSocket(`wss://${location.host}/`, "sakiyomi.v1")) {
    super();
    Object.assign(this, { witness, make, open: false, since: null, welcome: null, session: null,
      wait: FIRST_WAIT_MS, n: 0, asked: new Map(), closed: null });
  }

  tell(what, detail) { this.dispatchEvent(new CustomEvent(what, { detail })); }

  connect() {
    const socket = this.socket = this.make();
    socket.onopen = () => this.post({ type: "hello", body: { client: "sakiyomi console",
      n: this.n, checkpoint_size: this.witness.kept.size } });
    socket.onmessage = (event) => this.heard(JSON.parse(event.data));
    socket.onclose = (event) => this.ended(event);
    return this;
  }

  post(frame) { this.socket.send(JSON.stringify(frame)); }

  ended({ code, reason }) {
    this.open = false;
    this.since = new Date().toISOString();
    this.closed = { code, reason };
    for (const one of [...this.asked.values()]) one.fail(CUT);
    if (code === CLOSE_POLICY) this.drop("stopped"); // revoked or stopped: nothing stays in sight
    this.tell("line");
    if (code === CLOSE_REPLACED) return; // another window of this workstation: not by itself
    const pause = code === CLOSE_POLICY ? LONGEST_WAIT_MS : this.wait * (1 - Math.random() / 2);
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT_MS);
    setTimeout(() => this.connect(), pause);
  }

  heard(frame) {
    if (frame.n > this.n) {
      this.n = frame.n;
      this.post({ type: "ack", body: { n: frame.n } });
    }
    if (frame.type === "welcome") return this.welcomed(frame.body);
    if (frame.type === "checkpoint") this.tell("checkpoint", frame.body);
    if (frame.body?.now) this.tell("now", frame.body.now);
    if (frame.type === "notice") this.tell("notice", frame.body);
    if (frame.re) this.answer(frame);
  }

  welcomed(body) {
    this.open = true;
    this.wait = FIRST_WAIT_MS;
    this.since = body.now;
    this.welcome = body;
    this.tell("now", body.now);
    this.tell("welcome", body);
    if (this.session) this.resume();
    this.tell("line");
  }

  answer(frame) {
    const one = this.asked.get(frame.re);
    if (!one) return;
    if (frame.type === "receipt") one.receipt = frame.body;
    if (frame.type === "refusal") return this.refused(one, frame.body);
    if (frame.type === one.wanted) one.done({ ...frame, receipt: one.receipt });
  }

  // What may succeed later is sent again: the same bytes under the same id.
  refused(one, body) {
    if (body.code === "ERR_SESSION_ENDED" || body.code === "ERR_NO_SESSION") this.drop("ended");
    if (body.final || ++one.tries >= TRIES) return one.fail(body);
    setTimeout(() => { if (this.open && this.asked.has(one.message.id)) this.post(one.message); },
               500 * 2 ** one.tries);
  }

  // Resolves with the frame of type WANTED that answers; with "receipt" nothing more is waited for.
  // Rejects with Refused.
  ask(type, body = {}, wanted = "receipt") {
    const message = { type, id: ulid(), sent_at: new Date().toISOString(), body };
    if (this.session && type !== "sign_in") message.session = this.session.session;
    return new Promise((resolve, reject) => {
      const over = (act) => (value) => {
        clearTimeout(timer);
        this.asked.delete(message.id);
        act(value);
      };
      const one = { message, wanted, tries: 0, done: over(resolve),
                    fail: over((why) => reject(new Refused(why))) };
      const timer = setTimeout(() => one.fail(SLOW), ANSWER_MS);
      this.asked.set(message.id, one);
      if (this.open) this.post(message);
      else one.fail(CUT);
    });
  }

  // ---- the person ----

  async signIn(values) {
    const { body } = await this.ask("sign_in", values, "session");
    const { token, ...session } = body;
    this.#token = token;
    this.session = session;
    this.tell("person");
  }

  async newPassword(values) {
    await this.ask("password_change", values);
    this.session = { ...this.session, must_change_password: false };
    this.tell("person");
  }

  async resume() {
    const { session } = this.session;
    try {
      await this.askResume(session);
    } catch {
      if (this.open) this.drop("ended");
    }
  }

  askResume(session) {
    const id = ulid();
    return new Promise((resolve, reject) => {
      const done = (act) => (value) => { this.asked.delete(id); act(value); };
      this.asked.set(id, { message: { id }, wanted: "session", tries: TRIES, done: done(resolve),
                           fail: done((why) => reject(new Refused(why))) });
      this.post({ type: "session_resume", id, session, body: { token: this.#token } });
    });
  }

  // WHY: "asked", "idle", "ended" (by the gateway), "stopped" (this workstation)
  drop(why) {
    if (!this.session) return;
    this.#token = null;
    this.session = null;
    this.tell("person", why);
  }

  // Here it is over at once, whether the gateway hears it or not.
  signOut(why = "asked") {
    if (this.session && this.open) this.post({ type: "sign_out", id: ulid(),
      sent_at: new Date().toISOString(), session: this.session.session, body: {} });
    this.drop(why);
  }
}
