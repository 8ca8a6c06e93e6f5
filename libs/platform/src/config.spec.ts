import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { environmentSchema, parseConfig } from './config.ts';

const production = { NODE_ENV: 'production', ENGAWA_SECRET: 'x'.repeat(32) };

function faultsOf(environment: Record<string, string>): string {
  try {
    parseConfig(environment);
    return 'no faults';
  } catch (error) {
    return (error as Error).message;
  }
}

describe('.env.example', () => {
  const lines = readFileSync(new URL('../../../.env.example', import.meta.url), 'utf8').split('\n');
  const assignments = lines.filter((line) => line !== '' && !line.startsWith('#')).map((line) => line.split('='));

  it('has exactly the variables of the schema', () => {
    const names = assignments.map(([name]) => name);
    expect(names.toSorted()).toEqual(Object.keys(environmentSchema.shape).toSorted());
  });

  it('explains each in the line above it', () => {
    for (const [index, line] of lines.entries()) {
      if (/^[A-Z]/.test(line)) expect([line, lines[index - 1]]).toEqual([line, expect.stringMatching(/^# [^─]/)]);
    }
  });

  it('changes nothing when it is taken as it is', () => {
    expect(parseConfig(Object.fromEntries(assignments) as Record<string, string>)).toEqual(parseConfig({}));
  });
});

describe('parseConfig', () => {
  it('names every fault at once', () => {
    const faults = faultsOf({
      PORT: '70000',
      DATABASE_URL: 'mysql://x',
      ENGAWA_SECRET: 'short',
      STRIPE_SECRET_KEY: 'pk_x',
    });
    for (const name of ['PORT', 'DATABASE_URL', 'ENGAWA_SECRET', 'STRIPE_SECRET_KEY'])
      expect(faults).toContain(`${name}:`);
    expect(faults).toContain('6 fault(s)');
  });

  it('repeats no secret', () => {
    expect(faultsOf({ ENGAWA_SECRET: 'hunter2', STRIPE_SECRET_KEY: 'hunter2' })).not.toContain('hunter2');
  });

  it('takes an empty variable for an absent one', () => {
    expect(parseConfig({ PUBLIC_URL: '', PORT: '' })).toEqual(parseConfig({}));
  });

  it('is frozen', () => {
    const config = parseConfig({});
    expect([Object.isFrozen(config), Object.isFrozen(config.stripe)]).toEqual([true, true]);
  });

  it('refuses in production what is safe only on one’s own machine', () => {
    expect(faultsOf({ NODE_ENV: 'production' })).toContain('ENGAWA_SECRET: required');
    const secret = parseConfig({}).secret;
    expect(faultsOf({ ...production, ENGAWA_SECRET: secret })).toContain('ENGAWA_SECRET: the development default');
    expect(faultsOf({ ...production, STRIPE_SECRET_KEY: 'sk_test_sandbox' })).toContain(
      'STRIPE_SECRET_KEY: the sandbox',
    );
  });

  it('speaks to Stripe itself with a key, and to the sandbox without', () => {
    const keys = {
      STRIPE_SECRET_KEY: 'sk_test_1',
      STRIPE_PUBLISHABLE_KEY: 'pk_test_1',
      STRIPE_WEBHOOK_SECRET: 'whsec_1',
    };
    expect(parseConfig(keys).stripe.apiUrl).toBeUndefined();
    expect(parseConfig({ STRIPE_SANDBOX_PORT: '4002' }).stripe.apiUrl).toBe('http://127.0.0.1:4002');
  });

  it('takes no key of Stripe without the secret that its webhooks are signed with', () => {
    const faults = faultsOf({ STRIPE_SECRET_KEY: 'sk_test_1' });
    expect(faults).toContain('STRIPE_WEBHOOK_SECRET: required');
    expect(faults).toContain('STRIPE_PUBLISHABLE_KEY: required');
  });

  it('sends mail from an address that the server may use, or not at all', () => {
    const smtp = { SMTP_URL: 'smtps://shop:secret@mail.example.jp' };
    expect(faultsOf(smtp)).toContain('MAIL_FROM: required');
    expect(faultsOf({ ...smtp, MAIL_FROM: 'Shop <shop@example.jp>' })).toContain('MAIL_FROM:');
    expect(faultsOf({ MAIL_FROM: 'shop@example.jp', SMTP_URL: 'http://mail.example.jp' })).toContain('SMTP_URL:');
    expect(parseConfig({ ...smtp, MAIL_FROM: 'shop@example.jp' }).mail).toEqual({
      smtpUrl: smtp.SMTP_URL,
      from: 'shop@example.jp',
    });
    expect(parseConfig({}).mail).toBeUndefined();
  });

  it('derives addresses from ports, without a slash at the end', () => {
    const config = parseConfig({ PORT: '4000', HOST: '0.0.0.0', MEDIA_PUBLIC_URL: 'https://media.example.jp//' });
    expect([config.publicUrl, config.apiUrl]).toEqual(['http://localhost:4000', 'http://127.0.0.1:4000']);
    expect(config.mediaPublicUrl).toBe('https://media.example.jp');
  });

  it('has no demo on a database that is not the embedded one', () => {
    expect([parseConfig({ DEMO: '1' }).demo, parseConfig({ DEMO: '1', ENGAWA_EMBEDDED: '1' }).demo]).toEqual([
      false,
      true,
    ]);
  });
});
