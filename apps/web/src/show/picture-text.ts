import { texts } from '../i18n.ts';

export const usePictureText = texts({
  ja: {
    title: '映像の届きかた',
    delay: (p: { seconds: string }) => `遅れ${p.seconds}秒`,
    choose: (p: { seconds: string }) => `映像の届きかたを選ぶ。いまの遅れは${p.seconds}秒`,
    instant: 'すぐに見る',
    instantMore: '店主とほぼ同時です。回線が弱いと、止まることがあります。',
    smooth: 'なめらかに見る',
    smoothMore: '数秒遅れますが、止まりにくく、少し前に戻れます。',
    fallback: 'いまの回線では、すぐに見る映像が届きません。届くようになると、自動で切り替わります。',
    goBack: '少し前に戻る',
    live: 'ライブ',
    toLive: 'ライブに戻る',
    behind: (p: { time: string }) => `ライブの${p.time}前`,
  },
  en: {
    title: 'How the picture reaches you',
    delay: (p) => `${p.seconds} s delay`,
    choose: (p) => `Choose how the picture reaches you. The delay is ${p.seconds} s now`,
    instant: 'Instant',
    instantMore: 'Nearly together with the host. On a weak line it may stop.',
    smooth: 'Smooth',
    smoothMore: 'Some seconds later, seldom stops, and you can go back a little.',
    fallback: 'The instant picture does not get through your line now. It comes back by itself when it does.',
    goBack: 'Go back a little',
    live: 'Live',
    toLive: 'Back to live',
    behind: (p) => `${p.time} behind live`,
  },
});
