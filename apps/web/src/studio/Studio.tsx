import { useStore } from '@nanostores/react';
import { useEffect, useState } from 'react';
import { Link } from 'react-router';
import { ApiError } from '../api.ts';
import { useRoom, type Room } from '../room/useRoom.ts';
import { useSession } from '../staff/session.ts';
import { Button } from '../ui/Button.tsx';
import { ButtonLink } from '../ui/ButtonLink.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { ErrorState, Notice } from '../ui/states.tsx';
import { Tabs } from '../ui/Tabs.tsx';
import { createCamera } from './camera.ts';
import { Chat } from './Chat.tsx';
import { EncoderPanel } from './encoder/EncoderPanel.tsx';
import { EncoderPreview } from './encoder/EncoderPreview.tsx';
import { useEncoder } from './encoder/useEncoder.ts';
import { EveningLine } from './EveningLine.tsx';
import { Figures } from './Figures.tsx';
import { GuestDesk } from './guests/GuestDesk.tsx';
import { Health, useAdvice } from './Health.tsx';
import { healthOf, lightOf, type Health as HealthWord, type Light } from './on-air.ts';
import { OnAirBlock } from './OnAirBlock.tsx';
import { Preview } from './Preview.tsx';
import { Reach, useReach } from './Reach.tsx';
import { Rundown } from './Rundown.tsx';
import { Sales } from './Sales.tsx';
import { Sources, SourcesDialog } from './Sources.tsx';
import css from './Studio.module.css';
import { Summary } from './Summary.tsx';
import { SurveyDesk } from './survey/SurveyDesk.tsx';
import { useStudioText } from './texts.ts';
import { useBroadcast, type BroadcastControl } from './useBroadcast.ts';
import { useEvening } from './useEvening.ts';
import { useShortcuts } from './useShortcuts.ts';

type Panel = 'chat' | 'rundown' | 'sales';

/** For members who may host: camera, broadcast, pins and all else of the evening. */
export function Studio({ showId }: { showId: string }) {
  const t = useStudioText();
  const { member } = useSession();
  const room = useRoom(showId, { as: 'staff' });
  const [camera] = useState(createCamera);
  const source = useStore(camera.state);
  const broadcast = useBroadcast(room, camera);
  const encoder = useEncoder(room);
  const evening = useEvening(room);
  const reach = useReach(showId, room.show?.broadcast?.id ?? null);
  const [choosing, setChoosing] = useState(false);
  const [ending, setEnding] = useState(false);
  const [panel, setPanel] = useState<Panel>('chat');
  const { show } = room;
  const ended = show?.state === 'ended';

  // The encoder may want the camera for itself.
  const idle = ended || encoder.present;
  useEffect(() => (idle ? undefined : camera.start()), [camera, idle]);
  useEffect(() => {
    if (show) document.title = `${show.title} | ${t.studio}`;
  }, [show, t]);
  useShortcuts({
    m: () => camera.setMuted(!camera.muted.get()),
    c: () => setChoosing(!idle),
  });

  if (room.status === 'refused') {
    return (
      <main className={css.alone}>
        <ErrorState
          title={t.failedTitle}
          error={new ApiError('not_found', 'the room refused', '', 0)}
          action={<ButtonLink to="/shows">{t.leave}</ButtonLink>}
        />
      </main>
    );
  }
  if (!show) return null;

  const light = lightOf(show, broadcast.sending, broadcast.superseded);
  const health = healthOf(broadcast.sending, source.at === 'lost', broadcast.stats, broadcast.secondsSending);
  const caption = light === 'live' ? t.seen : show.state === 'live' ? t.paused : t.notSeen;
  return (
    <div className={css.studio} data-panel={panel}>
      <h1 className="sr">{`${t.studio}: ${show.title}`}</h1>
      <header className={css.top}>
        <OnAirBlock light={light} show={show} />
        <Figures people={room.people} peak={evening.peak} sales={room.sales} currency={show.brand.currency} />
        <div className={css.line}>
          {health && <Health word={health} stats={broadcast.stats} />}
          <MainAction
            light={light}
            sending={broadcast.sending !== null}
            ready={room.joined && source.at === 'ready'}
            broadcast={broadcast}
            encoder={encoder.present}
            showId={showId}
            onEnd={() => setEnding(true)}
          />
        </div>
      </header>
      <main className={css.columns}>
        <div className={css.mine}>
          {encoder.present ? (
            <EncoderPreview broadcastId={show.broadcast!.id} getGrant={room.watchGrant} />
          ) : (
            <Preview
              camera={camera}
              source={source}
              caption={caption}
              ended={ended}
              onChoose={() => setChoosing(true)}
            />
          )}
          {!idle && <Sources camera={camera} source={source} onChoose={() => setChoosing(true)} />}
          {!encoder.present && <Advice broadcast={broadcast} health={health} />}
          {reach && (
            <div className={css.reach}>
              <Reach health={reach} stats={broadcast.stats} timeZone={show.brand.timeZone} />
            </div>
          )}
          <GuestDesk room={room} closed={ended} />
          {!ended && <EncoderPanel showId={showId} encoder={encoder} />}
          <div className={css.sales}>
            <Sales
              sales={room.recentSales}
              currency={show.brand.currency}
              timeZone={show.brand.timeZone}
              allHref={`/insights/shows/${showId}`}
            />
          </div>
        </div>
        <div className={css.tabs}>
          <Tabs
            label={t.studio}
            panelId="studio-panel"
            selected={panel}
            onSelect={setPanel}
            tabs={[
              { key: 'chat', label: t.chat },
              { key: 'rundown', label: t.rundown },
              { key: 'sales', label: t.sold },
            ]}
          />
        </div>
        <div className={css.talk} id="studio-panel">
          {ended && <Summary show={show} sales={room.sales} peak={evening.peak} />}
          <Chat room={room} name={member.name} timeZone={show.brand.timeZone} closed={ended} />
        </div>
        <div className={css.run}>
          <Rundown room={room} closed={ended} />
          <SurveyDesk room={room} closed={ended} />
        </div>
      </main>
      <footer className={css.sill}>
        <EveningLine show={show} evening={evening} people={room.people} />
      </footer>
      {choosing && <SourcesDialog camera={camera} onClose={() => setChoosing(false)} />}
      {ending && <EndDialog room={room} broadcast={broadcast} onClose={() => setEnding(false)} />}
    </div>
  );
}

