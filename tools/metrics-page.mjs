import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { metricsDocument } from '../libs/contracts/src/metrics.ts';
import { root } from './prepare/paths.mjs';

// node tools/metrics-page.mjs: writes docs/METRICS.md from the definitions in libs/contracts. A unit test holds the two equal.

const page = join(root, 'docs/METRICS.md');
const text = metricsDocument();
const isNew = readFileSync(page, 'utf8') !== text;
if (isNew) writeFileSync(page, text);
console.log(isNew ? 'docs/METRICS.md written' : 'docs/METRICS.md is current');
