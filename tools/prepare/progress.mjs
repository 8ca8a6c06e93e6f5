/** A fault that the person at the terminal can mend: printed without a stack. */
export class SetupError extends Error {
  name = 'SetupError';
}

const tty = process.stdout.isTTY === true;
const dim = (text) => (tty ? `\u001b[2m${text}\u001b[0m` : text);

/**
 * Runs one step of the preparation and shows it: its name at once, what `report` is given while it runs, and ✓ with the
 * seconds at the end. A step may return `{ note }` to have a remark printed behind the seconds.
 */
export async function step(name, work) {
  const started = Date.now();
  let lastPlain = 0;
  const seconds = () => `${((Date.now() - started) / 1000).toFixed(1)} s`;
  const line = (text) => process.stdout.write(tty ? `\r\u001b[2K${text}` : `${text}\n`);

  line(`  … ${name}`);
  const report = (text) => {
    if (tty) line(`  … ${name}  ${dim(text)}`);
    // A log file gets a line now and then, not one per compiled file.
    else if (Date.now() - lastPlain > 5000) {
      lastPlain = Date.now();
      line(`    ${name}: ${text}`);
    }
  };
  try {
    const result = await work(report);
    const note = result?.note ? `  ${dim(result.note)}` : '';
    line(`  ✓ ${name}  ${dim(seconds())}${note}${tty ? '\n' : ''}`);
    return result;
  } catch (error) {
    line(`  ✗ ${name}  ${dim(seconds())}${tty ? '\n' : ''}`);
    throw error;
  }
}

/** Ends the process with a message: short for a SetupError, with its stack for a defect. */
export function fail(error) {
  const text = error instanceof SetupError ? error.message : (error?.stack ?? String(error));
  process.stderr.write(`\n${text}\n`);
  process.exit(1);
}
