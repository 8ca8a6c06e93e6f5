import { Client } from 'pg';

/** What tools/test.mjs has prepared: a server, and on it a migrated database to clone. */
function prepared(name: 'TEST_DATABASE_ADMIN_URL' | 'TEST_DATABASE_TEMPLATE'): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run this by \`npm test -- integration [pattern]\` or \`e2e\``);
  return value;
}

/**
 * Makes an empty, migrated database by cloning the template, in place of one of the same name. It goes with the test
 * server at the end of `npm test`.
 *
 * @param name distinct among those that exist at one time; one per process of jest unless said otherwise
 * @returns its connection URL
 */
export async function createTestDatabase(name = `specs_${process.pid}`): Promise<string> {
  const url = new URL(prepared('TEST_DATABASE_ADMIN_URL'));
  const template = prepared('TEST_DATABASE_TEMPLATE');
  const admin = new Client({ connectionString: url.href });
  await admin.connect();
  try {
    // FORCE, because a spec before this one in the same process may have left a pool open.
    await admin.query(`DROP DATABASE IF EXISTS ${admin.escapeIdentifier(name)} WITH (FORCE)`);
    await admin.query(
      `CREATE DATABASE ${admin.escapeIdentifier(name)} TEMPLATE ${admin.escapeIdentifier(template)} STRATEGY FILE_COPY`,
    );
  } finally {
    await admin.end();
  }
  url.pathname = `/${name}`;
  return url.href;
}
