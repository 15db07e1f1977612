// 14-listeners_test.mjs — Job: what `openssl s_client` finds at every listener: the gateway's three
// and the ER board's, with TLS 1.2 and 1.3, with and without SNI.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { ClientProgram, makePages } from "../web/lib/program.mjs";
import { Device } from "./lib/client.mjs";
import { openssl, world } from "./lib/gateway.mjs";

const WAIT_MS = 10000;
const VERSIONS = ["-tls1_2", "-tls1_3"];
const NAMES = [["-servername", "localhost"], ["-noservername"], ["-servername", "hospital"]];
const GOOD_12 = ["ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-ECDSA-CHACHA20-POLY1305",
  "ECDHE-ECDSA-AES128-GCM-SHA256"];

let g;
let board;
let doors; // name, port, ca, own: the right certificate, others: of the wrong kind
const at = (name) => join(g.dir, name);

// ---- the client ----

// One connection, to its end: { text, code, late }. What is typed goes through TLS, or with
// `commands` to s_client itself; `until` ends it once the output fits, else either side does.
function client(door, options, { type = [], commands = false, until } = {}) {
  const child = spawn("openssl", ["s_client", "-connect", `127.0.0.1:${door.port}`, "-CAfile",
    door.ca, ...(type.length > 0 && !commands ? ["-ign_eof"] : []), ...options],
  { stdio: ["pipe", "pipe", "pipe"] });
  let text = "";
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    child.kill("SIGKILL");
  }, WAIT_MS);
  const take = (data) => {
    text += data.toString("latin1");
    if (until?.test(text)) child.kill("SIGKILL");
  };
  child.stdin.on("error", () => {}); // it may have ended: its output says why
  child.stdout.on("data", take);
  child.stderr.on("data", take);
  child.stdin.write(type.map((line) => `${line}\n`).join(""));
  if (!commands) child.stdin.end();
  return new Promise((done) => child.once("close", (code) => {
    clearTimeout(timer);
    done({ text, code, late });
  }));
}

const shown = (name) => name ? ["-cert", at(`${name}.crt`), "-key", at(`${name}.key`)] : [];
const get = (door) => [`GET ${door.path} HTTP/1.1\r`, `Host: ${door.host}:${door.port}\r`, "\r"];

// Is the listener's HTTP reached? Its status, or null: TLS 1.3 tells a client that it was refused
// only after the client thinks that it is in.
async function status(door, options, name = door.own) {
  const { text, late } = await client(door, [...shown(name), ...options], { type: get(door),
    until: /^HTTP\/1\.1 (\d+)/m });
  assert.ok(!late, `${door.name} ${name} ${options.join(" ")} says nothing:\n${text}`);
  return /^HTTP\/1\.1 (\d+)/m.exec(text)?.[1] ?? null;
}

// What a handshake that stands says about itself; it ends with the input.
async function handshake(door, options) {
  const { text, late } = await client(door, [...shown(door.own), ...options]);
  assert.ok(!late, `${door.name} ${options.join(" ")} does not end:\n${text}`);
  return text;
}

const stands = async (door, options) => await status(door, options) !== null;

// Asks again until it is so: each time a connection, never a pause.
async function eventually(look, what) {
  const until = Date.now() + WAIT_MS;
  while (!await look()) assert.ok(Date.now() < until && !g.program.over, what);
}

// ---- the certificates ----

// A certificate on a fresh key for `unit`, by our own authority unless told otherwise.
async function make(name, unit, { key = ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"], days = "30",
  usage = "clientAuth", hash = "sha256", ca = join(g.data, "pki/ca") } = {}) {
  await openssl("req", "-new", "-newkey", ...key, "-nodes", "-keyout", at(`${name}.key`), "-out",
    at(`${name}.csr`), "-subj", `/CN=${name}/OU=${unit}`);
  const signer = ca === "self" ? ["-signkey", at(`${name}.key`)]
    : ["-CA", `${ca}.crt`, "-CAkey", `${ca}.key`];
  writeFileSync(at(`${name}.ext`), `basicConstraints=CA:FALSE\nextendedKeyUsage=${usage}\n`);
  await openssl("x509", "-req", "-in", at(`${name}.csr`), ...signer, "-days", days, `-${hash}`,
    "-out", at(`${name}.crt`), "-extfile", at(`${name}.ext`), "-set_serial",
    `0x${Buffer.from(name).toString("hex").slice(0, 30)}`);
  return name;
}

