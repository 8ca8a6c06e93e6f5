import { DomainEvent } from '../database/index.ts';

/** A viewer came into the room (once per socket and room). On air: between the first picture and the end of the show. */
export const showJoined = new DomainEvent<{ showId: string; brandId: string; viewerId: string; onAir: boolean }>(
  'show.joined',
);
/** For good: nothing is transmitted any more. */
export const showEnded = new DomainEvent<{ showId: string }>('show.ended');
export const showLeft = new DomainEvent<{ showId: string; viewerId: string }>('show.left');
/** A media process told of its broadcasts, as it does each second. */
export const mediaHeard = new DomainEvent<{ broadcasts: { showId: string; stageVersion: number }[] }>('media.heard');
