import { randomUUID } from 'node:crypto';
import { expect, it } from '@jest/globals';
import { mailApi } from '#contracts/mail';
import { eventually, startApi } from '../support/api.ts';

it('keeps mail, and says so, while no mail server is set', async () => {
  delete process.env.SMTP_URL;
  const api = await startApi();
  try {
    const { MailService } = await import('../../apps/api/src/mail/index.ts');
    const owner = await api.staff();
    await api.database.transaction((tx) =>
      api.app.get(MailService).queue(tx, {
        brandId: owner.brandId,
        kind: 'order_paid',
        reference: `order-paid:${randomUUID()}`,
        locale: 'en',
        to: 'haruka@example.jp',
        subject: 'Thank you',
        textBody: 'text',
        htmlBody: '<p>html</p>',
      }),
    );
    const kept = () =>
      eventually(async () => {
        const { mails, hasServer } = await api.call(mailApi.list, { state: 'not_sent' }, owner);
        expect(hasServer).toBe(false);
        return mails[0];
      });
    const mail = await kept();
    expect(mail).toMatchObject({ state: 'not_sent', attempts: 0, sentAt: null, lastError: 'SMTP_URL is not set' });
    // Sent again it is kept again, and does not wait for ever.
    expect(await api.call(mailApi.resend, { id: mail.id }, owner)).toMatchObject({ state: 'queued' });
    expect(await kept()).toMatchObject({ id: mail.id, state: 'not_sent' });
  } finally {
    await api.stop();
  }
});
