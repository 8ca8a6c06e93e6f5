import { Download, Play, TriangleAlert } from 'lucide-react';
import { replaysApi } from '#contracts/replays';
import { formatDate, formatDuration, texts } from '../i18n.ts';
import { staffCall } from '../staff/session.ts';
import { useLoad } from '../staff/useLoad.ts';
import { toast } from '../ui/toast.tsx';
import css from './ShowInsights.module.css';

const useWords = texts({
  ja: {
    replay: (p: { length: string }) => `録画 ${p.length}`,
    until: (p: { date: string }) => `${p.date}まで保存`,
    mp4: 'MP4',
    failed: 'MP4を取り出せませんでした。もう一度お試しください。',
    missing: (p: { count: number }) => `${p.count}回分の映像が欠けています`,
    missingWhy: '別の配信サーバーで録画されたか、録画できなかった部分は、この録画に入っていません。',
    preparing: '録画を準備中',
    removed: (p: { date: string }) => `録画は${p.date}に消えました`,
  },
  en: {
    replay: (p) => `Replay ${p.length}`,
    until: (p) => `kept until ${p.date}`,
    mp4: 'MP4',
    failed: 'The MP4 could not be fetched. Please try again.',
    missing: (p) => (p.count === 1 ? 'One broadcast is missing' : `${p.count} broadcasts are missing`),
    missingWhy: 'What another media server recorded, or what could not be recorded, is not in this replay.',
    preparing: 'Replay being prepared',
    removed: (p) => `Replay deleted on ${p.date}`,
  },
});

/** Of a show that is over: its replay, its MP4, and how long they are kept. */
export function ReplayNote({ showId, slug, timeZone }: { showId: string; slug: string; timeZone: string }) {
  const t = useWords();
  const { data } = useLoad(`replay:${showId}`, (signal) => staffCall(replaysApi.record, { id: showId }, { signal }));
  if (!data) return null;
  if (data.state === 'preparing') return <span>{t.preparing}</span>;
  if (data.removedAt !== null) return <span>{t.removed({ date: formatDate(data.removedAt, timeZone) })}</span>;
  if (data.state !== 'ready') return null;
  const download = () =>
    staffCall(replaysApi.download, { id: showId }).then(
      ({ url }) => window.location.assign(url),
      () => toast(t.failed),
    );
  return (
    <>
      <a href={`/s/${slug}#replay`} target="_blank" rel="noopener">
        <Play size={16} strokeWidth={2} aria-hidden="true" />
        {t.replay({ length: formatDuration(data.seconds) })}
      </a>
      {data.hasMp4 ? (
        <button type="button" className={css.linkButton} onClick={() => void download()}>
          <Download size={16} strokeWidth={2} aria-hidden="true" />
          {t.mp4}
        </button>
      ) : null}
      {data.missing > 0 ? (
        <span className={css.caution} title={t.missingWhy}>
          <TriangleAlert size={16} strokeWidth={2} aria-hidden="true" />
          {t.missing({ count: data.missing })}
          <span className="sr">{t.missingWhy}</span>
        </span>
      ) : null}
      {data.keptUntil ? <span>{t.until({ date: formatDate(data.keptUntil, timeZone) })}</span> : null}
    </>
  );
}
