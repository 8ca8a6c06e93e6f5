import type { SurveyKind } from '#contracts/surveys';
import { exponential, type Random } from '#insight/simulate';
import type { Evening } from './calendar.ts';
import type { EveningPlan, PinSpan, Viewing } from './evening-plan.ts';
import type { Opinion, Opinions } from './opinions.ts';

/** The host asks whoever is there. Times are seconds from the first picture. */
export interface PlannedWave {
  kind: SurveyKind;
  productId: string | null;
  at: number;
  closesAt: number;
  present: Viewing[];
  answers: { viewing: Viewing; at: number; opinion: Opinion }[];
}

export interface SurveyPlan {
  waves: PlannedWave[];
  /** Who still has the page open when the show is over, and is asked there; null for who does not answer. */
  lingering: { viewing: Viewing; opinion: Opinion | null }[];
}

const OPEN_SECONDS = 150;
const ASKED_BEFORE_END_SECONDS = 190;
const ANSWERS_IN_ROOM = 0.14;
const LINGERS = 0.1;
const ANSWERS_AFTERWARDS = 0.5;
/** Which of the evening's products is to be rated: another one each evening. */
const RATED_PIN = 2;

/** What is asked on an evening and what people say: stars for a product each evening, at the end of some the show or the shop. */
export function planSurveys(
  evening: Evening,
  plan: EveningPlan,
  productIds: string[],
  opinions: Opinions,
  random: Random,
): SurveyPlan {
  const { day, reached, hasDeal } = evening;
  const { viewings, pins, seconds, scarce } = plan;
  const ofShow = () => opinions.satisfaction(reached, { hasDeal, hasScarce: scarce !== null });
  const wave = (at: number, asks: Pick<PlannedWave, 'kind' | 'productId'>, opinion: () => Opinion): PlannedWave => {
    const closesAt = at + OPEN_SECONDS;
    const present = viewings.filter(({ from, to }) => from < at && at < Math.min(to, seconds));
    const answers = present
      .filter(() => random() < ANSWERS_IN_ROOM)
      .map((viewing) => ({ viewing, at: at + 4 + exponential(1 / 20, random) }))
      .filter(({ viewing, at: then }) => then < Math.min(viewing.to, closesAt) - 5)
      .map((one) => ({ ...one, opinion: opinion() }));
    return { ...asks, at, closesAt, present, answers };
  };
  const rated = pins[RATED_PIN % pins.length] as PinSpan;
  const waves = [
    wave((rated.from + rated.to * 3) / 4, { kind: 'stars', productId: rated.productId }, () =>
      opinions.ofProduct(productIds.indexOf(rated.productId)),
    ),
  ];
  const late = seconds - ASKED_BEFORE_END_SECONDS;
  if (day % 7 === 3) {
    waves.push(wave(late, { kind: 'nps', productId: null }, () => opinions.recommendation(reached)));
  } else if (day % 3 === 0) {
    waves.push(wave(late, { kind: 'csat', productId: null }, ofShow));
  }
  const lingering = viewings
    .filter(({ to }) => to === Infinity && random() < LINGERS)
    .map((viewing) => ({ viewing, opinion: random() < ANSWERS_AFTERWARDS ? ofShow() : null }));
  return { waves, lingering };
}
