import type { DeedName } from './deeds.ts';
import type { Climate } from './weather.ts';

/** Who comes to the shop, what they do there, and in what weather. */
export interface Profile {
  /** As many at a time. */
  clients: number;
  /** At most so many in a round. */
  people: number;
  /** Each of them does at most so much. */
  deedsEach: number;
  /** `all`: as the table of deeds has it. */
  weights: 'all' | Partial<Record<DeedName, number>>;
  /** Units of the variants, two to a product. */
  stocks: number[];
  climate: Climate;
  /** The api is killed once more before all comes to rest, so that a start has to find what was left lying. */
  endsWithKill: boolean;
}

const stormy: Climate = {
  webhooks: { duplicate: 0.3, drop: 0.15, reorder: true, reorder_ms: 400 },
  skies: [
    'calm',
    'calm',
    'slow bank',
    'slow Stripe',
    'Stripe cut after commit',
    'Stripe 429',
    'Stripe 500',
    'Stripe 503',
    ...Array<'holds end'>(8).fill('holds end'),
    'api killed',
    'PostgreSQL crashed',
  ],
  everyMs: 1_200,
};

export const profiles = {
  /** A crowd that does everything, while everything fails. */
  storm: {
    clients: 32,
    people: 2_000,
    deedsEach: 14,
    weights: 'all',
    stocks: [5_000, 5_000, 5_000, 5_000, 5_000, 30, 10, 1],
    climate: stormy,
    endsWithKill: true,
  },
  /** The same crowd while only the buyers are unruly. */
  calm: {
    clients: 16,
    people: 2_000,
    deedsEach: 14,
    weights: 'all',
    stocks: [5_000, 5_000, 5_000, 5_000, 5_000, 30, 10, 1],
    climate: { webhooks: {}, skies: ['calm', 'holds end'], everyMs: 1_500 },
    endsWithKill: false,
  },
} satisfies Record<string, Profile>;

export type ProfileName = keyof typeof profiles;
