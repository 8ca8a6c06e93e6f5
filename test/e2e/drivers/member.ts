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
}
