/** A fault that the person at the terminal can mend: printed without a stack. */
export class SetupError extends Error {
  name = 'SetupError';
}

const out = process.stdout;
const tty = out.isTTY === true;
export const dim = (text) => (tty ? `\u001b[2m${text}\u001b[0m` : text);

/** Steps under way, in the order of their start. A terminal shows a line for each at the bottom. */
const running = new Set();
let shown = 0;

/** Prints a line above the steps under way. */
export function print(line) {
  if (!tty) {
    out.write(`${line}\n`);
    return;
  }
  const width = (out.columns ?? 80) - 1;
  const lines = [...running].map(({ name, detail }) => `  … ${name}  ${detail}`.slice(0, width));
  const up = shown > 0 ? `\u001b[${shown}A` : '';
  out.write(`\r${up}\u001b[J${line === undefined ? '' : `${line}\n`}${lines.map((text) => `${text}\n`).join('')}`);
  shown = lines.length;
}

/**
 * Runs one step of the preparation and shows it: its name at once, what `report` is given while it runs, and ✓ with the
 * seconds at the end. Several may run at once. A step may return `{ note }` to have a remark printed behind the seconds.
 */
export async function step(name, work) {
  const started = Date.now();
  const entry = { name, detail: '' };
  let reported = started;
  running.add(entry);
  print(tty ? undefined : `  … ${name}`);
  const report = (detail) => {
    entry.detail = detail;
    // A log file gets a line now and then, not one per compiled file.
    const due = Date.now() - reported > 5000;
    if (due) reported = Date.now();
    if (tty || due) print(tty ? undefined : `    ${name}: ${detail}`);
  };
  const end = (mark, note) => {
    running.delete(entry);
    const seconds = ((Date.now() - started) / 1000).toFixed(1);
    print(`  ${mark} ${name}  ${dim(`${seconds} s${note ? `, ${note}` : ''}`)}`);
  };
  try {
    const result = await work(report);
    end('✓', result?.note);
    return result;
  } catch (error) {
    end('✗');
    throw error;
  }
}

/** Prints why the tool ends, short for a SetupError and with the stack for a defect, and ends it. */
export function fail(error) {
  const text = error instanceof SetupError ? error.message : (error?.stack ?? String(error));
  process.stderr.write(`\n${text}\n`);
  process.exit(1);
}
