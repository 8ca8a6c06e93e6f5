import { Plus, Trash2, X } from 'lucide-react';
import type { Currency } from '#contracts/money';
import { currencyExponents } from '#contracts/money';
import type { Issues } from '../staff/form-issues.ts';
import { Button } from '../ui/Button.tsx';
import { Field } from '../ui/Field.tsx';
import { emptyVariant, type VariantDraft } from './product-draft.ts';
import { useCatalogText } from './texts.ts';
import css from './VariantFields.module.css';

const MOST = 20;

interface VariantFieldsProps {
  variants: VariantDraft[];
  currency: Currency;
  pricesIncludeTax: boolean;
  issues: Issues;
  onChange: (variants: VariantDraft[]) => void;
}

export function VariantFields({ variants, currency, pricesIncludeTax, issues, onChange }: VariantFieldsProps) {
  const t = useCatalogText();
  return (
    <section className={css.variants}>
      <h2>{t.variants}</h2>
      <p className={css.hint}>{t.variantsHint}</p>
      <ol>
        {variants.map((variant, index) => (
          <VariantRow
            key={variant.key}
            variant={variant}
            number={index + 1}
            currency={currency}
            priceLabel={pricesIncludeTax ? t.priceWithTax : t.priceWithoutTax}
            refused={(field) => issues.has(`variants.${index}.${field}`)}
            onChange={(part) => onChange(variants.with(index, { ...variant, ...part }))}
            onRemove={variants.length > 1 ? () => onChange(variants.toSpliced(index, 1)) : undefined}
          />
        ))}
      </ol>
      {variants.length < MOST && (
        <Button onClick={() => onChange([...variants, emptyVariant(variants.at(-1))])}>
          <Plus size={16} strokeWidth={2} aria-hidden />
          {t.addVariant}
        </Button>
      )}
    </section>
  );
}

interface VariantRowProps {
  variant: VariantDraft;
  number: number;
  currency: Currency;
  priceLabel: string;
  refused: (field: string) => boolean;
  onChange: (part: Partial<VariantDraft>) => void;
  onRemove: (() => void) | undefined;
}

function VariantRow({ variant, number, currency, priceLabel, refused, onChange, onRemove }: VariantRowProps) {
  const t = useCatalogText();
  return (
    <li className={css.row} role="group" aria-label={`${t.variants} ${number}`}>
      <Swatch color={variant.swatch} onChange={(swatch) => onChange({ swatch })} />
      <Field
        className={css.name}
        label={t.variantName}
        maxLength={40}
        value={variant.name}
        onChange={(event) => onChange({ name: event.target.value })}
        error={refused('name') ? t.variantNameError : undefined}
      />
      <Field
        className={css.sku}
        label={t.sku}
        maxLength={40}
        autoCapitalize="characters"
        spellCheck={false}
        value={variant.sku}
        onChange={(event) => onChange({ sku: event.target.value })}
        error={refused('sku') ? t.skuError : undefined}
      />
      <Field
        className={css.price}
        label={priceLabel}
        before={symbolOf(currency)}
        inputMode={currencyExponents[currency] === 0 ? 'numeric' : 'decimal'}
        value={variant.price}
        onChange={(event) => onChange({ price: event.target.value })}
        error={refused('priceAmount') ? t.priceError : undefined}
      />
      <Field
        className={css.weight}
        label={t.weight}
        after="g"
        inputMode="numeric"
        value={variant.weight}
        onChange={(event) => onChange({ weight: event.target.value })}
        error={refused('weightGrams') ? t.weightError : undefined}
      />
      <Field
        className={css.stock}
        label={t.stock}
        after={t.unitOfStock}
        inputMode="numeric"
        value={variant.stock}
        onChange={(event) => onChange({ stock: event.target.value })}
        hint={variant.reserved + variant.sold > 0 ? t.variantFacts(variant.reserved, variant.sold) : undefined}
        error={refused('stock') ? t.stockError : undefined}
      />
      <span className={css.remove}>
        {onRemove && (
          <button type="button" aria-label={t.removeVariant(number)} onClick={onRemove}>
            <Trash2 size={20} strokeWidth={1.75} aria-hidden />
          </button>
        )}
      </span>
    </li>
  );
}

/** The dot beside the name. The browser's own colour field cannot be empty, so "none" has a button. */
function Swatch({ color, onChange }: { color: string | null; onChange: (color: string | null) => void }) {
  const t = useCatalogText();
  return (
    <div className={css.swatch}>
      <span className={css.swatchLabel}>{t.swatch}</span>
      <span className={css.swatchBox}>
        <label style={color === null ? undefined : { background: color }} data-none={color === null ? '' : undefined}>
          <span className="sr">{color === null ? `${t.swatch}: ${t.noSwatch}` : t.swatch}</span>
          <input type="color" value={color ?? '#c8c8c8'} onChange={(event) => onChange(event.target.value)} />
        </label>
        {color !== null && (
          <button type="button" aria-label={t.clearSwatch} onClick={() => onChange(null)}>
            <X size={14} strokeWidth={2.2} aria-hidden />
          </button>
        )}
      </span>
    </div>
  );
}

function symbolOf(currency: Currency): string {
  const parts = new Intl.NumberFormat('en', { style: 'currency', currency, currencyDisplay: 'narrowSymbol' });
  return parts.formatToParts(0).find((part) => part.type === 'currency')?.value ?? currency;
}
