// pdf.js — Job: a PDF's pages as images: asked for, painted, turned; gone with the cover.
//
// The file itself never comes here: the program draws a page and sends its image. Images live in
// this page's memory only, the shown one and its neighbours.
import { isEnglish, word } from "./codes.js";
import { chip, h, icon } from "./dom.js";

const en = (ja, english) => (isEnglish() ? english : ja);
const ZOOMS = ["", "z15", "z2"];
const bytesOf = (base64) => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
const fileOf = (doc) => `${doc.view}/${doc.grant ?? ""}/${doc.part}`;
// A page for paper is no image of the screen: it has a place of its own (board_paper.js).
const pageOf = (doc, page) => `${fileOf(doc)}/${page}${doc.paper ? "/paper" : ""}`;

// What a page's image cannot show as the document has it: [kind, text] each.
export function pageNotes({ fonts, flawed }) {
  return [fonts === "missing" && ["warn", en("文字の一部を表示できません（この機器に書体がありません）",
    "Some letters cannot be shown (this device lacks the font)")],
  fonts === "substituted" && ["sub", en("書体はこの機器のもので代えています",
    "Shown with this device's own fonts")],
  flawed && ["warn", en("PDF に読めない箇所があります。欠けている内容があり得ます",
    "Parts of the PDF could not be read; something may be missing")]].filter(Boolean);
}

// The parts of an opened document that are PDFs.
export const pdfParts = ({ content = {} }) =>
  (content.parts ?? []).filter((one) => one.media === "application/pdf");

export class PdfPages {
  constructor(shell) {
    this.shell = shell;
    this.images = new Map();   // page -> {bitmap, pages, width, height, fonts, flawed}
    this.coming = new Map();   // page -> [bytes]: pieces that are here
    this.asked = new Set();
    this.failed = new Map();   // page -> what the program said
    this.places = new Map();   // file -> {page, zoom}
    this.painted = new WeakMap();
    this.epoch = 0;            // what was asked for before a cover is not shown after it
    shell.link.addEventListener("cut", () => this.asked.clear());
  }

  // ---- what the program says ----

  async piece(body) {
    const key = pageOf(body, body.page), epoch = this.epoch;
    if (!this.asked.has(key)) return;
    if (body.piece === 0) this.coming.set(key, []);
    this.coming.get(key)?.push(bytesOf(body.bytes));
    if (body.piece + 1 < body.pieces) return;
    const whole = new Blob(this.coming.get(key) ?? [], { type: "image/png" });
    this.coming.delete(key);
    const bitmap = await createImageBitmap(whole).catch(() => null);
    if (epoch !== this.epoch) return bitmap?.close();
    if (bitmap) this.images.set(key, { ...body, bytes: null, bitmap });
    else this.failed.set(key, { code: "ERR_PDF_BROKEN", ja: "画像を読めませんでした",
                                en: "the image could not be read" });
    this.shell.draw();
  }

  async ask(doc, page) {
    const key = pageOf(doc, page), epoch = this.epoch;
    if (this.images.has(key) || this.asked.has(key) || this.failed.has(key)) return;
    this.asked.add(key);
    const { view, grant, part } = doc;
    const answer = await this.shell.link.local("local.pdf_page",
      { view, ...(grant ? { grant } : {}), part, page });
    if (epoch !== this.epoch) return;
    this.asked.delete(key);
    if (answer.code === "ERR_BUSY" && this.asked.size > 0) return;   // asked again with the next
    if (!answer.ok) this.failed.set(key, answer);
    this.shell.draw();
  }

  // A cover: the images go in this very turn.
  forget() {
    this.epoch++;
    for (const { bitmap } of this.images.values()) bitmap.close();
    for (const canvas of document.querySelectorAll("canvas[data-pdf]")) canvas.width = 0;
    for (const kept of [this.images, this.coming, this.asked, this.failed, this.places])
      kept.clear();
  }

  // ---- what is drawn ----

  place(doc) {
    const key = fileOf(doc);
    if (!this.places.has(key)) this.places.set(key, { page: 0, zoom: 0 });
    return this.places.get(key);
  }

  turn(doc, by) {
    const place = this.place(doc);
    place.page += by;
    for (const [key, image] of this.images) {
      if (fileOf(image) !== fileOf(doc) || Math.abs(image.page - place.page) <= 1) continue;
      image.bitmap.close();
      this.images.delete(key);
    }
    this.failed.clear();   // what did not come before may come now
    this.shell.draw();
  }

  // Any page of the file that is here or was: it knows how many there are.
  count(doc) {
    const some = [...this.images.values()].find((image) => fileOf(image) === fileOf(doc));
    const place = this.place(doc);
    place.pages = some?.pages ?? place.pages;
    return place.pages ?? 0;
  }

