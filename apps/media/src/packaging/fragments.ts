/** The brand and tracks of a stream of fragments: what a player needs before the first of them. */
export interface Init {
  bytes: Buffer;
  videoTrack: number;
  videoTimescale: number;
  /** As in a master playlist, e.g. `avc1.42e01f,mp4a.40.2`. */
  codecs: string;
  width: number;
  height: number;
  /** H264's parameter set that it was made of. */
  sps: Buffer | null;
}

/** One moof and its mdat. */
export interface Fragment {
  bytes: Buffer;
  /** Of its pictures, in seconds of the stream's own time; null for one that has only sound. */
  startsAt: number | null;
  /** Seconds of pictures, as ffmpeg guesses it: it does not know yet when the next one comes (exact-lengths.ts). */
  duration: number;
  /** How many there are. */
  pictures: number;
  /** It begins with a picture that needs no other. */
  independent: boolean;
}
