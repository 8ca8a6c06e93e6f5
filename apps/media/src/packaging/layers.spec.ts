import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { types } from 'mediasoup';
import { Layers } from './layers.ts';
import { writeRtp } from './rtp.ts';

const IDR = Buffer.from([0x65, 1, 2]);
const DELTA = Buffer.from([0x41, 1, 2]);

class Simulcast extends EventEmitter {
  readonly rtpParameters = { codecs: [], encodings: [{ ssrc: 10 }, { ssrc: 11 }] };
  readonly observer = new EventEmitter();
  asked = 0;
  requestKeyFrame = () => Promise.resolve(void (this.asked += 1));
}

let now: number;
let host: Simulcast;
let layers: Layers;
let leads: (number | null)[];
let got: string[];

beforeEach(() => {
  now = 1_000;
  host = new Simulcast();
  leads = [];
  got = [];
  layers = new Layers(
    host as unknown as types.Consumer,
    () => leads.push(layers.lead?.index ?? null),
    () => now,
  );
  for (const layer of layers.all) layer.on('rtp', () => got.push(`${layer.index}, led by ${layers.lead?.index}`));
});
afterEach(() => void host.observer.emit('close'));

const send = (layer: number, payload: Buffer) =>
  host.emit('rtp', writeRtp({ payloadType: 102, marker: true, sequence: 1, timestamp: 1, ssrc: 10 + layer, payload }));
const pass = (ms: number, sent: number[]) => {
  for (let spent = 0; spent < ms; spent += 100) {
    now += 100;
    for (const layer of sent) send(layer, DELTA);
    layers.look();
  }
};

describe('layers', () => {
  it('are led by the largest from its first keyframe on, also where a smaller one comes first', () => {
    send(0, IDR);
    expect(layers.lead).toBeNull();
    now += 100;
    send(1, IDR);
    expect(got).toEqual(['0, led by undefined', '1, led by 1']);
  });

  it('are led by a smaller one where the largest does not come, until it does', () => {
    send(0, IDR);
    pass(1_000, [0]);
    expect(layers.lead?.index).toBe(0);
    send(1, DELTA);
    expect(layers.lead?.index).toBe(0);
    send(1, IDR);
    expect(layers.lead?.index).toBe(1);
  });

  it('are led by the next while the largest is not sent', () => {
    send(0, IDR);
    send(1, IDR);
    pass(2_000, [0, 1]);
    pass(1_500, [0]);
    expect(layers.isSent(layers.all[1]!)).toBe(false);
    expect(layers.lead?.index).toBe(0);
    expect(leads.at(-1)).toBe(0);
    send(1, IDR);
    expect(layers.lead?.index).toBe(1);
    pass(500, [0, 1]);
    expect(layers.isSent(layers.all[1]!)).toBe(true);
  });

  it('are all as they were while nothing comes', () => {
    send(0, IDR);
    send(1, IDR);
    pass(500, [0, 1]);
    pass(10_000, []);
    expect(layers.lead?.index).toBe(1);
    expect(layers.all.every((layer) => layers.isSent(layer))).toBe(true);
  });

  it('ask for keyframes of all at once, and heed no other stream', async () => {
    await layers.all[0]!.requestKeyFrame();
    expect(host.asked).toBe(1);
    host.emit('rtp', Buffer.alloc(5));
    send(7, IDR);
    expect(got).toEqual([]);
  });
});
