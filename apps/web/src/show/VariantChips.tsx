import type { KeyboardEvent } from 'react';
import type { Offer } from '#contracts/shows';
import css from './VariantChips.module.css';
import { useShowText } from './texts.ts';

interface VariantChipsProps {
  offer: Offer;
  chosen: string | undefined;
  onChoose: (variantId: string) => void;
}

/** One of the variants; arrow keys move the choice. A sold-out one can be looked at, and says so. */
export function VariantChips({ offer, chosen, onChoose }: VariantChipsProps) {
  const t = useShowText();
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const forward = event.key === 'ArrowRight' || event.key === 'ArrowDown';
    const backward = event.key === 'ArrowLeft' || event.key === 'ArrowUp';
    if (!forward && !backward) return;
    const index = offer.variants.findIndex((variant) => variant.variantId === chosen);
    const next = (index + (forward ? 1 : -1) + offer.variants.length) % offer.variants.length;
    const variant = offer.variants[next];
    if (!variant) return;
    event.preventDefault();
    onChoose(variant.variantId);
    (event.currentTarget.children[next] as HTMLElement | undefined)?.focus();
  };
  return (
    <div className={css.chips} role="radiogroup" aria-label={t.variant} onKeyDown={onKeyDown}>
      {offer.variants.map((variant) => {
        const gone = variant.available <= 0;
        return (
          <button
            key={variant.variantId}
            type="button"
            role="radio"
            aria-checked={variant.variantId === chosen}
            tabIndex={variant.variantId === chosen ? 0 : -1}
            data-gone={gone ? '' : undefined}
            onClick={() => onChoose(variant.variantId)}
          >
            {variant.swatch ? <i style={{ background: variant.swatch }} aria-hidden="true" /> : null}
            {variant.name}
            {gone ? <span className="sr">{t.soldOutShort}</span> : null}
          </button>
        );
      })}
    </div>
  );
}
