import { useState, type FormEvent } from 'react';
import { Channel, referralsApi, type TrackedLink } from '#contracts/referrals';
import { showsApi, type ShowSummary } from '#contracts/shows';
import { ApiError } from '../../api.ts';
import { formatDateTime } from '../../i18n.ts';
import { staffCall, useSession } from '../../staff/session.ts';
import { useLoad } from '../../staff/useLoad.ts';
import { Button } from '../../ui/Button.tsx';
import { Chips } from '../../ui/Chips.tsx';
import { Field, Select } from '../../ui/Field.tsx';
import { Sheet } from '../../ui/Sheet.tsx';
import { ErrorState, Loading, Notice, Skeleton } from '../../ui/states.tsx';
import { pixelCode } from './pixel-code.ts';
import css from './Sources.module.css';
import { useSourcesText } from './texts.ts';

const CAMPAIGN_MAX = 80;

/** Makes a link to a show, and then shows it with its pixel, ready to be copied. */
export function NewLink({ onMade, onClose }: { onMade: () => void; onClose: () => void }) {
  const t = useSourcesText();
  const shows = useLoad('shows', (signal) => staffCall(showsApi.list, {}, { signal }));
  const [made, setMade] = useState<TrackedLink | null>(null);
  const [busy, setBusy] = useState(false);
  return (
    <Sheet
      title={made ? t.linkTitle : t.newLink}
      place="dialog"
      onClose={onClose}
      foot={
        <div className={css.foot}>
          {made ? (
            <Button kind="fill" size="touch" onClick={onClose}>
              {t.done}
            </Button>
          ) : (
            <>
              <Button size="touch" onClick={onClose}>
                {t.cancel}
              </Button>
              <Button
                type="submit"
                form="new-link"
                kind="fill"
                size="touch"
                busy={busy}
                disabled={!shows.data || shows.data.shows.length === 0}
              >
                {t.create}
              </Button>
            </>
          )}
        </div>
      }
    >
      {made ? (
        <Made link={made} />
      ) : shows.data ? (
        <Form
          shows={newestFirst(shows.data.shows)}
          busy={busy}
          onBusy={setBusy}
          onMade={(link) => {
            setMade(link);
            onMade();
          }}
        />
      ) : shows.error ? (
        <ErrorState error={shows.error} onRetry={shows.reload} />
      ) : (
        <Loading>
          <Skeleton height={200} />
        </Loading>
      )}
    </Sheet>
  );
}

const newestFirst = (shows: readonly ShowSummary[]) =>
  shows.toSorted((a, b) => Date.parse(b.startsAt) - Date.parse(a.startsAt));

interface FormProps {
  shows: ShowSummary[];
  busy: boolean;
  onBusy: (busy: boolean) => void;
  onMade: (link: TrackedLink) => void;
}

function Form({ shows, busy, onBusy, onMade }: FormProps) {
  const t = useSourcesText();
  const { brand } = useSession();
  const [showId, setShowId] = useState(shows[0]?.id ?? '');
  const [channel, setChannel] = useState<Channel>('mail');
  const [campaign, setCampaign] = useState('');
  const [isWrong, setWrong] = useState(false);
  const [failed, setFailed] = useState(false);

  async function create(): Promise<void> {
    const name = campaign.trim();
    setWrong(name === '');
    setFailed(false);
    if (name === '') return;
    onBusy(true);
    try {
      onMade(await staffCall(referralsApi.createLink, { showId, channel, campaign: name }));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setFailed(true);
    }
    onBusy(false);
  }

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!busy) void create();
  };
  if (shows.length === 0) return <Notice>{t.noShows}</Notice>;
  return (
    <form id="new-link" className={css.form} noValidate onSubmit={submit}>
      <Select label={t.show} value={showId} onChange={(event) => setShowId(event.target.value)}>
        {shows.map((show) => (
          <option key={show.id} value={show.id}>
            {`${show.title} (${formatDateTime(show.startsAt, brand.timeZone)})`}
          </option>
        ))}
      </Select>
      <Chips
        legend={t.channel}
        name="channel"
        chosen={channel}
        choices={Channel.options.map((value) => ({ value, words: t[value] }))}
        onChoose={(value) => setChannel(Channel.parse(value))}
      />
      <Field
        label={t.campaign}
        hint={t.campaignHint}
        maxLength={CAMPAIGN_MAX}
        autoComplete="off"
        value={campaign}
        onChange={(event) => setCampaign(event.target.value)}
        error={isWrong ? t.campaignError : undefined}
      />
      {failed ? <Notice tone="failed">{t.actFailed}</Notice> : null}
    </form>
  );
}

function Made({ link }: { link: TrackedLink }) {
  const t = useSourcesText();
  const all = (event: { currentTarget: HTMLInputElement }) => event.currentTarget.select();
  return (
    <div className={css.form}>
      <Field label={t.linkIs} readOnly value={link.url} onFocus={all} />
      <Field label={t.pixelIs} hint={t.pixelHint} readOnly value={pixelCode(link.pixelUrl)} onFocus={all} />
    </div>
  );
}
