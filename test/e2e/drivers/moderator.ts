import { Host } from './host.ts';

/** Looks after the chat, at the same desk without what is the host's. */
export class Moderator extends Host {
  protected override readonly role = 'moderator';

  async opensDesk(showId: string): Promise<void> {
    await this.signsIn(`${this.origin}/studio/${showId}`);
    await this.page.getByRole('status').filter({ hasText: this.t.live }).waitFor();
  }

  /** The broadcast plays, as for viewers. */
  async seesPicture(): Promise<void> {
    await this.page.waitForFunction(() => (document.querySelector('video')?.currentTime ?? 0) > 0);
  }

  /** Buttons by which the show or its goods would be moved. */
  async buttonsOfTheHost(): Promise<string[]> {
    const { goLive, giveUp, resume, takeOver, end, chooseSources, mute } = this.t;
    const ofTheShow = [goLive, giveUp, resume, takeOver, end, chooseSources, mute].map((name) =>
      this.page.getByRole('button', { name, exact: true }),
    );
    const found = await Promise.all([...ofTheShow, this.rundown.getByRole('button')].map((one) => one.allInnerTexts()));
    return found.flat();
  }
}
