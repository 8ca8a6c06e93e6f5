import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mailApi, mailPagePath } from '#contracts/mail';
import { codeOf, eventually, startApi, type Api, type Staff } from '../support/api.ts';
import { headerNames, headersOf, Mailbox, partOf } from '../support/mailbox.ts';
import { freePorts } from '../support/ports.ts';

let mailbox: Mailbox;
let api: Api;
let owner: Staff;
beforeAll(async () => {
  mailbox = new Mailbox((await freePorts(1))[0]!);
  await mailbox.open();
  Object.assign(process.env, { SMTP_URL: `smtp://127.0.0.1:${mailbox.port}`, MAIL_FROM: 'orders@shop.example.jp' });
  api = await startApi();
  owner = await api.staff();
});
afterAll(async () => {
  await api.stop();
  await mailbox.close();
});

const newAddress = () => `${randomUUID()}@example.jp`;
const newMail = (overrides: object = {}) => ({
  brandId: owner.brandId,
  kind: 'order_paid' as const,
  reference: `order-paid:${randomUUID()}`,
  locale: 'ja' as const,
  to: newAddress(),
  subject: 'ご注文ありがとうございます',
  textBody: 'お支払いを確認しました。\n',
  htmlBody: '<p style="color:#14191b">お支払いを確認しました。</p>\n',
  ...overrides,
});

/** @returns the id of the mail of this reference, whoever queued it first */
/** @param attempts made already: set before the job can see the mail */
async function queue(mail: ReturnType<typeof newMail>, attempts?: number): Promise<string> {
  const { MailService } = await import('../../apps/api/src/mail/index.ts');
  await api.database.transaction(async (tx) => {
    await api.app.get(MailService).queue(tx, mail);
    if (attempts) await tx.sql(`UPDATE mails SET attempts = $2 WHERE reference = $1`, [mail.reference, attempts]);
  });
  const { rows } = await api.database.sql<{ id: string }>(`SELECT id FROM mails WHERE reference = $1`, [
    mail.reference,
  ]);
  return rows[0]!.id;
}

const read = (id: string, staff = owner) => api.call(mailApi.get, { id }, staff);
const inState = (id: string, state: string) =>
  eventually(async () => {
    const mail = await read(id);
    return mail.state === state ? mail : null;
  });
/** No work is left but that whose time has not come: what was not sent by now will not be. */
const idle = () =>
  eventually(async () => {
    const { rows } = await api.database.sql(`SELECT 1 FROM mails WHERE state = 'queued' AND next_at <= now()`);
    return rows.length === 0;
  });

