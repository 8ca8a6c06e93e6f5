import { CircleUser, Fingerprint, Mail, MonitorSmartphone } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { identityApi, type IdentitySubject, type PersonIdentity, type SubjectKind } from '#contracts/identity';
import { formatDate, useLocale } from '../../i18n.ts';
import { staffCall, useMay, useSession } from '../../staff/session.ts';
import { useLoad } from '../../staff/useLoad.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { ErrorState, Loading, Notice, Skeleton } from '../../ui/states.tsx';
import { toast } from '../../ui/toast.tsx';
import css from './Profile.module.css';
import { sourceName } from './source-name.ts';
import { useProfileText } from './texts.ts';

type Words = ReturnType<typeof useProfileText>;

/** What is asked before it is done: each can be taken back. */
interface Question {
  title: string;
  body: string;
  confirm: string;
  deed: () => Promise<PersonIdentity>;
}

interface IdentityProps {
  personId: string;
  /** Somebody else has some of this record now, or this has some of theirs. */
  onChanged: () => void;
}

const kindIcons = {
  viewer: MonitorSmartphone,
  anonymous: Fingerprint,
  user: CircleUser,
  email: Mail,
} as const satisfies Record<SubjectKind, unknown>;

/** Identifiers that are this person, claims that are not proven, and merges, which can be undone and made again. */
export function Identity({ personId, onChanged }: IdentityProps) {
  const t = useProfileText();
  const { data, error, reload } = useLoad(`identity ${personId}`, (signal) =>
    staffCall(identityApi.get, { personId }, { signal }),
  );
  const [asked, setAsked] = useState<Question | null>(null);
  const done = () => {
    setAsked(null);
    toast(t.changed);
    reload();
    onChanged();
  };
  return (
    <section aria-labelledby="identity">
      <h2 id="identity">{t.clues}</h2>
      {data ? (
        <Known identity={data} onAsk={setAsked} />
      ) : error ? (
        <ErrorState title={t.cluesFailed} error={error} onRetry={reload} />
      ) : (
        <Loading>
          <Skeleton height={96} />
        </Loading>
      )}
      {asked && <Ask question={asked} onDone={done} onClose={() => setAsked(null)} />}
    </section>
  );
}

function Known({ identity, onAsk }: { identity: PersonIdentity; onAsk: (question: Question) => void }) {
  const t = useProfileText();
  const { brand } = useSession();
  const mayChange = useMay()('people.write');
  useLocale();
  const { personId, links, claims, merges } = identity;
  const day = (time: string) => formatDate(time, brand.timeZone);
  const unlink = (linkId: string, subject: IdentitySubject): Question => ({
    title: t.unlinkTitle(subjectName(t, subject)),
    body: t.unlinkBody,
    confirm: t.unlink,
    deed: () => staffCall(identityApi.unlink, { personId, linkId }),
  });
  return (
    <>
      {links.length === 0 ? (
        <p className={css.quiet}>{t.cluesEmpty}</p>
      ) : (
        <ul className={css.clues}>
          {links.map(({ id, subject, source, linkedAt, with: other }) => (
            <Clue key={id} subject={subject} below={t.on(day(linkedAt), groundWords(t, source, other))}>
              {mayChange && links.length > 1 && (
                <Button kind="quiet" size="small" onClick={() => onAsk(unlink(id, subject))}>
                  {t.unlink}
                </Button>
              )}
            </Clue>
          ))}
        </ul>
      )}
      {claims.length > 0 && (
        <>
          <h3>{t.claims}</h3>
          <p className={css.quiet}>{t.claimsHow}</p>
          <ul className={css.clues}>
            {claims.map(({ id, subject, source, claimedAt, with: other }) => (
              <Clue key={id} subject={other ?? subject} below={t.on(day(claimedAt), sourceName(t, source))}>
                {mayChange && (
                  <Button
                    kind="quiet"
                    size="small"
                    onClick={() => onAsk({ ...unlink(id, other ?? subject), body: t.claimsHow, confirm: t.dismiss })}
                  >
                    {t.dismiss}
                  </Button>
                )}
              </Clue>
            ))}
          </ul>
        </>
      )}
      {merges.length > 0 && (
        <>
          <h3>{t.merges}</h3>
          <ul className={css.clues}>
            {merges.map((merge) => (
              <li key={merge.id}>
                <span>
                  {t.mergeWords([...new Set(merge.subjects.map((subject) => subjectName(t, subject)))].join('、'))}
                  <small>{t.on(day(merge.mergedAt), groundWords(t, merge.source, merge.with))}</small>
                  {merge.undoneAt && (
                    <small>
                      {merge.undoneBy
                        ? t.undone(day(merge.undoneAt), merge.undoneBy)
                        : t.undoneAlone(day(merge.undoneAt))}
                    </small>
                  )}
                  {merge.redoneBy && <small>{t.redone(merge.redoneBy)}</small>}
                </span>
                {mayChange && merge.undoneAt === null && (
                  <Button
                    kind="quiet"
                    size="small"
                    onClick={() =>
                      onAsk({
                        title: t.undoTitle,
                        body: t.undoBody,
                        confirm: t.undo,
                        deed: () => staffCall(identityApi.undoMerge, { personId, mergeId: merge.id }),
                      })
                    }
                  >
                    {t.undo}
                  </Button>
                )}
                {mayChange && merge.mayRedo && (
                  <Button
                    kind="quiet"
                    size="small"
                    onClick={() =>
                      onAsk({
                        title: t.redoTitle,
                        body: t.redoBody,
                        confirm: t.redo,
                        deed: () => staffCall(identityApi.redoMerge, { personId, mergeId: merge.id }),
                      })
                    }
                  >
                    {t.redo}
                  </Button>
                )}
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}

function Clue({ subject, below, children }: { subject: IdentitySubject; below: string; children: ReactNode }) {
  const t = useProfileText();
  const Icon = kindIcons[subject.kind];
  return (
    <li>
      <Icon size={16} strokeWidth={2} aria-hidden />
      <span>
        {subjectName(t, subject)}
        <small>{below}</small>
      </span>
      {children}
    </li>
  );
}

function subjectName(t: Words, { kind, value }: IdentitySubject): string {
  return kind === 'viewer' || value === null ? t.k_viewer : t[`k_${kind}`](value);
}

const groundWords = (t: Words, source: string, other: IdentitySubject | null) =>
  other && other.kind !== 'viewer' ? t.withWhom(sourceName(t, source), subjectName(t, other)) : sourceName(t, source);

function Ask({ question, onDone, onClose }: { question: Question; onDone: () => void; onClose: () => void }) {
  const t = useProfileText();
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState(false);
  async function act(): Promise<void> {
    setBusy(true);
    setFailed(false);
    try {
      await question.deed();
      onDone();
    } catch {
      setFailed(true);
      setBusy(false);
    }
  }
  return (
    <Dialog
      title={question.title}
      confirm={question.confirm}
      cancel={t.cancel}
      busy={busy}
      onConfirm={() => void act()}
      onClose={onClose}
    >
      <p>{question.body}</p>
      {failed && <Notice tone="failed">{t.changeFailed}</Notice>}
    </Dialog>
  );
}
