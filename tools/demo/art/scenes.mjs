/** The scenes of the demo clip: the host at her table, and each pot close up. All movement is a function of time. */
import sharp from 'sharp';
import { complete, drawing, rasterise } from './art.mjs';
import { copy, draw, fill, frame, pan, picture } from './planes.mjs';

// The drawings are 1600 units wide; the clip shows them on 1280 pixels, and paints a little more for the camera to move in.
const unit = 0.8;
const wave = (t, period, phase = 0) => Math.sin((2 * Math.PI * t) / period + phase);
const ramp = (x) => Math.min(Math.max(x, 0), 1);

/** Which unit of a scene lies where on the screen. What is nearer than the host (depth 1) moves more than the camera. */
function lens(camera, depth) {
  const zoom = 1 + (camera.zoom - 1) * depth;
  const [cx, cy] = [800 + (camera.x - 800) * depth, camera.y];
  const scale = unit * zoom;
  return { scale, cx, cy, at: (x, y) => ({ x: 640 + (x - cx) * scale, y: 360 + (y - cy) * scale }) };
}

/** One layer of a drawing: `sharpness` pixels for each unit, darkened by `shade` where it is painted, cut to what is painted. */
async function layer(svg, box, sharpness, shade) {
  const [width, height] = [box.width, box.height].map((side) => 2 * Math.round((side * sharpness) / 2));
  const raw = { width, height, channels: 4 };
  const view = `viewBox="${box.x} ${box.y} ${box.width} ${box.height}" preserveAspectRatio="none"`;
  const pixels = (drawn) => {
    const framed = drawn.replace(/ preserveAspectRatio="[^"]*"/, '').replace(/viewBox="[^"]*"/, view);
    return rasterise(framed, width, height).ensureAlpha().raw().toBuffer();
  };
  let data = await pixels(svg);
  if (shade) {
    const over = { input: await pixels(shade), raw, blend: 'atop' };
    data = await sharp(data, { raw }).composite([over]).raw().toBuffer();
  }
  let [left, top, right, bottom] = [width, height, 0, 0];
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      if (data[4 * (y * width + x) + 3] > 2) {
        left = Math.min(left, x);
        right = Math.max(right, x);
        top = Math.min(top, y);
        bottom = Math.max(bottom, y);
      }
  // Even edges, for half-size chroma, with a clear pixel around where there is room.
  [left, top] = [Math.max(left - 2, 0) & ~1, Math.max(top - 2, 0) & ~1];
  const cut = { left, top, width: Math.min(right + 4, width) - left, height: Math.min(bottom + 4, height) - top };
  cut.width &= ~1;
  cut.height &= ~1;
  const trimmed = await sharp(data, { raw }).extract(cut).raw().toBuffer();
  return {
    ...picture(trimmed, cut.width, cut.height),
    sharpness,
    x: box.x + left / sharpness,
    y: box.y + top / sharpness,
  };
}

/** Draws a layer through a lens, turned around the unit point (x, y) and then moved by (dx, dy) units. */
function place(
  target,
  sprite,
  view,
  { x = 800, y = 0, dx = 0, dy = 0, angle = 0, stretch = 1, opacity = 1, size = 1 },
) {
  const scale = (view.scale / sprite.sharpness) * size;
  const pivot = { px: (x - sprite.x) * sprite.sharpness, py: (y - sprite.y) * sprite.sharpness };
  draw(target, sprite, { ...view.at(x + dx, y + dy), ...pivot, angle, sx: scale, sy: scale * stretch, opacity });
}

function backdrop(target, sprite, view) {
  const zoom = sprite.sharpness / view.scale;
  const corner = { x: view.cx - 640 / view.scale - sprite.x, y: view.cy - 360 / view.scale - sprite.y };
  fill(target, sprite, corner.x * sprite.sharpness, corner.y * sprite.sharpness, zoom);
}

