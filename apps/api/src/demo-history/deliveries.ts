import type { Random } from '#insight/simulate';
import type { Person } from './crowd.ts';
import type { Purchase } from './evening-plan.ts';
import type { Opinions } from './opinions.ts';
import { patiently } from './patience.ts';
import type { Services } from './services.ts';
import { viewerOf } from './visitors.ts';

const ANSWERS_MAIL = 0.24;

/** Mails that ask whose parcel has come, and the buyers who follow the link in them. */
export class Deliveries {
  readonly #buyers = new Map<string, Person>();
  #lastMail = '00000000-0000-0000-0000-000000000000';

  constructor(
    private readonly services: Services,
    private readonly brandId: string,
    private readonly opinions: Opinions,
    private readonly random: Random,
  ) {}

  expect(purchases: Purchase[]): void {
    for (const purchase of purchases) this.#buyers.set(viewerOf(purchase), purchase.person);
  }

  /** Whose parcel has come: as the hourly job does. @returns how many */
  async ask(): Promise<number> {
    let asked = 0;
    for (let more = -1; more !== 0; asked += more) {
      more = await patiently(() => this.services.afterDelivery.askAll());
    }
    return asked;
  }

  /** Those who were asked since the last time open their mail; some answer. @param reached share of the history that is over */
  async answer(reached: number): Promise<void> {
    const { database, surveys } = this.services;
    const { rows } = await database.sql<{ id: string; viewerId: string; text: string }>(
      `SELECT id, split_part(reference, ':', 3) AS "viewerId", text_body AS text FROM mails
       WHERE brand_id = $1 AND id > $2 AND kind = 'survey' ORDER BY id`,
      [this.brandId, this.#lastMail],
    );
    this.#lastMail = rows.at(-1)?.id ?? this.#lastMail;
    const letters = rows
      .flatMap(({ viewerId, text }) => {
        const person = this.#buyers.get(viewerId);
        return person ? [{ person, token: /\/survey\/([\w.-]+)/.exec(text)![1]! }] : [];
      })
      .sort((a, b) => a.person.number - b.person.number)
      .filter(() => this.random() < ANSWERS_MAIL)
      .map(({ token }) => ({ token, opinion: this.opinions.recommendation(reached) }));
    await Promise.all(
      letters.map(async ({ token, opinion }) => {
        const { survey, subjectId } = await patiently(() => surveys.byLink(token));
        await patiently(() => surveys.answer(survey.id, subjectId, opinion.score, opinion.comment));
      }),
    );
  }
}
