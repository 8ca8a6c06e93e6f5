import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { useStageText } from '../../apps/web/src/stage/texts.ts';
import { useGuestDeskText } from '../../apps/web/src/studio/guests/texts.ts';
import { Evening, show } from './drivers/evening.ts';
import { eventually } from './drivers/eventually.ts';
import type { Guest } from './drivers/guest.ts';
import type { Host } from './drivers/host.ts';
import type { Viewer } from './drivers/viewer.ts';
import { readClock } from '../support/barcode.ts';

const NAME = '結衣';
let evening: Evening;
let host: Host;
let guest: Guest;
let viewer: Viewer;
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
      .getByRole('button', { name: t.remove(NAME) })
      .click();
    await host.page.getByRole('dialog').getByRole('button', { name: t.removeNow }).click();
    await guest.isToldOfRemoval();
    await onViewersPage().waitFor({ state: 'detached' });
    await guest.reloads();
    await guest.isToldOfRemoval();
    await viewer.seesPictureAfter(Date.now());
  });
});

it('nothing failed unnoticed on a page', () => expect(evening.faults).toEqual([]));
