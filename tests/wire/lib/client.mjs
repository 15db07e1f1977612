// client.mjs — Job: a device and the people on it, written from proto/PROTOCOL.md alone.
import { WebSocket } from "./ws.mjs";
import { Witness } from "./witness.mjs";
import { Codes } from "./totp.mjs";
import { SealedView, rightOf } from "./view.mjs";
import { frameFault, newId, requestOf } from "./message.mjs";

const WAIT_MS = 10000;

// Cases that were opened as practice on a gateway where not all is practice.
export const practiceCases = new Set();

// What a refusal says: code, ja, en, final, path.
export class Refusal extends Error {
  constructor(frame) {
    super(`${frame.body.code}${frame.body.path ? ` at ${frame.body.path}` : ""}`);
    Object.assign(this, frame.body);
    this.frame = frame;
  }
}

const matches = (frame, wanted) => Object.entries(wanted).every(([key, value]) =>
  value !== null && typeof value === "object"
    ? frame[key] !== undefined && matches(frame[key], value)
    : frame[key] === value);

// A device: one connection at a time; what it keeps outlives the connection.
export class Device {
  constructor({ name, id, org, port, ca, cert, key, patience = WAIT_MS }) {
    Object.assign(this, { name, id, org, port, ca, cert, key, patience });
    this.n = 0;
    this.witness = new Witness();
    this.faults = [];
    this.sessions = new Map();
    this.forget();
  }

  // What a restart of the device loses.
  forget() {
    this.inbox = [];
    this.waiters = new Set();
    this.views = new Map();
    this.cases = new Map();
    this.numbers = [];
    this.ws = null;
    this.closed = null;
  }

  // ---- the line ----

  async open(options = {}) {
    this.closed = null;
    const on = {
      text: (text) => this.take(text),
      closed: (end) => this.ended(end, on),
    };
    this.current = on;
    const { port, ca, cert, key } = this;
    this.ws = await WebSocket.open({ port, ca, cert, key, ...options }, on);
    return this;
  }

  async connect({ n = this.n } = {}) {
    await this.open();
    this.n = n;
    this.sendHello();
    this.welcome = (await this.expect({ type: "welcome" })).body;
    return this;
  }

  sendHello() {
    const checkpoint_size = this.witness.kept.size;
    this.sendFrame("hello", { client: "wire test", n: this.n, checkpoint_size });
  }

  ended(end, on) {
    if (on !== this.current) return;
    this.closed = end;
    for (const waiter of [...this.waiters]) waiter.lineEnded();
  }

  async close() {
    this.ws?.close();
    await this.whenClosed();
  }

  async cut() {
    this.ws.cut();
    await this.whenClosed();
  }

  // { code, reason } of the end of the connection.
  whenClosed() {
    if (this.closed || !this.ws) return Promise.resolve(this.closed);
    return this.wait(() => null, "the end of the line", true);
  }

  sendText(text) {
    this.ws.send(text);
  }

  sendFrame(type, body, more = {}) {
    this.sendText(JSON.stringify({ type, ...more, body }));
  }

  // ---- what comes ----

  take(text) {
    const fault = frameFault(text);
    if (fault) this.faults.push(`${fault}: ${text.slice(0, 200)}`);
    const frame = JSON.parse(text);
    frame.arrived = performance.now();
    if (frame.type === "welcome") this.profile = frame.body.profile;
    const fits = this.markFits(frame);
    if (!fits) this.faults.push(`wrongly marked as practice or not: ${text.slice(0, 200)}`);
    try {
      if (!this.numbered(frame)) return;
      this.keep(frame);
    } catch (error) {
      this.faults.push(`${frame.type}: ${error.message}`);
    }
    this.inbox.push(frame);
    for (const waiter of [...this.waiters]) waiter.look();
  }

  // Every frame about a practice case says so, and no other does.
  markFits({ case: id, training }) {
    const practice = id !== undefined &&
      (this.profile === "training" || practiceCases.has(id));
    return (training === true) === practice;
  }

  // Whether the frame is new; a gap is a fault.
  numbered(frame) {
    if (frame.type === "snapshot") {
      this.n = frame.body.n;
      this.cases.clear();
    }
    if (frame.n === undefined) return true;
    if (frame.n <= this.n) return false;
    if (frame.n !== this.n + 1) this.faults.push(`n ${frame.n} after ${this.n}`);
    this.n = frame.n;
    this.numbers.push(frame.n);
    return true;
  }

  keep(frame) {
    const { type, body } = frame;
    if (type === "welcome") this.witness.trust(body.log_key);
    else if (type === "checkpoint") this.witness.take(body);
    else if (type === "snapshot_case") this.cases.set(frame.case, body);
    else if (type === "view_header")
      this.views.set(rightOf(body), new SealedView(frame.case, body));
    else if (type === "view_piece") this.view(body).addPiece(body);
    else if (type === "section_keys") this.view(body).addKeys(body.keys);
    else if (type === "notice") this.keepNotice(body);
  }

