import { SendHorizontal } from 'lucide-react';
import { useState } from 'react';
import { MessageText } from '#contracts/room';
import { useSession } from '../staff/session.ts';
import css from './Chat.module.css';
import { useStudioText } from './texts.ts';

/** The member's own voice in the chat, under the name that the room gives their role. Enter sends, unless it confirms a Japanese conversion. */
export function ChatField({ onSay }: { onSay: (text: string) => void }) {
  const t = useStudioText();
  const label = useSession().member.role === 'moderator' ? t.sayAsStaff : t.say;
  const [text, setText] = useState('');
  function send(): void {
    const said = MessageText.safeParse(text);
    if (!said.success) return;
    onSay(said.data);
    setText('');
  }
  return (
    <form
      className={css.field}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <input
        aria-label={label}
        placeholder={label}
        enterKeyHint="send"
        autoComplete="off"
        maxLength={500}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && event.nativeEvent.isComposing) event.preventDefault();
          if (event.key === 'Escape') event.currentTarget.blur();
        }}
      />
      <button type="submit" aria-label={t.send} disabled={text.trim() === ''}>
        <SendHorizontal size={20} strokeWidth={1.75} aria-hidden />
      </button>
    </form>
  );
}
