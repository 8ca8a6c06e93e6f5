import { useState } from 'react';
import { MOST_INVITED, stageApi, type ParticipantRole, type StageDesk } from '#contracts/stage';
import { ApiError } from '../../api.ts';
import { formatDateTime } from '../../i18n.ts';
import { staffCall } from '../../staff/session.ts';
import { Button } from '../../ui/Button.tsx';
import { Chips } from '../../ui/Chips.tsx';
import { Field } from '../../ui/Field.tsx';
import { Sheet } from '../../ui/Sheet.tsx';
import { Notice } from '../../ui/states.tsx';
import css from './GuestDesk.module.css';
import { useGuestDeskText } from './texts.ts';

interface InviteDialogProps {
  showId: string;
  onDesk: (desk: StageDesk) => void;
  onClose: () => void;
}

/** A name and a role make a link, which stands there to be copied and sent. */
export function InviteDialog({ showId, onDesk, onClose }: InviteDialogProps) {
  const t = useGuestDeskText();
  const [name, setName] = useState('');
  const [role, setRole] = useState<ParticipantRole>('guest');
  const [made, setMade] = useState<{ link: string; expiresAt: string } | null>(null);
  const [copied, setCopied] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);

  async function invite(): Promise<void> {
    setBusy(true);
    setProblem(null);
    try {
      const before = new Set((await staffCall(stageApi.desk, { id: showId })).invited.map(({ id }) => id));
      const desk = await staffCall(stageApi.invite, { id: showId, role, name });
      onDesk(desk);
      setMade(desk.invited.find(({ id }) => !before.has(id)) ?? null);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setProblem(error.code === 'conflict' ? t.tooManyLinks(MOST_INVITED) : t.failed);
    } finally {
      setBusy(false);
    }
  }
  const copy = async (link: string) => {
    await navigator.clipboard.writeText(link);
    setCopied(true);
  };
  return (
    <Sheet
      title={t.inviteTitle}
      place="dialog"
      onClose={onClose}
      foot={
        made ? (
          <Button kind="fill" size="touch" onClick={() => void copy(made.link).catch(() => undefined)}>
            {copied ? t.copied : t.copy}
          </Button>
        ) : (
          <Button kind="fill" size="touch" busy={busy} disabled={name.trim() === ''} onClick={() => void invite()}>
            {t.makeLink}
          </Button>
        )
      }
    >
      <div className={css.form}>
        {problem ? <Notice tone="failed">{problem}</Notice> : null}
        {made ? (
          <Field
            label={t.link}
            hint={t.linkHint(formatDateTime(made.expiresAt))}
            readOnly
            value={made.link}
            onFocus={({ target }) => target.select()}
          />
        ) : (
          <>
            <Field
              label={t.name}
              hint={t.nameHint}
              maxLength={24}
              value={name}
              onChange={({ target }) => setName(target.value)}
            />
            <Chips
              legend={t.role}
              name="stage-role"
              chosen={role}
              choices={[
                { value: 'guest', words: t.guest },
                { value: 'co_host', words: t.coHost },
              ]}
              onChoose={(chosen) => setRole(chosen as ParticipantRole)}
            />
          </>
        )}
      </div>
    </Sheet>
  );
}
