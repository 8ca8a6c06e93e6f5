import type { Encoder } from '#contracts/ingest';

/** "H264 1280x720 30fps 2.5Mbps": what is known of it so far. */
export function figuresOf({ video }: Encoder): string | null {
  if (!video) return null;
  const { codec, width, height, fps, kbps, layers } = video;
  const rate = kbps >= 1_000 ? `${(kbps / 1_000).toFixed(1)}Mbps` : `${kbps}kbps`;
  return [
    codec,
    width !== null && height !== null ? `${width}x${height}` : '',
    fps === null ? '' : `${Math.round(fps)}fps`,
    rate,
    layers > 1 ? `x${layers}` : '',
  ]
    .filter(Boolean)
    .join(' ');
}
