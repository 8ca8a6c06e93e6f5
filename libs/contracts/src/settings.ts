import * as z from 'zod/mini';

const Line = z.string().check(z.trim(), z.maxLength(200));
const Text = z.string().check(z.trim(), z.maxLength(2000));

/**
 * What a seller by mail order must say of itself in Japan (特定商取引法に基づく表記), and shows elsewhere as good manners. Empty: not
 * said yet.
 */
export const Seller = z.object({
  name: z._default(Line, ''), // 販売業者
  representative: z._default(Line, ''), // 運営統括責任者
  address: z._default(Line, ''), // 所在地
  phone: z._default(Line, ''), // 電話番号
  email: z._default(Line, ''), // メールアドレス
  priceNote: z._default(Text, ''), // 販売価格・商品代金以外の必要料金
  paymentNote: z._default(Text, ''), // 支払方法・支払時期
  deliveryNote: z._default(Text, ''), // 引渡時期
  returnNote: z._default(Text, ''), // 返品・交換・キャンセル
});
export type Seller = z.infer<typeof Seller>;
