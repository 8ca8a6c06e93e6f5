import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { identityApi } from '#contracts/identity';
import { insightsApi } from '#contracts/insights';
import { mailApi } from '#contracts/mail';
import { CODE_TRIES, CONSENT_TEXT_VERSION, MAX_ADDRESSES, viewerAccountApi } from '#contracts/viewer-account';
import type { ConsentService as Consents } from '../../apps/api/src/people/index.ts';
import { codeOf, eventually, Refusal, type Api, type Staff, type Viewer } from '../support/api.ts';
import { Shop } from '../support/checkout.ts';
import { MediaStandIn } from '../support/media-stand-in.ts';

let shop: Shop;
let api: Api;
let media: MediaStandIn;
let consents: Consents;
let catchUp: () => Promise<unknown>;
beforeAll(async () => {
  shop = await Shop.open();
  api = shop.api;
  // Not before the api has its settings.
  const { ConsentService } = await import('../../apps/api/src/people/index.ts');
  const { RollupsService } = await import('../../apps/api/src/engagement/index.ts');
  consents = api.app.get(ConsentService);
  catchUp = () => api.app.get(RollupsService).catchUp();
  media = await MediaStandIn.start(api);
  // Looked at before anything happened: the first row of the log must not count as added up already.
  await catchUp();
});
afterEach(() => shop.calm());
afterAll(async () => {
  await media.close();
  await api.stop();
});

let people = 0;
const newAddress = () => `viewer-${(people += 1)}@example.jp`;
const home = {
  country: 'JP',
  postalCode: '154-0017',
  region: '東京都',
  city: '世田谷区',
  line1: '世田谷1-2-3',
  line2: '',
};

const ask = (brandId: string, viewer: Viewer, email: string) =>
  api.call(viewerAccountApi.requestCode, { brandId, email, locale: 'ja' }, viewer);

/** From the newest letter to that address, as its reader would. */
async function codeSentTo(email: string): Promise<string> {
  const { rows } = await api.database.sql<{ text_body: string }>(
    `SELECT text_body FROM mails WHERE to_address = $1 AND kind = 'sign_in_code' ORDER BY id DESC LIMIT 1`,
    [email],
  );
  return /\b\d{6}\b/.exec(rows[0]!.text_body)![0];
}

const enter = (brandId: string, viewer: Viewer, email: string, code: string) =>
  api.call(viewerAccountApi.signIn, { brandId, email, code }, viewer);

/** @returns the browser afterwards: it may be another guest */
async function signIn(brandId: string, viewer: Viewer, email: string): Promise<Viewer> {
  await ask(brandId, viewer, email);
  const { guest } = await enter(brandId, viewer, email, await codeSentTo(email.toLowerCase()));
  return { ...viewer, ...guest, headers: { ...viewer.headers, authorization: `Guest ${guest.token}` } };
}

const stateOf = (brandId: string, viewer: Viewer) => api.call(viewerAccountApi.state, { brandId }, viewer);
const ordersOf = async (brandId: string, viewer: Viewer) =>
  (await api.call(viewerAccountApi.orders, { brandId }, viewer)).orders.map(({ id }) => id);
const wrong = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(6, '0');

async function refusalOf(call: Promise<unknown>): Promise<unknown> {
  const refusal = await call.then(
    () => null,
    (error: unknown) => error,
  );
  if (!(refusal instanceof Refusal)) throw new Error('not refused');
  return { code: refusal.body.code, ...refusal.body.details };
}

