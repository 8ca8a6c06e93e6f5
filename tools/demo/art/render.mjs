/**
 * Turns the drawings of the demo brand into the pictures that the seed uploads. A picture is drawn again only when its
 * sources have changed: the name of the file carries their hash.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { drawing, rasterise } from './art.mjs';

const products = {
  yunomi: 'yunomi',
  kobachi: 'kobachi',
  mug: 'mug',
  mugIron: 'mug-iron',
  kyusu: 'kyusu',
  hirazara: 'hirazara',
  katakuchi: 'katakuchi',
  mamezara: 'mamezara',
  hashioki: 'hashioki',
};

/** A short hash over everything in this folder, for names in caches. */
export async function artHash() {
  const folder = fileURLToPath(new URL('.', import.meta.url));
  const hash = createHash('sha256');
  for (const name of (await readdir(folder)).sort()) hash.update(name).update(await readFile(join(folder, name)));
  return hash.digest('hex').slice(0, 12);
}

/**
 * Renders all pictures as WebP below `outDir` and returns their paths: products 1200 × 1200 (`mug` is the white variant,
 * `mugIron` the black one), poster 1200 × 1600, stage 1280 × 720, logo 512 × 512 with transparent corners.
 */
export async function renderArt(outDir) {
  await mkdir(outDir, { recursive: true });
  const hash = await artHash();
  const render = async (name, width, height) => {
    const path = resolve(outDir, `${name}-${hash}.webp`);
    if (!existsSync(path)) {
      const unfinished = `${path}.${process.pid}`;
      await rasterise(await drawing(name), width, height)
        .webp({ quality: 82, effort: 4 })
        .toFile(unfinished);
      await rename(unfinished, path);
    }
    return path;
  };
  const [poster, stage, logo, ...pictures] = await Promise.all([
    render('poster', 1200, 1600),
    render('stage', 1280, 720),
    render('logo', 512, 512),
    ...Object.values(products).map((name) => render(name, 1200, 1200)),
  ]);
  return {
    products: Object.fromEntries(Object.keys(products).map((key, i) => [key, pictures[i]])),
    poster,
    stage,
    logo,
  };
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href)
  console.log(await renderArt(process.argv[2] ?? '.engawa/demo/art'));
