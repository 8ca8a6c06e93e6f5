// A small npm start: supervises two stand-ins until it is asked to stop.
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { createSupervisor } from '../../../tools/run/supervisor.mjs';

const [dataDir] = process.argv.slice(2);
const service = fileURLToPath(new URL('service.mjs', import.meta.url));
const supervisor = createSupervisor(dataDir);
await supervisor.clearLeftovers();
supervisor.start({ name: 'api', args: [service, join(dataDir, 'api.pids'), 'in-group'], env: process.env });
supervisor.start({ name: 'media', args: [service, join(dataDir, 'media.pids'), 'detached'], env: process.env });
process.on('SIGTERM', () => void supervisor.stop().then(() => process.exit(0)));
