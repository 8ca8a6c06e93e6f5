import { useStore } from '@nanostores/react';
import { UserPlus } from 'lucide-react';
import { atom } from 'nanostores';
import { useState } from 'react';
import { MOST_ON_AIR, stageApi, type Stage, type StageDesk } from '#contracts/stage';
import { ApiError } from '../../api.ts';
import type { Streams } from '../../media/guest-streams.ts';
import type { Room } from '../../room/useRoom.ts';
import { staffCall } from '../../staff/session.ts';
import { Chips } from '../../ui/Chips.tsx';
import { Notice } from '../../ui/states.tsx';
import css from './GuestDesk.module.css';
import { GuestRow } from './GuestRow.tsx';
import { InviteDialog } from './InviteDialog.tsx';
import { useGuestDeskText } from './texts.ts';
import { useMonitor, useStageDesk } from './useStageDesk.ts';

const nobody = atom<Streams>(new Map());

/** Co-hosts and guests: invites them, shows who waits, takes them on air, and says how the pictures stand. */
export function GuestDesk({ room, closed }: { room: Room; closed: boolean }) {
  const t = useGuestDeskText();
  const { showId, show } = room;
  const { desk, put } = useStageDesk(showId, closed);
  const [inviting, setInviting] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const anybody = desk?.invited.some(({ present, onAir }) => present || onAir) ?? false;
  const monitor = useMonitor(showId, anybody && !!show?.broadcast);
  const streams = useStore(monitor?.streams ?? nobody);
  if (closed || !desk) return null;

  /** One press, and the desk as it is then. */
  async function settle(deed: Promise<StageDesk>): Promise<void> {
    setProblem(null);
    try {
      put(await deed);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setProblem(error.code === 'conflict' ? t.tooMany(MOST_ON_AIR) : t.failed);
    }
  }
  const { stage, invited } = desk;
  const arrange = (change: Partial<Pick<Stage, 'layout' | 'mainId' | 'programme'>>) =>
    void settle(staffCall(stageApi.arrange, { id: showId, ...change }));
  return (
    <section className={css.desk} aria-label={t.guests}>
      <header>
        <h2>{t.guests}</h2>
        <button type="button" onClick={() => setInviting(true)}>
          <UserPlus size={16} strokeWidth={2} aria-hidden />
          {t.invite}
        </button>
      </header>
      {problem ? <Notice tone="failed">{problem}</Notice> : null}
      {invited.length > 0 ? (
        <ul>
          {invited.map((guest) => (
            <GuestRow
              key={guest.id}
              guest={guest}
              stream={streams.get(guest.id) ?? null}
              isMain={stage.mainId === guest.id}
              onPlace={(change) =>
                void settle(staffCall(stageApi.place, { id: showId, participantId: guest.id, ...change }))
              }
              onMain={(large) => arrange({ mainId: large ? guest.id : null })}
              onRemove={() => void settle(staffCall(stageApi.remove, { id: showId, participantId: guest.id }))}
            />
          ))}
        </ul>
      ) : null}
      {stage.onAir.length > 0 ? (
        <div className={css.arrange}>
          <Chips
            legend={t.layout}
            hideLegend
            name="stage-layout"
            chosen={stage.layout}
            choices={[
              { value: 'side_by_side', words: t.sideBySide },
              { value: 'picture_in_picture', words: t.pictureInPicture },
              { value: 'solo', words: t.solo },
            ]}
            onChoose={(layout) => arrange({ layout: layout as Stage['layout'] })}
          />
          <label>
            <input
              type="checkbox"
              checked={stage.programme === 'speaker'}
              onChange={({ target }) => arrange({ programme: target.checked ? 'speaker' : 'main' })}
            />
            {t.followSpeaker}
          </label>
        </div>
      ) : null}
      {inviting ? <InviteDialog showId={showId} onDesk={put} onClose={() => setInviting(false)} /> : null}
    </section>
  );
}