describe('a mail', () => {
  it('is delivered once though it was queued twice, and by two at once', async () => {
    const mail = newMail();
    const ids = await Promise.all([queue(mail), queue(mail)]);
    expect(await queue({ ...mail, subject: 'another' })).toBe(ids[0]);
    expect(await inState(ids[0]!, 'sent')).toMatchObject({ attempts: 1, lastError: null, to: mail.to });
    await idle();
    const [message, ...others] = mailbox.to(mail.to);
    expect(others).toEqual([]);
    expect(message).toMatchObject({ from: 'orders@shop.example.jp', to: [mail.to] });
    expect(headersOf(message!, 'From')).toEqual(['Test brand <orders@shop.example.jp>']);
    expect(headersOf(message!, 'Subject')).toEqual([mail.subject]);
    expect(headersOf(message!, 'Message-ID')).toEqual([`<${ids[0]}@shop.example.jp>`]);
    expect(partOf(message!, 'text/plain').trim()).toBe(mail.textBody.trim());
    expect(partOf(message!, 'text/html').trim()).toBe(mail.htmlBody.trim());
  });

  it('is not sent of what was rolled back', async () => {
    const mail = newMail();
    const { MailService } = await import('../../apps/api/src/mail/index.ts');
    const rolledBack = api.database.transaction(async (tx) => {
      await api.app.get(MailService).queue(tx, mail);
      throw new Error('no');
    });
    await expect(rolledBack).rejects.toThrow('no');
    const next = await queue(newMail());
    await inState(next, 'sent');
    expect(mailbox.to(mail.to)).toEqual([]);
  });

  it('is the same message when the answer to it was lost and it is sent again', async () => {
    const mail = newMail();
    const id = await queue(mail);
    await inState(id, 'sent');
    // As after a crash between the server's answer and our note of it.
    await api.database.sql(`UPDATE mails SET state = 'queued', sent_at = NULL, taken_until = now() WHERE id = $1`, [
      id,
    ]);
    await inState(id, 'sent');
    const ids = mailbox.to(mail.to).map((message) => headersOf(message, 'Message-ID'));
    expect(ids).toEqual([[`<${id}@shop.example.jp>`], [`<${id}@shop.example.jp>`]]);
  });

  it('waits while the server is away, with growing pauses, and goes out when it is back', async () => {
    await mailbox.close();
    const mail = newMail();
    const id = await queue(mail);
    const waiting = await eventually(async () => {
      const seen = await read(id);
      return seen.attempts > 1 ? seen : null;
    });
    expect(waiting).toMatchObject({
      state: 'queued',
      sentAt: null,
      lastError: expect.stringContaining('ECONNREFUSED'),
    });
    const { rows } = await api.database.sql<{ seconds: number }>(
      `SELECT extract(epoch FROM next_at - now())::float8 AS seconds FROM mails WHERE id = $1`,
      [id],
    );
    const pause = 2 * 4 ** (waiting.attempts - 1);
    expect(rows[0]!.seconds).toBeLessThanOrEqual(pause);
    expect(rows[0]!.seconds).toBeGreaterThan(pause / 4);
    await mailbox.open();
    expect(await inState(id, 'sent')).toMatchObject({ attempts: waiting.attempts + 1, lastError: null });
    expect(mailbox.to(mail.to)).toHaveLength(1);
  });

  it('is tried again when the server puts it off', async () => {
    const mail = newMail();
    mailbox.refuse(mail.to, 451, '4.7.1 Greylisted, come back later', 1);
    const id = await queue(mail);
    const waiting = await eventually(async () => {
      const seen = await read(id);
      return seen.attempts === 1 ? seen : null;
    });
    expect(waiting).toMatchObject({ state: 'queued', lastError: expect.stringContaining('Greylisted') });
    expect(await inState(id, 'sent')).toMatchObject({ attempts: 2 });
    expect(mailbox.to(mail.to)).toHaveLength(1);
  });

  it('has failed when the server refuses it for good, in its words', async () => {
    const mail = newMail();
    mailbox.refuse(mail.to, 550, '5.1.1 No such mailbox here');
    const id = await queue(mail);
    expect(await inState(id, 'failed')).toMatchObject({
      attempts: 1,
      lastError: expect.stringContaining('550 5.1.1 No such mailbox here'),
    });
    await idle();
    expect(mailbox.asked.filter((address) => address === mail.to)).toHaveLength(1);
  });

  it('has failed when the server put it off too often', async () => {
    const mail = newMail();
    mailbox.refuse(mail.to, 451, '4.3.2 Not now');
    const id = await queue(mail, 15);
    expect(await inState(id, 'failed')).toMatchObject({ attempts: 16, lastError: expect.stringContaining('Not now') });
  });
});

describe('what people typed', () => {
  it('cannot become a header', async () => {
    const subject = 'Hello\r\nBcc: everybody@example.jp\r\n\r\nBody\u2028\u0000\t';
    await api.database.sql(`UPDATE brands SET name = $2 WHERE id = $1`, [
      owner.brandId,
      'Shop\r\nReply-To: thief@example.jp <a@b.jp>, "x',
    ]);
    const mail = newMail({ subject: subject.replace('\u0000', '') });
    await inState(await queue(mail), 'sent');
    const [message] = mailbox.to(mail.to);
    expect(message!.to).toEqual([mail.to]);
    expect(headersOf(message!, 'Subject')).toEqual(['Hello Bcc: everybody@example.jp Body']);
    const allowed = ['From', 'To', 'Subject', 'Message-ID', 'Auto-Submitted', 'Content-Language', 'Date'];
    expect(headerNames(message!).toSorted()).toEqual([...allowed, 'Content-Type', 'MIME-Version'].toSorted());
    expect(headersOf(message!, 'From')[0]).toMatch(/<orders@shop\.example\.jp>$/);
  });

  it.each([
    ['a line break', 'a@example.jp\r\nRCPT TO:<b@example.jp>'],
    ['a second address', 'a@example.jp, b@example.jp'],
    ['a name', 'A <a@example.jp>'],
    ['nothing', ''],
  ])('is no address with %s in it', async (_, to) => {
    const before = mailbox.received.length;
    const id = await queue(newMail({ to }));
    expect(await inState(id, 'failed')).toMatchObject({ attempts: 0, lastError: 'not an e-mail address' });
    expect(mailbox.received).toHaveLength(before);
  });

  it('is kept out of the headers by the database as well', async () => {
    const id = await queue(newMail());
    for (const column of ['subject', 'to_address']) {
      const broken = api.database.sql(`UPDATE mails SET ${column} = $2 WHERE id = $1`, [id, 'a\nb']);
      await expect(broken).rejects.toThrow(`mails_${column}_one_line`);
    }
  });
});

