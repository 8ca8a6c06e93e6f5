import { insightsApi, type ReplayInsights, type ShowInsights } from '#contracts/insights';
import { stretchOf } from '#contracts/time-map';
import { formatDuration, formatNumber, texts, useLocale } from '../i18n.ts';
import { staffCall } from '../staff/session.ts';
import { useLoad } from '../staff/useLoad.ts';
import { playheadSlots, TimeChart, type LaneItem } from './charts/index.ts';
import { Def } from './Def.tsx';
import { useInsightsText } from './insights-text.ts';
import css from './ShowInsights.module.css';
import { inSlots, lineOf, stepSeconds } from './show-slots.ts';
import { durationWords } from './words.ts';

const useWords = texts({
  ja: {
    csvName: (slug: string) => `engawa-${slug}-録画の視聴`,
    nobody: '録画を見た人は、まだいません。',
    length: '録画の長さ',
    peak: (at: string, people: string) => `いちばん見られたのは${at}で、${people}人です。`,
    most: (people: string) => `${people}人`,
  },
  en: {
    csvName: (slug) => `engawa-${slug}-replay-watching`,
    nobody: 'Nobody has watched the replay yet.',
    length: 'Length of the replay',
    peak: (at, people) => `Seen by the most at ${at}: ${people} people.`,
    most: (people) => `${people} people`,
  },
});

/** How far people watch the replay, and what they see of it. Nothing for a show that has none. */
export function ReplayCurve({ figures }: { figures: ShowInsights }) {
  const { show } = figures;
  const { data } = useLoad(`replay-curve:${show.id}`, (signal) =>
    staffCall(insightsApi.replay, { id: show.id }, { signal }),
  );
  if (!data || data.seconds === 0) return null;
  return (
    <div className={css.replay}>
      <Chart figures={figures} replay={data} />
      <Figures replay={data} />
    </div>
  );
}

interface Parts {
  figures: ShowInsights;
  replay: ReplayInsights;
}

function Chart({ figures, replay }: Parts) {
  const t = useInsightsText();
  const words = useWords();
  const step = stepSeconds(replay.seconds * 1000);
  const curve = asCurve(replay);
  const slots = playheadSlots(replay.seconds, step);
  const values = inSlots(curve, slots).map(({ viewers }) => viewers);
  const lane = scenesOf(figures, replay, (people) => words.most(formatNumber(people)));
  const [most, people] = replay.curve.reduce((best, one) => (one[1] > best[1] ? one : best), [0, 0]);
  return (
    <TimeChart
      title={<Def metric="replayCurve" />}
      unit={
        step < 60 ? t.perSeconds(formatNumber(step)) : step === 60 ? t.perMinute : t.perMinutes(formatNumber(step / 60))
      }
      csvName={words.csvName(figures.show.slug)}
      empty={words.nobody}
      slots={replay.viewers === 0 ? [] : slots}
      panels={[
        {
          kind: 'line',
          format: (value) => t.peopleCount(formatNumber(value)),
          axisFormat: formatNumber,
          series: [{ ...{ id: 'people', name: t.people, tone: 1, area: true }, values, curve: lineOf(curve) }],
        },
      ]}
      timeZone={null}
      to={replay.seconds * 1000}
      lane={lane}
      note={{
        name: t.pinnedThen,
        of: (slot) => lane.find(({ from, to }) => from < slot.to && to > slot.from)?.name ?? '',
      }}
      summary={people > 0 ? words.peak(formatDuration(most), formatNumber(people)) : ''}
    />
  );
}

/** As the show by the second, which charts know how to draw: its clock begins at 0. */
const asCurve = ({ seconds, curve }: ReplayInsights) => ({
  from: new Date(0).toISOString(),
  to: new Date(Math.ceil(seconds) * 1000).toISOString(),
  viewers: curve[0]?.[0] === 0 ? curve : ([[0, 0], ...curve] satisfies [number, number][]),
  events: [],
});

/** What was on screen, and the most people who have seen a second of it. */
function scenesOf({ pins }: ShowInsights, replay: ReplayInsights, words: (people: number) => string): LaneItem[] {
  return pins.flatMap(({ id, productName, imageUrl, pinnedAt, unpinnedAt }) => {
    const { map, seconds } = replay;
    const stretch = stretchOf(map, seconds, Date.parse(pinnedAt), unpinnedAt === null ? null : Date.parse(unpinnedAt));
    if (!stretch) return [];
    const people = mostWithin(replay.curve, stretch);
    const [from, to] = [stretch.from * 1000, stretch.to * 1000];
    return [{ ...{ id, from, to, name: productName, imageUrl, detail: words(people) }, weight: people, tone: 'plain' }];
  });
}

function mostWithin(curve: ReplayInsights['curve'], { from, to }: { from: number; to: number }): number {
  const before = curve.findLast(([second]) => second <= from)?.[1] ?? 0;
  return Math.max(before, ...curve.filter(([second]) => second > from && second < to).map(([, people]) => people));
}

function Figures({ replay }: { replay: ReplayInsights }) {
  const t = useInsightsText();
  const words = useWords();
  const locale = useLocale();
  const { viewers, averageWatchSeconds, seconds } = replay;
  return (
    <dl className={css.tiles} data-count="3">
      <div>
        <dt>
          <Def metric="replayViewers" />
        </dt>
        <dd>{t.peopleCount(formatNumber(viewers))}</dd>
      </div>
      <div>
        <dt>
          <Def metric="replayWatch" />
        </dt>
        <dd>{averageWatchSeconds === null ? t.noFigure : durationWords(averageWatchSeconds, locale)}</dd>
      </div>
      <div>
        <dt>{words.length}</dt>
        <dd>{formatDuration(seconds)}</dd>
      </div>
    </dl>
  );
}