// Through `openssl ca`, which alone can date a certificate.
async function makeDated(name, unit, from, until) {
  const dir = at(`ca-${name}`);
  mkdirSync(dir);
  writeFileSync(join(dir, "index.txt"), "");
  writeFileSync(join(dir, "serial"), "0ABCDEF0\n");
  writeFileSync(join(dir, "ca.conf"), ["[ca]", "default_ca=d", "[d]", `dir=${dir}`,
    "database=$dir/index.txt", "serial=$dir/serial", "new_certs_dir=$dir", "default_md=sha256",
    "policy=p", "x509_extensions=x", "[p]", "commonName=supplied",
    "organizationalUnitName=supplied", "[x]", "extendedKeyUsage=clientAuth", ""].join("\n"));
  await openssl("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
    "-keyout", at(`${name}.key`), "-out", at(`${name}.csr`), "-subj", `/CN=${name}/OU=${unit}`);
  await openssl("ca", "-batch", "-config", join(dir, "ca.conf"), "-in", at(`${name}.csr`), "-cert",
    join(g.data, "pki/ca.crt"), "-keyfile", join(g.data, "pki/ca.key"), "-startdate", from,
    "-enddate", until, "-out", at(`${name}.crt`), "-notext");
  return name;
}

before(async () => {
  g = await world({ upstream: false, signedIn: false });
  await g.device("admin", g.hq, "desk");
  board = await new ClientProgram(g, "hospital", "boxP", g.orgA)
    .enrol(makePages(at("own-pages")));
  await board.start();
  const ca = join(g.data, "pki/ca.crt");
  const gateway = (name, own, others, path = "/") =>
    ({ name, port: g.ports[name], ca, own, others, path, host: "localhost" });
  doors = [gateway("ambulance", "car", ["boxA", "desk"]),
    gateway("hospital", "boxA", ["car", "desk"]),
    gateway("admin", "desk", ["car", "boxA"], "/healthz"),
    { name: "board", port: board.port, ca: at("board-ca.pem"), path: "/", host: "board.test" }];
  writeFileSync(at("board-ca.pem"), board.at.ca);
});
after(async () => {
  await board?.stop();
  await g?.end();
});

const mutual = () => doors.filter((door) => door.own);

// ---- who gets in ----

test("the right certificate gets in: TLS 1.2 and 1.3, whatever name SNI says, or none",
  async () => {
    for (const door of doors)
      for (const version of VERSIONS)
        for (const name of NAMES)
          assert.match(await status(door, [version, ...name]) ?? "nothing",
            door.own && door.path === "/" ? /^404$/ : /^200$/, `${door.name} ${version} ${name}`);
  });

test("the server proves itself to a client that asks for its name", async () => {
  for (const door of doors)
    for (const version of VERSIONS) {
      const text = await handshake(door, [version, "-verify_return_error", "-verify_hostname",
        door.host]);
      assert.match(text, /Verify return code: 0 \(ok\)/, `${door.name}: ${text}`);
      assert.match(text, door.own ? /Acceptable client certificate CA names\n.*Sakiyomi/
        : /No client certificate CA names sent/);
    }
});

