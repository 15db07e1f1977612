// shell.js — Job: what both pages do with a frame: fold, keep time, open seals, cover, draw again.
import { setLanguage, word } from "./codes.js";
import { useWords, translate, say } from "./dom.js";
import { addIcons } from "./icons.js";
import { Link } from "./link.js";
import { PdfPages } from "./pdf.js";
import { Seals } from "./seal.js";
import { fold, foldSent, headerOf, newStore } from "./store.js";
import { clock, heardNow, now } from "./time.js";
import { keepTouches } from "./touch.js";

const HOLD_MS = 50;   // an opening that takes longer holds nothing up

// Behind these the program takes no piece for known, nor does the page.
const PIECES_ANEW = ["local.hello", "local.person", "local.cover", "view_header"];

export class Shell {
  constructor(words) {
    useWords(words);
    this.store = newStore();
    this.link = new Link();
    this.pdf = new PdfPages(this);
    this.seals = new Seals(() => {
      this.pdf.forget();
      this.onForget?.();       // in the same turn
    });
    this.cover = null;         // {reason, revoke, case, at}: what the black field says
    this.mistakes = [];        // refusals not yet put away by a person
    this.leaseEnds = Infinity; // monotonic
    this.ready = false;
    this.uncovered = false;    // shown again without the gateway
    this.ahead = null;         // "view/grant" whose sealed pieces were asked for
    this.language = null;      // chosen at this page; null: as the program says
  }

  start(draw) {
    addIcons();
    keepTouches();
    this.drawNow = draw;
    this.link.addEventListener("frame", (event) => this.heard(event.detail));
    this.link.addEventListener("sent", (event) => {
      foldSent(this.store, event.detail);
      if (event.detail.type === "open") this.hold();
      else this.draw();
    });
    this.link.addEventListener("cut", () => {
      this.store.line = { up: false, since: new Date(now()).toISOString() };
      this.draw();
    });
    setInterval(() => this.tick(), 1000);
    this.link.start();
  }

  heard(frame) {
    const body = frame.body ?? {};
    const before = this.store.person?.person;
    fold(this.store, frame);
    // With the gateway gone, what the program tells of its own (a snapshot) is no sign of life.
    if (!frame.type.startsWith("local.") && this.store.line?.up) this.renew();
    if (body.now) heardNow(body.now);
    if (PIECES_ANEW.includes(frame.type)) this.ahead = null;
    if (frame.type === "local.hello") this.hello(body);
    if (frame.type === "local.person" && before && before !== body.person) this.seals.forget({});
    if (frame.type === "view_piece") return this.seals.piece(body);
    if (frame.type === "local.document") return this.seals.document(body);
    if (frame.type === "local.pdf_page") return this.pdf.piece(body);
    if (frame.type === "section_keys") return this.openSections(frame);
    if (frame.type === "local.cover") this.coverBy(body);
    if (frame.type === "refusal") this.mistakes.push({ ...body, at: now() });
    if (frame.type === "local.end") this.ready = true;
    if (frame.type !== "alive" && !this.store.coming) this.draw();
  }

  hello(body) {
    this.leaseMs = body.lease_ms ?? 120000;
    if (body.line?.up) this.renew();
    else this.leaseEnds = Math.min(this.leaseEnds, performance.now() + this.leaseMs);
    this.speak(this.language ?? body.language);
  }

  // Chosen at this page: what stands there stays there, in the other language.
  choose(language) {
    this.language = language;
    this.speak(language);
    this.drawAtOnce();
  }

  speak(language) {
    setLanguage(language);
    document.documentElement.lang = language === "en" ? "en" : "ja";
    translate(document);
  }

  // The gateway is there again: what the lease had covered is opened anew, and that is logged.
  renew() {
    this.leaseEnds = performance.now() + (this.leaseMs ?? 120000);
    this.uncovered = false;
    if (this.cover?.reason !== "lease") return;
    this.seals.forget();
    this.cover = null;
  }

