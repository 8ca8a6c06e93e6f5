import type { MediaGrant } from '#contracts/shows';
import { ApiError } from '../../../apps/web/src/api.ts';
import { createPublisher } from '../../../apps/web/src/media/publish.ts';
import { createWatcher } from '../../../apps/web/src/media/watch.ts';
import { watchPlaylist } from '../../../apps/web/src/media/watch-playlist.ts';
import { drawClock, readClock } from '../barcode.ts';

/** The web's own media modules on a bare page, driven by the tests. */
declare global {
  interface Window {
    stage: typeof stage;
  }
}

const video = document.querySelector('video')!;
const canvas = document.querySelector('canvas')!;

let stopClock: () => void = () => undefined;

/** The canvas of 960 by 540, and below the clock what costs an encoder as much as a camera's picture does. */
function enlarge(): void {
  Object.assign(canvas, { width: 960, height: 540 });
  const context = canvas.getContext('2d')!;
  const { width, height } = canvas;
  const detail = context.createImageData(width / 2, Math.floor(height / 8));
  const pixels = new Uint32Array(detail.data.buffer);
  setInterval(() => {
    for (let at = 0; at < pixels.length; at += 1) pixels[at] = 0xff00_0000 + Math.random() * 0xff_ffff;
    context.putImageData(detail, 0, Math.floor((height * 7) / 8));
  }, 40);
}

async function getGrant(role: 'host' | 'viewer'): Promise<MediaGrant> {
  const response = await fetch(`/grant/${role}`);
  const answer = (await response.json()) as MediaGrant | { refused: 'show_not_live' };
  if ('refused' in answer) throw new ApiError(answer.refused, answer.refused, '', 409);
  return answer;
}

const connections: RTCPeerConnection[] = [];
window.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(configuration?: RTCConfiguration) {
    super(configuration);
    connections.push(this);
  }

  // As in a network that lets no UDP through.
  override setRemoteDescription(description: RTCSessionDescriptionInit): Promise<void> {
    const { type, sdp } = description;
    const noUdp = location.hash === '#no-udp';
    return super.setRemoteDescription(
      noUdp ? { type, sdp: sdp?.replace(/^a=candidate:.* udp .*\r\n/gim, '') } : description,
    );
  }
};

const seen: { at: number; clock: number | null }[] = [];
const states: string[] = [];
/** Of the picture, as the viewer is told. */
const delays: number[] = [];
const look = () => setInterval(() => seen.push({ at: Date.now(), clock: readClock(video) }), 25);

const stage = {
  async publish() {
    stopClock = drawClock(canvas);
    const stream = canvas.captureStream(25);
    const { promise, resolve } = Promise.withResolvers<MediaStream>();
    navigator.mediaDevices.getUserMedia({ audio: true }).then(resolve, () => resolve(new MediaStream()));
    for (const track of (await promise).getAudioTracks()) stream.addTrack(track);
    const publisher = createPublisher({ getGrant: () => getGrant('host'), stream });
    publisher.state.subscribe((state) => states.push(state));
    return Object.assign(stage, { publisher });
  },
  /** A picture of 960 by 540, from a machine that can encode it twice. */
  publishLarge() {
    enlarge();
    Object.defineProperty(navigator, 'hardwareConcurrency', { value: 8 });
    return stage.publish();
  },
  /** As a page that speaks WHIP: two layers, the larger first. */
  async publishWhip(url: string, key: string) {
    enlarge();
    drawClock(canvas);
    const stream = canvas.captureStream(25);
    const sound = new AudioContext().createMediaStreamDestination().stream;
    const peer = new RTCPeerConnection({ bundlePolicy: 'max-bundle' });
    const sendEncodings = [{ rid: 'h' }, { rid: 'l', scaleResolutionDownBy: 2 }];
    peer.addTransceiver(stream.getVideoTracks()[0]!, { direction: 'sendonly', streams: [stream], sendEncodings });
    peer.addTransceiver(sound.getAudioTracks()[0]!, { direction: 'sendonly', streams: [stream] });
    await peer.setLocalDescription();
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/sdp', authorization: `Bearer ${key}` },
      body: peer.localDescription!.sdp,
    });
    const sdp = await response.text();
    await peer.setRemoteDescription({ type: 'answer', sdp });
    return { sdp, location: response.headers.get('location'), etag: response.headers.get('etag') };
  },
  /** The newest connection says goodbye. */
  hangUp: () => connections.at(-1)?.close(),
  /** Another camera: what it shows is drawn on another canvas, and the one before stands still. */
  async changeCamera() {
    const other = canvas.cloneNode() as HTMLCanvasElement;
    stopClock();
    stopClock = drawClock(other);
    await stage.publisher!.replaceTrack(other.captureStream(25).getVideoTracks()[0]!);
  },
  watch() {
    const watcher = createWatcher({ getGrant: () => getGrant('viewer'), video });
    watcher.state.subscribe((state) => states.push(state));
    look();
    return Object.assign(stage, { watcher });
  },
  /** By LL-HLS, in the way of the viewer's page. */
  async watchPlaylist() {
    const { hlsUrl } = await getGrant('viewer');
    const watcher = watchPlaylist({ url: hlsUrl!, video });
    watcher.state.subscribe((state) => states.push(state));
    watcher.latency.subscribe((ms) => ms !== null && delays.push(ms));
    look();
  },
  publisher: null as ReturnType<typeof createPublisher> | null,
  watcher: null as ReturnType<typeof createWatcher> | null,
  /** What the browser reports of its newest connection that stands. */
  async reports(): Promise<Record<string, unknown>[]> {
    const stats = await connections.findLast(({ connectionState }) => connectionState === 'connected')?.getStats();
    return [...(stats?.values() ?? [])] as Record<string, unknown>[];
  },
  /** What the screen showed, 40 times a second. */
  seen,
  states,
  delays,
};
window.stage = stage;
// A page that a test has evaluated something in counts as one that a person has touched; this one has not been.
if (location.hash === '#untouched') {
  const watcher = createWatcher({ getGrant: () => getGrant('viewer'), video });
  watcher.state.subscribe((state) => console.log(`${state}, muted: ${video.muted}`));
  document.body.addEventListener('click', () => watcher.setMuted(false));
}
