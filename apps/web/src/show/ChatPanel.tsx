import { useState } from 'react';
import type { Room } from '../room/useRoom.ts';
import { ChatLog } from './ChatLog.tsx';
import css from './ChatPanel.module.css';
import { Composer } from './Composer.tsx';
import { useShowText } from './texts.ts';
import type { Hearts } from './useHearts.ts';
import type { Layout } from './useLayout.ts';

interface ChatPanelProps {
  room: Room;
  layout: Layout;
  hearts: Hearts;
  readAloud: boolean;
  onTyping: (typing: boolean) => void;
  onGoods: () => void;
}

export function ChatPanel({ room, layout, hearts, readAloud, onTyping, onGoods }: ChatPanelProps) {
  const t = useShowText();
  // Saying something leads back to the newest line, wherever one was reading.
  const [said, setSaid] = useState(0);
  return (
    <section className={css.panel} aria-label={t.chat}>
      {layout === 'desktop' ? <h2 className={css.title}>{t.chat}</h2> : null}
      <ChatLog room={room} onStage={layout === 'phone'} readAloud={readAloud} said={said} />
      <Composer
        room={room}
        layout={layout}
        hearts={hearts}
        onTyping={onTyping}
        onGoods={onGoods}
        onSaid={() => setSaid((before) => before + 1)}
      />
    </section>
  );
}
