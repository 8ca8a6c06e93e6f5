import { useStore } from '@nanostores/react';
import { useEffect, useState } from 'react';
import { useParams } from 'react-router';
import type { ErrorCode } from '#contracts/errors';
import { stageApi, type Seat } from '#contracts/stage';
import { call, type ApiError } from '../api.ts';
import { formatDateTime } from '../i18n.ts';
import { LanguageSwitch } from '../staff/StaffFrame.tsx';
import { createCamera } from '../studio/camera.ts';
import { Preview } from '../studio/Preview.tsx';
import { Sources, SourcesDialog } from '../studio/Sources.tsx';
import { Button } from '../ui/Button.tsx';
import { ErrorState, Notice } from '../ui/states.tsx';
import { useDarkPage } from '../ui/useDarkPage.ts';
import { Conversation } from './Conversation.tsx';
import css from './StagePage.module.css';
import { useStageText } from './texts.ts';

const ASK_MS = 1_000;

/** Opened by a guest's link, in whatever browser: camera and microphone are tried, then one waits to be taken on air. */
export default function StagePage() {
  const t = useStageText();
  const { token = '' } = useParams();
  const [entered, setEntered] = useState(false);
  const { seat, error, again } = useSeat(token, entered);
  useDarkPage();
  const title = seat?.show.title;
  useEffect(() => {
    document.title = title === undefined ? t.title : `${t.title} | ${title}`;
  }, [t.title, title]);
  const refused: Partial<Record<ErrorCode, string>> = {
    banned: t.removed,
    show_ended: t.over,
    grant_expired: t.linkOver,
    grant_invalid: t.linkInvalid,
    not_found: t.linkInvalid,
  };
  const said = error ? refused[error.code] : undefined;
  return (
    <div className={css.page}>
      <header className={css.bar}>
        <span>{seat?.show.brandName}</span>
        <LanguageSwitch />
      </header>
      {said ? (
        <main className={css.said}>
          <Notice>{said}</Notice>
        </main>
      ) : seat ? (
        <Place seat={seat} token={token} entered={entered} onEnter={() => setEntered(true)} />
      ) : error ? (
        <main className={css.said}>
          <ErrorState title={t.failed} error={error} onRetry={again} />
        </main>
      ) : null}
    </div>
  );
}

const final = new Set<ErrorCode>(['banned', 'show_ended', 'grant_expired', 'grant_invalid', 'not_found']);

/** Asks each second, which also says that one waits; a line that breaks is asked again. */
function useSeat(token: string, waiting: boolean) {
  const [seat, setSeat] = useState<Seat | null>(null);
  const [error, setError] = useState<ApiError | null>(null);
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const abort = new AbortController();
    const ask = () => {
      call(stageApi.seat, { token, waiting }, { signal: abort.signal }).then(
        (now) => {
          setSeat(now);
          setError(null);
          timer = setTimeout(ask, ASK_MS);
        },
        (failed: ApiError) => {
          if (abort.signal.aborted) return;
          setError(failed);
          if (!final.has(failed.code)) timer = setTimeout(ask, 2 * ASK_MS);
        },
      );
    };
    ask();
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [token, waiting, attempt]);
  return { seat, error, again: () => setAttempt((before) => before + 1) };
}

interface PlaceProps {
  seat: Seat;
  token: string;
  entered: boolean;
  onEnter: () => void;
}

function Place({ seat, token, entered, onEnter }: PlaceProps) {
  const t = useStageText();
  const [camera] = useState(createCamera);
  const source = useStore(camera.state);
  const [choosing, setChoosing] = useState(false);
  const { show, stage, participantId } = seat;
  const me = stage.onAir.find(({ id }) => id === participantId);
  useEffect(() => camera.start(), [camera]);
  const choose = () => setChoosing(true);
  const preview = (caption: string) => (
    <Preview camera={camera} source={source} caption={caption} ended={false} onChoose={choose} />
  );
  return (
    <main className={css.place} data-on-air={me ? '' : undefined}>
      {entered && 'stream' in source ? (
        <Conversation seat={seat} token={token} camera={camera} stream={source.stream}>
          {preview(me ? t.youAreSeen : t.onlyHost)}
        </Conversation>
      ) : (
        <div className={css.check}>{preview(t.onlyYou)}</div>
      )}
      <section className={css.words}>
        <p className={css.light} data-on={me ? '' : undefined} role="status">
          {me ? t.onAir : entered ? t.waiting : t.check}
        </p>
        <h1>{show.title}</h1>
        <p className={css.lead}>{t.invitedBy({ host: show.hostName, name: seat.name })}</p>
        {me?.muted ? <Notice tone="caution">{t.mutedByHost}</Notice> : null}
        {entered ? (
          <p className={css.hint}>
            {me
              ? t.onAirHint
              : seat.broadcasting
                ? t.waitHint({ host: show.hostName })
                : t.before(startOf(show.startsAt))}
          </p>
        ) : (
          <>
            <p className={css.hint}>{t.checkHint}</p>
            <Button kind="fill" size="big" wide disabled={source.at !== 'ready'} onClick={onEnter}>
              {t.enter}
            </Button>
          </>
        )}
        <Sources camera={camera} source={source} onChoose={choose} />
      </section>
      {choosing ? <SourcesDialog camera={camera} onClose={() => setChoosing(false)} /> : null}
    </main>
  );
}

const startOf = (time: string) => ({ time: formatDateTime(time) });
