import { useState } from 'react';
import { ApiError } from '../api.ts';

/** asked · sending · failed: not sent, the tap may be repeated · thanked · over: closed meanwhile · commented */
export type AnswerState = 'asked' | 'sending' | 'failed' | 'thanked' | 'over' | 'commented';

export interface Answering {
  state: AnswerState;
  score: number | null;
  choose: (score: number) => Promise<void>;
  comment: (text: string) => Promise<void>;
  /** Back to the question; the next tap replaces the answer. */
  reopen: () => void;
}

/** One answer of one person: a tap sends it, a comment may follow it. */
export function useAnswering(send: (score: number, comment: string | null) => Promise<unknown>): Answering {
  const [state, setState] = useState<AnswerState>('asked');
  const [score, setScore] = useState<number | null>(null);

  async function tell(next: number, comment: string | null, done: AnswerState): Promise<void> {
    setScore(next);
    setState('sending');
    try {
      await send(next, comment);
      setState(done);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setState(error.code === 'not_found' ? 'over' : 'failed');
    }
  }

  return {
    state,
    score,
    choose: (next) => tell(next, null, 'thanked'),
    comment: async (text) => {
      if (score !== null) await tell(score, text, 'commented');
    },
    reopen: () => setState('asked'),
  };
}
