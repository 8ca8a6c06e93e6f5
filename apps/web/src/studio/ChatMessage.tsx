import { Clock, Ellipsis, History, Info, Minus } from 'lucide-react';
import type { Message } from '#contracts/room';
import { useNow } from '../clock.ts';
import { formatTime } from '../i18n.ts';
import type { Note, OwnMessage } from '../room/room.ts';
import type { Room } from '../room/useRoom.ts';
import { Button } from '../ui/Button.tsx';
import { Tag } from '../ui/Tag.tsx';
import css from './Chat.module.css';
import { useStudioText } from './texts.ts';

interface ChatMessageProps {
  message: Message;
  timeZone: string;
  selected: boolean;
  muted: boolean;
  /** Absent for whoever may do nothing about it. */
  onSelect: (() => void) | undefined;
  onDelete: () => void;
  onMute: () => void;
  onBan: () => void;
}

/** One message; a press on it opens what staff may do about it. */
export function ChatMessage({ message, timeZone, selected, muted, ...on }: ChatMessageProps) {
  const t = useStudioText();
  if (message.deleted) {
    return (
      <li className={css.told}>
        <Minus size={20} strokeWidth={1.75} aria-hidden />
        {t.deleted}
      </li>
    );
  }
  if (message.role === 'system') {
    return (
      <li className={css.told}>
        <Info size={20} strokeWidth={1.75} aria-hidden />
        {message.text}
      </li>
    );
  }
  return (
    <li
      className={css.message}
      data-role={message.role}
      data-selected={selected ? '' : undefined}
      onClick={(event) => {
        const onButton = event.target instanceof Element && event.target.closest('button') !== null;
        const selecting = window.getSelection()?.isCollapsed === false;
        if (!onButton && !selecting) on.onSelect?.();
      }}
    >
      <p className={css.by}>
        <span className={css.name}>{message.name}</span>
        {message.role === 'host' && <Tag tone="ai">{t.hostTag}</Tag>}
        {message.role === 'moderator' && (
          <Tag tone="line" className={css.moderator}>
            {t.moderatorTag}
          </Tag>
        )}
        <SentAt at={message.sentAt} timeZone={timeZone} />
        {on.onSelect && (
          <button
            type="button"
            className={css.more}
            aria-label={t.actions(message.name)}
            aria-expanded={selected}
            onClick={on.onSelect}
          >
            <Ellipsis size={20} strokeWidth={1.75} aria-hidden />
          </button>
        )}
      </p>
      <p className={css.text}>{message.text}</p>
      {selected && (
        <div className={css.actions}>
          <Button onClick={on.onDelete}>{t.remove}</Button>
          {message.viewerId !== null && (
            <>
              <Button onClick={on.onMute}>{muted ? t.unmuteViewer : t.muteViewer}</Button>
              <Button kind="danger" onClick={on.onBan}>
                {t.ban}
              </Button>
            </>
          )}
        </div>
      )}
    </li>
  );
}

function SentAt({ at, timeZone }: { at: string; timeZone: string }) {
  const t = useStudioText();
  const now = useNow(5_000);
  return <time dateTime={at}>{now - Date.parse(at) < 15_000 ? t.now : formatTime(at, timeZone)}</time>;
}

/** What the host wrote and the server has not yet acknowledged. */
export function OwnLine({ own, room }: { own: OwnMessage; room: Room }) {
  const t = useStudioText();
  return (
    <li className={css.message} data-own={own.state}>
      <p className={css.by}>
        <span className={css.name}>{own.name}</span>
        {own.state === 'sending' ? (
          <span className={css.pending}>
            <Clock size={14} strokeWidth={2.2} aria-hidden />
            {t.sendingMessage}
          </span>
        ) : (
          <span className={css.failed} role="alert">
            {t.failedMessage}
          </span>
        )}
      </p>
      <p className={css.text}>{own.text}</p>
      {own.state === 'failed' && (
        <div className={css.actions}>
          <Button onClick={() => room.sayAgain(own.clientMessageId)}>{t.again}</Button>
          <Button kind="quiet" onClick={() => room.forget(own.clientMessageId)}>
            {t.discard}
          </Button>
        </div>
      )}
    </li>
  );
}

/** Of the room's own lines, the one that concerns staff: what was read after a gap. */
export function NoteLine({ note }: { note: Note }) {
  const t = useStudioText();
  if (note.type !== 'caughtUp') return null;
  return (
    <li className={css.told}>
      <History size={20} strokeWidth={1.75} aria-hidden />
      {t.caughtUp(note.count)}
    </li>
  );
}
