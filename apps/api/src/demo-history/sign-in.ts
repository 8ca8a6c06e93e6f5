import { CODE_DIGITS } from '#contracts/viewer-account';
import type { Person } from './crowd.ts';
import type { EveningPlan } from './evening-plan.ts';
import { inParallel } from './parallel.ts';
import type { Services } from './services.ts';

/** Some buyers sign in by a code from their mailbox; those with two browsers do on each, and are one person from then on. */
export class SignIn {
  readonly #signedIn = new Set<string>();

  constructor(
    private readonly services: Services,
    private readonly brandId: string,
  ) {}

  /** @returns how many browsers */
  async afterwards({ purchases }: EveningPlan): Promise<number> {
    const browsers = purchases
      .filter(({ person }) => person.signsIn)
      .map(({ person, device }) => ({ person, viewerId: person.viewerIds[device]! }))
      .filter(({ viewerId }) => !this.#signedIn.has(viewerId));
    await inParallel(browsers, async ({ person, viewerId }) => {
      await this.#signIn(person, viewerId);
      this.#signedIn.add(viewerId);
    });
    return browsers.length;
  }

  async #signIn({ contact: { email }, locale }: Person, viewerId: string): Promise<void> {
    const { signIn, database } = this.services;
    const asking = { brandId: this.brandId, viewerId, email };
    await signIn.requestCode(asking, locale);
    const { rows } = await database.sql<{ text: string }>(
      `SELECT m.text_body AS text FROM sign_in_codes c JOIN mails m ON m.reference = 'sign-in-code:' || c.id
       WHERE c.brand_id = $1 AND c.viewer_id = $2 AND m.to_address = $3 ORDER BY m.id DESC LIMIT 1`,
      [this.brandId, viewerId, email],
    );
    const [code] = new RegExp(`\\b\\d{${CODE_DIGITS}}\\b`).exec(rows[0]!.text)!;
    await signIn.signIn(asking, code);
  }
}