  buttons(doc, place, pages) {
    const key = fileOf(doc);
    // Not `disabled`: who turns pages by keyboard would lose the place at the last one.
    const button = (name, text, can, act) => h("button", { class: "b first quiet", type: "button",
      "data-key": `${name}-${key}`, "aria-disabled": can ? null : "true",
      onclick: can ? act : () => {} }, text);
    const zoom = (by) => () => { place.zoom += by; this.shell.draw(); };
    return h("div", { class: "row pdf-acts" },
      button("pdf-back", [icon("back"), en("前のページ", "Page back")], place.page > 0,
             () => this.turn(doc, -1)),
      button("pdf-on", [icon("go"), en("次のページ", "Next page")], place.page + 1 < pages,
             () => this.turn(doc, 1)),
      button("pdf-less", en("縮小", "Smaller"), place.zoom > 0, zoom(-1)),
      button("pdf-more", en("拡大", "Larger"), place.zoom + 1 < ZOOMS.length, zoom(1)));
  }

  failure(doc, place, failed, reopen) {
    const again = failed.code === "ERR_NO_VIEW" ? reopen : () => {
      this.failed.clear();
      this.shell.draw();
    };
    return h("div", { class: "note warn" }, icon("warn"), h("span", { class: "tx" },
      `${en(failed.ja, failed.en)}（${failed.code}）`), h("button", { class: "b first quiet",
      type: "button", "data-key": `pdf-again-${fileOf(doc)}`, onclick: () => {
        this.failed.delete(pageOf(doc, place.page));
        again();
      } }, en("もう一度", "Try again")));
  }

  paper(doc, place, image) {
    const label = en(`PDF ${place.page + 1}／${image.pages} ページ。画像のため読み上げできません`,
      `PDF page ${place.page + 1} of ${image.pages}: an image, it cannot be read aloud`);
    return h("div", { class: `paper ${ZOOMS[place.zoom]}`, tabindex: "0", role: "region",
      "data-key": `paper-${fileOf(doc)}`, "aria-label": en("PDF のページ（動かせます）",
        "page of the PDF (scrolls)") },
    h("canvas", { "data-key": `canvas-${pageOf(doc, place.page)}`,
      "data-pdf": pageOf(doc, place.page), width: image.width, height: image.height, role: "img",
      "aria-label": label, oncontextmenu: (event) => event.preventDefault() }));
  }

  // Nodes for one PDF. DOC: {view, grant, part}. REOPEN: opens the document anew, in the log.
  nodes(doc, reopen) {
    const place = this.place(doc), key = pageOf(doc, place.page);
    const image = this.images.get(key), failed = this.failed.get(key), pages = this.count(doc);
    this.ask(doc, place.page);
    if (image && place.page + 1 < image.pages) this.ask(doc, place.page + 1);
    const text = pages ? en(`PDF ${place.page + 1}／${pages} ページ`,
                            `PDF page ${place.page + 1} of ${pages}`) : "PDF";
    return h("section", { class: "pdf", "data-key": `pdf-${fileOf(doc)}` },
      h("p", { class: "f-m", role: "status" }, h("b", {}, text), image || failed ? null
        : en("　画像にしています", "　being drawn")), this.buttons(doc, place, pages),
      ...(image ? pageNotes(image).map(([kind, note]) => (kind === "warn" ? chip("warn", note)
        : h("p", { class: "sub" }, note))) : []),
      failed ? this.failure(doc, place, failed, reopen) : null,
      image ? this.paper(doc, place, image) : null);
  }

  // After each drawing: what stands there and is still empty.
  paint() {
    for (const canvas of document.querySelectorAll("canvas[data-pdf]")) {
      const image = this.images.get(canvas.dataset.pdf);
      if (!image || this.painted.get(canvas) === image.bitmap) continue;
      canvas.getContext("2d", { alpha: false }).drawImage(image.bitmap, 0, 0);
      this.painted.set(canvas, image.bitmap);
    }
  }
}

// The section "document", opened: its PDFs, then the tags that nobody knows.
// WHERE: {view, grant}.
export function documentNodes(pdf, where, opened, reopen) {
  const files = pdfParts(opened);
  const other = (opened.content?.other ?? []).map((one) => h("li", {}, `${one.path}: ${one.text}`));
  return [...files.flatMap((one) => [h("p", { class: "sub" }, (one.sections ?? [])
    .map((name) => word("section", name)).join(en("・", ", "))),
  pdf.nodes({ ...where, part: one.part }, reopen)]),
  other.length ? h("ul", { class: "rx" }, other) : null];
}
