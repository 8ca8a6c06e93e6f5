import { useEffect, useState } from 'react';
import { Link } from 'react-router';
import { ApiError } from '../api.ts';
import { useRoom } from '../room/useRoom.ts';
import { useMay, useSession } from '../staff/session.ts';
import { ButtonLink } from '../ui/ButtonLink.tsx';
import { ErrorState } from '../ui/states.tsx';
import { Tabs } from '../ui/Tabs.tsx';
import { Chat } from './Chat.tsx';
import { EncoderPreview } from './encoder/EncoderPreview.tsx';
import { EveningLine } from './EveningLine.tsx';
import { Figures } from './Figures.tsx';
import { noStats, watchedLightOf } from './on-air.ts';
import { OnAirBlock } from './OnAirBlock.tsx';
import preview from './Preview.module.css';
import { Reach, useReach } from './Reach.tsx';
import { Rundown } from './Rundown.tsx';
import { Sales } from './Sales.tsx';
import css from './Studio.module.css';
import { Summary } from './Summary.tsx';
import { useStudioText } from './texts.ts';
import { useEvening } from './useEvening.ts';

type Panel = 'chat' | 'rundown' | 'sales';

/**
 * The studio of members who do not host: the chat with the tools that their role has, who watches and how well it reaches them, and what is
 * sold. Camera, broadcast, pins, deals, surveys and guests are the host's, and are neither here nor under a key.
 */
export function Desk({ showId }: { showId: string }) {
  const t = useStudioText();
  const { member } = useSession();
  const mayRead = useMay()('insights.read');
  const room = useRoom(showId, { as: 'staff' });
  const evening = useEvening(room);
  const reach = useReach(showId, room.show?.broadcast?.id ?? null);
  const [panel, setPanel] = useState<Panel>('chat');
  const { show } = room;
  useEffect(() => {
    if (show) document.title = `${show.title} | ${t.studio}`;
  }, [show, t]);

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

  const light = watchedLightOf(show);
  const ended = light === 'ended';
  const { currency, timeZone } = show.brand;
  return (
    <div className={css.studio} data-panel={panel}>
      <h1 className="sr">{`${t.studio}: ${show.title}`}</h1>
      <header className={css.top}>
        <OnAirBlock light={light} show={show} />
        <Figures people={room.people} peak={evening.peak} sales={room.sales} currency={currency} />
        <div className={css.line}>
          <Link to="/shows">{t.leave}</Link>
        </div>
      </header>
      <main className={css.columns}>
        <div className={css.mine}>
          {show.broadcast && !ended ? (
            <EncoderPreview broadcastId={show.broadcast.id} getGrant={room.watchGrant} />
          ) : (
            <div className={preview.preview}>
              <p className={preview.caption}>{ended ? t.ended : t.noBroadcast}</p>
            </div>
          )}
          {reach && (
            <div className={css.reach}>
              <Reach health={reach} stats={noStats} timeZone={timeZone} isHost={false} />
            </div>
          )}
          <div className={css.sales}>
            <Sales
              sales={room.recentSales}
              currency={currency}
              timeZone={timeZone}
              allHref={mayRead ? `/insights/shows/${showId}` : undefined}
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
          <Chat room={room} name={member.name} timeZone={timeZone} closed={ended} />
        </div>
        <div className={css.run}>
          <Rundown room={room} closed={ended} />
        </div>
      </main>
      <footer className={css.sill}>
        <EveningLine show={show} evening={evening} people={room.people} />
      </footer>
    </div>
  );
}
