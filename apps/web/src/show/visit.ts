import { REFERRAL_PARAMETER, referralsApi, type VisitSource } from '#contracts/referrals';
import { ApiError, call, guest } from '../api.ts';
import { randomId } from '../random-id.ts';

const AGAIN_MS = 3_000;
const UTM = { utmSource: 'utm_source', utmMedium: 'utm_medium', utmCampaign: 'utm_campaign' } as const;
const UTM_MAX = 120;

interface Visit extends VisitSource {
  via?: string;
}

/** Where a visit came from: the campaign and the sharer of the address, and the origin of the page before, unless it is our own. */
export function visitOf(address: string, referrer: string): Visit {
  const { searchParams, origin } = new URL(address);
  const visit: Visit = {};
  for (const [field, parameter] of Object.entries(UTM)) {
    const value = searchParams.get(parameter)?.trim().slice(0, UTM_MAX);
    if (value) visit[field as keyof typeof UTM] = value;
  }
  const via = searchParams.get(REFERRAL_PARAMETER);
  if (via !== null && /^[a-z0-9]{10}$/.test(via)) visit.via = via;
  const from = originOf(referrer);
  if (from !== null && from !== origin) visit.referrer = from;
  return visit;
}

/** The address without what only says how one came: it is what people copy from the bar. */
export function withoutSource(address: string): string {
  const url = new URL(address);
  for (const parameter of [...url.searchParams.keys()]) {
    if (parameter === REFERRAL_PARAMETER || parameter.startsWith('utm_')) url.searchParams.delete(parameter);
  }
  return url.href;
}

function originOf(address: string): string | null {
  const url = URL.canParse(address) ? new URL(address) : null;
  return url && /^https?:$/.test(url.protocol) ? url.origin : null;
}

const reported = new Set<string>();

/** Tells once per page where this visit came from. An answer that is lost is asked for once more, under the same id. */
export async function reportVisit(showId: string): Promise<void> {
  if (reported.has(showId)) return;
  reported.add(showId);
  const visit = { showId, messageId: randomId(), ...visitOf(window.location.href, document.referrer) };
  try {
    await guest();
    await call(referralsApi.visit, visit).catch(async (error: unknown) => {
      if (!(error instanceof ApiError) || error.code !== 'unavailable') throw error;
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
      await call(referralsApi.visit, visit);
    });
  } catch {
    return; // the parameters stay in the address, for the next load of it
  }
  window.history.replaceState(window.history.state, '', withoutSource(window.location.href));
}
