import { type Product, ProductInput, type TaxCode } from '#contracts/catalog';
import { type Currency, currencyExponents, parseMoney, toDecimalString } from '#contracts/money';
import { randomId } from '../random-id.ts';
import { type Issues, issuePaths } from '../staff/form-issues.ts';

/** A product while it is typed: money and stock are the texts in the fields, and are read only when it is saved. */
export interface ProductDraft {
  name: string;
  note: string;
  description: string;
  imageUrl: string | null;
  /** Set when another picture was chosen or the picture was taken off; undefined while it is unchanged. */
  imageId: string | null | undefined;
  taxCode: TaxCode;
  variants: VariantDraft[];
  /** Of this editing: a save whose answer was lost and that is pressed again moves stock once. */
  saveKey: string;
}

export interface VariantDraft {
  /** Steady while rows are added and removed, so that the fields keep their focus. */
  key: string;
  id: string | undefined;
  name: string;
  sku: string;
  price: string;
  swatch: string | null;
  /** Grams; empty: none, for what ships at no weight. */
  weight: string;
  stock: string;
  /** On hand when the form was opened; undefined for a new variant. */
  stockSeen: number | undefined;
  reserved: number;
  sold: number;
}

export function emptyProduct(): ProductDraft {
  return {
    name: '',
    note: '',
    description: '',
    imageUrl: null,
    imageId: undefined,
    taxCode: 'standard',
    variants: [emptyVariant()],
    saveKey: randomId(),
  };
}

export function emptyVariant(like?: VariantDraft): VariantDraft {
  return {
    key: randomId(),
    id: undefined,
    name: '',
    sku: '',
    price: like?.price ?? '',
    swatch: null,
    weight: like?.weight ?? '',
    stock: '',
    stockSeen: undefined,
    reserved: 0,
    sold: 0,
  };
}

export function draftOf(product: Product): ProductDraft {
  const exponent = currencyExponents[product.currency];
  return {
    name: product.name,
    note: product.note,
    description: product.description,
    imageUrl: product.imageUrl,
    imageId: undefined,
    taxCode: product.taxCode,
    variants: product.variants.map((variant) => ({
      key: variant.id,
      id: variant.id,
      name: variant.name,
      sku: variant.sku,
      price: toDecimalString(variant.priceAmount, exponent),
      swatch: variant.swatch,
      weight: variant.weightGrams === 0 ? '' : String(variant.weightGrams),
      stock: String(variant.onHand),
      stockSeen: variant.onHand,
      reserved: variant.reserved,
      sold: variant.sold,
    })),
    saveKey: randomId(),
  };
}

/** Digits typed with a Japanese keyboard are often full width (３５２０), with a yen sign or an ideographic comma. */
function plainDigits(text: string): string {
  return text
    .normalize('NFKC')
    .replaceAll(/[¥$€,、\s]/g, '')
    .trim();
}

function parseStock(text: string): number {
  const plain = plainDigits(text);
  return /^\d{1,7}$/.test(plain) ? Number(plain) : Number.NaN;
}

export type ReadProduct = { input: ProductInput; issues: null } | { input: null; issues: Issues };

/** What the fields say, or the paths of those that do not say it. */
export function readProduct(draft: ProductDraft, currency: Currency): ReadProduct {
  const issues = new Set<string>();
  const skus = draft.variants.map((variant) => variant.sku.trim().toLowerCase());
  const names = draft.variants.map((variant) => variant.name.trim());
  const variants = draft.variants.map((variant, index) => {
    const priceAmount = parseMoney(variant.price, currency);
    if (priceAmount === null || priceAmount < 1) issues.add(`variants.${index}.priceAmount`);
    if (skus.indexOf(skus[index] ?? '') !== index) issues.add(`variants.${index}.sku`);
    // A viewer chooses by name, so with two or more each needs one of its own.
    if (names.length > 1 && (names[index] === '' || names.indexOf(names[index] ?? '') !== index)) {
      issues.add(`variants.${index}.name`);
    }
    return {
      ...(variant.id === undefined ? {} : { id: variant.id }),
      name: variant.name,
      sku: variant.sku,
      priceAmount: priceAmount ?? 1,
      swatch: variant.swatch,
      weightGrams: variant.weight.trim() === '' ? 0 : parseStock(variant.weight),
      stock: parseStock(variant.stock),
      ...(variant.stockSeen === undefined ? {} : { stockSeen: variant.stockSeen }),
    };
  });
  const parsed = ProductInput.safeParse({
    name: draft.name,
    note: draft.note,
    description: draft.description,
    taxCode: draft.taxCode,
    ...(draft.imageId === undefined ? {} : { imageId: draft.imageId }),
    variants,
    saveKey: draft.saveKey,
  });
  if (!parsed.success) for (const path of issuePaths(parsed.error.issues)) issues.add(path);
  return parsed.success && issues.size === 0 ? { input: parsed.data, issues: null } : { input: null, issues };
}

/** Whether leaving now would lose something that was typed. */
export function sameProduct(a: ProductDraft, b: ProductDraft): boolean {
  const plain = (draft: ProductDraft) =>
    JSON.stringify({ ...draft, imageUrl: null, variants: draft.variants.map((v) => ({ ...v, key: '' })) });
  return plain(a) === plain(b);
}

/** Paths of the codes that differ from those the product was opened with. */
export function changedSkus(draft: ProductDraft, opened: ProductDraft): string[] {
  const known = new Set(opened.variants.map((variant) => variant.sku.trim()));
  return draft.variants.flatMap((variant, index) => (known.has(variant.sku.trim()) ? [] : [`variants.${index}.sku`]));
}
