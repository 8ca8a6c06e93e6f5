import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../support/random.ts';
import { pass, type Stage } from './stage.ts';

const payments = '/v1/payment_intents';

/** What befalls the shop from outside. Each lasts a moment; what it leaves behind, `clear` undoes. */
const skies = {
  calm: () => Promise.resolve(),
  'slow bank': (stage) => stage.knobs({ processing_ms: 300 }),
  'slow Stripe': (stage) => stage.knobs({ latency_ms: 150 }),
  'Stripe cut after commit': (stage) => stage.knobs({ cut_after_commit: { times: 4, path: payments } }),
  'Stripe 429': (stage) => stage.knobs({ fail_next: { status: 429, times: 3, path: payments } }),
  'Stripe 500': (stage) => stage.knobs({ fail_next: { status: 500, times: 2, path: payments } }),
  'Stripe 503': (stage) => stage.knobs({ fail_next: { status: 503, times: 4, path: payments } }),
  'holds end': (stage) => pass(stage, 420),
  'api killed': (stage) => stage.killApi(),
  'PostgreSQL crashed': (stage) => stage.crashDatabase(),
} satisfies Record<string, (stage: Stage) => Promise<void>>;

export type Sky = keyof typeof skies;

export interface Climate {
  /** The sandbox's knob of that name. */
  webhooks: {
    duplicate?: number;
    drop?: number;
    delay_ms?: number;
    reorder?: boolean;
    reorder_ms?: number;
    types?: string[];
  };
  /** Chosen from, one after the other; what stands here twice comes twice as often. */
  skies: readonly Sky[];
  everyMs: number;
}

/** Makes weather until it is told to stop. */
export async function weather(
  stage: Stage,
  { webhooks, skies: choices, everyMs }: Climate,
  random: Random,
  over: () => boolean,
): Promise<void> {
  await stage.knobs({ webhooks });
  while (!over()) {
    const sky = random.pick(choices);
    stage.tally.count(`sky: ${sky}`);
    await skies[sky](stage);
    for (let waited = 0; waited < everyMs && !over(); waited += 100) await sleep(Math.min(100, everyMs - waited));
    await stage.knobs({ processing_ms: 0, latency_ms: 0 });
  }
  await clear(stage);
}

async function clear(stage: Stage): Promise<void> {
  await stage.knobs({
    latency_ms: 0,
    processing_ms: 0,
    fail_next: null,
    cut_after_commit: null,
    webhooks: { duplicate: 0, drop: 0, delay_ms: 0, reorder: false },
  });
}
