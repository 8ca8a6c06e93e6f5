import type { Actor } from '../accounts/index.ts';
import type { Connection } from '../realtime/index.ts';
import type { Happening } from './happening.ts';
import { inParallel } from './parallel.ts';
import { patiently } from './patience.ts';
import type { Services } from './services.ts';
import type { PlannedWave, SurveyPlan } from './survey-plan.ts';
import { viewerOf } from './visitors.ts';

/** Answers of so many seconds go together: each waits for the log, and nobody for each of them. */
const TOGETHER_SECONDS = 15;

/** What is asked in a show and after it, by the host and by the page. */
export class Asking {
  constructor(
    private readonly services: Services,
    private readonly host: Actor,
    private readonly showId: string,
  ) {}

  happenings({ waves }: SurveyPlan): Happening[] {
    return waves.flatMap((wave) => {
      let surveyId: Promise<string> | undefined;
      const answered: Promise<unknown>[] = [];
      const batches = Map.groupBy(wave.answers, ({ at }) => Math.ceil(at / TOGETHER_SECONDS) * TOGETHER_SECONDS);
      const answer = async (batch: PlannedWave['answers']) => {
        const id = await surveyId!;
        await Promise.all(batch.map(({ viewing, opinion }) => this.#answer(id, viewerOf(viewing), opinion)));
      };
      const close = async () => {
        await Promise.all(answered);
        const id = await surveyId!;
        await patiently(() => this.services.surveys.close(this.host, id));
      };
      return [
        { at: wave.at, work: () => (surveyId = this.#ask(wave)), isLight: true },
        ...[...batches].map(([at, batch]): Happening => {
          const work = () => {
            const done = answer(batch);
            answered.push(done);
            return done;
          };
          return { at: Math.min(at, wave.closesAt - 1), work, isLight: true };
        }),
        { at: wave.closesAt, work: close, isLight: true },
      ];
    });
  }

  /** The page of a show that is over asks whoever has it open. */
  async afterwards({ lingering }: SurveyPlan): Promise<void> {
    const { surveys } = this.services;
    const answers: { id: string; viewerId: string; opinion: { score: number; comment: string | null } }[] = [];
    await inParallel(lingering, async ({ viewing, opinion }) => {
      const viewerId = viewerOf(viewing);
      const due = await patiently(() => surveys.due(viewerId, this.showId, 'leave'));
      if (due && opinion) answers.push({ id: due.id, viewerId, opinion });
    });
    await Promise.all(answers.map(({ id, viewerId, opinion }) => this.#answer(id, viewerId, opinion)));
  }

  #answer(surveyId: string, viewerId: string, { score, comment }: { score: number; comment: string | null }) {
    return patiently(() => this.services.surveys.answer(surveyId, viewerId, score, comment));
  }

  /** The host's click, while everybody who is there sits in the room. */
  async #ask({ kind, productId, present }: PlannedWave): Promise<string> {
    const { rooms, surveys } = this.services;
    const { showId } = this;
    const seats = present.map((viewing) => seatOf(viewerOf(viewing)));
    await Promise.all(seats.map((seat) => rooms.join(seat, showId)));
    try {
      return (await patiently(() => surveys.ask(this.host, { showId, kind, productId }))).id;
    } finally {
      await Promise.all(seats.map((seat) => rooms.leave(seat, showId)));
    }
  }
}

/** A viewer's place in a room, with a socket that leads nowhere. */
function seatOf(viewerId: string): Connection {
  const nowhere = { readyState: 'closed', transport: {}, write: () => undefined };
  const socket = { disconnected: false, conn: nowhere, leave: () => Promise.resolve() };
  return {
    socket: socket as unknown as Connection['socket'],
    identity: { kind: 'viewer', viewerId },
    showIds: new Set(),
  };
}
