import { type PublicShow, ShowInput } from '#contracts/shows';
import { type Issues, issuePaths } from '../staff/form-issues.ts';
import { toInstant, toLocal } from '../staff/zoned-time.ts';

/** A show while it is planned. Times are wall clock of the brand's zone, as the date fields write them; '' is none. */
export interface ShowDraft {
  title: string;
  subtitle: string;
  slug: string;
  hostName: string;
  startsAt: string;
  endsAt: string;
  posterUrl: string | null;
  /** Set when another poster was chosen or taken off; undefined while it is unchanged. */
  posterImageId: string | null | undefined;
  productIds: string[];
}

/** A new show is proposed for tomorrow evening, 20:00 to 21:00: the hour most shows are held at. */
export function emptyShow(now: number, timeZone: string, hostName: string): ShowDraft {
  const day = toLocal(new Date(now + 86_400_000).toISOString(), timeZone).slice(0, 10);
  const draft: ShowDraft = {
    title: '',
    subtitle: '',
    slug: '',
    hostName,
    startsAt: `${day}T20:00`,
    endsAt: `${day}T21:00`,
    posterUrl: null,
    posterImageId: undefined,
    productIds: [],
  };
  return { ...draft, slug: proposeSlug('', draft.startsAt) };
}

export function draftOf(show: PublicShow): ShowDraft {
  const zone = show.brand.timeZone;
  return {
    title: show.title,
    subtitle: show.subtitle,
    slug: show.slug,
    hostName: show.hostName,
    startsAt: toLocal(show.startsAt, zone),
    endsAt: show.endsAt === null ? '' : toLocal(show.endsAt, zone),
    posterUrl: show.posterUrl,
    posterImageId: undefined,
    productIds: show.offers.toSorted((a, b) => a.position - b.position).map((offer) => offer.productId),
  };
}

/**
 * A public address out of the title. Kana and kanji have no sure reading, so a title written with them gets the date
 * (show-2026-11-21), and whoever wants words types them.
 */
export function proposeSlug(title: string, startsAt: string): string {
  const plain = title.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
  const words = /[^\p{ASCII}\p{P}\p{S}\p{Z}]/u.test(plain)
    ? ''
    : plain
        .replaceAll(/['’]/g, '')
        .replaceAll(/[^a-z0-9]+/g, '-')
        .slice(0, 60)
        .replaceAll(/^-+|-+$/g, '');
  if (words.length >= 2) return words;
  const day = startsAt.slice(0, 10);
  return /^\d{4}-\d{2}-\d{2}$/.test(day) ? `show-${day}` : 'show';
}

export type ReadShow = { input: ShowInput; issues: null } | { input: null; issues: Issues };

/** What the fields say, or the paths of those that do not say it. */
export function readShow(draft: ShowDraft, timeZone: string): ReadShow {
  const startsAt = toInstant(draft.startsAt, timeZone);
  const endsAt = draft.endsAt === '' ? null : toInstant(draft.endsAt, timeZone);
  const parsed = ShowInput.safeParse({
    title: draft.title,
    subtitle: draft.subtitle,
    slug: draft.slug.trim(),
    hostName: draft.hostName,
    startsAt: startsAt ?? '',
    endsAt: draft.endsAt === '' ? null : (endsAt ?? ''),
    ...(draft.posterImageId === undefined ? {} : { posterImageId: draft.posterImageId }),
    productIds: draft.productIds,
  });
  const issues = new Set(parsed.success ? [] : issuePaths(parsed.error.issues));
  if (startsAt !== null && endsAt !== null && endsAt <= startsAt) issues.add('endsAt');
  return parsed.success && issues.size === 0 ? { input: parsed.data, issues: null } : { input: null, issues };
}

export function sameShow(a: ShowDraft, b: ShowDraft): boolean {
  return JSON.stringify({ ...a, posterUrl: null }) === JSON.stringify({ ...b, posterUrl: null });
}

/** The list with the item at `from` taken out and put in at `to`. */
export function moved<T>(list: readonly T[], from: number, to: number): T[] {
  const item = list[from];
  if (item === undefined || to < 0 || to >= list.length) return [...list];
  return list.toSpliced(from, 1).toSpliced(to, 0, item);
}
