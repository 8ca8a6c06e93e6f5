import { readFileSync } from 'node:fs';
import { dim, print } from '../prepare/progress.mjs';

/** Prints where to go and how to sign in. */
export function printSummary({ env, dataDir, demo, onAir, sandbox }) {
  const url = env.PUBLIC_URL.replace(/\/$/, '');
  const rows = [];
  if (demo) {
    rows.push([onAir ? 'Watch the demo show' : 'The demo show (off air)', `${url}/s/autumn-kiln`]);
    rows.push(['Host one yourself', `${url}/studio?show=hands-on`]);
  } else {
    rows.push(['Web', `${url}/`], ['Studio', `${url}/studio`]);
  }
  rows.push(['Insights', `${url}/insights`], ['State', `${url}/api/ready`]);
  const accounts = demo ? JSON.parse(readFileSync(env.DEMO_ACCOUNTS, 'utf8')) : [];
  const width = Math.max(...rows.map(([label]) => label.length));
  const mailWidth = Math.max(0, ...accounts.map(({ email }) => email.length));

  const lines = ['', '  Engawa is running.', ''];
  for (const [label, address] of rows) lines.push(`  ${label.padEnd(width)}  ${address}`);
  if (accounts.length > 0) {
    lines.push('', `  ${'Demo sign-in'.padEnd(width)}  ${'e-mail'.padEnd(mailWidth)}  password`);
    for (const { role, email, password } of accounts) {
      lines.push(`  ${role.padEnd(width)}  ${email.padEnd(mailWidth)}  ${password}`);
    }
  }
  if (sandbox) lines.push('', `  Payments go to a stand-in for Stripe: card 4242 4242 4242 4242 pays, no money moves.`);
  lines.push('', dim(`  Data and logs: ${dataDir}. Ctrl-C ends everything.`), '');
  print(lines.join('\n'));
}
