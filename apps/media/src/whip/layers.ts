import type { MediaDescription } from 'sdp-transform';
import { wrong } from './sdp.ts';

const MOST_LAYERS = 3;
/** Quarter, low, small: a list that begins so rises, whatever RFC 8853 says of its order. */
const smallest = /^(q|quarter|l|low|s|small)$/i;

/**
 * The layers of a simulcast as the offer lists them, none without simulcast.
 * @throws AppError `invalid_request`
 */
export function layersOf(section: MediaDescription, line: string): string[] {
  const { simulcast } = section;
  if (!simulcast) return [];
  const list = simulcast.dir1 === 'send' ? simulcast.list1 : simulcast.dir2 === 'send' ? simulcast.list2 : undefined;
  if (list === undefined) return [];
  // Alternatives of one layer are parted by commas, and the first is the one that is sent; a tilde is one that begins paused.
  const rids = list.split(';').map((one) => one.split(',')[0]!.replace(/^~/, ''));
  if (rids.length > MOST_LAYERS)
    throw wrong(`${line} a=simulcast`, `${rids.length} layers, at most ${MOST_LAYERS} are taken`);
  if (new Set(rids).size !== rids.length) throw wrong(`${line} a=simulcast`, 'names a layer twice');
  const named = new Set(
    (section.rids ?? []).filter(({ direction }) => direction === 'send').map(({ id }) => String(id)),
  );
  for (const rid of rids) {
    if (!/^[a-zA-Z0-9]{1,16}$/.test(rid)) throw wrong(`${line} a=simulcast`, 'has a name that is none');
    if (!named.has(rid)) throw wrong(`${line} a=rid`, `${rid} is not described`);
  }
  return rids;
}

/** From the smallest to the largest, as the router counts layers. An offer lists the one that is preferred first (RFC 8853): the largest. */
export function smallestFirst(rids: string[]): string[] {
  return smallest.test(rids[0] ?? '') ? rids : rids.toReversed();
}
