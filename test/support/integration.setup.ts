import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestDatabase } from './database.ts';

// Runs before each spec file, ahead of its imports: the configuration is read once, when its module is first loaded.
process.env.DATABASE_URL = await createTestDatabase();
process.env.ENGAWA_DATA_DIR = mkdtempSync(join(process.env.TEST_TEMP_DIR ?? tmpdir(), 'data-'));
process.env.ENGAWA_SECRET ??= 'a secret for tests only, thirty-two characters or more';
process.env.LOG_LEVEL ??= 'fatal';
