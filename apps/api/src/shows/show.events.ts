import { DomainEvent } from '../database/index.ts';

/** A viewer came into the room (once per socket and room). */
export const showJoined = new DomainEvent<{ showId: string; brandId: string; viewerId: string }>('show.joined');
export const showLeft = new DomainEvent<{ showId: string; viewerId: string }>('show.left');
