// 21-console-files_test.mjs — Job: the console's files: to whom, under which name, how; whose page
// may open a connection.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { randomBytes } from "node:crypto";
import { after, before, test } from "node:test";
import { connect } from "node:tls";
import { world } from "./lib/gateway.mjs";

const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
  "connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";
let g;
let desk;
let pages;

before(async () => {
  pages = mkdtempSync(join(tmpdir(), "console-"));
  for (const room of ["client", "gateway"]) {
    mkdirSync(join(pages, room, "web"), { recursive: true });
    writeFileSync(join(pages, room, "web/index.html"), `<!doctype html><title>${room}</title>\n`);
    writeFileSync(join(pages, room, "web/page.js"), `export const room = "${room}";\n`);
    writeFileSync(join(pages, room, "web/.hidden.js"), "secret\n");
    writeFileSync(join(pages, room, "web/notes.md"), "secret\n");
    writeFileSync(join(pages, room, "secret.js"), "secret\n");
  }
  writeFileSync(join(pages, "gateway/web/long.js"), "// x\n".repeat(60000));
  g = await world({ settings: { console: pages }, upstream: false, signedIn: false });
  desk = await g.device("admin", g.hq, "desk");
});
after(async () => {
  await g?.end();
  rmSync(pages, { recursive: true, force: true });
});

// What the server answers to these bytes until it closes or has sent what it promised.
function ask({ method = "GET", path = "/", headers = {}, as = desk, port, name = "localhost" }) {
  const at = port ?? g.ports.admin;
  const all = { Host: `${name}:${at}`, ...headers };
  const lines = Object.entries(all).filter(([, value]) => value !== null)
    .map(([key, value]) => `${key}: ${value}\r\n`);
  return new Promise((resolve) => {
    let bytes = Buffer.alloc(0);
    const socket = connect({ host: "127.0.0.1", port: at, ca: g.ca, servername: "localhost",
      ...(as ? { cert: as.cert, key: as.key } : {}) },
    () => socket.write(`${method} ${path} HTTP/1.1\r\n${lines.join("")}\r\n`));
    const look = (over) => {
      const end = bytes.indexOf("\r\n\r\n");
      if (end < 0) return over && resolve({ status: 0, headers: {}, body: "" });
      const [first, ...rest] = bytes.subarray(0, end).toString("latin1").split("\r\n");
      const got = Object.fromEntries(rest.map((line) => [line.slice(0, line.indexOf(":"))
        .toLowerCase(), line.slice(line.indexOf(":") + 1).trim()]));
      const body = bytes.subarray(end + 4);
      const status = Number(first.split(" ")[1]);
      if (!over && status !== 101 && body.length < Number(got["content-length"] ?? 0)) return null;
      socket.destroy();
      return resolve({ status, headers: got, body: body.toString("utf8") });
    };
    socket.on("data", (data) => { bytes = Buffer.concat([bytes, data]); look(false); });
    socket.on("error", () => look(true));
    socket.on("close", () => look(true));
  });
}

const upgrade = (more = {}, at = {}) => ask({ ...at, headers: { Upgrade: "websocket",
  Connection: "Upgrade", "Sec-WebSocket-Version": "13",
  "Sec-WebSocket-Key": randomBytes(16).toString("base64"),
  "Sec-WebSocket-Protocol": "sakiyomi.v1", ...more } });

test("files with the headers of all our pages", async () => {
  for (const [path, type, text] of [["/", "text/html; charset=utf-8", "<title>gateway"],
    ["/gateway/web/page.js", "text/javascript; charset=utf-8", "gateway"],
    ["/client/web/page.js", "text/javascript; charset=utf-8", "client"]]) {
    const answer = await ask({ path });
    assert.equal(answer.status, 200, path);
    assert.equal(answer.headers["content-type"], type);
    assert.ok(answer.body.includes(text));
    assert.equal(answer.headers["content-security-policy"], POLICY);
    assert.equal(answer.headers["cache-control"], "no-store");
    assert.equal(answer.headers["x-content-type-options"], "nosniff");
    assert.equal(answer.headers["referrer-policy"], "no-referrer");
    assert.equal(answer.headers["cross-origin-resource-policy"], "same-origin");
    assert.equal(answer.headers["set-cookie"], undefined);
    assert.equal(answer.headers["strict-transport-security"], undefined,
      "localhost has other programs' pages without TLS");
    assert.ok((await ask({ path, name: "127.0.0.1" })).headers["strict-transport-security"]);
  }
  assert.equal((await ask({ path: "/gateway/web/long.js" })).body.length, 300000);
});

