import { Injectable, type OnModuleInit } from '@nestjs/common';
import * as z from 'zod/mini';
import { Id } from '#contracts/ids';
import type { MailState } from '#contracts/mail';
import { logger } from '#platform/logger';
import { validate } from '#platform/validate';
import { AccountsService } from '../accounts/index.ts';
import { Database, Jobs, type Tx } from '../database/index.ts';
import { Mail } from './mail.entity.ts';
import { SmtpClient, type Outcome } from './smtp.client.ts';

const FIRST_PAUSE_SECONDS = 2;
const LONGEST_PAUSE_SECONDS = 6 * 3600;
/** With these pauses, after about two days. */
const MOST_ATTEMPTS = 16;
/** At most this many workers are busy with mail: a server that answers slowly must not keep payments from being settled. */
const LANES = 2;

const EmailAddress = z.email();

/** Sends one mail and notes what became of it. The server is never spoken to inside a transaction. */
@Injectable()
export class SendMailJob implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly jobs: Jobs,
    private readonly accounts: AccountsService,
    private readonly smtp: SmtpClient,
  ) {}

  onModuleInit(): void {
    this.jobs.register('send-mail', (payload) => this.send(validate(z.object({ mailId: Id }), payload).mailId));
  }

  async send(mailId: string): Promise<void> {
    const mail = await this.database.repository(Mail).findOneBy({ id: mailId });
    if (mail?.state !== 'queued') return;
    if (!EmailAddress.safeParse(mail.toAddress).success) return this.#end(mail, 'failed', 'not an e-mail address');
    if (!this.smtp.hasServer) return this.#end(mail, 'not_sent', 'SMTP_URL is not set');
    const { name } = await this.accounts.brand(mail.brandId);
    await this.#note(mail, await this.smtp.send(mail, name));
  }

  async #note(mail: Mail, outcome: Outcome): Promise<void> {
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
    await this.database.transaction(async (tx) => {
      const { count } = await tx.sql(
        `UPDATE mails SET attempts = $2, last_error = $3 WHERE id = $1 AND state = 'queued' AND resends = $4`,
        [mail.id, attempt, outcome.error, mail.resends],
      );
      if (count > 0) await planSending(tx, mail.id, pauseAfter(attempt));
    });
  }

  async #end(mail: Mail, state: MailState, lastError: string, attempts = mail.attempts): Promise<void> {
    await this.database.sql(
      `UPDATE mails SET state = $2, last_error = $3, attempts = $4 WHERE id = $1 AND state = 'queued' AND resends = $5`,
      [mail.id, state, lastError, attempts, mail.resends],
    );
  }
}

function pauseAfter(attempt: number): number {
  return Math.min(FIRST_PAUSE_SECONDS * 4 ** (attempt - 1), LONGEST_PAUSE_SECONDS);
}

/** A job that waits already is replaced. */
export async function planSending(tx: Tx, mailId: string, delaySeconds = 0): Promise<void> {
  const lane = `mail-${Number.parseInt(mailId.slice(-2), 16) % LANES}`;
  await tx.addJob('send-mail', { mailId }, { delaySeconds, key: `send-mail:${mailId}`, lane });
}
