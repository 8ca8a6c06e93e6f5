export function publishClip(options: {
  grant: { url: string; grant: string };
  clip: string;
  ffmpegPath?: string;
  onEnded?: (reason: string) => void;
}): { stop(): void; onAir: Promise<boolean>; ended: Promise<string> };