test("nothing else of the folder, and only GET", async () => {
  for (const path of ["/gateway/web/.hidden.js", "/gateway/web/notes.md", "/gateway/secret.js",
    "/gateway/web/", "/gateway/web", "/gateway/web/../secret.js", "/gateway/web/%2e%2e/secret.js",
    "/client/web/index.html/", "/etc/passwd", "/GATEWAY/web/page.js"])
    assert.equal((await ask({ path })).status, 404, path);
  for (const method of ["POST", "HEAD", "PUT", "DELETE", "OPTIONS"])
    assert.notEqual((await ask({ method })).status, 200, method);
});

test("under a name of the certificate with our port, and no other", async () => {
  const { admin } = g.ports;
  for (const host of [`localhost:${admin}`, `LOCALHOST:${admin}`, `127.0.0.1:${admin}`])
    assert.equal((await ask({ headers: { Host: host } })).status, 200, host);
  for (const host of ["localhost", `localhost:${admin + 1}`, `evil.example:${admin}`,
    `localhost.evil.example:${admin}`, `.localhost:${admin}`, `:${admin}`, `localhost:${admin}x`,
    `127.0.0.2:${admin}`, `[::1]:${admin}`, `${"x".repeat(400)}:${admin}`]) {
    const answer = await ask({ headers: { Host: host } });
    assert.equal(answer.status, 421, host);
    assert.ok(!answer.body.includes("<title>"), host);
  }
});

test("no certificate, no answer; devices of other kinds get no page at theirs", async () => {
  assert.equal((await ask({ as: null })).status, 0);
  assert.equal((await ask({ as: g.car })).status, 0);
  assert.equal((await ask({ as: g.boxA, port: g.ports.hospital })).status, 404);
  assert.equal((await ask({ as: g.car, port: g.ports.ambulance })).status, 404);
});

test("a page of ours may open a connection, anybody else's may not; a program needs none",
  async () => {
    const { admin } = g.ports;
    assert.equal((await upgrade()).status, 101, "a program");
    assert.equal((await upgrade({ Origin: `https://localhost:${admin}` })).status, 101);
    assert.equal((await upgrade({ Origin: `https://127.0.0.1:${admin}` },
      { name: "127.0.0.1" })).status, 101);
    for (const origin of ["null", "https://localhost", `http://localhost:${admin}`,
      `https://localhost:${admin + 1}`, `https://127.0.0.1:${admin}`, "https://evil.example",
      `https://localhost:${admin}.evil.example`, `https://localhost:${admin}/`,
      `https://localhost:${admin} https://evil.example`, "x".repeat(400)])
      assert.equal((await upgrade({ Origin: origin })).status, 403, origin);
    const foreign = { Host: `evil.example:${admin}`, Origin: `https://evil.example:${admin}` };
    assert.equal((await upgrade(foreign)).status, 403, "its own name, pointed at us");
    assert.equal((await upgrade({ Origin: "" })).status, 101, "an empty one names nobody");
  });

test("without the setting there is no page; a folder that is none is refused at the start",
  async () => {
    const stop = g.program;
    assert.equal(await stop.kill(), 0);
    g.settings.console = join(pages, "client");
    g.writeConfig();
    await assert.rejects(g.start());
    assert.match(g.program.log, /console/);
    g.settings.console = "";
    g.writeConfig();
    await g.start();
    assert.equal((await ask({})).status, 404);
    assert.equal((await ask({ path: "/healthz" })).status, 200);
  });
