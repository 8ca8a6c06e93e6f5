import { Foundation1763760000000 } from './1763760000000-foundation.ts';
import { Mail1763810000000 } from './1763810000000-mail.ts';

/** In the order in which they are applied. A migration that has landed is never edited. */
export const migrations = [Foundation1763760000000, Mail1763810000000];
