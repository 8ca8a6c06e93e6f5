import {
  CircleUser,
  FileText,
  Mail,
  MessageCircle,
  MousePointerClick,
  ReceiptJapaneseYen,
  Receipt,
  ShoppingBag,
  Sparkles,
  Star,
  Timer,
  Undo2,
} from 'lucide-react';
import { useState } from 'react';
import { Link } from 'react-router';
import {
  customersApi,
  timelineViews,
  type Profile,
  type TimelineEntry,
  type TimelineView,
  type WatchedShow,
} from '#contracts/customers';
import { formatDate, formatDuration, formatNumber, formatTime, langOf, money, useLocale } from '../../i18n.ts';
import { MoreBelow, useMore } from '../../staff/MoreBelow.tsx';
import { staffCall, useMay, useSession } from '../../staff/session.ts';
import { useLoad } from '../../staff/useLoad.ts';
import { ProductPicture } from '../../ui/ProductPicture.tsx';
import { ErrorState, Loading, Skeleton } from '../../ui/states.tsx';
import { dayOf } from '../charts/index.ts';
import { shareOf } from './life-line.ts';
import css from './Profile.module.css';
import { sourceName } from './source-name.ts';
import { useProfileText } from './texts.ts';
import { groupByDay } from './timeline-groups.ts';

/** People come before the first picture and stay after the last. */
const AROUND_MS = 3_600_000;

function wasDuring({ startsAt, liveSince, endedAt }: WatchedShow, time: string): boolean {
  const at = Date.parse(time);
  const end = endedAt ? Date.parse(endedAt) : Infinity;
  return at >= Date.parse(liveSince ?? startsAt) - AROUND_MS && at <= end + AROUND_MS;
}

type Words = ReturnType<typeof useProfileText>;

/** Everything by day, newest day first: what happened in a show stands under it. */
export function Timeline({ profile }: { profile: Profile }) {
  const t = useProfileText();
  const mayDo = useMay();
  const [view, setView] = useState<TimelineView>('all');
  const offered = timelineViews.filter((one) => one !== 'mails' || mayDo('people.read'));
  return (
    <section className={css.events} aria-labelledby="events">
      <header>
        <h2 id="events">{t.events}</h2>
        <div role="group" aria-label={t.events}>
          {offered.map((one) => (
            <button key={one} type="button" aria-pressed={one === view} onClick={() => setView(one)}>
              {t[one]}
            </button>
          ))}
        </div>
      </header>
      <Entries key={view} profile={profile} view={view} />
    </section>
  );
}

function Entries({ profile, view }: { profile: Profile; view: TimelineView }) {
  const t = useProfileText();
  useLocale();
  const { brand } = useSession();
  const { id } = profile.person;
  const first = useLoad(`timeline ${id} ${view}`, (signal) =>
    staffCall(customersApi.timeline, { id, view }, { signal }),
  );
  const more = useMore(first.data?.next, async (after) => {
    const page = await staffCall(customersApi.timeline, { id, view, after });
    return { items: page.entries, next: page.next };
  });
  if (!first.data) {
    return first.error ? (
      <ErrorState title={t.eventsFailed} error={first.error} onRetry={first.reload} />
    ) : (
      <Loading>
        {[0, 1, 2].map((row) => (
          <Skeleton key={row} height={96} className={css.bone} />
        ))}
      </Loading>
    );
  }
  const entries = [...first.data.entries, ...more.items];
  if (entries.length === 0) return <p className={css.quiet}>{t.eventsEmpty}</p>;
  // What followed a show on another day, such as a refund, stands by itself.
  const inShow = (entry: TimelineEntry) => {
    const show = profile.shows.find(({ id }) => id === entry.showId);
    return show && wasDuring(show, entry.at) ? entry : { ...entry, showId: null };
  };
  return (
    <>
      {groupByDay(entries.map(inShow), (time) => dayOf(time, brand.timeZone)).map(({ day, parts }) => (
        <section key={day} className={css.day}>
          <h3>
            <time dateTime={day}>{dayName(parts[0]!.entries[0]!.at, brand.timeZone)}</time>
          </h3>
          <div>
            {parts.map((part) => (
              <Part
                key={`${part.showId} ${part.entries[0]!.id}`}
                entries={part.entries}
                show={profile.shows.find((show) => show.id === part.showId) ?? null}
                asOf={profile.asOf}
              />
            ))}
          </div>
        </section>
      ))}
      <MoreBelow more={more} />
    </>
  );
}

const dayName = (time: string, timeZone: string) => formatDate(time, timeZone);

interface PartProps {
  entries: TimelineEntry[];
  show: WatchedShow | null;
  asOf: string;
}

function Part({ entries, show, asOf }: PartProps) {
  const shown = entries.filter(({ kind }) => kind !== 'show');
  return (
    <>
      {show && <ShowStrip show={show} entries={shown} asOf={asOf} />}
      <ol className={css.entries}>
        {shown.map((entry) => (
          <Entry key={entry.id} entry={entry} />
        ))}
      </ol>
    </>
  );
}

