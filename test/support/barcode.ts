/*
 * A clock as a picture, to tell at the viewer when the host drew what is seen. The functions run inside a page
 * (`page.evaluate`), so they use nothing from outside themselves.
 */

/**
 * Draws the time, 25 times a second, as 8 × 6 blocks of black and white below a white bar, and a moving dot beside it.
 * @param ground what the dot moves on: `readGround` tells one camera from another by it
 */
export function drawClock(canvas: HTMLCanvasElement, ground = '#444'): () => void {
  const context = canvas.getContext('2d')!;
  const { width, height } = canvas;
  let turn = 0;
  const draw = () => {
    const bits = Math.floor(Date.now()).toString(2).padStart(48, '0').slice(-48);
    context.fillStyle = ground;
    context.fillRect(0, 0, width, height);
    context.fillStyle = '#fff';
    context.fillRect(0, 0, width, height / 8);
    [...bits].forEach((bit, index) => {
      context.fillStyle = bit === '1' ? '#fff' : '#000';
      context.fillRect(((index % 8) * width) / 8, ((Math.floor(index / 8) + 1) * height) / 8, width / 8, height / 8);
    });
    turn = (turn + 7) % width;
    context.fillStyle = '#c30';
    context.fillRect(turn, (height * 7) / 8, width / 16, height / 8);
  };
  draw();
  const timer = setInterval(draw, 40);
  return () => clearInterval(timer);
}

/** When the picture on that video was drawn, in milliseconds since 1970, or null while there is no whole clock on it. */
export function readClock(video: HTMLVideoElement): number | null {
  if (video.videoWidth === 0) return null;
  const canvas = document.createElement('canvas');
  canvas.width = 160;
  canvas.height = 96;
  const context = canvas.getContext('2d', { willReadFrequently: true })!;
  context.drawImage(video, 0, 0, canvas.width, canvas.height);
  const bright = (column: number, row: number) => context.getImageData(column * 20 + 10, row * 12 + 6, 1, 1).data[1]!;
  for (let column = 0; column < 8; column += 1) if (bright(column, 0) < 180) return null;
  let bits = '';
  for (let index = 0; index < 48; index += 1) bits += bright(index % 8, Math.floor(index / 8) + 1) > 128 ? '1' : '0';
  return parseInt(bits, 2);
}

/** What the dot moves on, or null without a picture: the median of what is seen there. */
export function readGround(video: HTMLVideoElement): 'grey' | 'blue' | null {
  if (video.videoWidth === 0) return null;
  const canvas = document.createElement('canvas');
  canvas.width = 160;
  canvas.height = 96;
  const context = canvas.getContext('2d', { willReadFrequently: true })!;
  context.drawImage(video, 0, 0, canvas.width, canvas.height);
  const blueness: number[] = [];
  for (let x = 5; x < 160; x += 10) {
    const [red, , blue] = context.getImageData(x, 90, 1, 1).data;
    blueness.push(blue! - red!);
  }
  return blueness.sort((a, b) => a - b)[blueness.length / 2]! > 60 ? 'blue' : 'grey';
}
