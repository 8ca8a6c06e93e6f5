import { ArrowDown } from 'lucide-react';
import { useLayoutEffect, useRef, useState } from 'react';
import type { Room } from '../room/useRoom.ts';
import { classes } from '../ui/classes.ts';
import { MessageLine, NoteLine, OwnLine } from './ChatLine.tsx';
import css from './ChatPanel.module.css';
import { useShowText } from './texts.ts';

interface ChatLogProps {
  room: Room;
  /** On the picture: every line on its own plate. */
  onStage: boolean;
  readAloud: boolean;
  /** Rises with every own message. */
  said: number;
}

const AT_END_PX = 24;

/** The newest line stands at the lower edge. Scrolled up it stays where it is, and says how many lines are new. */
export function ChatLog({ room, onStage, readAloud, said }: ChatLogProps) {
  const t = useShowText();
  const box = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const [seenSeq, setSeenSeq] = useState<number | null>(null); // set while scrolled up
  const { lines, own, sayAgain, forget } = room;

  const toEnd = () => {
    const element = box.current;
    if (element) element.scrollTop = element.scrollHeight;
    atEnd.current = true;
    setSeenSeq(null);
  };
  const onScroll = () => {
    const element = box.current;
    if (!element) return;
    const isAtEnd = element.scrollHeight - element.scrollTop - element.clientHeight < AT_END_PX;
    if (isAtEnd === atEnd.current) return;
    atEnd.current = isAtEnd;
    setSeenSeq(isAtEnd ? null : (lines.at(-1)?.seq ?? 0));
  };
  useLayoutEffect(() => {
    if (atEnd.current) toEnd();
  }, [lines, own]);
  useLayoutEffect(toEnd, [said]);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    // Less height, as when the keyboard opens, must not hide the newest line.
    const observer = new ResizeObserver(() => {
      if (atEnd.current) element.scrollTop = element.scrollHeight;
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const unseen = seenSeq === null ? 0 : lines.filter((line) => line.kind === 'message' && line.seq > seenSeq).length;
  const empty = lines.length === 0 && own.length === 0 && room.status === 'online';
  return (
    <div className={classes(css.log, onStage && css.onStage)}>
      {/* A scrolling region must be reachable by keyboard. */}
      <div
        ref={box}
        className={css.scroll}
        role="log"
        aria-label={t.chat}
        aria-live={readAloud ? 'polite' : 'off'}
        tabIndex={0}
        onScroll={onScroll}
      >
        <ul className={css.lines}>
          {empty && !onStage ? <li className={css.empty}>{t.chatEmpty}</li> : null}
          {lines.map((line) =>
            line.kind === 'message' ? (
              <MessageLine key={line.key} message={line.message} />
            ) : (
              <NoteLine key={line.key} note={line.note} />
            ),
          )}
          {own.map((message) => (
            <OwnLine key={message.clientMessageId} message={message} onAgain={sayAgain} onDiscard={forget} />
          ))}
        </ul>
      </div>
      {unseen > 0 ? (
        <button type="button" className={css.newer} onClick={toEnd}>
          <ArrowDown size={16} strokeWidth={2.2} aria-hidden="true" />
          {t.newLines({ count: unseen })}
        </button>
      ) : null}
    </div>
  );
}
