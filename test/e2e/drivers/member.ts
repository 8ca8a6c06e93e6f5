import { readFileSync } from 'node:fs';
import { useAccountText } from '../../../apps/web/src/account/texts.ts';
import { Person } from './person.ts';

interface Account {
  role: string;
  email: string;
  password: string;
}
const accounts = JSON.parse(
  readFileSync(new URL('../../../tools/demo/accounts.json', import.meta.url), 'utf8'),
) as Account[];

interface MailSummary {
  id: string;
  kind: string;
  to: string;
}

/** A member of the demo brand. */
export class Member extends Person {
  protected readonly role: string = 'owner';

  /** Opens a place of the staff, which asks who they are, and says so. */
  async signsIn(address = `${this.origin}/shows`): Promise<void> {
    const t = this.words(useAccountText);
    const { email, password } = accounts.find(({ role }) => role === this.role)!;
    await this.page.goto(address);
    await this.page.getByLabel(t.email).fill(email);
    await this.page.getByLabel(t.password).fill(password);
    await this.page.getByRole('button', { name: t.signIn }).click();
    await this.page.getByLabel(t.password).waitFor({ state: 'detached' });
  }

  /** Of the newest letter with a code to that address. The demo has no mail server: the back office is where letters can be read. */
  async codeSentTo(email: string): Promise<string> {
    const { mails } = await this.#ask<{ mails: MailSummary[] }>('/api/mails');
    const { id } = mails.find(({ kind, to }) => kind === 'sign_in_code' && to === email)!;
    return /\b\d{6}\b/.exec((await this.#ask<{ text: string }>(`/api/mails/${id}`)).text)![0];
  }

  /** Persons who watched, as the figures of the show count them. */
  async viewersOf(showId: string): Promise<number> {
    return (await this.#ask<{ viewers: number }>(`/api/insights/shows/${showId}`)).viewers;
  }

  /** Everything that is paid and waits for it. */
  async shipsAllOrders(): Promise<void> {
    const { orders } = await this.#ask<{ orders: { id: string }[] }>('/api/orders?shipped=no');
    for (const { id } of orders) {
      const answer = await this.page.request.post(`${this.origin}/api/orders/${id}/ship`, {
        headers: { origin: this.origin },
        data: { id, carrier: 'ヤマト運輸', trackingNumber: '1234-5678' },
      });
      if (!answer.ok()) throw new Error(`not shipped: ${await answer.text()}`);
    }
  }

  async #ask<Reply>(path: string): Promise<Reply> {
    return (await this.page.request.get(`${this.origin}${path}`)).json() as Promise<Reply>;
  }
}
