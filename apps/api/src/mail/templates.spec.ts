import { describe, expect, it } from '@jest/globals';
import {
  orderPaidLetter,
  orderRefundedLetter,
  orderShippedLetter,
  voucherWaitingLetter,
  waitlistOfferLetter,
  type MailedOrder,
} from './templates.ts';

const order: MailedOrder = {
  locale: 'ja',
  sellerName: '器の渚',
  timeZone: 'Asia/Tokyo',
  number: 'E-7F3K2M',
  buyerName: '佐久間 晴香',
  currency: 'JPY',
  lines: [
    { productName: '月白のマグ', variantName: '330ml', unitAmount: 3520, quantity: 2, taxRateBp: 1000 },
    { productName: 'ほうじ茶', variantName: '', unitAmount: 1080, quantity: 1, taxRateBp: 800 },
  ],
  itemsAmount: 8120,
  discountAmount: 500,
  shippingAmount: 660,
  totalAmount: 8280,
  pricesIncludeTax: true,
  taxes: [
    { rateBp: 1000, taxableAmount: 7200, taxAmount: 654 },
    { rateBp: 800, taxableAmount: 1080, taxAmount: 80 },
  ],
  statusUrl: 'https://shop.example.jp/orders/1?key=a&b=c',
};
const paidAt = new Date('2026-11-22T01:05:00Z');
const payBy = new Date('2026-11-25T14:59:00Z');
const stores = [
  { store: 'familymart' as const, paymentCode: '123456', confirmationNumber: '654321' },
  { store: 'lawson' as const, paymentCode: '777777', confirmationNumber: null },
];

/** Text that the HTML shows, as a reader sees it. */
function shown(html: string): string {
  return html
    .replace(/^[\s\S]*<body[^>]*>/, '')
    .replace(/<br>|<\/(p|td|tr|h2)>/g, '\n')
    .replace(/<[^>]+>/g, '')
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
}

describe('the letter of a paid order', () => {
  it('says what was bought, what was paid and how much tax was in it, in Japanese', () => {
    const { subject, textBody, kind, locale } = orderPaidLetter(order, { paidAt });
    expect([kind, locale, subject]).toEqual(['order_paid', 'ja', 'ご注文ありがとうございます（注文番号 E-7F3K2M）']);
    expect(textBody).toBe(`佐久間 晴香 様

ご注文ありがとうございます。お支払いを確認しました。
発送しましたら、あらためてメールでお知らせします。

注文番号：E-7F3K2M
お支払い日時：2026年11月22日(日) 10:05

■ ご注文の品
月白のマグ（330ml）
  ¥3,520 × 2点（税率10%）：¥7,040
ほうじ茶
  ¥1,080 × 1点（税率8%）：¥1,080

■ お支払い金額
商品の小計：¥8,120
割引：-¥500
送料：¥660
合計（税込）：¥8,280
うち消費税（10%対象 ¥7,200）：¥654
うち消費税（8%対象 ¥1,080）：¥80

ご注文の状況を見る
https://shop.example.jp/orders/1?key=a&b=c

--
器の渚

このメールは、ご注文の際にいただいたアドレスへ自動でお送りしています。お心当たりのない場合は、お手数ですが破棄してください。
`);
  });

  it('says the same in English, with tax on top where prices are without it', () => {
    const { subject, textBody } = orderPaidLetter(
      {
        ...order,
        locale: 'en',
        sellerName: 'Nagisa',
        timeZone: 'America/New_York',
        buyerName: 'Ann Lee',
        currency: 'USD',
        lines: [{ productName: 'Mug', variantName: 'Blue', unitAmount: 1250, quantity: 2, taxRateBp: 825 }],
        itemsAmount: 2500,
        discountAmount: 0,
        shippingAmount: 0,
        totalAmount: 2706,
        pricesIncludeTax: false,
        taxes: [{ rateBp: 825, taxableAmount: 2500, taxAmount: 206 }],
      },
      { paidAt },
    );
    expect(subject).toBe('Thank you for your order E-7F3K2M');
    expect(textBody).toContain('Dear Ann Lee,\n\nThank you for your order. Your payment has arrived.');
    expect(textBody).toMatch(/Paid: Sat,? 21 Nov 2026,? (at )?20:05 GMT-5\n/);
    expect(textBody).toContain('Mug (Blue)\n  $12.50 × 2: $25.00\n');
    expect(textBody).toContain(
      'Items: $25.00\nShipping: Free\nTax (8.25% of $25.00): $2.06\nTotal, tax included: $27.06\n',
    );
  });

  it('puts the point where the currency has it', () => {
    const dinar = orderPaidLetter({ ...order, locale: 'en', currency: 'KWD', totalAmount: 12_005 }, { paidAt });
    expect(dinar.textBody).toMatch(/Total, tax included: KWD\s12\.005\n/);
    const yen = orderPaidLetter({ ...order, locale: 'en', totalAmount: 12_005 }, { paidAt });
    expect(yen.textBody).toContain('Total, tax included: ¥12,005\n');
  });
});

