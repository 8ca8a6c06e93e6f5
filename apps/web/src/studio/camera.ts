import { atom } from 'nanostores';

/** Why there is no picture. `insecure`: the page was opened without TLS, where browsers withhold cameras. */
export type CameraRefusal = 'denied' | 'none' | 'busy' | 'insecure';

export type CameraState =
  | { at: 'asking' }
  | { at: 'refused'; why: CameraRefusal }
  /** The stream stays the same object while its tracks are exchanged. */
  | { at: 'ready'; stream: MediaStream; microphone: boolean }
  /** The camera was unplugged or taken away; the microphone may go on. */
  | { at: 'lost'; stream: MediaStream; microphone: boolean };

export interface Devices {
  cameras: MediaDeviceInfo[];
  microphones: MediaDeviceInfo[];
}

type Kind = 'video' | 'audio';

const KEYS = { video: 'engawa.camera', audio: 'engawa.microphone' } as const;

function constraintsOf(kind: Kind, deviceId: string | null): MediaTrackConstraints {
  const device = deviceId === null ? {} : { deviceId: { exact: deviceId } };
  return kind === 'video'
    ? { ...device, width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30, max: 30 } }
    : { ...device, echoCancellation: true, noiseSuppression: true, autoGainControl: true };
}

function chosen(kind: Kind): string | null {
  try {
    return localStorage.getItem(KEYS[kind]);
  } catch {
    return null;
  }
}

function remember(kind: Kind, deviceId: string): void {
  try {
    localStorage.setItem(KEYS[kind], deviceId);
  } catch {
    // The choice then lasts for this page only.
  }
}

function refusalOf(error: unknown): CameraRefusal {
  switch (error instanceof DOMException ? error.name : '') {
    case 'NotAllowedError':
    case 'SecurityError':
      return 'denied';
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'none';
    default:
      return 'busy'; // NotReadableError, AbortError: another program holds it
  }
}

/** The device that was chosen last time, or any other when that one is gone. */
async function track(kind: Kind, deviceId: string | null): Promise<MediaStreamTrack> {
  const ask = async (id: string | null) => {
    const made = await navigator.mediaDevices.getUserMedia({ [kind]: constraintsOf(kind, id) });
    return made.getTracks()[0]!;
  };
  try {
    return await ask(deviceId);
  } catch (error) {
    if (deviceId === null || refusalOf(error) !== 'none') throw error;
    return ask(null);
  }
}

/**
 * Camera and microphone of this browser. `onTrack` hears of every exchanged track, so that the broadcast follows.
 * A camera that was unplugged and comes back is opened again by itself.
 */
export function createCamera() {
  const state = atom<CameraState>({ at: 'asking' });
  const devices = atom<Devices>({ cameras: [], microphones: [] });
  const muted = atom(false);
  const listeners = new Set<(track: MediaStreamTrack) => void>();
  let opening = 0; // the newest attempt; devices that an older one opened are closed again
  let stream: MediaStream | null = null;

  async function list(): Promise<void> {
    const all = await navigator.mediaDevices.enumerateDevices();
    const named = (kind: MediaDeviceKind) => all.filter((device) => device.kind === kind && device.deviceId !== '');
    devices.set({ cameras: named('videoinput'), microphones: named('audioinput') });
  }

  function put(made: MediaStreamTrack): void {
    const into = (stream ??= new MediaStream());
    for (const old of into.getTracks()) {
      if (old.kind !== made.kind) continue;
      into.removeTrack(old);
      old.stop();
    }
    if (made.kind === 'audio') made.enabled = !muted.get();
    into.addTrack(made);
    made.addEventListener('ended', () => {
      into.removeTrack(made);
      tell();
    });
    for (const listener of listeners) listener(made);
  }

  function tell(): void {
    if (!stream) return;
    const microphone = stream.getAudioTracks().length > 0;
    state.set({ at: stream.getVideoTracks().length > 0 ? 'ready' : 'lost', stream, microphone });
  }

  /** Asks for what is missing. Safe to call again at any time: what is open stays open. */
  async function open(): Promise<void> {
    const mine = ++opening;
    if (!('mediaDevices' in navigator)) return state.set({ at: 'refused', why: 'insecure' });
    if (!stream) state.set({ at: 'asking' });
    const missing = (['video', 'audio'] as const).filter(
      (kind) => !stream?.getTracks().some((open) => open.kind === kind),
    );
    let made: MediaStreamTrack[];
    try {
      made = await tracks(missing);
    } catch (error) {
      if (mine === opening && !stream) state.set({ at: 'refused', why: refusalOf(error) });
      return;
    }
    if (mine !== opening) return made.forEach((late) => late.stop());
    made.forEach(put);
    tell();
    await list();
  }

  /** Both by one question where both are missing; a computer without a microphone still has a picture to send. */
  async function tracks(kinds: readonly Kind[]): Promise<MediaStreamTrack[]> {
    if (kinds.length < 2) return Promise.all(kinds.map((kind) => track(kind, chosen(kind))));
    const both = { video: constraintsOf('video', chosen('video')), audio: constraintsOf('audio', chosen('audio')) };
    try {
      return (await navigator.mediaDevices.getUserMedia(both)).getTracks();
    } catch (error) {
      if (refusalOf(error) === 'denied') throw error;
      const picture = await track('video', chosen('video'));
      const sound = await track('audio', chosen('audio')).catch(() => null);
      return sound ? [picture, sound] : [picture];
    }
  }

  /** Some phones open one camera at a time: when the new one cannot be had beside the old one, the old one is closed first. */
  async function choose(kind: Kind, deviceId: string): Promise<void> {
    const mine = ++opening;
    let made: MediaStreamTrack;
    try {
      made = await track(kind, deviceId);
    } catch (error) {
      if (refusalOf(error) !== 'busy') throw error;
      for (const old of stream?.getTracks() ?? []) if (old.kind === kind) old.stop();
      made = await track(kind, deviceId);
    }
    if (mine !== opening) return made.stop();
    remember(kind, deviceId);
    put(made);
    tell();
  }

  function setMuted(value: boolean): void {
    muted.set(value);
    for (const sound of stream?.getAudioTracks() ?? []) sound.enabled = !value;
  }

  function close(): void {
    opening += 1;
    for (const open of stream?.getTracks() ?? []) open.stop();
    stream = null;
    state.set({ at: 'asking' });
  }

  /** Opens the devices and follows what is plugged in, until the returned function is called. */
  function start(): () => void {
    const changed = () => {
      if (state.get().at !== 'ready') void open();
      else void list();
    };
    void open();
    if ('mediaDevices' in navigator) navigator.mediaDevices.addEventListener('devicechange', changed);
    return () => {
      if ('mediaDevices' in navigator) navigator.mediaDevices.removeEventListener('devicechange', changed);
      close();
    };
  }

  function onTrack(listener: (track: MediaStreamTrack) => void): () => void {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }

  return { state, devices, muted, start, open, choose, setMuted, onTrack, close };
}
export type Camera = ReturnType<typeof createCamera>;