test("no certificate, a wrong authority's, expired, not begun, for servers, too weak: nobody",
  async () => {
    await openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
      "-keyout", at("foreign.key"), "-out", at("foreign.crt"), "-days", "30", "-subj",
      "/CN=Sakiyomi device CA");
    for (const door of mutual()) {
      const unit = door.name;
      const bad = [null, ...door.others, ...await Promise.all([
        make(`${unit}-foreign`, unit, { ca: at("foreign") }),
        make(`${unit}-self`, unit, { ca: "self" }),
        make(`${unit}-server`, unit, { usage: "serverAuth" }),
        make(`${unit}-sha1`, unit, { hash: "sha1" }),
        make(`${unit}-rsa1024`, unit, { key: ["rsa:1024"] }),
        make(`${unit}-nobody`, "nobody"),
        makeDated(`${unit}-old`, unit, "20200101000000Z", "20210101000000Z"),
        makeDated(`${unit}-early`, unit, "20400101000000Z", "20410101000000Z"),
      ])];
      for (const name of bad)
        for (const version of VERSIONS)
          for (const sni of NAMES.slice(0, 2))
            assert.equal(await status(door, [version, ...sni, "-cipher", "DEFAULT:@SECLEVEL=0"],
              name), null, `${name} at ${door.name} ${version}`);
      // Ours but not registered: TLS stands, and nothing is said to it.
      await make(`${unit}-stranger`, unit);
      const [cert, key] = ["crt", "key"].map((end) => readFileSync(at(`${unit}-stranger.${end}`)));
      const stranger = new Device({ name: "stranger", port: door.port, ca: g.ca, cert, key });
      await assert.rejects(stranger.connect(), /403|closed/);
    }
  });

test("a revoked certificate stays out at its listener, once the list is read", async () => {
  for (const [kind, org] of [["ambulance", g.hq], ["hospital", g.orgA], ["admin", g.hq]]) {
    const lost = await g.device(kind, org, `lost-${kind}`);
    await g.command("pki", "revoke", "--device", lost.id);
  }
  g.program.child.kill("SIGHUP");
  await eventually(async () => await status(doors[0], ["-tls1_2"], "lost-ambulance") === null,
    "the list is read");
  for (const { name } of mutual())
    for (const version of VERSIONS)
      assert.equal(await status(doors.find((d) => d.name === name), [version], `lost-${name}`),
        null, `${name} ${version}`);
});

test("a new certificate and key come into force without a restart; half a file changes nothing",
  async () => {
    const pki = (name) => join(g.data, "pki", name);
    const serial = async (door) => {
      const text = await handshake(door, ["-tls1_3"]);
      return new X509Certificate(/-----BEGIN[^]*?END CERTIFICATE-----\n/.exec(text)[0])
        .serialNumber;
    };
    const before_ = await serial(doors[0]);
    await openssl("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
      "-keyout", at("next.key"), "-out", at("next.csr"), "-subj", "/CN=localhost");
    await g.command("pki", "server", "--csr", at("next.csr"), "--names", "localhost,127.0.0.1",
      "--out", at("next.crt"));
    const [cert, key] = ["next.crt", "next.key"].map((name) => readFileSync(at(name)));
    writeFileSync(pki("server.crt"), cert.subarray(0, cert.length / 2));
    writeFileSync(pki("server.key"), key, { mode: 0o600 });
    g.program.child.kill("SIGHUP");
    await eventually(() => /read again: ERR_CERT/.test(g.program.log) || status(doors[0], [])
      .then(() => false), "half a file is noticed");
    assert.equal(await serial(doors[0]), before_);
    writeFileSync(pki("server.crt"), cert);
    g.program.child.kill("SIGHUP");
    await eventually(async () => await serial(doors[0]) !== before_, "the new one is shown");
    const now = await serial(doors[0]);
    for (const door of mutual()) {
      assert.equal(await serial(door), now);
      assert.ok(await stands(door, ["-verify_return_error", "-verify_hostname", "localhost"]));
    }
    for (const device of [g.car, g.boxA]) await device.settle(); // standing lines stay
  });

// ---- what is spoken ----

test("nothing older than TLS 1.2", async () => {
  for (const door of doors)
    for (const version of ["-tls1", "-tls1_1"])
      assert.ok(!await stands(door, [version, "-cipher", "ALL:@SECLEVEL=0"]),
        `${door.name} ${version}`);
});

