import { useState } from 'react';
import type { Erasure } from '#contracts/privacy';
import { ApiError } from '../api.ts';

/** What stands in the way of an erasure. */
export type Refused = { reason: 'blocked'; orders: string[] } | { reason: 'nothing' } | { reason: 'failed' };

export interface Erasing {
  busy: boolean;
  done: Erasure | null;
  refused: Refused | null;
  start: () => Promise<void>;
  /** What was refused is asked anew next time: an order may have arrived since. */
  forget: () => void;
}

export function useErasing(erase: () => Promise<Erasure>, onErased?: (erasure: Erasure) => void): Erasing {
  const [busy, setBusy] = useState(false);
  const [done, setDone] = useState<Erasure | null>(null);
  const [refused, setRefused] = useState<Refused | null>(null);
  const start = async () => {
    setBusy(true);
    setRefused(null);
    try {
      const erasure = await erase();
      setDone(erasure);
      onErased?.(erasure);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setRefused(refusalOf(error));
    }
    setBusy(false);
  };
  return { busy, done, refused, start, forget: () => setRefused(null) };
}

export function refusalOf({ code, details }: Pick<ApiError, 'code' | 'details'>): Refused {
  switch (code) {
    case 'erasure_blocked':
      return { reason: 'blocked', orders: Array.isArray(details.orders) ? details.orders.map(String) : [] };
    case 'not_found':
    case 'unauthenticated':
      return { reason: 'nothing' };
    default:
      return { reason: 'failed' };
  }
}
