import { CircleAlert } from 'lucide-react';
import { Link } from 'react-router';
import type { ApiError } from '../api.ts';
import css from './StaffError.module.css';
import { useStaffText } from './texts.ts';

/** A page that could not be shown: what, what is safe, one action, and the number to tell support. */
export function StaffError({ error, onRetry }: { error: ApiError; onRetry: () => void }) {
  const t = useStaffText();
  const kind =
    error.code === 'not_found' || error.code === 'forbidden' || error.code === 'unavailable' ? error.code : 'internal';
  const [what, why] = {
    not_found: [t.notFound, t.notFoundWhy],
    forbidden: [t.forbidden, t.forbiddenWhy],
    unavailable: [t.unavailable, t.unavailableWhy],
    internal: [t.internal, t.internalWhy],
  }[kind];
  return (
    <section className={css.error} role="alert">
      <h2>
        <CircleAlert size={20} strokeWidth={1.75} aria-hidden />
        {what}
      </h2>
      <p>
        {why}
        {error.requestId !== '' && <small>{t.number(error.requestId.slice(-4).toUpperCase())}</small>}
      </p>
      {kind === 'not_found' || kind === 'forbidden' ? (
        <Link to="/shows">{t.toShows}</Link>
      ) : (
        <button type="button" onClick={onRetry}>
          {t.retry}
        </button>
      )}
    </section>
  );
}
