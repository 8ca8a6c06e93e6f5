import { useCallback, useRef, useState } from 'react';
import { useNavigate } from 'react-router';
import { ApiError } from '../api.ts';
import { toast } from '../ui/toast.tsx';
import { issuePaths, noIssues } from './form-issues.ts';
import { useUnsavedGuard } from './useUnsavedGuard.ts';

/**
 * What every editor of the back office does around its fields: guards unsaved changes, tries a request once at a time, goes back to its list
 * with a word when it worked, and otherwise says what was refused and puts the cursor where it is to be mended.
 *
 * @param options.home the list to go back to
 * @param options.dirty whether something was changed
 */
export function useEditor({ home, dirty }: { home: string; dirty: boolean }) {
  const navigate = useNavigate();
  const [issues, setIssues] = useState(noIssues);
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const done = useRef(false);
  const blocker = useUnsavedGuard(useCallback(() => dirty && !done.current, [dirty]));

  /** Said at the foot, where the button was pressed. */
  function refuse(words: string): void {
    setProblem(words);
    requestAnimationFrame(() => document.querySelector<HTMLElement>('[aria-invalid=true]')?.focus());
  }

  /**
   * @param request answers the words for the toast
   * @param words for a refusal; the fields that it names are marked before
   */
  async function attempt(request: () => Promise<string>, words: (refusal: ApiError) => string): Promise<void> {
    setProblem(null);
    setBusy(true);
    try {
      const said = await request();
      done.current = true;
      toast(said);
      await navigate(home);
    } catch (refusal) {
      setBusy(false);
      if (!(refusal instanceof ApiError)) throw refusal;
      if (refusal.code === 'invalid_request') setIssues(issuePaths(refusal.details.issues));
      refuse(words(refusal));
    }
  }

  return {
    issues,
    setIssues,
    problem,
    busy,
    blocker,
    refuse,
    attempt,
    /** The words of a field while it is refused. */
    error: (path: string, words: string) => (issues.has(path) ? words : undefined),
  };
}
