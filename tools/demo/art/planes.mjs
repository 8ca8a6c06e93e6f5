/**
 * Pictures as planes of Y, U and V (BT.709, limited range, chroma at half size), which is what the encoder takes, and the
 * drawing of one onto another between pixels, which is what slow movement needs. Alpha is premultiplied.
 */

/** An empty frame. Width and height must be even. */
export function frame(width, height) {
  const bytes = new Uint8Array((width * height * 3) / 2);
  const [luma, chroma] = [width * height, (width * height) / 4];
  return {
    width,
    height,
    bytes,
    planes: [
      { width, height, data: bytes.subarray(0, luma) },
      { width: width / 2, height: height / 2, data: bytes.subarray(luma, luma + chroma) },
      { width: width / 2, height: height / 2, data: bytes.subarray(luma + chroma) },
    ],
  };
}

/** Takes RGBA pixels (even width and height) to planes; `alpha` has one plane for luma and one for chroma. */
export function picture(rgba, width, height) {
  const y = new Uint8Array(width * height);
  const a = new Uint8Array(width * height);
  for (let i = 0; i < y.length; i++) {
    const [r, g, b, alpha] = [rgba[4 * i], rgba[4 * i + 1], rgba[4 * i + 2], rgba[4 * i + 3]];
    a[i] = alpha;
    y[i] = ((16 + 0.1826 * r + 0.6142 * g + 0.062 * b) * alpha) / 255 + 0.5;
  }
  const [w, h] = [width / 2, height / 2];
  const [u, v, ca] = [new Uint8Array(w * h), new Uint8Array(w * h), new Uint8Array(w * h)];
  for (let row = 0; row < h; row++)
    for (let column = 0; column < w; column++) {
      let [us, vs, as] = [0, 0, 0];
      for (const corner of [0, 1, width, width + 1]) {
        const i = 4 * (2 * row * width + 2 * column + corner);
        const [r, g, b, alpha] = [rgba[i], rgba[i + 1], rgba[i + 2], rgba[i + 3]];
        us += (128 - 0.1006 * r - 0.3386 * g + 0.4392 * b) * alpha;
        vs += (128 + 0.4392 * r - 0.3989 * g - 0.0403 * b) * alpha;
        as += alpha;
      }
      const i = row * w + column;
      u[i] = us / 1020 + 0.5;
      v[i] = vs / 1020 + 0.5;
      ca[i] = as / 4 + 0.5;
    }
  const size = { width: w, height: h };
  return {
    width,
    height,
    planes: [
      { width, height, data: y },
      { ...size, data: u },
      { ...size, data: v },
    ],
    alpha: [
      { width, height, data: a },
      { ...size, data: ca },
    ],
  };
}

/** Fills `target` with the part of the opaque `source` that begins at (x, y) and is `zoom` times as large. */
export function fill(target, source, x, y, zoom) {
  target.planes.forEach((to, index) => {
    const half = index ? 0.5 : 1;
    const from = source.planes[index];
    const columns = new Int32Array(to.width);
    const weights = new Int32Array(to.width);
    for (let i = 0; i < to.width; i++) {
      const at = Math.min(Math.max((x + (i + 0.5) * (zoom / half)) * half - 0.5, 0), from.width - 1.01);
      columns[i] = at;
      weights[i] = (at - columns[i]) * 256;
    }
    for (let j = 0; j < to.height; j++) {
      const at = Math.min(Math.max((y + (j + 0.5) * (zoom / half)) * half - 0.5, 0), from.height - 1.01);
      const top = Math.floor(at) * from.width;
      blendRows(to.data, j * to.width, from.data, top, top + from.width, columns, weights, ((at % 1) * 256) | 0);
    }
  });
}

function blendRows(to, start, from, top, bottom, columns, weights, below) {
  const above = 256 - below;
  for (let i = 0; i < columns.length; i++) {
    const c = columns[i];
    const right = weights[i];
    const left = 256 - right;
    const upper = from[top + c] * left + from[top + c + 1] * right;
    const lower = from[bottom + c] * left + from[bottom + c + 1] * right;
    to[start + i] = (upper * above + lower * below + 32768) >> 16;
  }
}

/** Copies the rows `first` to `end` (even) of the opaque `source`, beginning at its column `x`, which may lie between two. */
export function pan(target, source, x, first, end) {
  target.planes.forEach((to, index) => {
    const half = index ? 2 : 1;
    const from = source.planes[index];
    const column = Math.floor(x / half);
    const right = Math.round((x / half - column) * 256);
    for (let row = first / half; row < end / half; row++)
      shiftRow(to.data, row * to.width, from.data, row * from.width + column, to.width, right);
  });
}

