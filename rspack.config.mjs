import { isBuiltin } from 'node:module';

/**
 * One ESM file per server app. Packages stay outside and are loaded from node_modules at run time; our own sources,
 * `#contracts/…` and its like included, go in.
 */
export default (nestDefaults) => ({
  entry: nestDefaults.entry,
  target: 'node24',
  mode: 'none',
  devtool: 'source-map',
  output: nestDefaults.output,
  experiments: nestDefaults.experiments,
  externals: [
    ({ request }, callback) => {
      const ours = /^[./#]/.test(request) && !isBuiltin(request);
      // `module-import` keeps a dynamic import dynamic, so that an optional package may be absent.
      if (ours) callback();
      else callback(null, `module-import ${request}`);
    },
  ],
  module: {
    // import.meta.url and import.meta.dirname must speak of the bundle where it lies, not of the machine that built it.
    parser: { javascript: { importMeta: false } },
    rules: [
      {
        test: /\.ts$/,
        type: 'javascript/esm',
        loader: 'builtin:swc-loader',
        options: {
          jsc: {
            target: 'es2024',
            parser: { syntax: 'typescript', decorators: true },
            transform: {
              legacyDecorator: true,
              decoratorMetadata: true,
              useDefineForClassFields: false,
              verbatimModuleSyntax: true,
            },
            keepClassNames: true,
          },
        },
      },
      { test: /\.sql$/, type: 'asset/source' },
    ],
  },
  resolve: { extensions: ['.ts', '.js'] },
  optimization: { minimize: false, nodeEnv: false },
  node: false,
});
