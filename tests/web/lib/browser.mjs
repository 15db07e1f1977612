// browser.mjs — Job: what a browser does at the page server: GET, cookie, WebSocket; byte by byte.
import { createHash, randomBytes } from "node:crypto";
import { connect as connectTcp } from "node:net";
import { connect as connectTls } from "node:tls";
import { newId } from "../../wire/lib/message.mjs";

const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const WAIT_MS = 20000;
const TEXT = 1;
const CLOSE = 8;
const PING = 9;
const PONG = 10;

function frameOf(opcode, payload) {
  const size = payload.length;
  const head = [0x80 | opcode];
  if (size < 126) head.push(0x80 | size);
  else if (size < 65536) head.push(0x80 | 126, size >> 8, size & 255);
  else head.push(0x80 | 127, 0, 0, 0, 0, size >>> 24, (size >> 16) & 255, (size >> 8) & 255,
    size & 255);
  const mask = randomBytes(4);
  const masked = Buffer.from(payload);
  for (let i = 0; i < size; i++) masked[i] ^= mask[i & 3];
  return Buffer.concat([Buffer.from(head), mask, masked]);
}

// One frame off the front; null when more is needed. A server does not mask and sends whole texts.
function takeFrame(bytes) {
  if (bytes.length < 2) return null;
  if (bytes[1] & 0x80) throw new Error("a server must not mask");
  let size = bytes[1] & 0x7f;
  let at = 2;
  if (size === 126) {
    if (bytes.length < 4) return null;
    size = bytes.readUInt16BE(2);
    at = 4;
  } else if (size === 127) {
    if (bytes.length < 10) return null;
    size = Number(bytes.readBigUInt64BE(2));
    at = 10;
  }
  if (bytes.length < at + size) return null;
  return { opcode: bytes[0] & 15, fin: (bytes[0] & 0x80) !== 0,
    payload: bytes.subarray(at, at + size), used: at + size };
}

// Where a server is: { port, name, ca } (ca: TLS).
function dial({ port, name, ca }) {
  return new Promise((resolve, reject) => {
    const socket = ca ? connectTls({ host: "127.0.0.1", port, ca, servername: name })
      : connectTcp({ host: "127.0.0.1", port });
    socket.once(ca ? "secureConnect" : "connect", () => resolve(socket));
    socket.once("error", reject);
  });
}

const parseHead = (text) => {
  const [first, ...lines] = text.split("\r\n");
  const headers = {};
  for (const line of lines) {
    const at = line.indexOf(":");
    headers[line.slice(0, at).toLowerCase()] = line.slice(at + 1).trim();
  }
  return { status: Number(first.split(" ")[1]), headers };
};

// One request as it stands; the answer until the server has sent what it promised, or closed.
export async function request(at, { method = "GET", path = "/", headers = {} } = {}) {
  const socket = await dial(at);
  const all = { Host: `${at.name}:${at.port}`, ...headers };
  const lines = Object.entries(all).filter(([, value]) => value !== null)
    .map(([key, value]) => `${key}: ${value}\r\n`);
  socket.write(`${method} ${path} HTTP/1.1\r\n${lines.join("")}\r\n`);
  return new Promise((resolve, reject) => {
    let bytes = Buffer.alloc(0);
    const timer = setTimeout(() => { socket.destroy(); reject(new Error(`${path}: no answer`)); },
      WAIT_MS);
    const finish = (answer) => { clearTimeout(timer); socket.destroy(); resolve(answer); };
    const look = (over) => {
      const end = bytes.indexOf("\r\n\r\n");
      if (end < 0) {
        if (over) finish({ status: 0, headers: {}, body: Buffer.alloc(0) });
        return;
      }
      const head = parseHead(bytes.subarray(0, end).toString("latin1"));
      const body = bytes.subarray(end + 4);
      const size = Number(head.headers["content-length"] ?? 0);
      if (over || head.status === 101 || body.length >= size) finish({ ...head, body });
    };
    socket.on("data", (data) => { bytes = Buffer.concat([bytes, data]); look(false); });
    socket.on("error", () => look(true));
    socket.on("close", () => look(true));
  });
}

// One open page: its frames in order, what it asks, how it ended.
export class Page {
  constructor(socket, rest) {
    Object.assign(this, { socket, bytes: rest, frames: [], taken: 0, waiters: new Set(),
      closed: null });
    socket.on("data", (data) => { this.bytes = Buffer.concat([this.bytes, data]); this.take(); });
    socket.on("error", () => {});
    socket.on("close", () => { this.closed ??= { code: 0, reason: "" }; this.look(); });
    this.take();
  }

  take() {
    for (let f = takeFrame(this.bytes); f !== null; f = takeFrame(this.bytes)) {
      this.bytes = this.bytes.subarray(f.used);
      if (!f.fin) throw new Error("a text in pieces");
      if (f.opcode === PING) this.raw(PONG, f.payload);
      else if (f.opcode === CLOSE) {
        this.closed = { code: f.payload.readUInt16BE(0), reason: f.payload.subarray(2).toString() };
        this.raw(CLOSE, f.payload.subarray(0, 2));
        this.socket.end();
      } else if (f.opcode === TEXT) this.frames.push(JSON.parse(f.payload.toString("utf8")));
    }
    this.look();
  }

