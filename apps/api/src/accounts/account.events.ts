import { DomainEvent } from '../database/index.ts';

/** A member signed out of one browser: its sockets end, those of their other browsers go on. */
export const signedOut = new DomainEvent<{ sessionId: string }>('member.signed_out');