describe('staff', () => {
  it('see the newest first, by page and by state', async () => {
    owner = await api.staff();
    const failing = newMail();
    mailbox.refuse(failing.to, 550, 'no');
    const ids: string[] = [];
    for (const mail of [newMail(), failing, newMail(), newMail()]) ids.push(await queue(mail));
    await inState(ids[1]!, 'failed');
    await inState(ids[3]!, 'sent');
    const first = await api.call(mailApi.list, { limit: 3 }, owner);
    expect(first.mails.map(({ id }) => id)).toEqual([ids[3], ids[2], ids[1]]);
    expect(first).toMatchObject({ next: ids[1], hasServer: true });
    const second = await api.call(mailApi.list, { limit: 3, after: first.next! }, owner);
    expect([second.mails.map(({ id }) => id), second.next]).toEqual([[ids[0]], null]);
    const failed = await api.call(mailApi.list, { state: 'failed' }, owner);
    expect(failed.mails.map(({ id }) => id)).toEqual([ids[1]]);
  });

  it('read one as text, and as a page that may do nothing', async () => {
    const id = await queue(newMail());
    expect(await read(id)).toMatchObject({ id, text: 'お支払いを確認しました。\n', kind: 'order_paid' });
    const page = await fetch(`${api.url}${mailPagePath(id)}`, { headers: owner.headers });
    expect(await page.text()).toContain('お支払いを確認しました。');
    expect(page.headers.get('content-security-policy')).toMatch(/^sandbox; default-src 'none';/);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
  });

  it('send a failed one again, as the same message; and one that was sent, as another', async () => {
    const mail = newMail();
    mailbox.refuse(mail.to, 550, 'mailbox full', 1);
    const id = await queue(mail);
    await inState(id, 'failed');
    expect(await api.call(mailApi.resend, { id }, owner)).toMatchObject({ state: 'queued', lastError: null });
    await inState(id, 'sent');
    await api.call(mailApi.resend, { id }, owner);
    await eventually(() => mailbox.to(mail.to).length === 2);
    await inState(id, 'sent');
    const ids = mailbox.to(mail.to).flatMap((message) => headersOf(message, 'Message-ID'));
    expect(ids).toEqual([`<${id}@shop.example.jp>`, `<${id}.1@shop.example.jp>`]);
  });

  const asks: [string, (id: string, staff: Staff) => Promise<unknown>][] = [
    ['read', (id, staff) => api.call(mailApi.get, { id }, staff)],
    ['send again', (id, staff) => api.call(mailApi.resend, { id }, staff)],
    [
      'open',
      async (id, { headers }) => {
        const { Refusal } = await import('../support/api.ts');
        const response = await fetch(`${api.url}${mailPagePath(id)}`, { headers });
        if (!response.ok) throw new Refusal(response.status, (await response.json()) as never);
      },
    ],
  ];
  it.each(asks)('of another brand find nothing to %s', async (_, ask) => {
    const id = await queue(newMail());
    await inState(id, 'sent');
    expect(await codeOf(ask(id, await api.staff()))).toBe('not_found');
    expect(await codeOf(ask(randomUUID(), owner))).toBe('not_found');
    expect(await read(id)).toMatchObject({ state: 'sent', attempts: 1 });
  });

  it.each([...asks, ['list', (_: string, staff: Staff) => api.call(mailApi.list, {}, staff)] as const])(
    'are owners and hosts who %s mails',
    async (_, ask) => {
      const id = await queue(newMail());
      for (const [role, code] of [
        ['owner', 'no refusal'],
        ['host', 'no refusal'],
        ['moderator', 'forbidden'],
        ['marketer', 'forbidden'],
      ] as const) {
        expect([role, await codeOf(ask(id, await api.staff(role, owner.brandId)))]).toEqual([role, code]);
      }
      const guest = { ...owner, headers: (await api.viewer()).headers };
      expect(await codeOf(ask(id, guest))).toBe('unauthenticated');
    },
  );

  it('of another brand have a list of their own', async () => {
    await queue(newMail());
    expect((await api.call(mailApi.list, {}, await api.staff())).mails).toEqual([]);
  });
});
