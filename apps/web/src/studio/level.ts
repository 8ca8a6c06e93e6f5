/** Loudness of a microphone from 0 to 1, on the scale that a meter shows: -60 dB is 0, full scale is 1. */
export function levelOf(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  const decibel = 10 * Math.log10(sum / samples.length);
  return Number.isFinite(decibel) ? Math.min(1, Math.max(0, (decibel + 60) / 60)) : 0;
}

/** Listens to the sound of a stream until the returned function is called; nothing of it is played. */
export function watchLevel(sound: MediaStreamTrack, show: (level: number) => void): () => void {
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = 1024;
  const source = context.createMediaStreamSource(new MediaStream([sound]));
  source.connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  let shown = 0;
  let frame = 0;
  let last = 0;
  const step = (now: number) => {
    frame = requestAnimationFrame(step);
    if (now - last < 40) return;
    last = now;
    analyser.getFloatTimeDomainData(samples);
    // Up at once, down slowly: a meter that follows each syllable cannot be read.
    shown = Math.max(levelOf(samples), shown - 0.04);
    show(shown);
  };
  frame = requestAnimationFrame(step);
  // A browser may hold sound back until the page is touched.
  const wake = () => void context.resume();
  if (context.state === 'suspended') {
    wake();
    window.addEventListener('pointerdown', wake, { once: true });
  }
  return () => {
    cancelAnimationFrame(frame);
    window.removeEventListener('pointerdown', wake);
    source.disconnect();
    void context.close();
  };
}
