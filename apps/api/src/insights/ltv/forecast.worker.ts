import { parentPort, workerData } from 'node:worker_threads';
import { forecast, type ForecastInput } from './forecast.ts';

parentPort!.postMessage(forecast(workerData as ForecastInput));
