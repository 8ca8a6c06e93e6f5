import { createContext } from 'react';

/** Names of the sections with changes that are not saved. Read when somebody leaves the page. */
export const DirtySections = createContext<Set<string>>(new Set());
