import { atom, type ReadableAtom } from 'nanostores';

/**
 * A video element with one stream of its own for as long as it lives. Tracks are exchanged inside that stream, so the last
 * picture stays until the next one is there: a new stream would turn the screen black.
 */
export class Picture {
  readonly #video: HTMLVideoElement;
  readonly #stream = new MediaStream();
  readonly #blocked = atom(false);

  constructor(video: HTMLVideoElement) {
    this.#video = video;
    video.playsInline = true;
    video.srcObject = this.#stream;
  }

  /** Whether the browser allowed the picture only without its sound, until somebody taps. */
  get blocked(): ReadableAtom<boolean> {
    return this.#blocked;
  }

  get empty(): boolean {
    return this.#stream.getVideoTracks().length === 0;
  }

  show(tracks: MediaStreamTrack[]): void {
    for (const track of this.#stream.getTracks()) if (!tracks.includes(track)) this.#stream.removeTrack(track);
    for (const track of tracks) if (!this.#stream.getTracks().includes(track)) this.#stream.addTrack(track);
    void this.#play();
  }

  setMuted(muted: boolean): void {
    this.#video.muted = muted;
    this.#blocked.set(false);
    if (!muted) void this.#play();
  }

  clear(): void {
    for (const track of this.#stream.getTracks()) this.#stream.removeTrack(track);
    this.#video.srcObject = null;
  }

  async #play(): Promise<void> {
    if (await playOrMute(this.#video)) this.#blocked.set(true);
  }
}

/** @returns whether the browser allowed it only without its sound */
export async function playOrMute(video: HTMLVideoElement): Promise<boolean> {
  try {
    await video.play();
    return false;
  } catch (error) {
    // Any other refusal is of a play that the next one has replaced.
    if (!(error instanceof DOMException) || error.name !== 'NotAllowedError' || video.muted) return false;
    video.muted = true;
    await video.play().catch(() => undefined);
    return true;
  }
}