interface MainActionProps {
  light: Light;
  sending: boolean;
  ready: boolean;
  broadcast: BroadcastControl;
  /** Another program sends: this page has only the end of it in its hands. */
  encoder: boolean;
  showId: string;
  onEnd: () => void;
}

/**
 * The one thing to do now. Each button has a key of its own: the focus must not pass from "Go live" to the button that comes in
 * its place, where the next press of the space bar would ask to end the show.
 */
function MainAction({ light, sending, ready, broadcast, encoder, showId, onEnd }: MainActionProps) {
  const t = useStudioText();
  const end = (
    <Button key="end" kind="danger" size="touch" onClick={onEnd}>
      {t.end}
    </Button>
  );
  if (encoder) return end;
  switch (light) {
    case 'before':
    case 'starting':
      return sending ? (
        <Button key="give-up" size="touch" onClick={broadcast.giveUp}>
          {t.giveUp}
        </Button>
      ) : (
        <>
          <Link to="/shows" className={css.leave}>
            {t.leave}
          </Link>
          <Button key="go-live" kind="fill" size="touch" disabled={!ready} onClick={broadcast.goLive}>
            {t.goLive}
          </Button>
        </>
      );
    case 'live':
    case 'reconnecting':
      return end;
    case 'elsewhere':
    case 'away':
      return (
        <>
          <Button
            kind={light === 'away' ? 'fill' : 'outline'}
            size="touch"
            disabled={!ready}
            onClick={broadcast.goLive}
          >
            {light === 'away' ? t.resume : t.takeOver}
          </Button>
          {end}
        </>
      );
    case 'ended':
      return (
        <ButtonLink size="touch" to={`/insights/shows/${showId}`}>
          {t.insights}
        </ButtonLink>
      );
  }
}

/** One sentence with what to do, below the picture where the host looks. */
function Advice({ broadcast, health }: { broadcast: BroadcastControl; health: HealthWord | null }) {
  const t = useStudioText();
  const advice = useAdvice(health, broadcast.stats);
  const words = {
    media_unavailable: t.mediaUnavailable,
    unavailable: t.mediaUnavailable,
    forbidden: t.goLiveForbidden,
    show_ended: t.goLiveEnded,
  };
  const { refusal } = broadcast;
  // A line that is being mended says so, rather than what its last attempt met.
  const mending = health === 'cut' && refusal?.code === 'unavailable';
  const said = broadcast.superseded
    ? t.superseded
    : refusal && !mending
      ? refusal.code in words
        ? words[refusal.code as keyof typeof words]
        : t.goLiveFailed
      : advice;
  if (said === null) return null;
  return (
    <div className={css.advice}>
      <Notice tone="caution">{said}</Notice>
    </div>
  );
}

function EndDialog({ room, broadcast, onClose }: { room: Room; broadcast: BroadcastControl; onClose: () => void }) {
  const t = useStudioText();
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState(false);
  async function end(): Promise<void> {
    setBusy(true);
    setFailed(false);
    try {
      await broadcast.end();
      onClose();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setBusy(false);
      setFailed(true);
    }
  }
  return (
    <Dialog
      title={t.endTitle}
      confirm={t.end}
      cancel={t.goOn}
      danger
      busy={busy}
      onConfirm={() => void end()}
      onClose={onClose}
    >
      {failed ? <Notice tone="failed">{t.endFailed}</Notice> : room.people > 0 ? t.endBody(room.people) : t.endNobody}
    </Dialog>
  );
}
