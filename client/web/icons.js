// icons.js — Job: the shapes of all icons, once, for the three pages: `<use href="#i-NAME">`.
import { svg } from "./dom.js";

// On 24 × 24: a text is a path, three numbers are a circle (cx, cy, r).
const icons = {
  back: ["M8 5L3 10l5 5M3 10h11a6 6 0 0 1 0 12h-3"],
  bell: ["M6 17V10a6 6 0 0 1 12 0v7l2 2H4zM10 22h4"],
  car: ["M2 6h12v11H2zM14 10h5l3 3v4h-8z", [7, 18, 2], [18, 18, 2]],
  card: [{ tag: "rect", x: "2", y: "5", width: "20", height: "14", rx: "2" }, "M14 10h5M14 14h5",
    [8, 11, 2], "M5 16c1-2 5-2 6 0"],
  clock: [[12, 12, 9.5], "M12 6v6l4 3"],
  eye: ["M1.5 12S5.5 5 12 5s10.5 7 10.5 7-4 7-10.5 7S1.5 12 1.5 12z", [12, 12, 3]],
  find: [[10, 10, 6.5], "M15 15l6 6"],
  glass: ["M12 3l9 16H3zM12 9v5M12 16.5v.2M2 22h20"],
  go: ["M9 5l7 7-7 7"],
  hide: ["M3 3l18 18M9 6c8-3 13.5 6 13.5 6a19 19 0 0 1-3 3.8",
    "M6 7.5A19 19 0 0 0 1.5 12S7 21 16.7 18"],
  hospital: ["M4 21V5h16v16zM12 8v7M8.5 11.5h7"],
  info: [[12, 12, 9.5], "M12 11v6M12 7v.5"],
  line: ["M2 9a15 15 0 0 1 20 0M5 13a10 10 0 0 1 14 0M8.5 16.5a5 5 0 0 1 7 0M12 20v.2"],
  lock: [{ tag: "rect", x: "4", y: "11", width: "16", height: "10", rx: "2" },
    "M8 11V7a4 4 0 0 1 8 0v4"],
  minus: ["M4 12h16"],
  more: ["M5 12v.1M12 12v.1M19 12v.1"],
  off: ["M3 3l18 18M5 12a10 10 0 0 1 4-2.5M2 8.5A15 15 0 0 1 6 6M12 6a15 15 0 0 1 10 3"],
  ok: ["M4 12.5l5 5L20 6.5"],
  pen: ["M4 20l1-5L16 4l4 4L9 19z"],
  person: [[12, 8, 4], "M4 21c1-8 15-8 16 0"],
  phone: ["M5 3h4l2 5-2.5 2a13 13 0 0 0 5.5 5.5L16 13l5 2v4a2 2 0 0 1-2 2A16 16 0 0 1 3 5z"],
  plus: ["M12 4v16M4 12h16"],
  print: ["M7 9V3h10v6M7 17H3V9h18v8h-4M7 14h10v7H7z"],
  pulse: ["M2 12h5l2-6 4 12 3-8 1.5 2H22"],
  ring: [{ tag: "circle", cx: "12", cy: "12", r: "9", "stroke-width": "2" }],
  save: ["M12 3v12M7 10l5 5 5-5M4 20h16"],
  set: ["M4 7h10M18 7h2M4 17h2M10 17h10", [16, 7, 2], [8, 17, 2]],
  shield: ["M12 2.5l8 3v6c0 5-3.5 8.5-8 10-4.5-1.5-8-5-8-10v-6z",
    "M8.5 12l2.5 2.5L15.5 9.5"],
  sound: ["M4 9v6h4l6 5V4L8 9zM18 9a5 5 0 0 1 0 6"],
  sun: [[12, 12, 4.5],
    "M12 1.5v3M12 19.5v3M1.5 12h3M19.5 12h3M4.5 4.5l2 2M17.5 17.5l2 2",
    "M19.5 4.5l-2 2M6.5 17.5l-2 2"],
  talk: ["M3 4h18v13H10l-5 4v-4H3z"],
  unk: [{ tag: "circle", cx: "12", cy: "12", r: "9.5", "stroke-dasharray": "3 3.5" }, "M8 12h8"],
  warn: ["M12 3L2 21h20zM12 10v5M12 18v.5"],
  x: ["M5 5l14 14M19 5L5 19"],
};

function shape(part) {
  if (typeof part === "string") return svg("path", { d: part });
  if (Array.isArray(part)) return svg("circle", { cx: part[0], cy: part[1], r: part[2] });
  const { tag, ...set } = part;
  return svg(tag, set);
}

// Puts them into the page; nothing is drawn by that alone.
export function addIcons() {
  document.body.prepend(svg("svg", { class: "sprite", width: 0, height: 0, "aria-hidden": "true" },
    ...Object.entries(icons).map(([name, parts]) =>
      svg("symbol", { id: `i-${name}`, viewBox: "0 0 24 24" }, ...parts.map(shape)))));
}
