// Runs inside Chromium: a PNG as a data address in; its size, at most 96 colours and one byte a pixel out.
async (address) => {
  const MOST = 96;
  const image = new Image();
  image.src = address;
  await image.decode();
  const { width, height } = image;
  const context = Object.assign(document.createElement("canvas"), { width, height }).getContext("2d");
  context.drawImage(image, 0, 0);
  const pixels = new Uint32Array(context.getImageData(0, 0, width, height).data.buffer);

  const counts = new Map();
  for (const pixel of pixels) counts.set(pixel, (counts.get(pixel) || 0) + 1);
  const byUse = [...counts].sort((one, other) => other[1] - one[1]).map(([pixel]) => pixel);
  const palette = [];
  // The place of the palette's colour that is nearest, and how far it is, squared.
  function nearest(pixel) {
    let place = -1;
    let least = Infinity;
    for (let index = 0; index < palette.length && least > 0; index += 1) {
      const red = (pixel & 255) - (palette[index] & 255);
      const green = ((pixel >> 8) & 255) - ((palette[index] >> 8) & 255);
      const blue = ((pixel >> 16) & 255) - ((palette[index] >> 16) & 255);
      const distance = red * red + green * green + blue * blue;
      if (distance < least) [place, least] = [index, distance];
    }
    return [place, least];
  }
  function take(colours, atLeast) {
    for (const pixel of colours) {
      if (palette.length < MOST && nearest(pixel)[1] >= atLeast) palette.push(pixel);
    }
  }
  // Flat areas keep their exact colour, small marks a colour of their own, letters their edges.
  take(byUse.slice(0, 48), 1);
  take(byUse.filter((pixel) => counts.get(pixel) > 20), 900);
  take(byUse, 49);
  take(byUse, 1);

  const places = new Map(byUse.map((pixel) => [pixel, nearest(pixel)[0]]));
  const rows = new Uint8Array(pixels.length);
  pixels.forEach((pixel, index) => { rows[index] = places.get(pixel); });
  let text = "";
  for (let start = 0; start < rows.length; start += 32768) {
    text += String.fromCharCode(...rows.subarray(start, start + 32768));
  }
  const parts = palette.flatMap((pixel) => [pixel & 255, (pixel >> 8) & 255, (pixel >> 16) & 255]);
  return { width, height, palette: parts, rows: btoa(text) };
}
