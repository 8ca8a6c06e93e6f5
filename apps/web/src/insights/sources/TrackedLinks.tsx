import { Code, Link2 } from 'lucide-react';
import { useState } from 'react';
import { referralsApi, type TrackedLink } from '#contracts/referrals';
import { ApiError } from '../../api.ts';
import { formatDate, formatNumber } from '../../i18n.ts';
import { staffCall, useMay, useSession } from '../../staff/session.ts';
import { useLoad } from '../../staff/useLoad.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { ErrorState, Loading, Notice, Skeleton } from '../../ui/states.tsx';
import { toast } from '../../ui/toast.tsx';
import { ChartFigure } from '../charts/ChartFigure.tsx';
import type { TableTwin } from '../charts/types.ts';
import { Def } from '../Def.tsx';
import { NewLink } from './NewLink.tsx';
import { pixelCode } from './pixel-code.ts';
import css from './Sources.module.css';
import { useSourcesText } from './texts.ts';

/** Links that the brand puts into its mails, posts and pages, with what became of them since they were made. */
export function TrackedLinks() {
  const t = useSourcesText();
  const mayWrite = useMay()('links.write');
  const { data, error, reload } = useLoad('links', (signal) => staffCall(referralsApi.links, {}, { signal }));
  const [making, setMaking] = useState(false);
  const [archiving, setArchiving] = useState<TrackedLink | null>(null);
  return (
    <section aria-labelledby="links-title" className={css.links}>
      <header className={css.head}>
        <h2 id="links-title">{t.links}</h2>
        <p>{t.linksLead}</p>
        {mayWrite && data ? (
          <Button size="touch" onClick={() => setMaking(true)}>
            {t.newLink}
          </Button>
        ) : null}
      </header>
      {data ? (
        <LinkTable links={data.links} onArchive={mayWrite ? setArchiving : undefined} />
      ) : error ? (
        <ErrorState error={error} onRetry={reload} />
      ) : (
        <Loading>
          <Skeleton height={120} />
        </Loading>
      )}
      {making ? <NewLink onMade={reload} onClose={() => setMaking(false)} /> : null}
      {archiving ? <ArchiveDialog link={archiving} onDone={reload} onClose={() => setArchiving(null)} /> : null}
    </section>
  );
}

interface LinkTableProps {
  links: readonly TrackedLink[];
  onArchive: ((link: TrackedLink) => void) | undefined;
}

function LinkTable({ links, onArchive }: LinkTableProps) {
  const t = useSourcesText();
  const { brand } = useSession();
  const rate = (ctr: number | null) =>
    ctr === null ? '—' : formatNumber(ctr, { style: 'percent', maximumFractionDigits: 1 });
  const text = (words: string) => ({ shown: words, csv: words });
  const number = (value: number) => ({ shown: formatNumber(value), csv: value });
  const twin: TableTwin = {
    columns: [
      ...[t.campaign, t.channel, t.show, t.linkIs].map((name) => ({ name })),
      ...[t.impressions, t.clicks, t.ctr].map((name) => ({ name, numeric: true })),
    ],
    rows: links.map((link) => [
      ...[link.campaign, t[link.channel], link.showTitle, link.url].map(text),
      ...[link.impressions, link.clicks].map(number),
      { shown: rate(link.ctr), csv: link.ctr },
    ]),
  };
  return (
    <ChartFigure title={<span className="sr">{t.links}</span>} csvName="links" twin={twin} isTable empty={t.noLinks}>
      <div className={css.scroll} tabIndex={0} role="region" aria-label={t.links}>
        <table className={css.table}>
          <thead>
            <tr>
              <th scope="col">{t.campaign}</th>
              <th scope="col">{t.channel}</th>
              <th scope="col">{t.impressions}</th>
              <th scope="col">{t.clicks}</th>
              <th scope="col">
                <Def metric="ctr">{t.ctr}</Def>
              </th>
              <th scope="col">
                <span className="sr">{t.copyLink}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {links.map((link) => (
              <tr key={link.code}>
                <th scope="row">
                  {link.campaign}
                  <small>
                    {link.showTitle}　{formatDate(link.createdAt, brand.timeZone)}
                  </small>
                </th>
                <td>{t[link.channel]}</td>
                <td>{formatNumber(link.impressions)}</td>
                <td>{formatNumber(link.clicks)}</td>
                <td>
                  <b>{rate(link.ctr)}</b>
                </td>
                <td>
                  <span className={css.acts}>
                    <CopyButton text={link.url} label={t.copyLink} icon="link" />
                    <CopyButton text={pixelCode(link.pixelUrl)} label={t.copyPixel} icon="code" />
                    {onArchive ? (
                      <Button
                        kind="quiet"
                        size="small"
                        aria-label={t.archiveOf(link.campaign)}
                        onClick={() => onArchive(link)}
                      >
                        {t.archive}
                      </Button>
                    ) : null}
                  </span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </ChartFigure>
  );
}

function CopyButton({ text, label, icon }: { text: string; label: string; icon: 'link' | 'code' }) {
  const t = useSourcesText();
  const Icon = icon === 'link' ? Link2 : Code;
  return (
    <Button
      size="small"
      onClick={() =>
        void navigator.clipboard.writeText(text).then(
          () => toast(t.copied),
          () => toast(t.copyFailed),
        )
      }
    >
      <Icon size={16} strokeWidth={2} aria-hidden="true" />
      {label}
    </Button>
  );
}

function ArchiveDialog({ link, onDone, onClose }: { link: TrackedLink; onDone: () => void; onClose: () => void }) {
  const t = useSourcesText();
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState(false);
  async function archive(): Promise<void> {
    setBusy(true);
    setFailed(false);
    try {
      await staffCall(referralsApi.archiveLink, { code: link.code });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setBusy(false);
      setFailed(true);
      return;
    }
    toast(t.archived);
    onDone();
    onClose();
  }
  return (
    <Dialog
      title={t.archiveTitle(link.campaign)}
      confirm={t.archive}
      cancel={t.cancel}
      busy={busy}
      onConfirm={() => void archive()}
      onClose={onClose}
    >
      {failed ? <Notice tone="failed">{t.actFailed}</Notice> : t.archiveBody}
    </Dialog>
  );
}