describe('the other letters', () => {
  it('tell who carries the parcel, and under which number', () => {
    const parcel = { shippedAt: paidAt, carrier: 'ヤマト運輸', trackingNumber: '1234-5678-9012' };
    const { subject, textBody } = orderShippedLetter(order, parcel);
    expect(subject).toBe('ご注文の品を発送しました（注文番号 E-7F3K2M）');
    expect(textBody).toContain(
      '配送会社：ヤマト運輸\nお問い合わせ番号：1234-5678-9012\n発送日時：2026年11月22日(日) 10:05\n',
    );
    expect(textBody).toContain('月白のマグ（330ml）：2点\nほうじ茶：1点\n');
    expect(orderShippedLetter(order, { ...parcel, trackingNumber: null }).textBody).not.toContain('お問い合わせ番号');
    expect(orderShippedLetter({ ...order, locale: 'en' }, parcel).subject).toBe('Your order E-7F3K2M is on its way');
  });

  it('tell what was refunded: all of it, a part, or the rest', () => {
    const letter = (amount: number, refundedAmount: number, paymentMethod: 'card' | 'konbini' = 'card') =>
      orderRefundedLetter(order, { amount, refundedAmount, paymentMethod }).textBody;
    expect(letter(8280, 8280)).toContain('全額お返しする手続きをしました');
    expect(letter(8280, 8280)).not.toContain('これまで');
    expect(letter(1080, 1080)).toContain('代金の一部を');
    expect(letter(1080, 1080)).toContain('今回のご返金額：¥1,080\nご注文の合計：¥8,280\n');
    expect(letter(7200, 8280)).toContain('今回のご返金額：¥7,200\nこれまでのご返金額の合計：¥8,280\n');
    expect([letter(8280, 8280), letter(8280, 8280, 'konbini')].map((text) => text.includes('カード'))).toEqual([
      true,
      false,
    ]);
  });

  it('tell how to pay at which store, and until when', () => {
    const voucher = { payBy, url: 'https://payments.example/voucher', stores };
    const { textBody } = voucherWaitingLetter(order, voucher);
    expect(textBody).toContain('期限：2026年11月25日(水) 23:59\n金額：¥8,280\n');
    expect(textBody).toContain(
      'ファミリーマート\n  お支払い番号 123456：確認番号 654321\nローソン\n  お支払い番号 777777\n',
    );
    expect(textBody).toContain('https://payments.example/voucher\n');
    const english = voucherWaitingLetter({ ...order, locale: 'en' }, { ...voucher, url: null, stores: [] });
    expect(english.textBody).toMatch(/Pay by: Wed,? 25 Nov 2026,? (at )?23:59 GMT\+9\n/);
    expect(english.textBody).not.toContain('Numbers for each store');
  });

  it('tell whom a waited-for item is kept for, and until when', () => {
    const { subject, textBody } = waitlistOfferLetter({
      ...{ locale: 'ja', sellerName: '器の渚', timeZone: 'Asia/Tokyo', currency: 'JPY', pricesIncludeTax: true },
      ...{ productName: '月白のマグ', variantName: '330ml', quantity: 1, unitAmount: 3520 },
      ...{ until: payBy, url: 'https://shop.example.jp/s/kiln' },
    });
    expect(subject).toBe('お待ちいただいた「月白のマグ」をお取りできます');
    expect(textBody).toContain(
      '月白のマグ（330ml）\n  ¥3,520（税込） × 1点\nお取り置きの期限：2026年11月25日(水) 23:59\n',
    );
  });
});

describe('HTML', () => {
  const nasty = '<img src=x onerror="alert(1)">\'&amp;</title><script>';
  const all = (locale: 'ja' | 'en') => {
    const given: MailedOrder = {
      ...order,
      locale,
      sellerName: `S${nasty}`,
      number: `N${nasty}`,
      buyerName: `B${nasty}`,
      lines: order.lines.map((line) => ({ ...line, productName: `P${nasty}`, variantName: `V${nasty}` })),
      statusUrl: `https://shop.example.jp/"${nasty}`,
    };
    return [
      orderPaidLetter(given, { paidAt }),
      orderShippedLetter(given, { shippedAt: paidAt, carrier: `C${nasty}`, trackingNumber: `T${nasty}` }),
      orderRefundedLetter(given, { amount: 1, refundedAmount: 1, paymentMethod: 'card' }),
      voucherWaitingLetter(given, {
        payBy,
        url: `https://pay.example/"${nasty}`,
        stores: [{ store: 'lawson', paymentCode: nasty, confirmationNumber: nasty }],
      }),
      waitlistOfferLetter({
        ...given,
        ...{ productName: `P${nasty}`, variantName: `V${nasty}`, quantity: 1, unitAmount: 1, until: payBy },
        url: `https://shop.example.jp/"${nasty}`,
      }),
    ];
  };

  it.each(['ja', 'en'] as const)('has no element and no attribute of what people typed (%s)', (locale) => {
    for (const { htmlBody } of all(locale)) {
      const elements = [...htmlBody.matchAll(/<\/?([a-z0-9!]+)/gi)].map(([, name]) => name!.toLowerCase());
      const known = 'a body br div doctype h2 head html meta p span table td title tr !doctype'.split(' ');
      expect(elements.filter((name) => !known.includes(name))).toEqual([]);
      expect(htmlBody).not.toMatch(/["' ]onerror="/);
      expect(htmlBody).not.toContain('</title><');
    }
  });

  it.each(['ja', 'en'] as const)('says all that the text says (%s)', (locale) => {
    for (const { textBody, htmlBody } of all(locale)) {
      const html = shown(htmlBody);
      const addresses = htmlBody.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
      for (const line of textBody.split('\n').filter((one) => one !== '--' && one !== '')) {
        // A label and its value stand in two cells.
        const parts = line.replace(/^■ /, '').split(locale === 'ja' ? '：' : /: (?!\/\/)/);
        for (const part of parts) expect(line.startsWith('https://') ? addresses : html).toContain(part.trim());
      }
    }
  });
});
