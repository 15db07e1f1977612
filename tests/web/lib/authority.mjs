// authority.mjs — Job: a throw-away authority for the boards, and a browser's home that trusts it.
import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { openssl } from "../../wire/lib/gateway.mjs";

const run = promisify(execFile);
const KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];

export class Authority {
  // In this folder, which somebody else removes.
  static async make(dir) {
    const one = new Authority();
    one.dir = join(dir, "authority");
    one.pem = join(one.dir, "ca.pem");
    mkdirSync(one.dir, { recursive: true });
    await openssl("req", "-x509", ...KEY, "-keyout", join(one.dir, "ca.key"), "-out", one.pem,
      "-subj", "/CN=hospitals of this test", "-days", "30");
    return one;
  }

  // A server's key and certificate for NAME: STEM.key, STEM.pem.
  async issue(name, stem) {
    writeFileSync(`${stem}.ext`,
      `subjectAltName=DNS:${name}\nextendedKeyUsage=serverAuth\nbasicConstraints=CA:FALSE\n`);
    await openssl("req", "-new", ...KEY, "-keyout", `${stem}.key`, "-out", `${stem}.csr`, "-subj",
      `/CN=${name}`);
    await openssl("x509", "-req", "-in", `${stem}.csr`, "-CA", this.pem, "-CAkey",
      join(this.dir, "ca.key"), "-CAcreateserial", "-extfile", `${stem}.ext`, "-days", "30",
      "-out", `${stem}.pem`);
  }

  // A home whose browser trusts what this authority issues, as a hospital's PC is set up to.
  async home() {
    const home = join(this.dir, "home");
    const nss = join(home, ".pki/nssdb");
    mkdirSync(nss, { recursive: true });
    await run("certutil", ["-d", `sql:${nss}`, "-N", "--empty-password"]);
    await run("certutil", ["-d", `sql:${nss}`, "-A", "-t", "C,,", "-n", "hospitals", "-i",
      this.pem]);
    return home;
  }
}
