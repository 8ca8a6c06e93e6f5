import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { useStageText } from '../../apps/web/src/stage/texts.ts';
import { useGuestDeskText } from '../../apps/web/src/studio/guests/texts.ts';
import { Evening, show } from './drivers/evening.ts';
import { eventually } from './drivers/eventually.ts';
import type { Guest } from './drivers/guest.ts';
import type { Host } from './drivers/host.ts';
import type { Viewer } from './drivers/viewer.ts';
import { desktop } from './drivers/person.ts';
import { readClock } from '../support/barcode.ts';
import { measured } from '../support/measured.ts';

const NAME = '結衣';
let evening: Evening;
let host: Host;
let guest: Guest;
let viewer: Viewer;
let smooth: Viewer;
beforeAll(async () => {
  evening = await Evening.begin();
  [host, guest, viewer] = await Promise.all([evening.hostOnAir(), evening.guest(), evening.viewer()]);
  await viewer.opens(show.slug);
  await viewer.seesPictureAfter(Date.now());
}, 240_000);
afterAll(() => evening?.end());

const desk = () => host.page.getByRole('region', { name: host.wordsOf(useGuestDeskText).guests });
const onViewersPage = () => {
  const { pictureOf } = viewer.wordsOf(useStageText);
  return viewer.page.getByLabel(pictureOf({ name: NAME }));
};
/** Two looks at one picture; it moves when the second was drawn later. */
const moves = () =>
  eventually(async () => {
    const first = await onViewersPage().evaluate(readClock);
    expect(first).not.toBeNull();
    await eventually(async () => expect(await onViewersPage().evaluate(readClock)).toBeGreaterThan(first!));
  });
const isHeard = async () => {
  const before = await viewer.soundPackets(onViewersPage());
  await sleep(300);
  return (await viewer.soundPackets(onViewersPage())) > before;
};

describe('a guest', () => {
  it('comes by a link, and is seen by the host alone', async () => {
    const t = host.wordsOf(useGuestDeskText);
    await desk().getByRole('button', { name: t.invite }).click();
    await host.page.getByLabel(t.name).fill(NAME);
    await host.page.getByRole('button', { name: t.makeLink }).click();
    const link = await host.page.getByLabel(t.link, { exact: true }).inputValue();
    await host.page.keyboard.press('Escape');
    await guest.opens(link);
    await guest.entersWaitingRoom();
    const preview = desk().getByLabel(t.pictureOf(NAME));
    await eventually(async () => expect(await preview.evaluate(readClock)).toBeGreaterThan(0));
    expect(await onViewersPage().count()).toBe(0);
  });

  it('is taken on air, and two pictures move at the viewer', async () => {
    const t = host.wordsOf(useGuestDeskText);
    await desk().getByRole('button', { name: t.takeOn, exact: true }).click();
    await guest.isOnAir();
    await moves();
    const before = Date.now();
    expect(await viewer.seesPictureAfter(before)).toBeGreaterThan(before);
  });

  it('is large, and the picture of who watches by LL-HLS, when the host makes them so', async () => {
    const t = host.wordsOf(useGuestDeskText);
    smooth = await evening.viewer(desktop);
    await smooth.opens(show.slug);
    await smooth.choosesSmooth();
    await eventually(async () => expect(await smooth.ground()).toBe('grey'));
    const large = desk().getByRole('button', { name: t.large(NAME) });
    const at = Date.now();
    await large.click();
    await eventually(async () => expect(await smooth.ground()).toBe('blue'));
    measured(`who watches by LL-HLS sees the guest ${Date.now() - at} ms after the host's choice`);
    expect(await smooth.seesPictureAfter(at)).toBeGreaterThan(at);
    expect(await large.getAttribute('aria-pressed')).toBe('true');
    await large.click();
    await eventually(async () => expect(await smooth.ground()).toBe('grey'));
  });

  it('is muted by the host, which they and the viewers read, and heard again', async () => {
    const mute = desk().getByRole('button', { name: host.wordsOf(useGuestDeskText).mute(NAME) });
    const sign = viewer.page.getByTestId('guests').getByLabel(viewer.wordsOf(useStageText).muted);
    await eventually(async () => expect(await isHeard()).toBe(true));
    await mute.click();
    await guest.isToldOfMute();
    await sign.waitFor();
    await eventually(async () => expect(await isHeard()).toBe(false));
    await mute.click();
    await sign.waitFor({ state: 'detached' });
    await eventually(async () => expect(await isHeard()).toBe(true));
  });

  it('is the picture of LL-HLS while they are the one who speaks', async () => {
    const follow = desk().getByRole('checkbox', { name: host.wordsOf(useGuestDeskText).followSpeaker });
    await host.page.getByRole('button', { name: host.t.mute }).click();
    await follow.click();
    await eventually(async () => expect(await smooth.ground()).toBe('blue'));
    await follow.click();
    await eventually(async () => expect(await smooth.ground()).toBe('grey'));
    await host.page.getByRole('button', { name: host.t.mute }).click();
  });

  it('is there for who comes later, and after everybody has reloaded', async () => {
    await viewer.reloads();
    await moves();
    await guest.reloads();
    await guest.entersAgain();
    await moves();
    await host.reloads();
    await host.isOnAir();
    await moves();
  });

  it('is gone at once when the host removes them, and their link with them', async () => {
    const t = host.wordsOf(useGuestDeskText);
    await desk()
      .getByRole('button', { name: t.large(NAME) })
      .click();
    await eventually(async () => expect(await smooth.ground()).toBe('blue'));
    await desk()
      .getByRole('button', { name: t.remove(NAME) })
      .click();
    await host.page.getByRole('dialog').getByRole('button', { name: t.removeNow }).click();
    await guest.isToldOfRemoval();
    await onViewersPage().waitFor({ state: 'detached' });
    await eventually(async () => expect(await smooth.ground()).toBe('grey'));
    await guest.reloads();
    await guest.isToldOfRemoval();
    await viewer.seesPictureAfter(Date.now());
  });
});

it('nothing failed unnoticed on a page', () => expect(evening.faults).toEqual([]));
