// chain.mjs — Job: tests that tell one story: when a step fails, the later ones are not tried.
import { test } from "node:test";
import { shot } from "./chromium.mjs";

// Gives `step`, used like `test`. PAGES(): what to photograph when a step fails; what pages did
// wrong is a failure of the step in which they did it.
export function chain(name, stageOf) {
  let failed = null;
  let count = 0;
  return (title, run) => test(title, async () => {
    count++;
    if (failed) throw new Error(`not tried: "${failed}" failed`);
    try {
      await run();
      stageOf().watch.judge();
    } catch (error) {
      failed = title;
      const contexts = stageOf()?.browser?.contexts() ?? [];
      await Promise.all(contexts.flatMap((one) => one.pages()).map((page, i) =>
        shot(page, `failed-${name}-${count}-${i}-${page.name ?? ""}`).catch(() => {})));
      const faults = stageOf()?.watch.faults ?? [];
      if (faults.length > 0) error.message += `\nand: ${faults.join("\nand: ")}`;
      throw error;
    }
  });
}
