import { bootstrap, DefaultLogger, dummyPaymentHandler, LogLevel } from '@vendure/core';
import { importProductsFromCsv, populateInitialData } from '@vendure/core/cli/index.js';

// The baseline: Vendure with as little as it runs with (no search, no mail, no job queue in the database, no worker), seeded by its own
// importer, with the payment handler that it brings for trials. It answers `{ port }` on its channel.

const config = {
  apiOptions: { port: Number(process.env.PORT), hostname: '127.0.0.1' },
  authOptions: {
    tokenMethod: 'bearer',
    superadminCredentials: { identifier: 'bench', password: 'a password for a bench' },
  },
  dbConnectionOptions: {
    type: 'postgres',
    url: process.env.DATABASE_URL,
    synchronize: true,
    logging: false,
    poolSize: 20,
  },
  paymentOptions: { paymentMethodHandlers: [dummyPaymentHandler] },
  logger: new DefaultLogger({ level: LogLevel.Warn, timestamp: false }),
};

const initialData = {
  defaultLanguage: 'en',
  defaultZone: 'Asia',
  countries: [{ name: 'Japan', code: 'JP', zone: 'Asia' }],
  taxRates: [{ name: 'standard', percentage: 10 }],
  shippingMethods: [{ name: 'Parcel', price: 660 }],
  paymentMethods: [
    {
      name: 'Card',
      handler: { code: dummyPaymentHandler.code, arguments: [{ name: 'automaticSettle', value: 'true' }] },
    },
  ],
  collections: [],
};

const app = await bootstrap(config);
await populateInitialData(app, initialData);
await importProductsFromCsv(app, `${import.meta.dirname}/products.csv`, initialData.defaultLanguage);
process.on('SIGTERM', () => process.exit(0));
process.send({ port: config.apiOptions.port });
