import { Clock, History, Info, Mic, MicOff, Minus, Timer } from 'lucide-react';
import { memo, type ReactNode } from 'react';
import type { Message } from '#contracts/room';
import { serverNow, useNow } from '../clock.ts';
import { langOf } from '../i18n.ts';
import type { Note, OwnMessage } from '../room/room.ts';
import { classes } from '../ui/classes.ts';
import css from './ChatLine.module.css';
import { useShowText } from './texts.ts';

const small = { size: 14, strokeWidth: 2.2, 'aria-hidden': true } as const;

/** What others wrote is only ever a text node, and isolated: their direction marks end where their words end. */
export const MessageLine = memo(function MessageLine({ message }: { message: Message }) {
  const t = useShowText();
  if (message.deleted) {
    return (
      <li className={classes(css.line, css.quiet)}>
        <Minus {...small} />
        {t.deleted}
      </li>
    );
  }
  if (message.role === 'system') {
    return (
      <li className={classes(css.line, css.quiet)}>
        <Info {...small} />
        <bdi>{message.text}</bdi>
      </li>
    );
  }
  const staff = message.role === 'host' || message.role === 'moderator';
  return (
    <li className={classes(css.line, message.role === 'host' && css.host, staff && css.staff)}>
      <bdi className={css.name}>{message.name}</bdi>
      {message.role === 'host' ? <span className={css.hostTag}>{t.host}</span> : null}
      {message.role === 'moderator' ? <span className={css.staffTag}>{t.staff}</span> : null}
      <bdi lang={staff ? langOf(message.text) : undefined}>{message.text}</bdi>
    </li>
  );
});

/** What the room itself tells this viewer. */
export const NoteLine = memo(function NoteLine({ note }: { note: Note }) {
  const t = useShowText();
  let icon: ReactNode;
  let words: string;
  if (note.type === 'caughtUp') {
    icon = <History {...small} />;
    words = note.truncated ? t.caughtUpPart({ count: note.count }) : t.caughtUp({ count: note.count });
  } else if (note.type === 'muted') {
    icon = <MicOff {...small} />;
    words = note.until === null ? t.muted : t.mutedFor({ minutes: minutesUntil(note.until) });
  } else {
    icon = <Mic {...small} />;
    words = t.unmuted;
  }
  return (
    <li className={classes(css.line, css.quiet)}>
      {icon}
      {words}
    </li>
  );
});

export function minutesUntil(time: string): number {
  return Math.max(1, Math.round((Date.parse(time) - serverNow()) / 60_000));
}

interface OwnLineProps {
  message: OwnMessage;
  onAgain: (clientMessageId: string) => void;
  onDiscard: (clientMessageId: string) => void;
}

/** An own message until the server has it: grey with a clock, or with why it was not sent. */
export function OwnLine({ message, onAgain, onDiscard }: OwnLineProps) {
  const t = useShowText();
  const failed = message.state === 'failed';
  return (
    <>
      <li className={classes(css.line, css.sending)}>
        <bdi className={css.name}>{message.name}</bdi>
        <bdi>{message.text}</bdi>
        {failed ? null : (
          <span className={css.wait}>
            <Clock size={13} strokeWidth={2.2} aria-hidden="true" />
            {t.sending}
          </span>
        )}
        {failed ? <FailedActions message={message} onAgain={onAgain} onDiscard={onDiscard} /> : null}
      </li>
      {failed ? <Refusal message={message} /> : null}
    </>
  );
}

function FailedActions({ message, onAgain, onDiscard }: OwnLineProps) {
  const t = useShowText();
  const id = message.clientMessageId;
  const hopeless = message.refusal === 'text_not_allowed' || message.refusal === 'muted';
  return (
    <span className={css.actions}>
      {hopeless ? null : (
        <button type="button" onClick={() => onAgain(id)}>
          {t.sendAgain}
        </button>
      )}
      <button type="button" onClick={() => onDiscard(id)}>
        {t.discard}
      </button>
    </span>
  );
}

function Refusal({ message }: { message: OwnMessage }) {
  const t = useShowText();
  useNow(1000);
  let icon: ReactNode = <Info {...small} />;
  let words = t.failed;
  if (message.refusal === 'too_fast' || message.refusal === 'rate_limited') {
    const retryAfterMs = Number(message.details['retryAfterMs'] ?? 0);
    const seconds = Math.ceil((message.failedAt + retryAfterMs - serverNow()) / 1000);
    icon = <Timer {...small} />;
    words = seconds > 0 ? t.tooFast({ seconds }) : t.tooFastOver;
  } else if (message.refusal === 'muted') {
    const until = message.details['until'];
    icon = <MicOff {...small} />;
    words = typeof until === 'string' ? t.mutedFor({ minutes: minutesUntil(until) }) : t.muted;
  } else if (message.refusal === 'text_not_allowed') words = t.notAllowed;
  return (
    <li className={classes(css.line, css.quiet)} role="status">
      {icon}
      {words}
    </li>
  );
}
