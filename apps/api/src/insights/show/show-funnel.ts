import type { ShowInsights } from '#contracts/insights';
import type { Stretch } from '#insight/concurrency';
import { funnel, type Deed } from '#insight/funnel';
import type { StepRow } from './show.queries.ts';
import { watchedFor } from './watching.ts';

/** From the coming on, edge included. */
export const FUNNEL_WINDOW_DAYS = 30;
/** Who leaves earlier has only looked in. */
const WATCHED_MS = 60_000;
const DAY_MS = 86_400_000;

type Step = ShowInsights['funnel']['steps'][number]['step'];
type StepDeed = Deed & { of: readonly Step[] };

const steps: readonly Step[] = ['came', 'joined', 'watched', 'clicked', 'held', 'ordered', 'again'];

/**
 * From coming to the page to buying again. Each later step is strictly later than the one before, and a person's best attempt counts. To come while
 * the show is live is to join it a moment later: one act, two steps in this order.
 *
 * @param stretches joined ones
 */
export function showFunnel(rows: readonly StepRow[], stretches: readonly Stretch[]): ShowInsights['funnel'] {
  const deeds: StepDeed[] = [];
  const add = (person: string, at: number, sequence: number, ...of: Step[]) => deeds.push({ person, at, sequence, of });
  for (const { person, name, at } of rows) {
    switch (name) {
      case 'Room Joined':
        add(person, at, 0, 'came');
        break;
      case 'Live Joined':
        add(person, at, 0, 'came');
        add(person, at, 1, 'joined');
        break;
      case 'Product Clicked':
        add(person, at, 3, 'clicked');
        break;
      case 'Checkout Started':
        add(person, at, 4, 'held');
        break;
      case 'Order Completed':
        add(person, at, 5, 'ordered', 'again');
        break;
      case 'Order Elsewhere':
        add(person, at, 5, 'again');
        break;
      case 'Product Viewed':
        break;
    }
  }
  // Who came before the first picture joins when it plays for them.
  for (const { person, from } of stretches) add(person, from, 1, 'joined');
  for (const [person, at] of watchedFor(stretches, WATCHED_MS)) add(person, at, 2, 'watched');
  const counted = funnel(
    deeds,
    steps.map((step) => (deed: StepDeed) => deed.of.includes(step)),
    FUNNEL_WINDOW_DAYS * DAY_MS,
  );
  return {
    steps: steps.map((step, index) => ({ step, people: counted[index]!.persons })),
    windowDays: FUNNEL_WINDOW_DAYS,
  };
}
