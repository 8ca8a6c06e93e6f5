/**
 * Reads the demo brand's drawings. A picture names the pots it needs as <use href="pots.svg#mug"/>, so it opens in any
 * browser as it lies here; librsvg follows no references into other files, so the definitions are copied in before rendering.
 */
import { readFile } from 'node:fs/promises';
import sharp from 'sharp';

const read = (name) => readFile(new URL(`${name}.svg`, import.meta.url), 'utf8');

/** The whole SVG text of one picture, complete in itself. `css` may hide layers. */
export async function drawing(name, { css = '' } = {}) {
  return complete(await read(name), css);
}

/** Completes SVG text that names pots, with the definitions of the pots. */
export async function complete(svg, css = '') {
  const pots = await read('pots');
  const definitions = pots.slice(pots.indexOf('<defs>'), pots.indexOf('</defs>') + '</defs>'.length);
  const style = css && `<style>${css}</style>`;
  return svg
    .replaceAll('href="pots.svg#', 'href="#')
    .replace('</svg>', `${style}</svg>`)
    .replace(/<svg [^>]*>/, (open) => open + definitions);
}

/**
 * Rasterises SVG text to exactly `width` × `height` pixels. Blurs would fade where the canvas ends, so a margin is drawn
 * around the frame (all pictures paint beyond it) and cut off again.
 */
export function rasterise(svg, width, height) {
  const [x, y, w, h] = svg
    .match(/viewBox="([^"]*)"/)[1]
    .split(' ')
    .map(Number);
  const margin = Math.ceil(Math.max(width, height) * 0.05);
  const [mx, my] = [(margin * w) / width, (margin * h) / height];
  const widened = svg
    .replace(/viewBox="[^"]*"/, `viewBox="${x - mx} ${y - my} ${w + 2 * mx} ${h + 2 * my}"`)
    .replace('<svg ', `<svg width="${width + 2 * margin}" height="${height + 2 * margin}" `);
  return sharp(Buffer.from(widened), { unlimited: true }).extract({ left: margin, top: margin, width, height });
}
