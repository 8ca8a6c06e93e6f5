import { randomInt } from 'node:crypto';

const LETTERS = 'abcdefghijkmnpqrstuvwxyz23456789'; // none that are read for one another

/** Ten letters and figures: 50 bits, nothing to guess. */
export const newLinkCode = () => Array.from({ length: 10 }, () => LETTERS[randomInt(LETTERS.length)]).join('');
