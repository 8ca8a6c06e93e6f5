import type { Locale } from '#contracts/ids';

/** What a table holds, in a customer's words. */
const kinds: Record<string, Record<Locale, string>> = {
  interactions: { ja: '行動の記録', en: 'What they did' },
  watch_intervals: { ja: '視聴した時間', en: 'Time watched' },
  visits: { ja: '訪問', en: 'Visits' },
  show_activity: { ja: '配信ごとの集計', en: 'Counts by show' },
  day_activity: { ja: '日ごとの集計', en: 'Counts by day' },
  survey_answers: { ja: 'アンケートの答え', en: 'Survey answers' },
  survey_asks: { ja: 'アンケートの依頼', en: 'Surveys asked' },
  referral_visits: { ja: '共有からの訪問', en: 'Visits by a shared link' },
  referral_links: { ja: '共有リンク', en: 'Shared links' },
  mails: { ja: 'メール', en: 'Mails' },
  cart_lines: { ja: 'カート', en: 'Cart' },
  mutes: { ja: 'コメントの停止', en: 'Mutes' },
  bans: { ja: '入室の停止', en: 'Bans' },
  person_attributes: { ja: '名前などの項目', en: 'Names and attributes' },
  consents: { ja: '同意', en: 'Consents' },
  saved_addresses: { ja: '保存した住所', en: 'Saved addresses' },
  sign_in_codes: { ja: 'サインインのコード', en: 'Sign-in codes' },
  person_values: { ja: '予測', en: 'Forecasts' },
  person_facts: { ja: '計算した値', en: 'Computed figures' },
  rejected_events: { ja: '受け取らなかった記録', en: 'Rejected events' },
  identity_links: { ja: '端末とのつながり', en: 'Links of devices' },
  identity_merges: { ja: 'つながりの記録', en: 'Merges' },
  persons: { ja: 'お客様の台帳', en: 'Profile' },
  subjects: { ja: '端末と宛先', en: 'Devices and addresses' },
  orders: { ja: '注文', en: 'Orders' },
  holds: { ja: 'お取り置き', en: 'Holds' },
  waitlist_entries: { ja: '入荷待ち', en: 'Waitlist' },
  allotment_claims: { ja: 'セールの利用', en: 'Deals used' },
  coupon_claims: { ja: 'クーポンの枠', en: 'Coupon claims' },
  coupon_uses: { ja: 'クーポンの利用', en: 'Coupons used' },
  interactions_ledger: { ja: '購入の記録', en: 'Records of purchases' },
  show_activity_ledger: { ja: '配信ごとの購入', en: 'Purchases by show' },
  day_activity_ledger: { ja: '日ごとの購入', en: 'Purchases by day' },
  chat_messages: { ja: 'コメント（名前と文を消去）', en: 'Comments (name and text erased)' },
  stripe_events: { ja: '決済の通知（中身を消去）', en: 'Payment notices (content erased)' },
};

/** @param table as a receipt names it; a newer one without words keeps its own name */
export function kindOf(table: string, locale: Locale): string {
  return kinds[table]?.[locale] ?? table;
}
