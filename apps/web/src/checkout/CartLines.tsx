import { Minus, Plus, Trash2 } from 'lucide-react';
import { HOLD_MAX_QUANTITY, type Cart, type Hold } from '#contracts/checkout';
import type { Currency } from '#contracts/money';
import { langOf, money, useLocale } from '../i18n.ts';
import { Button } from '../ui/Button.tsx';
import { ProductPicture } from '../ui/ProductPicture.tsx';
import css from './CartLines.module.css';
import { useCartText } from './cart-text.ts';
import type { CartRefusal } from './cart-session.ts';
import { useCheckoutText } from './checkout-text.ts';

type CartLine = Cart['lines'][number];

/** What could be held of a line now: what is free, and what this buyer holds already. */
export function reachOf(line: CartLine, holds: Hold[], refusal: CartRefusal | null): number {
  const mine = holds.find((hold) => hold.variantId === line.variantId)?.quantity ?? 0;
  const free = Math.max(0, line.available) + mine;
  return refusal?.variantId === line.variantId && refusal.error.code === 'sold_out'
    ? Math.min(free, Math.max(mine, refusal.available))
    : free;
}

interface CartLinesProps {
  lines: CartLine[];
  currency: Currency;
  holds: Hold[];
  refusal: CartRefusal | null;
  /** The line whose change is under way. */
  changing: string | null;
  onChange: (line: CartLine, quantity: number) => void;
}

/** The lines of a cart: price of now, quantity, and what cannot be had as it is. */
export function CartLines({ lines, currency, holds, refusal, changing, onChange }: CartLinesProps) {
  const t = useCartText();
  useLocale();
  return (
    <ul className={css.lines}>
      {lines.map((line) => {
        const name = [line.productName, line.variantName].filter(Boolean).join(' ');
        const reach = reachOf(line, holds, refusal);
        const short = reach < line.quantity;
        return (
          <li key={line.variantId} aria-label={name} data-short={short || undefined}>
            <ProductPicture url={line.imageUrl} alt="" size={72} gone={reach === 0} className={css.picture} />
            <div className={css.what}>
              <b lang={langOf(line.productName)}>{line.productName}</b>
              {line.variantName === '' ? null : <small lang={langOf(line.variantName)}>{line.variantName}</small>}
              <span className={css.price}>
                {money(line.unitAmount, currency)}
                {line.unitAmount < line.listAmount ? <s>{money(line.listAmount, currency)}</s> : null}
              </span>
            </div>
            <div className={css.how} aria-busy={changing === line.variantId || undefined}>
              <div role="group" aria-label={t.quantityOf(name)} className={css.stepper}>
                <button
                  type="button"
                  aria-label={line.quantity > 1 ? t.fewerOf(name) : t.remove(name)}
                  onClick={() => onChange(line, line.quantity - 1)}
                >
                  {line.quantity > 1 ? (
                    <Minus size={20} strokeWidth={1.75} aria-hidden="true" />
                  ) : (
                    <Trash2 size={18} strokeWidth={1.75} aria-hidden="true" />
                  )}
                </button>
                <output>{line.quantity}</output>
                <button
                  type="button"
                  aria-label={t.moreOf(name)}
                  disabled={line.quantity >= Math.min(HOLD_MAX_QUANTITY, reach)}
                  onClick={() => onChange(line, line.quantity + 1)}
                >
                  <Plus size={20} strokeWidth={1.75} aria-hidden="true" />
                </button>
              </div>
              <span className={css.sum}>{money(line.unitAmount * line.quantity, currency)}</span>
            </div>
            {short ? (
              <p className={css.short} role="alert">
                <span>
                  {refusal?.variantId === line.variantId && refusal.error.code === 'not_found'
                    ? t.noLonger
                    : reach === 0
                      ? t.gone
                      : t.onlyLeft(reach)}
                </span>
                <Button size="small" onClick={() => onChange(line, reach)}>
                  {reach === 0 ? t.removeShort : t.take(reach)}
                </Button>
              </p>
            ) : null}
          </li>
        );
      })}
    </ul>
  );
}

interface HeldLinesProps {
  lines: Pick<CartLine, 'productName' | 'variantName' | 'imageUrl' | 'unitAmount' | 'listAmount' | 'quantity'>[];
  currency: Currency;
  /** Null when nothing can be changed any more. */
  onBack: (() => void) | null;
}

/** The same goods while they are held: to look at. */
export function HeldLines({ lines, currency, onBack }: HeldLinesProps) {
  const t = useCartText();
  const shared = useCheckoutText();
  useLocale();
  const pieces = lines.reduce((sum, line) => sum + line.quantity, 0);
  return (
    <section className={css.held} aria-label={t.inCart(pieces)}>
      <header>
        <span>{t.inCart(pieces)}</span>
        {onBack ? (
          <button type="button" onClick={onBack}>
            {t.toCart}
          </button>
        ) : null}
      </header>
      <ul>
        {lines.map((line, index) => (
          <li key={index}>
            <ProductPicture url={line.imageUrl} alt="" size={48} className={css.small} />
            <span lang={langOf(line.productName)}>
              {line.productName}
              <small>{[line.variantName, shared.pieces(line.quantity)].filter(Boolean).join('・')}</small>
            </span>
            <b>{money(line.unitAmount * line.quantity, currency)}</b>
          </li>
        ))}
      </ul>
    </section>
  );
}
