import { Injectable } from '@nestjs/common';
import { v7 as uuid } from 'uuid';
import type { Locale } from '#contracts/ids';
import type { MailKind, MailState, MailSummary, Mail as MailView } from '#contracts/mail';
import { AppError } from '#platform/app-error';
import { Database, type Tx } from '../database/index.ts';
import { Mail } from './mail.entity.ts';
import { SendMailJob } from './send-mail.job.ts';
import { SmtpClient } from './smtp.client.ts';

/** What the functions of templates.ts make. */
export interface Letter {
  kind: MailKind;
  locale: Locale;
  subject: string;
  textBody: string;
  htmlBody: string;
}

export interface NewMail extends Letter {
  brandId: string;
  /** What it tells of, such as `order-paid:<order id>`; what follows a second colon tells several of one kind apart. */
  reference: string;
  to: string;
}

@Injectable()
export class MailService {
  constructor(
    private readonly database: Database,
    private readonly smtp: SmtpClient,
    private readonly sender: SendMailJob,
  ) {}

  /** Writes a mail that is sent exactly if this transaction commits. A second one of the same reference changes nothing. */
  async queue(tx: Tx, mail: NewMail): Promise<void> {
    await tx.sql(queueStatement, [queuedRows([mail])]);
    tx.afterCommit(() => this.sender.soon());
  }

  /** The `queueing` part of a statement was committed. */
  tellQueued(): void {
    this.sender.soon();
  }

  /** Newest first, a page at a time: `after` is the last id of the page before. */
  async list(brandId: string, { state, after, limit }: { state?: MailState; after?: string; limit: number }) {
    const { rows } = await this.database.sql<MailRow>(
      `SELECT ${columns} FROM mails
       WHERE brand_id = $1 AND ($2::text IS NULL OR state = $2) AND ($3::uuid IS NULL OR id < $3)
       ORDER BY id DESC LIMIT $4`,
      [brandId, state ?? null, after ?? null, limit + 1],
    );
    const mails = rows.slice(0, limit).map(summary);
    return { mails, next: rows.length > limit ? mails.at(-1)!.id : null, hasServer: this.smtp.hasServer };
  }

  /** Those that tell of one thing, such as an order, oldest first. */
  async about(brandId: string, subjectId: string): Promise<MailSummary[]> {
    const { rows } = await this.database.sql<MailRow>(
      `SELECT ${columns} FROM mails WHERE brand_id = $1 AND split_part(reference, ':', 2) = $2 ORDER BY id`,
      [brandId, subjectId],
    );
    return rows.map(summary);
  }

  /** @throws not_found, for another brand's mail too */
  async get(brandId: string, id: string): Promise<MailView> {
    const { rows } = await this.database.sql<MailRow & { text_body: string }>(
      `SELECT ${columns}, text_body FROM mails WHERE id = $1 AND brand_id = $2`,
      [id, brandId],
    );
    if (!rows[0]) throw new AppError('not_found');
    return { ...summary(rows[0]), text: this.#veiled(rows[0].kind, rows[0].text_body) };
  }

  /** @throws not_found, for another brand's mail too */
  async html(brandId: string, id: string): Promise<string> {
    const mail = await this.database.repository(Mail).findOneBy({ id, brandId });
    if (!mail) throw new AppError('not_found');
    return this.#veiled(mail.kind, mail.htmlBody);
  }

  /** A customer's code is theirs. Where there is no mail server, the back office is the only place where it can be read. */
  #veiled(kind: MailKind, body: string): string {
    return kind === 'sign_in_code' && this.smtp.hasServer ? body.replace(/(?<![#\w])\d{6}(?!\w)/g, '••••••') : body;
  }

  /**
   * Sends it now, whatever became of it. One that had been sent goes out as a new message, which the reader's mailbox does not take for
   * the one that it has.
   * @throws not_found, for another brand's mail too
   */
  async resend(brandId: string, id: string): Promise<MailView> {
    await this.database.transaction(async (tx) => {
      const { count } = await tx.sql(
        `UPDATE mails SET resends = resends + (state = 'sent')::int, state = 'queued', attempts = 0, last_error = NULL, next_at = now(),
           taken_until = NULL
         WHERE id = $1 AND brand_id = $2`,
        [id, brandId],
      );
      if (count === 0) throw new AppError('not_found');
      tx.afterCommit(() => this.sender.soon());
    });
    return this.get(brandId, id);
  }
}

/**
 * Part of a statement that queues mails in the same commit as what they tell of.
 * @param mails SQL of what `queuedRows` has made
 * @param condition without which there is none; the mail's row is `mail`
 */
export const queueing = (mails: string, condition: string) => `
  queued AS (
    INSERT INTO mails (id, brand_id, kind, reference, locale, to_address, subject, text_body, html_body, state)
    SELECT id, brand_id, kind, reference, locale, to_address, subject, text_body, html_body, 'queued'
    FROM json_populate_recordset(NULL::mails, ${mails}) AS mail WHERE ${condition}
    ON CONFLICT ON CONSTRAINT mails_reference_once DO NOTHING
  )`;
const queueStatement = `WITH ${queueing('$1', 'true')} SELECT`;

export function queuedRows(mails: NewMail[]): string {
  return JSON.stringify(
    mails.map((mail) => ({
      id: uuid(),
      brand_id: mail.brandId,
      kind: mail.kind,
      reference: mail.reference,
      locale: mail.locale,
      to_address: oneLine(mail.to),
      subject: oneLine(mail.subject),
      text_body: mail.textBody,
      html_body: mail.htmlBody,
    })),
  );
}

/** Subject and address are headers: a line break in one would begin another. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim();
}

const columns = 'id, kind, reference, locale, to_address, subject, state, attempts, last_error, created_at, sent_at';

interface MailRow {
  id: string;
  kind: MailKind;
  reference: string;
  locale: Locale;
  to_address: string;
  subject: string;
  state: MailState;
  attempts: number;
  last_error: string | null;
  created_at: Date;
  sent_at: Date | null;
}

function summary(row: MailRow): MailSummary {
  return {
    id: row.id,
    kind: row.kind,
    reference: row.reference,
    locale: row.locale,
    to: row.to_address,
    subject: row.subject,
    state: row.state,
    attempts: row.attempts,
    lastError: row.last_error,
    createdAt: row.created_at.toISOString(),
    sentAt: row.sent_at?.toISOString() ?? null,
  };
}
