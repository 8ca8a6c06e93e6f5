import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Evening, show } from './drivers/evening.ts';
import type { Host } from './drivers/host.ts';
import { desktop, phone } from './drivers/person.ts';
import type { Viewer } from './drivers/viewer.ts';

let evening: Evening;
let host: Host;
let mio: Viewer;
let ken: Viewer;
beforeAll(async () => {
  evening = await Evening.begin();
  host = await evening.hostOnAir();
  [mio, ken] = await Promise.all([evening.viewer(phone), evening.viewer({ ...desktop, still: true })]);
  ken.name = 'Ken';
  for (const viewer of [mio, ken]) await viewer.opens(show.slug);
  await Promise.all([mio.seesPictureAfter(0), ken.seesPictureAfter(0)]);
}, 240_000);
afterAll(() => evening?.end());

const everybody = () => [host, mio, ken];

describe('chat both ways', () => {
  it('shows an own message at once, first as being sent', async () => {
    const seen = await mio.watchesChat();
    await mio.hasSaid('電子レンジで使えますか');
    const [sending, sent] = (await seen()).filter((line) => line.includes('電子レンジ'));
    expect(sending).toContain(mio.wordForSending);
    expect(sent).not.toContain(mio.wordForSending);
  });

  it('carries the question to the host and the answer to everybody', async () => {
    await host.reads('電子レンジで使えますか');
    await host.says('はい、急須のほかは使えます');
    for (const viewer of [mio, ken]) await viewer.readsFromHost('はい、急須のほかは使えます');
    await ken.says('Good to know, thank you');
    for (const person of everybody()) await person.reads('Good to know, thank you');
  });

  it('lets a key of the host put an offer on every screen, and 0 take it off', async () => {
    await host.presses('3');
    for (const person of everybody()) await person.seesPinned('月白のマグ');
    await host.presses('1');
    for (const person of everybody()) await person.seesPinned('灰釉の湯のみ');
    await host.presses('0');
    for (const person of everybody()) await person.seesNothingPinned();
  });

  it('counts the hearts of others', async () => {
    await mio.givesHearts(3);
    await ken.seesHearts(3);
  });

  it('tells a viewer who is muted, and lets nothing of theirs through until they are not', async () => {
    await host.mutes('Good to know, thank you');
    await ken.isMuted();
    await mio.says('わたしは書けます');
    await host.reads('わたしは書けます');
    await host.unmutes('Good to know, thank you');
    await ken.isUnmuted();
    await ken.says('I am back');
    for (const person of everybody()) await person.reads('I am back');
  });

  it('takes a deleted message off every screen', async () => {
    await host.deletes('わたしは書けます');
    for (const viewer of [mio, ken]) {
      await viewer.readsOfDeletion();
      expect(await viewer.line('わたしは書けます').count()).toBe(0);
    }
  });

  it('shows the same history after a reload', async () => {
    const said = [
      'みお: 電子レンジで使えますか',
      '早川: はい、急須のほかは使えます',
      'Ken: Good to know, thank you',
      'Ken: I am back',
    ];
    expect(await mio.messages()).toEqual(said);
    await mio.reloads();
    await mio.reads('I am back');
    expect(await mio.messages()).toEqual(said);
    await mio.says('読み直しました');
    await ken.reads('読み直しました');
  });

  it('reads after a cut what was said meanwhile, without a hole and without a double', async () => {
    const said = [1, 2, 3, 4, 5].map((count) => `器の話 その${count}`);
    await ken.losesNetwork();
    await ken.noticesLostNetwork();
    for (const text of said) await host.says(text);
    await mio.reads(said.at(-1)!);
    expect(await ken.line('器の話').count()).toBe(0);
    await ken.regainsNetwork();
    await ken.catchesUp(said.length);
    await host.says('器の話 おわり');
    await ken.reads('器の話 おわり');
    const read = (await ken.messages()).filter((message) => message.includes('器の話'));
    expect(read).toEqual([...said, '器の話 おわり'].map((text) => `早川: ${text}`));
  });
});

it('nothing failed unnoticed on a page', () => expect(evening.faults).toEqual([]));
