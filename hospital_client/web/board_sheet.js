// board_sheet.js — Job: what an act in the log gave away: a sheet for the printer, or one file.
//
// One file and not an image for each page: the lines that say whose it is, and that it is practice,
// cannot be parted from the pages; any browser opens it without a network, and nobody takes it for
// the PDF itself, which never was here.
import { pageNotes } from "../../client/web/pdf.js";
import { word } from "../../client/web/codes.js";
import { h, say } from "../../client/web/dom.js";

const DOTS_PER_INCH = 300, CSS_PER_INCH = 96;
const STYLE = `body { font: 12pt/1.5 sans-serif; margin: 10mm; }
pre { white-space: pre-wrap; font: inherit; }
figure { margin: 10mm 0 0; break-before: page; break-inside: avoid; }
img { max-width: 100%; height: auto; }
@page { size: A4; margin: 10mm; }
@media print { body { margin: 0; } img { max-height: 250mm; object-fit: contain; } }`;
const POLICY = "default-src 'none'; img-src data:; style-src data:";

// "文書（PDF）3／12 ページ"; with more than one PDF, which of them.
const nameOf = ({ file, page, pages }, files) => word("section", "document") +
  (files > 1 ? say("out_file", file + 1) : "") + say("out_page", page + 1, pages || "?");

// One page: on top whose it is and who took it when, for sheets get parted.
function figure({ head, end }, one, files) {
  const name = nameOf(one, files), lines = [head, `${name}　${end}`];
  if (one.failed) lines.push(say("out_no_image", one.failed.code));
  else lines.push(...pageNotes(one).map(([, text]) => text));
  const size = (dots) => Math.round((dots * CSS_PER_INCH) / DOTS_PER_INCH);
  return h("figure", { class: one.width > one.height ? "lying" : null },
    h("figcaption", {}, ...lines.map((line) => h("p", {}, line))),
    one.failed ? null : h("img", { src: one.url, alt: name, width: size(one.width),
                                   height: size(one.height) }));
}

// TEXT, then the pages of these FILES (how many PDFs the document has), each under HEAD and END.
export const sheetOf = (text, ends, pages, files) => h("div", { class: "sheet" },
  h("pre", {}, text), ...pages.map((one) => figure(ends, one, files)));

// The sheet is on the page, and each of its images is there to be printed.
export async function ready(sheet) {
  document.body.append(sheet);
  await Promise.all([...sheet.querySelectorAll("img")].map((image) => image.complete ||
    new Promise((done) => { image.onload = image.onerror = done; })));
  return sheet.isConnected;   // else a cover took it away
}

// The same as a file of its own.
export function fileOf(sheet, title) {
  const file = document.implementation.createHTMLDocument(title);
  const style = `data:text/css,${encodeURIComponent(STYLE)}`;
  file.head.append(h("meta", { charset: "utf-8" }),
    h("meta", { "http-equiv": "Content-Security-Policy", content: POLICY }),
    h("link", { rel: "stylesheet", href: style }));
  file.documentElement.lang = document.documentElement.lang;
  file.body.append(h("main", {}, sheet));
  return new Blob(["<!doctype html>\n", new XMLSerializer().serializeToString(file
    .documentElement)], { type: "text/html" });
}
