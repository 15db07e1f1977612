// seal.js — Job: put sealed sections together, check them, open them, forget them.
//
// Keys go straight into WebCrypto (not extractable) and live for one decryption. Plain text lives
// in memory only, until the cover. PROTOCOL.md section 8.
const bytesOf = (base64) => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
const keyOf = (body) => `${body.view}/${body.grant ?? ""}`;

function joined(pieces) {
  const bytes = new Uint8Array(pieces.reduce((size, one) => size + one.length, 0));
  pieces.reduce((at, one) => { bytes.set(one, at); return at + one.length; }, 0);
  return bytes;
}

export class Seals {
  // GONE is told whenever something opened is to leave the screen.
  constructor(gone = () => {}) {
    this.gone = gone;
    this.documents = new Map();   // "view/grant" -> [bytes] of local.document
    this.pieces = new Map();   // "view/grant" -> Map(section -> [bytes])
    this.plain = new Map();    // "view/grant" -> Map(section -> {state, content, files})
    this.veiled = new Map();   // the same, covered while the line is dead: not to be shown
    this.epoch = 0;            // a cover during a decryption makes its result void
  }

  piece(body) {
    const key = keyOf(body);
    if (!this.pieces.has(key)) this.pieces.set(key, new Map());
    const sections = this.pieces.get(key);
    if (!sections.has(body.section)) sections.set(body.section, []);
    sections.get(body.section)[body.piece] = bytesOf(body.bytes);
  }

  // What the document holds but for its files: those never come to a page.
  document(body) {
    const key = keyOf(body);
    if (body.piece === 0) this.documents.set(key, []);
    const pieces = this.documents.get(key);
    pieces.push(bytesOf(body.bytes));
    if (pieces.length < body.pieces) return;
    this.documents.delete(key);
    if (!this.plain.has(key)) this.plain.set(key, new Map());
    this.plain.get(key).set("document", JSON.parse(new TextDecoder().decode(joined(pieces))).body);
  }

  // Gives the sections that were opened, all at the same time; throws with what did not fit, but
  // the others are open.
  async keys(body, header) {
    const key = keyOf(body), epoch = this.epoch, keys = body.keys ?? []; // none: a document alone
    const results = await Promise.allSettled(keys.map(({ section, key: secret }) =>
      this.open(key, body.view, section, bytesOf(secret), header)));
    if (epoch !== this.epoch) return [];
    for (const [i, { status, value }] of results.entries()) {
      if (status !== "fulfilled") continue;
      if (!this.plain.has(key)) this.plain.set(key, new Map());
      this.plain.get(key).set(keys[i].section, value);
    }
    const bad = results.find(({ status }) => status === "rejected");
    if (bad) throw bad.reason;
    return keys.map(({ section }) => section);
  }

  async open(key, view, section, secret, header) {
    const row = header?.sections?.find((one) => one.section === section);
    const pieces = this.pieces.get(key)?.get(section) ?? [];
    if (!row || pieces.length !== row.pieces || pieces.includes(undefined))
      throw new Error(`${section}: pieces are missing`);
    const sealed = joined(pieces);
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", sealed));
    const wanted = bytesOf(row.hash);
    if (sealed.length !== row.bytes || hash.some((byte, i) => byte !== wanted[i]))
      throw new Error(`${section}: not what the header says`);
    const aes = await crypto.subtle.importKey("raw", secret, "AES-GCM", false, ["decrypt"]);
    secret.fill(0);
    const aad = new TextEncoder().encode(`sakiyomi.v1/section/${view}/${section}`);
    const text = await crypto.subtle.decrypt(
      { name: "AES-GCM", iv: sealed.slice(0, 12), additionalData: aad }, aes, sealed.slice(12));
    this.pieces.get(key)?.delete(section);   // the program sends them again with the next opening
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(text));
  }

  section(view, grant, section) {
    return this.plain.get(keyOf({ view, grant }))?.get(section) ?? null;
  }

  has(view, grant) {
    const key = keyOf({ view, grant });
    return this.plain.has(key) || this.veiled.has(key);
  }

  // The lease is over: nothing is shown, but one named touch may show it again.
  veil() {
    this.epoch++;
    this.gone();
    for (const [key, sections] of this.plain) this.veiled.set(key, sections);
    this.plain.clear();
  }
  unveil(body) {
    const key = keyOf(body), sections = this.veiled.get(key);
    this.veiled.delete(key);
    if (sections) this.plain.set(key, sections);
    return Boolean(sections);
  }

  // One view, or everything when BODY names none.
  forget(body = {}) {
    this.epoch++;
    this.gone();
    this.documents.clear();
    if (!body.view) {
      this.plain.clear();
      this.pieces.clear();
      this.veiled.clear();
      return;
    }
    for (const map of [this.plain, this.pieces, this.veiled])
      for (const key of map.keys())
        if (key === keyOf(body) || (!body.grant && key.startsWith(`${body.view}/`)))
          map.delete(key);
  }
}
