// pick_screens.mjs — Job: pictures of the last `make check-web`, made small, for the README.
//
//   node tests/web/pick_screens.mjs      build/web/… → docs/screens/…
import { mkdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { tool } from "../wire/lib/gateway.mjs";
import { launch } from "./lib/chromium.mjs";

const BYTES_MAX = 150 * 1024;
const TO = join(fileURLToPath(new URL(".", import.meta.url)), "../../docs/screens");
// Of the tests: name there, name in docs/screens, width.
const PICTURES = [
  ["story-2-consent", "tablet-consent", 400], ["story-3-identity", "tablet-identity", 400],
  ["story-4-view", "tablet-view", 400], ["story-10-delivered", "tablet-delivery", 400],
  ["story-7-request", "board-request", 960], ["story-11-opened", "board-patient", 960],
  ["story-12-covered", "board-covered", 960], ["story-20-console", "console-access", 720],
];

mkdirSync(TO, { recursive: true });
const browser = await launch();
try {
  const page = await browser.newPage();
  for (const [from, to, width] of PICTURES) {
    const bytes = readFileSync(join(tool(".."), "web", `${from}.png`)).toString("base64");
    await page.setContent(`<body style="margin:0"><img style="display:block;width:${width}px" ` +
      `src="data:image/png;base64,${bytes}">`);
    const path = join(TO, `${to}.png`);
    await page.locator("img").screenshot({ path });
    const { size } = statSync(path);
    console.log(`${path}: ${Math.ceil(size / 1024)} KB`);
    if (size > BYTES_MAX) throw new Error(`${to} is too large`);
  }
} finally {
  await browser.close();
}
