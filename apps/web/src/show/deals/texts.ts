import { formatNumber, texts } from '../../i18n.ts';

const n = formatNumber;

/** Words of flash deals and waitlists on the viewer's page. */
export const useSaleText = texts({
  ja: {
    deal: 'タイムセール',
    dealPercent: (p: { percent: number }) => `タイムセール${n(p.percent)}%引`,
    dealOf: (p: { deal: string; variant: string }) => `${p.deal}・${p.variant}`,
    lastSeconds: 'まもなく終わります',
    dealSoldOut: 'セール分は完売しました',
    dealOver: 'タイムセールは終わりました',
    dealLeft: 'タイムセールの残り時間',
    dealMinute: 'タイムセールは残り1分です',
    dealTenSeconds: 'タイムセールは残り10秒です',
    dealInList: (p: { left: number }) => `タイムセール・残り${n(p.left)}点`,
    regular: '通常価格',
    perBuyer: (p: { count: number }) => `お一人さま${n(p.count)}点まで`,
    wait: '順番を待つ',
    waitNamed: (p: { name: string }) => `${p.name}の順番を待つ`,
    waitingPeople: (p: { count: number }) => `完売しました。入荷を待つ方は${n(p.count)}人です。`,
    ahead: (p: { count: number }) => `前に${n(p.count)}人`,
    next: '次の順番です',
    inLine: '空きが出たら、この画面でお知らせします',
    leave: '順番待ちをやめる',
    leaveShort: 'やめる',
    joined: (p: { name: string; ahead: number }) =>
      p.ahead === 0
        ? `${p.name}の順番待ちに入りました。次の順番です。`
        : `${p.name}の順番待ちに入りました。前に${n(p.ahead)}人です。`,
    left: 'やめました。順番は次の方に移ります。',
    inStock: 'いま在庫があります。そのままお求めになれます。',
    waitFailed: '順番待ちに入れませんでした。つながりを確かめて、もう一度お試しください。',
    leaveFailed: 'やめられませんでした。順番はそのままです。もう一度お試しください。',
    yourTurn: '順番が来ました',
    yourTurnOf: (p: { name: string }) => `順番が来ました：${p.name}`,
    lapsed: (p: { name: string }) => `${p.name}の順番は、時間が過ぎて次の方に移りました。`,
    waitAgain: 'もう一度待つ',
    close: '閉じる',
  },
  en: {
    deal: 'Flash deal',
    dealPercent: (p) => `Flash deal ${n(p.percent)}% off`,
    dealOf: (p) => `${p.deal}, ${p.variant}`,
    lastSeconds: 'Ending now',
    dealSoldOut: 'The deal is sold out',
    dealOver: 'The deal has ended',
    dealLeft: 'Time left on the deal',
    dealMinute: 'One minute of the deal is left',
    dealTenSeconds: 'Ten seconds of the deal are left',
    dealInList: (p) => `Flash deal, ${n(p.left)} left`,
    regular: 'Regular price',
    perBuyer: (p) => `up to ${n(p.count)} each`,
    wait: 'Wait for it',
    waitNamed: (p) => `Wait for ${p.name}`,
    waitingPeople: (p) =>
      p.count === 1 ? 'Sold out. 1 person is waiting.' : `Sold out. ${n(p.count)} people are waiting.`,
    ahead: (p) => `${n(p.count)} before you`,
    next: 'You are next',
    inLine: 'We tell you here when one comes free',
    leave: 'Leave the waitlist',
    leaveShort: 'Leave',
    joined: (p) =>
      p.ahead === 0
        ? `You are on the waitlist for ${p.name}. You are next.`
        : `You are on the waitlist for ${p.name}, with ${n(p.ahead)} before you.`,
    left: 'You left the waitlist.',
    inStock: 'It is in stock now. You can buy it.',
    waitFailed: 'You could not be put on the waitlist. Check your connection and try again.',
    leaveFailed: 'You could not leave. Your place is as it was. Please try again.',
    yourTurn: 'It is your turn',
    yourTurnOf: (p) => `It is your turn: ${p.name}`,
    lapsed: (p) => `Your turn for ${p.name} has passed on to the next person.`,
    waitAgain: 'Wait again',
    close: 'Close',
  },
});

export type SaleText = ReturnType<typeof useSaleText>;
