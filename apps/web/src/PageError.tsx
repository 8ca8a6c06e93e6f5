import { Component, type ReactNode } from 'react';
import { ApiError } from './api.ts';
import { texts } from './i18n.ts';
import css from './PageError.module.css';
import { Button } from './ui/Button.tsx';

const useWords = texts({
  ja: {
    lost: 'このページは見つかりません',
    lostMore: 'アドレスが変わったか、まだ公開されていません。',
    broken: 'ページを開けませんでした',
    brokenMore: '通信が切れたか、新しい版に替わったところです。読み込み直すと続けられます。',
    reload: '読み込み直す',
    home: '入り口へ',
  },
  en: {
    lost: 'This page cannot be found',
    lostMore: 'Its address has changed, or it is not public yet.',
    broken: 'The page could not be opened',
    brokenMore: 'The connection broke, or a new version has just arrived. Reload to go on.',
    reload: 'Reload',
    home: 'To the entrance',
  },
});

/** Where an address leads nowhere, or a page's own code could not be loaded or failed. */
export function PageError({ error }: { error?: unknown }) {
  const t = useWords();
  const lost = error === undefined || (error instanceof ApiError && error.code === 'not_found');
  return (
    <main className={css.page}>
      <h1>{lost ? t.lost : t.broken}</h1>
      <p>{lost ? t.lostMore : t.brokenMore}</p>
      {lost ? (
        <a href="/">{t.home}</a>
      ) : (
        <Button kind="fill" size="touch" onClick={() => window.location.reload()}>
          {t.reload}
        </Button>
      )}
    </main>
  );
}

/** Catches what a page throws while it renders, and a chunk that is gone after a deploy. */
export class PageBoundary extends Component<{ children: ReactNode }, { error: unknown }> {
  override state = { error: undefined };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override render() {
    return this.state.error === undefined ? this.props.children : <PageError error={this.state.error} />;
  }
}
