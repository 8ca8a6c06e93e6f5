/** Something that is done at a moment of a show. */
export interface Happening {
  /** In seconds from the first picture. */
  at: number;
  work: () => Promise<unknown>;
  /** All before it is over when it happens. */
  waits?: true;
  /** It waits for the log more than it works: nothing need wait for it. */
  isLight?: true;
}