describe('a guest on a phone and a buyer on a laptop', () => {
  it('sign in with one address and are one person, until that is undone, and again', async () => {
    const offer = await shop.offer();
    const { brandId } = offer.owner;
    const [phone, laptop, stranger] = await Promise.all([api.viewer(), api.viewer(), api.viewer()]);
    await media.onAir(offer.owner, offer.showId);
    for (const viewer of [phone, laptop]) {
      const client = await api.connect(viewer);
      await client.ask('show.join', { showId: offer.showId });
    }
    const purchase = await shop.hold(offer, 1, laptop);
    const order = await shop.pay(purchase);
    await shop.reaches(order.id, 'paid');

    /** Those who look at once share one reading, for half a second. */
    const viewersAre = (count: number) =>
      eventually(async () => {
        await catchUp();
        const { viewers, buyers } = await api.call(insightsApi.show, { id: offer.showId }, offer.owner);
        return viewers === count && buyers === 1;
      });
    await viewersAre(2);
    expect(await ordersOf(brandId, phone)).toEqual([]);
    expect(await ordersOf(brandId, laptop)).toEqual([order.id]);

    const email = newAddress();
    expect((await signIn(brandId, phone, email)).viewerId).toBe(phone.viewerId);
    expect((await signIn(brandId, laptop, email.toUpperCase())).viewerId).toBe(laptop.viewerId);
    await viewersAre(1);
    expect(await ordersOf(brandId, phone)).toEqual([order.id]);
    expect(await ordersOf(brandId, stranger)).toEqual([]);

    const seen = await api.call(identityApi.get, { personId: phone.viewerId }, offer.owner);
    expect(seen.links.map(({ subject }) => subject.value ?? subject.id).sort()).toEqual(
      [phone.viewerId, laptop.viewerId, email].sort(),
    );
    expect(seen.merges).toHaveLength(1);
    const [merge] = seen.merges;
    expect(merge).toMatchObject({
      source: 'code',
      subjects: [{ id: laptop.viewerId, kind: 'viewer' }],
      with: { kind: 'email', value: email },
      mayRedo: false,
    });

    const { personId } = seen;
    const apart = await api.call(identityApi.undoMerge, { personId, mergeId: merge!.id }, offer.owner);
    expect(apart.links).toHaveLength(2);
    expect(apart.merges[0]).toMatchObject({ undoneBy: 'The owner', mayRedo: true });
    await viewersAre(2);
    expect(await ordersOf(brandId, phone)).toEqual([]);
    expect((await stateOf(brandId, laptop)).account).toBeNull();

    const again = await api.call(identityApi.redoMerge, { personId, mergeId: merge!.id }, offer.owner);
    expect(again.links).toHaveLength(3);
    expect(again.merges.map(({ redoneBy, mayRedo }) => [redoneBy, mayRedo])).toEqual([
      ['The owner', false],
      [null, false],
    ]);
    await viewersAre(1);
    expect((await stateOf(brandId, laptop)).account).toMatchObject({ email });

    const phoneLink = again.links.find(({ subject }) => subject.id === phone.viewerId)!;
    await api.call(identityApi.unlink, { personId, linkId: phoneLink.id }, offer.owner);
    await viewersAre(2);
  });

  it('keep what they saved on every device', async () => {
    const { brandId } = await api.staff();
    const email = newAddress();
    const phone = await signIn(brandId, await api.viewer(), email);
    await api.call(viewerAccountApi.saveProfile, { brandId, name: '佐久間 晴香', phone: '090-0000-0000' }, phone);
    const address = { brandId, name: '佐久間 晴香', phone: '090-0000-0000', address: home };
    await api.call(viewerAccountApi.saveAddress, address, phone);
    const work = { ...address, address: { ...home, line1: '用賀4-5-6' } };
    await api.call(viewerAccountApi.saveAddress, work, phone);
    await api.call(viewerAccountApi.saveAddress, address, phone); // used again: no third one

    const laptop = await signIn(brandId, await api.viewer(), email);
    const { account } = await stateOf(brandId, laptop);
    expect(account).toMatchObject({ email, name: '佐久間 晴香', phone: '090-0000-0000' });
    expect(account!.addresses.map((one) => one.address.line1)).toEqual([home.line1, '用賀4-5-6']);

    const stranger = await signIn(brandId, await api.viewer(), newAddress());
    const { id } = account!.addresses[0]!;
    expect(await codeOf(api.call(viewerAccountApi.removeAddress, { brandId, id }, stranger))).toBe('not_found');
    await api.call(viewerAccountApi.removeAddress, { brandId, id }, laptop);
    expect((await stateOf(brandId, phone)).account!.addresses).toHaveLength(1);
    for (let index = 0; index <= MAX_ADDRESSES; index += 1) {
      await api.call(viewerAccountApi.saveAddress, { ...address, name: `宛名 ${index}` }, phone);
    }
    expect((await stateOf(brandId, phone)).account!.addresses).toHaveLength(MAX_ADDRESSES);
  });
});