  async openSections(frame) {
    const header = headerOf(this.store, frame.body.view, frame.body.grant);
    try {
      await this.seals.keys(frame.body, header);
      if (this.cover?.view === frame.body.view || this.cover?.reason === "lease") this.cover = null;
    } catch (error) {
      this.mistakes.push({ code: "ERR_CRYPTO", ja: "届いた情報を開けませんでした",
                           en: "the view could not be opened", path: error.message, at: now() });
    }
    this.drawAtOnce();
  }

  // Sealed pieces of what may be opened next: the opening then waits for its keys alone.
  fetchAhead({ view, grant }) {
    const key = `${view}/${grant}`;
    if (this.ahead !== key && this.link.post({ type: "local.pieces", body: { view, grant } }))
      this.ahead = key;
  }

  // What is taken away leaves the page in this very turn, before anything else is drawn. For want
  // of the gateway alone it only leaves the screen: one named touch may show it again.
  coverBy(body) {
    if (body.reason === "lease" && (this.uncovered || this.cover?.reason === "lease")) return;
    if (body.reason === "lease" && !body.gone) this.seals.veil();
    else this.seals.forget(body);
    const quiet = ["signed_out", "closed", "replaced"].includes(body.reason) && !body.view;
    this.cover = quiet ? null : { ...body, at: new Date(now()).toISOString() };
    this.drawAtOnce();
  }

  // After local.uncover said ok: what the lease covered stands there again.
  uncover(view, grant) {
    if (this.seals.unveil({ view, grant })) this.cover = null;
    this.uncovered = true;   // until the right's last known end, or the gateway's next word
    this.draw();
  }

  tick() {
    const shows = this.seals.plain.size > 0;
    if (shows && performance.now() > this.leaseEnds) this.coverBy({ reason: "lease" });
    for (const header of this.store.headers.values())
      if (header.until && Date.parse(header.until) <= now() &&
          this.seals.has(header.view, header.grant))
        this.coverBy({ reason: "until", view: header.view, grant: header.grant,
                       case: header.case });
    this.countTexts();
    this.onTick?.();
  }

  countTexts() {
    const count = (place, text) => { if (place.textContent !== text) place.textContent = text; };
    for (const place of document.querySelectorAll("[data-clock]")) count(place, clock(now()));
    for (const place of document.querySelectorAll("[data-to]")) {
      const minutes = Math.ceil((Date.parse(place.dataset.to) - now()) / 60000);
      count(place, minutes > 0 ? say("in_minutes", minutes) : say("due"));
    }
    for (const place of document.querySelectorAll("[data-from]"))
      count(place, say("seconds", Math.max(0,
        Math.floor((now() - Date.parse(place.dataset.from)) / 1000))));
  }

  // An opening shows nothing before its keys are here. A drawing on the way (of the receipt, of the
  // notice) would only stand before them: each costs a frame.
  hold() {
    cancelAnimationFrame(this.planned);
    clearTimeout(this.held);
    this.planned = 0;
    this.held = setTimeout(() => this.drawAtOnce(), HOLD_MS);
  }

  draw() {
    if (this.planned || this.held) return;
    this.planned = requestAnimationFrame(() => this.drawAtOnce());
  }

  // Focus stays on the control with the same data-key.
  drawAtOnce() {
    cancelAnimationFrame(this.planned);
    clearTimeout(this.held);
    this.planned = this.held = 0;
    if (!this.store.hello.program) return;
    const key = document.activeElement?.dataset?.key;
    this.drawNow();
    this.pdf.paint();
    this.countTexts();
    const place = key && document.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (place && place !== document.activeElement) place.focus();
  }

  coverTitle(shown) {
    const revoke = shown?.revoke ?? this.cover?.revoke;
    if (revoke) return word("revoke_reason", revoke);
    return word("cover", this.cover?.reason);
  }

  mistakeText(mistake) {
    return document.documentElement.lang === "en" ? mistake.en : mistake.ja;
  }
}
