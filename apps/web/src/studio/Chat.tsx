import { useDeferredValue, useMemo, useState } from 'react';
import type { Message } from '#contracts/room';
import { ApiError } from '../api.ts';
import type { Room } from '../room/useRoom.ts';
import { useMay } from '../staff/session.ts';
import { Dialog } from '../ui/Dialog.tsx';
import { Kbd } from '../ui/Kbd.tsx';
import { toast } from '../ui/toast.tsx';
import { ChatField } from './ChatField.tsx';
import { ChatMessage, NoteLine, OwnLine } from './ChatMessage.tsx';
import css from './Chat.module.css';
import { useStudioText } from './texts.ts';
import { useShortcuts } from './useShortcuts.ts';

const SIZES = [18, 22, 28] as const;
type Size = (typeof SIZES)[number];
const SIZE_KEY = 'engawa.studio.chat-size';

function keptSize(otherwise: Size): Size {
  const kept = Number(localStorage.getItem(SIZE_KEY));
  return SIZES.find((size) => size === kept) ?? otherwise;
}

interface ChatProps {
  room: Room;
  /** The member's name: staff are named by their account. */
  name: string;
  timeZone: string;
  /** Nobody speaks after the end. */
  closed: boolean;
}

/** The room's talk: large for a host, who stands two metres away, the newest on top, under the lens. */
export function Chat({ room, name, timeZone, closed }: ChatProps) {
  const t = useStudioText();
  const may = useMay();
  const mayModerate = may('chat.moderate');
  const [size, setSize] = useState(() => keptSize(may('shows.host') ? 28 : 18));
  const [frozenAt, setFrozenAt] = useState<number | null>(null); // sequence number of the newest line that is shown
  const [selected, setSelected] = useState<string | null>(null);
  const [banning, setBanning] = useState<Message | null>(null);
  const [mutedViewers, setMutedViewers] = useState<ReadonlySet<string>>(new Set());
  const freeze = () => setFrozenAt(frozenAt === null ? room.seq : null);
  useShortcuts({ ' ': freeze, escape: () => setSelected(null) });

  const lines = useDeferredValue(room.lines);
  const shown = useMemo(
    () => lines.filter((line) => frozenAt === null || line.seq <= frozenAt).toReversed(),
    [lines, frozenAt],
  );
  const waiting = frozenAt === null ? 0 : lines.filter((l) => l.seq > frozenAt && l.kind === 'message').length;

  async function attempt(action: () => Promise<void>, done: string): Promise<boolean> {
    try {
      await action();
      if (done !== '') toast(done);
      return true;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      toast(t.actionFailed);
      return false;
    }
  }

  async function toggleMute(message: Message): Promise<void> {
    const { viewerId } = message;
    if (viewerId === null) return;
    const lift = mutedViewers.has(viewerId);
    const words = lift ? t.viewerUnmuted(message.name) : t.viewerMuted(message.name);
    if (!(await attempt(() => room.mute(viewerId, lift ? null : 10), words))) return;
    const next = new Set(mutedViewers);
    if (lift) next.delete(viewerId);
    else next.add(viewerId);
    setMutedViewers(next);
  }

  async function ban(message: Message): Promise<void> {
    const { viewerId } = message;
    setBanning(null);
    if (viewerId !== null) await attempt(() => room.ban(viewerId), t.viewerBanned(message.name));
  }

  return (
    <section className={css.chat} aria-label={t.chat} data-size={size} data-frozen={frozenAt === null ? undefined : ''}>
      <header className={css.bar}>
        <h2>{t.chat}</h2>
        <button
          type="button"
          className={css.freeze}
          aria-pressed={frozenAt !== null}
          aria-keyshortcuts="Space"
          onClick={freeze}
        >
          <Kbd>Space</Kbd>
          {frozenAt === null ? t.freeze : t.unfreeze}
          {waiting > 0 && <b>{t.frozen(waiting)}</b>}
        </button>
        <span className={css.sizes} role="group" aria-label={t.size}>
          {SIZES.map((option) => (
            <button
              key={option}
              type="button"
              aria-pressed={option === size}
              onClick={() => {
                setSize(option);
                localStorage.setItem(SIZE_KEY, String(option));
              }}
            >
              {{ 18: t.sizeNormal, 22: t.sizeLarge, 28: t.sizeFar }[option]}
            </button>
          ))}
        </span>
      </header>
      {room.status === 'reconnecting' && (
        <p className={css.offline} role="status">
          {t.offline}
        </p>
      )}
      <ol className={css.list} role="log" aria-live="off" tabIndex={0} aria-label={t.chat}>
        {room.own.toReversed().map((own) => (
          <OwnLine key={own.clientMessageId} own={own} room={room} />
        ))}
        {shown.map((line) =>
          line.kind === 'note' ? (
            <NoteLine key={line.key} note={line.note} />
          ) : (
            <ChatMessage
              key={line.key}
              message={line.message}
              timeZone={timeZone}
              selected={selected === line.key}
              muted={line.message.viewerId !== null && mutedViewers.has(line.message.viewerId)}
              onSelect={mayModerate ? () => setSelected(selected === line.key ? null : line.key) : undefined}
              onDelete={() => void attempt(() => room.removeMessage(line.message.id), '')}
              onMute={() => void toggleMute(line.message)}
              onBan={() => setBanning(line.message)}
            />
          ),
        )}
        {shown.length === 0 && room.own.length === 0 && room.joined && (
          <li className={css.empty}>{closed ? t.noMessagesCame : t.noMessages}</li>
        )}
      </ol>
      {!closed && <ChatField onSay={(text) => room.say(text, name)} />}
      {banning && (
        <Dialog
          title={t.banTitle(banning.name)}
          confirm={t.ban}
          cancel={t.keep}
          danger
          onConfirm={() => void ban(banning)}
          onClose={() => setBanning(null)}
        >
          {t.banBody}
        </Dialog>
      )}
    </section>
  );
}
