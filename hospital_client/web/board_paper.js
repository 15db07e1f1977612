// board_paper.js — Job: fetch an opened document's pages for paper or a file, bundle by bundle.
//
// Only after the log's receipt; before it the program draws none. One page after the other: the
// program draws it, here it stays the text of a data: address, for the sheet or the file alone. A
// cover, another screen and 「やめる」 end it and take away what is there, sheet and all.
import { board } from "./board_desk.js";

// A bundle: what goes to the printer, or into one file, at once. Larger ones make a browser's
// preview stand still; what does not fit is the next bundle's, and the screen says so.
const BUNDLE_PAGES = 50;
const BUNDLE_CHARS = 64 * 1024 * 1024;

// Of these a page's own place says what it lacks, and the others go on; anything else is the end.
const OF_THE_PAGE = new Set(["ERR_PDF_BROKEN", "ERR_PDF_LOCKED", "ERR_PDF_LIMITS",
                             "ERR_NOT_FOUND"]);
let answered = null;   // resolves when the program is done with the page asked for last
let work = null;       // on its way: {where, part, page, pieces, image, stop, stopped, done}

board.shell.link.addEventListener("frame", ({ detail: { type, body } }) => {
  if (type !== "local.pdf_page" || !body.paper || body.view !== work?.where.view ||
      body.grant !== work.where.grant || body.part !== work.part || body.page !== work.page)
    return;
  if (body.piece === 0) work.pieces = [];
  work.pieces.push(body.bytes);
  if (body.piece + 1 < body.pieces) return;
  // Each piece but the last is of whole triples, so their base64 is that of the whole.
  const { width, height, pages, fonts, flawed } = body;
  work.image = { width, height, pages, fonts, flawed,
                 url: `data:image/png;base64,${work.pieces.join("")}` };
  work.pieces = [];
});
board.shell.link.addEventListener("cut", () => {
  answered = null;   // it will not come any more
  stopPaper();
});

export function stopPaper() {
  const was = work;
  work = null;
  was?.stop({ code: "" });
  for (const sheet of document.querySelectorAll(".sheet")) sheet.remove();
}
board.shell.onForget = stopPaper;

// How many pages of this bundle are here; null: none is on its way.
export const paperDone = () => work?.done ?? null;

// One at a time is all that the program draws for this page, a stopped one included.
async function fetchPage(own, part, page) {
  await Promise.race([own.stopped, answered]);
  if (own !== work) return {};
  Object.assign(own, { part, page, pieces: [], image: null });
  answered = board.shell.link.local("local.pdf_page", { ...own.where, part, page, paper: true });
  const answer = await Promise.race([own.stopped, answered]);
  const image = own.image;
  own.image = null;
  return answer.ok && image ? { ...image, page } : { page, failed: answer };
}

function begin(where) {
  stopPaper();
  work = { where, done: 0 };
  work.stopped = new Promise((resolve) => { work.stop = resolve; });
  return work;
}

// From place AT {file, page} of these PDFs (PARTS: their numbers in the document): {pages, next},
// next null: nothing is left. {failed}: what the program said. Null: it was stopped.
export async function bundle(where, parts, at) {
  const own = begin(where), got = { pages: [], next: at };
  let chars = 0;
  while (got.next && got.pages.length < BUNDLE_PAGES && chars < BUNDLE_CHARS) {
    const { file, page, pages: known } = got.next, part = parts[file];
    const one = await fetchPage(own, part, page);
    if (own !== work) return null;
    if (one.failed && !OF_THE_PAGE.has(one.failed.code)) {
      stopPaper();
      return one;
    }
    // 0: no page of it could be drawn, on the screen neither.
    const pages = one.pages ?? known ?? board.shell.pdf.count({ ...where, part });
    got.pages.push({ ...one, file, pages });
    chars += one.url?.length ?? 0;
    if (page + 1 < pages) got.next = { file, page: page + 1, pages };
    else got.next = file + 1 < parts.length ? { file: file + 1, page: 0 } : null;
    own.done = got.pages.length;
    board.shell.draw();
  }
  work = null;
  return got;
}
