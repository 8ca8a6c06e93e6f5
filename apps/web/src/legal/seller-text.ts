import { texts } from '../i18n.ts';

/** Names of what a seller by mail order says of itself; the Japanese ones are those of the law and of custom. */
export const useSellerText = texts({
  ja: {
    title: '特定商取引法に基づく表記',
    name: '販売業者',
    representative: '運営統括責任者',
    address: '所在地',
    phone: '電話番号',
    email: 'メールアドレス',
    priceNote: '販売価格と、商品代金のほかに必要な料金',
    paymentNote: '支払方法と支払時期',
    deliveryNote: '商品の引渡時期',
    returnNote: '返品・交換・キャンセル',
    registrationNumber: '適格請求書発行事業者の登録番号',
  },
  en: {
    title: 'Legal notice of the seller',
    name: 'Seller',
    representative: 'Responsible person',
    address: 'Address',
    phone: 'Telephone',
    email: 'Email',
    priceNote: 'Prices, and charges besides them',
    paymentNote: 'How and when you pay',
    deliveryNote: 'When you receive it',
    returnNote: 'Returns, exchanges and cancellation',
    registrationNumber: 'Registration number for qualified invoices',
  },
});
