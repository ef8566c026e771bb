// Bundles each function into one file. docs/performance.md has the effect of each option.
const bundle = {
  bundle: true,
  minify: true,
  // CommonJS starts faster: an ES module that imports node:http makes Node load all of its lazy exports.
  format: 'cjs',
  supported: { 'dynamic-import': false },
  platform: 'node',
  target: 'node24',
  mainFields: ['module', 'main'],
  alias: { '@aws-sdk/credential-provider-node': `${__dirname}/deploy/environment-credentials.mjs` },
  // Lets a bundle find the files that are shipped beside it.
  define: { 'import.meta.filename': '__filename' },
  sourcemap: 'linked',
  // Stack traces need names and lines only; with the sources the archives were twice as large.
  sourcesContent: false,
}

module.exports = () => ({
  ...bundle,
  // CommonJS regardless of the nearest package.json.
  outputFileExtension: '.cjs',
  // Excludes no package: a bundle is self-contained.
  exclude: [],
  // Higher values use more memory and are not faster.
  concurrency: 4,
  zipConcurrency: 4,
})
module.exports.bundle = bundle
