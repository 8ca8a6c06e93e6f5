import { useStore } from '@nanostores/react';
import { GalleryVerticalEnd, SendHorizontal } from 'lucide-react';
import { useEffect, useId, useRef, useState, type FormEvent, type KeyboardEvent } from 'react';
import { useNow } from '../clock.ts';
import type { Room } from '../room/useRoom.ts';
import { classes } from '../ui/classes.ts';
import { prefersStill } from '../ui/Edge.tsx';
import { minutesUntil } from './ChatLine.tsx';
import css from './Composer.module.css';
import { HeartMark } from './HeartMark.tsx';
import { keepNickname, nickname, NICKNAME_MAX } from './nickname.ts';
import { useShowText } from './texts.ts';
import type { Hearts } from './useHearts.ts';
import { keyboardIsOpen, type Layout } from './useLayout.ts';

interface ComposerProps {
  room: Room;
  layout: Layout;
  hearts: Hearts;
  onTyping: (typing: boolean) => void;
  onGoods: () => void;
  onSaid: () => void;
}

const LONGEST = 500;
const COUNT_FROM = 400;

/** The thumb row: say something, the shelf, a heart. The nickname is asked once, in place, with the first message. */
export function Composer({ room, layout, hearts, onTyping, onGoods, onSaid }: ComposerProps) {
  const t = useShowText();
  const id = useId();
  const kept = useStore(nickname);
  const { you } = room;
  const staff = you !== null && you.role !== 'viewer';
  const name = staff ? (you.name ?? t.staff) : kept;
  const [text, setText] = useState('');
  const [typedName, setTypedName] = useState<string | null>(null); // while it is being asked or changed
  const [nameMissing, setNameMissing] = useState(false);
  const [inside, setInside] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const nameField = useRef<HTMLInputElement>(null);
  const typing = useTyping(inside, onTyping);

  const mutedUntil = you?.mutedUntil ?? null;
  const now = useNow(you?.muted ? 1000 : 3600_000);
  const muted = you?.muted === true && (mutedUntil === null || Date.parse(mutedUntil) > now);
  const length = text.trim().length;
  const tooLong = length > LONGEST;
  const asksName = !staff && !muted && (typedName !== null || (kept === '' && (inside || length > 0)));

  const submit = (event?: FormEvent) => {
    event?.preventDefault();
    if (muted || tooLong) return;
    const given = (typedName ?? name).trim();
    if (given === '') {
      setNameMissing(true);
      nameField.current?.focus();
      return;
    }
    if (typedName !== null && !staff) keepNickname(given);
    setTypedName(null);
    setNameMissing(false);
    if (length === 0) {
      field.current?.focus();
      return;
    }
    room.say(text.trim(), given);
    setText('');
    onSaid();
    field.current?.focus();
  };
  // Enter also ends a conversion of a Japanese input method, and is then not meant for us.
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    submit();
  };

  const onStage = layout === 'phone';
  const placeholder = muted
    ? mutedUntil === null
      ? t.cannotSay
      : t.cannotSayFor({ minutes: minutesUntil(mutedUntil) })
    : t.say;
  return (
    <form className={classes(css.composer, onStage && css.onStage)} onSubmit={submit}>
      {asksName ? (
        <div className={css.ask}>
          <label htmlFor={`${id}-name`}>{t.yourName}</label>
          <input
            ref={nameField}
            id={`${id}-name`}
            value={typedName ?? ''}
            maxLength={NICKNAME_MAX}
            autoComplete="nickname"
            enterKeyHint="next"
            aria-invalid={nameMissing || undefined}
            aria-describedby={`${id}-hint`}
            onFocus={() => setInside(true)}
            onBlur={() => setInside(false)}
            onChange={(event) => setTypedName(event.target.value)}
            onKeyDown={onKeyDown}
          />
          <p id={`${id}-hint`} data-missing={nameMissing ? '' : undefined} role={nameMissing ? 'alert' : undefined}>
            {nameMissing ? t.nameMissing : t.nameHint}
          </p>
        </div>
      ) : null}
      <div className={css.row}>
        <div className={css.say} data-over={tooLong ? '' : undefined}>
          <label className="sr" htmlFor={`${id}-text`}>
            {t.say}
          </label>
          <textarea
            ref={field}
            id={`${id}-text`}
            rows={1}
            value={text}
            placeholder={placeholder}
            disabled={muted}
            enterKeyHint="send"
            autoComplete="off"
            aria-describedby={`${id}-count`}
            aria-invalid={tooLong || undefined}
            onFocus={() => setInside(true)}
            onBlur={() => setInside(false)}
            onChange={(event) => setText(event.target.value.replace(/\r?\n/g, ' '))}
            onKeyDown={onKeyDown}
          />
          <span id={`${id}-count`} className={css.count} role="status">
            {tooLong
              ? t.tooLong({ count: length - LONGEST })
              : length >= COUNT_FROM
                ? t.counted({ count: length })
                : ''}
          </span>
          {length > 0 ? (
            <button
              type="submit"
              className={css.send}
              aria-label={t.send}
              disabled={tooLong || muted}
              onPointerDown={(event) => event.preventDefault()} // the field keeps the focus, and the keyboard stays
            >
              <SendHorizontal size={20} strokeWidth={1.75} aria-hidden="true" />
            </button>
          ) : name !== '' && !staff && !asksName && (inside || layout === 'desktop') ? (
            <button
              type="button"
              className={css.name}
              aria-label={`${t.changeName}: ${name}`}
              onPointerDown={(event) => event.preventDefault()}
              onClick={() => {
                setTypedName(name);
                requestAnimationFrame(() => nameField.current?.focus());
              }}
            >
              <bdi>{name}</bdi>
            </button>
          ) : null}
        </div>
        {layout === 'desktop' || typing ? null : (
          <button
            type="button"
            className={css.shelf}
            aria-haspopup="dialog"
            aria-label={t.goodsList({ count: room.offers.length })}
            onClick={onGoods}
          >
            <GalleryVerticalEnd size={20} strokeWidth={1.75} aria-hidden="true" />
            {t.goodsCount({ count: room.offers.length })}
          </button>
        )}
        {typing ? null : (
          <button type="button" className={css.heart} aria-label={t.heart} onClick={hearts.give}>
            <HeartMark size={22} />
            {prefersStill() && hearts.count > 0 ? (
              <span className={css.hearts} aria-hidden="true">
                {t.hearts({ count: hearts.count })}
              </span>
            ) : null}
          </button>
        )}
      </div>
    </form>
  );
}

/** Whether an on-screen keyboard is up for one of our fields, so that the rest of the stage makes room. */
function useTyping(inside: boolean, onTyping: (typing: boolean) => void): boolean {
  const [open, setOpen] = useState(false);
  const touch = window.matchMedia('(pointer: coarse)').matches;
  useEffect(() => {
    if (!inside || !touch) return;
    const look = () => setOpen(keyboardIsOpen());
    look();
    const viewport = window.visualViewport;
    viewport?.addEventListener('resize', look);
    return () => {
      viewport?.removeEventListener('resize', look);
      setOpen(false);
    };
  }, [inside, touch]);
  const typing = inside && open;
  useEffect(() => onTyping(typing), [typing, onTyping]);
  return typing;
}
