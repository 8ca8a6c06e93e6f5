import { CircleAlert, CircleCheck, Info, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { ApiError } from '../api.ts';
import { texts } from '../i18n.ts';
import { Button } from './Button.tsx';
import { classes } from './classes.ts';
import css from './states.module.css';

const useWords = texts({
  ja: {
    again: 'もう一度読み込む',
    number: (p: { number: string }) => `番号${p.number}`,
    loading: '読み込んでいます',
    offline: 'サーバーにつながりません。入力したものは失われていません。',
    failed: 'うまくいきませんでした。入力したものは失われていません。',
    notFound: 'このページは見つかりません。',
    forbidden: 'この操作は許可されていません。',
  },
  en: {
    again: 'Load again',
    number: (p: { number: string }) => `No. ${p.number}`,
    loading: 'Loading',
    offline: 'The server cannot be reached. Nothing you entered is lost.',
    failed: 'That did not work. Nothing you entered is lost.',
    notFound: 'This page cannot be found.',
    forbidden: 'You may not do this.',
  },
});

/** A bone in the place of what will be here. Appears after 200 ms, so that a quick answer shows none. */
export function Skeleton({
  width = '100%',
  height = 20,
  className,
}: {
  width?: number | string;
  height?: number | string;
  className?: string;
}) {
  return <span className={classes(css.bone, className)} style={{ width, height }} aria-hidden="true" />;
}

/** Bones around the final layout, with a word for those who cannot see them. */
export function Loading({ children }: { children?: ReactNode }) {
  const t = useWords();
  return (
    <div aria-busy="true">
      <span className="sr" role="status">
        {t.loading}
      </span>
      {children}
    </div>
  );
}

/** Says what will be here, and has one button. */
export function EmptyState({ title, children, action }: { title: string; children?: ReactNode; action?: ReactNode }) {
  return (
    <div className={css.state}>
      <h2>{title}</h2>
      {children ? <p>{children}</p> : null}
      {action}
    </div>
  );
}

/** What happened, what is safe, one action, a short number to tell support. */
export function ErrorState({
  title,
  error,
  onRetry,
  action,
}: {
  title?: string;
  error: unknown;
  onRetry?: () => void;
  action?: ReactNode;
}) {
  const t = useWords();
  const known = error instanceof ApiError ? error : null;
  const said =
    known?.code === 'unavailable'
      ? t.offline
      : known?.code === 'not_found'
        ? t.notFound
        : known?.code === 'forbidden'
          ? t.forbidden
          : t.failed;
  return (
    <div className={css.state} role="alert">
      {title ? <h2>{title}</h2> : null}
      <p>
        {said}
        {known?.requestId ? ` ${t.number({ number: shortNumber(known.requestId) })}` : null}
      </p>
      {action ?? (onRetry ? <Button onClick={onRetry}>{t.again}</Button> : null)}
    </div>
  );
}

/** The last characters of a request id: enough to find it in a log, short enough to say. */
export function shortNumber(requestId: string): string {
  return requestId
    .replace(/[^0-9A-Za-z]/g, '')
    .slice(-6)
    .toUpperCase();
}

/** One line in the flow of a page: something happened, or must be known. */
export function Notice({
  tone = 'info',
  children,
  action,
}: {
  tone?: 'info' | 'done' | 'caution' | 'failed';
  children: ReactNode;
  action?: ReactNode;
}) {
  const Icon = { info: Info, done: CircleCheck, caution: TriangleAlert, failed: CircleAlert }[tone];
  return (
    <div className={classes(css.notice, css[tone])} role={tone === 'failed' ? 'alert' : 'status'}>
      <Icon size={20} strokeWidth={1.75} aria-hidden="true" />
      <div>{children}</div>
      {action}
    </div>
  );
}
