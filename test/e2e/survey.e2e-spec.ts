import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Evening, show } from './drivers/evening.ts';
import { eventually } from './drivers/eventually.ts';
import type { Host } from './drivers/host.ts';
import { desktop } from './drivers/person.ts';
import type { Viewer } from './drivers/viewer.ts';

const csat = { kind: 'csat', brandName: '器の渚', productName: null } as const;
const nps = { ...csat, kind: 'nps' } as const;

let evening: Evening;
let host: Host;
let mio: Viewer;
let ken: Viewer;
beforeAll(async () => {
  evening = await Evening.begin();
  host = await evening.hostOnAir();
  [mio, ken] = await Promise.all([evening.viewer(), evening.viewer(desktop)]);
  await Promise.all([mio.opens(show.slug), ken.opens(show.slug)]);
  await host.seesViewers(2);
}, 240_000);
afterAll(() => evening?.end());

const hostReads = (words: string) => eventually(async () => expect(await host.readsSurvey()).toContain(words));

describe('a survey in the room', () => {
  it('reaches everybody at one press of the host, and is answered at one tap', async () => {
    await host.presses('t');
    await Promise.all([mio.isAsked(csat), ken.isAsked(csat)]);
    await mio.answers('csat', 5);
    await hostReads(host.wordsForAnswers(1, 2));
    await ken.answers('csat', 2);
    await hostReads(host.wordsForAnswers(2, 2));
    await hostReads('50%');
  });

  it('asks nobody twice, and who comes later once', async () => {
    await mio.reloads();
    const late = await evening.viewer();
    await late.opens(show.slug);
    await late.isAsked(csat);
    await late.answers('csat', 4);
    await hostReads(host.wordsForAnswers(3, 3));
    expect(await mio.survey.count()).toBe(0);
    await late.leaves();
  });

  it('makes room for another question', async () => {
    await host.closesSurvey();
    await host.presses('n');
    await Promise.all([mio.isAsked(nps), ken.isAsked(nps)]);
    await mio.answers('nps', 10);
    await hostReads('+100');
    expect(await host.readsSurvey()).toContain(host.wordsForAnswers(1, 2));
  });
});

it('credits who shared with who came', async () => {
  const link = await ken.sharesShow();
  expect(link).toMatch(new RegExp(`/s/${show.slug}\\?via=[a-z0-9]{10}$`));
  const friend = await evening.viewer();
  await friend.page.goto(link);
  await eventually(async () => expect(friend.page.url()).toBe(`${friend.origin}/s/${show.slug}`));
  const marketer = await evening.marketer();
  await marketer.signsIn();
  await eventually(async () => expect(await marketer.readsReferral()).toEqual({ visitors: 1, newVisitors: 1 }));
});

it('nothing failed unnoticed on a page', () => expect(evening.faults).toEqual([]));
