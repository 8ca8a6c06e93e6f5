import { drawClock } from '../../support/barcode.ts';

/**
 * For `addInitScript`: makes the camera of a page a picture of the clock, so that a viewer's screen tells when the host drew what is
 * seen on it. Nothing else is replaced: the microphone, the encoder and the line are Chromium's.
 */
export const clockCamera = cameraOn('#444');

/** Another camera, to be told from the first by `readGround`. */
export const blueCamera = cameraOn('#12c');

function cameraOn(ground: string): string {
  return `(${replaceCamera.toString()})(${drawClock.toString()}, '${ground}')`;
}

// Runs in the page, and uses nothing from outside itself.
function replaceCamera(draw: typeof drawClock, ground: string): void {
  const devices = navigator.mediaDevices;
  if (!devices) return;
  const open = devices.getUserMedia.bind(devices);
  let canvas: HTMLCanvasElement | null = null;
  devices.getUserMedia = async (wanted = {}) => {
    const stream = new MediaStream();
    if (wanted.video) {
      if (!canvas) {
        canvas = Object.assign(document.createElement('canvas'), { width: 640, height: 360 });
        draw(canvas, ground);
      }
      for (const track of canvas.captureStream(25).getTracks()) stream.addTrack(track);
    }
    if (wanted.audio) for (const track of (await open({ audio: true })).getTracks()) stream.addTrack(track);
    return stream;
  };
}
