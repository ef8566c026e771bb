// How each function becomes one file. CommonJS, as it is loaded with require.
const bundle = {
  bundle: true,
  minify: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  mainFields: ['module', 'main'],
  sourcemap: 'linked',
  // Traces need names and lines; with the sources themselves the archives were twice as large.
  sourcesContent: false,
  // For a package that is CommonJS and calls require, which ES modules do not have: none does today, all may tomorrow.
  banner: { js: "import{createRequire as __cr}from'module';const require=__cr(import.meta.url);" },
}

module.exports = () => ({
  ...bundle,
  outputFileExtension: '.mjs',
  // Nothing is left out: a function brings all that it loads.
  exclude: [],
  // More at once only take turns, and memory.
  concurrency: 4,
  zipConcurrency: 4,
})
module.exports.bundle = bundle
