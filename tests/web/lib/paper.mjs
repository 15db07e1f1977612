// paper.mjs — Job: look at a PDF's page where a page shows one: is it there, is anything on it?

// Dots of the painted page that are not white; null: no page stands there.
export const ink = (page) => page.evaluate(() => {
  const canvas = document.querySelector("canvas[data-pdf]");
  if (!canvas || canvas.width === 0) return null;
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let dots = 0;
  for (let i = 0; i < data.length; i += 4) dots += data[i] < 128;
  return dots;
});

// The page with this number (from 0) is there and has letters on it.
export const painted = (page, number) => page.waitForFunction((n) => {
  const canvas = document.querySelector("canvas[data-pdf]");
  return canvas?.dataset.pdf.endsWith(`/${n}`) && canvas.width > 0 &&
    canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data
      .some((byte, i) => i % 4 === 0 && byte < 128);
}, number);
