import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import * as z from 'zod/mini';
import type { MailState } from '#contracts/mail';
import { logger } from '#platform/logger';
import { AccountsService } from '../accounts/index.ts';
import { Database, Sweep } from '../database/index.ts';
import type { Mail } from './mail.entity.ts';
import { SmtpClient, type Outcome } from './smtp.client.ts';

const FIRST_PAUSE_SECONDS = 2;
const LONGEST_PAUSE_SECONDS = 6 * 3600;
/** With these pauses, after about two days. */
const MOST_ATTEMPTS = 16;
/** Mails on their way at one moment. */
const LANES = 2;
/** Longer than the mail client's patience: whoever is at a mail for longer has died. */
const TAKEN_FOR = '3 minutes';
const EVERY_MS = 1_000;
/** Nobody waits for a mail of this very moment, and those of a crowd are found together. */
const SOON_MS = 250;
const UNSENT_BATCH = 500;

const EmailAddress = z.email();

/** Sends the mails that are queued and notes what became of them. The server is never spoken to inside a transaction. */
@Injectable()
export class SendMailJob implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #sweep = new Sweep('mail', EVERY_MS, () => (this.smtp.hasServer ? this.#sendDue() : this.#endDue()));

  constructor(
    private readonly database: Database,
    private readonly accounts: AccountsService,
    private readonly smtp: SmtpClient,
  ) {}

  onApplicationBootstrap(): void {
    this.#sweep.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.#sweep.stop();
  }

  /** A mail was queued. */
  soon(): void {
    this.#sweep.soon(SOON_MS);
  }

  async #sendDue(): Promise<void> {
    await Promise.all(
      Array.from({ length: LANES }, async () => {
        while (!this.#sweep.isStopped) {
          const mail = await this.#take();
          if (!mail) return;
          await this.#send(mail);
        }
      }),
    );
  }

  /** The next that is due, ours alone for a while. */
  async #take(): Promise<DueMail | undefined> {
    const { rows } = await this.database.planned.sql<DueMail>(
      `UPDATE mails SET taken_until = now() + $1::interval
       WHERE id = (SELECT id FROM mails WHERE state = 'queued' AND next_at <= now() AND (taken_until IS NULL OR taken_until < now())
                   ORDER BY next_at LIMIT 1 FOR UPDATE SKIP LOCKED)
       RETURNING ${columns}`,
      [TAKEN_FOR],
    );
    return rows[0];
  }

  async #send(mail: DueMail): Promise<void> {
    if (!isAddress(mail)) return this.#end(mail, 'failed', NO_ADDRESS);
    const { name } = await this.accounts.brand(mail.brandId);
    await this.#note(mail, await this.smtp.send(mail, name));
  }

  /** Without a mail server: they stay to be read in the back office. */
  async #endDue(): Promise<void> {
    for (;;) {
      const { rows } = await this.database.planned.sql<Pick<DueMail, 'id' | 'resends' | 'toAddress'>>(
        `SELECT id, resends, to_address AS "toAddress" FROM mails WHERE state = 'queued' AND next_at <= now() ORDER BY next_at LIMIT $1`,
        [UNSENT_BATCH],
      );
      const wrong = rows.filter((mail) => !isAddress(mail)).map(({ id }) => id);
      if (rows.length > 0) {
        await this.database.planned.sql(
          `UPDATE mails m SET state = CASE WHEN m.id = ANY($3) THEN 'failed' ELSE 'not_sent' END,
             last_error = CASE WHEN m.id = ANY($3) THEN $4 ELSE 'SMTP_URL is not set' END
           FROM unnest($1::uuid[], $2::int[]) AS due (id, resends) WHERE m.id = due.id AND m.state = 'queued' AND m.resends = due.resends`,
          [rows.map(({ id }) => id), rows.map(({ resends }) => resends), wrong, NO_ADDRESS],
        );
      }
      if (rows.length < UNSENT_BATCH) return;
    }
  }

  async #note(mail: DueMail, outcome: Outcome): Promise<void> {
    const attempt = mail.attempts + 1;
    if (outcome.kind === 'sent') {
      // Not while it is being sent once more: that one has its own answer to come.
      await this.database.sql(
        `UPDATE mails SET state = 'sent', attempts = $2, last_error = NULL, sent_at = engawa_now()
         WHERE id = $1 AND state = 'queued' AND resends = $3`,
        [mail.id, attempt, mail.resends],
      );
      return;
    }
    const over = outcome.kind === 'refused' || attempt >= MOST_ATTEMPTS;
    // Without the answer, which names people: staff read it with the mail.
    logger.warn({ mailId: mail.id, attempt }, over ? 'a mail could not be sent' : 'a mail waits for the mail server');
    if (over) {
      await this.#end(mail, 'failed', outcome.error, attempt);
      return;
    }
    await this.database.sql(
      `UPDATE mails SET attempts = $2, last_error = $3, next_at = now() + make_interval(secs => $5), taken_until = NULL
       WHERE id = $1 AND state = 'queued' AND resends = $4`,
      [mail.id, attempt, outcome.error, mail.resends, pauseAfter(attempt)],
    );
  }

  async #end(mail: DueMail, state: MailState, lastError: string, attempts = mail.attempts): Promise<void> {
    await this.database.sql(
      `UPDATE mails SET state = $2, last_error = $3, attempts = $4 WHERE id = $1 AND state = 'queued' AND resends = $5`,
      [mail.id, state, lastError, attempts, mail.resends],
    );
  }
}

function pauseAfter(attempt: number): number {
  return Math.min(FIRST_PAUSE_SECONDS * 4 ** (attempt - 1), LONGEST_PAUSE_SECONDS);
}

type DueMail = Pick<
  Mail,
  'id' | 'brandId' | 'locale' | 'toAddress' | 'subject' | 'textBody' | 'htmlBody' | 'attempts' | 'resends'
>;
const columns = `id, brand_id AS "brandId", locale, to_address AS "toAddress", subject, text_body AS "textBody", html_body AS "htmlBody",
  attempts, resends`;

const NO_ADDRESS = 'not an e-mail address';
const isAddress = ({ toAddress }: Pick<DueMail, 'toAddress'>) => EmailAddress.safeParse(toAddress).success;
