import type { Random } from '#insight/simulate';

const familyNames = [
  '佐藤',
  '鈴木',
  '高橋',
  '田中',
  '伊藤',
  '渡辺',
  '山本',
  '中村',
  '小林',
  '加藤',
  '吉田',
  '山田',
  '佐々木',
  '山口',
  '松本',
  '井上',
  '木村',
  '林',
  '斎藤',
  '清水',
  '森',
  '池田',
  '橋本',
  '阿部',
  '石川',
  '前田',
  '藤田',
  '岡田',
  '長谷川',
  '村上',
  '近藤',
  '石井',
];
const givenNames = [
  '陽子',
  '美咲',
  '恵',
  '直美',
  '香織',
  '由美',
  '智子',
  '真由美',
  '久美子',
  '裕子',
  '明美',
  '優子',
  '彩',
  '千尋',
  '葵',
  '結衣',
  '健一',
  '誠',
  '大輔',
  '翔太',
  '拓也',
  '浩',
  '隆',
  '和也',
  '亮',
  '修',
  '哲也',
  '剛',
  '学',
  '徹',
  '潤',
  '蓮',
];
const nicknames = [
  'うつわ好き',
  'みどり',
  'ほうじ茶',
  'さくら',
  'こむぎ',
  'まめ',
  '朝のコーヒー',
  'きなこ',
  '縁側の猫',
  'ゆず',
  'しろくま',
  'あんず',
  'つむぎ',
  'のんびり',
  'すず',
  'たまご',
  'なぎ',
  'ひより',
  'もなか',
  'いろは',
];

const places = [
  { postalCode: '154-0017', region: '東京都', city: '世田谷区' },
  { postalCode: '180-0004', region: '東京都', city: '武蔵野市' },
  { postalCode: '231-0023', region: '神奈川県', city: '横浜市中区' },
  { postalCode: '330-0063', region: '埼玉県', city: 'さいたま市浦和区' },
  { postalCode: '460-0003', region: '愛知県', city: '名古屋市中区' },
  { postalCode: '604-8006', region: '京都府', city: '京都市中京区' },
  { postalCode: '530-0012', region: '大阪府', city: '大阪市北区' },
  { postalCode: '650-0021', region: '兵庫県', city: '神戸市中央区' },
  { postalCode: '730-0031', region: '広島県', city: '広島市中区' },
  { postalCode: '810-0041', region: '福岡県', city: '福岡市中央区' },
  { postalCode: '060-0042', region: '北海道', city: '札幌市中央区' },
  { postalCode: '980-0811', region: '宮城県', city: '仙台市青葉区' },
];

const greetings = [
  'こんばんは',
  'こんばんは、はじめてです',
  '間に合った',
  '今日も楽しみにしていました',
  'こんばんは〜',
];
const remarks = [
  'きれいな色ですね',
  '手にとってみたい',
  '釉薬の流れがいいですね',
  '音が心地よい',
  '母に贈りたいです',
  '前回買った湯のみ、毎日使っています',
  'かわいい',
  'この前のお皿、届きました。ありがとうございます',
  'いい景色',
  '迷います…',
  'もう少し近くで見せてください',
];
const questions = [
  '食洗機は使えますか？',
  '電子レンジは大丈夫ですか？',
  '大きさを教えてください',
  '口径は何センチですか？',
  '重さはどのくらいですか？',
  '在庫はまだありますか？',
  '贈り物の包装はできますか？',
  '次の窯はいつですか？',
];
const thanks = [
  '買えました！',
  '届くのが楽しみです',
  '買ってしまいました',
  '一つ、お願いしました',
  '迷ったけれど決めました',
];
const answers = [
  'ありがとうございます。食洗機も電子レンジもお使いいただけます',
  'はい、いま手元でお見せしますね',
  'こんばんは、来てくださってうれしいです',
  '大きさはこのくらい、手のひらに収まります',
  '今週の窯から出したばかりです',
  '包装、承ります。備考にお書きください',
  'お買い上げありがとうございます',
];

type Kind = 'nps' | 'csat' | 'stars';
type Tone = 'good' | 'fair' | 'bad';
/** What people write beside an answer: of the shop, of an evening, of a product. */
const comments: Record<Kind, Record<Tone, readonly string[]>> = {
  nps: {
    good: [
      '梱包がていねいで、安心して受け取れました',
      '作り手の話を聞いてから使うと、愛着がわきます',
      '友人にもすすめました。次の配信も楽しみです',
      '写真より実物のほうが素敵でした',
    ],
    fair: [
      '品物はよかったです。送料がもう少し安いとうれしいです',
      '届くまでに少し時間がかかりました',
      '満足しています。色違いも出してほしいです',
    ],
    bad: ['思っていたより小さかったです', '箱がつぶれて届きました', '欲しいものがいつも売り切れで残念です'],
  },
  csat: {
    good: [
      '手元をゆっくり見せてくださるのがうれしい',
      '質問にすぐ答えてもらえました',
      '落ち着いた進行で、寝る前にちょうどいいです',
      '釉薬の話が面白かったです',
    ],
    fair: ['もう少し早い時間だと見やすいです', '一つ一つの説明が少し短く感じました', 'ときどき音が小さかったです'],
    bad: ['目当ての品が先に売り切れてしまいました', '声が聞き取りにくいところがありました', '始まるまで待たされました'],
  },
  stars: {
    good: ['毎日使っています', '手になじむ大きさです', '母に贈って喜ばれました', '色がとてもきれいです'],
    fair: ['きれいですが、思ったより重いです', 'もう一回り大きいものも欲しいです', '色味が画面と少し違いました'],
    bad: ['底が少しざらついていました', '釉薬に少しむらがありました', '写真の色と違いました'],
  },
};

export const pick = <T>(from: readonly T[], random: Random): T => from[Math.floor(random() * from.length)]!;

export const aName = (random: Random) => `${pick(familyNames, random)} ${pick(givenNames, random)}`;
export const aNickname = (random: Random) =>
  pick(nicknames, random) + (random() < 0.5 ? String(Math.floor(random() * 90) + 10) : '');

export function anAddress(random: Random) {
  const block = () => Math.floor(random() * 9) + 1;
  return { country: 'JP', ...pick(places, random), line1: `架空${block()}-${block()}-${block()}`, line2: '' };
}

/** Reserved for drama: nobody answers there. */
export const aPhone = (random: Random) => `090-0000-${String(Math.floor(random() * 10_000)).padStart(4, '0')}`;

/** What a viewer writes, by how far the show is. */
export function aMessage(reached: number, random: Random): string {
  if (reached < 0.08) return pick(greetings, random);
  return random() < 0.35 ? pick(questions, random) : pick(remarks, random);
}
export const aComment = (kind: Kind, tone: Tone, random: Random) => pick(comments[kind][tone], random);
export const aThank = (random: Random) => pick(thanks, random);
export const anAnswer = (random: Random) => pick(answers, random);
