import type { IncidentKind } from '#contracts/media';
import { formatNumber, texts } from '../i18n.ts';

type Details = Record<string, string | number>;
type Incidents = Record<IncidentKind, (details: Details) => string>;

const seconds = ({ intervalMs }: Details) => formatNumber(Math.round(Number(intervalMs ?? 0) / 100) / 10);

const ja: Incidents = {
  b_frames: () => 'エンコーダーのBフレームで、映像がかくつきます。OBSの「Bフレーム」を0にしてください。',
  keyframe_interval: (details) =>
    `キーフレームの間隔が${seconds(details)}秒と長く、映るまで待たせています。エンコーダーで1秒にしてください。`,
  wrong_codec: () => 'エンコーダーの形式を送れません。映像をH.264、音声をOpusにしてください。',
  transcoding: () =>
    'H.264で送られていないため、サーバーで変換しています。ほかのブラウザーかOBSで送ると、負荷が下がります。',
  packager_restarted: () => 'なめらかな映像が一度とぎれ、つなぎ直しました。このままで大丈夫です。',
  packager_gone: () => 'なめらかな映像を作れません。すぐに見る方には届いています。サーバーのffmpegを確かめてください。',
  disk_full: () => '容量が足りず、録画を止めました。配信は続いています。サーバーの空きを増やしてください。',
  host_back: () => '映像が一度とぎれ、戻りました。続くときは、有線につないでください。',
};

const en: Incidents = {
  b_frames: () => 'The encoder’s B-frames make the picture stutter. Set B-frames to 0 in OBS.',
  keyframe_interval: (details) =>
    `Keyframes come every ${seconds(details)} s, so newcomers wait. Set the interval to 1 s in the encoder.`,
  wrong_codec: () => 'The encoder’s format cannot be passed on. Send H.264 video and Opus audio.',
  transcoding: () =>
    'The picture is not H.264, so the server converts it. Another browser or OBS takes that load away.',
  packager_restarted: () => 'The smooth picture broke once and is back. Nothing to do.',
  packager_gone: () => 'No smooth picture can be made. Instant viewers still see you. Check ffmpeg on the server.',
  disk_full: () => 'The disk is full: recording stopped, the show goes on. Free some space on the server.',
  host_back: () => 'Your picture was away and is back. If it happens again, use a cable.',
};

export const useReachText = texts({
  ja: {
    title: '届きかた',
    instant: 'すぐに',
    smooth: 'なめらか',
    delay: (p: { seconds: string; least: boolean }) => (p.least ? `${p.seconds}秒から` : `${p.seconds}秒`),
    people: (p: { count: number }) => `${formatNumber(p.count)}人`,
    noPackager: 'ffmpegがありません',
    preparing: '準備中',
    stopped: '止まっています',
    sending: '送信',
    loss: '損失',
    roundTrip: '往復',
    limit: '画質の制限',
    limitNone: 'なし',
    limitCpu: 'パソコン',
    limitBandwidth: '回線',
    busyAdvice: 'パソコンの力が足りず、画質を落としています。ほかのアプリやタブを閉じてください。',
    ...ja,
  },
  en: {
    title: 'Reaching viewers',
    instant: 'Instant',
    smooth: 'Smooth',
    delay: (p) => (p.least ? `from ${p.seconds} s` : `${p.seconds} s`),
    people: (p) => formatNumber(p.count),
    noPackager: 'no ffmpeg on the server',
    preparing: 'preparing',
    stopped: 'stopped',
    sending: 'Sending',
    loss: 'Loss',
    roundTrip: 'Round trip',
    limit: 'Held back by',
    limitNone: 'nothing',
    limitCpu: 'computer',
    limitBandwidth: 'network',
    busyAdvice: 'This computer cannot keep up, so quality was lowered. Close other apps and tabs.',
    ...en,
  },
});