test("forward-secret AEAD suites only, and ours before the client's choice", async () => {
  for (const door of doors) {
    for (const suite of GOOD_12)
      assert.ok(await stands(door, ["-tls1_2", "-cipher", suite]), `${door.name} ${suite}`);
    for (const suites of ["ALL:COMPLEMENTOFALL:!AESGCM:!CHACHA20:@SECLEVEL=0",
      "kRSA:kDHE:kPSK:aNULL:eNULL:@SECLEVEL=0", "AESCCM:ARIA:CAMELLIA:@SECLEVEL=0"])
      assert.ok(!await stands(door, ["-tls1_2", "-cipher", suites]), `${door.name} ${suites}`);
    assert.ok(!await stands(door, ["-tls1_3", "-ciphersuites",
      "TLS_AES_128_CCM_SHA256:TLS_AES_128_CCM_8_SHA256"]));
    assert.match(await handshake(door, ["-tls1_2", "-cipher",
      "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384"]),
    /Cipher is ECDHE-ECDSA-AES256-GCM-SHA384/);
  }
});

// With TLS 1.2 a client must also offer the curve of the certificate: only 1.3 shows it apart.
test("X25519, P-256 and P-384; no other curve, no finite field", async () => {
  for (const door of doors) {
    for (const curve of ["X25519", "P-256", "P-384"])
      assert.ok(await stands(door, ["-tls1_3", "-groups", curve]), `${door.name} ${curve}`);
    for (const curve of ["P-521", "X448", "ffdhe2048", "ffdhe8192"])
      assert.ok(!await stands(door, ["-tls1_3", "-groups", curve]), `${door.name} ${curve}`);
    assert.match(await handshake(door, ["-tls1_2", "-groups", "P-521:P-256:X25519"]),
      /Temp Key: X25519/);
  }
});

test("no signature over SHA-1 or SHA-224, given or taken", async () => {
  for (const door of doors) {
    for (const hash of ["SHA1", "SHA224"])
      assert.ok(!await stands(door, ["-tls1_2", "-sigalgs", `ECDSA+${hash}`, "-cipher",
        "DEFAULT:@SECLEVEL=0"]), `${door.name} ${hash}`);
    for (const version of VERSIONS) {
      if (!door.own) continue;
      const asked = /^Requested Signature Algorithms: (.*)$/m
        .exec(await handshake(door, [version]))[1];
      assert.match(asked, /ECDSA\+SHA256|ecdsa_secp256r1_sha256/); // 3.0 and 3.5 write it so
      assert.doesNotMatch(asked, /SHA1\b|SHA224|MD5/i, door.name);
    }
  }
});

// ---- what is not offered ----

test("nothing to resume with: no ticket, no session id, no early data", async () => {
  for (const door of doors)
    for (const version of VERSIONS) {
      const kept = at(`session-${door.name}${version}`);
      const { text } = await client(door, [...shown(door.own), version, "-sess_out", kept],
        { type: get(door), until: /^HTTP\/1\.1 /m });
      assert.doesNotMatch(text, /session ticket|New Session Ticket|TLS session ticket/i);
      if (version === "-tls1_2") assert.match(text, /^ *Session-ID: *$/m);
      else assert.match(text, /Early data was not sent/);
    }
  // What a client kept of a session of TLS 1.2 is of no use to it.
  for (const door of doors) {
    const text = await handshake(door, ["-tls1_2", "-reconnect"]);
    assert.doesNotMatch(text, /^Reused/m, door.name);
    assert.match(text, /^New, /m);
  }
});

test("no renegotiation by the client, no compression, no HTTP/2, no fallback", async () => {
  for (const door of doors) {
    const { text, late } = await client(door, [...shown(door.own), "-tls1_2"], { type: ["R"],
      commands: true, until: /no renegotiation/i });
    assert.match(text, /^RENEGOTIATING/m, `${door.name} ${text}`);
    assert.ok(!late);
    assert.match(text, /no renegotiation/i, door.name);
    const plain = await handshake(door, ["-tls1_2", "-comp", "-alpn", "h2"]);
    assert.match(plain, /^Compression: NONE/m);
    assert.match(plain, /Secure Renegotiation IS supported/);
    assert.match(plain, /Extended master secret: yes/);
    assert.doesNotMatch(plain, /ALPN protocol: h2/);
    assert.ok(!await stands(door, ["-no_tls1_3", "-fallback_scsv"]), door.name);
  }
});

test("the gateway and the board go on", async () => {
  for (const device of [g.car, g.boxA]) await device.settle();
  for (const door of doors) assert.ok(await stands(door, ["-tls1_3"]), door.name);
});
