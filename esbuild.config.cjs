// How each function becomes one file. docs/performance.md says what each of these brings.
const bundle = {
  bundle: true,
  minify: true,
  // CommonJS starts faster: an ES module that imports node:http has Node load all that node:http could give.
  format: 'cjs',
  supported: { 'dynamic-import': false },
  platform: 'node',
  target: 'node24',
  mainFields: ['module', 'main'],
  alias: { '@aws-sdk/credential-provider-node': `${__dirname}/deploy/environment-credentials.mjs` },
  // What an ES module calls itself; a bundle finds the files that were brought along beside it.
  define: { 'import.meta.filename': '__filename' },
  sourcemap: 'linked',
  // Traces need names and lines; with the sources themselves the archives were twice as large.
  sourcesContent: false,
}

module.exports = () => ({
  ...bundle,
  // Whatever the nearest package.json says, it is CommonJS.
  outputFileExtension: '.cjs',
  // Nothing is left out: a function brings all that it loads.
  exclude: [],
  // More at once only take turns, and memory.
  concurrency: 4,
  zipConcurrency: 4,
})
module.exports.bundle = bundle