/** The show as a line: what was watched of it, with a tick for each thing that was done. */
function ShowStrip({ show, entries, asOf }: { show: WatchedShow; entries: TimelineEntry[]; asOf: string }) {
  const t = useProfileText();
  const begin = show.liveSince ? Date.parse(show.liveSince) : null;
  const end = Date.parse(show.endedAt ?? asOf);
  const seen = formatDuration(show.watchSeconds);
  const words =
    show.watchSeconds === 0
      ? t.cameOnly
      : begin === null || shareOf(show, Date.parse(asOf)) === 0
        ? t.watchedFor(seen)
        : t.ofMinutes(seen, formatDuration((end - begin) / 1000));
  const at = (time: string) => Math.min(1, Math.max(0, (Date.parse(time) - begin!) / Math.max(1, end - begin!))) * 100;
  return (
    <>
      <h4 className={css.show}>
        <Link to={`/insights/shows/${show.id}`} lang={langOf(show.title)}>
          {show.title}
        </Link>
        <small>{[words, show.hearts > 0 ? t.hearts(formatNumber(show.hearts)) : ''].filter(Boolean).join(' · ')}</small>
      </h4>
      {begin !== null && (
        <svg
          className={css.strip}
          viewBox="0 0 100 22"
          preserveAspectRatio="none"
          role="img"
          aria-label={t.strip(show.title, words)}
        >
          <rect x={0} y={8} width={100} height={6} className={css.stripAll} />
          {show.watched.map(([from, to]) => (
            <rect
              key={from}
              x={at(from)}
              y={8}
              width={Math.max(0.4, at(to) - at(from))}
              height={6}
              className={css.stripSeen}
            />
          ))}
          {entries.map((entry) => (
            <rect
              key={entry.id}
              x={Math.min(99.7, at(entry.at))}
              y={entry.kind === 'order' ? 1 : 4}
              width={entry.kind === 'order' ? 0.5 : 0.3}
              height={entry.kind === 'order' ? 20 : 14}
              className={entry.kind === 'order' ? css.stripOrder : css.stripTick}
            />
          ))}
        </svg>
      )}
    </>
  );
}

const icons = {
  show: Sparkles,
  chat: MessageCircle,
  product: MousePointerClick,
  checkout: Timer,
  order: ShoppingBag,
  refund: Undo2,
  mail: Mail,
  survey: Star,
  page: FileText,
  identity: CircleUser,
  other: Sparkles,
} as const satisfies Record<TimelineEntry['kind'], unknown>;

function Entry({ entry }: { entry: TimelineEntry }) {
  const t = useProfileText();
  const { brand } = useSession();
  const OrderIcon = brand.currency === 'JPY' ? ReceiptJapaneseYen : Receipt;
  const Icon = entry.kind === 'order' ? OrderIcon : icons[entry.kind];
  const words = entryWords(t, entry);
  const number = entry.properties?.number;
  return (
    <li className={css.entry} data-kind={entry.kind}>
      <time dateTime={entry.at}>{formatTime(entry.at, brand.timeZone)}</time>
      {entry.kind === 'order' && entry.imageUrl ? (
        <span className={css.picture}>
          <ProductPicture url={entry.imageUrl} alt="" size={24} />
        </span>
      ) : (
        <Icon size={16} strokeWidth={2} aria-hidden />
      )}
      <span>
        <span lang={langOf(words)}>{words}</span>
        {entry.orderId && typeof number === 'string' && entry.kind !== 'refund' && (
          <Link to={`/orders/${entry.orderId}/manage`}>{number}</Link>
        )}
        {entry.kind === 'survey' && entry.text && <q lang={langOf(entry.text)}>{entry.text}</q>}
      </span>
      {entry.amount !== null && (entry.kind === 'order' || entry.kind === 'refund') && (
        <b>{money(entry.kind === 'refund' ? -entry.amount : entry.amount, brand.currency)}</b>
      )}
    </li>
  );
}

function entryWords(t: Words, { kind, name, text, quantity, properties, source }: TimelineEntry): string {
  const what = text ?? t.someProduct;
  const pieces = quantity > 1 ? ` ${t.pieces(formatNumber(quantity))}` : '';
  switch (kind) {
    case 'chat':
      return text === null || properties?.deleted === true ? t.e_deleted : t.e_chat(text);
    case 'product':
      return productWords(t, name, what);
    case 'checkout':
      return t.e_checkout(`${what}${pieces}`);
    case 'order':
      return t.e_order(`${what}${pieces}`);
    case 'refund':
      return t.e_refund(what);
    case 'mail':
      return properties?.state === 'sent' ? t.e_mail(text ?? '') : t.e_mailNotSent(text ?? '');
    case 'survey':
      return surveyWords(t, properties, what);
    case 'page':
      if (source === 'room') return typeof properties?.from === 'string' ? t.e_roomFrom(properties.from) : t.e_room;
      return t.e_page(text ?? name);
    case 'identity':
      return t.e_identity(sourceName(t, text ?? ''));
    case 'show':
    case 'other':
      return text ? t.e_product(name, text) : t.e_other(name);
  }
}

function productWords(t: Words, name: string, what: string): string {
  switch (name) {
    case 'Product Clicked':
      return t.e_clicked(what);
    case 'Product Viewed':
      return t.e_viewed(what);
    case 'Product Added':
      return t.e_added(what);
    default:
      return t.e_product(name, what);
  }
}

function surveyWords(t: Words, properties: TimelineEntry['properties'], what: string): string {
  const score = typeof properties?.score === 'number' ? formatNumber(properties.score) : '';
  switch (properties?.kind) {
    case 'nps':
      return t.e_nps(score);
    case 'stars':
      return t.e_stars(score, what);
    default:
      return t.e_csat(score);
  }
}