function shiftRow(to, start, from, begin, length, right) {
  const left = 256 - right;
  for (let i = 0; i < length; i++) to[start + i] = (from[begin + i] * left + from[begin + i + 1] * right + 128) >> 8;
}

/** Copies the rows from `first` (even) downwards out of a frame of the same size. */
export function copy(target, source, first = 0) {
  target.planes.forEach(({ data, width }, index) => {
    const start = (index ? first / 2 : first) * width;
    if (start < data.length) data.set(source.planes[index].data.subarray(start), start);
  });
}

/**
 * Draws `sprite` so that its point (`px`, `py`) lies on (`x`, `y`) of the target, turned by `angle` (radians), scaled by
 * `sx` and `sy`, at `opacity`.
 */
export function draw(target, sprite, { x, y, px = 0, py = 0, angle = 0, sx = 1, sy = sx, opacity = 1 }) {
  if (opacity <= 0) return;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const strength = Math.round(Math.min(opacity, 1) * 256);
  for (const [half, indices, alpha] of [
    [1, [0], sprite.alpha[0]],
    [0.5, [1, 2], sprite.alpha[1]],
  ]) {
    const { width, height } = target.planes[indices[0]];
    const corners = [0, sprite.width].flatMap((u) =>
      [0, sprite.height].map((v) => {
        const [dx, dy] = [(u - px) * sx, (v - py) * sy];
        return [(x + dx * cos - dy * sin) * half, (y + dx * sin + dy * cos) * half];
      }),
    );
    const box = {
      left: Math.max(0, Math.floor(Math.min(...corners.map(([cx]) => cx)))),
      right: Math.min(width, Math.ceil(Math.max(...corners.map(([cx]) => cx)))),
      top: Math.max(0, Math.floor(Math.min(...corners.map(([, cy]) => cy)))),
      bottom: Math.min(height, Math.ceil(Math.max(...corners.map(([, cy]) => cy)))),
    };
    // From a pixel of the target back into the sprite, in 1/65536 of its pixels.
    const back = {
      du: Math.round((cos / sx) * 65536),
      dv: Math.round((-sin / sy) * 65536),
      at(column, row) {
        const [dx, dy] = [(column + 0.5) / half - x, (row + 0.5) / half - y];
        const u = ((dx * cos + dy * sin) / sx + px) * half - 0.5;
        const v = ((-dx * sin + dy * cos) / sy + py) * half - 0.5;
        return [Math.round(u * 65536), Math.round(v * 65536)];
      },
    };
    const colours = indices.map((index) => [target.planes[index].data, sprite.planes[index].data]);
    for (let row = box.top; row < box.bottom; row++) drawRow(colours, width, row, box, back, alpha, strength);
  }
}

function drawRow(colours, stride, row, box, back, alpha, strength) {
  const { data, width } = alpha;
  const right = (width - 1) << 16;
  const bottom = (alpha.height - 1) << 16;
  const { du, dv } = back;
  let [u, v] = back.at(box.left, row);
  const [to, from] = colours[0];
  const [to2, from2] = colours[1] ?? [];
  for (let i = row * stride + box.left, end = row * stride + box.right; i < end; i++, u += du, v += dv) {
    if (u < 0 || v < 0 || u >= right || v >= bottom) continue;
    const at = (v >> 16) * width + (u >> 16);
    const below = at + width;
    const corners = data[at] + data[at + 1] + data[below] + data[below + 1];
    if (corners === 0) continue;
    const fu = (u >> 8) & 255;
    const fv = (v >> 8) & 255;
    const w11 = (fu * fv) >> 8;
    const w01 = fu - w11;
    const w10 = fv - w11;
    const w00 = 256 - fu - fv + w11;
    const c = from[at] * w00 + from[at + 1] * w01 + from[below] * w10 + from[below + 1] * w11;
    const c2 = to2 ? from2[at] * w00 + from2[at + 1] * w01 + from2[below] * w10 + from2[below + 1] * w11 : 0;
    if (corners === 1020 && strength === 256) {
      to[i] = (c + 128) >> 8;
      if (to2) to2[i] = (c2 + 128) >> 8;
    } else {
      const a = data[at] * w00 + data[at + 1] * w01 + data[below] * w10 + data[below + 1] * w11;
      const keep = 1 - (a * strength) / 16711680;
      to[i] = (c * strength) / 65536 + to[i] * keep + 0.5;
      if (to2) to2[i] = (c2 * strength) / 65536 + to2[i] * keep + 0.5;
    }
  }
}

/** Crossfades: moves `target` towards `other` by `amount` from 0 to 1. */
export function mix(target, other, amount) {
  const [to, from, share] = [target.bytes, other.bytes, Math.round(amount * 256)];
  for (let i = 0; i < to.length; i++) to[i] += ((from[i] - to[i]) * share + 128) >> 8;
}