  look() {
    for (const waiter of [...this.waiters]) waiter();
  }

  raw(opcode, payload) {
    if (!this.socket.destroyed) this.socket.write(frameOf(opcode, payload));
  }

  send(frame) {
    this.raw(TEXT, Buffer.from(typeof frame === "string" ? frame : JSON.stringify(frame)));
  }

  // Waits until `find` gives something that is not null.
  wait(find, what) {
    return new Promise((resolve, reject) => {
      const waiter = () => {
        const found = find();
        if (found === null || found === undefined || found === false) return;
        clearTimeout(timer);
        this.waiters.delete(waiter);
        resolve(found);
      };
      const timer = setTimeout(() => {
        this.waiters.delete(waiter);
        reject(new Error(`no ${what}; had ${this.frames.slice(-12)
          .map((f) => JSON.stringify(f).slice(0, 200)).join("\n")}`));
      }, WAIT_MS);
      this.waiters.add(waiter);
      waiter();
    });
  }

  // The next frame of `type` for which `fits` holds, each one once.
  expect(type, fits = () => true) {
    return this.wait(() => {
      const frame = this.frames.find((f) => !f.used && f.type === type && fits(f.body ?? {}, f));
      if (frame) Object.defineProperty(frame, "used", { value: true });
      return frame;
    }, type);
  }

  notice(event, fits = () => true) {
    return this.expect("notice", (body, f) => body.event === event && fits(body, f));
  }

  has(type, fits = () => true) {
    return this.frames.some((f) => f.type === type && fits(f.body ?? {}, f));
  }

  // A local request and its local.result.
  async local(type, body) {
    const id = newId();
    this.send({ type, id, body });
    return (await this.wait(() => this.frames.find((f) => f.type === "local.result" && f.re === id),
      `local.result of ${type}`)).body;
  }

  // A message for the gateway; its receipt or refusal.
  async ask(type, body, more = {}) {
    const id = newId();
    this.send({ type, id, body, ...more });
    return this.wait(() => this.frames.find((f) => f.re === id &&
      (f.type === "receipt" || (f.type === "refusal" && f.body.final))), `answer to ${type}`);
  }

  async signIn(person) {
    const result = await this.local("local.sign_in",
      { login: person.login, password: person.password, code: person.codes.next() });
    const said = this.frames.findLast((f) => f.type === "local.person");
    if (!result.ok || !said.body.must_change_password) return result;
    const next = "Wolke-Fahrrad-47-xq";
    const changed = await this.local("local.new_password",
      { password: person.password, new_password: next });
    if (changed.ok) person.password = next;
    return changed;
  }

  gone() {
    return this.wait(() => this.closed, "end of the link");
  }

  close() {
    this.socket.destroy();
  }
}

// A browser: a cookie, and the pages open in it.
export class Browser {
  constructor(at) {
    this.at = at;
    this.origin = `${at.ca ? "https" : "http"}://${at.name}:${at.port}`;
  }

  async visit() {
    const answer = await request(this.at,
      { headers: this.cookie ? { Cookie: this.cookie } : {} });
    this.setCookie = answer.headers["set-cookie"];
    if (this.setCookie) this.cookie = this.setCookie.split(";")[0];
    return answer;
  }

  upgradeHeaders(more = {}) {
    return { Upgrade: "websocket", Connection: "Upgrade", "Sec-WebSocket-Version": "13",
      "Sec-WebSocket-Key": randomBytes(16).toString("base64"),
      "Sec-WebSocket-Protocol": "sakiyomi.page.v1", Origin: this.origin, Cookie: this.cookie,
      ...more };
  }

  async open() {
    if (!this.cookie) await this.visit();
    const socket = await dial(this.at);
    const headers = this.upgradeHeaders();
    const lines = Object.entries({ Host: `${this.at.name}:${this.at.port}`, ...headers })
      .map(([key, value]) => `${key}: ${value}\r\n`);
    socket.write(`GET /link HTTP/1.1\r\n${lines.join("")}\r\n`);
    return new Promise((resolve, reject) => {
      let bytes = Buffer.alloc(0);
      const onData = (data) => {
        bytes = Buffer.concat([bytes, data]);
        const end = bytes.indexOf("\r\n\r\n");
        if (end < 0) return;
        socket.off("data", onData);
        const { status, headers: got } = parseHead(bytes.subarray(0, end).toString("latin1"));
        const accept = createHash("sha1").update(headers["Sec-WebSocket-Key"] + GUID)
          .digest("base64");
        if (status !== 101 || got["sec-websocket-accept"] !== accept)
          reject(new Error(`upgrade: ${status}`));
        else resolve(new Page(socket, bytes.subarray(end + 4)));
      };
      socket.on("data", onData);
      socket.once("close", () => reject(new Error("upgrade: closed")));
    });
  }
}
