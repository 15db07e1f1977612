// 52-english_test.mjs — Job: the same story, every page of it in English.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { chain } from "./lib/chain.mjs";
import { axe, shot } from "./lib/chromium.mjs";
import { openConsole, signIn as signInAtConsole } from "./lib/console.mjs";
import { seen, sees, touch } from "./lib/hands.mjs";
import { Stage } from "./lib/stage.mjs";
import { Story } from "./lib/story.mjs";

const story = new Story("en", "english");
let stage;
const step = chain("english", () => stage);

before(async () => {
  stage = await Stage.open({ second: true });
  await story.raise(stage);
});
after(() => stage?.end());

story.tell(step);

step("another tablet takes the case over, and hands the patient over; the hospital confirms (en)",
  () => story.takeOver(story.boardB, "Dr Otsu"));

step("who came later sees whose words are the crew's, and whose the hospital's (en)", async () => {
  const { second } = story;
  await touch(second.locator("[data-key=nav-talk]").first());
  for (const [key, side] of [["coming", /^crew 佐藤 花子/], ["wait", /^hospital 田中 一郎/]])
    await second.locator("ul.ms li").filter({ hasText: story.text(key) }).filter({ hasText: side })
      .waitFor();
});

step("the console has each opening with its person (en)", async () => {
  const page = await openConsole(stage.browser, stage.watch, stage.g, stage.desk);
  await touch(page.locator("[data-key=language]"));
  await signInAtConsole(page, stage.honda);
  await sees(page, stage.tanaka.name, "table");
  await sees(page, stage.suzuki.name, "table");
  assert.match(await seen(page), /opened/i);
  await axe(page, "access");
  await shot(page, "english-20-console");
});
