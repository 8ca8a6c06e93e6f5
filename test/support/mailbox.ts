import { once } from 'node:events';
import type { Server } from 'node:net';
import { SMTPServer } from 'smtp-server';

/** A message as it came over the wire. */
export interface Received {
  from: string;
  to: string[];
  raw: string;
}

/** A real SMTP server at a port of its own that keeps what it is given, and refuses what a test tells it to. */
export class Mailbox {
  readonly received: Received[] = [];
  /** How often a recipient was named, refused or not. */
  readonly asked: string[] = [];
  /** Answers to a recipient, used up one at a time; the last one stays when it is `always`. */
  readonly #answers = new Map<string, { code: number; text: string; times: number }>();
  #server: SMTPServer | undefined;

  constructor(readonly port: number) {}

  async open(): Promise<void> {
    this.#server = new SMTPServer({
      disabledCommands: ['AUTH', 'STARTTLS'],
      disableReverseLookup: true,
      onRcptTo: ({ address }, _session, done) => {
        this.asked.push(address);
        const answer = this.#answers.get(address);
        if (!answer || answer.times === 0) return done();
        answer.times -= 1;
        done(Object.assign(new Error(answer.text), { responseCode: answer.code }));
      },
      onData: (stream, { envelope }, done) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          const from = envelope.mailFrom ? envelope.mailFrom.address : '';
          const to = envelope.rcptTo.map(({ address }) => address);
          this.received.push({ from, to, raw: Buffer.concat(chunks).toString('utf8') });
          done();
        });
      },
    });
    // A test ends while a client may still be saying goodbye.
    this.#server.on('error', () => undefined);
    const listening: Server = this.#server.listen(this.port, '127.0.0.1');
    await once(listening, 'listening');
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => (this.#server ? this.#server.close(() => resolve()) : resolve()));
    this.#server = undefined;
  }

  /** The next `times` mails to this address are answered so. */
  refuse(address: string, code: number, text: string, times = Number.POSITIVE_INFINITY): void {
    this.#answers.set(address, { code, text, times });
  }

  to(address: string): Received[] {
    return this.received.filter(({ to }) => to.includes(address));
  }
}

/** Values of a header, unfolded and with its encoded words read. */
export function headersOf({ raw }: Received, name: string): string[] {
  return headerLines(raw)
    .filter((line) => line.toLowerCase().startsWith(`${name.toLowerCase()}:`))
    .map((line) => decodeWords(line.slice(name.length + 1).trim()));
}

export const headerNames = ({ raw }: Received) => headerLines(raw).map((line) => line.split(':')[0]!);

/** The text of the part of this type. */
export function partOf({ raw }: Received, type: string): string {
  const boundary = /boundary="([^"]+)"/.exec(raw)![1]!;
  for (const part of raw.split(`--${boundary}`)) {
    const end = part.indexOf('\r\n\r\n');
    const head = part.slice(0, end);
    if (!head.includes(`Content-Type: ${type}`)) continue;
    const body = part.slice(end + 4);
    if (/base64/i.test(head)) return Buffer.from(body, 'base64').toString('utf8');
    return /quoted-printable/i.test(head) ? decodeQuoted(body.replace(/=\r\n/g, '')) : body;
  }
  throw new Error(`no part of ${type}`);
}

function headerLines(raw: string): string[] {
  return raw
    .slice(0, raw.indexOf('\r\n\r\n'))
    .replace(/\r\n[ \t]+/g, ' ')
    .split('\r\n');
}

function decodeWords(text: string): string {
  return text
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?UTF-8\?([BQ])\?(.*?)\?=/gi, (_, kind: string, word: string) =>
      kind.toUpperCase() === 'B'
        ? Buffer.from(word, 'base64').toString('utf8')
        : decodeQuoted(word.replaceAll('_', ' ')),
    );
}

function decodeQuoted(text: string): string {
  const bytes = text.replace(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
