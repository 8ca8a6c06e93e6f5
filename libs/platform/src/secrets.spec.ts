import { describe, expect, it, jest } from '@jest/globals';

const brand = '0190a000-0000-7000-8000-000000000001';
const secret = '{"secretKey":"sk_test_なぎさ"}';

/** The module as a process with this ENGAWA_SECRET has it. */
async function under(masterSecret: string) {
  jest.resetModules();
  jest.unstable_mockModule('./config.ts', () => ({ config: { secret: masterSecret } }));
  return import('./secrets.ts');
}

describe('a sealed secret', () => {
  const here = () => under('one master secret of at least 32 letters');

  it('opens to what it was, and shows nothing of it', async () => {
    const { seal, unseal } = await here();
    const sealed = seal(secret, brand);
    expect(unseal(sealed, brand)).toBe(secret);
    expect(sealed.includes('sk_test')).toBe(false);
    expect(unseal(seal('', brand), brand)).toBe('');
  });

  it('looks different each time', async () => {
    const { seal } = await here();
    const many = Array.from({ length: 50 }, () => seal(secret, brand).toString('hex'));
    expect(new Set(many.map((one) => one.slice(2, 26))).size).toBe(50);
    expect(new Set(many.map((one) => one.slice(26))).size).toBe(50);
  });

  it('does not open with any of its bytes changed, cut short or grown', async () => {
    const { seal, unseal } = await here();
    const sealed = seal(secret, brand);
    for (let index = 0; index < sealed.length; index += 1) {
      const changed = Buffer.from(sealed);
      changed[index] = changed[index]! ^ 1;
      expect(() => unseal(changed, brand)).toThrow();
    }
    for (let length = 0; length < sealed.length; length += 1) {
      expect(() => unseal(sealed.subarray(0, length), brand)).toThrow();
    }
    expect(() => unseal(Buffer.concat([sealed, Buffer.from([0])]), brand)).toThrow();
  });

  it('does not open for another owner', async () => {
    const { seal, unseal } = await here();
    expect(() => unseal(seal(secret, brand), brand.replace('1', '2'))).toThrow();
  });

  it('does not open under another master secret', async () => {
    const sealed = (await here()).seal(secret, brand);
    const elsewhere = await under('another master secret of at least 32 letters');
    expect(() => elsewhere.unseal(sealed, brand)).toThrow('ENGAWA_SECRET');
    expect((await here()).unseal(sealed, brand)).toBe(secret);
  });
});