  keepNotice({ event, view, grant }) {
    if (event === "grant_revoked") this.views.get(rightOf({ view, grant }))?.wipe();
    if (event === "view_ended")
      for (const sealed of this.views.values()) if (sealed.header.view === view) sealed.wipe();
  }

  view(right) {
    const sealed = this.views.get(rightOf(right));
    if (!sealed) throw new Error("a piece or key of a view that was not announced");
    return sealed;
  }

  // Takes the first frame out of the inbox that `wanted` fits (members, or a function), or waits.
  async expect(wanted, what = JSON.stringify(wanted)) {
    const fits = typeof wanted === "function" ? wanted : (frame) => matches(frame, wanted);
    return this.wait(() => {
      const at = this.inbox.findIndex(fits);
      return at < 0 ? null : this.inbox.splice(at, 1)[0];
    }, what);
  }

  notice(event, more = {}, frame = {}) {
    return this.expect({ type: "notice", ...frame, body: { event, ...more } }, `notice ${event}`);
  }

  // A frame that is in the inbox by now, or undefined.
  has(wanted) {
    return this.inbox.find((frame) => matches(frame, wanted));
  }

  newest() {
    return this.inbox.slice(-25).map((f) => f.body?.event ?? f.body?.code ?? f.type).join(", ");
  }

  // Resolves with what `look` finds, now or after a frame.
  wait(look, what, endIsGood = false) {
    return new Promise((resolve, reject) => {
      const done = (act, value) => {
        clearTimeout(timer);
        this.waiters.delete(waiter);
        act(value);
      };
      const waiter = {
        look: () => {
          const found = look();
          if (found !== null) done(resolve, found);
        },
        lineEnded: () => endIsGood ? done(resolve, this.closed) : done(reject,
          new Error(`${this.name}: line closed (${this.closed.code} ${this.closed.reason}) ` +
            `while waiting for ${what}`)),
      };
      const timer = setTimeout(() => done(reject, new Error(
        `${this.name}: ${what} did not come; the newest are ${this.newest()}`)), this.patience);
      this.waiters.add(waiter);
      if (this.closed) {
        waiter.look();
        if (this.waiters.has(waiter)) waiter.lineEnded();
      } else waiter.look();
    });
  }

  // ---- asking ----

  // Sends a request; resolves with its receipt, throws its Refusal.
  async ask(type, body, more = {}) {
    const { id, text } = requestOf(type, body, more);
    return this.again(id, text);
  }

  async again(id, text, answers = ["receipt"]) {
    this.sendText(text);
    const frame = await this.expect((f) => f.re === id && [...answers, "refusal"].includes(f.type),
      `answer to ${text.slice(0, 60)}`);
    if (frame.type === "refusal") throw new Refusal(frame);
    return { id, frame, ...frame.body };
  }

  // A round trip: whatever the gateway had to send before is here afterwards.
  async settle() {
    await this.again(...this.probe(), ["proof"]).catch((error) => {
      if (!(error instanceof Refusal)) throw error;
    });
  }

  probe() {
    const id = newId();
    return [id, JSON.stringify({ type: "proof_ask", id, body: { entry: 1 } })];
  }

  // ---- people ----

  async signIn(person, given = {}) {
    const { id, text } = requestOf("sign_in", {
      login: person.login, password: person.password, code: given.code ?? person.codes.next(),
      ...given,
    });
    const { frame } = await this.again(id, text, ["session"]);
    const session = new Session(this, person, frame.body);
    this.sessions.set(session.id, session);
    return session;
  }

  // Signs in; changes the first password.
  async signInFully(person) {
    const session = await this.signIn(person);
    if (session.mustChange) await session.changePassword("Wolke-Fahrrad-47-xq");
    return session;
  }

  async resume(session) {
    const id = newId();
    const frame = { type: "session_resume", id, session: session.id,
      body: { token: session.token } };
    return (await this.again(id, JSON.stringify(frame), ["session"])).frame.body;
  }
}

// Somebody signed in on a device.
export class Session {
  constructor(device, person, body) {
    Object.assign(this, { device, person, id: body.session, token: body.token, name: body.name,
      roles: body.roles, until: body.until, mustChange: body.must_change_password === true });
  }

  ask(type, body, more = {}) {
    return this.device.ask(type, body, { session: this.id, ...more });
  }

  async changePassword(wanted) {
    const receipt = await this.ask("password_change",
      { password: this.person.password, new_password: wanted });
    this.person.password = wanted;
    this.mustChange = false;
    return receipt;
  }

  // Opens sections; resolves with the keys' frame once they are here.
  async open(case_, { view, grant }, sections) {
    const { id } = await this.ask("open", { view, grant, sections, screen: "test" },
      { case: case_ });
    return this.device.expect({ type: "section_keys", re: id, session: this.id });
  }
}

export class Person {
  constructor({ login, id, password, secret, name }) {
    Object.assign(this, { login, id, password, name, codes: new Codes(secret) });
  }
}