describe('a code', () => {
  let brandId: string;
  beforeAll(async () => {
    ({ brandId } = await api.staff());
  });

  it('opens nothing when it is wrong, and nothing at all after five tries', async () => {
    const [viewer, email] = [await api.viewer(), newAddress()];
    await ask(brandId, viewer, email);
    const code = await codeSentTo(email);
    for (let tries = 1; tries <= CODE_TRIES; tries += 1) {
      expect(await refusalOf(enter(brandId, viewer, email, wrong(code)))).toEqual({
        code: 'sign_in_code',
        reason: 'wrong',
        triesLeft: CODE_TRIES - tries,
      });
    }
    const over = { code: 'sign_in_code', reason: 'over' };
    expect(await refusalOf(enter(brandId, viewer, email, code))).toEqual(over);
    expect((await stateOf(brandId, viewer)).account).toBeNull();
    expect(await signIn(brandId, viewer, email)).toMatchObject({ viewerId: viewer.viewerId }); // a fresh one has tries of its own
  });

  it('is good for ten minutes, once, and only until the next one is asked for', async () => {
    const [viewer, email] = [await api.viewer(), newAddress()];
    const over = { code: 'sign_in_code', reason: 'over' };
    await ask(brandId, viewer, email);
    const first = await codeSentTo(email);
    await ask(brandId, viewer, email);
    const second = await codeSentTo(email);
    if (first !== second) {
      expect(await refusalOf(enter(brandId, viewer, email, first))).toMatchObject({ reason: 'wrong' });
    }
    await shop.ahead(599);
    await enter(brandId, viewer, email, second);
    expect(await refusalOf(enter(brandId, viewer, email, second))).toEqual(over);
    await ask(brandId, viewer, email);
    const late = await codeSentTo(email);
    await shop.ahead(599 + 600);
    expect(await refusalOf(enter(brandId, viewer, email, late))).toEqual(over);
  });

  it('is good for the browser, the address and the brand that it was asked for', async () => {
    const [viewer, thief, email] = [await api.viewer(), await api.viewer(), newAddress()];
    const other = await api.staff();
    await ask(brandId, viewer, email);
    const code = await codeSentTo(email);
    const over = { code: 'sign_in_code', reason: 'over' };
    expect(await refusalOf(enter(brandId, thief, email, code))).toEqual(over);
    expect(await refusalOf(enter(other.brandId, viewer, email, code))).toEqual(over);
    expect(await refusalOf(enter(brandId, viewer, newAddress(), code))).toEqual(over);
    expect(await codeOf(ask(viewer.viewerId, viewer, email))).toBe('not_found');
    await enter(brandId, viewer, email, code);
    expect((await stateOf(other.brandId, viewer)).account).toBeNull();
    expect(await codeOf(api.call(viewerAccountApi.state, { brandId }))).toBe('unauthenticated');
  });

  it('entered twice at once opens the account once', async () => {
    const [viewer, email] = [await api.viewer(), newAddress()];
    await ask(brandId, viewer, email);
    const code = await codeSentTo(email);
    const answers = await Promise.allSettled([1, 2, 3, 4].map(() => enter(brandId, viewer, email, code)));
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('makes two browsers at once one person', async () => {
    const email = newAddress();
    const viewers = await Promise.all([api.viewer(), api.viewer(), api.viewer()]);
    const codes: string[] = [];
    for (const viewer of viewers) {
      await ask(brandId, viewer, email);
      codes.push(await codeSentTo(email));
    }
    await Promise.all(viewers.map((viewer, index) => enter(brandId, viewer, email, codes[index]!)));
    const { rows } = await api.database.sql<{ person_id: string }>(
      `SELECT DISTINCT person_id FROM person_links WHERE brand_id = $1 AND subject_id = ANY($2)`,
      [brandId, viewers.map(({ viewerId }) => viewerId)],
    );
    expect(rows).toHaveLength(1);
  });

  it('is asked for a few times only, and the answer is the same for everybody', async () => {
    const [known, unknown] = [newAddress(), newAddress()];
    await signIn(brandId, await api.viewer(), known);
    const viewer = await api.viewer();
    const shape = Object.keys(await ask(brandId, viewer, known));
    expect(Object.keys(await ask(brandId, viewer, unknown))).toEqual(shape);
    for (let index = 0; index < 4; index += 1) await ask(brandId, await api.viewer(), unknown);
    expect(await codeOf(ask(brandId, await api.viewer(), unknown))).toBe('rate_limited');
    expect(await codeOf(ask(brandId, viewer, 'no address'))).toBe('invalid_request');
    expect(await codeOf(enter(brandId, viewer, known, '12345'))).toBe('invalid_request');
  });

  it('can be read in the back office while there is no mail server', async () => {
    const owner = await api.staff();
    const email = newAddress();
    await ask(owner.brandId, await api.viewer(), email);
    const { mails } = await api.call(mailApi.list, {}, owner);
    const mail = await api.call(mailApi.get, { id: mails[0]!.id }, owner);
    expect(mail).toMatchObject({ kind: 'sign_in_code', to: email });
    expect(mail.text).toContain(await codeSentTo(email));
    expect(mail.subject).not.toMatch(/\d{6}/);
  });
});

describe('a shared browser', () => {
  it('keeps two people apart, with and without signing out', async () => {
    const { brandId } = await api.staff();
    const [first, second] = [newAddress(), newAddress()];
    const anna = await signIn(brandId, await api.viewer(), first);

    const ben = await signIn(brandId, anna, second);
    expect(ben.viewerId).not.toBe(anna.viewerId);
    expect((await stateOf(brandId, ben)).account).toMatchObject({ email: second });
    expect((await stateOf(brandId, anna)).account).toMatchObject({ email: first });

    const guest = await api.call(viewerAccountApi.signOut, {}, ben);
    expect(guest.viewerId).not.toBe(ben.viewerId);
    expect((await stateOf(brandId, ben)).account).toBeNull(); // whoever kept the token has nothing by it
    const back = await signIn(brandId, ben, second);
    expect(back.viewerId).not.toBe(ben.viewerId);
    expect((await stateOf(brandId, back)).account).toMatchObject({ email: second });
  });

  it("gives nothing to who types somebody else's address", async () => {
    const offer = await shop.offer();
    const { brandId } = offer.owner;
    const email = newAddress();
    const owner = await signIn(brandId, await api.viewer(), email);
    const purchase = await shop.hold(offer);
    const order = await api.purchase(purchase.buyer, purchase.holdId, purchase.totalAmount, undefined, purchase.key, {
      email,
    });
    await shop.reaches(order.id, 'paid');
    await ask(brandId, purchase.buyer, email); // without reading it
    const claims = await eventually(async () => {
      const seen = await api.call(identityApi.get, { personId: owner.viewerId }, offer.owner);
      return seen.claims.length > 0 ? seen : null;
    });
    expect(claims).toMatchObject({
      links: [{ source: 'code' }, { source: 'code' }],
      claims: [
        {
          subject: { id: purchase.buyer.viewerId },
          with: { value: email },
          source: 'order',
          evidence: { order_id: order.id },
        },
      ],
    });
    expect(await ordersOf(brandId, owner)).toEqual([]);
    expect((await stateOf(brandId, purchase.buyer)).account).toBeNull();
    expect(await codeOf(saving(brandId, purchase.buyer))).toBe('unauthenticated');
  });

  const saving = (brandId: string, viewer: Viewer) =>
    api.call(viewerAccountApi.saveAddress, { brandId, name: 'X', phone: '0900000000', address: home }, viewer);
});

describe('consent', () => {
  const say = (brandId: string, viewer: Viewer, granted: boolean, textVersion = CONSENT_TEXT_VERSION) =>
    api.call(
      viewerAccountApi.saveConsent,
      { brandId, purpose: 'profiling', granted, textVersion, source: 'banner' },
      viewer,
    );

  async function brandOf(mode: string): Promise<Staff> {
    const owner = await api.staff();
    await api.database.sql(`UPDATE brands SET consent_mode = $2 WHERE id = $1`, [owner.brandId, mode]);
    return owner;
  }

  it.each([
    ['none', true, true, true],
    ['opt_in', false, true, false],
    ['opt_out', true, true, false],
  ])('under %s is %s when not asked, %s when given, %s when refused', async (mode, unasked, given, refused) => {
    const { brandId } = await brandOf(mode);
    const viewer = await api.viewer();
    const may = () => consents.mayProfile(brandId, viewer.viewerId);
    expect(await may()).toBe(unasked);
    expect((await say(brandId, viewer, true)).consents).toMatchObject({ mode, profiling: true });
    expect(await may()).toBe(given);
    await say(brandId, viewer, false);
    expect(await may()).toBe(refused);
  });

  it('keeps nothing of who has not agreed, and yet they watch, speak and are counted as watching', async () => {
    const offer = await shop.offer();
    const { brandId } = offer.owner;
    await api.database.sql(`UPDATE brands SET consent_mode = 'opt_in' WHERE id = $1`, [brandId]);
    await media.onAir(offer.owner, offer.showId);
    const [silent, agreed] = [await api.viewer(), await api.viewer()];
    await say(brandId, agreed, true);
    for (const viewer of [silent, agreed]) {
      const client = await api.connect(viewer);
      await client.ask('show.join', { showId: offer.showId });
      await client.ask('show.heartbeat', { showId: offer.showId });
      await client.ask('chat.send', { showId: offer.showId, clientMessageId: randomUUID(), name: 'X', text: 'きれい' });
      await client.ask('interaction.record', {
        ...{ showId: offer.showId, messageId: randomUUID(), productId: offer.productId, name: 'Product Clicked' },
        at: new Date().toISOString(),
      });
    }
    const kept = (viewer: Viewer) =>
      api.database.sql(
        `SELECT name FROM interactions WHERE subject_id = $1 UNION ALL SELECT 'watched' FROM watch_intervals WHERE viewer_id = $1 ORDER BY 1`,
        [viewer.viewerId],
      );
    await eventually(async () => (await kept(agreed)).rows.length === 4);
    expect((await kept(silent)).rows).toEqual([]);
    const { viewersNow } = await api.call(insightsApi.show, { id: offer.showId }, offer.owner);
    expect(viewersNow).toBe(2);
  });

  it("is a person's on all devices, keeps every word with its text, and counts at one brand only", async () => {
    const { brandId } = await brandOf('opt_in');
    const email = newAddress();
    const phone = await signIn(brandId, await api.viewer(), email);
    await say(brandId, phone, true);
    const laptop = await api.viewer();
    expect(await consents.mayProfile(brandId, laptop.viewerId)).toBe(false);
    await signIn(brandId, laptop, email);
    expect(await consents.mayProfile(brandId, laptop.viewerId)).toBe(true);
    await say(brandId, laptop, false);
    expect((await stateOf(brandId, phone)).consents.profiling).toBe(false);
    const { rows } = await api.database.sql(
      `SELECT granted, text_version, source FROM consents WHERE brand_id = $1 ORDER BY at, id`,
      [brandId],
    );
    const word = { text_version: CONSENT_TEXT_VERSION, source: 'banner' };
    expect(rows).toEqual([
      { granted: true, ...word },
      { granted: false, ...word },
    ]);
    expect(await codeOf(say(brandId, phone, true, 'of last year'))).toBe('conflict');
    expect((await stateOf((await api.staff()).brandId, phone)).consents.profiling).toBeNull();
  });
});

describe('the rights of staff', () => {
  it('let owners and marketers of the brand take people apart, nobody else', async () => {
    const owner = await api.staff();
    const viewer = await signIn(owner.brandId, await api.viewer(), newAddress());
    const { links, personId } = await api.call(identityApi.get, { personId: viewer.viewerId }, owner);
    const linkId = links.find(({ subject }) => subject.kind === 'viewer')!.id;
    const unlink = (staff: Staff) => codeOf(api.call(identityApi.unlink, { personId, linkId }, staff));
    expect(await unlink(await api.staff('host', owner.brandId))).toBe('forbidden');
    expect(await unlink(await api.staff())).toBe('not_found');
    expect(await codeOf(api.call(identityApi.get, { personId }, await api.staff()))).toBe('not_found');
    expect(await unlink(await api.staff('marketer', owner.brandId))).toBe('no refusal');
    expect((await stateOf(owner.brandId, viewer)).account).toBeNull();
  });
});
