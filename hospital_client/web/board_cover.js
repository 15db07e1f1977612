// board_cover.js — Job: the black field: why nothing is shown, who had opened it, what to do now.
import { word } from "../../client/web/codes.js";
import { h, icon, put, say } from "../../client/web/dom.js";
import { clock, clockAgo } from "../../client/web/time.js";

export function drawCover(board, one) {
  const { shell } = board, s = one.shown;
  const title = s.mixup ? word("revoke_reason", "mixup") : shell.coverTitle(s.grants.at(-1));
  const rows = (one.openings ?? []).map((o) => h("tr", {}, h("th", { scope: "row" }, o.name ?? ""),
    h("td", {}, (o.sections ?? []).map((name) => word("section", name)).join("、")),
    h("td", {}, clock(o.at))));
  const back = h("button", { class: "b go main", "data-key": "back", onclick: () => {
    shell.cover = null;
    board.go(null);
  } }, say("back"));
  const ack = h("button", { class: "b go main", "data-key": "ack",
    onclick: () => shell.link.send("mixup_ack", one.id) }, say("mixup_ack"));
  put(document, "main", h("div", { class: "pad2" },
    h("section", { class: "cover", role: "alert" }, h("p", { class: "f-l" }, icon("hide"),
      ` ${say("covered")}`), h("h1", {}, title),
    h("p", { class: "f-l" }, clockAgo(s.grants.at(-1)?.revoked_at ?? shell.cover?.at)),
    s.must_ack ? ack : back),
    h("div", { class: "two" }, h("section", { class: "card" }, h("h2", {}, say("opened_here")),
      h("table", {}, h("thead", {}, h("tr", {}, ["who", "what", "when"].map((key) =>
        h("th", { scope: "col" }, say(key))))), h("tbody", {}, rows))),
    h("section", { class: "card" }, h("h2", {}, say("next_to_do")), h("ol", { class: "todo" },
      ["do1", "do2", "do3"].map((key) => h("li", {}, say(key))))))));
}
