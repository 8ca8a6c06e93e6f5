import { DomainEvent } from '../database/index.ts';

export const pinChanged = new DomainEvent<{ showId: string }>('pin.changed');
export const showEnded = new DomainEvent<{ showId: string }>('show.ended');
/** A viewer came into the room (once per socket and room). */
export const showJoined = new DomainEvent<{ showId: string; brandId: string; viewerId: string }>('show.joined');
export const showLeft = new DomainEvent<{ showId: string; viewerId: string }>('show.left');
