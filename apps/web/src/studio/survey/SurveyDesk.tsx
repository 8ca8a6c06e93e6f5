import { useState } from 'react';
import { surveysApi, type SurveyKind, type SurveyResult } from '#contracts/surveys';
import { ApiError } from '../../api.ts';
import type { Room } from '../../room/useRoom.ts';
import { staffCall } from '../../staff/session.ts';
import { Button } from '../../ui/Button.tsx';
import { Kbd } from '../../ui/Kbd.tsx';
import { Notice } from '../../ui/states.tsx';
import { useShortcuts } from '../useShortcuts.ts';
import css from './SurveyDesk.module.css';
import { SurveyTally } from './SurveyTally.tsx';
import { useSurveyDeskText } from './texts.ts';
import { useSurveys } from './useSurveys.ts';

interface Question {
  kind: SurveyKind;
  key: string;
  label: string;
  about: string;
}

/**
 * Asks everybody who watches, at one press, and shows what they answer. While one survey runs there is no other to ask: a second press
 * must not ask a thousand people again.
 */
export function SurveyDesk({ room, closed }: { room: Room; closed: boolean }) {
  const t = useSurveyDeskText();
  const { newest, put } = useSurveys(room.showId);
  const [asking, setAsking] = useState<SurveyKind | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const running = newest !== null && newest.closedAt === null;
  const { pinned } = room;
  const questions: Question[] = [
    { kind: 'csat', key: 'T', label: t.csat, about: t.askCsat },
    { kind: 'nps', key: 'N', label: t.nps, about: t.askNps },
    { kind: 'stars', key: 'R', label: t.stars, about: pinned ? t.askStars(pinned.name) : t.noPin },
  ];
  const mayAsk = (kind: SurveyKind) => !closed && !running && asking === null && (kind !== 'stars' || pinned !== null);

  async function ask(kind: SurveyKind): Promise<void> {
    if (!mayAsk(kind)) return;
    const productId = kind === 'stars' ? (pinned?.productId ?? null) : null;
    setAsking(kind);
    await settle(() => staffCall(surveysApi.ask, { showId: room.showId, kind, productId }), t.failed);
    setAsking(null);
  }

  async function settle(deed: () => Promise<SurveyResult>, whenFailed: string): Promise<void> {
    setProblem(null);
    try {
      put(await deed());
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setProblem(whenFailed);
    }
  }

  useShortcuts(Object.fromEntries(questions.map(({ kind, key }) => [key.toLowerCase(), () => void ask(kind)])));
  if (closed && newest === null) return null;
  return (
    <section className={css.desk} aria-label={t.desk}>
      <h2>
        {t.desk}
        {!closed && !newest && <span>{t.hint}</span>}
      </h2>
      {problem !== null && <Notice tone="failed">{problem}</Notice>}
      {newest && (
        <SurveyTally
          survey={newest}
          onClose={() => settle(() => staffCall(surveysApi.close, { id: newest.id }), t.closeFailed)}
        />
      )}
      {!closed && !running && (
        <div className={css.ask}>
          {questions.map(({ kind, key, label, about }) => (
            <Button
              key={kind}
              size="touch"
              title={about}
              aria-label={about}
              aria-keyshortcuts={key}
              disabled={!mayAsk(kind) && asking !== kind}
              busy={asking === kind}
              onClick={() => void ask(kind)}
            >
              <span>{label}</span>
              <Kbd>{key}</Kbd>
            </Button>
          ))}
        </div>
      )}
    </section>
  );
}
