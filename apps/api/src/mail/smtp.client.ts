import { Injectable } from '@nestjs/common';
import { createTransport } from 'nodemailer';
import type { NodemailerError } from 'nodemailer/lib/errors';
import { config } from '#platform/config';
import type { Mail } from './mail.entity.ts';

/** refused: the server will never take it · away: it may, later */
export type Outcome = { kind: 'sent' } | { kind: 'refused' | 'away'; error: string };

/** Well below the time after which a mail is taken for nobody's: see send-mail.job.ts. */
const PATIENCE_MS = 120_000;

type OutgoingMail = Pick<Mail, 'id' | 'locale' | 'toAddress' | 'subject' | 'textBody' | 'htmlBody' | 'resends'>;

@Injectable()
export class SmtpClient {
  readonly #server = config.mail && {
    from: config.mail.from,
    transport: createTransport({
      url: config.mail.smtpUrl,
      connectionTimeout: 10_000,
      greetingTimeout: 30_000,
      socketTimeout: 60_000,
      disableFileAccess: true,
      disableUrlAccess: true,
    }),
  };

  get hasServer(): boolean {
    return this.#server !== undefined;
  }

  /** Hands the mail to the server. Its Message-ID is the same each time, so that a mail that comes twice is shown once. */
  async send(mail: OutgoingMail, fromName: string): Promise<Outcome> {
    if (!this.#server) throw new Error('there is no mail server');
    const { transport, from } = this.#server;
    const copy = mail.resends === 0 ? '' : `.${mail.resends}`;
    try {
      await transport.sendMail({
        // As parts and not as a line to be parsed: what a name or an address holds cannot become another recipient.
        from: { name: fromName, address: from },
        to: { name: '', address: mail.toAddress },
        envelope: { from, to: [mail.toAddress] },
        subject: mail.subject,
        text: mail.textBody,
        html: mail.htmlBody,
        messageId: `<${mail.id}${copy}@${from.split('@').at(-1)}>`,
        headers: { 'Auto-Submitted': 'auto-generated', 'Content-Language': mail.locale },
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      return { kind: 'sent' };
    } catch (error) {
      return { kind: isRefusal(error as NodemailerError) ? 'refused' : 'away', error: wordsOf(error) };
    }
  }
}

/** A 5xx about this mail. One about us, a wrong password above all, is mended by the operator, and the mail waits for that. */
function isRefusal({ permanent, code }: NodemailerError): boolean {
  return permanent === true && (code === 'EENVELOPE' || code === 'EMESSAGE');
}

function wordsOf(error: unknown): string {
  const { response, message } = error as NodemailerError;
  return (response ?? message).replace(/\s+/g, ' ').trim().slice(0, 500);
}
