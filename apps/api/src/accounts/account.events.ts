import { DomainEvent } from '../database/index.ts';

/** A member signed out or lost access: their sockets end. */
export const memberDisabled = new DomainEvent<{ memberId: string }>('member.disabled');
