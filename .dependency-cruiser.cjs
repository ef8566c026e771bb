/*
 * The layers of the code, held by `npm run lint`: imports point one way, from a layer to those above it in this list.
 * ARCHITECTURE.md has the picture.
 */
const LAYERS = [
  ['contracts', '^shared/contracts/'],
  ['platform', '^shared/platform/'],
  ['image-files', '^shared/image-files/'],
  ['open-images', '^shared/open-images/'],
  ['box-index', '^shared/box-index/'],
  ['selection-engine', '^shared/selection/engine/'],
  ['events', '^shared/events/'],
  ['datasets', '^shared/datasets/'],
  ['batch-record', '^shared/batches/record/'],
  ['selection', '^shared/selection/[^/]+$'],
  ['copying', '^shared/copying/'],
  ['manifests', '^shared/manifests/'],
  ['labeling', '^shared/labeling/'],
  ['pipeline', '^shared/batches/pipeline/'],
  ['batches', '^shared/batches/[^/]+$'],
  ['webhooks', '^shared/webhooks/'],
  ['test-images', '^shared/test-images/'],
  ['workers', '^shared/workers/'],
  ['functions', '^functions/'],
  ['web-build', '^web/build\\.ts$'],
  ['local', '^local/'],
  ['tools', '^(tools|bench|test)/'],
]

/**
 * How each module is entered by others: the files that they import. All else is its own business, and that of the
 * functions, each of which calls one use case.
 */
const PUBLIC_FILES = {
  'box-index': ['join-lists', 'open-index', 'pages', 'records', 'slice-lists', 'unusable-index-error'],
  datasets: ['classes/class-files', 'image-list', 'import/(check-rows|fetch-parts)-job'],
  selection: [
    'box-files',
    'choose-images',
    'estimate-images',
    'outcome',
    'plan',
    'preview',
    'engine/(estimate|image-rows)',
  ],
  copying: [
    'batch-status',
    'copy-image',
    'copy-images-job',
    'copy-progress',
    'copy-receipt',
    'estimate',
    'existing-copies',
    'inspect-source',
    'receipts',
    'retry-after',
    'start-copy',
    'unlisted-image',
  ],
  manifests: [
    'input/(manifest-line|manifest-lines|omissions|read-copies|stored-manifest|write-manifest)',
    'output/(annotations|attributes|labeled-line|line)',
  ],
  labeling: [
    'engine/again/consolidate-job',
    'engine/messages',
    'engine/result/(end-work|result-job)',
    'engine/watch/watch-work',
    'jobs/(create|engine-jobs|estimate-job|plan|preview|record-job-end|remove-work|store|notify-owner)',
  ],
  batches: [
    'delete',
    'pipeline/run-batch',
    'record/(copy-key|find-same-batch|image-list|messages|read-image-list|request-state|run|state|store|write-image-list)',
  ],
  events: ['payload', 'stored-event', 'truncate-payload'],
}

const publicFileRules = Object.entries(PUBLIC_FILES).map(([module, files]) => ({
  name: `${module}-is-entered-by-its-public-files`,
  severity: 'error',
  from: { path: '^shared/', pathNot: `^shared/${module}/` },
  to: { path: `^shared/${module}/`, pathNot: `^shared/${module}/(${files.join('|')})\\.ts$` },
}))

const layerRules = LAYERS.map(([name, from], index) => ({
  name: `${name}-imports-lower-layers-only`,
  severity: 'error',
  from: { path: from },
  to: {
    path: LAYERS.slice(index + 1)
      .map(([, path]) => path)
      .join('|'),
  },
})).filter(({ to }) => to.path !== '')

module.exports = {
  forbidden: [
    ...layerRules,
    ...publicFileRules,
    {
      name: 'no-circular',
      comment: 'Files that import each other cannot be read one after another.',
      severity: 'error',
      from: { path: '^(shared|functions|local|tools|bench|web)/' },
      to: { circular: true },
    },
    {
      name: 'contracts-are-pure',
      comment: 'Contracts are shared with web pages: schemas and types, nothing of Node or AWS.',
      severity: 'error',
      from: { path: '^shared/contracts/' },
      to: { pathNot: '^(shared/contracts/|.*node_modules/zod/)' },
    },
    {
      name: 'pages-know-no-more-than-contracts',
      comment: 'And of these, types only: tools/lint/contract-types.grit, and web/build.ts for what reaches a bundle.',
      severity: 'error',
      from: { path: '^web/', pathNot: '^web/build\\.ts$' },
      to: { path: '^(?!web/|shared/contracts/|node_modules/(lit-html|idb)/|docs/errors\\.md$)' },
    },
    {
      name: 'pages-do-not-import-each-other',
      comment: 'What two of them need is in web/kit/.',
      severity: 'error',
      from: { path: '^web/(app|docs|home|label)/' },
      to: { path: '^web/(app|docs|home|label)/', pathNot: '^web/$1/' },
    },
    {
      name: 'nothing-imports-pages',
      severity: 'error',
      from: { path: '^(shared|functions|local|tools|bench)/' },
      to: { path: '^web/', pathNot: '^web/build\\.ts$' },
    },
    {
      name: 'aws-sdk-in-one-folder',
      comment: 'Use cases know ports; only shared/platform/aws/ knows AWS.',
      severity: 'error',
      from: { path: '^(shared|functions)/', pathNot: '^shared/platform/aws/' },
      to: { path: '^node_modules/@aws-sdk/' },
    },
    {
      name: 'the-labeling-engine-stands-by-itself',
      comment: 'What both engines need lies beside their folders; only jobs/ knows both.',
      severity: 'error',
      from: { path: '^shared/labeling/engine/' },
      to: {
        path: '^shared/labeling/(jobs|sagemaker|workers)/',
        pathNot: '^shared/labeling/workers/(authorize-job|labeling-key|pseudonym)\\.ts$',
      },
    },
    {
      name: 'webhooks-and-test-images-stand-on-events-and-platform',
      severity: 'error',
      from: { path: '^shared/(webhooks|test-images)/' },
      to: { path: '^shared/', pathNot: '^shared/(webhooks|test-images|events|image-files|platform|contracts)/' },
    },
    {
      name: 'only-system-tests-start-a-stack',
      comment: 'A process can start only one stack, and other test files share processes.',
      severity: 'error',
      from: { path: '^test/.*\\.test\\.ts$', pathNot: '\\.(system|browser)\\.test\\.ts$' },
      to: { path: '^(local/stack|test/support/http/running-api)\\.ts$' },
    },
    {
      name: 'handlers-do-not-import-each-other',
      severity: 'error',
      from: { path: '^functions/' },
      to: { path: '^functions/.*\\.ts$' },
    },
  ],
  options: {
    parser: 'swc',
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { extensions: ['.ts', '.mjs', '.cjs', '.js', '.json'], conditionNames: ['node', 'import'] },
  },
}
