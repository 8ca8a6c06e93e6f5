// What bench.ts and its generators say to each other.

export type System = 'ours' | 'baseline';

export type Command =
  /** Opens one socket per auth and joins the show with it. */
  { type: 'connect'; system: System; port: number; showId: string; auths: object[] } | ({ type: 'run' } & Run);

export interface Run {
  system: System;
  event: 'chat.send' | 'reaction.send';
  /** Part of each client message id: distinct among the runs. */
  name: string;
  /** Of all generators together; message i is due at startAt + i / rate. */
  count: number;
  perSecond: number;
  /** Milliseconds of `now()`. */
  startAt: number;
  /** This generator sends the messages with i % shares === share; none without `share`. */
  share: number | null;
  shares: number;
}

export interface Outcome {
  /** From when a message was due until each socket of this generator had it, in ms. */
  latencies: Float64Array;
  sent: number;
  refused: string[];
  /** Deliveries that came twice, that never came, and that came out of the room's order. */
  doubled: number;
  missing: number;
  disordered: number;
}

/** Milliseconds on the one clock that all processes of a machine share. */
export const now = (): number => Number(process.hrtime.bigint()) / 1e6;
