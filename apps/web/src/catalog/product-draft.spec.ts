import { describe, expect, it } from '@jest/globals';
import {
  changedSkus,
  draftOf,
  emptyProduct,
  emptyVariant,
  readProduct,
  sameProduct,
  type ProductDraft,
} from './product-draft.ts';

function mug(change: Partial<ProductDraft['variants'][number]> = {}): ProductDraft {
  const draft = emptyProduct();
  draft.name = '月白のマグ';
  draft.variants = [{ ...emptyVariant(), sku: 'MUG-1', price: '4,400', stock: '30', ...change }];
  return draft;
}

describe('a product while it is typed', () => {
  it('is read in minor units and whole pieces', () => {
    const { input } = readProduct(mug(), 'JPY');
    expect(input).toMatchObject({
      taxCode: 'standard',
      variants: [{ priceAmount: 4400, stock: 30, sku: 'MUG-1', weightGrams: 0 }],
    });
    expect(readProduct(mug({ weight: '４２０' }), 'JPY').input?.variants[0]?.weightGrams).toBe(420);
    expect(readProduct(mug({ weight: 'heavy' }), 'JPY').issues).toEqual(new Set(['variants.0.weightGrams']));
    expect(readProduct(mug({ price: '12.5' }), 'USD').input?.variants[0]?.priceAmount).toBe(1250);
  });

  it('understands figures from a Japanese keyboard', () => {
    const { input } = readProduct(mug({ price: '￥４，４００', stock: '３０' }), 'JPY');
    expect(input?.variants[0]).toMatchObject({ priceAmount: 4400, stock: 30 });
  });

  it('names every field that cannot be read', () => {
    const draft = mug({ price: '12.5', stock: '-1', sku: ' ' });
    draft.name = '';
    expect([...readProduct(draft, 'JPY').issues!].sort()).toEqual([
      'name',
      'variants.0.priceAmount',
      'variants.0.sku',
      'variants.0.stock',
    ]);
    expect(readProduct(mug({ price: '0' }), 'JPY').issues).toEqual(new Set(['variants.0.priceAmount']));
  });

  it('wants a name and a code of its own for each of several variants', () => {
    const draft = mug({ name: '月白' });
    draft.variants.push({ ...emptyVariant(draft.variants[0]), sku: 'mug-1', stock: '1', name: '月白' });
    expect(readProduct(draft, 'JPY').issues).toEqual(new Set(['variants.1.sku', 'variants.1.name']));
  });

  it('sends a picture only when it was changed', () => {
    expect(readProduct(mug(), 'JPY').input).not.toHaveProperty('imageId');
    expect(readProduct({ ...mug(), imageId: null }, 'JPY').input).toHaveProperty('imageId', null);
  });

  it('comes back from the server as it was typed', () => {
    const draft = draftOf({
      id: '0192f000-0000-7000-8000-000000000001',
      name: 'Mug',
      note: '',
      description: '',
      imageUrl: null,
      taxCode: 'standard',
      currency: 'USD',
      archived: false,
      createdAt: '2026-11-21T00:00:00.000Z',
      variants: [
        {
          id: '0192f000-0000-7000-8000-000000000002',
          name: '',
          sku: 'MUG',
          priceAmount: 1250,
          swatch: null,
          imageUrl: null,
          weightGrams: 0,
          onHand: 5,
          reserved: 1,
          sold: 2,
          available: 4,
        },
      ],
    });
    expect(draft.variants[0]).toMatchObject({ price: '12.50', stock: '5', reserved: 1, sold: 2 });
    const typed = { ...draft, variants: draft.variants.map((variant) => ({ ...variant, stock: '9' })) };
    expect(readProduct(typed, 'USD').input?.variants[0]).toMatchObject({ stock: 9, stockSeen: 5 });
    expect(sameProduct(draft, structuredClone(draft))).toBe(true);
    expect(sameProduct(draft, { ...draft, name: 'Cup' })).toBe(false);
  });

  it('knows which codes were typed now', () => {
    const opened = mug();
    const draft = { ...opened, variants: [...opened.variants, { ...emptyVariant(), sku: 'NEW' }] };
    expect(changedSkus(draft, opened)).toEqual(['variants.1.sku']);
  });
});
