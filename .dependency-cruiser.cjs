// The direction of docs/ARCHITECTURE.md. Each folder of the api may use the folders named here, itself and libs.
const base = ['database', 'realtime', 'accounts', 'mail', 'people'];
const commerce = [...base, 'catalog', 'shows', 'replays', 'deals', 'checkout'];
const mayUse = {
  database: [],
  realtime: [],
  accounts: ['database', 'realtime'],
  mail: ['database', 'accounts'],
  people: ['database', 'realtime', 'accounts', 'mail'],
  catalog: base,
  shows: [...base, 'catalog'],
  replays: [...base, 'catalog', 'shows'],
  stage: [...base, 'shows'],
  chat: [...base, 'shows'],
  deals: [...base, 'catalog', 'shows'],
  checkout: [...base, 'catalog', 'shows', 'replays', 'deals'],
  engagement: [...commerce, 'chat'],
  insights: [...commerce, 'chat', 'engagement'],
  pages: [...base, 'catalog', 'shows'],
  'demo-history': [...commerce, 'chat', 'engagement', 'insights'],
};
const folders = Object.keys(mayUse);
// A spec may start the whole application; the code it lies beside may not.
const spec = '\\.(spec|int-spec)\\.tsx?$|/testing/';
const fixture = '^apps/api/src/.*\\.(spec|int-spec)\\.ts$';

const direction = folders.map((folder) => ({
  name: `api-direction-${folder}`,
  comment: `${folder}/ may use ${mayUse[folder].join(', ') || 'libs only'}. Uphill goes by jobs that carry ids.`,
  severity: 'error',
  from: { path: `^apps/api/src/${folder}/`, pathNot: fixture },
  to: { path: '^apps/api/src/', pathNot: `^apps/api/src/(${[folder, ...mayUse[folder]].join('|')})/` },
}));

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    ...direction,
    {
      name: 'api-known-folder',
      comment: 'A new folder takes its place in the list above first.',
      severity: 'error',
      from: {},
      to: { path: '^apps/api/src/[^/]+/', pathNot: `^apps/api/src/(${folders.join('|')})/` },
    },
    {
      name: 'api-enter-by-index',
      severity: 'error',
      from: { path: '^apps/api/src/([^/]+)/' },
      to: { path: '^apps/api/src/[^/]+/', pathNot: ['^apps/api/src/$1/', '^apps/api/src/[^/]+/index\\.ts$'] },
    },
    {
      name: 'api-root-enters-by-index',
      severity: 'error',
      from: { path: '^apps/api/src/[^/]+\\.ts$' },
      to: { path: '^apps/api/src/[^/]+/', pathNot: '^apps/api/src/[^/]+/index\\.ts$' },
    },
    {
      name: 'api-index-is-for-outsiders',
      severity: 'error',
      from: { path: '^apps/api/src/([^/]+)/', pathNot: fixture },
      to: { path: '^apps/api/src/$1/index\\.ts$' },
    },
    {
      name: 'apps-do-not-meet',
      severity: 'error',
      from: { path: '^apps/([^/]+)/', pathNot: spec },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'web-uses-contracts-only',
      severity: 'error',
      from: { path: '^apps/web/' },
      to: { path: '^libs/', pathNot: '^libs/contracts/src/' },
    },
    {
      name: 'contracts-use-zod-only',
      severity: 'error',
      from: { path: '^libs/contracts/src/', pathNot: spec },
      to: { pathNot: ['^libs/contracts/src/', '^node_modules/zod/'] },
    },
    {
      name: 'insight-is-pure',
      comment: 'Maths of engagement: no package, no Node, no I/O.',
      severity: 'error',
      from: { path: '^libs/insight/src/', pathNot: spec },
      to: { pathNot: '^libs/insight/src/' },
    },
    {
      name: 'insight-is-for-the-api',
      comment: 'Figures are computed once, on the server.',
      severity: 'error',
      from: { pathNot: '^(apps/api|libs/insight|test|tools)/' },
      to: { path: '^libs/insight/' },
    },
    { name: 'libs-below-apps', severity: 'error', from: { path: '^libs/' }, to: { path: '^(apps|test|tools)/' } },
    {
      name: 'product-without-test-code',
      severity: 'error',
      from: { path: '^apps/', pathNot: [spec, '\\.config\\.ts$'] },
      to: { path: '^(test|tools)/' },
    },
    {
      name: 'media-owns-no-data',
      comment: 'No database and no Stripe: media trusts signed grants only.',
      severity: 'error',
      from: { path: '^apps/media/' },
      to: { path: '^node_modules/(pg|typeorm|stripe|graphile-worker)/' },
    },
    {
      name: 'no-dev-dependency-at-run-time',
      severity: 'error',
      // A generate.ts is run by hand and its result is committed.
      from: { path: '^(apps/(api|media|stripe-sandbox)|libs)/', pathNot: [spec, '/generate\\.ts$'] },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only', 'npm'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // They have packages of their own, installed only when they are measured or tried.
    exclude: { path: '^(dist|\\.engawa|test/bench/checkout/vendure|test/clickhouse)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.cjs', '.json'],
    },
  },
};