const steamDrawing = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 160"><defs>
  <filter id="s" x="-100%" y="-60%" width="300%" height="220%"><feGaussianBlur stdDeviation="7"/></filter></defs>
  <path d="M46 126C34 104 66 88 52 66C42 50 58 42 54 30" fill="none" stroke="#fff" stroke-width="13" stroke-linecap="round"
    opacity=".8" filter="url(#s)"/></svg>`;

/** Three wisps, one after the other, from the unit point (x, y). */
function steam(target, wisp, view, t, x, y, size) {
  for (const turn of [0, 1, 2]) {
    const age = (t / 3.6 + turn / 3) % 1;
    const opacity = 0.5 * Math.sin(Math.PI * age) ** 1.4;
    const drift = { dx: x - 50 + size * 9 * wave(t, 2.7, turn * 2.1), dy: y - 126 - size * 62 * age };
    place(target, wisp, view, {
      x: 50,
      y: 126,
      ...drift,
      opacity,
      size: size * (0.7 + 0.6 * age),
      stretch: 1 + 0.3 * age,
    });
  }
}

const everything = { x: -80, y: 17, width: 1760, height: 990 };
const tableTop = { x: -80, y: 780, width: 1760, height: 227 };
const figure = { x: 530, y: 420, width: 540, height: 587 };
const face = { x: 670, y: 120, width: 270, height: 320 };
const hands = { x: 590, y: 430, width: 440, height: 400 };
const foreground = { x: 200, y: 690, width: 1300, height: 300 };

async function hostScene() {
  const only = async (name, box, sharpness, css = '') => {
    const [hidden, shown] = ['.layer{display:none}', '{display:inline}'];
    const corners = await drawing('stage', { css: `${hidden}#corners${shown}` });
    return layer(await drawing('stage', { css: `${hidden}#${name}${shown}${css}` }), box, sharpness, corners);
  };
  const feature = (name) => only('head', face, 1, `#head>g{display:none}#head>#${name}{display:inline}`);
  const room = await only('room', everything, 0.5);
  const leaves = await only('leaves', everything, 0.5);
  const body = await only('body', figure, 1);
  const head = await only('head', face, 1, '#head>#awake,#head>#smiling{display:none}');
  const awake = await feature('awake');
  const asleep = await feature('asleep');
  const smiling = await feature('smiling');
  const talking = await feature('talking');
  const table = await only('table', tableTop, 0.8);
  const held = await only('held', hands, 1);
  const front = await only('front', foreground, 1);
  const wisp = await layer(steamDrawing, { x: 0, y: 0, width: 100, height: 160 }, 1);
  const blinks = [0.9, 3.7, 6.2, 6.6, 9.3];

  // The camera stands on a tripod: what does not move is drawn once for each framing.
  return (camera) => {
    const [far, here, near] = [lens(camera, 0.8), lens(camera, 1), lens(camera, 1.12)];
    const still = frame(1280, 720);
    backdrop(still, room, far);
    place(still, table, near, { y: 900 });
    const edge = Math.min(720, 2 * Math.ceil(near.at(0, 804).y / 2));

    return (target, t) => {
      copy(target, still);
      const sway = { angle: 0.02 * wave(t, 3.3) + 0.012 * wave(t, 1.7, 1), dx: 5 * wave(t, 4.1) };
      place(target, leaves, far, { x: -60, y: 300, ...sway });
      const breath = wave(t, 4.2);
      const lean = 0.006 * wave(t, 6.3);
      place(target, body, here, { y: 990, angle: lean, stretch: 1 + 0.004 * breath });
      const nod = {
        x: 801,
        y: 430,
        dx: 560 * lean + 2 * wave(t, 3.1),
        dy: -2.2 * breath + 2.6 * wave(t, 2.6),
        angle: 0.026 * wave(t, 5.2) + 0.012 * wave(t, 2.2, 1),
      };
      place(target, head, here, nod);
      const shut = Math.max(0, ...blinks.map((at) => 1.6 - Math.abs(t - at) / 0.06));
      place(target, awake, here, { ...nod, opacity: 1 - ramp(shut) });
      place(target, asleep, here, { ...nod, opacity: ramp(shut) });
      const phrase = ramp(4 * wave(t, 4.6, -0.4) + 2);
      const open = ramp(phrase * (0.5 + 2.4 * wave(t, 0.41, 1.4 * wave(t, 1.3))));
      place(target, smiling, here, { ...nod, opacity: 1 - open });
      place(target, talking, here, { ...nod, opacity: open });
      copy(target, still, edge);
      place(target, held, here, {
        x: 806,
        y: 730,
        dx: 300 * lean + 3 * wave(t, 5.7),
        dy: 4 * wave(t, 4.2, 0.7) - 2,
        angle: 0.028 * wave(t, 4.9, 0.5) + 0.01 * wave(t, 2.1),
      });
      place(target, front, near, { y: 900 });
      steam(target, wisp, near, t, 628, 762, 0.75);
    };
  };
}

