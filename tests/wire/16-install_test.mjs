// 16-install_test.mjs — Job: `make install` puts a gateway where it belongs and it starts there;
// `make uninstall` leaves nothing of it.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../../", import.meta.url));
const build = resolve(process.env.B ?? join(root, "build"));
const dir = mkdtempSync(join(tmpdir(), "install-"));
const usr = join(dir, "usr");
const PROGRAMS = ["gateway", "ambulance", "hospital"].map((name) => `sakiyomi-${name}`);
let g;

// PREFIX is a real folder, so that the units name programs that are there.
const make = (target) => run("make", ["-C", root, target, `B=${build}`, `PREFIX=${usr}`,
  `CONFDIR=${join(dir, "etc")}`]);
const filesOf = (path) => readdirSync(path, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath ?? entry.path,
    entry.name));

before(() => make("install"));
after(async () => {
  await g?.end();
  rmSync(dir, { recursive: true, force: true });
});

test("programs run, pages can be read by all and written by the owner alone", async () => {
  for (const name of PROGRAMS) {
    const path = join(usr, "bin", name);
    assert.equal(statSync(path).mode & 0o777, 0o755);
    assert.match((await run(path, ["version"])).stdout, /\d+\.\d+/);
  }
  const pages = filesOf(join(usr, "share/sakiyomi"));
  for (const room of ["client", "gateway", "ambulance_client", "hospital_client"])
    assert.ok(pages.some((path) => path.includes(`/sakiyomi/${room}/web/`)), room);
  for (const room of ["gateway", "ambulance_client", "hospital_client"])
    assert.ok(existsSync(join(usr, `share/sakiyomi/${room}/web/index.html`)), room);
  for (const path of pages) {
    assert.equal(statSync(path).mode & 0o777, 0o644, path);
    assert.doesNotMatch(path, /\.(md|mjs|c|h)$/);
  }
});

test("the sample settings are those of the programs, and say what is missing", async () => {
  for (const name of PROGRAMS) {
    const sample = join(usr, "share/doc/sakiyomi", `${name.slice(9)}.conf`);
    assert.equal(readFileSync(sample, "utf8"),
      (await run(join(usr, "bin", name), ["sample-config"])).stdout);
    const error = await run(join(usr, "bin", name), ["check-config", "--config", sample])
      .then(() => null, (e) => e);
    assert.ok([1, 2].includes(error?.code), `${name}: ${error?.code}`);
    assert.match(error.stderr, name === "sakiyomi-gateway" ? /profile/ : /gateway_address/);
  }
});

test("a gateway starts from there, and shows its console", async () => {
  process.env.B = usr; // the harness takes its program from here
  const { Gateway } = await import("./lib/gateway.mjs");
  g = new Gateway({ console: join(usr, "share/sakiyomi") });
  await g.init();
  await g.start();
  const hq = await g.org("headquarters", "試験消防本部");
  const { cert, key } = await g.device("admin", hq, "desk");
  const answer = await new Promise((done, fail) => {
    request({ host: "127.0.0.1", port: g.ports.admin, path: "/", servername: "localhost",
      ca: g.ca, cert, key, headers: { host: `localhost:${g.ports.admin}` } },
    (response) => {
      let text = "";
      response.on("data", (data) => { text += data; });
      response.on("end", () => done({ status: response.statusCode, text }));
    }).on("error", fail).end();
  });
  assert.equal(answer.status, 200);
  assert.equal(answer.text,
    readFileSync(join(usr, "share/sakiyomi/gateway/web/index.html"), "utf8"));
});

const HARD = ["LimitCORE=0", "MemorySwapMax=0", "LimitMEMLOCK=infinity", "NoNewPrivileges=yes",
  "ProtectSystem=strict", "MemoryDenyWriteExecute=yes", "UMask=0077", "User=sakiyomi",
  "RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX", "StateDirectoryMode=0700"];

test("the units name what is there, keep memory off the disk, and may do little", async () => {
  const units = join(usr, "lib/systemd/system");
  for (const name of PROGRAMS) {
    const path = join(units, `${name}.service`);
    const text = readFileSync(path, "utf8");
    assert.doesNotMatch(text, /@[A-Z]+@/);
    for (const line of HARD) assert.ok(text.split("\n").includes(line), `${name}: ${line}`);
    for (const [, program, config] of text.matchAll(/^Exec\w+=(\S+) .* --config (\S+)$/gm)) {
      assert.ok(existsSync(program), program);
      assert.equal(config, join(dir, "etc", `${name.slice(9)}.conf`));
    }
  }
  const gateway = readFileSync(join(units, "sakiyomi-gateway.service"), "utf8");
  assert.match(gateway, /^ExecReload=\/bin\/kill -HUP \$MAINPID$/m);
  assert.match(readFileSync(join(usr, "lib/sysusers.d/sakiyomi.conf"), "utf8"), /^u sakiyomi /);
});

test("systemd itself finds nothing wrong with them", {
  skip: existsSync("/usr/bin/systemd-analyze") ? false : "no systemd-analyze here",
}, async () => {
  for (const name of PROGRAMS) {
    const path = join(usr, "lib/systemd/system", `${name}.service`);
    const { stderr } = await run("systemd-analyze", ["verify", "--man=no", path]);
    assert.equal(stderr.split("\n").filter((line) => line.includes(name)).join("\n"), "");
    // 0 is all shut, 100 all open; what is left open is the network.
    await run("systemd-analyze", ["security", "--offline=yes", "--threshold=20", path]);
  }
});

test("uninstall takes all of it away, and nothing else", async () => {
  await g.end(); // proves its log with the installed program
  g = null;
  const kept = join(usr, "share/doc/other");
  await run("mkdir", ["-p", kept, join(dir, "etc")]);
  await run("touch", [join(kept, "README"), join(dir, "etc/gateway.conf")]);
  await make("uninstall");
  assert.deepEqual(filesOf(dir), [join(dir, "etc/gateway.conf"), join(kept, "README")].sort());
});
