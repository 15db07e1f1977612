// seal.js — Job: put sealed sections together, check them, open them, forget them.
//
// Keys go straight into WebCrypto (not extractable) and live for one decryption. Plain text lives
// in memory only, until the cover. PROTOCOL.md section 8.
function bytesOf(base64) {
  const text = atob(base64), bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}
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
    this.pieces = new Map();   // "view/grant" -> Map(section -> {pieces, sealed, hash}), no plain
    this.plain = new Map();    // "view/grant" -> Map(section -> {state, content, files})
    this.veiled = new Map();   // the same, covered while the line is dead: not to be shown
    this.epoch = 0;            // a cover during a decryption makes its result void
  }

  // Joined and hashed before there is a key: what is left for the opening is short.
  piece(body) {
    const key = keyOf(body);
    if (!this.pieces.has(key)) this.pieces.set(key, new Map());
    const sections = this.pieces.get(key);
    if (body.piece === 0) sections.set(body.section, { pieces: [] });
    const one = sections.get(body.section);
    if (!one || one.pieces.push(bytesOf(body.bytes)) !== body.piece + 1)
      return sections.delete(body.section);   // out of order: as if it had not come
    if (body.piece + 1 < body.pieces) return true;
    one.sealed = joined(one.pieces);
    one.hash = crypto.subtle.digest("SHA-256", one.sealed);
    return true;
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
    const one = this.pieces.get(key)?.get(section);
    if (!row || !one?.sealed || one.pieces.length !== row.pieces)
      throw new Error(`${section}: pieces are missing`);
    const { sealed } = one;
    const hash = new Uint8Array(await one.hash);
    const wanted = bytesOf(row.hash);
    if (sealed.length !== row.bytes || hash.some((byte, i) => byte !== wanted[i]))
      throw new Error(`${section}: not what the header says`);
    const aes = await crypto.subtle.importKey("raw", secret, "AES-GCM", false, ["decrypt"]);
    secret.fill(0);
    const aad = new TextEncoder().encode(`sakiyomi.v1/section/${view}/${section}`);
    const text = await crypto.subtle.decrypt(
      { name: "AES-GCM", iv: sealed.subarray(0, 12), additionalData: aad }, aes,
      sealed.subarray(12));
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

  // One view, or everything when BODY names none. Sealed pieces go when the program says so: by
  // then it knows that it has to send them again.
  forget(body) {
    this.epoch++;
    this.gone();
    this.documents.clear();
    const sealed = body && (body.gone || !body.view) ? [this.pieces] : [];
    for (const map of [this.plain, this.veiled, ...sealed])
      for (const key of map.keys())
        if (!body?.view || key === keyOf(body) ||
            (!body.grant && key.startsWith(`${body.view}/`))) map.delete(key);
  }
}
