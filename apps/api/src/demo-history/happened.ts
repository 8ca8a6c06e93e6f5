import type { Interaction, WatchedStretch } from '../engagement/index.ts';
import type { Evening } from './calendar.ts';
import type { EveningPlan, Viewing } from './evening-plan.ts';
import type { Invitation } from './invitations.ts';
import { viewerOf } from './visitors.ts';

/** From joining until the first picture plays. */
const FIRST_PICTURE_SECONDS = 1.5;

/** What browsers tell of an evening, which nobody waited for: with the times at which it happened, to be written together. */
export function happened(
  evening: Evening,
  plan: EveningPlan,
  invitations: Invitation[],
  show: { brandId: string; showId: string },
): { rows: Interaction[]; stretches: WatchedStretch[] } {
  const moment = (seconds: number) => new Date(evening.startsAt.getTime() + Math.round(seconds * 1000));
  // Who came by a link has told so by themselves.
  const invited = new Set(invitations.flatMap(({ friends }) => friends.map(({ viewing }) => viewing)));
  let number = 0;
  const row = (viewing: Viewing, name: string, seconds: number, more: Partial<Interaction> = {}): Interaction => ({
    ...show,
    messageId: `${viewerOf(viewing)}:${show.showId}:${(number += 1)}`,
    subjectId: viewerOf(viewing),
    name,
    source: 'room',
    occurredAt: moment(seconds),
    ...more,
  });
  const rows = [
    ...plan.viewings.flatMap((viewing) => {
      const { from, to, source } = viewing;
      const leaves = Math.min(to, plan.seconds + 6);
      return [
        ...(invited.has(viewing) ? [] : [row(viewing, 'Page Viewed', from - 2, source ? { context: source } : {})]),
        row(viewing, from < 0 ? 'Room Joined' : 'Live Joined', from),
        row(viewing, 'Live Left', leaves),
      ];
    }),
    ...plan.impressions.map(({ viewing, productId, at }) => row(viewing, 'Product Viewed', at, { productId })),
    ...plan.clicks.map(({ viewing, productId, at }) => row(viewing, 'Product Clicked', at, { productId })),
    ...plan.hearts.map(({ viewing, at, count }) => row(viewing, 'Reaction Sent', at, { quantity: count })),
  ];
  const stretches = plan.viewings.map((viewing) => {
    const startedAt = moment(Math.max(0, viewing.from) + FIRST_PICTURE_SECONDS);
    const endedAt = moment(Math.max(Math.min(viewing.to, plan.seconds), viewing.from + FIRST_PICTURE_SECONDS));
    return { ...show, viewerId: viewerOf(viewing), startedAt, endedAt };
  });
  return { rows, stretches };
}
