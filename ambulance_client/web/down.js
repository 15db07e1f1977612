// down.js — Job: the numbers this tablet knows, in the table of the page for a stopped gateway.
import { h, part } from "../../client/web/dom.js";
import { Link } from "../../client/web/link.js";
import { fold, newStore } from "../../client/web/store.js";
import { dialled } from "./phone.js";

// Before the empty lines, which are for what is written by hand. Nothing known: they alone.
const store = newStore(), empty = [...part(document, "numbers").children];
const link = new Link();
link.addEventListener("frame", ({ detail: frame }) => {
  fold(store, frame);
  if (frame.type !== "hospitals" && frame.type !== "local.end") return;
  part(document, "numbers").replaceChildren(...store.hospitals.map((row) => h("tr", {},
    h("td", {}, row.name), h("td", {}, dialled(row.phone) ? h("a", { class: "tel",
      href: `tel:${dialled(row.phone)}` }, row.phone) : ""), h("td", {}, row.specialties ?? ""))),
  ...empty);
});
link.start();
