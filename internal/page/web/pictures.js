// Pictures that filters are applied to.

import {content, toBase64} from "./dom.js";

const widest = 144; // so that single pixels can be seen

// draw draws a picture of a size and returns what the library takes.
function drawn(width, height, fill) {
  const canvas = new OffscreenCanvas(width, height), context = canvas.getContext("2d", {willReadFrequently: true});
  context.fillStyle = "#fff";
  context.fillRect(0, 0, width, height);
  fill(context);
  const {data} = context.getImageData(0, 0, width, height), rgb = new Uint8Array(3 * width * height);
  for (let i = 0, j = 0; i < data.length; i += 4) {
    rgb[j++] = data[i]; rgb[j++] = data[i + 1]; rgb[j++] = data[i + 2];
  }
  return {width, height, rgb: toBase64(rgb)};
}

// ofFile reads a picture that the browser can show, not wider or higher than what fits.
export async function ofFile(blob, most = widest) {
  let image;
  try { image = await createImageBitmap(blob); } catch {
    throw new Error("this is not a picture that the browser can read; take a PNG or JPEG file");
  }
  const scale = Math.min(1, most / Math.max(image.width, image.height));
  const width = Math.max(1, Math.round(scale * image.width)), height = Math.max(1, Math.round(scale * image.height));
  return drawn(width, height, context => context.drawImage(image, 0, 0, width, height));
}

export const ofCanvas = canvas => drawn(canvas.width, canvas.height, context => context.drawImage(canvas, 0, 0));

// The pictures that are built in.
export const builtIn = {
  shapes: async () => drawn(24, 18, context => {
    context.fillStyle = "#203a80"; context.fillRect(3, 3, 8, 8);
    context.fillStyle = "#d03020"; context.fillRect(14, 2, 3, 14);
    context.fillStyle = "#30a050"; for (let i = 0; i < 6; i++) context.fillRect(3 + i, 12 + (i >> 1), 1, 3);
    context.fillStyle = "#000"; context.fillRect(20, 5, 2, 2);
  }),
  photograph: () => ofFile(new Blob([content("photo")], {type: "image/jpeg"})),
};