const closeUps = {
  yunomi: { size: 3.4, steam: [101, 58] },
  kobachi: { size: 3.9 },
  mug: { size: 3.4, steam: [99, 68] },
  kyusu: { size: 3.2, steam: [29, 74] },
  hirazara: { size: 3.7, flat: true },
  katakuchi: { size: 3.6 },
};

async function closeUpScenes() {
  // It comes at the size of the screen, as the camera only travels sideways here.
  const table = await layer(await drawing('table'), { x: -80, y: 0, width: 1760, height: 900 }, unit);
  const wisp = await layer(steamDrawing, { x: 0, y: 0, width: 100, height: 160 }, 1);
  const shade = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="-60 -60 860 620"><defs>
    <filter id="s" x="-30%" y="-30%" width="160%" height="160%"><feGaussianBlur stdDeviation="8"/></filter></defs>
    <g filter="url(#s)" fill="#20130a" stroke="#20130a"><use href="pots.svg#spray" transform="translate(40 140) scale(2.6) rotate(16)"/>
    <use href="pots.svg#spray" transform="translate(-40 260) scale(2.2) rotate(4)"/></g></svg>`;
  const leaves = await layer(await complete(shade), { x: -60, y: -60, width: 860, height: 620 }, 0.4);
  const pots = {};
  for (const [name, { size, flat }] of Object.entries(closeUps)) {
    const at = flat ? `translate(0 50) scale(1 .62)` : '';
    const shadow = flat ? '' : '<use href="pots.svg#shadow"/>';
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="-30 -10 270 200">${shadow}<g transform="${at}"><use href="pots.svg#${name}"/></g></svg>`;
    pots[name] = await layer(await complete(svg), { x: -30, y: -10, width: 270, height: 200 }, size * unit);
  }

  return (name) => (target, t, travel) => {
    const { size, steam: source } = closeUps[name];
    const here = lens({ x: 800 + travel, y: 450, zoom: 1 }, 1);
    // Above its edge, the wall behind the table moves less.
    const edge = 312;
    pan(target, table, (80 + 0.6 * travel) * unit, 0, edge);
    pan(target, table, (80 + travel) * unit, edge, 720);
    // Places the pot's own field of 200 units so that its foot stands at (800, 630).
    const view = { scale: here.scale * size, at: (x, y) => here.at(800 + (x - 103) * size, 630 + (y - 158) * size) };
    place(target, pots[name], view, { x: 103, y: 158 });
    if (source) {
      const [sx, sy] = source;
      steam(target, wisp, here, t, 800 + (sx - 103) * size, 630 + (sy - 158) * size, 1.5);
    }
    const sway = { dx: 130 + 10 * wave(t, 3.9), dy: 330, angle: 0.05 * wave(t, 3.1) + 0.02 * wave(t, 1.4, 1) };
    place(target, leaves, here, { x: -40, y: 60, ...sway, opacity: 0.26, size: 1.2 });
  };
}

/** The clock for the corner: `draw(target, turn)` with `turn` from 0 to 1 for one round of its hand. */
async function clock() {
  const box = { x: 0, y: 0, width: 100, height: 100 };
  const only = async (name) => {
    const css = `.layer{display:none}#${name}{display:inline}`;
    return layer(await drawing('clock', { css }), box, 1.5);
  };
  const [dial, second] = [await only('dial'), await only('second')];
  const view = { scale: 0.96, at: (x, y) => ({ x: 1198 + (x - 50) * 0.96, y: 82 + (y - 50) * 0.96 }) };
  return (target, turn) => {
    place(target, dial, view, { x: 50, y: 50 });
    place(target, second, view, { x: 50, y: 50, angle: 2 * Math.PI * turn });
  };
}

/** Prepares everything that is drawn once; what comes back only has to be moved. */
export async function scenes() {
  const [host, closeUp, drawClock] = [await hostScene(), await closeUpScenes(), await clock()];
  return { host, closeUp, drawClock };
}
