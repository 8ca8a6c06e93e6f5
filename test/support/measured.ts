/** Says what was measured, below the test. Measured and not judged: a busy machine must not fail a test. */
export function measured(text: string): void {
  process.stderr.write(`    · ${text}\n`);
}
