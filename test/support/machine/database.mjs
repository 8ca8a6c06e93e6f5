// Starts the embedded PostgreSQL, says where, and stays until it is asked to stop.
import { startPostgres } from '../../../tools/prepare/postgres.mjs';

const [dataDir] = process.argv.slice(2);
const { url, pid, stop } = await startPostgres({ dataDir });
process.stdout.write(`${JSON.stringify({ url, pid })}\n`);
process.on('SIGTERM', () => void stop().then(() => process.exit(0)));
