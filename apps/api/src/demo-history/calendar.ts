/** One evening of the history: a show, and how the world outside was. */
export interface Evening {
  /** From 0. */
  day: number;
  /** Share of the history that is over, from 0; the last evening is the last before the present. */
  reached: number;
  isLast: boolean;
  startsAt: Date;
  minutes: number;
  title: string;
  subtitle: string;
  /** How many come who never bought, against an ordinary evening. */
  visitors: number;
  /** How many of those who will buy come for the first time, against an ordinary evening. */
  newcomers: number;
  campaign: Campaign | null;
  hasDeal: boolean;
  /** The shop's mail and post of this evening have links of their own. */
  hasLinks: boolean;
}

/** A stretch of days in which much more people hear of the shop. */
export interface Campaign {
  source: 'instagram' | 'youtube';
  name: string;
  /** As shares of the history. */
  from: number;
  until: number;
  lift: number;
  /** How gladly those whom it brought come again, against others. */
  loyalty: number;
}

const campaigns: Campaign[] = [
  { source: 'instagram', name: 'autumn-table', from: 0.22, until: 0.3, lift: 2.2, loyalty: 0.35 },
  { source: 'youtube', name: 'potter-visit', from: 0.58, until: 0.63, lift: 1.9, loyalty: 1.6 },
];

/** By day of the week, Sunday first. */
const themes = [
  { title: '日曜の縁側', subtitle: 'ゆっくり、全品を手に取って' },
  { title: '湯のみの夜', subtitle: '一日の終わりの一服に' },
  { title: '小鉢と豆皿の会', subtitle: '箸がすすむ大きさ' },
  { title: '月白の夜', subtitle: '白い釉薬のはなし' },
  { title: '急須でお茶を', subtitle: '淹れ方から、しまい方まで' },
  { title: '週末の食卓', subtitle: '平皿に何をのせますか' },
  { title: '土曜の窯開き', subtitle: '今週焼き上がったものから' },
];

const WEEKDAY_MINUTES = 36;
const WEEKEND_MINUTES = 54;

/** @param starts when the show of each day begins, with the day of its week (0 is Sunday) */
export function calendarOf(starts: { startsAt: Date; weekday: number }[]): Evening[] {
  return starts.map(({ startsAt, weekday }, day) => {
    const reached = day / starts.length;
    const campaign = campaigns.find(({ from, until }) => reached >= from && reached < until) ?? null;
    const isWeekend = weekday === 0 || weekday === 6;
    const lift = (isWeekend ? 1.6 : 1) * (campaign?.lift ?? 1);
    return {
      ...{ day, reached, startsAt, campaign, ...themes[weekday]! },
      isLast: day === starts.length - 1,
      minutes: isWeekend ? WEEKEND_MINUTES : WEEKDAY_MINUTES,
      visitors: lift,
      newcomers: lift * (1.25 - 0.5 * reached),
      hasDeal: isWeekend,
      hasLinks: weekday === 6,
    };
  });
}
