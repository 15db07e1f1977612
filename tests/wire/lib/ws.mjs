// ws.mjs — Job: a WebSocket client (RFC 6455) over mutual TLS, on node:tls alone.
import { createHash, randomBytes } from "node:crypto";
import { connect } from "node:tls";

const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
export const OPCODE = { more: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 };

// One frame of a client: masked, whole unless `fin` is false.
function frameOf(opcode, payload, fin = true) {
  const size = payload.length;
  const head = [(fin ? 0x80 : 0) | opcode];
  if (size < 126) head.push(0x80 | size);
  else if (size < 65536) head.push(0x80 | 126, size >> 8, size & 255);
  else head.push(0x80 | 127, 0, 0, 0, 0, size >>> 24, (size >> 16) & 255, (size >> 8) & 255,
    size & 255);
  const mask = randomBytes(4);
  const masked = Buffer.from(payload);
  for (let i = 0; i < size; i++) masked[i] ^= mask[i & 3];
  return Buffer.concat([Buffer.from(head), mask, masked]);
}

// Takes one whole frame off the front of `bytes`; null when more is needed.
function takeFrame(bytes) {
  if (bytes.length < 2) return null;
  if (bytes[0] & 0x70) throw new Error("a reserved bit is set: no extension was agreed");
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
  return {
    fin: (bytes[0] & 0x80) !== 0,
    opcode: bytes[0] & 0x0f,
    payload: bytes.subarray(at, at + size),
    used: at + size,
  };
}

// `on` has text(string), closed({ code, reason }); open(...) resolves with the socket once the
// upgrade is through, and rejects with the HTTP status or the TLS error.
export class WebSocket {
  static open(options, on) {
    return new Promise((resolve, reject) => new WebSocket(options, on, resolve, reject));
  }

  constructor(options, on, resolve, reject) {
    this.on = on;
    this.bytes = Buffer.alloc(0);
    this.parts = [];
    this.code = null;
    this.reason = "";
    this.resolve = resolve;
    this.reject = reject;
    const { port, ca, cert, key, protocol = "sakiyomi.v1", path = "/", tls = {} } = options;
    this.protocol = protocol;
    this.nonce = randomBytes(16).toString("base64");
    this.tls = connect({ host: "127.0.0.1", port, ca, cert, key, servername: "localhost", ...tls },
      () => this.upgrade(path, port));
    this.tls.setNoDelay(true);
    this.tls.on("data", (data) => this.take(data));
    this.tls.on("error", (error) => this.fail(error));
    this.tls.on("close", () => this.ended());
  }

  upgrade(path, port) {
    const lines = [`GET ${path} HTTP/1.1`, `Host: localhost:${port}`, "Upgrade: websocket",
      "Connection: Upgrade", `Sec-WebSocket-Key: ${this.nonce}`, "Sec-WebSocket-Version: 13"];
    if (this.protocol !== null) lines.push(`Sec-WebSocket-Protocol: ${this.protocol}`);
    this.tls.write(`${lines.join("\r\n")}\r\n\r\n`);
  }

  take(data) {
    this.bytes = this.bytes.length === 0 ? data : Buffer.concat([this.bytes, data]);
    if (this.resolve && !this.upgraded()) return;
    for (let frame = takeFrame(this.bytes); frame !== null; frame = takeFrame(this.bytes)) {
      this.bytes = this.bytes.subarray(frame.used);
      this.frame(frame);
    }
  }

  upgraded() {
    const end = this.bytes.indexOf("\r\n\r\n");
    if (end < 0) return false;
    const head = this.bytes.subarray(0, end).toString("latin1");
    this.bytes = this.bytes.subarray(end + 4);
    const accept = createHash("sha1").update(this.nonce + GUID).digest("base64");
    const line = (name) => new RegExp(`^${name}: *(.*?) *$`, "im").exec(head)?.[1];
    if (!/^HTTP\/1\.1 101 /.test(head)) {
      this.fail(new Error(head.split("\r\n")[0]));
      return false;
    }
    if (line("sec-websocket-accept") !== accept || line("sec-websocket-extensions") ||
        line("sec-websocket-protocol") !== this.protocol) {
      this.fail(new Error("the upgrade is not ours"));
      return false;
    }
    const resolve = this.resolve;
    this.resolve = this.reject = null;
    resolve(this);
    return true;
  }

  frame({ fin, opcode, payload }) {
    if (opcode === OPCODE.ping) this.send(payload, OPCODE.pong);
    else if (opcode === OPCODE.close) this.closeCame(payload);
    else if (opcode === OPCODE.text || opcode === OPCODE.more) {
      this.parts.push(payload);
      if (!fin) return;
      const whole = Buffer.concat(this.parts);
      this.parts = [];
      this.on.text(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(whole));
    } else if (opcode !== OPCODE.pong) throw new Error(`opcode ${opcode}`);
  }

  closeCame(payload) {
    if (this.code !== null) return;
    this.code = payload.length >= 2 ? payload.readUInt16BE(0) : 1005;
    this.reason = payload.subarray(2).toString("utf8");
    this.send(payload.subarray(0, 2), OPCODE.close);
    this.tls.end();
  }

  send(payload, opcode = OPCODE.text, fin = true) {
    if (!this.tls.destroyed) this.tls.write(frameOf(opcode, Buffer.from(payload), fin));
  }

  // An orderly end from our side.
  close() {
    this.send(Buffer.from([3, 232]), OPCODE.close);
    this.tls.end();
  }

  // As if the line were cut.
  cut() {
    this.tls.destroy();
  }

  fail(error) {
    if (this.reject) this.reject(error);
    this.resolve = this.reject = null;
    this.tls.destroy();
  }

  ended() {
    if (this.reject) this.fail(new Error("closed before the upgrade"));
    else this.on.closed({ code: this.code ?? 1006, reason: this.reason });
  }
}
