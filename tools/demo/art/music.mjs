/**
 * A music box over a soft pad, in the yo scale: twelve bars that fill the loop exactly. Every sound is written around the
 * end of the buffer, so the last note rings on into the first bar and no seam can be heard.
 */
const pitch = (semitones) => 440 * 2 ** ((semitones - 69) / 12);

// Eighth notes of one bar each, as MIDI numbers; 0 is silence.
const melody = [
  [79, 0, 0, 76, 0, 74, 0, 0],
  [71, 0, 74, 0, 76, 0, 0, 0],
  [79, 0, 81, 0, 83, 0, 81, 0],
  [79, 0, 0, 0, 76, 0, 0, 0],
  [74, 0, 76, 0, 79, 0, 0, 76],
  [81, 0, 0, 79, 0, 0, 76, 0],
  [74, 0, 0, 71, 0, 74, 0, 0],
  [76, 0, 0, 0, 0, 0, 0, 0],
  [83, 0, 81, 0, 79, 0, 0, 81],
  [79, 0, 76, 0, 74, 0, 0, 0],
  [71, 0, 74, 0, 76, 0, 74, 0],
  [67, 0, 0, 0, 71, 0, 74, 0],
];
const chords = [
  [43, 62, 67],
  [40, 59, 67],
  [45, 60, 64],
  [43, 62, 67],
  [47, 62, 66],
  [40, 59, 64],
  [43, 59, 62],
  [40, 59, 67],
  [48, 64, 67],
  [43, 62, 67],
  [40, 59, 64],
  [38, 57, 66],
];

/** Adds a struck reed: partials that die away, the high ones first. */
function strike(channels, start, frequency, volume, [left, right], rate) {
  const partials = [
    [1, 1, 1.1],
    [2, 0.32, 0.6],
    [3, 0.1, 0.3],
    [5.4, 0.05, 0.08],
  ];
  const length = channels[0].length;
  for (const [ratio, share, life] of partials) {
    const turn = (2 * Math.PI * frequency * ratio) / rate;
    const decay = Math.exp(-1 / (life * rate));
    // A ringing resonator needs no sine per sample.
    const [a, b] = [2 * decay * Math.cos(turn), -decay * decay];
    let [before, now] = [0, Math.sin(turn) * share * volume];
    for (let i = 0, end = life * rate * 7; i < end; i++) {
      const attack = Math.min(1, i / (0.004 * rate));
      const at = (start + i) % length;
      channels[0][at] += now * attack * left;
      channels[1][at] += now * attack * right;
      [before, now] = [now, a * now + b * before];
    }
  }
}

/** Adds a tone that swells and fades over `seconds`. */
function swell(channels, start, frequency, volume, seconds, rate) {
  const [length, end] = [channels[0].length, seconds * rate];
  for (let i = 0; i < end; i++) {
    const envelope = Math.sin((Math.PI * i) / end) ** 2 * volume;
    const at = (start + i) % length;
    channels[0][at] += envelope * Math.sin((2 * Math.PI * frequency * i) / rate);
    channels[1][at] += envelope * Math.sin((2 * Math.PI * frequency * 1.002 * i) / rate);
  }
}

/** One loop of `seconds` as interleaved 16-bit stereo. */
export function music(seconds, rate = 48000) {
  const length = Math.round(seconds * rate);
  const channels = [new Float32Array(length), new Float32Array(length)];
  const bar = length / melody.length;
  melody.forEach((notes, index) => {
    notes.forEach((note, eighth) => {
      if (!note) return;
      const start = Math.round(bar * (index + eighth / 8));
      const side = 0.5 + 0.25 * Math.sin(note * 1.7);
      strike(channels, start, pitch(note), eighth ? 0.16 : 0.2, [1 - side, side], rate);
    });
    const start = Math.round(bar * (index - 0.25) + length) % length;
    for (const note of chords[index])
      swell(channels, start, pitch(note), note < 50 ? 0.05 : 0.022, (1.5 * seconds) / 12, rate);
  });
  const echoes = [
    [0.31, 0.26],
    [0.57, 0.15],
    [0.89, 0.08],
  ];
  const pcm = new Int16Array(2 * length);
  for (let i = 0; i < length; i++)
    for (const side of [0, 1]) {
      let sample = channels[side][i];
      for (const [delay, share] of echoes) {
        const at = i - Math.round((delay + 0.03 * side) * rate);
        sample += share * channels[1 - side][at < 0 ? at + length : at];
      }
      pcm[2 * i + side] = Math.max(-1, Math.min(1, 1.1 * sample)) * 32767;
    }
  return pcm;
}
