import { useContext, useEffect, useState } from 'react';
import { settingsApi, type SellingInput, type SellingSettings } from '#contracts/settings';
import { ApiError } from '../api.ts';
import { issuePaths, noIssues, type Issues } from '../staff/form-issues.ts';
import { staffCall } from '../staff/session.ts';
import { toast } from '../ui/toast.tsx';
import { DirtySections } from './dirty-sections.ts';
import type { Read } from './drafts.ts';
import { useSettingsText } from './texts.ts';

type Name = keyof SellingInput;

/** Tells the page whether leaving it would lose something of this section. */
export function useDirty(name: string, dirty: boolean): void {
  const sections = useContext(DirtySections);
  useEffect(() => {
    if (dirty) sections.add(name);
    else sections.delete(name);
    return () => void sections.delete(name);
  }, [sections, name, dirty]);
}

/** One section of the settings while it is typed: saved by itself, whatever the others hold. */
export function useSection<N extends Name, Draft>(
  name: N,
  settings: SellingSettings,
  { toDraft, read }: { toDraft: (settings: SellingSettings) => Draft; read: (draft: Draft) => Read<N> },
) {
  const t = useSettingsText();
  const [opened, setOpened] = useState(() => toDraft(settings));
  const [draft, setDraft] = useState(opened);
  const [issues, setIssues] = useState<Issues>(noIssues);
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const dirty = JSON.stringify(draft) !== JSON.stringify(opened);
  useDirty(name, dirty);

  function refuse(words: string): void {
    setProblem(words);
    requestAnimationFrame(() => document.querySelector<HTMLElement>(`#section-${name} [aria-invalid=true]`)?.focus());
  }

  async function save(title: string): Promise<void> {
    setProblem(null);
    const { input, issues: faults } = read(draft);
    setIssues(faults ?? noIssues);
    if (input === null) return refuse(t.fixFields);
    setBusy(true);
    try {
      const saved = toDraft(await staffCall(settingsApi.saveSelling, { [name]: input }));
      setOpened(saved);
      setDraft(saved);
      toast(t.saved(title));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.code !== 'invalid_request') return refuse(error.code === 'unavailable' ? t.unavailable : t.failed);
      setIssues(new Set([...issuePaths(error.details.issues)].map((path) => path.replace(`${name}.`, ''))));
      refuse(t.fixFields);
    } finally {
      setBusy(false);
    }
  }

  return {
    name,
    draft,
    /** As it is saved. */
    opened,
    change: (part: Partial<Draft>) => setDraft((before) => ({ ...before, ...part })),
    dirty,
    busy,
    problem,
    save,
    /** The words of a field while it is refused. */
    error: (path: string, words: string) => (issues.has(path) ? words : undefined),
  };
}
