import css from './Hearts.module.css';
import { HeartMark } from './HeartMark.tsx';
import type { Hearts as HeartsState } from './useHearts.ts';

/** The lane at the right edge of the picture in which hearts rise. */
export function Hearts({ hearts }: { hearts: HeartsState }) {
  return (
    <div className={css.lane} aria-hidden="true">
      {hearts.rising.map((heart) => (
        <span
          key={heart.id}
          className={css.heart}
          style={{
            left: `calc(${heart.x} * (100% - ${heart.size}px))`,
            animationDuration: `${heart.seconds}s`,
            animationDelay: `${heart.delayMs}ms`,
            ['--drift' as string]: `${heart.drift}px`,
          }}
          onAnimationEnd={() => hearts.gone(heart.id)}
        >
          <HeartMark size={heart.size} color={heart.own || heart.id % 3 === 0 ? '#FF8B6E' : '#FFFFFF'} />
        </span>
      ))}
    </div>
  );
}
