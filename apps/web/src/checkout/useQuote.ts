import { useCallback, useEffect, useRef, useState } from 'react';
import { checkoutApi, type Quote } from '#contracts/checkout';
import { ApiError, call } from '../api.ts';
import { couponRefusal, refusalOf, type CouponRefusal } from './coupons.ts';

/** What is to be priced: these holds, as they are in this revision. */
export interface Priced {
  holdIds: string[];
  revision: string;
}

interface Answered {
  quote: Quote;
  key: string;
}

/** Coupons that were applied outlive the sheet, and not the page. */
let applied: string[] = [];

/**
 * What Pay would cost, by the server, with the coupons that the buyer has applied. A coupon that does not count any more, because the
 * goods have changed or the buyer turned out to be a known one, is taken out and named.
 */
export function useQuote(priced: Priced | null, onOver: () => void) {
  const [answer, setAnswer] = useState<Answered | null>(null);
  const [codes, setCodes] = useState(applied);
  const [refusal, setRefusal] = useState<(CouponRefusal & { dropped: boolean }) | null>(null);
  const [error, setError] = useState<ApiError | null>(null);
  const [applying, setApplying] = useState(false);
  const key = priced ? `${priced.holdIds.join()} ${priced.revision}` : null;
  const now = useRef({ priced, key, codes, onOver });
  now.current = { ...now.current, priced, key, onOver };
  const turn = useRef(0);

  const use = useCallback((next: string[]) => {
    applied = next;
    now.current.codes = next;
    setCodes(next);
  }, []);

  /** @returns whether it was answered for all coupons that were asked for */
  const ask = useCallback(
    async (email: string | null, adding?: string): Promise<boolean> => {
      const { priced: wanted, key: asked, codes: before } = now.current;
      if (!wanted || asked === null) return false;
      const mine = ++turn.current;
      const couponCodes = adding ? [...before, adding] : before;
      try {
        const quote = await call(checkoutApi.quote, {
          holdIds: wanted.holdIds,
          couponCodes,
          ...(email === null ? {} : { email }),
        });
        if (mine !== turn.current) return false;
        setAnswer({ quote, key: asked });
        setError(null);
        if (adding) use(couponCodes);
        return true;
      } catch (failed) {
        if (!(failed instanceof ApiError)) throw failed;
        if (mine !== turn.current) return false;
        if (failed.code === 'hold_expired') now.current.onOver();
        else if (adding) setRefusal({ ...couponRefusal(failed, adding), dropped: false });
        else if (failed.code === 'coupon_refused') {
          drop(failed.details);
          void ask(email);
        } else setError(failed);
        return false;
      }
    },
    [use],
  );

  const drop = (details: Record<string, unknown>) => {
    const refused = refusalOf(details, now.current.codes[0] ?? '');
    setRefusal({ ...refused, dropped: true });
    use(now.current.codes.filter((code) => code !== refused.code));
  };

  useEffect(() => {
    if (key !== null) void ask(null);
  }, [key, ask]);

  return {
    /** Of these holds as they are now; null until it is answered. */
    quote: answer !== null && answer.key === key ? answer.quote : null,
    codes,
    refusal,
    error,
    applying,
    ask,
    /** @returns whether it counts now */
    apply: async (code: string): Promise<boolean> => {
      if (applying) return false;
      setRefusal(null);
      if (codes.includes(code)) return true;
      setApplying(true);
      const taken = await ask(null, code);
      setApplying(false);
      return taken;
    },
    remove: (code: string): void => {
      setRefusal(null);
      use(codes.filter((one) => one !== code));
      void ask(null);
    },
    /** Nothing can have this code. */
    refuse: (code: string): void => setRefusal({ code, reason: 'unknown', minimumAmount: 0, dropped: false }),
    /** The server has refused it with the order. */
    drop: (details: Record<string, unknown>): void => {
      drop(details);
      void ask(null);
    },
    /** They were bought with. */
    forget: (): void => use([]),
  };
}
