// paper.mjs — Job: look at a PDF's pages on the screen and on paper: there, with letters on them?

// Dots of the painted page that are not white; null: no page stands there.
export const ink = (page) => page.evaluate(() => {
  const canvas = document.querySelector("canvas[data-pdf]");
  if (!canvas || canvas.width === 0) return null;
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let dots = 0;
  for (let i = 0; i < data.length; i += 4) dots += data[i] < 128;
  return dots;
});

// Dots that are not white, of each image on the sheet that is to be printed.
export const inkOfSheet = (page) => page.evaluate(() => [...document.querySelectorAll(".sheet img")]
  .map((image) => {
    const canvas = Object.assign(document.createElement("canvas"),
      { width: image.naturalWidth, height: image.naturalHeight });
    const ground = canvas.getContext("2d");
    ground.drawImage(image, 0, 0);
    const { data } = ground.getImageData(0, 0, canvas.width, canvas.height);
    let dots = 0;
    for (let i = 0; i < data.length; i += 4) dots += data[i] < 128;
    return dots;
  }));

// The page with this number (from 0) is there and has letters on it.
export const painted = (page, number) => page.waitForFunction((n) => {
  const canvas = document.querySelector("canvas[data-pdf]");
  return canvas?.dataset.pdf.endsWith(`/${n}`) && canvas.width > 0 &&
    canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data
      .some((byte, i) => i % 4 === 0 && byte < 128);
}, number);
